//! How published files are to be read.

use crate::Mapping;
use senlens_model::{AcademicYear, SourceKind};

/// How published files are to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// How the columns of a school table that is none of the Department's layouts are to be read.
    pub mapping: Option<Mapping>,
    /// The year to read: other years in a file are left out, and a file without a year is taken to be of it.
    pub year: Option<AcademicYear>,
    /// What the cells are marked as.
    pub kind: SourceKind,
}

impl Default for ReadOptions {
    /// Published files, every layout of the Department's, the one year that is there.
    fn default() -> Self {
        Self {
            mapping: None,
            year: None,
            kind: SourceKind::Published,
        }
    }
}
