//! The page of a rule: what it looks for, why, on which inputs it runs, and what it does not cover.

use super::rule_id::RuleId;
use senlens_model::{AcademicYear, Dimension, Dimensions, Need, NeedCut};
use std::fmt::Write as _;

/// What a rule needs of its input beyond the schools' own list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requires {
    /// A dimension of the counted cells.
    Cells(Dimension),
    /// The same pupils at two or more censuses.
    Censuses,
    /// Plans joined to the census before.
    Plans,
    /// Absence or suspensions beside the primary need.
    Absence,
    /// Early years goals or phonics beside the primary need.
    Attainment,
}

impl Requires {
    /// As a message names it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Cells(dimension) => dimension.in_words(),
            Self::Censuses => "the same pupils at two or more censuses",
            Self::Plans => "plans joined to the census before",
            Self::Absence => "absence or suspensions by primary need",
            Self::Attainment => "attainment by primary need",
        }
    }
}

/// What an input carries of what rules need.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carried {
    /// The dimensions of the schools' cells.
    pub cells: Dimensions,
    /// Other data beside the cells.
    pub beside: Vec<Requires>,
}

impl Carried {
    fn has(&self, need: Requires) -> bool {
        match need {
            Requires::Cells(dimension) => self.cells.carry(dimension),
            other => self.beside.contains(&other),
        }
    }
}

/// The types of need without which a rule has nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codes {
    /// Each of them.
    pub all: &'static [Need],
    /// At least one of them, where there are any: the rule answers for those that the list of needs has.
    pub any: &'static [Need],
}

impl Codes {
    /// The codes that the census of a year lacks, where they are so many that the rule has nothing to say.
    pub fn lacking(self, year: AcademicYear) -> Vec<Need> {
        let gone = |needs: &[Need]| -> Vec<Need> {
            needs
                .iter()
                .copied()
                .filter(|need| !need.is_in_use(year))
                .collect()
        };
        let mut lacking = gone(self.all);
        let any = gone(self.any);
        if any.len() == self.any.len() {
            lacking.extend(any);
        }
        lacking
    }

    /// As a page tells it.
    fn in_words(self) -> String {
        let list = |needs: &[Need], word: &str| {
            let codes: Vec<&str> = needs.iter().map(|need| need.as_str()).collect();
            codes.join(word)
        };
        let any = list(self.any, " or ");
        let both = match (self.all.is_empty(), self.any.is_empty()) {
            (false, false) => format!("{} and {any}", list(self.all, ", ")),
            (true, _) => any,
            (false, true) => list(self.all, ", "),
        };
        let rest = if self.any.len() > 1 {
            "; it answers for those of the last that the list has"
        } else {
            ""
        };
        format!("{both}. The rule does not run on a census whose list of needs lacks them{rest}.")
    }
}

/// The counts that a rule reads at a place, at the row's provision, in each phase and all together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Of these needs, with `Total` where it reads the number with SEN.
    Needs(&'static [NeedCut]),
    /// Every count of the place.
    EveryCount,
}

/// A rule described for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulePage {
    /// Which rule it is.
    pub id: RuleId,
    /// Its number among the indicators of `docs/indicators.md`; empty for the model.
    pub indicator: &'static str,
    /// What it is, at the head of its page.
    pub title: &'static str,
    /// What it looks for.
    pub looks_for: &'static str,
    /// How it decides.
    pub method: &'static str,
    /// Its sources.
    pub sources: &'static str,
    /// What it does not cover, and which rule does.
    pub does_not_cover: &'static str,
    /// What it needs.
    pub needs: &'static [Requires],
    /// The types of need it is about.
    pub codes: Codes,
    /// Which counts of a place it reads: its finding is withheld with any of them.
    pub reads: Reads,
    /// On which sources it can therefore run.
    pub runs_on: &'static str,
}

impl RulePage {
    /// What an input lacks of what the rule needs.
    pub fn lacking(&self, carried: &Carried) -> Vec<Requires> {
        self.needs
            .iter()
            .copied()
            .filter(|need| !carried.has(*need))
            .collect()
    }

    /// The page as text.
    pub fn text(&self) -> String {
        let mut text = format!("# {} (rule `{}`", self.title, self.id);
        if !self.indicator.is_empty() {
            let _ = write!(text, ", indicator {}", self.indicator);
        }
        text.push_str(")\n");
        let needs: Vec<&str> = self.needs.iter().map(|need| need.in_words()).collect();
        for (heading, words) in [
            ("Looks for", self.looks_for),
            ("How it decides", self.method),
            ("Needs", &needs.join(", ")),
            ("Codes", &self.codes.in_words()),
            ("Runs on", self.runs_on),
            ("Sources", self.sources),
            ("Does not cover", self.does_not_cover),
        ] {
            let _ = write!(text, "\n{heading}: {words}\n");
        }
        wrapped(&text)
    }
}

/// Lines of at most a hundred letters.
fn wrapped(text: &str) -> String {
    const WIDE: usize = 100;
    let mut lines = String::new();
    for paragraph in text.lines() {
        let mut long = 0;
        for word in paragraph.split(' ') {
            let letters = word.chars().count();
            if long > 0 && long + 1 + letters > WIDE {
                lines.push('\n');
                long = 0;
            } else if long > 0 {
                lines.push(' ');
                long += 1;
            }
            lines.push_str(word);
            long += letters;
        }
        lines.push('\n');
    }
    lines
}
