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
    ) -> Vec<PupilFinding> {
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
                    remedy: rule.remedy,
                    records: rows.count,
                    first_rows: rows.first,
                }
            })
            .collect()
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
    /// How many records.
    pub records: u64,
    /// The first of them: rows as a spreadsheet numbers them, or for XML the pupil's position in the file.
    pub first_rows: Vec<u32>,
}
