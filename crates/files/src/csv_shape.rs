//! The shape of a CSV text: where its header stands and its records start, whether each is whole, which are blank, which
//! are titles above the table or notes below it. Values are not read here.
//!
//! The grammar is that of RFC 4180 and no wider, but for the separator: a quote mark stands only around a field or doubled
//! inside a quoted one. What a looser reader would guess at, and another would guess differently, is reported with its row.

use crate::{MOST_TITLES, Problem, RowAccount, Screening, separator};
use std::ops::Range;

/// Most columns a table may have: the widest of the Department's has about two hundred.
pub(crate) const MOST_COLUMNS: usize = 4_096;
/// Data is handed to the columnar reader in spans of about this many bytes, which bounds memory.
const SPAN: usize = 32 << 20;
/// A table of fewer columns has rows of one field that are no notes.
const FEWEST_COLUMNS_WITH_NOTES: usize = 3;

/// A text checked to be a whole table.
#[derive(Debug)]
pub struct CsvShape {
    /// The header's names, trimmed.
    pub header: Vec<String>,
    /// The header's row, as a spreadsheet numbers it.
    pub header_row: u64,
    /// What stands between two fields.
    pub separator: u8,
    /// Spans of the text that hold whole records and nothing blank, with the row (as a spreadsheet numbers it) of
    /// their first record and how many they hold.
    pub spans: Vec<Span>,
    /// Rows that are no records: blank, titles above the header, notes below the table.
    pub set_aside: SetAside,
    /// Some record has more fields than the header, all of them empty, or fewer, of columns without a name.
    pub is_ragged: bool,
    /// Whether the last line has no line end.
    pub open_ended: bool,
}

/// How many rows are no records, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SetAside {
    /// Empty lines, and lines of separators alone.
    pub blank: u64,
    /// Above the header.
    pub titles: u64,
    /// Below the last record.
    pub notes: u64,
}

impl SetAside {
    /// Puts them into an account.
    pub fn count_in(self, account: &mut RowAccount) {
        account.reject(RowAccount::BLANK, self.blank);
        account.reject(RowAccount::TITLE, self.titles);
        account.reject(RowAccount::NOTE, self.notes);
    }
}

/// Some records that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Where they stand in the text.
    pub bytes: Range<usize>,
    /// The row of the first, as a spreadsheet numbers it.
    pub first_row: u64,
    /// How many there are.
    pub records: u64,
}

struct Record {
    bytes: Range<usize>,
    fields: usize,
    /// One more than the last field that holds something.
    filled: usize,
    /// How many fields hold something.
    holding: usize,
    fault: Option<&'static str>,
}

impl Record {
    /// Its last field so far holds something.
    fn hold(&mut self) {
        self.holding += usize::from(self.filled < self.fields);
        self.filled = self.fields;
    }

    fn is_blank(&self) -> bool {
        self.holding == 0 && self.fault.is_none()
    }
}

/// The row that the header was found in.
struct HeaderRow {
    names: Vec<String>,
    separator: u8,
    row: u64,
    end: usize,
    above: SetAside,
}

const CLOSED_EARLY: &str = "there is text after a closing quote mark";
const QUOTE_INSIDE: &str = "there is a quote mark inside a field that has none around it";
const NEVER_CLOSED: &str =
    "the file ends inside a quoted field: a quote mark is missing, or the file is cut off";

impl CsvShape {
    /// Checks a text; `name` is the file's, for the messages. `is_header` says of a row's fields whether they are the names
    /// of a table that the caller knows: where no row's are, the first that is as full as those below it is the header.
    ///
    /// # Errors
    /// When the header cannot be used, or a record has a broken quote or another number of fields than the header.
    pub fn of(name: &str, text: &str, is_header: impl Fn(&[String]) -> bool) -> Result<Self, Screening> {
        let bytes = text.as_bytes();
        let Some(header) = known_header(text, &is_header).or_else(|| likely_header(text)) else {
            let fault = next_record(bytes, 0, separator(line_at(bytes, 0))).fault;
            let fault = fault.unwrap_or("there is no row of column names at its start");
            return Err(Problem::of_file(name, fault)
                .at_row(1)
                .remedy("the column names should stand in the first row: delete what is above them")
                .into());
        };
        if header.names.len() > MOST_COLUMNS {
            let columns = header.names.len();
            return Err(Problem::of_file(
                name,
                format!("there are {columns} columns, and we read up to {MOST_COLUMNS}"),
            )
            .remedy("check that this is the right file, with one row a line")
            .into());
        }
        let mut shape = Self {
            header: header.names,
            header_row: header.row,
            separator: header.separator,
            spans: Vec::new(),
            set_aside: header.above,
            is_ragged: false,
            open_ended: !text.ends_with('\n'),
        };
        shape.check_records(name, text, header.end)?;
        Ok(shape)
    }

    /// The records as fields, each with its row as a spreadsheet numbers it: for small tables.
    pub fn records<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (u64, Vec<String>)> + 'a {
        self.spans.iter().flat_map(move |span| {
            let mut at = span.bytes.start;
            (span.first_row..).zip(std::iter::from_fn(move || {
                let record =
                    (at < span.bytes.end).then(|| next_record(text.as_bytes(), at, self.separator))?;
                at = record.bytes.end;
                Some(split(&text[record.bytes], self.separator))
            }))
        })
    }

    fn check_records(&mut self, name: &str, text: &str, mut at: usize) -> Result<(), Screening> {
        let bytes = text.as_bytes();
        let mut problems = Screening::new();
        let columns = self.header.len();
        let named = self
            .header
            .iter()
            .rposition(|name| !name.is_empty())
            .map_or(0, |last| last + 1);
        // Rows that are notes if no record follows them.
        let mut pending: Vec<(Record, u64)> = Vec::new();
        let mut row = self.header_row;
        while at < bytes.len() {
            let record = next_record(bytes, at, self.separator);
            row += 1;
            at = record.bytes.end;
            if let Some(fault) = record.fault {
                problems.push(
                    Problem::of_file(name, fault)
                        .at_row(row)
                        .remedy("fetch the file again, or save it again as CSV"),
                );
            } else if record.is_blank() {
                self.set_aside.blank += 1;
            } else if columns >= FEWEST_COLUMNS_WITH_NOTES && may_be_note(&record, text, named) {
                pending.push((record, row));
            } else {
                for (before, its_row) in pending.drain(..) {
                    self.take(name, &before, its_row, named, false, &mut problems);
                }
                self.take(name, &record, row, named, at == bytes.len(), &mut problems);
            }
        }
        let is_lone = pending.len() == 1;
        for (record, its_row) in pending {
            let is_cut_off = record.bytes.end == bytes.len()
                && self.open_ended
                && record.fields < named
                && is_lone
                && !reads_as_note(&text[record.bytes.clone()]);
            if is_cut_off {
                self.take(name, &record, its_row, named, true, &mut problems);
            } else {
                self.set_aside.notes += 1;
            }
        }
        if problems.is_clean() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// Takes a record whose width is the header's, give or take fields that hold nothing.
    fn take(
        &mut self,
        name: &str,
        record: &Record,
        row: u64,
        named: usize,
        is_last: bool,
        problems: &mut Screening,
    ) {
        let columns = self.header.len();
        if record.filled > columns || record.fields < named {
            problems.push(wrong_width(name, row, record.fields, columns, is_last));
            return;
        }
        self.is_ragged |= record.fields != columns;
        let bytes = record.bytes.clone();
        match self.spans.last_mut() {
            Some(span)
                if span.bytes.end == bytes.start
                    && span.first_row + span.records == row
                    && span.bytes.len() < SPAN =>
            {
                span.bytes.end = bytes.end;
                span.records += 1;
            }
            _ => self.spans.push(Span {
                bytes,
                first_row: row,
                records: 1,
            }),
        }
    }
}

/// The first row near the top whose fields the caller knows as a header.
fn known_header(text: &str, is_header: &impl Fn(&[String]) -> bool) -> Option<HeaderRow> {
    let bytes = text.as_bytes();
    rows_at_top(bytes).find_map(|(start, row, above)| {
        let line = line_at(bytes, start);
        let best = separator(line);
        let others = [b',', b'\t', b';', b'|']
            .into_iter()
            .filter(|other| *other != best && line.contains(other));
        std::iter::once(best).chain(others).find_map(|separator| {
            let record = next_record(bytes, start, separator);
            let names = split(&text[record.bytes.clone()], separator);
            // One or two words known as names of columns may stand in a list of them.
            let is_wide =
                (row == 1 || record.holding >= FEWEST_COLUMNS_WITH_NOTES) && names.len() <= MOST_COLUMNS;
            (record.fault.is_none() && is_wide && is_header(&names)).then_some(HeaderRow {
                names,
                separator,
                row,
                end: record.bytes.end,
                above,
            })
        })
    })
}

/// The first row near the top with at least half as many fields that hold something as the fullest of them.
fn likely_header(text: &str) -> Option<HeaderRow> {
    let bytes = text.as_bytes();
    let top: Vec<_> = rows_at_top(bytes)
        .map(|(start, row, above)| {
            let separator = separator(line_at(bytes, start));
            (next_record(bytes, start, separator), separator, row, above)
        })
        .collect();
    let fullest = top.iter().map(|(record, ..)| record.holding).max()?;
    let (record, separator, row, above) = top
        .into_iter()
        .find(|(record, ..)| record.holding > 0 && record.holding * 2 >= fullest)?;
    record.fault.is_none().then(|| HeaderRow {
        names: split(&text[record.bytes.clone()], separator),
        separator,
        row,
        end: record.bytes.end,
        above,
    })
}

/// Where the first rows start, which rows they are, and what stands above each.
fn rows_at_top(bytes: &[u8]) -> impl Iterator<Item = (usize, u64, SetAside)> + '_ {
    let (mut at, mut above) = (0, SetAside::default());
    (1..=u64::from(MOST_TITLES) + 1).map_while(move |row| {
        let start = at;
        if start >= bytes.len() {
            return None;
        }
        let record = next_record(bytes, start, separator(line_at(bytes, start)));
        // A broken quote in a title must not swallow the header.
        at = if record.fault.is_some() {
            start + line_at(bytes, start).len()
        } else {
            record.bytes.end
        };
        let before = above;
        if record.is_blank() {
            above.blank += 1;
        } else {
            above.titles += 1;
        }
        Some((start, row, before))
    })
}

/// The line that starts at `at`, with its line end, whatever its quotation marks.
fn line_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = &bytes[at..];
    let end = rest
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(rest.len(), |length| length + 1);
    &rest[..end]
}

/// Whether a row would be a note if it stood below the table: text in its first field and nothing else, or too few fields
/// and a beginning that no record has.
fn may_be_note(record: &Record, text: &str, named: usize) -> bool {
    let line = &text[record.bytes.clone()];
    let has_letters = line.chars().filter(|letter| letter.is_alphabetic()).count() > 1;
    let is_alone = record.holding == 1 && record.filled == 1;
    has_letters && (is_alone || (record.fields < named && reads_as_note(line)))
}

/// Whether a line begins or reads as notes below tables do.
fn reads_as_note(line: &str) -> bool {
    const BEGINNINGS: [&str; 18] = [
        "source",
        "note",
        "footnote",
        "total",
        "crown",
        "contains",
        "copyright",
        "extract",
        "produced",
        "created",
        "report",
        "end of",
        "key",
        "©",
        "(c)",
        "*",
        "(",
        "[",
    ];
    let line = line.trim().trim_start_matches('"').to_lowercase();
    BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
        || line.contains(": ")
        || line.contains(" means ")
        || line.trim_end_matches(['"', ',']).ends_with('.')
}

fn wrong_width(name: &str, row: u64, fields: usize, columns: usize, last: bool) -> Problem {
    let count = |n: usize| {
        if n == 1 {
            "1 field".to_owned()
        } else {
            format!("{n} fields")
        }
    };
    if last && fields < columns {
        return Problem::of_file(
            name,
            format!(
                "the last row has {} where the header has {columns}: the file is cut off",
                count(fields)
            ),
        )
        .at_row(row)
        .remedy("fetch the file again");
    }
    Problem::of_file(
        name,
        format!("a row does not have the header's {}", count(columns)),
    )
    .at_row(row)
    .seen(&count(fields))
    .remedy("fetch the file again, or save it again as CSV")
}

/// The record that starts at `start`, with its line end.
fn next_record(bytes: &[u8], start: usize, separator: u8) -> Record {
    let mut record = Record {
        bytes: start..bytes.len(),
        fields: 1,
        filled: 0,
        holding: 0,
        fault: None,
    };
    let mut at = start;
    let mut field_start = true;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => {
                record.bytes.end = at + 1;
                return record;
            }
            byte if byte == separator => {
                record.fields += 1;
                field_start = true;
            }
            b'"' if field_start => {
                let Some(close) = closing_quote(bytes, at + 1) else {
                    record.fault = Some(NEVER_CLOSED);
                    return record;
                };
                if !bytes[at + 1..close].iter().all(u8::is_ascii_whitespace) {
                    record.hold();
                }
                let is_closed = match bytes[close + 1..] {
                    [] | [b'\n', ..] | [b'\r', b'\n', ..] => true,
                    [byte, ..] => byte == separator,
                };
                if !is_closed {
                    record.fault = record.fault.or(Some(CLOSED_EARLY));
                }
                at = close;
                field_start = false;
            }
            b'"' => {
                record.fault = record.fault.or(Some(QUOTE_INSIDE));
            }
            byte => {
                field_start = false;
                if !byte.is_ascii_whitespace() {
                    record.hold();
                }
            }
        }
        at += 1;
    }
    record
}

fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// The fields of one sound record, unquoted and trimmed.
fn split(record: &str, separator: u8) -> Vec<String> {
    let mut fields = Vec::new();
    let bytes = record.as_bytes();
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&b'"') {
            let close = closing_quote(bytes, at + 1).unwrap_or(bytes.len());
            fields.push(record[at + 1..close].replace("\"\"", "\"").trim().to_owned());
            at = (close + 1).min(bytes.len());
            at += bytes[at..]
                .iter()
                .position(|byte| *byte == separator)
                .unwrap_or(bytes.len() - at);
        } else {
            let length = bytes[at..]
                .iter()
                .position(|byte| *byte == separator)
                .unwrap_or(bytes.len() - at);
            fields.push(record[at..at + length].trim().to_owned());
            at += length;
        }
        if at >= bytes.len() {
            return fields;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{CsvShape, SetAside, Span, split};
    use proptest::prelude::*;

    fn shape(text: &str) -> Result<CsvShape, crate::Screening> {
        CsvShape::of("f", text, |names| names.iter().any(|name| name == "URN"))
    }

    fn rows(shape: &CsvShape, text: &str) -> Vec<(u64, String)> {
        shape
            .records(text)
            .map(|(row, fields)| (row, fields.join("|")))
            .collect()
    }

    #[test]
    fn blank_rows_are_counted_and_left_out() {
        let text = "a,b\r\n1,2\r\n,\r\n\r\n3,\"x\r\ny\"\r\n4,5";
        let shape = shape(text).expect("sound");
        assert_eq!(shape.header, ["a", "b"]);
        assert_eq!((shape.set_aside.blank, shape.open_ended), (2, true));
        let spans = [
            Span {
                bytes: 5..10,
                first_row: 2,
                records: 1,
            },
            Span {
                bytes: 15..28,
                first_row: 5,
                records: 2,
            },
        ];
        assert_eq!(shape.spans, spans);
        assert_eq!(
            rows(&shape, text),
            [(2, "1|2".into()), (5, "3|x\r\ny".into()), (6, "4|5".into())]
        );
    }

    #[test]
    fn titles_above_and_notes_below_are_set_aside() {
        for (text, header_row, set_aside, records) in [
            (
                "SEN by school\nExtracted 12/03/2023\n\nURN,a,b\n1,2,3\n",
                4,
                (1, 2, 0),
                "5 1|2|3",
            ),
            (
                "\"SEN, by \"school\" 2023\n,,\nURN,a,b\n1,2,3\n",
                3,
                (1, 1, 0),
                "4 1|2|3",
            ),
            ("sep=;\nURN;a;b\n1;2;3\n", 2, (0, 1, 0), "3 1|2|3"),
            // No row is known: the header is the first that is as full as the rest.
            ("A title\nschool,a,b\n1,2,3\n", 2, (0, 1, 0), "3 1|2|3"),
            (
                "URN,a,b\n1,2,3\nSource: School census,,\n\"z means not applicable, x not available\",,\n",
                1,
                (0, 0, 2),
                "2 1|2|3",
            ),
            (
                "URN,a,b\n1,2,3\n\nSource: School census, January 2023\nNot for publication\n",
                1,
                (1, 0, 2),
                "2 1|2|3",
            ),
            ("URN,a,b\n1,2,3\nSource: School census", 1, (0, 0, 1), "2 1|2|3"),
            // Text between records is no note.
            (
                "URN,a,b\n1,2,3\nEssex,,\n4,5,6\n",
                1,
                (0, 0, 0),
                "2 1|2|3; 3 Essex||; 4 4|5|6",
            ),
        ] {
            let shape = shape(text).expect("sound");
            let (blank, titles, notes) = set_aside;
            assert_eq!(shape.header_row, header_row, "{text}");
            assert_eq!(shape.set_aside, SetAside { blank, titles, notes }, "{text}");
            let found: Vec<String> = rows(&shape, text)
                .iter()
                .map(|(row, fields)| format!("{row} {fields}"))
                .collect();
            assert_eq!(found.join("; "), records, "{text}");
        }
    }

    #[test]
    fn separators_and_trailing_ones() {
        for (text, is_ragged) in [
            ("URN;a;b\n1;2;3\n", false),
            ("URN\ta\tb\n1\t2\t3\n", false),
            ("URN|a|b\n1|2|3\n", false),
            // Excel keeps the commas of deleted columns, of some rows and not of others.
            ("URN,a,b,,\n1,2,3\n", true),
            ("URN,a,b\n1,2,3,,,\n", true),
        ] {
            let shape = shape(text).expect("sound");
            assert_eq!(shape.is_ragged, is_ragged, "{text}");
            let (row, fields) = &rows(&shape, text)[0];
            assert_eq!((*row, fields.trim_end_matches('|')), (2, "1|2|3"), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_whole_table_is_told_with_its_row() {
        let many = vec!["c"; 5_000].join(",");
        for (text, message) in [
            (
                ",,\n",
                "f, row 1: there is no row of column names at its start\n  \
                 hint: the column names should stand in the first row: delete what is above them",
            ),
            (
                many.as_str(),
                "f: there are 5000 columns, and we read up to 4096\n  hint: check that this is the right file, with one row a line",
            ),
            (
                "a,b,c\n1,2,3\n4,5",
                "f, row 3: the last row has 2 fields where the header has 3: the file is cut off\n  hint: fetch the file again",
            ),
            (
                "level,b,c\nNational,2,3\nNatio",
                "f, row 3: the last row has 1 field where the header has 3: the file is cut off\n  hint: fetch the file again",
            ),
            (
                "a,b\n1,2,3\n4,5\n",
                "f, row 2: a row does not have the header's 2 fields: `3 fields`\n  hint: fetch the file again, or save it again as CSV",
            ),
            (
                "a,b\n1,\"2\n4,5\n",
                "f, row 2: the file ends inside a quoted field: a quote mark is missing, or the file is cut off\n  hint: fetch the file again, or save it again as CSV",
            ),
            (
                "a,b\n1,\"2\"x\n",
                "f, row 2: there is text after a closing quote mark\n  hint: fetch the file again, or save it again as CSV",
            ),
            (
                "a,b\n1,5\"\n",
                "f, row 2: there is a quote mark inside a field that has none around it\n  hint: fetch the file again, or save it again as CSV",
            ),
        ] {
            let screening = shape(text).expect_err(message);
            assert_eq!(screening.to_string(), message);
        }
    }

    #[test]
    fn fields_are_split_and_unquoted() {
        for (record, fields) in [
            ("a,b\n", vec!["a", "b"]),
            (
                "\"Bristol, City of\",\"say \"\"x\"\"\",\r\n",
                vec!["Bristol, City of", "say \"x\"", ""],
            ),
            ("", vec![""]),
            (",", vec!["", ""]),
        ] {
            assert_eq!(split(record, b','), fields, "{record}");
        }
    }

    proptest! {
        /// Whatever fields a sound writer writes, the shape counts them and the header reads back.
        #[test]
        fn what_a_writer_writes_is_sound(
            rows in (1..6_usize).prop_flat_map(|width| {
                proptest::collection::vec(proptest::collection::vec("[a-z\",\r\n ]{1,6}x", width), 1..8)
            })
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("to memory");
            }
            let text = String::from_utf8(writer.into_inner().expect("flushed")).expect("text");
            let shape = CsvShape::of("f", &text, |_| true).expect("sound");
            let header: Vec<&str> = rows[0].iter().map(|field| field.trim()).collect();
            prop_assert_eq!(&shape.header, &header);
            prop_assert_eq!(shape.records(&text).count(), rows.len() - 1);
        }

        /// Any text is either sound or refused with a message.
        #[test]
        fn no_text_makes_it_fall_over(text in "[a\",;\r\n]{0,40}") {
            match CsvShape::of("f", &text, |_| false) {
                Ok(shape) => prop_assert!(shape.header.iter().any(|name| !name.is_empty()) || text.contains('"')),
                Err(screening) => prop_assert!(!screening.is_clean()),
            }
        }
    }
}
