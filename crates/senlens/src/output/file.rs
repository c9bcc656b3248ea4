//! An output file: written beside its place, put there in one step; it replaces only what a run of ours wrote.

use super::{OutputError, Readers, TemporaryFolder, refused, resolved};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// A file being written beside its place. Dropped before [`OutputFile::publish`], it leaves nothing.
#[derive(Debug)]
pub struct OutputFile {
    folder: TemporaryFolder,
    path: PathBuf,
    place: PathBuf,
    readers: Readers,
}

impl OutputFile {
    /// Starts a file that is to stand at `place`, where nothing stands, or a file that `is_ours` knows for one of ours
    /// and that is none of the inputs. A symbolic link is followed.
    ///
    /// # Errors
    /// When a file of the user's, a folder, a device or a link to nothing stands there, or the system refuses.
    pub fn new(
        place: &Path,
        readers: Readers,
        inputs: &[PathBuf],
        is_ours: impl FnOnce(&Path) -> bool,
    ) -> Result<Self, OutputError> {
        let place = resolved(place)?;
        if let Ok(found) = fs::metadata(&place) {
            if !found.is_file() {
                return Err(OutputError::NotAFile(place));
            }
            let itself = fs::canonicalize(&place).map_err(refused(&place))?;
            if inputs
                .iter()
                .any(|input| fs::canonicalize(input).is_ok_and(|input| input == itself))
            {
                return Err(OutputError::IsInput(place));
            }
            if !is_ours(&place) {
                return Err(OutputError::FileNotOurs(place));
            }
        }
        let parent = place.parent().unwrap_or(Path::new("/"));
        let folder = TemporaryFolder::inside(parent, ".senlens-file-").map_err(refused(parent))?;
        let name = place.file_name().unwrap_or(OsStr::new("output"));
        Ok(Self {
            path: folder.path().join(name),
            folder,
            place,
            readers,
        })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the file in its place in one step.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn publish(self) -> Result<(), OutputError> {
        let replaced = Some(self.place.as_path()).filter(|place| place.exists());
        self.readers
            .close(&self.path, replaced)
            .and_then(|()| self.folder.put(|| fs::rename(&self.path, &self.place)))
            .map_err(refused(&self.place))
    }
}
