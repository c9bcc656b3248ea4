//! Reads an audit sheet that was filled in: one line a school, provision and recorded need.

use senlens_files::{CsvShape, Error, Problem, Screening, read_file, separator, table_text};
use senlens_model::{AuditedNeed, AuditedRecords, Provision, Urn};
use std::collections::BTreeSet;
use std::path::Path;

/// The columns of the sheet. `school` is for the reader's eye and may be left out; others may follow.
pub const AUDIT_COLUMNS: [&str; 11] = [
    "urn",
    "school",
    "sen_provision",
    "recorded",
    "held",
    "to_look_at",
    "looked_at",
    "found_mld",
    "found_slcn",
    "found_semh",
    "found_other",
];

/// Reads the sheet that `senlens run` wrote blank, as filled in. A line with nothing filled in is passed over: those
/// records were not looked at.
///
/// # Errors
/// All that is wrong, each with its row and column: a column that is missing, a code that is none of the sheet's, a
/// count that is no whole number, needs found that do not add up to the records looked at, more looked at than held,
/// a line that stands twice, or a sheet on which nothing is filled in.
pub fn read_audit(path: &Path) -> Result<Vec<AuditedRecords>, Error> {
    let name = path.display().to_string();
    let bytes = read_file(path, &name)?;
    parse_audit(&name, bytes)
}

/// Reads the same from bytes; `name` is for messages.
///
/// # Errors
/// As [`read_audit`].
pub fn parse_audit(name: &str, bytes: Vec<u8>) -> Result<Vec<AuditedRecords>, Error> {
    let text = table_text(name, bytes)?;
    // A sheet that is cut off or has lost a quotation mark would be read as a shorter one.
    CsvShape::of(name, &text, |_| true)?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(separator(text.lines().next().unwrap_or_default().as_bytes()))
        .from_reader(text.as_bytes());
    let headers = reader
        .headers()
        .map_err(|_| {
            Problem::of_file(name, "not an audit sheet: it has no header")
                .remedy("fill in the sheet that `senlens run` writes (audit/sheet.csv)")
        })?
        .clone();
    let mut screening = Screening::new();
    let mut places = [0; AUDIT_COLUMNS.len()];
    for (place, wanted) in places.iter_mut().zip(AUDIT_COLUMNS) {
        match headers.iter().position(|header| header.trim() == wanted) {
            Some(at) => *place = at,
            None if ["school", "to_look_at"].contains(&wanted) => {}
            None => screening.push(
                Problem::of_file(name, "the sheet lacks this column")
                    .in_column(wanted)
                    .remedy("fill in the sheet that `senlens run` writes (audit/sheet.csv)"),
            ),
        }
    }
    screening.into_result()?;
    let mut screening = Screening::new();
    let mut records = Vec::new();
    let mut seen = BTreeSet::new();
    for (row, line) in (2..).zip(reader.records()) {
        let Ok(line) = line else {
            screening.push(Problem::of_file(name, "not a line of CSV").at_row(row));
            continue;
        };
        let text = |column: usize| line.get(places[column]).unwrap_or_default().trim();
        let line = Line { name, row };
        match line.parse(&text) {
            Ok(None) => {}
            Ok(Some(found)) if seen.insert((found.urn, found.provision, found.recorded)) => {
                records.push(found);
            }
            Ok(Some(_)) => screening.push(
                Problem::of_file(name, "this school, provision and recorded need stands here twice")
                    .at_row(row)
                    .in_column("urn")
                    .remedy("keep one of the lines"),
            ),
            Err(problem) => screening.push(problem),
        }
    }
    screening.into_result()?;
    if records.is_empty() {
        return Err(Problem::of_file(name, "no line of the sheet is filled in")
            .remedy("fill in `looked_at` and what was found, line by line")
            .into());
    }
    Ok(records)
}

struct Line<'a> {
    name: &'a str,
    row: u64,
}

impl Line<'_> {
    fn wrong(&self, column: usize, seen: &str, rule: &str) -> Problem {
        Problem::of_file(self.name, rule)
            .at_row(self.row)
            .in_column(AUDIT_COLUMNS[column])
            .seen(seen)
            .remedy("correct it in the sheet")
    }

    fn count(&self, column: usize, text: &str) -> Result<u32, Problem> {
        if text.is_empty() {
            return Ok(0);
        }
        text.parse()
            .map_err(|_| self.wrong(column, text, "not a whole number of records"))
    }

    fn parse<'t>(&self, text: &impl Fn(usize) -> &'t str) -> Result<Option<AuditedRecords>, Problem> {
        let filled = (6..AUDIT_COLUMNS.len()).any(|column| !text(column).is_empty());
        if !filled {
            return Ok(None);
        }
        let urn: Urn = text(0)
            .parse()
            .map_err(|_| self.wrong(0, text(0), "not a unique reference number of a school"))?;
        let provision = match text(2) {
            "SEN support" => Provision::SenSupport,
            "Education, health and care plan" => Provision::Plan,
            other => {
                return Err(self
                    .wrong(2, other, "not a provision of the sheet")
                    .remedy("write `SEN support` or `Education, health and care plan`"));
            }
        };
        let recorded = AuditedNeed::ALL
            .into_iter()
            .find(|need| need.as_str() == text(3))
            .ok_or_else(|| {
                self.wrong(3, text(3), "not a recorded need of the sheet")
                    .remedy("write MLD, SLCN, SEMH or other")
            })?;
        let held = self.count(4, text(4))?;
        let looked_at = self.count(6, text(6))?;
        let mut found = [0; 4];
        for (at, found) in found.iter_mut().enumerate() {
            *found = self.count(7 + at, text(7 + at))?;
        }
        if found.iter().try_fold(0u32, |sum, each| sum.checked_add(*each)) != Some(looked_at) {
            return Err(self
                .wrong(
                    6,
                    text(6),
                    "the needs found do not add up to the records looked at",
                )
                .remedy("count every record looked at under one found need"));
        }
        if looked_at > held {
            return Err(self.wrong(6, text(6), "more records looked at than held"));
        }
        Ok((looked_at > 0).then_some(AuditedRecords {
            urn,
            provision,
            recorded,
            held,
            looked_at,
            found,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{AUDIT_COLUMNS, parse_audit};
    use senlens_model::{AuditedNeed, Provision};

    fn sheet(lines: &[&str]) -> Vec<u8> {
        format!("{}\n{}\n", AUDIT_COLUMNS.join(","), lines.join("\n")).into_bytes()
    }

    #[test]
    fn a_sheet_filled_in_is_read_and_blank_lines_are_passed_over() {
        let records = parse_audit(
            "sheet.csv",
            sheet(&[
                "100001,\"St Mary, Tarnby\",SEN support,MLD,20,5,4,2,1,1,0",
                "100001,\"St Mary, Tarnby\",SEN support,SLCN,9,1,,,,,",
                "100002,Hill School,\"Education, health and care plan\",other,3,1,1,,,,1",
                "100003,Hill School,SEN support,MLD,3,1,0,,,,",
            ]),
        )
        .expect("a sound sheet");
        assert_eq!(records.len(), 2);
        assert_eq!(
            (records[0].held, records[0].looked_at, records[0].found),
            (20, 4, [2, 1, 1, 0])
        );
        assert_eq!(
            (records[1].provision, records[1].recorded, records[1].found),
            (Provision::Plan, AuditedNeed::Other, [0, 0, 0, 1])
        );
    }

    #[test]
    fn each_fault_is_told_with_its_row_and_column() {
        let good = "100009,x,SEN support,MLD,20,5,1,1,0,0,0";
        for (line, told) in [
            ("1e+05x,x,SEN support,MLD,20,5,4,4,0,0,0", "urn"),
            ("100001,x,K,MLD,20,5,4,4,0,0,0", "sen_provision"),
            ("100001,x,SEN support,BESD,20,5,4,4,0,0,0", "recorded"),
            ("100001,x,SEN support,MLD,20,5,4,four,0,0,0", "found_mld"),
            ("100001,x,SEN support,MLD,20,5,4,1,1,1,0", "looked_at"),
            ("100001,x,SEN support,MLD,3,5,4,4,0,0,0", "looked_at"),
            ("100009,x,SEN support,MLD,20,5,1,1,0,0,0", "twice"),
        ] {
            let message = parse_audit("sheet.csv", sheet(&[good, line]))
                .expect_err("a slip of the pen")
                .to_string();
            for part in ["sheet.csv", "3", told] {
                assert!(message.contains(part), "{line}: {part} in {message}");
            }
        }
        let message = parse_audit("sheet.csv", b"urn,recorded\n1,2\n".to_vec())
            .expect_err("no such columns")
            .to_string();
        assert!(message.contains("sen_provision"), "{message}");
        let message = parse_audit("sheet.csv", sheet(&["100001,x,SEN support,MLD,20,5,,,,,"]))
            .expect_err("nothing filled in")
            .to_string();
        assert!(message.contains("no line"), "{message}");
    }
}
