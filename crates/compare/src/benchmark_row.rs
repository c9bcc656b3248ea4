//! A row of the table `benchmarks`.

use crate::{Adjustment, Base, Comparator, Key, Position};
use senlens_model::NeedCut;

/// What was observed in a place against what its comparator leads one to expect.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchmarkRow {
    /// What the row is about.
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Of whom the rate is a share.
    pub base: Base,
    /// Whom the place is compared with.
    pub comparator: Comparator,
    /// How the expected number was made.
    pub adjustment: Adjustment,
    /// Pupils with the need.
    pub observed: u64,
    /// Pupils expected to have it.
    pub expected: f64,
    /// Observed over expected; none when nothing is expected.
    pub ratio: Option<f64>,
    /// Lower Byar limit of the ratio.
    pub ratio_lower: Option<f64>,
    /// Upper Byar limit of the ratio.
    pub ratio_upper: Option<f64>,
    /// Confidence of the limits (0.95).
    pub confidence: f64,
    /// Distance from the comparator in plain standard errors.
    pub z: Option<f64>,
    /// Overdispersion: mean squared z over the units of this level; none where the level has too few units.
    pub phi: Option<f64>,
    /// The same with z clipped at its 10th and 90th percentiles.
    pub phi_winsorised: Option<f64>,
    /// z over the root of `phi_winsorised` (where that exceeds 1).
    pub z_adjusted: Option<f64>,
    /// Two-sided p-value of the method that decides the position.
    pub p_value: Option<f64>,
    /// The same after Benjamini and Hochberg over the rows of one level, need, provision, base and comparator.
    pub q_value: Option<f64>,
    /// Position at 95%.
    pub position: Position,
    /// Position at 99.8%.
    pub position_998: Position,
}
