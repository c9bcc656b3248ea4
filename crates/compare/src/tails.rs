//! How likely a count at least as far from what is expected would be, by chance and the ordinary spread of units.

use crate::Position;
use crate::expectation::Expectation;
use senlens_stats::special::{beta, beta_binomial, binomial};
use senlens_stats::{Confidence, CountOf, funnel};

/// Beta-binomial tails are summed term by term up to this size; beyond it the beta of the same mean and variance serves.
const SUMMED_UP_TO: u64 = 2_000;

/// The tails of the beta distribution with the mean and variance of the beta-binomial, with continuity correction.
fn beta_tails(x: u64, size: u64, share: f64, correlation: f64) -> (f64, f64) {
    let n = size as f64;
    let precision = n / (1.0 + (n - 1.0) * correlation) - 1.0;
    let (a, b) = (share * precision, (1.0 - share) * precision);
    let at = |x: f64| (x / n).clamp(0.0, 1.0);
    (
        beta::tails(a, b, at(x as f64 + 0.5)).lower,
        beta::tails(a, b, at(x as f64 - 0.5)).upper,
    )
}

/// The two tails of what chance, and the ordinary spread of units, would give.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tails {
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    /// The lower tail of none at all: how small a lower tail can get.
    least_lower: f64,
}

impl Tails {
    /// Exact binomial tails, or beta-binomial ones where units differ more than by chance; none when nothing varies.
    pub(crate) fn of(expectation: &Expectation, correlation: f64) -> Option<Self> {
        let share = expectation.share().filter(|share| *share > 0.0 && *share < 1.0)?;
        let (observed, size) = (expectation.observed, expectation.population);
        if correlation > 0.0 && size > 1 {
            let (lower, upper) = if size > SUMMED_UP_TO {
                beta_tails(observed, size, share, correlation)
            } else {
                let tails = beta_binomial::tails(observed, size, share, correlation);
                (tails.at_or_below, tails.at_or_above)
            };
            let precision = (1.0 - correlation) / correlation;
            let least_lower =
                beta_binomial::probability(0, size, share * precision, (1.0 - share) * precision);
            return Some(Self {
                lower,
                upper,
                least_lower,
            });
        }
        let tail = funnel::binomial(CountOf::new(observed, size).ok()?, share)?;
        let least_lower = binomial::probability(0, size, share);
        Some(Self {
            lower: tail.lower(),
            upper: tail.upper(),
            least_lower,
        })
    }

    pub(crate) fn p_value(self) -> f64 {
        (2.0 * self.lower.min(self.upper)).min(1.0)
    }

    pub(crate) fn position(self, confidence: Confidence) -> Position {
        let tail = confidence.tail();
        if self.upper <= tail {
            Position::Higher
        } else if self.lower <= tail {
            Position::Lower
        } else if self.least_lower > 0.5 {
            // Even none at all would be the likeliest outcome: the place is too small to be lower, and is not higher.
            Position::TooFew
        } else {
            Position::Similar
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SUMMED_UP_TO, Tails, beta_tails};
    use crate::Position;
    use crate::expectation::Expectation;
    use senlens_stats::Confidence;
    use senlens_stats::special::beta_binomial;

    fn expectation(observed: u64, population: u64, share: f64) -> Expectation {
        let expected = population as f64 * share;
        Expectation {
            observed,
            population,
            expected,
            variance: expected * (1.0 - share),
        }
    }

    #[test]
    fn the_beta_stands_in_for_the_beta_binomial_at_the_size_where_it_takes_over() {
        for (x, share, correlation) in [
            (300, 0.1, 0.01),
            (120, 0.1, 0.01),
            (90, 0.03, 0.002),
            (700, 0.3, 0.02),
        ] {
            let exact = beta_binomial::tails(x, SUMMED_UP_TO, share, correlation);
            let (lower, upper) = beta_tails(x, SUMMED_UP_TO, share, correlation);
            // A tail decides at 0.025 and 0.001: an error of this size moves neither by a pupil.
            assert!(
                (lower - exact.at_or_below).abs() < 2e-3 && (upper - exact.at_or_above).abs() < 2e-3,
                "{x}"
            );
        }
    }

    #[test]
    fn positions_straddle_the_exact_limits() {
        // 1 in 10 of 100 pupils: P(X >= 17) = 0.0206, P(X >= 16) = 0.0399 (binomial tables).
        for (observed, position) in [
            (16, Position::Similar),
            (17, Position::Higher),
            (4, Position::Lower),
            (5, Position::Similar),
        ] {
            let tails = Tails::of(&expectation(observed, 100, 0.1), 0.0).expect("varies");
            assert_eq!(tails.position(Confidence::P95), position, "{observed}");
        }
        let spread = Tails::of(&expectation(17, 100, 0.1), 0.02).expect("varies");
        assert_eq!(spread.position(Confidence::P95), Position::Similar);
    }

    #[test]
    fn a_place_too_small_to_be_lower_is_said_to_be() {
        let tails = Tails::of(&expectation(0, 10, 0.02), 0.0).expect("varies");
        assert_eq!(tails.position(Confidence::P95), Position::TooFew);
        assert!(Tails::of(&expectation(0, 0, 0.02), 0.0).is_none());
    }
}
