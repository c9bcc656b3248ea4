//! What a count counts: figures of two universes are never divided by one another, nor compared.

use crate::{AcademicYear, Coverage};
use std::{fmt, sync::Arc};

/// Whose pupils a source counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Covers {
    /// Schools of every phase it names, each phase apart: any coverage can be had from it.
    #[default]
    Phases,
    /// All phases together, of these schools.
    Only(Coverage),
    /// Plans that an authority keeps, for people of 0 to 25 wherever they learn: not the pupils of its schools.
    PlansKept,
    /// All phases together, and the source does not say of which schools.
    NotSaid,
}

/// How many of the schools it should cover a source holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// All: a published table of areas, or schools whose sums are those of one.
    Whole,
    /// All, as far as anyone has said: nothing given holds the area's totals.
    Unchecked,
    /// Some of them.
    Part,
    /// More than a published table has, or others.
    AtOdds,
}

/// The universe of a count: source, year, schools covered, and how many of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Universe {
    /// The file, or the files that agree.
    pub source: Arc<str>,
    /// The census year.
    pub time_period: AcademicYear,
    /// Which schools' pupils.
    pub coverage: Coverage,
    /// How many of those schools.
    pub extent: Extent,
}

impl Universe {
    /// Whether a count of one may be set against a rate of the other: one year, one coverage, and neither holds a part of
    /// its schools, or others.
    pub fn compares_with(&self, other: &Self) -> bool {
        let sound = |extent| matches!(extent, Extent::Whole | Extent::Unchecked);
        self.time_period == other.time_period
            && self.coverage == other.coverage
            && sound(self.extent)
            && sound(other.extent)
    }
}

impl fmt::Display for Universe {
    /// In a sentence: `schools.csv (202223, state-funded and non-maintained special schools)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}, {})",
            self.source,
            self.time_period,
            self.coverage.in_words()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Extent, Universe};
    use crate::Coverage;

    #[test]
    fn counts_of_two_universes_are_not_compared() {
        let universe = |year: &str, coverage, extent| Universe {
            source: "file.csv".into(),
            time_period: year.parse().expect("a year"),
            coverage,
            extent,
        };
        let own = universe("202223", Coverage::StateFunded, Extent::Whole);
        for (other, compares) in [
            (own.clone(), true),
            (universe("202223", Coverage::StateFunded, Extent::Unchecked), true),
            (universe("202122", Coverage::StateFunded, Extent::Whole), false),
            (universe("202223", Coverage::AllSchools, Extent::Whole), false),
            (universe("202223", Coverage::StateFunded, Extent::Part), false),
        ] {
            assert_eq!(own.compares_with(&other), compares, "{other}");
            assert_eq!(other.compares_with(&own), compares, "{other}");
        }
    }
}
