//! Opens what the user points at: a file, a gzipped file, a zip of files, the sheets of a workbook, a folder of them.
//!
//! Kinds are told by their first bytes, never by the name. Everything is bounded: a gzip or zip that would unpack to
//! more than [`MOST_BYTES`] is refused, however small it is on disk.

use crate::{
    Problem,
    problem::shortened,
    read::{files_in, is_wanted, read_bounded, read_file, sha256_of_bytes, too_big_or},
    workbook::{is_workbook, sheets},
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
pub const TABLE_EXTENSIONS: [&str; 9] = [
    "csv", "tsv", "gz", "parquet", "xlsx", "xlsm", "xlsb", "xls", "ods",
];

/// A file's bytes, unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// As given; `a.zip/b.csv` for a file inside a zip, `a.xlsx/Sheet2` for one of several sheets.
    pub name: String,
    /// SHA-256 in hexadecimal of the file as it lies on disk (of the zip itself for a file inside one).
    pub sha256: String,
    /// The bytes after unpacking; a sheet as CSV.
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
    if is_zip(&bytes) && !is_workbook(&bytes) {
        each_in_zip(name, &bytes, extensions, |member, bytes| {
            hand_over(member, bytes, &sha256, Found::Among, visit)
        })
    } else {
        hand_over(name, unpacked(name, bytes)?, &sha256, found, visit)
    }
}

/// Hands on unpacked bytes, or each sheet of a workbook that holds anything.
fn hand_over(
    name: &str,
    bytes: Vec<u8>,
    sha256: &str,
    found: Found,
    visit: &mut impl FnMut(Opened),
) -> Result<(), Problem> {
    let opened = |name: String, bytes, kind, found| Opened {
        name,
        sha256: sha256.to_owned(),
        bytes,
        kind,
        found,
    };
    if !is_workbook(&bytes) {
        let kind = kind_of(name, &bytes)?;
        visit(opened(name.to_owned(), bytes, kind, found));
        return Ok(());
    }
    let sheets = sheets(name, &bytes)?;
    let is_only = sheets.len() == 1;
    for sheet in sheets {
        let (name, found) = if is_only {
            (name.to_owned(), found)
        } else {
            (format!("{name}/{}", shortened(&sheet.name)), Found::Among)
        };
        visit(opened(name, sheet.csv.into_bytes(), FileKind::Text, found));
    }
    Ok(())
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
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
            return Err(Problem::of_file(name, "this is a Word document, not a table")
                .remedy("give the data file beside it"));
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
        let inside = format!("{name}/{}", shortened(&member));
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
