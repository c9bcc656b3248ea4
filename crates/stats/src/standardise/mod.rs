//! Standardisation: what would be expected if the strata of a unit (year group, sex, free school meals) had the rates of
//! a reference population, and what a reference population would show if it had the unit's rates.

mod direct;
mod indirect;

pub use direct::{CountLimits, DirectStratum, DirectlyStandardised, direct, direct_with};
pub use indirect::{
    Compared, Contribution, Stratum, StratumCount, compare, expected, indirect, indirect_rate,
    indirect_strata,
};

use thiserror::Error;

/// Why a standardised figure could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StandardiseError {
    /// Strata with people in them but no usable reference rate, by their places in the input.
    #[error("no reference rate for {} of the strata, by place: `{places:?}`", places.len())]
    MissingReference {
        /// The places, counted from 0, of the strata without a rate.
        places: Vec<usize>,
    },
    /// Strata of the reference population without people of the unit, by their places in the input: a direct rate
    /// would have to guess theirs.
    #[error("no people in {} of the strata, by place: `{places:?}`", places.len())]
    EmptyStrata {
        /// The places, counted from 0, of the strata without people.
        places: Vec<usize>,
    },
    /// Strata with more events than people, by their places in the input.
    #[error("more events than people in {} of the strata, by place: `{places:?}`", places.len())]
    MoreThanAll {
        /// The places, counted from 0.
        places: Vec<usize>,
    },
    /// Nothing is expected, so there is no ratio.
    #[error("nothing is expected, so there is no ratio")]
    NothingExpected,
}
