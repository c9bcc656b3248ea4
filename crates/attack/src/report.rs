//! What the attack found.

use crate::{CountKey, ReadersPolicy};
use std::fmt;

/// One thing a reader could learn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Finding {
    /// Sums and bounds leave a withheld count fewer values than the policy asks.
    Narrowed {
        /// The count.
        count: CountKey,
        /// The least it can be.
        low: f64,
        /// The most it can be.
        high: f64,
    },
    /// What is shown contradicts itself, so that the ranges of what hangs on it cannot be found.
    Contradicted {
        /// A count of the component.
        near: CountKey,
    },
    /// A count is withheld in one place and shown in another.
    ShownElsewhere {
        /// The count.
        count: CountKey,
        /// Its value.
        value: f64,
        /// Where it is shown.
        file: String,
    },
    /// A figure made from a withheld count stands beside it.
    Figure {
        /// The count.
        count: CountKey,
        /// The figure's column.
        column: String,
        /// The file.
        file: String,
        /// The count solved from it, where one value alone fits.
        solved: Option<f64>,
    },
    /// Words, a tooltip or a worksheet give a figure that no table shows beside a withheld count.
    Words {
        /// The count.
        count: CountKey,
        /// The file.
        file: String,
        /// The words.
        text: String,
    },
    /// A bar, a point or a whisker is drawn for a withheld count.
    Drawn {
        /// The count.
        count: CountKey,
        /// The file.
        file: String,
        /// What it comes to against the axis, where the axis has ticks on either side of it.
        stands_at: Option<f64>,
    },
    /// A file keeps a value that none of its cells shows: in its statistics, or in its list of texts.
    Remnant {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The value.
        value: String,
    },
}

/// What the attack read, how large the system was, and what it found.
#[derive(Debug, Clone, PartialEq)]
pub struct AttackReport {
    /// The policy attacked.
    pub policy: ReadersPolicy,
    /// Files read.
    pub files: Vec<String>,
    /// Withheld counts.
    pub withheld: usize,
    /// Unknowns of the system: withheld counts, and those that are in no table.
    pub unknowns: usize,
    /// Equations with an unknown.
    pub equations: usize,
    /// Independent components.
    pub components: usize,
    /// Unknowns of the largest.
    pub largest_component: usize,
    /// Withheld counts that public totals alone narrow: no release could add to that.
    pub already_public: usize,
    /// What could not be attacked, and why.
    pub notes: Vec<String>,
    /// What was found: empty when the release held.
    pub findings: Vec<Finding>,
}

impl AttackReport {
    /// Whether nothing was found.
    pub fn held(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Narrowed { count, low, high } if high - low < 1e-6 => {
                write!(f, "recovered by sums: {count}: `{low:.0}`")
            }
            Self::Narrowed { count, low, high } => {
                write!(f, "narrowed by sums: {count}: `{low:.1} to {high:.1}`")
            }
            Self::Contradicted { near } => {
                write!(
                    f,
                    "the sums shown contradict each other, so that nothing can be said of counts near {near}"
                )
            }
            Self::ShownElsewhere { count, value, file } => {
                write!(
                    f,
                    "withheld in one place and shown in {file}: {count}: `{value:.0}`"
                )
            }
            Self::Figure {
                count,
                column,
                file,
                solved: Some(value),
            } => write!(f, "solved from {column} in {file}: {count}: `{value:.0}`"),
            Self::Figure {
                count,
                column,
                file,
                solved: None,
            } => write!(f, "{column} in {file} was made from a withheld count: {count}"),
            Self::Words { count, file, text } => {
                write!(
                    f,
                    "words in {file} give a figure beside a withheld count: {count}: `{text}`"
                )
            }
            Self::Drawn {
                count,
                file,
                stands_at: Some(figure),
            } => write!(
                f,
                "a mark in {file} stands at a figure for a withheld count: {count}: `{figure:.3}`"
            ),
            Self::Drawn {
                count,
                file,
                stands_at: None,
            } => write!(f, "a mark in {file} is drawn for a withheld count: {count}"),
            Self::Remnant { file, column, value } => write!(
                f,
                "{file} keeps a value of {column} that none of its cells shows: `{value}`"
            ),
        }
    }
}

impl fmt::Display for AttackReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} files read; {} withheld counts, {} unknowns in {} independent components (the largest {}), {} equations",
            self.files.len(),
            self.withheld,
            self.unknowns,
            self.components,
            self.largest_component,
            self.equations
        )?;
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        match self.findings.len() {
            0 => writeln!(
                f,
                "held: every withheld count keeps at least the range the policy asks"
            ),
            1 => writeln!(f, "1 finding"),
            several => writeln!(f, "{several} findings"),
        }
    }
}
