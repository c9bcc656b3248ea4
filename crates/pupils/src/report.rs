//! The findings as a school's office could act on them: by rule and school, as plain rows, CSV, text and HTML.

use super::{
    findings::PupilFinding,
    reading::PupilReading,
    rules::{Level, RULES},
    tally::is_by_design,
};
use senlens_model::{MARKING, csv_field};
use serde::Serialize;
use std::fmt::Write as _;

/// All that `senlens check` says of pupil records. It serialises; [`PupilReport::to_text`], [`PupilReport::to_csv`]
/// and [`PupilReport::to_html`] render it. None of them holds a value of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PupilReport {
    /// That it is not for publication.
    pub marking: &'static str,
    /// The rules that found something, in the order of the rules.
    pub rules: Vec<RuleSummary>,
    /// What became of every file's rows.
    pub accounts: Vec<senlens_files::RowAccount>,
}

/// One rule's findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSummary {
    /// The rule's id.
    pub rule: &'static str,
    /// What became of the records.
    pub level: Level,
    /// The census item.
    pub column: &'static str,
    /// What is wrong.
    pub sentence: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// How many records, over all schools and files.
    pub records: u64,
    /// By school, then file.
    pub schools: Vec<PupilFinding>,
}

impl PupilReport {
    /// Groups a reading's findings by rule and school.
    pub fn of(reading: &PupilReading) -> Self {
        let mut rules = Vec::new();
        for rule in RULES {
            let mut schools: Vec<PupilFinding> = reading
                .findings
                .iter()
                .filter(|finding| finding.rule == rule.id)
                .cloned()
                .collect();
            schools.sort_by(|one, other| (one.laestab, &one.file).cmp(&(other.laestab, &other.file)));
            if let Some(first) = schools.first() {
                rules.push(RuleSummary {
                    rule: rule.id,
                    level: first.level,
                    column: rule.column,
                    sentence: rule.sentence,
                    remedy: rule.remedy,
                    records: schools.iter().map(|finding| finding.records).sum(),
                    schools,
                });
            }
        }
        Self {
            marking: MARKING,
            rules,
            accounts: reading.accounts.clone(),
        }
    }

    /// Whether no rule found anything.
    pub fn is_clean(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether every row was counted that should be: blank rows, titles, other terms and pupils counted at another school are
    /// not.
    pub fn is_complete(&self) -> bool {
        let mut reasons = self.accounts.iter().flat_map(|account| account.rejected().keys());
        reasons.all(|reason| is_by_design(reason))
    }

    /// For a terminal.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.marking);
        for rule in &self.rules {
            let _ = writeln!(
                text,
                "{} ({}, {}): {} {}\n  hint: {}",
                rule.sentence,
                rule.rule,
                level_in_words(rule.level),
                rule.records,
                plural(rule.records, "record", "records"),
                rule.remedy
            );
            for finding in &rule.schools {
                let _ = writeln!(
                    text,
                    "  school {}, {}, column {}: {} {} ({})",
                    school(finding),
                    finding.file,
                    finding.column,
                    finding.records,
                    plural(finding.records, "record", "records"),
                    rows(finding)
                );
            }
        }
        for account in &self.accounts {
            let _ = writeln!(
                text,
                "{}: {} {} read, {} accepted",
                account.file(),
                account.read(),
                plural(account.read(), "record", "records"),
                account.accepted()
            );
            for (reason, count) in account.rejected() {
                let _ = writeln!(text, "  {count} not counted: {reason}");
            }
        }
        text
    }

    /// One line a rule, school and file; the marking is the name of a last column without values.
    pub fn to_csv(&self) -> String {
        // The marking is the name of a last column without values, as in the tables of a run.
        let mut text = format!(
            "rule,level,laestab,file,column,records,first_rows,sentence,remedy,{}\n",
            self.marking
        );
        for finding in self.rules.iter().flat_map(|rule| &rule.schools) {
            let cells = [
                finding.rule.to_owned(),
                level_in_words(finding.level).to_owned(),
                school(finding),
                finding.file.clone(),
                finding.column.to_owned(),
                finding.records.to_string(),
                finding
                    .first_rows
                    .iter()
                    .map(u32::to_string)
                    .collect::<Vec<_>>()
                    .join(" "),
                finding.sentence.to_owned(),
                finding.remedy.to_owned(),
            ];
            let fields: Vec<_> = cells.iter().map(|cell| csv_field(cell)).collect();
            let _ = writeln!(text, "{},", fields.join(","));
        }
        text
    }
}

pub(super) fn level_in_words(level: Level) -> &'static str {
    match level {
        Level::Reject => "not counted",
        Level::Note => "counted and noted",
        Level::Ignore => "not looked at",
    }
}

pub(super) fn plural(count: u64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

pub(super) fn school(finding: &PupilFinding) -> String {
    finding
        .laestab
        .map_or_else(|| "not named".to_owned(), |laestab| laestab.to_string())
}

pub(super) fn rows(finding: &PupilFinding) -> String {
    let shown: Vec<String> = finding.first_rows.iter().map(u32::to_string).collect();
    let rest = finding.records - finding.first_rows.len() as u64;
    let more = if rest > 0 {
        format!(", and {rest} more")
    } else {
        String::new()
    };
    let word = plural(finding.records, "row", "rows");
    format!("{word} {}{more}", shown.join(", "))
}
