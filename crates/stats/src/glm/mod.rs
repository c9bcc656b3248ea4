//! Logistic and Poisson regression of counts on what is known of their cells.
//!
//! Newton's method on the canonical link, whose likelihood is concave: the maximum is proved by a vanishing gradient, and
//! where there is none (a column that separates the events) the fit says so.
//!
//! Source: McCullagh and Nelder (1989), Generalized linear models; as R's `glm`.

mod fit;

pub use fit::{Family, Fit, fit};

use thiserror::Error;

/// The columns of a regression, one row a cell, the intercept a column like any other.
///
/// It guarantees rows of one length and only finite numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    values: Vec<f64>,
    columns: usize,
}

/// Why a regression could not be fitted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GlmError {
    /// A row has another number of columns than the first.
    #[error("row {row} has another number of columns than the first: `{found}`")]
    RaggedRow {
        /// Its place, from 0.
        row: usize,
        /// How many columns it has.
        found: usize,
    },
    /// A value is NaN or infinite.
    #[error("row {row} has a value that is not a finite number in column `{column}`")]
    NotFinite {
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
    },
    /// The responses are not as many as the rows.
    #[error("{rows} rows of columns but this many responses: `{responses}`")]
    Lengths {
        /// Rows in the design.
        rows: usize,
        /// Responses given.
        responses: usize,
    },
    /// Fewer rows with people than columns.
    #[error("fewer rows with people in them than columns: `{0}`")]
    TooFewRows(usize),
    /// A column is a sum of others, or constant beside an intercept.
    #[error("a column says nothing the ones before it do not: `{column}`")]
    Redundant {
        /// Its place, from 0.
        column: usize,
    },
    /// An exposure is not a positive finite number.
    #[error("an exposure is not a positive number, in row `{row}`")]
    Exposure {
        /// Its row, from 0.
        row: usize,
    },
}

impl Design {
    /// A design from its rows.
    ///
    /// # Errors
    /// [`GlmError::RaggedRow`], [`GlmError::NotFinite`].
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self, GlmError> {
        let columns = rows.first().map_or(0, |row| row.as_ref().len());
        let mut values = Vec::with_capacity(rows.len() * columns);
        for (row, cells) in rows.iter().enumerate() {
            let cells = cells.as_ref();
            if cells.len() != columns {
                return Err(GlmError::RaggedRow {
                    row,
                    found: cells.len(),
                });
            }
            if let Some(column) = cells.iter().position(|value| !value.is_finite()) {
                return Err(GlmError::NotFinite { row, column });
            }
            values.extend_from_slice(cells);
        }
        Ok(Self { values, columns })
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or(0)
    }

    /// How many columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }
}
