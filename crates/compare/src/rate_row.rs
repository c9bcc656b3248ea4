//! A row of the table `rates`.

use crate::{Base, Key};
use senlens_model::NeedCut;

/// How many pupils of a place have a need, of how many, with the interval of that share.
#[derive(Debug, Clone, PartialEq)]
pub struct RateRow {
    /// What the row is about.
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Of whom it is a share.
    pub base: Base,
    /// Pupils with the need.
    pub events: u64,
    /// Pupils of the base.
    pub population: u64,
    /// `100 * events / population`; none when the population is zero.
    pub per_hundred: Option<f64>,
    /// Lower limit, per hundred.
    pub lower: Option<f64>,
    /// Upper limit, per hundred.
    pub upper: Option<f64>,
    /// Confidence of the limits (0.95).
    pub confidence: f64,
    /// Method of the limits (`wilson`).
    pub method: &'static str,
}
