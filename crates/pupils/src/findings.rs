//! What the rules found: counted by file, rule and school, with the first rows of each; no value is kept.

use super::rules::{Level, RuleIndex};
use senlens_model::Laestab;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where a rule was broken: which file, which rule, at which school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(crate) file: u32,
    pub(crate) rule: RuleIndex,
    /// LAESTAB, where the record has one.
    pub(crate) school: Option<Laestab>,
}

#[derive(Debug, Clone, Default)]
struct Rows {
    count: u64,
    first: Vec<u32>,
    is_whole_column: bool,
}

/// Fewer rows than these tell nothing of a whole column.
const FEWEST_OF_A_COLUMN: u64 = 20;

/// What to do where a whole column is damaged, which no school can mend.
fn whole_column_remedy(column: &str) -> &'static str {
    match column {
        "DOB" => {
            "the whole column: a spreadsheet may have turned dates into numbers or two-digit years; export it again with \
             dates as text (2014-05-15). Counts by need do not use it"
        }
        "UPN" | "FormerUPN" => {
            "the whole column: export it again as text, or say which column it is in a mapping file. Without it no pupil \
             is linked, and a pupil of two schools is counted twice"
        }
        _ => {
            "the whole column: it holds other codes or words than the census's; say what they mean in a mapping file, \
             under [values.ITEM] (`senlens check FILE --suggest-mapping` writes one to start from)"
        }
    }
}

/// The findings of a reading.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    spots: BTreeMap<Spot, Rows>,
}

impl Findings {
    /// How many rows of a spot are kept.
    const KEPT: usize = 20;

    pub(crate) fn push(&mut self, spot: Spot, row: u32) {
        let rows = self.spots.entry(spot).or_default();
        rows.count += 1;
        rows.first.push(row);
        if rows.first.len() > 4 * Self::KEPT {
            Self::shorten(rows);
        }
    }

    /// The smallest rows are kept, whatever the order in which parts of a file were read.
    fn shorten(rows: &mut Rows) {
        rows.first.sort_unstable();
        rows.first.truncate(Self::KEPT);
    }

    /// Takes the findings of another part of the same reading, its rows moved on by `offset`.
    pub(crate) fn append(&mut self, other: Self) {
        for (spot, more) in other.spots {
            let rows = self.spots.entry(spot).or_default();
            rows.count += more.count;
            rows.first.extend(more.first);
            Self::shorten(rows);
        }
    }

    /// For the report, in order of file, rule and school.
    pub(crate) fn into_list(
        mut self,
        files: &[String],
        level: impl Fn(RuleIndex) -> Level,
        rows_of: impl Fn(u32) -> u64,
    ) -> Vec<PupilFinding> {
        self.gather_whole_columns(rows_of);
        for rows in self.spots.values_mut() {
            Self::shorten(rows);
        }
        let spots = self.spots.into_iter();
        spots
            .map(|(spot, rows)| {
                let rule = spot.rule.rule();
                PupilFinding {
                    file: files[spot.file as usize].clone(),
                    rule: rule.id,
                    level: level(spot.rule),
                    laestab: spot.school,
                    column: rule.column,
                    sentence: rule.sentence,
                    remedy: if rows.is_whole_column {
                        whole_column_remedy(rule.column)
                    } else {
                        rule.remedy
                    },
                    is_whole_column: rows.is_whole_column,
                    records: rows.count,
                    first_rows: rows.first,
                }
            })
            .collect()
    }

    /// What is wrong in nearly every row of a file was done to its column, not to its records: one finding, of no
    /// school.
    fn gather_whole_columns(&mut self, rows_of: impl Fn(u32) -> u64) {
        let mut totals: BTreeMap<(u32, RuleIndex), u64> = BTreeMap::new();
        for (spot, rows) in &self.spots {
            *totals.entry((spot.file, spot.rule)).or_default() += rows.count;
        }
        totals.retain(|(file, rule), count| {
            rule.rule().is_of_a_column() && *count >= FEWEST_OF_A_COLUMN && *count * 10 >= rows_of(*file) * 9
        });
        if totals.is_empty() {
            return;
        }
        for (spot, rows) in std::mem::take(&mut self.spots) {
            let is_whole_column = totals.contains_key(&(spot.file, spot.rule));
            let school = spot.school.filter(|_| !is_whole_column);
            let all = self.spots.entry(Spot { school, ..spot }).or_default();
            all.count += rows.count;
            all.first.extend(rows.first);
            all.is_whole_column = is_whole_column;
            Self::shorten(all);
        }
    }

    /// How many records of a file break a rule.
    pub(crate) fn count_of(&self, file: u32, rule: RuleIndex) -> u64 {
        let spots = self
            .spots
            .iter()
            .filter(|(spot, _)| spot.file == file && spot.rule == rule);
        spots.map(|(_, rows)| rows.count).sum()
    }
}

/// The records of one school in one file that break one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PupilFinding {
    /// The file as given; `a.zip/b.xml` inside a zip.
    pub file: String,
    /// The rule's id.
    pub rule: &'static str,
    /// What became of the records.
    pub level: Level,
    /// The school, where the records name one.
    pub laestab: Option<Laestab>,
    /// The census item.
    pub column: &'static str,
    /// What is wrong.
    pub sentence: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Whether nearly every record of the file breaks the rule: then it is a matter of the file, not of schools.
    pub is_whole_column: bool,
    /// How many records.
    pub records: u64,
    /// The first of them: rows as a spreadsheet numbers them, or for XML the pupil's position in the file.
    pub first_rows: Vec<u32>,
}
