//! Reads a pupil extract as CSV: blocks of whole rows, in parallel, with bounded memory.

mod blocks;
mod coded;
mod lines;

use super::{
    columns::Counting as ColumnCounting,
    mapping::{Columns, Mapping},
    row::{NO_YEAR, RowReader},
    source::Source,
    tally::{Setup, Tally, WRONG_WIDTH},
};
use blocks::Blocks;
use coded::Coded;
use lines::{count_rows, fields_of, row_end, separator, without_line_end};
use rayon::prelude::*;
use senlens_files::{Problem, RowAccount};
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
    let has_values = mapping.is_some_and(|mapping| !mapping.values.is_empty());
    let coded = || {
        let counting = ColumnCounting::new(setup, file, &columns, &rows, has_values);
        Coded::new(counting, setup, file, &columns, separator)
    };
    let is_plain = ColumnCounting::new(setup, file, &columns, &rows, has_values).is_plain();
    // Each thread counts into a tally of its own; they are put together at the end, in any order.
    let tallies: Mutex<Vec<(Tally, Coded<'_>)>> = Mutex::new(Vec::new());
    let count_block = |(block, start): &(Vec<u8>, u32)| {
        let mine = tallies.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (mut tally, mut coded) = mine.unwrap_or_else(|| (Tally::default(), coded()));
        if is_plain {
            counting.block(block, *start, &mut tally);
        } else {
            coded.block(block, *start, &mut tally);
        }
        tallies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((tally, coded));
    };
    // Row 1 is the header, as a spreadsheet counts.
    let mut row = 2u32;
    let mut numbered = |block: Vec<u8>| {
        let start = row;
        row = row.saturating_add(count_rows(&block));
        (block, start)
    };
    let mut wave = vec![numbered(first[end..].to_vec())];
    while !wave.is_empty() {
        // The next blocks are read while these are counted.
        let (next, ()) = rayon::join(
            || -> Result<Vec<(Vec<u8>, u32)>, Problem> {
                let mut next = Vec::new();
                while next.len() < WAVE {
                    match blocks.next()? {
                        Some(block) => next.push(numbered(block)),
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
