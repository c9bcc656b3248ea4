//! The regularised incomplete beta function and its inverse, for any positive shapes up to hundreds of millions.
//!
//! The function is the continued fraction of Didonato and Morris with the probability in front of it in Loader's form;
//! the inverse is a bracketed Newton iteration on the logarithm of the tail, which cannot leave its bracket and stops
//! when a step no longer moves the answer.
//!
//! Source: Didonato and Morris (1992), ACM TOMS 18, 360-373 (algorithm 708), for the fraction.

use super::Tail;
use super::saddle;
use crate::arithmetic::{exp_within, fabs, sqrt};
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
    quantile_near(a, b, probability, tail, f64::NAN)
}

/// As [`quantile`], with the normal point whose upper tail is `probability` if it is known (else NaN).
pub(crate) fn quantile_near(a: f64, b: f64, probability: f64, tail: Tail, z: f64) -> f64 {
    if !(a > 0.0 && b > 0.0) || a.is_infinite() || b.is_infinite() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
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
    let z = if z.is_nan() {
        -super::normal::quantile(probability)
    } else {
        z
    };
    // Work in the smaller of x and 1 - x, so that neither end loses figures.
    if a > b {
        return 1.0 - Search::new(b, a).find(probability, tail.other(), z);
    }
    Search::new(a, b).find(probability, tail, z)
}

/// The points of two distributions at one `probability`, each at its own tail: what an exact interval asks for. The same as
/// two calls of [`quantile_near`], nearly always in one step that does both at once.
pub(crate) fn quantile_pair_near(
    shapes: [(f64, f64); 2],
    probability: f64,
    tails: [Tail; 2],
    z: f64,
) -> [f64; 2] {
    let each = |at: usize| {
        let ((a, b), tail) = (shapes[at], tails[at]);
        if a > b {
            (Search::new(b, a), tail.other(), true)
        } else {
            (Search::new(a, b), tail, false)
        }
    };
    let searches = [each(0), each(1)];
    let guess = |at: usize| {
        let (search, tail, _) = &searches[at];
        search.start(probability, *tail, z)
    };
    let x = [guess(0), guess(1)];
    let ends = [0, 1].map(|at: usize| searches[at].0.ends(x[at], 1.0 - x[at]));
    let of = |part: fn(&Ends) -> f64| [part(&ends[0]), part(&ends[1])];
    let (a, b) = (of(|ends| ends.a), of(|ends| ends.b));
    let far = a[0] > 1.0 && a[1] > 1.0 && b[0] > 1.0 && b[1] > 1.0;
    let fractions = far.then(|| didonato_morris_pair(a, b, of(|ends| ends.x), of(|ends| ends.y)));
    [0, 1].map(|at: usize| {
        let (search, tail, turned) = &searches[at];
        let found = fractions
            .and_then(|fractions| {
                search.in_one_step(x[at], fractions[at], ends[at].lower, probability, *tail)
            })
            .unwrap_or_else(|| search.refine(x[at], probability, *tail));
        if *turned { 1.0 - found } else { found }
    })
}

/// The arguments of the fraction at a point, and whether it gives the lower tail.
#[derive(Debug, Clone, Copy)]
struct Ends {
    lower: bool,
    a: f64,
    b: f64,
    x: f64,
    y: f64,
}

/// The tail looked for, from the tail the fraction gave; and the sign of its slope.
fn of_fraction(tail: Tail, is_lower: bool, given: f64) -> (f64, f64) {
    match tail {
        Tail::Lower => (if is_lower { given } else { 1.0 - given }, 1.0),
        Tail::Upper => (if is_lower { 1.0 - given } else { given }, -1.0),
    }
}

/// The shapes and what depends on them alone.
struct Search {
    a: f64,
    b: f64,
    /// The density's factor in front, in Loader's form.
    front: f64,
}

impl Search {
    fn new(a: f64, b: f64) -> Self {
        let n = a + b;
        let correction = saddle::stirling_error(n) - saddle::stirling_error(a) - saddle::stirling_error(b);
        Self {
            a,
            b,
            front: exp_within(correction.max(-700.0)) * sqrt(a * (b / n) / (2.0 * std::f64::consts::PI)),
        }
    }

    /// x^a y^b / B(a, b).
    fn power(&self, x: f64, y: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        let n = a + b;
        let exponent = if n < 1e4 {
            // x is near its mean, so neither logarithm is large and their errors stay below 1e-12.
            let over = n / (a * b);
            a * log(x * b * over) + b * log(y * a * over)
        } else {
            -saddle::deviance(a, n * x) - saddle::deviance(b, n * y)
        };
        if exponent < -700.0 {
            0.0
        } else {
            self.front * exp_within(exponent.min(1.0))
        }
    }

    fn find(&self, probability: f64, tail: Tail, z: f64) -> f64 {
        self.refine(self.start(probability, tail, z), probability, tail)
    }

    /// The search from a first guess.
    fn refine(&self, guess: f64, probability: f64, tail: Tail) -> f64 {
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        let mut x = guess;
        for _ in 0..200 {
            let y = 1.0 - x;
            let power = self.power(x, y);
            let ends = self.ends(x, y);
            let (value, sign) =
                of_fraction(tail, ends.lower, power * fraction(ends.a, ends.b, ends.x, ends.y));
            let gap = probability - value;
            if gap * sign > 0.0 {
                low = x;
            } else {
                high = x;
            }
            if gap == 0.0 {
                return x;
            }
            let (step, left) = if fabs(gap) < 0.25 * value.min(probability) {
                self.series(x, y, sign * gap * (x * y) / power)
            } else {
                self.halley(x, y, log(value / probability), sign * power / (x * y * value))
            };
            let mut next = x + step;
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
            x = next;
            if !wild && left <= 2e-15 * x || high - low <= 1e-17 * high {
                return x;
            }
        }
        x
    }

    /// The answer, where one step of the series from a first guess reaches it.
    fn in_one_step(
        &self,
        x: f64,
        fraction: f64,
        is_lower: bool,
        probability: f64,
        tail: Tail,
    ) -> Option<f64> {
        let y = 1.0 - x;
        let power = self.power(x, y);
        let (value, sign) = of_fraction(tail, is_lower, power * fraction);
        let gap = probability - value;
        if fabs(gap) >= 0.25 * value.min(probability) {
            return None;
        }
        let (step, left) = self.series(x, y, sign * gap * (x * y) / power);
        let next = x + step;
        (next > 0.0 && next < 1.0 && left <= 2e-15 * next).then_some(next)
    }

    /// Which tail's fraction converges fast at a point, with its arguments.
    fn ends(&self, x: f64, y: f64) -> Ends {
        let (a, b) = (self.a, self.b);
        if x * (a + b + 2.0) <= a + 1.0 {
            Ends {
                lower: true,
                a,
                b,
                x,
                y,
            }
        } else {
            Ends {
                lower: false,
                a: b,
                b: a,
                x: y,
                y: x,
            }
        }
    }

    /// The inverse of the distribution function by its Taylor series to the fifth order, given the first-order step; and
    /// about how much it may yet be out.
    fn series(&self, x: f64, y: f64, first: f64) -> (f64, f64) {
        let (a, b) = (self.a - 1.0, self.b - 1.0);
        let over = 1.0 / (x * y);
        let (rx, ry) = (y * over, x * over);
        let (ax, by) = (a * rx, b * ry);
        // Derivatives of the logarithm of the density.
        let l1 = ax - by;
        let (ax, by) = (ax * rx, by * ry);
        let l2 = -(ax + by);
        let (ax, by) = (ax * rx, by * ry);
        let l3 = 2.0 * (ax - by);
        let l4 = -6.0 * (ax * rx + by * ry);
        // Coefficients of the distribution function over the density.
        let c2 = l1 / 2.0;
        let c3 = (l1 * l1 + l2) / 6.0;
        let c4 = (l1 * (l1 * l1 + 3.0 * l2) + l3) / 24.0;
        let c5 = (l1 * l1 * (l1 * l1 + 6.0 * l2) + 3.0 * l2 * l2 + 4.0 * l1 * l3 + l4) / 120.0;
        // The series turned round (Abramowitz and Stegun 3.6.25).
        let d3 = 2.0 * c2 * c2 - c3;
        let d4 = 5.0 * c2 * (c3 - c2 * c2) - c4;
        let d5 = 14.0 * c2 * c2 * c2 * c2 - 21.0 * c2 * c2 * c3 + 3.0 * c3 * c3 + 6.0 * c2 * c4 - c5;
        let fourth = d4 * first * first * first * first;
        let fifth = d5 * first * first * first * first * first;
        let step = first * (1.0 + first * (-c2 + first * d3)) + fourth + fifth;
        // The first term left out is to the fifth about as the step is to x and to the density's own scale.
        let ratio = fabs(first) * (rx + fabs(c2) + sqrt(fabs(l2)));
        (step, fabs(fifth) * ratio)
    }

    /// Halley's step on the logarithm of the tail, for starts that are far out.
    fn halley(&self, x: f64, y: f64, log_excess: f64, slope: f64) -> (f64, f64) {
        let bend = (self.a - 1.0) / x - (self.b - 1.0) / y - slope;
        let newton = log_excess / slope;
        let correction = 1.0 - 0.5 * newton * bend;
        let step = -newton
            / if correction > 0.3 && correction < 3.0 {
                correction
            } else {
                1.0
            };
        (step, fabs(step))
    }

    /// A first guess: Abramowitz and Stegun 26.5.22, or the leading power of the tail where that is better.
    fn start(&self, probability: f64, tail: Tail, upper_point: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        if a > 1.0 {
            let z = match tail {
                Tail::Lower => upper_point,
                Tail::Upper => -upper_point,
            };
            // With A = 2a - 1 and B = 2b - 1 their h is 2AB/(A + B), its inverse (A + B)/(2AB).
            let product = (2.0 * a - 1.0) * (2.0 * b - 1.0);
            let half_sum = a + b - 1.0;
            let (h, over) = (product / half_sum, 1.0 / product);
            let lambda = (z * z - 3.0) * (1.0 / 6.0);
            if h + lambda > 0.0 {
                let over_h = half_sum * over;
                let spread = 2.0 * (a - b) * over;
                let w = z * sqrt(h + lambda) * over_h - spread * (lambda + 5.0 / 6.0 - 2.0 / 3.0 * over_h);
                let (above, below) = rough_exp(2.0 * w);
                let x = a * below / (a * below + b * above);
                if x > 0.0 && x < 1.0 {
                    return x;
                }
            }
        }
        let lower = match tail {
            Tail::Lower => probability,
            Tail::Upper => 1.0 - probability,
        };
        // Near zero the tail is x^a / (a B(a, b)).
        let x = exp((log(a) + log_beta(a, b) + log(lower.max(f64::MIN_POSITIVE))) / a);
        let mean = a / (a + b);
        if x > 0.0 && x < mean { x } else { mean }
    }
}
