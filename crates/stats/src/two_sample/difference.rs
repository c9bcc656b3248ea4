use crate::arithmetic::sqrt;
use crate::interval::wilson;
use crate::{Confidence, CountOf, Interval, Method};

/// Newcombe's interval for the first share less the second, from each share's Wilson interval. `None` when either group is
/// empty.
///
/// Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
pub fn newcombe(first: CountOf, second: CountOf, confidence: Confidence) -> Option<Interval> {
    let (a, b) = (wilson(first, confidence)?, wilson(second, confidence)?);
    let value = a.value - b.value;
    let root = |x: f64, y: f64| sqrt(x * x + y * y);
    Some(Interval {
        value,
        lower: value - root(a.value - a.lower, b.upper - b.value),
        upper: value + root(a.upper - a.value, b.value - b.lower),
        confidence,
        method: Method::Newcombe,
    })
}

/// Agresti and Caffo's interval for the first share less the second: one event and one non-event added to each. `None`
/// when either group is empty.
///
/// Source: Agresti and Caffo (2000), The American Statistician 54, 280-288.
pub fn agresti_caffo(first: CountOf, second: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = first.share()? - second.share()?;
    let add = |count: CountOf| {
        let n = count.population() as f64 + 2.0;
        let p = (count.events() as f64 + 1.0) / n;
        (p, p * (1.0 - p) / n)
    };
    let ((p1, v1), (p2, v2)) = (add(first), add(second));
    let half = confidence.z() * sqrt(v1 + v2);
    Some(Interval {
        value,
        lower: (p1 - p2 - half).max(-1.0),
        upper: (p1 - p2 + half).min(1.0),
        confidence,
        method: Method::AgrestiCaffo,
    })
}

/// The plain normal interval for the first share less the second, for comparison only. `None` when either group is empty.
pub fn wald(first: CountOf, second: CountOf, confidence: Confidence) -> Option<Interval> {
    let (p1, p2) = (first.share()?, second.share()?);
    let value = p1 - p2;
    let (n1, n2) = (first.population() as f64, second.population() as f64);
    let half = confidence.z() * sqrt(p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2);
    Some(Interval {
        value,
        lower: (value - half).max(-1.0),
        upper: (value + half).min(1.0),
        confidence,
        method: Method::Wald,
    })
}
