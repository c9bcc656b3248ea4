//! The regularised incomplete beta function and its inverse, for any positive shapes up to hundreds of millions.
//!
//! The function is the continued fraction of Didonato and Morris with the probability in front of it in Loader's form;
//! the inverse is a bracketed Newton iteration on the logarithm of the tail, which cannot leave its bracket and stops
//! when a step no longer moves the answer.
//!
//! Source: Didonato and Morris (1992), ACM TOMS 18, 360-373 (algorithm 708), for the fraction.

mod quantile;

pub use quantile::quantile;
pub(crate) use quantile::quantile_pair_near;

use super::saddle;
use crate::arithmetic::fabs;
use libm::{exp, log};

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

/// e^u as a ratio, to about 1e-5 where u is small: all a first guess asks for.
fn rough_exp(u: f64) -> (f64, f64) {
    if fabs(u) > 1.5 {
        return (exp(u), 1.0);
    }
    let square = u * u;
    let (even, odd) = (120.0 + 12.0 * square, u * (60.0 + square));
    (even + odd, even - odd)
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

const ENOUGH: f64 = 2e-15;

/// The even part of the fraction, its terms multiplied through so that they are polynomials: the only divisions are one
/// every four terms, to see whether it has settled and to keep the numbers small.
fn didonato_morris(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let lambda = if a > b { (a + b) * y - b } else { a - (a + b) * x };
    let start = lambda + 1.0;
    let y_plus = y + 1.0;
    let square = x * x;
    // Convergents an/bn; the first denominator is (a/(a + 1)) (lambda + 1).
    let (mut an, mut bn, mut an_next, mut bn_next) = (0.0, 1.0, a + 1.0, a * start);
    let mut settled = an_next / bn_next;
    // The last multiplier: each term's numerator carries it and its own.
    let mut low = a + 1.0;
    let mut n = 0.0;
    let mut before_low = 1.0;
    let mut moved_before = f64::INFINITY;
    // The number of terms grows as the root of the larger shape; the cap is far above any need.
    for _ in 0..500_000 {
        for _ in 0..4 {
            n += 1.0;
            // a + 2n - 1 and a + 2n + 1.
            let high = low + 2.0;
            let odd = n * (b - n) * x;
            let middle = (n * low + odd) * high + (a + n) * (start + n * y_plus) * low;
            let numerator = (a + n - 1.0) * (a + b + n - 1.0) * n * (b - n) * square * high * before_low;
            let next = numerator * an + middle * an_next;
            an = an_next;
            an_next = next;
            let next = numerator * bn + middle * bn_next;
            bn = bn_next;
            bn_next = next;
            before_low = low;
            low = high;
        }
        let scale = 1.0 / bn_next;
        let value = an_next * scale;
        // Differences shrink at least geometrically, so what is left is at most this one times ratio/(1 - ratio).
        let moved = fabs(value - settled);
        let geometric = moved_before.is_finite() && moved * moved <= ENOUGH * value * (moved_before - moved);
        if geometric || moved <= ENOUGH * value {
            return value;
        }
        moved_before = moved;
        settled = value;
        an *= scale;
        bn *= scale;
        an_next = value;
        bn_next = 1.0;
    }
    settled
}

/// [`didonato_morris`] for two points in step, so that the processor works on both at once: the terms of one wait for one
/// another, those of two do not.
fn didonato_morris_pair(a: [f64; 2], b: [f64; 2], x: [f64; 2], y: [f64; 2]) -> [f64; 2] {
    let each = |value: &dyn Fn(usize) -> f64| [value(0), value(1)];
    let start = each(&|at| {
        1.0 + if a[at] > b[at] {
            (a[at] + b[at]) * y[at] - b[at]
        } else {
            a[at] - (a[at] + b[at]) * x[at]
        }
    });
    let y_plus = each(&|at| y[at] + 1.0);
    let square = each(&|at| x[at] * x[at]);
    let (mut an, mut bn) = ([0.0; 2], [1.0; 2]);
    let mut an_next = each(&|at| a[at] + 1.0);
    let mut bn_next = each(&|at| a[at] * start[at]);
    let mut settled = each(&|at| an_next[at] / bn_next[at]);
    let mut low = an_next;
    let mut before_low = [1.0; 2];
    let mut moved_before = [f64::INFINITY; 2];
    let mut n = 0.0;
    for _ in 0..500_000 {
        for _ in 0..4 {
            n += 1.0;
            for at in 0..2 {
                let high = low[at] + 2.0;
                let odd = n * (b[at] - n) * x[at];
                let middle =
                    (n * low[at] + odd) * high + (a[at] + n) * (start[at] + n * y_plus[at]) * low[at];
                let numerator = (a[at] + n - 1.0)
                    * (a[at] + b[at] + n - 1.0)
                    * n
                    * (b[at] - n)
                    * square[at]
                    * high
                    * before_low[at];
                let next = numerator * an[at] + middle * an_next[at];
                an[at] = an_next[at];
                an_next[at] = next;
                let next = numerator * bn[at] + middle * bn_next[at];
                bn[at] = bn_next[at];
                bn_next[at] = next;
                before_low[at] = low[at];
                low[at] = high;
            }
        }
        let mut done = true;
        for at in 0..2 {
            let scale = 1.0 / bn_next[at];
            let value = an_next[at] * scale;
            let moved = fabs(value - settled[at]);
            let geometric =
                moved_before[at].is_finite() && moved * moved <= ENOUGH * value * (moved_before[at] - moved);
            done &= geometric || moved <= ENOUGH * value;
            moved_before[at] = moved;
            settled[at] = value;
            an[at] *= scale;
            bn[at] *= scale;
            an_next[at] = value;
            bn_next[at] = 1.0;
        }
        if done {
            break;
        }
    }
    settled
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
