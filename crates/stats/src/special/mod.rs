//! Special functions and the tails of the textbook distributions, to about 1e-13 and the same on every machine.
//!
//! These rest on `libm` alone, so the same input gives the same bytes everywhere. They were written here because
//! the crates at hand do not serve: the inverse beta of `statrs` 0.19 does not return for some counts out of 8.5
//! million, `puruspe` works to fewer figures, and the wrapper of Boost needs a C++ compiler and its library's logarithms.
//! Each is checked against `mpmath` and against the golden files.

pub mod beta;
pub mod beta_binomial;
pub mod binomial;
pub mod chi_squared;
pub mod digamma;
pub mod gamma;
pub mod negative_binomial;
pub mod normal;
pub mod poisson;
pub(crate) mod saddle;
pub mod student;

/// One tail of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// The probability at or below a point.
    Lower,
    /// The probability above a point (for counts: at or above where the function says so).
    Upper,
}

impl Tail {
    /// The other tail.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Lower => Self::Upper,
            Self::Upper => Self::Lower,
        }
    }
}
