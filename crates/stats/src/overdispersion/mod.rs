//! Whether units vary more than chance allows, and by how much.
//!
//! z-scores come in; phi, the multiplicative inflation of the variance, and tau squared, the variance between units,
//! come out. Where z-scores come from a square-root transform they can be infinite for a unit without people: a Pearson score against
//! a known benchmark is finite with no events, and every function here leaves a NaN out and treats an infinite score as
//! the largest, never as a reason for an infinite phi unless it is really inside what is averaged.

mod need;
mod pearson;
mod spread;
mod tau_squared;
mod winsorise;

pub use need::{DispersionTest, Target, test, test_binomial, test_poisson};
pub use pearson::{binomial_z, pearson_phi, poisson_z};
pub use spread::{correlation_between, ratio_variance_between};
pub use tau_squared::tau_squared;
pub use winsorise::{trim, trim_by_rank, winsorise};
