//! The regularised incomplete beta function and its inverse, for any positive shapes up to hundreds of millions.
//!
//! The function is the continued fraction of Didonato and Morris with the probability in front of it in Loader's form;
//! the inverse is a bracketed Newton iteration on the logarithm of the tail, which cannot leave its bracket and stops
//! when a step no longer moves the answer.
//!
//! Source: Didonato and Morris (1992), ACM TOMS 18, 360-373 (algorithm 708), for the fraction.

use super::Tail;
use super::saddle;
use libm::{exp, fabs, log, sqrt};

/// Both tails of the beta distribution at a point: `lower` is `I_x(a, b)`, `upper` its complement, neither by subtraction
/// when it is the smaller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// P(X <= x).
    pub lower: f64,
    /// P(X > x).
    pub upper: f64,
}

/// Both tails at `x` of the beta distribution with shapes `a` and `b` (both > 0). NaN where an argument makes no sense.
#[must_use]
pub fn tails(a: f64, b: f64, x: f64) -> Tails {
    tails_between(a, b, x, 1.0 - x)
}

/// As [`tails`], with `x` and `y = 1 - x` both given, for points very near one.
#[must_use]
pub fn tails_between(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if !(a > 0.0 && b > 0.0) || a.is_infinite() || b.is_infinite() || x.is_nan() || y.is_nan() {
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
    if y <= 0.0 {
        return Tails {
            lower: 1.0,
            upper: 0.0,
        };
    }
    let power = density_times(a, b, x, y);
    // The fraction converges fast on the near side of the mean, so the small tail is the one computed.
    if x * (a + b + 2.0) <= a + 1.0 {
        let lower = power * fraction(a, b, x, y);
        Tails {
            lower,
            upper: 1.0 - lower,
        }
    } else {
        let upper = power * fraction(b, a, y, x);
        Tails {
            lower: 1.0 - upper,
            upper,
        }
    }
}

/// x^a y^b / B(a, b): the density times x y.
pub(crate) fn density_times(a: f64, b: f64, x: f64, y: f64) -> f64 {
    a * (b / (a + b)) * saddle::binomial(a, a + b, x, y)
}

/// ln B(a, b), without the cancellation of large log-gammas.
pub(crate) fn log_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if large < 20.0 {
        return libm::lgamma(small) + libm::lgamma(large) - libm::lgamma(small + large);
    }
    // ln G(large) - ln G(large + small) by Stirling's formula with its errors, the large parts cancelled by hand.
    let sum = small + large;
    let step = saddle::stirling_error(large)
        - saddle::stirling_error(sum)
        - (large - 0.5) * libm::log1p(small / large)
        + small;
    // ln G(z) = ln(z!) - ln z turns each error term's formula into that of the gamma function itself.
    if small < 20.0 {
        libm::lgamma(small) + step - small * log(sum)
    } else {
        let half_log = 0.918_938_533_204_672_8;
        half_log + saddle::stirling_error(small) - 0.5 * log(small) + small * log(small / sum) - small + step
    }
}

/// `I_x(a, b)` over x^a y^b / B(a, b), for x on the near side of the mean.
fn fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if a <= 1.0 || b <= 1.0 {
        lentz(a, b, x)
    } else {
        didonato_morris(a, b, x, y)
    }
}

const ENOUGH: f64 = 1e-16;

fn didonato_morris(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let lambda = if a > b { (a + b) * y - b } else { a - (a + b) * x };
    let c = 1.0 + lambda;
    let c0 = b / a;
    let inverse = 1.0 / a;
    let c1 = 1.0 + inverse;
    let y_plus = y + 1.0;
    let (mut n, mut p, mut s) = (0.0, 1.0, a + 1.0);
    let (mut an, mut bn, mut an_next, mut bn_next) = (0.0, 1.0, 1.0, c / c1);
    let mut r = c1 / c;
    // The number of terms grows as the root of the larger shape; the cap is far above any need.
    for _ in 0..1_000_000 {
        n += 1.0;
        let t = n * inverse;
        let w = n * (b - n) * x;
        let e = a / s;
        let alpha = (p * (p + c0) * e * e) * (w * x);
        let e = (1.0 + t) / (c1 + t + t);
        let beta = n + w / s + e * (c + n * y_plus);
        p = 1.0 + t;
        s += 2.0;
        let t = alpha * an + beta * an_next;
        an = an_next;
        an_next = t;
        let t = alpha * bn + beta * bn_next;
        bn = bn_next;
        bn_next = t;
        let before = r;
        let scale = 1.0 / bn_next;
        r = an_next * scale;
        if fabs(r - before) <= ENOUGH * r {
            break;
        }
        an *= scale;
        bn *= scale;
        an_next = r;
        bn_next = 1.0;
    }
    r
}

/// The classical fraction by Lentz's method, which converges for shapes below one as well.
fn lentz(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let keep = |value: f64| if fabs(value) < TINY { TINY } else { value };
    let sum = a + b;
    let mut c = 1.0;
    let mut d = 1.0 / keep(1.0 - sum * x / (a + 1.0));
    let mut h = d;
    let mut m = 0.0;
    for _ in 0..1_000_000 {
        m += 1.0;
        let twice = m + m;
        let even = m * (b - m) * x / ((a - 1.0 + twice) * (a + twice));
        d = 1.0 / keep(1.0 + even * d);
        c = keep(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (sum + m) * x / ((a + twice) * (a + 1.0 + twice));
        d = 1.0 / keep(1.0 + odd * d);
        c = keep(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if fabs(step - 1.0) <= 2.0 * ENOUGH {
            break;
        }
    }
    h / a
}

/// The point `x` whose `tail` is `probability`, for shapes `a`, `b` > 0.
///
/// A probability of 0 or 1 gives an end of \[0, 1\]; NaN, or a probability or shape that makes no sense, gives NaN.
///
/// ```
/// use senlens_stats::special::{Tail, beta};
/// // The upper 97.5% exact limit of 3 out of 8.5 million, which other libraries fail to find.
/// let limit = beta::quantile(4.0, 8_499_997.0, 0.025, Tail::Upper);
/// assert!((limit * 8.5e6 - 8.767_27).abs() < 1e-4);
/// ```
#[must_use]
pub fn quantile(a: f64, b: f64, probability: f64, tail: Tail) -> f64 {
    if !(a > 0.0 && b > 0.0) || a.is_infinite() || b.is_infinite() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    // Work in the smaller of x and 1 - x, so that neither end loses figures.
    if a > b {
        return 1.0 - small_side(b, a, probability, tail.other());
    }
    small_side(a, b, probability, tail)
}

/// Solves in x for a <= b.
fn small_side(a: f64, b: f64, probability: f64, tail: Tail) -> f64 {
    let at_zero = match tail {
        Tail::Lower => probability <= 0.0,
        Tail::Upper => probability >= 1.0,
    };
    if at_zero {
        return 0.0;
    }
    if probability <= 0.0 || probability >= 1.0 {
        return 1.0;
    }
    let target = log(probability);
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = start(a, b, probability, tail);
    for _ in 0..200 {
        let y = 1.0 - x;
        let both = tails_between(a, b, x, y);
        let (value, sign) = match tail {
            Tail::Lower => (both.lower, 1.0),
            Tail::Upper => (both.upper, -1.0),
        };
        // h is the tail's logarithm less its target; it rises with x for the lower tail and falls for the upper.
        let h = log(value) - target;
        if h * sign > 0.0 {
            high = x;
        } else {
            low = x;
        }
        if h == 0.0 {
            break;
        }
        let density = density_times(a, b, x, y) / (x * y);
        // Halley's step on h, whose slope is +-f/F and whose curvature follows from f'/f.
        let slope = sign * density / value;
        let bend = (a - 1.0) / x - (b - 1.0) / y - slope;
        let newton = h / slope;
        let correction = 1.0 - 0.5 * newton * bend;
        let step = newton
            / if correction > 0.3 && correction < 3.0 {
                correction
            } else {
                1.0
            };
        let mut next = x - step;
        let wild = !(next > low && next < high);
        if wild {
            next = if low > 0.0 {
                sqrt(low * high)
            } else {
                0.1 * high.min(x)
            };
            if !(next > low && next < high) {
                next = 0.5 * (low + high);
            }
        }
        let moved = fabs(next - x);
        x = next;
        // Halley's error is the cube of the step, so a step this small leaves nothing to find.
        if !wild && moved <= 1e-6 * x {
            break;
        }
        if high - low <= 1e-17 * high {
            break;
        }
    }
    x
}

/// A first guess: Abramowitz and Stegun 26.5.22, or the leading power of the tail where that is better.
fn start(a: f64, b: f64, probability: f64, tail: Tail) -> f64 {
    let lower = match tail {
        Tail::Lower => probability,
        Tail::Upper => 1.0 - probability,
    };
    if a > 0.6 && b > 1.0 {
        let z = match tail {
            Tail::Lower => -super::normal::quantile(probability),
            Tail::Upper => super::normal::quantile(probability),
        };
        let (ra, rb) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
        let lambda = (z * z - 3.0) / 6.0;
        let h = 2.0 / (ra + rb);
        if a > 1.0 && h + lambda > 0.0 {
            let w = z * sqrt(h + lambda) / h - (rb - ra) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));
            let x = a / (a + b * exp(2.0 * w));
            if x > 0.0 && x < 1.0 {
                return x;
            }
        }
    }
    // Near zero the tail is x^a / (a B(a, b)).
    let log_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let x = exp((log(a) + log_beta + log(lower.max(f64::MIN_POSITIVE))) / a);
    let mean = a / (a + b);
    if x > 0.0 && x < mean { x } else { mean }
}
