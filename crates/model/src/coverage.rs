//! Which schools count: the Department publishes on two universes.

use crate::{ParseError, Phase};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The universe of schools a figure covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// State-funded schools with non-maintained special schools: the universe of the Department's need tables.
    StateFunded,
    /// Independent schools too: the universe of the headline percentages.
    AllSchools,
}

impl Coverage {
    /// Both.
    pub const ALL: [Self; 2] = [Self::StateFunded, Self::AllSchools];

    /// As it stands in tables: `state_funded`, `all_schools`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StateFunded => "state_funded",
            Self::AllSchools => "all_schools",
        }
    }

    /// In a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::StateFunded => "state-funded and non-maintained special schools",
            Self::AllSchools => "all schools, independent schools included",
        }
    }

    /// Whether schools of a phase are counted.
    pub fn counts(self, phase: Phase) -> bool {
        self == Self::AllSchools || phase != Phase::Independent
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Coverage {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "state_funded" => Ok(Self::StateFunded),
            "all_schools" => Ok(Self::AllSchools),
            _ => Err(ParseError::new("a coverage (state_funded or all_schools)", text)),
        }
    }
}
