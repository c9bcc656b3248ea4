//! Which place lies in which. This is public, from the register of schools and the authority's own pages.

use crate::count::level;
use crate::read::without_apostrophe;
use senlens_model::GeographicLevel;
use std::collections::{BTreeMap, BTreeSet};

/// A place by level and code.
pub type PlaceCode = (GeographicLevel, String);

/// Which place lies in which, and whose counts are public whatever a run does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    parents: BTreeMap<PlaceCode, PlaceCode>,
    public: BTreeSet<PlaceCode>,
}

/// A file of places that does not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlacesError {
    /// Not a CSV file.
    #[error("places do not read: {0}")]
    Csv(#[from] csv::Error),
    /// A line that does not name two places.
    #[error(
        "line {line} does not name a place and the place it lies in (geographic_level, area_code, parent_level, \
         parent_code)"
    )]
    Line {
        /// Which line.
        line: usize,
    },
}

impl Places {
    /// Says that a place lies in another that has rows of its own, whose counts are the sums of such places' counts.
    pub fn lies_in(&mut self, place: (GeographicLevel, &str), parent: (GeographicLevel, &str)) {
        self.parents
            .insert((place.0, place.1.to_owned()), (parent.0, parent.1.to_owned()));
    }

    /// Says that a place's counts are published by the Department too.
    pub fn is_public(&mut self, place: (GeographicLevel, &str)) {
        self.public.insert((place.0, place.1.to_owned()));
    }

    /// Reads CSV with a header line: `geographic_level, area_code, parent_level, parent_code`, one line a place; a
    /// line without a parent names a place whose counts are public.
    ///
    /// # Errors
    /// When a line does not name places.
    pub fn parse(text: &str) -> Result<Self, PlacesError> {
        let mut places = Self::default();
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        for (number, record) in reader.records().enumerate() {
            let record = record?;
            let field = |at: usize| without_apostrophe(record.get(at).unwrap_or("").trim());
            // What stands there is not quoted: it may be another file, with pupils in it.
            let wrong = || PlacesError::Line { line: number + 2 };
            let place = (level(field(0)).ok_or_else(wrong)?, field(1));
            if field(2).is_empty() {
                places.is_public(place);
            } else {
                places.lies_in(place, (level(field(2)).ok_or_else(wrong)?, field(3)));
            }
        }
        Ok(places)
    }

    /// Every place and the one it lies in.
    pub fn parents(&self) -> impl Iterator<Item = (&PlaceCode, &PlaceCode)> {
        self.parents.iter()
    }

    /// Whether a place's counts are public: England's and a region's always are.
    pub(crate) fn counts_are_public(&self, level: GeographicLevel, code: &str) -> bool {
        matches!(level, GeographicLevel::National | GeographicLevel::Regional)
            || self.public.contains(&(level, code.to_owned()))
    }
}
