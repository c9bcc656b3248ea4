//! Phase of school, in the Department's grouping. Names and labels stand in `codes/codes.toml`.

use crate::codes::lists;
use crate::{ParseError, fold};
use enum_map::{Enum, EnumMap};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// `phase_type_grouping` of a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Enum, Serialize, Deserialize)]
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

/// A value for each phase.
pub type PhaseMap<T> = EnumMap<Phase, T>;

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
        &lists().phase_names[self as usize]
    }

    /// The phase of a school by its phase and its type of establishment, as Get Information about Schools has them: the
    /// phase alone says `Not applicable` of special schools, alternative provision and independent schools. None where
    /// neither is of a school that the Department counts pupils at (a college, a children's centre).
    pub fn of_register(phase: &str, establishment: &str) -> Option<Self> {
        let by_type = lists().phases_of_types.get(&fold(establishment)).copied();
        by_type
            .or_else(|| phase.parse().ok())
            .or_else(|| establishment.parse().ok())
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

    /// Reads the label of any release, and of Get Information about Schools, by its letters.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let found = lists().phase_labels.get(&fold(text)).copied();
        found.ok_or_else(|| ParseError::new("a phase the Department uses", text))
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

    #[test]
    fn phases_of_the_register_of_schools_are_read() {
        for (label, phase) in [
            ("Primary", Some(Phase::Primary)),
            ("Middle deemed primary", Some(Phase::Primary)),
            ("Middle deemed secondary", Some(Phase::Secondary)),
            ("All-through", Some(Phase::Secondary)),
            ("All through", Some(Phase::Secondary)),
            ("16 plus", Some(Phase::Secondary)),
            ("Nursery", Some(Phase::Nursery)),
            ("Not applicable", None),
        ] {
            assert_eq!(label.parse().ok(), phase, "{label}");
        }
    }

    #[test]
    fn the_type_tells_where_the_register_has_no_phase() {
        for (label, establishment, phase) in [
            ("Primary", "Community school", Some(Phase::Primary)),
            ("Not applicable", "Community special school", Some(Phase::Special)),
            (
                "Not applicable",
                "Non-maintained special school",
                Some(Phase::NonMaintainedSpecial),
            ),
            (
                "Not applicable",
                "Pupil referral unit",
                Some(Phase::AlternativeProvision),
            ),
            (
                "Not applicable",
                "Other independent school",
                Some(Phase::Independent),
            ),
            ("Secondary", "Free schools special", Some(Phase::Special)),
            ("", "Free schools 16 to 19", Some(Phase::Secondary)),
            ("Not applicable", "Further education", None),
            ("Not applicable", "", None),
        ] {
            assert_eq!(
                Phase::of_register(label, establishment),
                phase,
                "{label}, {establishment}"
            );
        }
    }
}
