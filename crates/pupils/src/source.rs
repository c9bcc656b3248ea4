//! Opens pupil files as streams: a file, a gzipped file, a zip, a folder of them, or standard input. Nothing is
//! unpacked to disk, and nothing that unpacks without end is followed.

use crate::{csv, read::are_of_pupils};
use flate2::read::MultiGzDecoder;
use senlens_files::{
    MOST_FILES, Problem, Sheet, Utf16Reader, files_in, is_wanted, is_workbook, open_file, read_file,
    sha256_of, sheets, utf16_of,
};
use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek},
    path::{Path, PathBuf},
    sync::Arc,
};
use zip::ZipArchive;

/// What a pupil file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Xml,
    Csv,
    Parquet,
    ArrowFile,
    ArrowStream,
}

impl Kind {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Xml => "pupil records, XML",
            Self::Csv => "pupil records, CSV",
            Self::Parquet => "pupil records, Parquet",
            Self::ArrowFile | Self::ArrowStream => "pupil records, Arrow",
        }
    }
}

/// One pupil file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
    member: Option<usize>,
    /// The sheet of a workbook, as CSV.
    sheet: Option<Arc<Sheet>>,
}

/// Bytes of a start that tell how it is packed or encoded.
const STARTING_BYTES: usize = 512;

/// The path that stands for standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Unpacked, a file may be this many times as large as it was packed, once it is past [`ALWAYS_ALLOWED`].
const MOST_TIMES_LARGER: u64 = 200;
/// Bytes that a packed file may hold whatever its size.
const ALWAYS_ALLOWED: u64 = 256 << 20;

const EXTENSIONS: [&str; 13] = [
    "xml", "csv", "tsv", "gz", "parquet", "arrow", "feather", "ipc", "xlsx", "xlsm", "xlsb", "xls", "ods",
];

/// Finds the pupil files under the paths, in order of path and name; what cannot be opened is told together.
pub(crate) fn sources(paths: &[PathBuf]) -> (Vec<Source>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        if path.as_os_str() == STANDARD_INPUT {
            found.push(Source {
                name: "standard input".to_owned(),
                path: path.clone(),
                kind: Kind::ArrowStream,
                member: None,
                sheet: None,
            });
        } else if path.is_dir() {
            match files_in(path, &name, &EXTENSIONS) {
                Ok(files) if files.is_empty() => {
                    problems.push(
                        Problem::of_file(&name, "no pupil file is in this folder")
                            .remedy("give census XML, CSV, Parquet or Arrow, or the folder they lie in"),
                    );
                }
                Ok(files) => {
                    for file in files {
                        let name = file.display().to_string();
                        problems.extend(push_sources(&file, &name, &mut found).err());
                    }
                }
                Err(problem) => problems.push(problem),
            }
        } else {
            problems.extend(push_sources(path, &name, &mut found).err());
        }
    }
    (found, problems)
}

fn push_sources(path: &Path, name: &str, found: &mut Vec<Source>) -> Result<(), Problem> {
    let mut file = open_file(path, name)?;
    let mut start = [0u8; 4];
    let read = read_up_to(&mut file, &mut start).map_err(|error| cannot_read(name, &error))?;
    let is_zip = start == *b"PK\x03\x04" || start == *b"PK\x05\x06";
    if read == 4 && (is_zip || start == [0xd0, 0xcf, 0x11, 0xe0]) {
        let bytes = read_file(path, name)?;
        if is_workbook(&bytes) {
            return push_sheets(path, name, &bytes, found);
        }
        file.rewind().map_err(|error| cannot_read(name, &error))?;
        return push_members(path, name, file, found);
    }
    let mut source = Source {
        name: name.to_owned(),
        path: path.to_owned(),
        kind: Kind::Csv,
        member: None,
        sheet: None,
    };
    source.kind = source.sniffed()?;
    found.push(source);
    Ok(())
}

/// The sheets of a workbook that look like pupil records, or the only one.
fn push_sheets(path: &Path, name: &str, bytes: &[u8], found: &mut Vec<Source>) -> Result<(), Problem> {
    let sheets = sheets(name, bytes)?;
    let is_only = sheets.len() == 1;
    let before = found.len();
    for sheet in sheets {
        let source = Source {
            name: if is_only {
                name.to_owned()
            } else {
                format!("{name}/{}", senlens_files::shortened(&sheet.name))
            },
            path: path.to_owned(),
            kind: Kind::Csv,
            member: None,
            sheet: Some(Arc::new(sheet)),
        };
        if is_only || csv::column_names(&source).is_ok_and(|names| are_of_pupils(&names)) {
            found.push(source);
        }
    }
    if found.len() == before {
        return Err(Problem::of_file(name, "no sheet of this workbook has columns of pupil records")
            .remedy("save the sheet of pupils as CSV (UTF-8) and give that, with a mapping file for its columns (--mapping)"));
    }
    Ok(())
}

fn push_members(path: &Path, name: &str, file: File, found: &mut Vec<Source>) -> Result<(), Problem> {
    let broken =
        || Problem::of_file(name, "the zip cannot be read").remedy("fetch it again: it may be cut off");
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| broken())?;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|_| broken())?;
        let inside = member.name().map_err(|_| broken())?.into_owned();
        if member.is_file() && is_wanted(&inside, &EXTENSIONS) {
            members.push((inside, index));
        }
    }
    if members.is_empty() {
        return Err(Problem::of_file(name, "no pupil file is in this zip")
            .remedy("give census XML, CSV, Parquet or Arrow, or a zip of them"));
    }
    if members.len() > 10 * MOST_FILES {
        return Err(
            Problem::of_file(name, "there are more files in this zip than we read")
                .remedy("give the folder that it unpacks to, in parts"),
        );
    }
    members.sort();
    for (inside, index) in members {
        let mut source = Source {
            name: format!("{name}/{}", senlens_files::shortened(&inside)),
            path: path.to_owned(),
            kind: Kind::Csv,
            member: Some(index),
            sheet: None,
        };
        source.kind = source.sniffed()?;
        found.push(source);
    }
    Ok(())
}

impl Source {
    /// The refusal of a file that holds no pupil.
    pub(crate) fn no_rows(&self) -> Problem {
        Problem::of_file(&self.name, "there is no pupil in this file, only its header")
            .remedy("export the records again")
    }

    /// What the first bytes say, after unpacking.
    fn sniffed(&self) -> Result<Kind, Problem> {
        let start = self.with_reader(|read| {
            let mut start = vec![0; 512];
            let length = read_up_to(read, &mut start).map_err(|error| self.cannot_read(&error))?;
            start.truncate(length);
            Ok(start)
        })?;
        let wrong = |rule: &str, remedy: &str| Err(Problem::of_file(&self.name, rule).remedy(remedy));
        let text = start
            .strip_prefix(&[0xef, 0xbb, 0xbf])
            .unwrap_or(&start)
            .trim_ascii_start();
        if start.starts_with(b"PAR1") {
            self.unpacked(Kind::Parquet)
        } else if start.starts_with(b"ARROW1") {
            self.unpacked(Kind::ArrowFile)
        } else if start.starts_with(&[0xff, 0xff, 0xff, 0xff]) {
            Ok(Kind::ArrowStream)
        } else if start.starts_with(b"PK\x03\x04") {
            wrong(
                "this is a zip inside a zip, or a workbook",
                "unpack it, or save the sheet as CSV",
            )
        } else if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            wrong("this is an old Excel workbook", "save the sheet as CSV (UTF-8)")
        } else if text.is_empty() {
            wrong("the file is empty", "fetch it again")
        } else if text.starts_with(b"<") {
            Ok(Kind::Xml)
        } else if start.contains(&0) {
            wrong(
                "there is a NUL byte: this is not text, or it is damaged",
                "fetch it again",
            )
        } else {
            Ok(Kind::Csv)
        }
    }

    /// Parquet and Arrow files are read from their end, so they cannot stay packed.
    fn unpacked(&self, kind: Kind) -> Result<Kind, Problem> {
        let packed = self.member.is_some() || {
            let mut start = [0; 2];
            let mut file = open_file(&self.path, &self.name)?;
            read_up_to(&mut file, &mut start).map_err(|error| self.cannot_read(&error))?;
            start == [0x1f, 0x8b]
        };
        if packed {
            return Err(
                Problem::of_file(&self.name, "a packed Parquet or Arrow file is not read")
                    .remedy("unpack it first"),
            );
        }
        Ok(kind)
    }

    /// Opens the stream of unpacked bytes.
    pub(crate) fn with_reader<T>(
        &self,
        visit: impl FnOnce(&mut (dyn Read + Send)) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        if self.path.as_os_str() == STANDARD_INPUT {
            return visit(&mut io::stdin());
        }
        if let Some(sheet) = &self.sheet {
            return visit(&mut Cursor::new(sheet.csv.as_bytes()));
        }
        let file = open_file(&self.path, &self.name)?;
        let packed = file.metadata().map_or(0, |metadata| metadata.len());
        let Some(member) = self.member else {
            return visit_unpacked(&mut BufReader::with_capacity(1 << 16, file), packed, visit);
        };
        let mut archive = ZipArchive::new(BufReader::new(file))
            .map_err(|_| Problem::of_file(&self.name, "the zip cannot be read"))?;
        let mut member = archive.by_index(member).map_err(|_| {
            Problem::of_file(
                &self.name,
                "this file of the zip cannot be read (it may be locked with a password)",
            )
            .remedy("unpack it first")
        })?;
        let packed = member.compressed_size();
        let mut bounded = Bounded::new(&mut member, packed);
        visit_unpacked(&mut bounded, packed, visit)
    }

    /// The message for a stream that breaks off.
    pub(crate) fn cannot_read(&self, error: &io::Error) -> Problem {
        cannot_read(&self.name, error)
    }

    /// SHA-256 of the file as it lies on disk; empty for standard input.
    pub(crate) fn sha256(&self) -> Result<String, Problem> {
        if self.path.as_os_str() == STANDARD_INPUT {
            return Ok(String::new());
        }
        sha256_of(&self.path, &self.name)
    }
}

fn visit_unpacked<T>(
    stream: &mut (dyn Read + Send),
    packed: u64,
    visit: impl FnOnce(&mut (dyn Read + Send)) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let unread =
        |error: io::Error| Problem::of_file("a packed file", format!("cannot be read ({})", error.kind()));
    let mut start = [0; STARTING_BYTES];
    let read = read_up_to(stream, &mut start).map_err(unread)?;
    let start = &start[..read];
    let mut whole = start.chain(stream);
    if start.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Bounded::new(MultiGzDecoder::new(whole), packed);
        return visit(&mut unpacked);
    }
    match utf16_of(start) {
        Some(encoding) => visit(&mut Utf16Reader::new(whole, encoding)),
        None => visit(&mut whole),
    }
}

/// A stream that ends in an error once it has given too much.
struct Bounded<R> {
    stream: R,
    room: u64,
}

impl<R> Bounded<R> {
    fn new(stream: R, packed: u64) -> Self {
        Self {
            stream,
            room: packed.saturating_mul(MOST_TIMES_LARGER).max(ALWAYS_ALLOWED),
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.room = self
            .room
            .checked_sub(read as u64)
            .ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

/// Reads until the buffer is full or the stream ends.
pub(crate) fn read_up_to(stream: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn cannot_read(name: &str, error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Problem::of_file(name, "the packed file is cut off before its end").remedy("fetch it again")
        }
        io::ErrorKind::FileTooLarge => Problem::of_file(
            name,
            format!("the file unpacks to more than {MOST_TIMES_LARGER} times its size"),
        )
        .remedy("unpack it and see what it is"),
        kind => Problem::of_file(name, format!("cannot read this file ({kind})")).remedy("fetch it again"),
    }
}
