//! The Poisson distribution: probabilities, both tails and quantiles.

use super::binomial::{TIE, Tails, first_reaching, whole};
use super::{gamma, saddle};
use crate::arithmetic::{floor, sqrt};

/// P(X = x) at a mean >= 0. NaN when the mean is negative or NaN.
#[must_use]
pub fn probability(x: u64, mean: f64) -> f64 {
    if !(mean >= 0.0) || mean.is_infinite() {
        return f64::NAN;
    }
    saddle::poisson(x as f64, mean)
}

/// Both tails of `x` at a mean >= 0. NaN when the mean is negative, infinite or NaN.
#[must_use]
pub fn tails(x: u64, mean: f64) -> Tails {
    if !(mean >= 0.0) || mean.is_infinite() {
        return Tails::NAN;
    }
    let count = x as f64;
    let exactly = saddle::poisson(count, mean);
    if x == 0 {
        return Tails {
            at_or_below: exactly,
            at_or_above: 1.0,
            exactly,
        };
    }
    if count >= mean {
        let at_or_above = gamma::tails(count, mean).lower;
        Tails {
            at_or_below: (1.0 - at_or_above + exactly).clamp(0.0, 1.0),
            at_or_above,
            exactly,
        }
    } else {
        let at_or_below = gamma::tails(count + 1.0, mean).upper;
        Tails {
            at_or_below,
            at_or_above: (1.0 - at_or_below + exactly).clamp(0.0, 1.0),
            exactly,
        }
    }
}

/// The smallest r with P(X <= r) >= `lower`; a tie within rounding counts as reached. None when `lower` is not in
/// \[0, 1) or the mean makes no sense.
#[must_use]
pub fn quantile(lower: f64, mean: f64) -> Option<u64> {
    if !(0.0..1.0).contains(&lower) || !(mean >= 0.0) || mean.is_infinite() {
        return None;
    }
    let guess = floor(mean + super::normal::quantile(lower.max(1e-300)) * sqrt(mean));
    Some(first_reaching(whole(guess, u64::MAX / 4), u64::MAX / 2, |r| {
        tails(r, mean).at_or_below >= lower * (1.0 - TIE)
    }))
}
