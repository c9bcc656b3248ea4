//! Why a run could not be made: one variant for each step.

use std::path::PathBuf;

/// A run that could not be made; nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The inputs cannot be used.
    #[error(transparent)]
    Input(#[from] senlens_files::Error),
    /// The inputs cannot be compared.
    #[error(transparent)]
    Compare(#[from] senlens_compare::CompareError),
    /// A published table that does not say its year, and whose year nothing given shows.
    #[error(
        "`{file}`: this table does not say of which year it is, and {why}; say the year with the file (--benchmark \
         {file}@202223), or give the school-level file of the same year, every school of it: where its totals are the \
         table's, the year is too"
    )]
    Undated {
        /// The table.
        file: String,
        /// Why the schools do not show it.
        why: String,
    },
    /// The area is neither built in nor a file we can use.
    #[error("`{area}`: {message}")]
    Area {
        /// What was asked for.
        area: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// A setting that makes no sense.
    #[error("{0}")]
    Setting(String),
    /// A file that the run itself needs cannot be read.
    #[error("cannot read `{}`: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The output folder cannot be written.
    #[error(transparent)]
    Output(#[from] crate::OutputError),
    /// The gate could not release the tables.
    #[error("nothing was published: {0}")]
    Release(#[from] senlens_release::ReleaseError),
    /// The attack on what was about to be published could not be made.
    #[error(transparent)]
    Attack(#[from] senlens_attack::AttackError),
    /// What was about to be published reveals withheld counts; nothing was published.
    #[error("nothing was published: the run failed its own attack\n{0}")]
    NotHeld(Box<senlens_attack::AttackReport>),
    /// The charts, tables or page could not be made.
    #[error(transparent)]
    Report(#[from] senlens_report::ReportError),
}

impl From<senlens_files::Problem> for Error {
    fn from(problem: senlens_files::Problem) -> Self {
        Self::Input(problem.into())
    }
}
