//! Counts and expectations come in. Textbook statistics go out: each value with its interval, its method and its
//! confidence, never rounded, and with no knowledge of what a school is.
//!
//! Shares run from 0 to 1, ratios from 0 with 1 as expected. NaN in gives NaN or `None` out, as each function says,
//! never a number. All transcendental functions come from `libm`: the same input gives the same bytes.
//!
//! ```
//! use senlens_stats::{Confidence, CountOf, interval};
//! let share = interval::wilson(CountOf::new(18, 120)?, Confidence::P95).expect("120 is not 0");
//! assert!((share.value - 0.15).abs() < 1e-15);
//! assert!(share.lower > 0.09 && share.upper < 0.23);
//! # Ok::<(), senlens_stats::CountError>(())
//! ```
#![expect(
    clippy::neg_cmp_op_on_partial_ord,
    reason = "!(x > 0.0) is how a NaN is caught with the rest"
)]

mod arithmetic;
mod confidence;
mod count;
mod method;
mod newton;
mod root;

pub mod calibration;
pub mod disproportionality;
pub mod funnel;
pub mod glm;
pub mod interval;
pub mod log_weights;
pub mod matrix;
pub mod mixed;
pub mod multiplicity;
pub mod one_sample;
pub mod overdispersion;
pub mod quantile;
pub mod shrink;
pub mod special;
pub mod standardise;
pub mod trend;
pub mod two_sample;

pub use confidence::{Confidence, ConfidenceError};
pub use count::{CountError, CountOf};
pub use method::{Interval, Method};
pub use newton::Convergence;
