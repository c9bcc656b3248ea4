//! A stream of CSV cut into blocks of whole rows.

use super::lines::last_row_end;
use crate::source::{Source, read_up_to};
use senlens_files::Problem;
use std::io::Read;

/// Bytes of a block; a block is cut after its last whole row.
const BLOCK: usize = 2 << 20;
/// The longest row, header included.
const LONGEST_ROW: usize = 16 << 20;

/// The stream cut into blocks of whole rows.
pub(super) struct Blocks<'a> {
    source: &'a Source,
    stream: &'a mut (dyn Read + Send),
    carried: Vec<u8>,
    is_over: bool,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(source: &'a Source, stream: &'a mut (dyn Read + Send)) -> Self {
        Self {
            source,
            stream,
            carried: Vec::new(),
            is_over: false,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, Problem> {
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
