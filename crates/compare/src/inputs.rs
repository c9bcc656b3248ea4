//! What a comparison is made from.

use crate::Stratum;
use senlens_model::{AcademicYear, AreaFile, Cells, Coverage, Scope};

/// What a comparison is made from: counted cells, and the area they are read for.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// Cells by school.
    pub schools: Option<&'a Cells>,
    /// Cells by authority, region or nation, one set a published table; where two tables cover one place, the
    /// first is believed and the next asked for what it does not know.
    pub benchmarks: &'a [Cells],
    /// The area.
    pub area: &'a AreaFile,
    /// The year compared.
    pub year: AcademicYear,
    /// Whose schools get rows.
    pub scope: Scope,
    /// The universe of the schools' own comparisons.
    pub coverage: Coverage,
    /// What pupils are adjusted for beside their phase, where the cells carry it; see [`Stratum::USUAL`].
    pub adjust_for: &'a [Stratum],
}

/// A comparison that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// Nothing to compare.
    #[error("no counts to compare: give a schools file, or a benchmark file with the authority in it")]
    NothingGiven,
    /// The year asked for is in no input.
    #[error("no input holds the year {year}; the years there are: {present}")]
    NoSuchYear {
        /// The year asked for.
        year: AcademicYear,
        /// The years in the inputs.
        present: String,
    },
    /// The area's authority is in no input.
    #[error(
        "no input holds {name} (authority {la_code}); check --area, or give a file that covers it. \
         Authorities there: {present}"
    )]
    NoSuchAuthority {
        /// The authority's name.
        name: String,
        /// Its number.
        la_code: String,
        /// The first few authorities in the inputs.
        present: String,
    },
    /// A published table has one authority under two names or codes.
    #[error(
        "{file}: one authority stands in {year} under two names or codes, and its pupils would count twice: `{first}` and \
         `{second}`; keep the rows of one of them"
    )]
    AuthorityTwice {
        /// The table.
        file: String,
        /// The year in which both have rows.
        year: AcademicYear,
        /// The first name.
        first: String,
        /// The second.
        second: String,
    },
    /// A published row names an authority that nothing else knows.
    #[error(
        "the benchmark names an authority that neither the schools nor the list of authorities knows: `{name}`; \
         give it the name or number the schools file uses"
    )]
    UnknownAuthority {
        /// The name as published.
        name: String,
    },
}
