use crate::arithmetic::sqrt;
use crate::{Confidence, CountOf, Interval, Method};

/// Wilson's score interval for a share (0 to 1); `None` when the population is 0.
///
/// At 0 events the lower limit is exactly 0, at all events the upper exactly 1.
///
/// Source: Wilson (1927), J. Am. Statist. Assoc. 22, 209-212; Public Health England, Technical guide 3 (2018).
pub fn wilson(count: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = count.share()?;
    let (lower, upper) = limits(count.events() as f64, count.population() as f64, confidence.z());
    Some(Interval {
        value,
        lower,
        upper,
        confidence,
        method: Method::Wilson,
    })
}

/// The limits for real x out of n > 0 at multiplier z.
pub(crate) fn limits(x: f64, n: f64, z: f64) -> (f64, f64) {
    let square = z * z;
    let others = n - x;
    let centre = 2.0 * x + square;
    let half = z * sqrt(square + 4.0 * x * (others / n));
    // The lower root as product of roots over the upper, which does not cancel: centre^2 - half^2 = 4 x^2 (n + z^2)/n.
    let lower = if x <= 0.0 {
        0.0
    } else {
        2.0 * x * (x / n) / (centre + half)
    };
    let upper = if others <= 0.0 {
        1.0
    } else {
        ((centre + half) / (2.0 * (n + square))).min(1.0)
    };
    (lower, upper)
}

/// Wilson's interval with continuity correction of half an event; `None` when the population is 0.
///
/// R's `prop.test(x, n)` gives the same, except that it drops the correction when x is exactly n/2.
///
/// Source: Newcombe (1998), Statistics in Medicine 17, 857-872, method 4.
pub fn wilson_corrected(count: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = count.share()?;
    let (x, n, z) = (count.events() as f64, count.population() as f64, confidence.z());
    let others = n - x;
    let square = z * z;
    let below = 2.0 * (n + square);
    let lower = if count.events() == 0 {
        0.0
    } else {
        let root = sqrt(square - 2.0 - 1.0 / n + 4.0 * (x / n) * (others + 1.0));
        ((2.0 * x + square - 1.0 - z * root) / below).max(0.0)
    };
    let upper = if count.others() == 0 {
        1.0
    } else {
        let root = sqrt(square + 2.0 - 1.0 / n + 4.0 * (x / n) * (others - 1.0));
        ((2.0 * x + square + 1.0 + z * root) / below).min(1.0)
    };
    Some(Interval {
        value,
        lower,
        upper,
        confidence,
        method: Method::WilsonCorrected,
    })
}
