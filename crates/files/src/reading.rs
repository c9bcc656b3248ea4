//! What a reading gives back.

use crate::{Note, RowAccount};
use senlens_model::Cells;

/// Checked counts, an account of every row they were read from, and what was noticed on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The counts.
    pub cells: Cells,
    /// What became of the rows, one account a file.
    pub accounts: Vec<RowAccount>,
    /// What a reader of the results should know.
    pub notes: Vec<Note>,
}
