use crate::special::{Tail, gamma, poisson};
use crate::{Confidence, Interval, Method};
use libm::log;

/// The mid-P interval for a Poisson count, in events: the exact one with half the probability of the count left out.
///
/// Source: Cohen and Yang (1994), J. Clin. Epidemiol. 47, 1097-1100.
pub fn mid_p_poisson(observed: u64, confidence: Confidence) -> Interval {
    let (x, tail) = (observed as f64, confidence.tail());
    let target = log(tail);
    let doubled = (2.0 * tail).min(1.0);
    let lower = if observed == 0 {
        0.0
    } else {
        let (low, high) = (
            gamma::quantile(x, tail, Tail::Lower),
            gamma::quantile(x, doubled, Tail::Lower),
        );
        crate::root::bracketed(low, high, |mean| {
            log(poisson::tails(observed, mean).mid_upper()) - target
        })
    };
    let (low, high) = (
        gamma::quantile(x + 1.0, doubled, Tail::Upper),
        gamma::quantile(x + 1.0, tail, Tail::Upper),
    );
    let upper = if observed == 0 {
        -log(doubled)
    } else {
        crate::root::bracketed(low, high, |mean| {
            log(poisson::tails(observed, mean).mid_lower()) - target
        })
    };
    Interval {
        value: x,
        lower,
        upper,
        confidence,
        method: Method::MidPPoisson,
    }
}
