//! Lines to draw on a funnel plot: the share or ratio a unit of a given size would have to pass.
//!
//! They are for drawing and for comparison with other packages. A unit is judged by its exact tail
//! ([`funnel::binomial`](crate::funnel::binomial)): judged by any of these lines, a unit at the benchmark is flagged
//! more or less often than the line says (see [`calibration`](crate::calibration)).

mod arcsine;
mod normal;
mod poisson_count;
mod spiegelhalter;
mod wilson;

pub use arcsine::arcsine;
pub use normal::normal;
pub use poisson_count::{CountLine, for_count};
pub use spiegelhalter::{
    binomial, interpolated, poisson, predictive_beta_binomial, predictive_gamma_poisson,
};
pub use wilson::wilson;

use crate::Confidence;

/// The two lines of a funnel at one size, on the scale of the measure (share, or ratio with 1 as expected).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lines {
    /// The lower line. It may lie below what the measure can reach, where the method's formula does.
    pub lower: f64,
    /// The upper line.
    pub upper: f64,
    /// The confidence between the two.
    pub confidence: Confidence,
}

/// Whether a size and a benchmark share can have lines at all.
fn drawable(size: f64, benchmark: f64) -> bool {
    size > 0.0 && size.is_finite() && benchmark > 0.0 && benchmark < 1.0
}
