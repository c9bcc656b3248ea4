//! The tables of the contract, made from the rows of `compare` and `flags`: one file a table.

mod audit_plan;
mod benchmarks;
mod change;
mod contributions;
mod corrected_prevalence;
mod disproportionality;
mod explanations;
mod false_flags;
mod flags;
mod funnel_limits;
mod key_columns;
mod ranks;
mod rates;
mod school_variation;
mod sensitivity;
mod standardised_rates;
mod trends;

pub use audit_plan::audit_plan;
pub use benchmarks::benchmarks;
pub use change::change;
pub use contributions::contributions;
pub use corrected_prevalence::corrected_prevalence;
pub use disproportionality::disproportionality;
pub use explanations::explanations;
pub use false_flags::false_flags;
pub use flags::flags;
pub use funnel_limits::funnel_limits;
pub use ranks::ranks;
pub use rates::rates;
pub use school_variation::school_variation;
pub use sensitivity::sensitivity;
pub use standardised_rates::standardised_rates;
pub use trends::{trends, yearly};
