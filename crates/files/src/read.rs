//! Opens, reads and fingerprints one file, with one message for what the system refuses. Every reader goes through here.

use crate::{MOST_BYTES, Problem};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Refuses a pipe or a device, which could be waited for without end. A path to nothing is for its reader to refuse.
///
/// # Errors
/// When the path is a pipe or a device; `name` is for the message.
pub fn is_no_pipe(path: &Path, name: &str) -> Result<(), Problem> {
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return Err(Problem::of_file(name, "this is a pipe or a device, not a file")
            .remedy("save what it gives as a file, and give that"));
    }
    Ok(())
}

/// Opens a file; `name` is for the message.
///
/// # Errors
/// When it is a pipe or a device ([`is_no_pipe`]), or the system does not open it.
pub fn open_file(path: &Path, name: &str) -> Result<File, Problem> {
    is_no_pipe(path, name)?;
    File::open(path).map_err(|error| {
        let problem = Problem::of_file(name, cannot("open this file", &error));
        match error.kind() {
            io::ErrorKind::NotFound => problem.remedy("check the path and the spelling of the name"),
            _ => problem,
        }
    })
}

/// The bytes of a file as it lies on disk; `name` is for the message.
///
/// # Errors
/// When it cannot be opened or read, or holds more than [`MOST_BYTES`].
pub fn read_file(path: &Path, name: &str) -> Result<Vec<u8>, Problem> {
    read_bounded(open_file(path, name)?, MOST_BYTES).map_err(|error| too_big_or(name, error))
}

/// SHA-256 in hexadecimal of a file as it lies on disk; `name` is for the message.
///
/// # Errors
/// When it cannot be opened or read.
pub fn sha256_of(path: &Path, name: &str) -> Result<String, Problem> {
    let mut file = open_file(path, name)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hexadecimal(&hash.finalize())),
            Ok(read) => hash.update(&buffer[..read]),
            Err(error) => return Err(Problem::of_file(name, cannot("read this file", &error))),
        }
    }
}

/// SHA-256 of bytes in hexadecimal.
pub fn sha256_of_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The files of a folder whose extension is one of `extensions`, and its zips, in order of name. Hidden files are left out.
///
/// # Errors
/// When the folder cannot be read; `name` is for the message.
pub fn files_in(folder: &Path, name: &str, extensions: &[&str]) -> Result<Vec<PathBuf>, Problem> {
    let listed = || -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let file = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_file() && (is_wanted(&file, extensions) || is_wanted(&file, &["zip"])) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    };
    listed().map_err(|error| Problem::of_file(name, cannot("open this folder", &error)))
}

/// Whether a file's name ends in one of the extensions and does not mark it as hidden or as a copy the system keeps.
pub fn is_wanted(name: &str, extensions: &[&str]) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let extension = last.rsplit_once('.').map_or("", |(_, extension)| extension);
    !last.starts_with('.')
        && !name.starts_with("__MACOSX/")
        && extensions
            .iter()
            .any(|wanted| wanted.eq_ignore_ascii_case(extension))
}

/// Why bytes could not be read.
pub(crate) enum Unread {
    TooBig,
    Failed(io::Error),
}

/// All bytes of a stream, up to a limit.
pub(crate) fn read_bounded(mut source: impl Read, limit: u64) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    let read = source.by_ref().take(limit + 1).read_to_end(&mut bytes);
    match read {
        Ok(read) if read as u64 > limit => Err(Unread::TooBig),
        Ok(_) => Ok(bytes),
        Err(error) => Err(Unread::Failed(error)),
    }
}

/// The message for bytes that could not be read.
pub(crate) fn too_big_or(name: &str, error: Unread) -> Problem {
    match error {
        Unread::TooBig => {
            let most = MOST_BYTES >> 20;
            Problem::of_file(
                name,
                format!("there is more in this file than we read ({most} MiB)"),
            )
            .remedy("cut it to the years, levels and columns that are needed")
        }
        Unread::Failed(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Problem::of_file(name, "the packed file is cut off before its end").remedy("fetch it again")
        }
        Unread::Failed(error) => Problem::of_file(name, cannot("read this file", &error)),
    }
}

/// `cannot open this file: permission denied`, without the system's own numbers where there is a plain word.
fn cannot(what: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("cannot {what}: there is nothing of that name"),
        io::ErrorKind::PermissionDenied => format!("cannot {what}: permission denied"),
        _ => format!("cannot {what} ({error})"),
    }
}

/// Bytes as hexadecimal digits.
fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Unread, is_wanted, read_bounded};
    use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
    use std::io::Write;

    #[test]
    fn what_unpacks_to_too_much_is_refused_before_it_is_held() {
        let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
        bomb.write_all(&vec![b','; 10_000_000]).expect("to memory");
        let bomb = bomb.finish().expect("to memory");
        assert!(bomb.len() < 20_000, "{}", bomb.len());
        for (limit, is_refused) in [(9_999_999, true), (10_000_000, false)] {
            let read = read_bounded(MultiGzDecoder::new(&bomb[..]), limit);
            assert_eq!(matches!(read, Err(Unread::TooBig)), is_refused, "{limit}");
        }
    }

    #[test]
    fn hidden_files_and_other_kinds_are_not_wanted() {
        for (name, wanted) in [
            ("a.csv", true),
            ("data/A.CSV", true),
            ("a.csv.gz", true),
            (".a.csv", false),
            ("data/.a.csv", false),
            ("__MACOSX/a.csv", false),
            ("a.txt", false),
            ("csv", false),
        ] {
            assert_eq!(is_wanted(name, &["csv", "gz"]), wanted, "{name}");
        }
    }
}
