//! Opens what the user points at: a file, a gzipped file, a zip of files, a folder of them.
//!
//! Kinds are told by their first bytes, never by the name. Everything is bounded: a gzip or zip that would unpack to
//! more than [`MOST_BYTES`] is refused, however small it is on disk.

use crate::{
    Problem,
    read::{files_in, is_wanted, read_bounded, read_file, sha256_of_bytes, too_big_or},
};
use flate2::read::MultiGzDecoder;
use std::{
    io::Cursor,
    path::{Path, PathBuf},
};
use zip::{ZipArchive, result::ZipError};

/// The most bytes read from one file, after unpacking: 1 GiB, four times the Department's largest table.
pub const MOST_BYTES: u64 = 1 << 30;
/// The most files read from one zip or folder.
pub const MOST_FILES: usize = 1_000;
/// File name extensions of published tables, looked for in zips and folders.
pub const TABLE_EXTENSIONS: [&str; 3] = ["csv", "gz", "parquet"];

/// A file's bytes, unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// As given; `a.zip/b.csv` for a file inside a zip.
    pub name: String,
    /// SHA-256 in hexadecimal of the file as it lies on disk (of the zip itself for a file inside one).
    pub sha256: String,
    /// The bytes after unpacking.
    pub bytes: Vec<u8>,
    /// What the bytes look like.
    pub kind: FileKind,
    /// Whether it was named by the user, or found in a zip or folder among others.
    pub found: Found,
}

/// What a file's first bytes say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Text, as far as can be told: CSV, XML.
    Text,
    /// Apache Parquet.
    Parquet,
}

/// How a file came to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The user named it: what cannot be used is an error.
    Named,
    /// It lay in a zip or folder that the user named: what is of another kind is left out.
    Among,
}

/// Opens every path, one file at a time, and hands each to `visit`; problems of opening are returned together.
///
/// Folders and zips are gone through in order of name, for files whose extension is one of `extensions`
/// (a zip in a folder is opened, a zip in a zip is not).
pub fn open_each(paths: &[PathBuf], extensions: &[&str], mut visit: impl FnMut(Opened)) -> Vec<Problem> {
    let mut problems = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        if !path.is_dir() {
            problems.extend(open_one(path, &name, Found::Named, extensions, &mut visit).err());
            continue;
        }
        match files_in(path, &name, extensions) {
            Ok(files) if files.is_empty() => {
                problems.push(
                    Problem::of_file(&name, "nothing in this folder can be read")
                        .remedy(format!("give a folder that holds {} files", in_words(extensions))),
                );
            }
            Ok(files) => {
                for file in files.into_iter().take(MOST_FILES) {
                    let name = file.display().to_string();
                    problems.extend(open_one(&file, &name, Found::Among, extensions, &mut visit).err());
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    problems
}

fn open_one(
    path: &Path,
    name: &str,
    found: Found,
    extensions: &[&str],
    visit: &mut impl FnMut(Opened),
) -> Result<(), Problem> {
    let bytes = read_file(path, name)?;
    let sha256 = sha256_of_bytes(&bytes);
    let opened = |name: &str, bytes: Vec<u8>, found| {
        let kind = kind_of(name, &bytes)?;
        let sha256 = sha256.clone();
        Ok(Opened {
            name: name.to_owned(),
            sha256,
            bytes,
            kind,
            found,
        })
    };
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        each_in_zip(name, &bytes, extensions, |member, bytes| {
            visit(opened(member, bytes, Found::Among)?);
            Ok(())
        })
    } else {
        visit(opened(name, unpacked(name, bytes)?, found)?);
        Ok(())
    }
}

fn each_in_zip(
    name: &str,
    bytes: &[u8],
    extensions: &[&str],
    mut visit: impl FnMut(&str, Vec<u8>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let broken = |error: ZipError| {
        Problem::of_file(name, format!("the zip cannot be read ({error})"))
            .remedy("fetch it again: it may be cut off")
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(broken)?;
        let member = file.name().map_err(broken)?.into_owned();
        if member == "[Content_Types].xml" {
            return Err(
                Problem::of_file(name, "this is an Excel workbook, not a table as text")
                    .remedy("save the sheet as CSV (UTF-8) and give that"),
            );
        }
        if file.is_file() && is_wanted(&member, extensions) {
            members.push((member, index));
        }
    }
    if members.is_empty() {
        return Err(Problem::of_file(name, "nothing in this zip can be read")
            .remedy(format!("give a zip that holds {} files", in_words(extensions))));
    }
    members.sort();
    members.truncate(MOST_FILES);
    let mut room = MOST_BYTES;
    for (member, index) in members {
        let inside = format!("{name}/{}", crate::problem::shortened(&member));
        let file = archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(what) if what == ZipError::PASSWORD_REQUIRED => {
                Problem::of_file(&inside, "the zip is locked with a password").remedy("unpack it first")
            }
            error => broken(error),
        })?;
        let bytes = read_bounded(file, room).map_err(|error| too_big_or(&inside, error))?;
        room -= bytes.len() as u64;
        let bytes = unpacked(&inside, bytes)?;
        visit(&inside, bytes)?;
    }
    Ok(())
}

/// The bytes themselves, or what they hold when they are gzipped.
fn unpacked(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Problem> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        read_bounded(MultiGzDecoder::new(&bytes[..]), MOST_BYTES).map_err(|error| too_big_or(name, error))
    } else {
        Ok(bytes)
    }
}

fn kind_of(name: &str, bytes: &[u8]) -> Result<FileKind, Problem> {
    let wrong = |rule: &str, remedy: &str| Err(Problem::of_file(name, rule).remedy(remedy));
    let start = bytes.trim_ascii_start();
    let says = |word: &[u8]| {
        start
            .get(..word.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(word))
    };
    if bytes.starts_with(b"PAR1") {
        Ok(FileKind::Parquet)
    } else if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        wrong(
            "this is an old Excel workbook, not a table as text",
            "save the sheet as CSV (UTF-8) and give that",
        )
    } else if bytes.starts_with(b"PK\x03\x04") {
        wrong("this is a zip inside a zip", "unpack the outer one first")
    } else if bytes.starts_with(b"%PDF") {
        wrong("this is a PDF, not a table", "give the data file beside it")
    } else if says(b"<!doctype html") || says(b"<html") {
        wrong(
            "this is a web page, not a table",
            "fetch the file again: the site may have sent a page instead",
        )
    } else {
        Ok(FileKind::Text)
    }
}

fn in_words(extensions: &[&str]) -> String {
    let mut words: Vec<String> = extensions.iter().map(|e| format!(".{e}")).collect();
    let last = words.pop().unwrap_or_default();
    if words.is_empty() {
        last
    } else {
        format!("{} or {last}", words.join(", "))
    }
}
