//! Shrinkage: what is known of a unit when what is known of the others is counted too.
//!
//! Small units are drawn towards the middle by as much as their size warrants. [`marshall`] needs no distribution;
//! [`gamma_poisson`] and [`beta_binomial`] fit one by maximum likelihood and give each unit's whole [`Posterior`], from
//! which follow quantiles, the chance of lying above a benchmark, and ranks with their uncertainty ([`ranks`]).

mod beta_binomial;
mod gamma_poisson;
mod marshall;
mod posterior;
mod ranks;

pub use beta_binomial::{BetaBinomialFit, kleinman, maximum_likelihood as beta_binomial};
pub use gamma_poisson::{GammaPoissonFit, maximum_likelihood as gamma_poisson};
pub use marshall::{Shrunken, binomial as marshall_binomial, marshall};
pub use posterior::Posterior;
pub use ranks::{Rank, ranks};

use thiserror::Error;

/// Why units could not be shrunk together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShrinkError {
    /// Shrinking needs at least two units with people or expectation.
    #[error("shrinking needs at least two units with people in them, found: `{0}`")]
    TooFewUnits(usize),
    /// No unit has an event, or every member of every unit has one: there is nothing to shrink towards.
    #[error("no person, or every person, has the event in every unit")]
    NoVariation,
}
