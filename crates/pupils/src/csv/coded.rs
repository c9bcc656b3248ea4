//! Counts a block of CSV by codes, as the columns of Parquet are counted: no rule is run on a row that breaks none.

use super::lines::{Marks, fields_of, row_end, without_line_end};
use crate::{
    columns::{Counting, UncodedFields},
    date::Date,
    item::Item,
    mapping::Columns,
    record::{Reading, UpnReading},
    tally::{Setup, Tally, WRONG_WIDTH},
};
use senlens_files::RowAccount;

/// Rows of a block that are counted together: few enough to stay in cache.
const ROWS: usize = 4096;

/// The state of counting blocks of one file by codes.
pub(super) struct Coded<'a> {
    counting: Counting<'a>,
    uncoded: UncodedTexts,
    file: u32,
    width: usize,
    separator: u8,
    /// Where the fields of the row in hand begin and end.
    fields: Vec<(u32, u32)>,
}

/// The uncoded fields of rows of text.
#[derive(Debug, Default)]
struct UncodedTexts {
    upn_at: Option<usize>,
    former_at: Option<usize>,
    born_at: Option<usize>,
    numbers: Vec<u32>,
    upns: Vec<UpnReading>,
    former: Vec<UpnReading>,
    born: Vec<Reading<Date>>,
}

impl UncodedTexts {
    fn push<'f>(&mut self, number: u32, field: &impl Fn(usize) -> &'f [u8]) {
        self.numbers.push(number);
        if let Some(at) = self.upn_at {
            self.upns.push(UpnReading::from_bytes(field(at)));
        }
        if let Some(at) = self.former_at {
            self.former.push(UpnReading::from_bytes(field(at)));
        }
        if let Some(at) = self.born_at {
            self.born.push(Reading::from_bytes(field(at), Date::parse));
        }
    }

    fn clear(&mut self) {
        self.numbers.clear();
        self.upns.clear();
        self.former.clear();
        self.born.clear();
    }
}

impl UncodedFields for UncodedTexts {
    fn number(&self, row: usize) -> u32 {
        self.numbers[row]
    }

    fn upn(&self, row: usize) -> UpnReading {
        self.upns.get(row).copied().unwrap_or_default()
    }

    fn former_upn(&self, row: usize) -> UpnReading {
        self.former.get(row).copied().unwrap_or_default()
    }

    fn born(&self, row: usize) -> Reading<Date> {
        self.born.get(row).copied().unwrap_or_default()
    }

    fn born_day(&self, row: usize) -> Reading<i32> {
        match self.born(row) {
            Reading::Of(date) => Reading::Of(date.days()),
            Reading::Absent => Reading::Absent,
            Reading::Blank => Reading::Blank,
            Reading::Unreadable => Reading::Unreadable,
        }
    }
}

impl<'a> Coded<'a> {
    pub(super) fn new(
        counting: Counting<'a>,
        setup: &Setup<'_>,
        file: u32,
        columns: &Columns,
        separator: u8,
    ) -> Self {
        let at = |item: Item| columns.at.get(&item).copied().filter(|_| setup.wants(item));
        Self {
            counting,
            uncoded: UncodedTexts {
                upn_at: at(Item::UPN),
                former_at: at(Item::FormerUPN),
                born_at: at(Item::DOB),
                ..UncodedTexts::default()
            },
            file,
            width: columns.width,
            separator,
            fields: Vec::with_capacity(columns.width),
        }
    }

    /// Counts a block of whole rows, the first of them row `number`.
    pub(super) fn block(&mut self, block: &[u8], mut number: u32, tally: &mut Tally) {
        if memchr::memchr(b'"', block).is_some() {
            let mut at = 0;
            while at < block.len() {
                let end = row_end(block, at, self.separator).unwrap_or(block.len());
                let fields = fields_of(without_line_end(&block[at..end]), self.separator);
                let is_blank = fields.iter().all(|field| field.trim_ascii().is_empty());
                self.row(
                    number,
                    fields.len(),
                    is_blank,
                    &|at| fields[at].trim_ascii(),
                    tally,
                );
                number = number.saturating_add(1);
                at = end;
            }
        } else {
            let mut fields = std::mem::take(&mut self.fields);
            let mut start = 0;
            let mut end_row = |fields: &mut Vec<(u32, u32)>, start: usize, end: usize, all: &mut Self| {
                let end = start + without_line_end(&block[start..end]).len();
                fields.push(span(start, end));
                let field = |at: usize| {
                    let (start, end) = fields[at];
                    block[start as usize..end as usize].trim_ascii()
                };
                // Any field with text shows that the row is not blank: mostly the first does.
                let is_blank = (0..fields.len()).all(|at| field(at).is_empty());
                all.row(number, fields.len(), is_blank, &field, tally);
                number = number.saturating_add(1);
                fields.clear();
            };
            for mark in Marks::new(block, self.separator, b'\n') {
                if block[mark] == b'\n' {
                    end_row(&mut fields, start, mark, self);
                } else {
                    fields.push(span(start, mark));
                }
                start = mark + 1;
            }
            if start < block.len() || !fields.is_empty() {
                end_row(&mut fields, start, block.len(), self);
            }
            self.fields = fields;
        }
        self.flush(tally);
    }

    fn row<'f>(
        &mut self,
        number: u32,
        width: usize,
        is_blank: bool,
        field: &impl Fn(usize) -> &'f [u8],
        tally: &mut Tally,
    ) {
        if is_blank {
            tally.set_aside(self.file, RowAccount::BLANK, 1);
        } else if width != self.width {
            tally.set_aside(self.file, WRONG_WIDTH, 1);
        } else {
            self.counting.push(field);
            self.uncoded.push(number, field);
            if self.uncoded.numbers.len() == ROWS {
                self.flush(tally);
            }
        }
    }

    fn flush(&mut self, tally: &mut Tally) {
        self.counting
            .rows(self.uncoded.numbers.len(), &self.uncoded, tally);
        self.counting.clear();
        self.uncoded.clear();
    }
}

/// A field's place in a block, which is shorter than 4 GB.
fn span(start: usize, end: usize) -> (u32, u32) {
    let short = |at: usize| u32::try_from(at).expect("a block holds at most one row more than 2 MiB");
    (short(start), short(end))
}
