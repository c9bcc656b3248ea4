//! Where a unit lies against a benchmark, given its size.
//!
//! A unit is judged by its exact tail ([`binomial`] or [`poisson`]), and units together by [`judge_shares`] or
//! [`judge_ratios`], which allow for their varying more than chance. Lines on a chart ([`limits`]) are drawn, never judged
//! by. [`transformed`] is the funnel on a normalising scale, as `FunnelPlotR` has it.

mod exact;
pub mod limits;
mod predictive;
pub mod transformed;

pub use exact::{ExactTail, Position, binomial, normal_p_value, poisson, position_of_z};
pub use predictive::{
    Allowance, Judged, Rule, judge_ratios, judge_shares, predictive_binomial, predictive_poisson,
};
