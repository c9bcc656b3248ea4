//! Where a row belongs: the Department's geographic levels, and one named place.

use serde::{Deserialize, Serialize};
use std::fmt;

/// `geographic_level`, in the Department's words, from the largest to the smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GeographicLevel {
    /// England.
    National,
    /// One of nine regions.
    Regional,
    /// A local authority.
    #[serde(rename = "Local authority")]
    LocalAuthority,
    /// A part of a local authority (Essex says quadrant): a list of districts.
    Quadrant,
    /// A lower-tier district.
    #[serde(rename = "Local authority district")]
    District,
    /// One school.
    School,
}

impl GeographicLevel {
    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::National => "National",
            Self::Regional => "Regional",
            Self::LocalAuthority => "Local authority",
            Self::Quadrant => "Quadrant",
            Self::District => "Local authority district",
            Self::School => "School",
        }
    }
}

impl fmt::Display for GeographicLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One place that a row of a table is about.
///
/// `code` is the URN for a school, the GSS code elsewhere, and for a part of an authority its name in the area file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Its level.
    pub level: GeographicLevel,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}
