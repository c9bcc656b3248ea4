//! Reads a pupil extract as CSV: blocks of whole rows, in parallel, with bounded memory.

use super::{
    mapping::{Columns, Mapping},
    row::{NO_YEAR, RowReader},
    source::{Source, read_up_to},
    tally::{Setup, Tally, WRONG_WIDTH},
};
use crate::{Problem, RowAccount};
use rayon::prelude::*;
use senlens_model::AcademicYear;
use std::{borrow::Cow, io::Read};

/// Bytes of a block; a block is cut after its last whole row.
const BLOCK: usize = 2 << 20;
/// The longest row, header included.
const LONGEST_ROW: usize = 16 << 20;
/// Blocks read before they are counted together.
const WAVE: usize = 8;

/// Reads one extract into a tally.
///
/// # Errors
/// When the header lacks an item, the text is damaged, or a quotation mark is not closed.
pub(crate) fn read_csv(
    source: &Source,
    stream: &mut (dyn Read + Send),
    setup: &Setup<'_>,
    file: u32,
    mapping: Option<&Mapping>,
    year: Option<AcademicYear>,
) -> Result<Tally, Problem> {
    let mut blocks = Blocks::new(source, stream);
    let Some(first) = blocks.next()? else {
        return Err(Problem::of_file(&source.name, "the file is empty").remedy("fetch it again"));
    };
    let first = first.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&first);
    let end = row_end(first, 0);
    let header = &first[..end];
    let separator = separator(header);
    let headers = names_of(header, separator);
    let columns = Columns::find(&source.name, &headers, mapping)?;
    let rows = RowReader::new(&source.name, &columns, mapping, year, setup.term)?;
    let counting = Counting {
        setup,
        file,
        rows: &rows,
        width: columns.width,
        separator,
    };
    let mut tally = Tally::default();
    tally.carries(columns.dimensions());
    // Row 1 is the header, as a spreadsheet counts.
    let mut row = 2u32;
    let mut wave = vec![first[end..].to_vec()];
    loop {
        while wave.len() < WAVE {
            match blocks.next()? {
                Some(block) => wave.push(block),
                None => break,
            }
        }
        if wave.is_empty() {
            return Ok(tally);
        }
        let starts: Vec<u32> = wave
            .iter()
            .scan(row, |next: &mut u32, block| {
                let start = *next;
                *next = next.saturating_add(count_rows(block));
                Some(start)
            })
            .collect();
        row = starts[wave.len() - 1].saturating_add(count_rows(&wave[wave.len() - 1]));
        let parts: Vec<Tally> = wave
            .par_iter()
            .zip(starts)
            .with_min_len(WAVE / 2)
            .fold(Tally::default, |mut tally, (block, start)| {
                counting.block(block, start, &mut tally);
                tally
            })
            .collect();
        tally = parts.into_iter().fold(tally, Tally::with);
        wave.clear();
    }
}

/// The names of the header.
///
/// # Errors
/// When the file cannot be read or is empty.
pub(crate) fn column_names(source: &Source) -> Result<Vec<String>, Problem> {
    names_and_first_row(source).map(|(names, _)| names)
}

/// The names of the header and the fields of the row after it.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn names_and_first_row(source: &Source) -> Result<(Vec<String>, Vec<String>), Problem> {
    source.with_reader(|stream| {
        let first = Blocks::new(source, stream).next()?.unwrap_or_default();
        let first = first.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&first);
        let end = row_end(first, 0);
        let separator = separator(&first[..end]);
        let next = row_end(first, end);
        Ok((
            names_of(&first[..end], separator),
            names_of(&first[end..next], separator),
        ))
    })
}

fn names_of(line: &[u8], separator: u8) -> Vec<String> {
    fields_of(without_line_end(line), separator)
        .iter()
        .map(|field| String::from_utf8_lossy(field).trim().to_owned())
        .collect()
}

/// What counting a block needs.
struct Counting<'a> {
    setup: &'a Setup<'a>,
    file: u32,
    rows: &'a RowReader,
    width: usize,
    separator: u8,
}

impl Counting<'_> {
    fn block(&self, block: &[u8], first_row: u32, tally: &mut Tally) {
        let has_quotes = memchr::memchr(b'"', block).is_some();
        let mut ends: Vec<(u32, u32)> = Vec::with_capacity(self.width);
        let mut at = 0;
        let mut row = first_row;
        while at < block.len() {
            let end = if has_quotes {
                row_end(block, at)
            } else {
                memchr::memchr(b'\n', &block[at..]).map_or(block.len(), |length| at + length + 1)
            };
            let line = without_line_end(&block[at..end]);
            if has_quotes && memchr::memchr(b'"', line).is_some() {
                let fields = fields_of(line, self.separator);
                self.row(
                    row,
                    fields.len(),
                    |column| fields[column].trim_ascii(),
                    line,
                    tally,
                );
            } else {
                ends.clear();
                let mut start = 0u32;
                for (byte, position) in line.iter().zip(0u32..) {
                    if *byte == self.separator {
                        ends.push((start, position));
                        start = position + 1;
                    }
                }
                ends.push((start, u32::try_from(line.len()).unwrap_or(u32::MAX)));
                let field = |column: usize| {
                    let (start, end) = ends[column];
                    line[start as usize..end as usize].trim_ascii()
                };
                self.row(row, ends.len(), field, line, tally);
            }
            row = row.saturating_add(1);
            at = end;
        }
    }

    fn row<'f>(
        &'f self,
        row: u32,
        width: usize,
        field: impl Fn(usize) -> &'f [u8],
        line: &[u8],
        tally: &mut Tally,
    ) {
        if width != self.width {
            let is_blank = line.trim_ascii().is_empty();
            tally.set_aside(
                self.file,
                if is_blank { RowAccount::BLANK } else { WRONG_WIDTH },
                1,
            );
        } else if line
            .iter()
            .all(|byte| *byte == self.separator || byte.is_ascii_whitespace())
        {
            tally.set_aside(self.file, RowAccount::BLANK, 1);
        } else {
            match self.rows.record(field) {
                Ok(record) => tally.take(self.setup, self.file, row, &record),
                Err(_) => tally.set_aside(self.file, NO_YEAR, 1),
            }
        }
    }
}

/// Where the row that starts at `at` ends, its line end included. Quoted line ends do not end it.
fn row_end(block: &[u8], at: usize) -> usize {
    let mut is_quoted = false;
    for (position, byte) in block.iter().enumerate().skip(at) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => return position + 1,
            _ => {}
        }
    }
    block.len()
}

fn count_rows(block: &[u8]) -> u32 {
    let rows = if memchr::memchr(b'"', block).is_none() {
        let whole = memchr::memchr_iter(b'\n', block).count();
        whole + usize::from(!block.is_empty() && block.last() != Some(&b'\n'))
    } else {
        let (mut at, mut rows) = (0, 0);
        while at < block.len() {
            at = row_end(block, at);
            rows += 1;
        }
        rows
    };
    u32::try_from(rows).unwrap_or(u32::MAX)
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Comma, unless the header has none and another separator.
fn separator(header: &[u8]) -> u8 {
    let has = |byte: u8| memchr::memchr(byte, header).is_some();
    [b',', b'\t', b';', b'|']
        .into_iter()
        .find(|byte| has(*byte))
        .unwrap_or(b',')
}

/// The fields of a line, quotation marks taken off and doubled ones made single.
fn fields_of(line: &[u8], separator: u8) -> Vec<Cow<'_, [u8]>> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            let mut field = Vec::new();
            let mut at = 0;
            while at < quoted.len() {
                match (quoted[at], quoted.get(at + 1)) {
                    (b'"', Some(b'"')) => {
                        field.push(b'"');
                        at += 2;
                    }
                    (b'"', _) => {
                        at += 1;
                        break;
                    }
                    (byte, _) => {
                        field.push(byte);
                        at += 1;
                    }
                }
            }
            let tail = &quoted[at..];
            let next = memchr::memchr(separator, tail);
            field.extend_from_slice(&tail[..next.unwrap_or(tail.len())]);
            fields.push(Cow::Owned(field));
            match next {
                Some(next) => rest = &tail[next + 1..],
                None => return fields,
            }
        } else {
            let Some(next) = memchr::memchr(separator, rest) else {
                fields.push(Cow::Borrowed(rest));
                return fields;
            };
            fields.push(Cow::Borrowed(&rest[..next]));
            rest = &rest[next + 1..];
        }
    }
}

/// The stream cut into blocks of whole rows.
struct Blocks<'a> {
    source: &'a Source,
    stream: &'a mut (dyn Read + Send),
    carried: Vec<u8>,
    is_over: bool,
}

impl<'a> Blocks<'a> {
    fn new(source: &'a Source, stream: &'a mut (dyn Read + Send)) -> Self {
        Self {
            source,
            stream,
            carried: Vec::new(),
            is_over: false,
        }
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        let mut block = std::mem::take(&mut self.carried);
        while !self.is_over {
            let filled = block.len();
            block.resize(filled + BLOCK, 0);
            let read = read_up_to(self.stream, &mut block[filled..])
                .map_err(|error| self.source.cannot_read(&error))?;
            block.truncate(filled + read);
            self.is_over = read < BLOCK;
            if memchr::memchr(0, &block[filled..]).is_some() {
                return Err(Problem::of_file(
                    &self.source.name,
                    "there is a NUL byte: this is not text, or it is damaged",
                )
                .remedy("fetch it again, or save it as CSV (UTF-8)"));
            }
            if self.is_over {
                break;
            }
            let cut = last_row_end(&block);
            if cut > 0 {
                self.carried = block.split_off(cut);
                return Ok(Some(block));
            }
            if block.len() > LONGEST_ROW {
                return Err(Problem::of_file(
                    &self.source.name,
                    "a row is longer than 16 MiB, or a quotation mark is not closed",
                )
                .remedy("look for a quotation mark on its own"));
            }
        }
        Ok((!block.is_empty()).then_some(block))
    }
}

/// The end of the last whole row of a block that starts with a row.
fn last_row_end(block: &[u8]) -> usize {
    if memchr::memchr(b'"', block).is_none() {
        return memchr::memrchr(b'\n', block).map_or(0, |at| at + 1);
    }
    let (mut is_quoted, mut end) = (false, 0);
    for (position, byte) in block.iter().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => end = position + 1,
            _ => {}
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{count_rows, fields_of, last_row_end, row_end, separator};

    #[test]
    fn quoted_fields() {
        let fields = |line: &str| -> Vec<String> {
            fields_of(line.as_bytes(), b',')
                .iter()
                .map(|field| String::from_utf8_lossy(field).into_owned())
                .collect()
        };
        assert_eq!(fields("a,\"b,c\",d"), ["a", "b,c", "d"]);
        assert_eq!(fields("\"say \"\"hello\"\"\",,"), ["say \"hello\"", "", ""]);
        assert_eq!(fields(""), [""]);
        assert_eq!(fields("\"open"), ["open"]);
        assert_eq!(fields("\"a\"b,c"), ["ab", "c"]);
    }

    #[test]
    fn a_quoted_line_end_does_not_end_a_row() {
        let block = b"a,\"b\nc\"\nd,e\nf";
        assert_eq!(row_end(block, 0), 8);
        assert_eq!((last_row_end(block), count_rows(block)), (12, 3));
        assert_eq!(count_rows(b"a\r\nb\n"), 2);
    }

    #[test]
    fn separators_are_told_by_the_header() {
        assert_eq!(separator(b"a;b"), b';');
        assert_eq!(separator(b"a\tb"), b'\t');
        assert_eq!(separator(b"a,b;c"), b',');
        assert_eq!(separator(b"a"), b',');
    }
}
