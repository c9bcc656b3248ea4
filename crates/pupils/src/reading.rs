//! What came of reading pupil records.

use crate::findings::PupilFinding;
use senlens_files::{Note, RowAccount};
use senlens_model::{AcademicYear, Cells, DiscordanceCount, MarkCount, TransitionCount};

/// Counts of pupils, and an account of every row they were read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PupilReading {
    /// The counted cells.
    pub cells: Cells,
    /// What became of every row, file by file: read = accepted + rejected by reason.
    pub accounts: Vec<RowAccount>,
    /// What the rules found, by file, rule and school; records noted are counted, records rejected are not.
    pub findings: Vec<PupilFinding>,
    /// How many pupils went from which state to which, between each census and the next that was read.
    pub transitions: Vec<TransitionCount>,
    /// What plans name for pupils of each state at the census before.
    pub discordance: Vec<DiscordanceCount>,
    /// What a reader of the results should know of the inputs.
    pub notes: Vec<Note>,
    /// How many pupils of each primary need bear a mark, by year, where extracts carry [`Item::MARKS`](crate::Item::MARKS).
    pub marks: Vec<(AcademicYear, MarkCount)>,
}
