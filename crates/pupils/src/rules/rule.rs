//! What a rule is.

use crate::record::Record;
use serde::{Deserialize, Serialize};

/// What becomes of a record that breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The record is not counted, and the account says why.
    Reject,
    /// The record is counted, and the report says what is wrong.
    Note,
    /// The rule is not looked at.
    Ignore,
}

impl Level {
    /// Reads `reject`, `note` or `ignore`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "reject" => Self::Reject,
            "note" => Self::Note,
            "ignore" => Self::Ignore,
            _ => return None,
        })
    }
}

/// One check.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name in settings and reports.
    pub id: &'static str,
    /// What becomes of a record that breaks it, unless the user says otherwise.
    pub level: Level,
    /// The census item it looks at.
    pub column: &'static str,
    /// What is wrong, without the value.
    pub sentence: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    pub(super) scope: Scope,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope {
    /// One record: the function says whether it breaks the rule.
    Record(fn(&Record) -> bool),
    /// More than one record, or the schools file: the counting judges it.
    Across,
}

impl Rule {
    /// Whether a file can break it as a whole, by what was done to a column on its way here.
    pub(crate) fn is_of_a_column(&self) -> bool {
        matches!(self.id, "born_unreadable" | "upn_shape" | "former_upn_shape") || self.id.ends_with("_code")
    }

    /// Whether a record by itself breaks the rule.
    pub fn is_broken_by(&self, record: &Record) -> bool {
        match self.scope {
            Scope::Record(broken) => broken(record),
            Scope::Across => false,
        }
    }
}
