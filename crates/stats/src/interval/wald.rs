use crate::arithmetic::sqrt;
use crate::{Confidence, CountOf, Interval, Method};

/// The plain normal interval for a share, cut to \[0, 1\], for comparison only; `None` when the population is 0.
///
/// At 0 or all events it has no width, and at school sizes it covers far less often than it says.
///
/// Source: Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133, who advise against it.
pub fn wald(count: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = count.share()?;
    let half = confidence.z() * sqrt(value * (1.0 - value) / count.population() as f64);
    Some(Interval {
        value,
        lower: (value - half).max(0.0),
        upper: (value + half).min(1.0),
        confidence,
        method: Method::Wald,
    })
}
