//! The shape of a CSV text: where its records start, whether each is whole, which are blank. Values are not read here.
//!
//! The grammar is that of RFC 4180 and no wider: a quote mark stands only around a field or doubled inside a quoted
//! one. What a looser reader would guess at, and another would guess differently, is reported with its row.

use crate::{Problem, Screening};
use std::ops::Range;

/// Most columns a table may have: the widest of the Department's has about two hundred.
pub(crate) const MOST_COLUMNS: usize = 4_096;
/// Data is handed to the columnar reader in spans of about this many bytes, which bounds memory.
const SPAN: usize = 32 << 20;

/// A text checked to be a whole table.
#[derive(Debug)]
pub struct CsvShape {
    /// The header's names, trimmed.
    pub header: Vec<String>,
    /// Spans of the text that hold whole records and nothing blank, with the row (as a spreadsheet numbers it) of
    /// their first record and how many they hold.
    pub spans: Vec<Span>,
    /// Blank rows: empty lines, and lines of commas alone.
    pub blank_rows: u64,
    /// Whether the last line has no line end.
    pub open_ended: bool,
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
    blank: bool,
    fault: Option<&'static str>,
}

const CLOSED_EARLY: &str = "there is text after a closing quote mark";
const QUOTE_INSIDE: &str = "there is a quote mark inside a field that has none around it";
const NEVER_CLOSED: &str =
    "the file ends inside a quoted field: a quote mark is missing, or the file is cut off";

impl CsvShape {
    /// Checks a text; `name` is the file's, for the messages.
    ///
    /// # Errors
    /// When the header cannot be used, or a record has a broken quote or another number of fields than the header.
    pub fn of(name: &str, text: &str) -> Result<Self, Screening> {
        let bytes = text.as_bytes();
        let header_record = next_record(bytes, 0);
        if header_record.blank {
            return Err(
                Problem::of_file(name, "the first row is blank, and should hold the column names")
                    .remedy("delete the rows above the header")
                    .into(),
            );
        }
        if let Some(fault) = header_record.fault {
            return Err(Problem::of_file(name, fault).at_row(1).into());
        }
        let header_row = &text[header_record.bytes.clone()];
        if !text.contains('\n') && text.trim_end_matches('\r').contains('\r') {
            return Err(
                Problem::of_file(name, "the lines end in carriage returns alone, as on an old Mac")
                    .at_row(1)
                    .remedy("save it again as CSV (UTF-8)")
                    .into(),
            );
        }
        let header = split(header_row);
        check_width(name, &header)?;
        let mut shape = Self {
            header,
            spans: Vec::new(),
            blank_rows: 0,
            open_ended: !text.ends_with('\n'),
        };
        shape.check_records(name, bytes, header_record.bytes.end)?;
        Ok(shape)
    }

    fn check_records(&mut self, name: &str, bytes: &[u8], mut at: usize) -> Result<(), Screening> {
        let mut problems = Screening::new();
        let columns = self.header.len();
        let mut row = 1;
        while at < bytes.len() {
            let record = next_record(bytes, at);
            row += 1;
            at = record.bytes.end;
            let last = at == bytes.len();
            if let Some(fault) = record.fault {
                problems.push(
                    Problem::of_file(name, fault)
                        .at_row(row)
                        .remedy("fetch the file again, or save it again as CSV"),
                );
            } else if record.blank {
                self.blank_rows += 1;
            } else if columns == 1 && record.fields > 1 {
                let rule = format!(
                    "the first row is one field, and the rows below have {}",
                    record.fields
                );
                // The field is not quoted: it may be a value of a file without a header.
                return Err(Problem::of_file(name, rule)
                    .at_row(1)
                    .remedy("the column names should stand in the first row: delete what is above them")
                    .into());
            } else if record.fields != columns {
                problems.push(wrong_width(name, row, record.fields, columns, last));
            } else {
                self.take(record.bytes, row);
            }
        }
        if problems.is_clean() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    fn take(&mut self, bytes: Range<usize>, row: u64) {
        match self.spans.last_mut() {
            Some(span) if span.bytes.end == bytes.start && span.bytes.len() < SPAN => {
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

    /// How many records hold something.
    #[cfg(test)]
    pub fn records(&self) -> u64 {
        self.spans.iter().map(|span| span.records).sum()
    }
}

fn check_width(name: &str, header: &[String]) -> Result<(), Screening> {
    if header.len() > MOST_COLUMNS {
        return Err(Problem::of_file(
            name,
            format!(
                "there are {} columns, and we read up to {MOST_COLUMNS}",
                header.len()
            ),
        )
        .remedy("check that this is the right file, with one row a line")
        .into());
    }
    if header.len() == 1 {
        let lone = &header[0];
        if let Some((_, called)) = [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")]
            .iter()
            .find(|(separator, _)| lone.contains(*separator))
        {
            return Err(
                Problem::of_file(name, format!("the columns are separated by {called}, not commas"))
                    .remedy("save it as CSV (UTF-8)")
                    .into(),
            );
        }
    }
    Ok(())
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
fn next_record(bytes: &[u8], start: usize) -> Record {
    let mut record = Record {
        bytes: start..bytes.len(),
        fields: 1,
        blank: true,
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
            b',' => {
                record.fields += 1;
                field_start = true;
            }
            b'"' if field_start => {
                let Some(close) = closing_quote(bytes, at + 1) else {
                    record.fault = Some(NEVER_CLOSED);
                    record.blank = false;
                    return record;
                };
                record.blank &= bytes[at + 1..close].iter().all(u8::is_ascii_whitespace);
                if !matches!(bytes[close + 1..], [] | [b',' | b'\n', ..] | [b'\r', b'\n', ..]) {
                    record.fault = record.fault.or(Some(CLOSED_EARLY));
                }
                at = close;
                field_start = false;
            }
            b'"' => {
                record.fault = record.fault.or(Some(QUOTE_INSIDE));
                record.blank = false;
            }
            byte => {
                field_start = false;
                record.blank &= byte.is_ascii_whitespace();
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
pub(crate) fn split(record: &str) -> Vec<String> {
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
                .position(|byte| *byte == b',')
                .unwrap_or(bytes.len() - at);
        } else {
            let length = bytes[at..]
                .iter()
                .position(|byte| *byte == b',')
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
    use super::{CsvShape, Span, split};
    use proptest::prelude::*;

    #[test]
    fn blank_rows_are_counted_and_left_out() {
        let text = "a,b\r\n1,2\r\n,\r\n\r\n3,\"x\r\ny\"\r\n4,5";
        let shape = CsvShape::of("f", text).expect("sound");
        assert_eq!(shape.header, ["a", "b"]);
        assert_eq!(
            (shape.blank_rows, shape.records(), shape.open_ended),
            (2, 3, true)
        );
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
    }

    #[test]
    fn what_is_not_a_whole_table_is_told_with_its_row() {
        let many = vec!["c"; 5_000].join(",");
        for (text, message) in [
            (
                ",,\n1,2,3\n",
                "f: the first row is blank, and should hold the column names\n  hint: delete the rows above the header",
            ),
            (
                "a,b\r1,2\r",
                "f, row 1: the lines end in carriage returns alone, as on an old Mac\n  hint: save it again as CSV (UTF-8)",
            ),
            (
                "a;b\n1;2\n",
                "f: the columns are separated by semicolons, not commas\n  hint: save it as CSV (UTF-8)",
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
            let screening = CsvShape::of("f", text).expect_err(message);
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
            assert_eq!(split(record), fields, "{record}");
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
            let shape = CsvShape::of("f", &text).expect("sound");
            let header: Vec<&str> = rows[0].iter().map(|field| field.trim()).collect();
            prop_assert_eq!(&shape.header, &header);
            prop_assert_eq!(shape.records(), rows.len() as u64 - 1);
        }

        /// Any text is either sound or refused with a message.
        #[test]
        fn no_text_makes_it_fall_over(text in "[a\",\r\n]{0,40}") {
            match CsvShape::of("f", &text) {
                Ok(shape) => prop_assert!(shape.header.iter().any(|name| !name.is_empty()) || text.contains('"')),
                Err(screening) => prop_assert!(!screening.is_clean()),
            }
        }
    }
}
