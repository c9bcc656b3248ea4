//! Shares over the years: whether they rise or fall, how fast against another series, and whether a year stands out.
//!
//! A [`Series`] refuses to run across a break in what was counted: a line across it shows the change of rules, not of
//! pupils.

mod change;
mod cochran_armitage;
mod kendall;
mod regression;
mod run_chart;
mod series;
mod slopes;

pub use change::{Change, changes};
pub use cochran_armitage::{CochranArmitage, cochran_armitage};
pub use kendall::{Kendall, kendall};
pub use regression::{LogisticTrend, RateTrend, logistic_trend, rate_trend};
pub use run_chart::{RunChart, RunPoint, SHIFT, run_chart};
pub use series::{Break, Point, Series, SeriesError};
pub use slopes::{SlopeDifference, slope_difference};
