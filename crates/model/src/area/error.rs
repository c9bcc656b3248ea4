//! What is wrong with an area file, and what to do.

use super::check::MOST_LETTERS;
use crate::{AreaCode, LaCode};

/// An area file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AreaFileError {
    /// Not the TOML we ask for.
    #[error("not an area file: {message}")]
    Unreadable {
        /// What the reader of TOML said, with line and column.
        message: String,
    },
    /// A district stands in two parts, so its schools would be counted twice.
    #[error("district `{district}` stands in two parts; give each district to one")]
    DistrictTwice {
        /// The district's code.
        district: AreaCode,
    },
    /// Two parts have one name.
    #[error("two parts are called `{name}`; give each its own name")]
    PartTwice {
        /// The name.
        name: String,
    },
    /// A name that no page or chart could carry.
    #[error("{what} should be a name of 1 to {MOST_LETTERS} characters on one line: it has {letters}")]
    NotAName {
        /// Whose name: `name`, `region_name`, `part_word`, `parts`, `districts` or `neighbours`.
        what: &'static str,
        /// How many characters it has.
        letters: usize,
    },
    /// More parts, districts or neighbours than any authority has.
    #[error("{what} should have at most {most} entries: there are {count}")]
    TooMany {
        /// Which list.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// A number of no authority of England, and too little is said of it.
    #[error(
        "{la_code} is the number of no authority of England that we know, so the file should say its {field}; or mend \
         the number"
    )]
    Missing {
        /// The number.
        la_code: LaCode,
        /// What is missing.
        field: &'static str,
    },
    /// The file says of an authority what is not so.
    #[error("{la_code} is {authority}, whose {field} is `{right}`: leave the line out, or mend it: `{seen}`")]
    Contradiction {
        /// The number.
        la_code: LaCode,
        /// The authority of the number.
        authority: String,
        /// What is contradicted.
        field: &'static str,
        /// What is so.
        right: String,
        /// What the file says.
        seen: String,
    },
    /// A name of another region than the code's.
    #[error("region `{code}` is {right}: leave the line `region_name` out, or mend it: `{seen}`")]
    RegionName {
        /// The region's code.
        code: AreaCode,
        /// Its name.
        right: &'static str,
        /// What the file says.
        seen: String,
    },
    /// A district of another authority, or of none.
    #[error("district `{district}` is {whose}, not {authority}'s; {authority} has {own}")]
    NotItsDistrict {
        /// The district's code.
        district: AreaCode,
        /// Whose it is, in words.
        whose: String,
        /// The authority.
        authority: String,
        /// The districts it has.
        own: String,
    },
    /// A part without districts holds no school.
    #[error("part `{name}` has no districts; give it some, or leave it out")]
    EmptyPart {
        /// The part.
        name: String,
    },
    /// The authority is its own neighbour.
    #[error("{authority} ({la_code}) stands among its own neighbours in the list `{list}`; take it out")]
    OwnNeighbour {
        /// The authority.
        authority: String,
        /// Its number.
        la_code: LaCode,
        /// The list.
        list: String,
    },
    /// A neighbour stands in its list twice.
    #[error("{la_code} stands twice in the list of neighbours `{list}`; name each once")]
    NeighbourTwice {
        /// The number.
        la_code: LaCode,
        /// The list.
        list: String,
    },
    /// A neighbour that is no authority.
    #[error("{la_code}, in the list of neighbours `{list}`, is the number of no authority of England")]
    UnknownNeighbour {
        /// The number.
        la_code: LaCode,
        /// The list.
        list: String,
    },
    /// A list of neighbours that names none.
    #[error("the list of neighbours `{list}` names no authority; name some, or leave it out")]
    NoNeighbours {
        /// The list.
        list: String,
    },
}
