use crate::special::{Tail, beta};
use crate::{Confidence, CountOf, Interval, Method};

/// Jeffreys' interval for a share (0 to 1): equal tails of the posterior under a Beta(1/2, 1/2) prior; `None` when the
/// population is 0.
///
/// The tails stay equal at 0 and all events, as in `statsmodels`, so with no events the lower limit lies a little above 0.
///
/// Source: Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133.
pub fn jeffreys(count: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = count.share()?;
    let (a, b) = (count.events() as f64 + 0.5, count.others() as f64 + 0.5);
    let tail = confidence.tail();
    Some(Interval {
        value,
        lower: beta::quantile(a, b, tail, Tail::Lower),
        upper: beta::quantile(a, b, tail, Tail::Upper),
        confidence,
        method: Method::Jeffreys,
    })
}
