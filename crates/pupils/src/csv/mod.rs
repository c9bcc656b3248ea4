//! Reads a pupil extract as CSV: blocks of whole rows, in parallel, with bounded memory.

mod blocks;
mod coded;
mod lines;

use super::{
    codes,
    columns::Counting as ColumnCounting,
    item::Item,
    mapping::{Columns, Mapping},
    record::ProvisionCode,
    row::{NO_YEAR, RowReader},
    source::Source,
    tally::{Setup, Tally, WRONG_WIDTH},
};
use blocks::{Block, Blocks, Shape};
use coded::Coded;
use lines::{fields_of, row_end, without_line_end};
use rayon::prelude::*;
use senlens_files::{MOST_TITLES, Problem, RowAccount, separator};
use senlens_model::AcademicYear;
use std::{
    io::Read,
    sync::{Mutex, PoisonError},
};

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
    let start = blocks.start()?;
    if start.trim_ascii().is_empty() {
        return Err(Problem::of_file(&source.name, "the file is empty").remedy("fetch it again"));
    }
    let header = Header::find(&source.name, start, mapping)?;
    let Header {
        columns, separator, ..
    } = &header;
    let separator = *separator;
    blocks.begin(header.end, header.titles + 1);
    let shape = Shape {
        width: columns.width,
        separator,
    };
    let mut rows = RowReader::new(&source.name, columns, mapping, year, setup.term)?;
    let is_blank_none = provision_is_blank_for_none(source, columns, mapping)?;
    if is_blank_none {
        rows = rows.with_blank_provision_as_none();
    }
    let rows = rows;
    let counting = Counting {
        setup,
        file,
        rows: &rows,
        width: columns.width,
        separator,
    };
    let has_values = is_blank_none || mapping.is_some_and(|mapping| !mapping.values.is_empty());
    let coded = || {
        let counting = ColumnCounting::new(setup, file, columns, &rows, has_values);
        Coded::new(counting, setup, file, columns, separator)
    };
    let is_plain = ColumnCounting::new(setup, file, columns, &rows, has_values).is_plain();
    // Each thread counts into a tally of its own; they are put together at the end, in any order.
    let tallies: Mutex<Vec<(Tally, Coded<'_>)>> = Mutex::new(Vec::new());
    let count_block = |block: &Block| {
        let mine = tallies.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (mut tally, mut coded) = mine.unwrap_or_else(|| (Tally::default(), coded()));
        if is_plain {
            counting.block(&block.rows, block.first, &mut tally);
        } else {
            coded.block(&block.rows, block.first, &mut tally);
        }
        tallies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((tally, coded));
    };
    let mut wave: Vec<Block> = blocks.next(shape)?.into_iter().collect();
    if wave.is_empty() {
        return Err(source.no_rows());
    }
    while !wave.is_empty() {
        // The next blocks are read while these are counted.
        let (next, ()) = rayon::join(
            || -> Result<Vec<Block>, Problem> {
                let mut next = Vec::new();
                while next.len() < WAVE {
                    match blocks.next(shape)? {
                        Some(block) => next.push(block),
                        None => break,
                    }
                }
                Ok(next)
            },
            || wave.par_iter().for_each(count_block),
        );
        wave = next?;
    }
    let mut tally = Tally::default();
    tally.carries(columns.dimensions());
    tally.set_aside_if_any(file, RowAccount::TITLE, u64::from(header.titles));
    if is_blank_none {
        tally.notes.push((file, BLANK_IS_NONE));
    }
    let tallies = tallies.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(tallies.into_iter().map(|(part, _)| part).fold(tally, Tally::with))
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
        let mut blocks = Blocks::new(source, stream);
        let start = blocks.start()?;
        let header = Header::find(&source.name, start, None).ok();
        let (begin, end, separator) = match &header {
            Some(header) => (header.begin, header.end, header.separator),
            None => {
                let separator = separator(line_at(start, 0));
                (0, row_end(start, 0, separator).unwrap_or(start.len()), separator)
            }
        };
        let next = row_end(start, end, separator).unwrap_or(start.len());
        Ok((
            names_of(&start[begin..end], separator),
            names_of(&start[end..next], separator),
        ))
    })
}

/// The line that starts at `at`, whatever its quotation marks.
fn line_at(text: &[u8], at: usize) -> &[u8] {
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length + 1);
    &text[at..end]
}

/// The header of a file: the first line that names what we need. Systems put titles above it.
struct Header {
    columns: Columns,
    separator: u8,
    begin: usize,
    end: usize,
    /// How many lines stand above it.
    titles: u32,
}

/// Said of a file in which a blank provision means none.
const BLANK_IS_NONE: &str =
    "no row says N (no special educational need): a blank SENprovision was read as none";

impl Header {
    /// # Errors
    /// When no line names what we need: what the first one lacks.
    fn find(name: &str, start: &[u8], mapping: Option<&Mapping>) -> Result<Self, Problem> {
        let mut problem = None;
        let mut begin = 0;
        for titles in 0..=MOST_TITLES {
            if begin >= start.len() {
                break;
            }
            let separator = separator(line_at(start, begin));
            let Ok(end) = row_end(start, begin, separator) else {
                break;
            };
            match Columns::find(name, &names_of(&start[begin..end], separator), mapping) {
                Ok(columns) => {
                    return Ok(Self {
                        columns,
                        separator,
                        begin,
                        end,
                        titles,
                    });
                }
                Err(first) => {
                    problem.get_or_insert(first);
                }
            }
            begin = end;
        }
        Err(problem.unwrap_or_else(|| {
            Problem::of_file(name, "a quotation mark in the header is not closed")
                .at_row(1)
                .remedy("look for a quotation mark on its own")
        }))
    }
}

/// Whether no pupil's provision is N and some pupil's is blank: then blank means none, as some systems write it. The file
/// is read until its first N, which stands near its start in all others.
fn provision_is_blank_for_none(
    source: &Source,
    columns: &Columns,
    mapping: Option<&Mapping>,
) -> Result<bool, Problem> {
    let Some(at) = columns.at.get(&Item::SENprovision) else {
        return Ok(false);
    };
    source.with_reader(|stream| {
        let mut blocks = Blocks::new(source, stream);
        let Ok(header) = Header::find(&source.name, blocks.start()?, mapping) else {
            return Ok(false);
        };
        blocks.begin(header.end, header.titles + 1);
        let shape = Shape {
            width: columns.width,
            separator: header.separator,
        };
        let (mut has_blank, mut has_sen) = (false, false);
        while let Some(block) = blocks.next(shape)? {
            let mut start = 0;
            while start < block.rows.len() {
                let end = row_end(&block.rows, start, shape.separator).unwrap_or(block.rows.len());
                let fields = fields_of(without_line_end(&block.rows[start..end]), shape.separator);
                if fields.len() == shape.width {
                    match fields[*at].trim_ascii() {
                        b"" => has_blank = true,
                        code => match codes::provision(code) {
                            Some(ProvisionCode::N) => return Ok(false),
                            Some(_) => has_sen = true,
                            None => return Ok(false),
                        },
                    }
                }
                start = end;
            }
        }
        Ok(has_blank && has_sen)
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
                row_end(block, at, self.separator).unwrap_or(block.len())
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
        if line
            .iter()
            .all(|byte| *byte == self.separator || byte.is_ascii_whitespace())
        {
            tally.set_aside(self.file, RowAccount::BLANK, 1);
        } else if width != self.width {
            tally.set_aside(self.file, WRONG_WIDTH, 1);
        } else {
            match self.rows.record(field) {
                Ok(record) => tally.take(self.setup, self.file, row, &record),
                Err(_) => tally.set_aside(self.file, NO_YEAR, 1),
            }
        }
    }
}
