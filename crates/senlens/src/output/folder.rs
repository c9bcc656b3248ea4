//! An output folder: written beside its place, put there in one step, so that a run that fails leaves it as it was.

use super::ours::is_ours;
use super::{OutputError, Readers, TemporaryFolder, refused, resolved};
use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// How a folder moved aside while another takes its place is named.
const ASIDE: &str = ".senlens-before";

/// How a folder being written is named, before the name of its place.
const BEING_WRITTEN: &str = ".senlens-";

/// What an output folder may take the place of, beside nothing and an empty folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaces {
    /// Nothing else.
    Nothing,
    /// An earlier run of ours, unchanged and with nothing added.
    Run,
}

/// A folder being written beside its place. Dropped before [`OutputFolder::publish`], it leaves nothing.
#[derive(Debug)]
pub struct OutputFolder {
    temporary: TemporaryFolder,
    folder: PathBuf,
    place: PathBuf,
    replaces: Replaces,
    readers: Readers,
    /// Held as long as the folder is written: the system lets go of it however we end.
    _lock: File,
}

impl OutputFolder {
    /// Starts a folder that is to stand at `place`. A symbolic link is followed. Until it takes its place, only its
    /// owner may read it.
    ///
    /// # Errors
    /// When what stands there may not be replaced, holds one of the inputs or is a link to nothing, or the system
    /// refuses.
    pub fn new(
        place: &Path,
        replaces: Replaces,
        readers: Readers,
        inputs: &[PathBuf],
    ) -> Result<Self, OutputError> {
        let place = resolved(place)?;
        recover(&place)?;
        holds_no_input(&place, inputs)?;
        may_be_replaced(&place, replaces)?;
        let parent = place.parent().unwrap_or(Path::new("/")).to_owned();
        sweep(&parent, &place);
        loop {
            let temporary = TemporaryFolder::inside(&parent, &prefix_of(&place)).map_err(refused(&parent))?;
            let lock = File::open(temporary.path()).map_err(refused(temporary.path()))?;
            // Where a file system has no locks, nothing is swept, and nothing is lost.
            let _ = flock(&lock, FlockOperation::NonBlockingLockExclusive);
            // Another run may have swept the folder in the moment before it was locked.
            if !temporary.path().is_dir() {
                continue;
            }
            let folder = temporary.path().join("folder");
            readers.make_folder(&folder).map_err(refused(&folder))?;
            return Ok(Self {
                temporary,
                folder,
                place,
                replaces,
                readers,
                _lock: lock,
            });
        }
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Puts the folder in its place in one step; what stood there goes.
    ///
    /// # Errors
    /// When what stands there was changed in the meantime, or the system refuses.
    pub fn publish(self) -> Result<(), OutputError> {
        let (folder, place) = (&self.folder, &self.place);
        may_be_replaced(place, self.replaces)?;
        let replaced = Some(place.as_path()).filter(|place| place.exists());
        self.readers.close(folder, replaced).map_err(refused(folder))?;
        self.temporary.put(|| {
            if replaced.is_none() {
                return fs::rename(folder, place).map_err(refused(place));
            }
            if renameat_with(CWD, folder, CWD, place, RenameFlags::EXCHANGE).is_ok() {
                // What stood there is now in the temporary folder, and goes with it.
                return Ok(());
            }
            // This file system cannot exchange: move aside, then into place. `recover` mends a stop in between.
            let aside = aside_of(place);
            fs::rename(place, &aside).map_err(refused(&aside))?;
            fs::rename(folder, place).map_err(refused(place))?;
            fs::remove_dir_all(&aside).map_err(refused(&aside))
        })
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

/// Removes what runs of this place left when they were killed: folders being written that no process holds.
fn sweep(parent: &Path, place: &Path) {
    let prefix = prefix_of(place);
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
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
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Puts back what an interrupted exchange had moved aside.
fn recover(place: &Path) -> Result<(), OutputError> {
    let aside = aside_of(place);
    if !aside.exists() {
        return Ok(());
    }
    if !place.exists() {
        return fs::rename(&aside, place).map_err(refused(place));
    }
    // The exchange was done and the stop came before the old run went. Whatever else is named so is left alone.
    if is_ours(&aside).is_ok() {
        fs::remove_dir_all(&aside).map_err(refused(&aside))?;
    }
    Ok(())
}

fn may_be_replaced(place: &Path, replaces: Replaces) -> Result<(), OutputError> {
    if !place.exists() {
        return Ok(());
    }
    if !place.is_dir() {
        return Err(OutputError::NotAFolder(place.to_owned()));
    }
    let mut entries = fs::read_dir(place).map_err(refused(place))?;
    match replaces {
        _ if entries.next().is_none() => Ok(()),
        Replaces::Nothing => Err(OutputError::NotEmpty(place.to_owned())),
        Replaces::Run => is_ours(place),
    }
}

fn holds_no_input(place: &Path, inputs: &[PathBuf]) -> Result<(), OutputError> {
    let Ok(folder) = fs::canonicalize(place) else {
        return Ok(());
    };
    match inputs
        .iter()
        .find(|input| fs::canonicalize(input).is_ok_and(|input| input.starts_with(&folder)))
    {
        Some(input) => Err(OutputError::HoldsInput {
            folder: place.to_owned(),
            input: input.clone(),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{OutputFolder, Replaces, aside_of};
    use crate::output::{OutputError, RECORD, Readers, list, sealed};
    use std::fs;
    use std::path::{Path, PathBuf};

    fn start(place: &Path, inputs: &[PathBuf]) -> Result<OutputFolder, OutputError> {
        OutputFolder::new(place, Replaces::Run, Readers::Owner, inputs)
    }

    fn write_run(place: &Path, text: &str) {
        let pending = start(place, &[]).expect("a place to write");
        fs::create_dir(pending.path().join("tables")).expect("made");
        fs::write(pending.path().join("tables/rates.csv"), text).expect("written");
        let files = list(pending.path()).expect("listed");
        let record = serde_json::json!({ "record_sha256": "", "files": files });
        let record = serde_json::to_string_pretty(&record).expect("plain data");
        fs::write(pending.path().join(RECORD), sealed(&record)).expect("written");
        pending.publish().expect("published");
    }

    fn text(place: &Path) -> String {
        fs::read_to_string(place.join("tables/rates.csv")).expect("there")
    }

    #[test]
    fn a_run_takes_the_place_of_the_last_and_leaves_nothing_beside_it() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("new/out");
        write_run(&place, "one");
        write_run(&place, "two");
        assert_eq!(text(&place), "two");
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
        let pending = start(&place, &[]).expect("a place to write");
        fs::write(pending.path().join(RECORD), "half").expect("written");
        drop(pending);
        assert_eq!(text(&place), "one");
        assert_eq!(fs::read_dir(home.path()).expect("there").count(), 1);
        // Parents made for it go too.
        drop(start(&home.path().join("a/b/out"), &[]).expect("a place to write"));
        assert_eq!(fs::read_dir(home.path()).expect("there").count(), 1);
    }

    #[test]
    fn what_a_run_of_ours_did_not_write_is_left_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let thesis = home.path().join("thesis.txt");
        fs::write(&thesis, "years of work").expect("written");
        assert!(matches!(start(home.path(), &[]), Err(OutputError::NotOurs(_))));
        assert!(matches!(start(&thesis, &[]), Err(OutputError::NotAFolder(_))));
        for record in [
            "{}",
            "{\"files\": []}",
            "{\"record_sha256\": \"\", \"files\": []}",
        ] {
            let place = home.path().join("other");
            fs::create_dir_all(&place).expect("made");
            fs::write(place.join(RECORD), record).expect("written");
            assert!(start(&place, &[]).is_err(), "{record}");
        }

        let place = home.path().join("out");
        let refused = |what: &str| start(&place, &[]).expect_err(what).to_string();
        write_run(&place, "one");
        fs::write(place.join("minutes.docx"), "of the meeting").expect("written");
        assert!(refused("added").contains("minutes.docx"));
        fs::remove_file(place.join("minutes.docx")).expect("gone");
        fs::write(place.join("tables/rates.csv"), "two").expect("written");
        assert!(refused("changed").contains("tables/rates.csv"));
        fs::remove_file(place.join("tables/rates.csv")).expect("gone");
        drop(start(&place, &[]).expect("a file that is not there cannot be lost"));
        let record = fs::read_to_string(place.join(RECORD)).expect("there");
        fs::write(place.join(RECORD), record + "\n").expect("written");
        assert!(refused("changed").contains(RECORD));
    }

    #[test]
    fn an_input_is_never_replaced() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("out");
        write_run(&place, "one");
        let input = place.join("tables/rates.csv");
        assert!(matches!(
            start(&place, &[home.path().join("out/../out/tables/rates.csv")]),
            Err(OutputError::HoldsInput { .. })
        ));
        assert!(input.is_file());
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_is_followed_and_one_to_nothing_refused() {
        let home = tempfile::tempdir().expect("a folder");
        let (place, link) = (home.path().join("out"), home.path().join("link"));
        std::os::unix::fs::symlink(&place, &link).expect("linked");
        assert!(matches!(start(&link, &[]), Err(OutputError::DanglingLink(_))));
        write_run(&place, "one");
        write_run(&link, "two");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(text(&place), "two");
    }

    #[cfg(unix)]
    #[test]
    fn readers_are_never_more_than_before() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("out");
        write_run(&place, "one");
        for (path, expected) in [
            ("", 0o700),
            ("tables", 0o700),
            ("tables/rates.csv", 0o600),
            (RECORD, 0o600),
        ] {
            assert_eq!(mode(&place.join(path)), expected, "{path}");
        }
        let public = OutputFolder::new(&place, Replaces::Run, Readers::AsUsual, &[]).expect("a place");
        assert_eq!(
            mode(public.path().parent().expect("has one")),
            0o700,
            "while it is written"
        );
        public.publish().expect("published");
        assert_eq!(mode(&place), 0o700);
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
        let running = start(&place, &[]).expect("a place to write");
        assert!(!left.exists());
        let second = start(&place, &[]).expect("a place to write");
        assert!(running.path().is_dir() && second.path().is_dir());
        assert!(others.iter().all(|other| home.path().join(other).is_dir()));
    }

    #[test]
    fn an_interrupted_exchange_is_recovered() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("out");
        write_run(&place, "one");
        fs::rename(&place, aside_of(&place)).expect("moved");
        drop(start(&place, &[]).expect("recovers"));
        assert_eq!(text(&place), "one");
    }
}
