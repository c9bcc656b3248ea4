//! A stream of CSV cut into blocks of whole rows.

use super::lines::{NoEnd, fields_of, row_end, without_line_end};
use crate::source::{Source, read_up_to};
use senlens_files::{Problem, has_bare_returns};
use std::io::Read;

/// Bytes of a block; a block is cut after its last whole row.
const BLOCK: usize = 2 << 20;
/// The longest row, header included.
const LONGEST_ROW: usize = 16 << 20;

/// Whole rows, and the number of the first of them as a spreadsheet counts.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) rows: Vec<u8>,
    pub(super) first: u32,
}

/// The shape of the rows: how many fields each has, and what stands between them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) width: usize,
    pub(super) separator: u8,
}

/// The stream cut into blocks of whole rows.
pub(super) struct Blocks<'a> {
    source: &'a Source,
    stream: &'a mut (dyn Read + Send),
    carried: Vec<u8>,
    is_over: bool,
    /// Line ends of carriage returns alone, as old Macintosh programs write them.
    has_bare_returns: bool,
    /// The number of the next row.
    row: u32,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(source: &'a Source, stream: &'a mut (dyn Read + Send)) -> Self {
        Self {
            source,
            stream,
            carried: Vec::new(),
            is_over: false,
            has_bare_returns: false,
            row: 1,
        }
    }

    /// The start of the file: all of it, or as much as holds the header. Nothing is cut from it; [`Blocks::begin`]
    /// says where the rows begin.
    pub(super) fn start(&mut self) -> Result<&[u8], Problem> {
        self.fill()?;
        if self.carried.starts_with(&[0xef, 0xbb, 0xbf]) {
            self.carried.drain(..3);
        }
        self.has_bare_returns = has_bare_returns(&self.carried);
        self.mend_returns(0);
        Ok(&self.carried)
    }

    /// Begins the rows after the header: `bytes` of the start, `rows` of them.
    pub(super) fn begin(&mut self, bytes: usize, rows: u32) {
        self.carried.drain(..bytes);
        self.row += rows;
    }

    fn mend_returns(&mut self, from: usize) {
        if self.has_bare_returns {
            for byte in &mut self.carried[from..] {
                if *byte == b'\r' {
                    *byte = b'\n';
                }
            }
        }
    }

    /// Reads more, if there is more.
    fn fill(&mut self) -> Result<(), Problem> {
        let filled = self.carried.len();
        self.carried.resize(filled + BLOCK, 0);
        let read = read_up_to(self.stream, &mut self.carried[filled..])
            .map_err(|error| self.source.cannot_read(&error))?;
        self.carried.truncate(filled + read);
        self.is_over = read < BLOCK;
        if memchr::memchr(0, &self.carried[filled..]).is_some() {
            return Err(self
                .problem("there is a NUL byte: this is not text, or it is damaged")
                .remedy("fetch it again, or save it as CSV (UTF-8)"));
        }
        self.mend_returns(filled);
        Ok(())
    }

    /// The next whole rows; none at the end.
    pub(super) fn next(&mut self, shape: Shape) -> Result<Option<Block>, Problem> {
        loop {
            if !self.is_over {
                self.fill()?;
            }
            let (cut, rows) = self.whole_rows(shape)?;
            if cut > 0 {
                let first = self.row;
                self.row = self.row.saturating_add(rows);
                let carried = self.carried.split_off(cut);
                let rows = std::mem::replace(&mut self.carried, carried);
                return Ok(Some(Block { rows, first }));
            }
            if self.is_over {
                return Ok(None);
            }
            if self.carried.len() > LONGEST_ROW {
                return Err(self
                    .problem("a row is longer than 16 MiB, or a quotation mark is not closed")
                    .at_row(u64::from(self.row))
                    .remedy("look for a quotation mark on its own"));
            }
        }
    }

    /// Where the last whole row ends, and how many rows there are to it.
    fn whole_rows(&self, shape: Shape) -> Result<(usize, u32), Problem> {
        let block = &self.carried[..];
        let number = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
        if memchr::memchr(b'"', block).is_none() {
            let end = memchr::memrchr(b'\n', block).map_or(0, |at| at + 1);
            let rows = memchr::memchr_iter(b'\n', &block[..end]).count();
            return if self.is_over && end < block.len() {
                self.last_row(&block[end..], shape, number(rows))?;
                Ok((block.len(), number(rows + 1)))
            } else {
                Ok((end, number(rows)))
            };
        }
        let (mut at, mut rows) = (0, 0);
        while at < block.len() {
            let problem = |rule: &str| {
                self.problem(rule)
                    .at_row(u64::from(self.row.saturating_add(number(rows))))
                    .remedy("look at the quotation marks of this row; within a quoted field each is doubled")
            };
            let end = match row_end(block, at, shape.separator) {
                Ok(end) => end,
                // What a quotation mark opens may be closed in what has not been read.
                Err(_) if !self.is_over && rows > 0 => break,
                Err(NoEnd::Open) if !self.is_over => break,
                Err(NoEnd::Open) => return Err(problem("a quotation mark is opened and not closed")),
                Err(NoEnd::Stray) => {
                    return Err(problem(
                        "a quotation mark stands within a quoted field, or one before it was lost",
                    ));
                }
            };
            let line = without_line_end(&block[at..end]);
            if line.len() == end - at {
                // No line end: the last row, or a row that goes on in what has not been read.
                if !self.is_over {
                    break;
                }
                self.last_row(line, shape, number(rows))?;
            } else if memchr::memchr(b'\n', line).is_some()
                && fields_of(line, shape.separator).len() != shape.width
            {
                return Err(problem(
                    "a quoted field goes over several lines and leaves the row with more or fewer columns than the header",
                ));
            }
            at = end;
            rows += 1;
        }
        Ok((at, number(rows)))
    }

    /// The last row, which has no line end: cut off where it lacks columns.
    fn last_row(&self, line: &[u8], shape: Shape, before: u32) -> Result<(), Problem> {
        let fields = fields_of(line, shape.separator).len();
        if fields < shape.width && !line.trim_ascii().is_empty() {
            return Err(self
                .problem(&format!(
                    "the file breaks off in its last row: {fields} of {} columns and no line end",
                    shape.width
                ))
                .at_row(u64::from(self.row.saturating_add(before)))
                .remedy("export it again; if the last line is a total or a note, delete it"));
        }
        Ok(())
    }

    fn problem(&self, rule: &str) -> Problem {
        Problem::of_file(&self.source.name, rule)
    }
}
