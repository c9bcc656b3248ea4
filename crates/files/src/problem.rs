//! What is wrong with an input, place by place, and how it is told.

use serde::Serialize;
use std::{borrow::Cow, collections::BTreeMap, fmt};

/// One thing wrong with an input: where, what was seen, which rule it breaks and what to do.
///
/// Readers of pupil records leave `seen` empty wherever the value could point at a child.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Problem {
    /// The file as given; `a.zip/b.csv` for a file inside a zip.
    pub file: String,
    /// The row as a spreadsheet numbers it (the header is row 1), if one row is to blame.
    pub row: Option<u64>,
    /// The column's name, if one column is to blame.
    pub column: Option<String>,
    /// What stands there.
    pub seen: Option<String>,
    /// The rule broken, so that it reads on from "problem:": "not a phase the Department uses".
    pub rule: String,
    /// What to do, where we know.
    pub remedy: Option<String>,
}

impl Problem {
    /// A problem of a whole file.
    pub fn of_file(file: &str, rule: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            row: None,
            column: None,
            seen: None,
            rule: rule.into(),
            remedy: None,
        }
    }

    /// At a row, as a spreadsheet numbers it.
    #[must_use]
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// In a column.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// With the text that stands there, cut to a length that fits a line.
    #[must_use]
    pub fn seen(mut self, seen: &str) -> Self {
        self.seen = Some(shortened(seen));
        self
    }

    /// With what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

/// Control characters made harmless and the text cut, so that a message stays one line whatever the file holds.
pub fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() || c == '`' { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

/// A name with a mark in place of each control character: it would break a line, command a terminal, or end a chart.
pub fn without_controls(name: &str) -> Cow<'_, str> {
    if name.contains(char::is_control) {
        Cow::Owned(name.replace(char::is_control, "\u{fffd}"))
    } else {
        Cow::Borrowed(name)
    }
}

/// Everything wrong with the inputs of one reading, found before anything is said.
///
/// Problems that differ only in row and value are one group. Each group keeps its first few places and counts the
/// rest, so that a file that is wrong in every row still makes a short message and little memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Screening {
    groups: BTreeMap<Group, Places>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    file: String,
    column: Option<String>,
    rule: String,
    remedy: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Places {
    first: Vec<(Option<u64>, Option<String>)>,
    count: u64,
}

impl Screening {
    /// How many places of a group are kept.
    pub const KEPT: usize = 20;
    /// How many places of a group a message prints.
    const PRINTED: usize = 5;

    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one more problem.
    pub fn push(&mut self, problem: Problem) {
        let Problem {
            file,
            row,
            column,
            seen,
            rule,
            remedy,
        } = problem;
        let group = Group {
            file,
            column,
            rule,
            remedy,
        };
        let places = self.groups.entry(group).or_default();
        places.count += 1;
        if places.first.len() < Self::KEPT {
            places.first.push((row, seen));
        }
    }

    /// Takes every problem of another screening.
    pub fn append(&mut self, other: Self) {
        for (group, more) in other.groups {
            let places = self.groups.entry(group).or_default();
            places.count += more.count;
            let room = Self::KEPT - places.first.len();
            places.first.extend(more.first.into_iter().take(room));
        }
    }

    /// How many problems there are, kept or only counted.
    pub fn count(&self) -> u64 {
        self.groups.values().map(|places| places.count).sum()
    }

    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.groups.is_empty()
    }

    /// The problems kept (at most [`Screening::KEPT`] of a kind), by file, column and rule.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (group, places) in &self.groups {
            for (row, seen) in &places.first {
                problems.push(Problem {
                    file: group.file.clone(),
                    row: *row,
                    column: group.column.clone(),
                    seen: seen.clone(),
                    rule: group.rule.clone(),
                    remedy: group.remedy.clone(),
                });
            }
        }
        problems
    }

    /// Nothing when clean, else the error that carries it.
    ///
    /// # Errors
    /// When anything is wrong.
    pub fn into_result(self) -> Result<(), crate::Error> {
        if self.is_clean() { Ok(()) } else { Err(self.into()) }
    }
}

impl From<Problem> for Screening {
    fn from(problem: Problem) -> Self {
        let mut screening = Self::new();
        screening.push(problem);
        screening
    }
}

impl Extend<Problem> for Screening {
    fn extend<T: IntoIterator<Item = Problem>>(&mut self, problems: T) {
        for problem in problems {
            self.push(problem);
        }
    }
}

impl fmt::Display for Screening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (1, Some((group, places))) = (self.count(), self.groups.first_key_value()) {
            return group.write_alone(f, places);
        }
        let mut files: Vec<&str> = self.groups.keys().map(|group| group.file.as_str()).collect();
        files.dedup();
        write!(
            f,
            "{} problems in {} {}",
            self.count(),
            files.len(),
            if files.len() == 1 { "file" } else { "files" }
        )?;
        let mut file = None;
        for (group, places) in &self.groups {
            if file != Some(&group.file) {
                write!(f, "\n{}", without_controls(&group.file))?;
                file = Some(&group.file);
            }
            write!(f, "\n  ")?;
            group.write_grouped(f, places)?;
        }
        Ok(())
    }
}

impl Group {
    /// `file, row 4, column phase: not a phase: `x`; what to do`.
    fn write_alone(&self, f: &mut fmt::Formatter<'_>, places: &Places) -> fmt::Result {
        let (row, seen) = &places.first[0];
        f.write_str(&without_controls(&self.file))?;
        if let Some(row) = row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {}", shortened(column))?;
        }
        write!(f, ": {}", self.rule)?;
        if let Some(seen) = seen {
            write!(f, ": `{seen}`")?;
        }
        self.write_remedy(f, "\n  ")
    }

    fn write_grouped(&self, f: &mut fmt::Formatter<'_>, places: &Places) -> fmt::Result {
        if let Some(column) = &self.column {
            write!(f, "column {}: ", shortened(column))?;
        }
        f.write_str(&self.rule)?;
        let said: Vec<String> = places
            .first
            .iter()
            .take(Self::printed(places))
            .filter_map(|(row, seen)| match (row, seen) {
                (Some(row), Some(seen)) => Some(format!("row {row}: `{seen}`")),
                (Some(row), None) => Some(format!("row {row}")),
                (None, Some(seen)) => Some(format!("`{seen}`")),
                (None, None) => None,
            })
            .collect();
        if places.count > 1 {
            write!(f, " ({} times)", places.count)?;
        }
        if !said.is_empty() {
            write!(f, "\n    {}", said.join("; "))?;
            let unsaid = places.count - said.len() as u64;
            if unsaid > 0 {
                write!(f, "; and {unsaid} more")?;
            }
        }
        self.write_remedy(f, "\n    ")
    }

    fn printed(places: &Places) -> usize {
        places.first.len().min(Screening::PRINTED)
    }

    fn write_remedy(&self, f: &mut fmt::Formatter<'_>, lead: &str) -> fmt::Result {
        match &self.remedy {
            Some(remedy) => write!(f, "{lead}hint: {remedy}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, Screening};

    fn phase(row: u64, seen: &str) -> Problem {
        Problem::of_file("schools.csv", "not a phase the Department uses")
            .at_row(row)
            .in_column("phase_type_grouping")
            .seen(seen)
            .remedy("write it as the Department does")
    }

    #[test]
    fn one_problem_is_one_sentence() {
        let screening = Screening::from(phase(4, "Primry"));
        assert_eq!(
            screening.to_string(),
            "schools.csv, row 4, column phase_type_grouping: not a phase the Department uses: `Primry`\n  \
             hint: write it as the Department does"
        );
    }

    #[test]
    fn many_problems_are_grouped_and_counted() {
        let mut screening = Screening::new();
        screening.extend((2..=31).map(|row| phase(row, "Primry")));
        screening.push(Problem::of_file("other.csv", "the file is empty"));
        assert_eq!(screening.count(), 31);
        assert_eq!(screening.problems().len(), Screening::KEPT + 1);
        assert_eq!(
            screening.to_string(),
            "31 problems in 2 files\n\
             other.csv\n  the file is empty\n\
             schools.csv\n  column phase_type_grouping: not a phase the Department uses (30 times)\n    \
             row 2: `Primry`; row 3: `Primry`; row 4: `Primry`; row 5: `Primry`; row 6: `Primry`; and 25 more\n    \
             hint: write it as the Department does"
        );
    }

    #[test]
    fn a_wild_value_cannot_break_the_line() {
        let wild = format!("a\nb`{}", "x".repeat(100));
        let seen = Problem::of_file("f", "r").seen(&wild).seen.expect("given");
        assert_eq!(seen, format!("a\u{fffd}b\u{fffd}{}…", "x".repeat(56)));
    }

    #[test]
    fn a_wild_name_of_a_file_cannot_break_the_line() {
        let said = Screening::from(Problem::of_file("a\u{1b}[2J\nnote: all is well.csv", "r")).to_string();
        assert_eq!(said, "a\u{fffd}[2J\u{fffd}note: all is well.csv: r");
    }

    #[test]
    fn appending_keeps_the_count() {
        let mut one = Screening::new();
        one.extend((2..=19).map(|row| phase(row, "A")));
        let mut two = Screening::new();
        two.extend((20..=40).map(|row| phase(row, "B")));
        one.append(two);
        assert_eq!((one.count(), one.problems().len()), (39, Screening::KEPT));
    }
}
