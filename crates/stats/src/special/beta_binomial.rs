//! The beta-binomial distribution: a count out of `size` whose probability varies from unit to unit as a beta.

use super::beta::log_beta;
use super::binomial::Tails;
use libm::{exp, lgamma, log, log1p};

/// ln of (a)(a+1)…(a+k-1), without the cancellation of two large log-gammas when k is small.
pub(crate) fn log_rising(a: f64, k: u64) -> f64 {
    if k <= 16 {
        let mut product = 1.0;
        let mut sum = 0.0;
        for step in 0..k {
            product *= a + step as f64;
            if !(1e-200..1e200).contains(&product) {
                sum += log(product);
                product = 1.0;
            }
        }
        return sum + log(product);
    }
    lgamma(k as f64) - log_beta(a, k as f64)
}

/// Both tails of `x` out of `size` when the share is beta with mean `mean` (in (0, 1)) and intraclass correlation
/// `correlation` (in \[0, 1); 0 is the binomial).
///
/// The tails are summed term by term from the count outwards until a term no longer counts, so the work grows with the
/// spread of the distribution. NaN when an argument makes no sense.
///
/// Source: Skellam (1948), J. R. Statist. Soc. B 10, 257-261.
#[must_use]
pub fn tails(x: u64, size: u64, mean: f64, correlation: f64) -> Tails {
    if !(mean > 0.0 && mean < 1.0 && (0.0..1.0).contains(&correlation)) {
        return Tails::NAN;
    }
    let precision = (1.0 - correlation) / correlation;
    if !(precision < 1e12) {
        return super::binomial::tails(x, size, mean);
    }
    if x > size {
        return Tails {
            at_or_below: 1.0,
            at_or_above: 0.0,
            exactly: 0.0,
        };
    }
    let (a, b) = (mean * precision, (1.0 - mean) * precision);
    let n = size as f64;
    let exactly = probability(x, size, a, b);
    let above = |k: f64| (n - k) * (a + k) / ((k + 1.0) * (n - k - 1.0 + b));
    let below = |k: f64| k * (n - k + b) / ((n - k + 1.0) * (a + k - 1.0));
    let upper_is_smaller = x as f64 >= n * mean;
    let mut term = exactly;
    let mut sum = exactly;
    let mut k = x as f64;
    if upper_is_smaller {
        while k < n {
            term *= above(k);
            k += 1.0;
            sum += term;
            if term <= sum * 1e-17 && above(k) < 1.0 {
                break;
            }
        }
        let at_or_above = sum.min(1.0);
        Tails {
            at_or_below: (1.0 - at_or_above + exactly).clamp(0.0, 1.0),
            at_or_above,
            exactly,
        }
    } else {
        while k > 0.0 {
            term *= below(k);
            k -= 1.0;
            sum += term;
            if term <= sum * 1e-17 && below(k) < 1.0 {
                break;
            }
        }
        let at_or_below = sum.min(1.0);
        Tails {
            at_or_below,
            at_or_above: (1.0 - at_or_below + exactly).clamp(0.0, 1.0),
            exactly,
        }
    }
}

/// P(X = x) for shapes `a`, `b` > 0.
#[must_use]
pub fn probability(x: u64, size: u64, a: f64, b: f64) -> f64 {
    if x > size {
        return 0.0;
    }
    exp(log_probability(x, size, a, b))
}

/// ln P(X = x) for shapes `a`, `b` > 0 and x <= size.
#[must_use]
pub fn log_probability(x: u64, size: u64, a: f64, b: f64) -> f64 {
    let rest = size - x;
    let ways = -log1p(size as f64) - log_beta(x as f64 + 1.0, rest as f64 + 1.0);
    ways + log_rising(a, x) + log_rising(b, rest) - log_rising(a + b, size)
}
