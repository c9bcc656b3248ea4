//! The binomial distribution: probabilities, both tails, mid-P and quantiles, for any size up to billions.

use super::{Tail, beta, saddle};
use crate::arithmetic::{floor, sqrt};

/// How far above its nominal level an attained tail may come by rounding alone and still count as attaining it.
///
/// A tie such as P(X = 0 | 3, 0.9) = 0.001 must not turn on the last bit of a product.
pub const TIE: f64 = 64.0 * f64::EPSILON;

/// Where a count lies in its distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// P(X <= x).
    pub at_or_below: f64,
    /// P(X >= x).
    pub at_or_above: f64,
    /// P(X = x).
    pub exactly: f64,
}

impl Tails {
    /// P(X < x) + P(X = x)/2.
    #[must_use]
    pub fn mid_lower(self) -> f64 {
        (self.at_or_below - 0.5 * self.exactly).max(0.0)
    }

    /// P(X > x) + P(X = x)/2.
    #[must_use]
    pub fn mid_upper(self) -> f64 {
        (self.at_or_above - 0.5 * self.exactly).max(0.0)
    }

    pub(crate) const NAN: Self = Self {
        at_or_below: f64::NAN,
        at_or_above: f64::NAN,
        exactly: f64::NAN,
    };
}

/// P(X = x) for `size` trials of probability `p`. NaN when `p` is not a probability; 0 when x > size.
#[must_use]
pub fn probability(x: u64, size: u64, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if x > size {
        return 0.0;
    }
    saddle::binomial(x as f64, size as f64, p, 1.0 - p)
}

/// Both tails of `x` out of `size` at probability `p`. NaN when `p` is not a probability.
///
/// The smaller tail is computed as such, never as one less the other.
#[must_use]
pub fn tails(x: u64, size: u64, p: f64) -> Tails {
    if !(0.0..=1.0).contains(&p) {
        return Tails::NAN;
    }
    if x > size {
        return Tails {
            at_or_below: 1.0,
            at_or_above: 0.0,
            exactly: 0.0,
        };
    }
    let q = 1.0 - p;
    let (count, n) = (x as f64, size as f64);
    let exactly = saddle::binomial(count, n, p, q);
    if x == 0 {
        return Tails {
            at_or_below: exactly,
            at_or_above: 1.0,
            exactly,
        };
    }
    if x == size {
        return Tails {
            at_or_below: 1.0,
            at_or_above: exactly,
            exactly,
        };
    }
    if p <= 0.0 {
        return Tails {
            at_or_below: 1.0,
            at_or_above: 0.0,
            exactly,
        };
    }
    if q <= 0.0 {
        return Tails {
            at_or_below: 0.0,
            at_or_above: 1.0,
            exactly,
        };
    }
    if count >= n * p {
        let at_or_above = beta::tails_between(count, n - count + 1.0, p, q).lower;
        Tails {
            at_or_below: (1.0 - at_or_above + exactly).clamp(0.0, 1.0),
            at_or_above,
            exactly,
        }
    } else {
        let at_or_below = beta::tails_between(count + 1.0, n - count, p, q).upper;
        Tails {
            at_or_below,
            at_or_above: (1.0 - at_or_below + exactly).clamp(0.0, 1.0),
            exactly,
        }
    }
}

/// The smallest r with P(X <= r) >= `lower`; a tie within rounding counts as reached. None when an argument is not a
/// probability.
#[must_use]
pub fn quantile(lower: f64, size: u64, p: f64) -> Option<u64> {
    if !(0.0..=1.0).contains(&lower) || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let n = size as f64;
    let guess =
        floor(n * p + super::normal::quantile(lower.clamp(1e-300, 1.0 - 1e-16)) * sqrt(n * p * (1.0 - p)));
    Some(first_reaching(whole(guess, size), size, |r| {
        tails(r, size, p).at_or_below >= lower * (1.0 - TIE)
    }))
}

/// The smallest count whose tail P(X >= x) is at most `level`, that is the first a rule at that level flags as high;
/// `size + 1` when none is.
#[must_use]
pub fn first_high(level: f64, size: u64, p: f64) -> u64 {
    let n = size as f64;
    let guess = floor(n * p - super::normal::quantile(level.clamp(1e-300, 1.0)) * sqrt(n * p * (1.0 - p)));
    first_reaching(whole(guess, size), size + 1, |x| {
        x > size || tails(x, size, p).at_or_above <= level * (1.0 + TIE)
    })
}

/// The largest count whose tail P(X <= x) is at most `level`, that is the last a rule at that level flags as low; None
/// when none is.
#[must_use]
pub fn last_low(level: f64, size: u64, p: f64) -> Option<u64> {
    let n = size as f64;
    let guess = floor(n * p + super::normal::quantile(level.clamp(1e-300, 1.0)) * sqrt(n * p * (1.0 - p)));
    let first_not = first_reaching(whole(guess, size), size, |x| {
        tails(x, size, p).at_or_below > level * (1.0 + TIE)
    });
    first_not.checked_sub(1)
}

/// The tail named, at or beyond the count.
#[must_use]
pub fn tail(x: u64, size: u64, p: f64, which: Tail) -> f64 {
    let both = tails(x, size, p);
    match which {
        Tail::Lower => both.at_or_below,
        Tail::Upper => both.at_or_above,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=size first"
)]
pub(crate) fn whole(guess: f64, size: u64) -> u64 {
    if guess.is_nan() || guess <= 0.0 {
        0
    } else {
        (guess as u64).min(size)
    }
}

/// The smallest value in 0..=end for which a rising condition holds (it is taken to hold at `end`), looked for outwards
/// from a guess.
pub(crate) fn first_reaching(guess: u64, end: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high);
    let mut stride = 1;
    if holds(guess) {
        high = guess;
        loop {
            if high == 0 {
                return 0;
            }
            let next = high.saturating_sub(stride);
            if holds(next) {
                high = next;
                stride *= 2;
            } else {
                low = next;
                break;
            }
        }
    } else {
        low = guess;
        loop {
            let next = low.saturating_add(stride).min(end);
            if next == end || holds(next) {
                high = next;
                break;
            }
            low = next;
            stride *= 2;
        }
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
