//! Who may read what is written: on Unix the modes of files and folders, elsewhere whatever the system does.

use std::fs;
use std::io;
use std::path::Path;

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone: folders 0700, files 0600.
    Owner,
    /// Whoever may read the user's other new files (the umask).
    AsUsual,
}

impl Readers {
    /// Makes a folder for these readers.
    pub(super) fn make_folder(self, path: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        if self == Self::Owner {
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        }
        builder.create(path)
    }

    /// Gives a written file or folder, and all in it, to these readers; never to more than may read what it replaces.
    pub(super) fn close(self, path: &Path, replaced: Option<&Path>) -> io::Result<()> {
        if self == Self::Owner {
            close_to_others(path)?;
        }
        match replaced {
            Some(replaced) => no_wider(path, replaced),
            None => Ok(()),
        }
    }
}

#[cfg(unix)]
fn close_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::symlink_metadata(path)?;
    if !found.is_dir() {
        return fs::set_permissions(path, fs::Permissions::from_mode(0o600));
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(path)? {
        close_to_others(&entry?.path())?;
    }
    Ok(())
}

#[cfg(unix)]
fn no_wider(path: &Path, replaced: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = |of: &Path| fs::metadata(of).map(|found| found.permissions().mode() & 0o777);
    let (new, old) = (mode(path)?, mode(replaced)?);
    // The owner could not replace it again otherwise.
    let owners = new & 0o700;
    fs::set_permissions(path, fs::Permissions::from_mode((new & old) | owners))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn no_wider(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}
