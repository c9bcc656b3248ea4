use crate::arithmetic::sqrt;
use crate::{Confidence, CountOf, Interval, Method};
use libm::{acos, cbrt, cos};
use std::f64::consts::PI;

/// The score interval for the first share less the second: the differences the score test does not reject. `None` when
/// either group is empty.
///
/// Source: Miettinen and Nurminen (1985), Statistics in Medicine 4, 213-226, with their factor N/(N - 1).
pub fn difference_score(first: CountOf, second: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = first.share()? - second.share()?;
    let z = confidence.z();
    let statistic = |difference: f64| difference_statistic(first, second, difference);
    // The statistic falls as the difference tested rises.
    let lower = if value <= -1.0 {
        -1.0
    } else {
        crate::root::bracketed(-1.0 + 1e-14, value, |d| statistic(d).min(1e6) - z)
    };
    let upper = if value >= 1.0 {
        1.0
    } else {
        crate::root::bracketed(value, 1.0 - 1e-14, |d| statistic(d).max(-1e6) + z)
    };
    Some(Interval {
        value,
        lower,
        upper,
        confidence,
        method: Method::Score,
    })
}

/// The statistic of the hypothesis that the first share exceeds the second by `difference`.
fn difference_statistic(first: CountOf, second: CountOf, difference: f64) -> f64 {
    let (x1, n1) = (first.events() as f64, first.population() as f64);
    let (x2, n2) = (second.events() as f64, second.population() as f64);
    let (n, x) = (n1 + n2, x1 + x2);
    // The second share under the hypothesis, by maximum likelihood, solves a cubic (Miettinen and Nurminen, appendix).
    let c2 = ((n1 + 2.0 * n2) * difference - n - x) / (3.0 * n);
    let c1 = ((x2 * difference - n - 2.0 * x2) * difference + x) / (3.0 * n);
    let c0 = x2 * difference * (1.0 - difference) / n;
    let q = c2 * c2 * c2 - 1.5 * c1 * c2 + 0.5 * c0;
    let radicand = (c2 * c2 - c1).max(0.0);
    let p = if q < 0.0 { -sqrt(radicand) } else { sqrt(radicand) };
    let base = if p == 0.0 {
        -cbrt(q) - c2
    } else {
        let angle = (PI + acos((q / (p * p * p)).clamp(-1.0, 1.0))) / 3.0;
        2.0 * p * cos(angle) - c2
    };
    let share2 = base.clamp(0.0f64.max(-difference), 1.0f64.min(1.0 - difference));
    let share1 = (share2 + difference).clamp(0.0, 1.0);
    let variance = (share1 * (1.0 - share1) / n1 + share2 * (1.0 - share2) / n2) * (n / (n - 1.0));
    let gap = x1 / n1 - x2 / n2 - difference;
    ratio_of(gap, variance)
}

/// The score interval for the risk ratio, first over second: finite without events. The upper limit is infinite when the
/// second group has none. `None` when either group is empty.
///
/// Source: Koopman (1984), Biometrics 40, 513-517; Miettinen and Nurminen (1985), with their factor.
pub fn ratio_score(first: CountOf, second: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = first.share()? / second.share()?;
    let z = confidence.z();
    let statistic = |log_ratio: f64| ratio_statistic(first, second, libm::exp(log_ratio));
    // Ratios of e^-35 and e^35 are beyond any two shares.
    let middle = libm::log(value).clamp(-34.0, 34.0);
    let lower = if first.events() == 0 {
        0.0
    } else {
        libm::exp(crate::root::bracketed(-35.0, middle, |t| {
            statistic(t).min(1e6) - z
        }))
    };
    let upper = if second.events() == 0 {
        f64::INFINITY
    } else {
        libm::exp(crate::root::bracketed(middle, 35.0, |t| {
            statistic(t).max(-1e6) + z
        }))
    };
    Some(Interval {
        value,
        lower,
        upper,
        confidence,
        method: Method::Score,
    })
}

fn ratio_statistic(first: CountOf, second: CountOf, ratio: f64) -> f64 {
    let (x1, n1) = (first.events() as f64, first.population() as f64);
    let (x2, n2) = (second.events() as f64, second.population() as f64);
    let (n, x) = (n1 + n2, x1 + x2);
    let a = n * ratio;
    let b = n1 * ratio + x1 + n2 + x2 * ratio;
    // The smaller root of a s^2 - b s + x, as product over sum so that it does not cancel.
    let share2 = (2.0 * x / (b + sqrt((b * b - 4.0 * a * x).max(0.0)))).min(1.0);
    let share1 = (share2 * ratio).min(1.0);
    let variance =
        (share1 * (1.0 - share1) / n1 + ratio * ratio * share2 * (1.0 - share2) / n2) * (n / (n - 1.0));
    ratio_of(x1 / n1 - ratio * (x2 / n2), variance)
}

/// Gap over root of variance; where the variance is 0 the sign of the gap, beyond any limit.
fn ratio_of(gap: f64, variance: f64) -> f64 {
    if variance > 0.0 {
        gap / sqrt(variance)
    } else if gap > 0.0 {
        f64::INFINITY
    } else if gap < 0.0 {
        f64::NEG_INFINITY
    } else {
        0.0
    }
}
