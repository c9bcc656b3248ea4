use crate::arithmetic::sqrt;
use crate::{Confidence, CountOf, Interval, Method};

/// Agresti and Coull's interval for a share, cut to \[0, 1\]; `None` when the population is 0.
///
/// Source: Agresti and Coull (1998), The American Statistician 52, 119-126.
pub fn agresti_coull(count: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = count.share()?;
    let z = confidence.z();
    let n = count.population() as f64 + z * z;
    let centre = (count.events() as f64 + 0.5 * z * z) / n;
    let half = z * sqrt(centre * (1.0 - centre) / n);
    Some(Interval {
        value,
        lower: (centre - half).max(0.0),
        upper: (centre + half).min(1.0),
        confidence,
        method: Method::AgrestiCoull,
    })
}
