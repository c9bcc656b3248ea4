//! Counts of pupils who bear a mark, such as a suspension, by school and primary need.

use crate::{Need, Urn};

/// A mark that stands for a need which may not be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Absent for a tenth of sessions or more.
    PersistentlyAbsent,
    /// Suspended at least once in the year.
    Suspended,
    /// Missed the early years goals of communication and language, or the phonics standard.
    MissedLanguageGoals,
    /// Attainment at or above what is expected of the age.
    AtOrAboveExpected,
}

impl Mark {
    /// Every mark, in the order of the items that carry them.
    pub const ALL: [Self; 4] = [
        Self::PersistentlyAbsent,
        Self::Suspended,
        Self::MissedLanguageGoals,
        Self::AtOrAboveExpected,
    ];
}

/// Pupils of one school with one primary need and neither SLCN nor SEMH among their other needs, and how many of them
/// bear a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MarkCount {
    /// The school.
    pub school: Urn,
    /// The primary need.
    pub need: Need,
    /// The mark.
    pub mark: Mark,
    /// Pupils of whom it is known.
    pub of: u32,
    /// Those who bear it.
    pub with: u32,
}
