use super::exact_poisson;
use crate::arithmetic::sqrt;
use crate::{Confidence, Interval, Method};

/// The number of events below which Public Health England prints exact limits instead of Byar's.
pub const EXACT_BELOW: u64 = 10;

/// Byar's approximate interval for a Poisson count, in events.
///
/// The lower limit is 0 at no events, and 0 where the approximation would be negative (1 event at 99.8%), where the
/// formula itself gives no number. It is used at every count, so that a limit never moves because a count crossed ten;
/// [`byar_or_exact`] is the rule of Public Health England.
///
/// Source: Breslow and Day (1987), Statistical methods in cancer research II, section 2.3; Public Health England,
/// Technical guide 3 (2018).
pub fn byar(observed: u64, confidence: Confidence) -> Interval {
    let (x, z) = (observed as f64, confidence.z());
    let lower = if observed == 0 {
        0.0
    } else {
        let cube = (1.0 - 1.0 / (9.0 * x) - z / (3.0 * sqrt(x))).max(0.0);
        x * cube * cube * cube
    };
    let next = x + 1.0;
    let cube = 1.0 - 1.0 / (9.0 * next) + z / (3.0 * sqrt(next));
    Interval {
        value: x,
        lower,
        upper: next * cube * cube * cube,
        confidence,
        method: Method::Byar,
    }
}

/// Byar's interval from ten events on and the exact one below, as `PHEindicatormethods` does.
pub fn byar_or_exact(observed: u64, confidence: Confidence) -> Interval {
    if observed < EXACT_BELOW {
        exact_poisson(observed, confidence)
    } else {
        byar(observed, confidence)
    }
}
