//! The gamma-Poisson (negative binomial) distribution: a count whose mean varies from unit to unit as a gamma.

use super::binomial::Tails;
use super::{beta, poisson, saddle};

/// Both tails of `x` when its mean is gamma with mean `mean` >= 0 and shape `shape` > 0 (an infinite shape is the
/// Poisson). NaN when an argument makes no sense.
///
/// Source: Greenwood and Yule (1920), J. R. Statist. Soc. 83, 255-279.
#[must_use]
pub fn tails(x: u64, mean: f64, shape: f64) -> Tails {
    if !(mean >= 0.0 && shape > 0.0) || mean.is_infinite() {
        return Tails::NAN;
    }
    if shape > 1e12 || mean <= 0.0 {
        return poisson::tails(x, mean);
    }
    let (p, q) = (mean / (mean + shape), shape / (mean + shape));
    let count = x as f64;
    let exactly = shape / (shape + count) * saddle::binomial(count, count + shape, p, q);
    if x == 0 {
        return Tails {
            at_or_below: exactly,
            at_or_above: 1.0,
            exactly,
        };
    }
    if count >= mean {
        let at_or_above = beta::tails_between(count, shape, p, q).lower;
        Tails {
            at_or_below: (1.0 - at_or_above + exactly).clamp(0.0, 1.0),
            at_or_above,
            exactly,
        }
    } else {
        let at_or_below = beta::tails_between(count + 1.0, shape, p, q).upper;
        Tails {
            at_or_below,
            at_or_above: (1.0 - at_or_below + exactly).clamp(0.0, 1.0),
            exactly,
        }
    }
}
