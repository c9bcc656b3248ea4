//! Who is compared with whom: counted cells and published benchmarks in, rates and benchmarks for every area out.
//! Every figure keeps the counts it was made of, and no figure is judged here.

mod agreement;
mod atlas;
mod base;
mod benchmark_row;
mod benchmarks;
mod case_mix;
mod comparator;
mod comparison;
mod counts;
mod dispersion;
mod disproportionality;
mod expectation;
mod false_flags;
mod figures;
mod funnel_limits;
mod inputs;
mod key;
mod names;
mod position;
mod published;
mod ranges;
mod ranks;
mod rate_row;
mod rates;
mod school_counts;
mod school_variation;
mod tails;
mod tally;
mod trends;

pub use atlas::{AreaCounts, Atlas, TotalsMet, compare_totals};
pub use base::Base;
pub use benchmark_row::BenchmarkRow;
pub use case_mix::{ContributionRow, StandardisedRateRow};
pub use comparator::{Adjustment, Comparator, Stratum};
pub use comparison::{Comparison, compare};
pub use counts::{Counts, Layers, Share};
pub use dispersion::Dispersion;
pub use disproportionality::DisproportionalityRow;
pub use expectation::{Expectation, Within, expect};
pub use false_flags::FalseFlagRow;
pub use figures::{Figure, SCHOOL_NEEDS, figures};
pub use funnel_limits::{FunnelLimitRow, Spread};
pub use inputs::{CompareError, Inputs};
pub use key::Key;
pub use names::RegionName;
pub use position::Position;
pub use ranges::RangeRow;
pub use ranks::RankRow;
pub use rate_row::RateRow;
pub use school_counts::SchoolCounts;
pub use school_variation::SchoolVariationRow;
/// A figure with its limits, as rows carry it.
pub use senlens_stats::Interval;
/// A way of flagging a unit of a funnel, as rows carry it.
pub use senlens_stats::calibration::FlaggingRule;
pub use tally::{Known, PhaseTally, Tally};
pub use trends::{TrendRow, YearRow};
