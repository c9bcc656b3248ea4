//! The one error of this crate.

use crate::{Problem, Screening};

/// Inputs that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The inputs were screened and something is wrong; nothing was read.
    #[error("{0}")]
    Screened(Box<Screening>),
    /// A mapping file is not the TOML we ask for.
    #[error("not a mapping file: {message}")]
    Mapping {
        /// What the reader of TOML said, with line and column.
        message: String,
    },
}

impl Error {
    /// What the screening found, if that is what went wrong.
    pub fn screening(&self) -> Option<&Screening> {
        match self {
            Self::Screened(screening) => Some(screening),
            Self::Mapping { .. } => None,
        }
    }
}

impl From<Screening> for Error {
    fn from(screening: Screening) -> Self {
        Self::Screened(Box::new(screening))
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Screening::from(problem).into()
    }
}
