//! A row of the table `flags`.

use crate::rules::RuleId;
use senlens_compare::Key;
use std::fmt;

/// How strongly a finding calls for a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// No concern raised.
    None,
    /// Worth a look.
    Amber,
    /// Review recommended.
    Red,
    /// Too few pupils for the rule to say.
    TooFew,
    /// The source does not carry what the rule needs, or the rule does not judge such places.
    NotApplicable,
}

impl Level {
    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::TooFew => "too_few",
            Self::NotApplicable => "not_applicable",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Pupils that would need another code for the counts to match expectation: an upper bound, not a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Displaced {
    /// Point estimate.
    pub pupils: f64,
    /// Lower limit (90%).
    pub lower: f64,
    /// Upper limit (90%).
    pub upper: f64,
}

/// The result of one rule for one place, with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What the row is about.
    pub key: Key,
    /// The rule.
    pub rule: RuleId,
    /// How strongly it calls for a review.
    pub level: Level,
    /// Orders rows of one rule where levels or probabilities tie, the strongest highest.
    pub score: Option<f64>,
    /// Probability of what the rule looks for, where the rule gives one.
    pub probability: Option<f64>,
    /// Pupils counted.
    pub observed: Option<u64>,
    /// Pupils expected.
    pub expected: Option<f64>,
    /// Pupils displaced, where the rule estimates them.
    pub displaced: Option<Displaced>,
    /// What was counted, against what, by which version of the rule.
    pub evidence: String,
    /// The sentence for a reader.
    pub wording: String,
}
