use crate::arithmetic::sqrt;
use crate::special::normal;
use crate::{Confidence, CountOf, Interval, Method};
use libm::{exp, log};

/// A risk ratio with its interval and the test of no difference on the same scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioTest {
    /// The first risk over the second.
    pub ratio: Interval,
    /// The standard error of its logarithm.
    pub log_error: f64,
    /// The two-sided p-value against a ratio of 1.
    pub p_value: f64,
}

/// The risk ratio, first over second, with a normal interval on the log scale.
///
/// `None` when either group is empty or has no events: the logarithm is then infinite. Use
/// [`log_ratio_adjusted`] or [`ratio_score`](super::ratio_score) there.
///
/// Source: Katz and others (1978), Biometrics 34, 469-474.
pub fn log_ratio(first: CountOf, second: CountOf, confidence: Confidence) -> Option<RatioTest> {
    let value = first.share()? / second.share()?;
    if first.events() == 0 || second.events() == 0 {
        return None;
    }
    Some(on_log_scale(
        value,
        variance(first, 0.0) + variance(second, 0.0),
        confidence,
    ))
}

/// The same with half an event added to events and people of both groups, in limits and value alike: finite without
/// events. `None` when either group is empty.
///
/// Source: Walter (1975), Biometrika 62, 371-374; Pettigrew, Gart and Thomas (1986), Biometrika 73, 425-435.
pub fn log_ratio_adjusted(first: CountOf, second: CountOf, confidence: Confidence) -> Option<RatioTest> {
    if first.population() == 0 || second.population() == 0 {
        return None;
    }
    let half = |count: CountOf| (count.events() as f64 + 0.5) / (count.population() as f64 + 0.5);
    let value = half(first) / half(second);
    Some(on_log_scale(
        value,
        variance(first, 0.5) + variance(second, 0.5),
        confidence,
    ))
}

fn variance(count: CountOf, add: f64) -> f64 {
    1.0 / (count.events() as f64 + add) - 1.0 / (count.population() as f64 + add)
}

fn on_log_scale(value: f64, variance: f64, confidence: Confidence) -> RatioTest {
    let error = sqrt(variance);
    let factor = exp(confidence.z() * error);
    RatioTest {
        ratio: Interval {
            value,
            lower: value / factor,
            upper: value * factor,
            confidence,
            method: Method::LogNormal,
        },
        log_error: error,
        p_value: normal::two_sided(log(value) / error),
    }
}
