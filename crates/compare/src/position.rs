//! Where an area stands against what is expected: never better or worse.

use std::fmt;

/// Position against the comparator at one level of the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// Above the upper limit.
    Higher,
    /// Within the limits.
    Similar,
    /// Below the lower limit.
    Lower,
    /// Too few pupils for the method to say.
    TooFew,
}

impl Position {
    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Similar => "similar",
            Self::Lower => "lower",
            Self::TooFew => "too_few",
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
