//! What can go wrong while writing.

use std::path::{Path, PathBuf};

/// Why the pages, charts or tables could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The folder or a file in it could not be written.
    #[error("could not write `{}`: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A table could not be turned into Parquet.
    #[error("could not write the table as Parquet `{}`: {message}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        message: String,
    },
    /// A chart could not be drawn.
    #[error("could not draw the chart `{chart}`: {message}")]
    Draw {
        /// The chart's name.
        chart: String,
        /// What the drawing library said.
        message: String,
    },
}

/// Gives a failed write its place.
pub(crate) fn writing(path: &Path) -> impl FnOnce(std::io::Error) -> ReportError + '_ {
    move |source| ReportError::Write {
        path: path.to_owned(),
        source,
    }
}
