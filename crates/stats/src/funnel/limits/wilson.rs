use super::{Lines, drawable};
use crate::Confidence;
use crate::interval::wilson_limits;

/// Wilson lines for a share: the Wilson interval a unit of that size would have were it exactly at the benchmark.
///
/// `None` when the size or the benchmark makes no sense.
///
/// Source: Wilson (1927), as `PHEindicatormethods` documents its lines (it draws [`normal`](super::normal()) ones).
pub fn wilson(size: f64, benchmark: f64, confidence: Confidence) -> Option<Lines> {
    drawable(size, benchmark).then(|| {
        let (lower, upper) = wilson_limits(size * benchmark, size, confidence.z());
        Lines {
            lower,
            upper,
            confidence,
        }
    })
}
