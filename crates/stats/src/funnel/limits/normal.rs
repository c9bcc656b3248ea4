use super::{Lines, drawable};
use crate::Confidence;
use crate::arithmetic::sqrt;

/// Plain normal lines for a share: benchmark -/+ z root(p q / n), not cut to \[0, 1\]. The score test's limits are the same.
///
/// `PHEindicatormethods::calculate_funnel_limits` draws these for proportions (cut at 0 and 100), though its help says
/// Wilson. Judged by them a school of 30 at a 2.8% benchmark is flagged high nine times too often.
///
/// `None` when the size or the benchmark makes no sense.
pub fn normal(size: f64, benchmark: f64, confidence: Confidence) -> Option<Lines> {
    drawable(size, benchmark).then(|| {
        let half = confidence.z() * sqrt(benchmark * (1.0 - benchmark) / size);
        Lines {
            lower: benchmark - half,
            upper: benchmark + half,
            confidence,
        }
    })
}
