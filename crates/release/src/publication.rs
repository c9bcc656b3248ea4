//! All that goes out together: the tables, and what the reader must know about them.

use crate::{Declared, Table, TableOf};
use senlens_model::{AcademicYear, Audience, Coverage, Geography};

/// What a reader of a paper for the public from pupil records is told beside the verdict: it rests on less than the
/// authority's own paper.
pub const PUBLIC_VERDICT: &str = "For the public, the verdict rests on counts of primary needs alone: secondary needs, \
     re-coding, plans and audits are left out, since a probability made from them could give pupils away, and with them the \
     indicators beside the verdict. The authority's own paper may say more, or other.";

/// One input, as a reader of the paper should know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceNote {
    /// File name, without its folder.
    pub name: String,
    /// What it was read as ("school-level wide layout").
    pub layout: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows read.
    pub read: u64,
    /// Rows used.
    pub accepted: u64,
    /// Rows left out, by reason.
    pub rejected: Vec<(String, u64)>,
}

/// What the reader must know about a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The authority.
    pub authority: String,
    /// Its code, as in the tables.
    pub authority_code: String,
    /// Its region.
    pub region: String,
    /// Its region's code.
    pub region_code: String,
    /// The codes of the authorities of its region.
    pub region_authorities: Vec<String>,
    /// What it calls its parts ("quadrant").
    pub part_word: String,
    /// Its places: which lies in which.
    pub geography: Geography,
    /// The year.
    pub time_period: AcademicYear,
    /// The coverage whose figures the page shows.
    pub coverage: Coverage,
    /// The date of the paper (`2026-01-31`), from `--date`; none when not given.
    pub date: Option<String>,
    /// Which list of statistical neighbours was used, if any.
    pub neighbours: Option<String>,
    /// The codes of the authorities on that list.
    pub neighbour_authorities: Vec<String>,
    /// For whom.
    pub audience: Audience,
    /// Whether every pupil in it is invented.
    pub invented: bool,
    /// Whether schools carry counts by type of need.
    pub needs_by_school: bool,
    /// Inputs.
    pub sources: Vec<SourceNote>,
    /// What else the reader should know (schools without a district, neighbours' list, year assumed).
    pub notes: Vec<String>,
    /// The policy's name and text, as the method note prints it.
    pub policy: String,
    /// Version of the program.
    pub version: String,
}

/// All that goes out together.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// What the reader must know.
    pub about: About,
    /// The tables, by name.
    pub tables: Vec<Table>,
}

impl Publication {
    /// A table, read by its columns' types; none where the run did not make it or it did not leave.
    pub fn table<T: Declared>(&self) -> Option<TableOf<'_, T>> {
        self.tables.iter().find_map(Table::of)
    }
}
