//! The inverse: a bracketed Newton iteration on the logarithm of the tail.

use super::{didonato_morris_pair, fraction, log_beta, rough_exp};
use crate::arithmetic::{exp_within, fabs, sqrt};
use crate::special::{Tail, normal, saddle};
use libm::{exp, log};

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
        -normal::quantile(probability)
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
