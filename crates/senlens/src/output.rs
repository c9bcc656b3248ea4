//! The output folder: written beside its place, put there in one step, so that a run that fails leaves it as it was.

use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The file that marks a folder as ours.
pub(crate) const RECORD: &str = "run.json";

/// How a folder moved aside while another takes its place is named.
const ASIDE: &str = ".senlens-before";

/// How a folder being written is named, before the name of its place.
const BEING_WRITTEN: &str = ".senlens-";

/// An output folder that cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The folder holds something that is not a run of ours.
    #[error("`{}` is not empty and holds no run of senlens; name a new folder with --out", .0.display())]
    NotOurs(PathBuf),
    /// The path is a file.
    #[error("`{}` is a file; name a folder with --out", .0.display())]
    NotAFolder(PathBuf),
    /// The system refused.
    #[error("cannot write `{}`: {error}", path.display())]
    Refused {
        /// Where.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

fn refused(path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    let path = path.to_owned();
    |error| OutputError::Refused { path, error }
}

/// A folder being written beside its place. Dropped before [`Pending::publish`], it leaves nothing.
#[derive(Debug)]
pub(crate) struct Pending {
    folder: tempfile::TempDir,
    place: PathBuf,
    /// Held as long as the folder is written: the system lets go of it however we end.
    _lock: File,
}

impl Pending {
    /// Starts a folder beside `place`, which must be absent, empty or a run of ours.
    pub(crate) fn beside(place: &Path) -> Result<Self, OutputError> {
        let place = std::path::absolute(place).map_err(refused(place))?;
        recover(&place)?;
        check(&place)?;
        let parent = place.parent().unwrap_or(Path::new("/")).to_owned();
        std::fs::create_dir_all(&parent).map_err(refused(&parent))?;
        sweep(&parent, &place);
        loop {
            let folder = tempfile::Builder::new()
                .prefix(&prefix_of(&place))
                .tempdir_in(&parent)
                .map_err(refused(&parent))?;
            let lock = File::open(folder.path()).map_err(refused(folder.path()))?;
            // Where a file system has no locks, nothing is swept, and nothing is lost.
            let _ = flock(&lock, FlockOperation::NonBlockingLockExclusive);
            // Another run may have swept the folder in the moment before it was locked.
            if folder.path().is_dir() {
                return Ok(Self {
                    folder,
                    place,
                    _lock: lock,
                });
            }
        }
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts the folder in its place in one step; what stood there goes.
    pub(crate) fn publish(self) -> Result<(), OutputError> {
        let Self { folder, place, _lock } = self;
        // A temporary folder is private; a report is as readable as the user's other files.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let readable = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(folder.path(), readable).map_err(refused(folder.path()))?;
        }
        if !place.exists() {
            std::fs::rename(folder.keep(), &place).map_err(refused(&place))?;
            return Ok(());
        }
        if renameat_with(CWD, folder.path(), CWD, &place, RenameFlags::EXCHANGE).is_ok() {
            // What stood there is now in the temporary folder, and goes with it.
            return folder.close().map_err(refused(&place));
        }
        // This file system cannot exchange: move aside, then into place. `recover` mends a stop in between.
        let aside = aside_of(&place);
        std::fs::rename(&place, &aside).map_err(refused(&aside))?;
        std::fs::rename(folder.keep(), &place).map_err(refused(&place))?;
        std::fs::remove_dir_all(&aside).map_err(refused(&aside))
    }
}

fn aside_of(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}{ASIDE}"))
}

fn prefix_of(place: &Path) -> String {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    format!("{BEING_WRITTEN}{name}-")
}

/// Removes what runs of this place left when they were killed: folders being written that nobody holds.
fn sweep(parent: &Path, place: &Path) {
    let prefix = prefix_of(place);
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ending = name.to_str().and_then(|name| name.strip_prefix(&prefix));
        let is_ours = ending.is_some_and(|ending| {
            ending.len() == 6 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if !is_ours {
            continue;
        }
        let is_held = File::open(entry.path())
            .is_ok_and(|folder| flock(&folder, FlockOperation::NonBlockingLockExclusive).is_err());
        if !is_held {
            // What cannot be removed does no harm to this run.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Puts back what an interrupted exchange had moved aside.
fn recover(place: &Path) -> Result<(), OutputError> {
    let aside = aside_of(place);
    if !aside.exists() {
        return Ok(());
    }
    if place.exists() {
        std::fs::remove_dir_all(&aside).map_err(refused(&aside))
    } else {
        std::fs::rename(&aside, place).map_err(refused(place))
    }
}

fn check(place: &Path) -> Result<(), OutputError> {
    if !place.exists() {
        return Ok(());
    }
    if !place.is_dir() {
        return Err(OutputError::NotAFolder(place.to_owned()));
    }
    let mut entries = std::fs::read_dir(place).map_err(refused(place))?;
    if entries.next().is_some() && !place.join(RECORD).is_file() {
        return Err(OutputError::NotOurs(place.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{OutputError, Pending, RECORD, aside_of};
    use std::fs;

    fn write_run(place: &std::path::Path, text: &str) {
        let pending = Pending::beside(place).expect("a place to write");
        fs::write(pending.path().join(RECORD), text).expect("written");
        pending.publish().expect("published");
    }

    #[test]
    fn a_run_takes_the_place_of_the_last_and_leaves_nothing_beside_it() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("new/out");
        write_run(&place, "one");
        write_run(&place, "two");
        assert_eq!(fs::read_to_string(place.join(RECORD)).expect("there"), "two");
        assert_eq!(
            fs::read_dir(place.parent().expect("has one"))
                .expect("there")
                .count(),
            1
        );
    }

    #[test]
    fn a_run_that_is_dropped_leaves_the_folder_as_it_was() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("out");
        write_run(&place, "one");
        let pending = Pending::beside(&place).expect("a place to write");
        fs::write(pending.path().join(RECORD), "half").expect("written");
        drop(pending);
        assert_eq!(fs::read_to_string(place.join(RECORD)).expect("there"), "one");
        assert_eq!(fs::read_dir(home.path()).expect("there").count(), 1);
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let home = tempfile::tempdir().expect("a folder");
        fs::write(home.path().join("thesis.txt"), "years of work").expect("written");
        assert!(matches!(
            Pending::beside(home.path()),
            Err(OutputError::NotOurs(_))
        ));
        assert!(matches!(
            Pending::beside(&home.path().join("thesis.txt")),
            Err(OutputError::NotAFolder(_))
        ));
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_what_another_writes_is_not() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("out");
        let left = home.path().join(".senlens-out-aB3xyz");
        fs::create_dir(&left).expect("made");
        fs::write(left.join("half"), "half").expect("written");
        let others = [".senlens-other-aB3xyz", ".senlens-out-notes", "out-aB3xyz"];
        for other in others {
            fs::create_dir(home.path().join(other)).expect("made");
        }
        let running = Pending::beside(&place).expect("a place to write");
        assert!(!left.exists());
        let second = Pending::beside(&place).expect("a place to write");
        assert!(running.path().is_dir() && second.path().is_dir());
        assert!(others.iter().all(|other| home.path().join(other).is_dir()));
    }

    #[test]
    fn an_interrupted_exchange_is_recovered() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("out");
        write_run(&place, "one");
        fs::rename(&place, aside_of(&place)).expect("moved");
        drop(Pending::beside(&place).expect("recovers"));
        assert_eq!(fs::read_to_string(place.join(RECORD)).expect("back"), "one");
    }
}
