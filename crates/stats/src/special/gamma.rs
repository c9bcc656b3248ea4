//! The regularised incomplete gamma function and its inverse, for any positive shape up to hundreds of millions.
//!
//! Source: series and continued fraction as in Gil, Segura and Temme (2012), SIAM J. Sci. Comput. 34, with the factor
//! in front in Loader's form.

use super::{Tail, saddle};
use crate::arithmetic::{fabs, sqrt};
use libm::{exp, log};

/// Both tails of the gamma distribution of scale one, neither by subtraction when it is the smaller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// P(X <= x).
    pub lower: f64,
    /// P(X > x).
    pub upper: f64,
}

/// Both tails at `x` of the gamma distribution of shape `a` > 0 and scale 1. NaN where an argument makes no sense.
#[must_use]
pub fn tails(a: f64, x: f64) -> Tails {
    if !(a > 0.0) || a.is_infinite() || x.is_nan() {
        return Tails {
            lower: f64::NAN,
            upper: f64::NAN,
        };
    }
    if x <= 0.0 {
        return Tails {
            lower: 0.0,
            upper: 1.0,
        };
    }
    if x.is_infinite() {
        return Tails {
            lower: 1.0,
            upper: 0.0,
        };
    }
    // x^a e^-x / a!
    let front = saddle::poisson(a, x);
    if x < a + 1.0 {
        let lower = front * series(a, x);
        Tails {
            lower,
            upper: 1.0 - lower,
        }
    } else {
        let upper = front * a * fraction(a, x);
        Tails {
            lower: 1.0 - upper,
            upper,
        }
    }
}

fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut at = a;
    for _ in 0..10_000_000 {
        at += 1.0;
        term *= x / at;
        sum += term;
        if term <= sum * 1e-17 {
            break;
        }
    }
    sum
}

/// Upper gamma over x^a e^-x.
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    let mut i = 0.0;
    for _ in 0..10_000_000 {
        i += 1.0;
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        if fabs(d) < TINY {
            d = TINY;
        }
        c = b + an / c;
        if fabs(c) < TINY {
            c = TINY;
        }
        d = 1.0 / d;
        let step = d * c;
        h *= step;
        if fabs(step - 1.0) <= 2e-16 {
            break;
        }
    }
    h
}

/// The point whose `tail` is `probability`, for shape `a` > 0 and scale 1.
///
/// 0 or 1 give the ends; NaN, or arguments that make no sense, give NaN.
#[must_use]
pub fn quantile(a: f64, probability: f64, tail: Tail) -> f64 {
    if !(a > 0.0) || a.is_infinite() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let (at_zero, at_end) = match tail {
        Tail::Lower => (probability <= 0.0, probability >= 1.0),
        Tail::Upper => (probability >= 1.0, probability <= 0.0),
    };
    if at_zero {
        return 0.0;
    }
    if at_end {
        return f64::INFINITY;
    }
    let target = log(probability);
    let (mut low, mut high) = (0.0_f64, f64::INFINITY);
    let mut x = start(a, probability, tail);
    for _ in 0..400 {
        let both = tails(a, x);
        let (value, sign) = match tail {
            Tail::Lower => (both.lower, 1.0),
            Tail::Upper => (both.upper, -1.0),
        };
        let h = log(value) - target;
        if h * sign > 0.0 {
            high = x;
        } else {
            low = x;
        }
        if h == 0.0 {
            break;
        }
        let density = saddle::poisson(a, x) * a / x;
        let slope = sign * density / value;
        let bend = (a - 1.0) / x - 1.0 - slope;
        let newton = h / slope;
        let correction = 1.0 - 0.5 * newton * bend;
        let mut next = x - newton
            / if correction > 0.3 && correction < 3.0 {
                correction
            } else {
                1.0
            };
        let wild = !(next > low && next < high);
        if wild {
            next = match (low > 0.0, high.is_finite()) {
                (true, true) => 0.5 * (low + high),
                (true, false) => 2.0 * low + 1.0,
                (false, _) => 0.1 * high,
            };
        }
        let moved = fabs(next - x);
        x = next;
        if !wild && moved <= 1e-6 * x {
            break;
        }
        if high.is_finite() && high - low <= 1e-17 * high {
            break;
        }
    }
    x
}

/// Wilson and Hilferty's cube, or the leading power near zero.
fn start(a: f64, probability: f64, tail: Tail) -> f64 {
    let z = match tail {
        Tail::Lower => super::normal::quantile(probability),
        Tail::Upper => -super::normal::quantile(probability),
    };
    let ninth = 1.0 / (9.0 * a);
    let cube = 1.0 - ninth + z * sqrt(ninth);
    if cube > 0.2 {
        return a * cube * cube * cube;
    }
    let lower = match tail {
        Tail::Lower => probability,
        Tail::Upper => 1.0 - probability,
    };
    exp((log(lower.max(f64::MIN_POSITIVE)) + libm::lgamma(a + 1.0)) / a).max(f64::MIN_POSITIVE)
}
