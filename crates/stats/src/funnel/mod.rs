//! Where a unit lies against a benchmark, given its size.
//!
//! A unit is flagged by its exact tail: [`binomial`] or [`poisson`]. Lines on a chart are drawn, never judged by.

mod exact;

pub use exact::{ExactTail, Position, binomial, normal_p_value, poisson, position_of_z};
