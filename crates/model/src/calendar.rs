//! The days of the school census, and the terms it is taken in.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

use crate::ParseError;

/// The term of a census, in the order of an academic year. Types of need are collected in spring alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Term {
    /// October.
    Autumn,
    /// January.
    Spring,
    /// May.
    Summer,
}

impl Term {
    /// Every term, in order.
    pub const ALL: [Self; 3] = [Self::Autumn, Self::Spring, Self::Summer];

    /// In a sentence, and in a mapping file.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Autumn => "autumn",
            Self::Spring => "spring",
            Self::Summer => "summer",
        }
    }
}

impl FromStr for Term {
    type Err = ParseError;

    /// Reads `SPR`, `Spring` and their like by the first three letters.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let start = text.trim().get(..3);
        Self::ALL
            .into_iter()
            .find(|term| start.is_some_and(|start| start.eq_ignore_ascii_case(&term.in_words()[..3])))
            .ok_or_else(|| ParseError::new("a term (autumn, spring or summer)", text))
    }
}
