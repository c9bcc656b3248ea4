//! A row of the table `explanations`: what may lie behind a place's counts.

use senlens_compare::Key;
use std::fmt;

/// Rival explanations of a place's counts; their probabilities sum to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Explanation {
    /// Ordinary variation between schools.
    Ordinary,
    /// Communication or mental health needs recorded as MLD.
    Masking,
    /// More of every need identified.
    MoreOfEverything,
    /// A unit, resourced provision or special school that takes such pupils.
    SpecialistIntake,
    /// A surge of another need squeezing the shares.
    OtherNeedSurge,
    /// Types of need not assessed or not recorded.
    MissingCodes,
}

impl Explanation {
    /// Every explanation, in table order.
    pub const ALL: [Self; 6] = [
        Self::Ordinary,
        Self::Masking,
        Self::MoreOfEverything,
        Self::SpecialistIntake,
        Self::OtherNeedSurge,
        Self::MissingCodes,
    ];

    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Masking => "masking",
            Self::MoreOfEverything => "more_of_everything",
            Self::SpecialistIntake => "specialist_intake",
            Self::OtherNeedSurge => "other_need_surge",
            Self::MissingCodes => "missing_codes",
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The probability of one explanation for one place.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplanationRow {
    /// What the row is about.
    pub key: Key,
    /// The rule that weighed it.
    pub rule: &'static str,
    /// The explanation.
    pub explanation: Explanation,
    /// Its probability.
    pub probability: f64,
}
