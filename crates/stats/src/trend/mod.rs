//! Shares over the years: whether they rise or fall, how fast against another series, and whether a year stands out.
//!
//! A [`Series`] refuses to run across a break in what was counted. In English SEN data the first is 2014/15
//! ([`FIRST_NEEDS_FOR_ALL`]): before it a need was recorded for some pupils only, so a line across it shows the change of
//! rules, not of pupils.

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
pub use series::{Break, FIRST_NEEDS_FOR_ALL, Point, Series, SeriesError};
pub use slopes::{SlopeDifference, slope_difference};
