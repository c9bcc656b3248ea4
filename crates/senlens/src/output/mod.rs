//! Where a run writes: folders and files that take their place in one step and replace nothing of the user's.

mod file;
mod folder;
mod ours;
mod readers;
mod unfinished;

pub use file::OutputFile;
pub use folder::{OutputFolder, Replaces};
pub(crate) use ours::{RECORD, list, sealed};
pub use readers::Readers;
pub use unfinished::{TemporaryFolder, remove_unfinished};

use std::io;
use std::path::{Path, PathBuf};

/// A place that cannot be written to; what stood there is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The folder holds something, and no run of ours.
    #[error("`{}` is not empty and holds no run of senlens\n  hint: name a new folder with --out", .0.display())]
    NotOurs(PathBuf),
    /// Only a new or empty folder is written to.
    #[error("`{}` is not empty\n  hint: name a new folder with --out", .0.display())]
    NotEmpty(PathBuf),
    /// A run of ours to which something was added.
    #[error(
        "`{}` holds `{file}`, which senlens did not write: it would be lost\n  hint: move it elsewhere, or name another \
         folder with --out", folder.display()
    )]
    Added {
        /// The folder.
        folder: PathBuf,
        /// The file in it.
        file: String,
    },
    /// A run of ours of which a file was changed.
    #[error(
        "`{file}` in `{}` was changed after senlens wrote it: the change would be lost\n  hint: copy it elsewhere, or \
         name another folder with --out", folder.display()
    )]
    Changed {
        /// The folder.
        folder: PathBuf,
        /// The file in it.
        file: String,
    },
    /// An input lies in the folder to be replaced.
    #[error(
        "the input `{}` lies in the output folder `{}`, which this run would replace\n  hint: copy it elsewhere, or name another \
         folder with --out", input.display(), folder.display()
    )]
    HoldsInput {
        /// The folder.
        folder: PathBuf,
        /// The input in it.
        input: PathBuf,
    },
    /// The file to be written is an input.
    #[error("`{}` is an input, and would be overwritten\n  hint: name another file", .0.display())]
    IsInput(PathBuf),
    /// A file of the user's stands where we would write.
    #[error("`{}` is there and senlens did not write it\n  hint: name a new file", .0.display())]
    FileNotOurs(PathBuf),
    /// The path is a file.
    #[error("`{}` is a file\n  hint: name a folder with --out", .0.display())]
    NotAFolder(PathBuf),
    /// The path is a folder, a pipe or a device.
    #[error("`{}` is no file: it cannot be written as one\n  hint: name a new file", .0.display())]
    NotAFile(PathBuf),
    /// A symbolic link to nothing.
    #[error(
        "`{}` is a symbolic link to nothing\n  hint: remove it, or make what it points to", .0.display()
    )]
    DanglingLink(PathBuf),
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

/// The place itself: absolute, and what a symbolic link there points to.
fn resolved(place: &Path) -> Result<PathBuf, OutputError> {
    let is_link = std::fs::symlink_metadata(place).is_ok_and(|found| found.is_symlink());
    if is_link {
        return std::fs::canonicalize(place).map_err(|_| OutputError::DanglingLink(place.to_owned()));
    }
    if place.file_name().is_none() {
        return std::fs::canonicalize(place).map_err(refused(place));
    }
    std::path::absolute(place).map_err(refused(place))
}
