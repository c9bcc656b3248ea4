//! Whether a group (a sex, an ethnicity, a language) is identified more often than the rest, and by how much.
//!
//! A [`Place`] holds the counts of every group of one dimension in one area; each group is compared with all the others.
//! Ratios of small numbers are not made: [`MinimumRule`] says what is compared with what.

mod adjusted;
mod minimum;
mod place;
mod ratios;
mod years;

pub use adjusted::{AdjustedOdds, StratumPair, adjusted_odds_ratio, mantel_haenszel};
pub use minimum::{Comparator, MinimumRule};
pub use place::{Group, GroupError, Place};
pub use ratios::{RiskComparison, haldane, odds_ratio, risk_comparison, small_sample};
pub use years::{Streak, streak};
