//! Phase of school, in the Department's grouping.

use crate::{ParseError, fold};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// `phase_type_grouping` of a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[repr(u8)]
pub enum Phase {
    /// State-funded nursery.
    Nursery,
    /// State-funded primary.
    Primary,
    /// State-funded secondary.
    Secondary,
    /// State-funded special school.
    Special,
    /// Non-maintained special school.
    NonMaintainedSpecial,
    /// State-funded alternative provision.
    AlternativeProvision,
    /// Independent school.
    Independent,
}

impl Phase {
    /// Every phase, in the Department's order.
    pub const ALL: [Self; 7] = [
        Self::Nursery,
        Self::Primary,
        Self::Secondary,
        Self::Special,
        Self::NonMaintainedSpecial,
        Self::AlternativeProvision,
        Self::Independent,
    ];

    /// The Department's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nursery => "State-funded nursery",
            Self::Primary => "State-funded primary",
            Self::Secondary => "State-funded secondary",
            Self::Special => "State-funded special school",
            Self::NonMaintainedSpecial => "Non-maintained special school",
            Self::AlternativeProvision => "State-funded AP school",
            Self::Independent => "Independent school",
        }
    }

    /// Whether its pupils are there because of their needs: special schools and alternative provision.
    pub fn is_specialist(self) -> bool {
        matches!(
            self,
            Self::Special | Self::NonMaintainedSpecial | Self::AlternativeProvision
        )
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Phase {
    type Err = ParseError;

    /// Reads the labels of every release seen (DOMAIN 2.2), by their letters.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Ok(match fold(text).as_str() {
            "state funded nursery" | "nursery" | "state funded nursery school" | "maintained nursery" => {
                Self::Nursery
            }
            "state funded primary" | "primary" | "state funded primary school" => Self::Primary,
            "state funded secondary" | "secondary" | "state funded secondary school" => Self::Secondary,
            "state funded special school"
            | "state funded special"
            | "special"
            | "special school"
            | "maintained special" => Self::Special,
            "non maintained special school" | "non maintained special" => Self::NonMaintainedSpecial,
            "state funded ap school"
            | "state funded alternative provision"
            | "alternative provision"
            | "pupil referral unit"
            | "state funded alternative provision school"
            | "ap" => Self::AlternativeProvision,
            "independent school" | "independent" => Self::Independent,
            _ => return Err(ParseError::new("a phase the Department uses", text)),
        })
    }
}

impl TryFrom<String> for Phase {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<Phase> for String {
    fn from(phase: Phase) -> Self {
        phase.as_str().to_owned()
    }
}

/// What of the schools a row covers: every phase together, or one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhaseCut {
    /// All phases of the coverage.
    Total,
    /// One phase.
    Of(Phase),
}

impl PhaseCut {
    /// As it stands in tables: `Total` or the phase's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Total => "Total",
            Self::Of(phase) => phase.as_str(),
        }
    }
}

impl fmt::Display for PhaseCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Phase;

    #[test]
    fn every_name_reads_back() {
        for phase in Phase::ALL {
            assert_eq!(phase.as_str().parse(), Ok(phase));
        }
        assert!("Total".parse::<Phase>().is_err());
    }
}
