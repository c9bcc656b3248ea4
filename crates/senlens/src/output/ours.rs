//! Whether a folder is a run of ours, and nothing else: by the hashes of its files in its own record.

use super::{OutputError, refused};
use crate::record::FileRecord;
use senlens_files::{sha256_of, sha256_of_bytes};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// The record of a run, in its folder.
pub(crate) const RECORD: &str = "run.json";

/// Files that a system leaves in every folder it shows; they hold nothing of the user's.
const OF_THE_SYSTEM: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// No record of ours is larger.
const LARGEST_RECORD: u64 = 256 << 20;

/// What a record says of the folder it lies in.
#[derive(Deserialize)]
struct Said {
    record_sha256: String,
    files: Vec<FileRecord>,
}

/// Every file below a folder but its record, in order of name, with its hash.
pub(crate) fn list(folder: &Path) -> io::Result<Vec<FileRecord>> {
    let mut files = Vec::new();
    walk(folder, "", &mut |name, path| {
        files.push(FileRecord {
            file: name.to_owned(),
            sha256: hash_of(path)?,
        });
        Ok(())
    })?;
    files.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(files)
}

/// The text of a record with its own hash in it: that of the text without it.
pub(crate) fn sealed(text: &str) -> String {
    const EMPTY: &str = "\"record_sha256\": \"\"";
    debug_assert!(text.contains(EMPTY), "a record has a place for its hash");
    let hash = sha256_of_bytes(text.as_bytes());
    text.replacen(EMPTY, &format!("\"record_sha256\": \"{hash}\""), 1)
}

/// Sees that a folder holds one whole run of ours, unchanged, and nothing beside it. Files of the run may be missing.
pub(super) fn is_ours(folder: &Path) -> Result<(), OutputError> {
    let not_ours = || OutputError::NotOurs(folder.to_owned());
    let record = folder.join(RECORD);
    let found = fs::symlink_metadata(&record).map_err(|_| not_ours())?;
    if !found.is_file() || found.len() > LARGEST_RECORD {
        return Err(not_ours());
    }
    let text = fs::read_to_string(&record).map_err(|_| not_ours())?;
    let said: Said = serde_json::from_str(&text).map_err(|_| not_ours())?;
    let changed = |file: &str| OutputError::Changed {
        folder: folder.to_owned(),
        file: file.to_owned(),
    };
    let unsealed = text.replacen(&said.record_sha256, "", 1);
    if said.record_sha256.len() != 64 || sealed(&unsealed) != text {
        return Err(changed(RECORD));
    }
    let written: BTreeMap<&str, &str> = said
        .files
        .iter()
        .map(|file| (file.file.as_str(), file.sha256.as_str()))
        .collect();
    let mut fault = None;
    let walked = walk(folder, "", &mut |name, path| {
        if fault.is_some() {
            return Ok(());
        }
        match written.get(name) {
            None => {
                fault = Some(OutputError::Added {
                    folder: folder.to_owned(),
                    file: name.to_owned(),
                });
            }
            Some(hash) if fs::symlink_metadata(path)?.is_symlink() || hash_of(path)? != *hash => {
                fault = Some(changed(name));
            }
            Some(_) => {}
        }
        Ok(())
    });
    walked.map_err(refused(folder))?;
    fault.map_or(Ok(()), Err)
}

/// Goes through all that lies in a folder but the record and files of the system: names with `/`, whatever the system's
/// separator is. Symbolic links are not followed.
fn walk(folder: &Path, below: &str, visit: &mut dyn FnMut(&str, &Path) -> io::Result<()>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let own = entry.file_name().to_string_lossy().into_owned();
        let name = format!("{below}{own}");
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{name}/"), visit)?;
        } else if name != RECORD && !OF_THE_SYSTEM.contains(&own.as_str()) {
            visit(&name, &entry.path())?;
        }
    }
    Ok(())
}

/// The hash of a file.
fn hash_of(path: &Path) -> io::Result<String> {
    sha256_of(path, &path.display().to_string())
        .map_err(|problem| io::Error::other(senlens_files::Error::from(problem)))
}
