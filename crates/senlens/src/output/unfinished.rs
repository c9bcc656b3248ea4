//! Folders in which something is being written: gone when their owner is dropped, and when a signal ends the program.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is being written now. Whoever puts something in its place holds the lock, so that a signal waits for it.
static UNFINISHED: Mutex<Vec<Unfinished>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Unfinished {
    folder: PathBuf,
    /// Folders made above it, the deepest first.
    parents: Vec<PathBuf>,
}

impl Unfinished {
    fn remove(&self) {
        // What cannot be removed does no harm to the results.
        let _ = fs::remove_dir_all(&self.folder);
        for parent in &self.parents {
            // Only an empty one goes.
            let _ = fs::remove_dir(parent);
        }
    }
}

fn unfinished() -> MutexGuard<'static, Vec<Unfinished>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Folders of the owner's alone, whatever the umask says.
fn private(prefix: &str) -> tempfile::Builder<'_, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder
}

/// A folder that only its owner may enter, removed when dropped.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
}

impl TemporaryFolder {
    /// Makes one where the system keeps temporary files.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new() -> io::Result<Self> {
        let path = private("senlens-").tempdir()?.keep();
        Ok(Self::of(path, Vec::new()))
    }

    /// Makes one in a folder, whose missing parents are made, and go again unless [`TemporaryFolder::put`] succeeds.
    pub(super) fn inside(parent: &Path, prefix: &str) -> io::Result<Self> {
        let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let parents: Vec<PathBuf> = parent
            .ancestors()
            .take_while(missing)
            .map(Path::to_owned)
            .collect();
        let made = fs::create_dir_all(parent).and_then(|()| private(prefix).tempdir_in(parent));
        match made {
            Ok(folder) => Ok(Self::of(folder.keep(), parents)),
            Err(error) => {
                for parent in &parents {
                    let _ = fs::remove_dir(parent);
                }
                Err(error)
            }
        }
    }

    fn of(path: PathBuf, parents: Vec<PathBuf>) -> Self {
        unfinished().push(Unfinished {
            folder: path.clone(),
            parents,
        });
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts something in its place, undisturbed by signals; the folder's parents stay when that succeeds.
    pub(super) fn put<T, E>(&self, put: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut all = unfinished();
        let done = put()?;
        if let Some(own) = all.iter_mut().find(|each| each.folder == self.path) {
            own.parents.clear();
        }
        Ok(done)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let mut all = unfinished();
        if let Some(at) = all.iter().position(|each| each.folder == self.path) {
            all.swap_remove(at).remove();
        }
    }
}

/// Removes every folder in which something is being written, for a program that a signal ends. Nothing takes its place
/// afterwards: whoever would put or remove something waits for the end of the program.
pub fn remove_unfinished() {
    let all = unfinished();
    for each in all.iter() {
        // Another thread may still write into it, and make it anew.
        for _ in 0..200 {
            each.remove();
            std::thread::sleep(Duration::from_millis(5));
            if !each.folder.exists() {
                break;
            }
        }
    }
    std::mem::forget(all);
}
