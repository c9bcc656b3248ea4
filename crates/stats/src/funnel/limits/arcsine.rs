use super::{Lines, drawable};
use crate::Confidence;
use crate::arithmetic::sqrt;
use libm::{asin, sin};
use std::f64::consts::FRAC_PI_2;

/// Arcsine lines for a share: `sin^2(asin(root p) -/+ z / (2 root n))`, with the angle kept within its quarter circle so
/// that a line that would pass 0 or 1 stays there.
///
/// `FunnelPlotR` draws these for proportions. Judged by them a unit of 100 to 300 is flagged high less than half as often
/// as an exact rule may.
///
/// `None` when the size or the benchmark makes no sense.
///
/// Source: Anscombe (1948), Biometrika 35, 246-254.
pub fn arcsine(size: f64, benchmark: f64, confidence: Confidence) -> Option<Lines> {
    drawable(size, benchmark).then(|| {
        let angle = asin(sqrt(benchmark));
        let half = confidence.z() / (2.0 * sqrt(size));
        let square = |angle: f64| {
            let sine = sin(angle.clamp(0.0, FRAC_PI_2));
            sine * sine
        };
        Lines {
            lower: square(angle - half),
            upper: square(angle + half),
            confidence,
        }
    })
}
