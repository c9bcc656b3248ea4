use crate::special::{Tail, gamma};
use crate::{Confidence, Interval, Method};

/// The exact interval for a Poisson count, in events; the lower limit of none is 0.
///
/// Source: Garwood (1936), Biometrika 28, 437-442.
pub fn exact_poisson(observed: u64, confidence: Confidence) -> Interval {
    let (x, tail) = (observed as f64, confidence.tail());
    let lower = if observed == 0 {
        0.0
    } else {
        gamma::quantile(x, tail, Tail::Lower)
    };
    let upper = gamma::quantile(x + 1.0, tail, Tail::Upper);
    Interval {
        value: x,
        lower,
        upper,
        confidence,
        method: Method::ExactPoisson,
    }
}
