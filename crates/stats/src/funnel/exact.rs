use crate::special::binomial::{TIE, Tails};
use crate::special::{binomial as binomial_distribution, normal, poisson as poisson_distribution};
use crate::{Confidence, CountOf};

/// Where a unit lies against a benchmark. Higher and lower are no judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Position {
    /// Below what chance allows.
    Lower,
    /// Within what chance allows.
    Similar,
    /// Above what chance allows.
    Higher,
}

impl Position {
    /// The stable word: `higher`, `similar` or `lower`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Similar => "similar",
            Self::Higher => "higher",
        }
    }

    /// Which tail is no more than `nominal`, if either; a tie within rounding counts as no more.
    pub(crate) fn of_tails(lower: f64, upper: f64, nominal: f64) -> Option<Self> {
        if lower.is_nan() || upper.is_nan() {
            return None;
        }
        let nominal = nominal * (1.0 + TIE);
        Some(if upper <= nominal && upper <= lower {
            Self::Higher
        } else if lower <= nominal {
            Self::Lower
        } else {
            Self::Similar
        })
    }
}

/// How far out a count lies against a benchmark: the chance, were the unit at the benchmark, of a count at or beyond its
/// own on either side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExactTail {
    tails: Tails,
}

impl ExactTail {
    pub(crate) fn new(tails: Tails) -> Option<Self> {
        (!tails.at_or_above.is_nan() && !tails.at_or_below.is_nan()).then_some(Self { tails })
    }

    /// P(X <= x).
    pub fn lower(self) -> f64 {
        self.tails.at_or_below
    }

    /// P(X >= x).
    pub fn upper(self) -> f64 {
        self.tails.at_or_above
    }

    /// P(X < x) + P(X = x)/2.
    pub fn mid_lower(self) -> f64 {
        self.tails.mid_lower()
    }

    /// P(X > x) + P(X = x)/2.
    pub fn mid_upper(self) -> f64 {
        self.tails.mid_upper()
    }

    /// The exact two-sided p-value: twice the smaller tail, at most 1.
    ///
    /// It is at most 0.05 just when [`ExactTail::position`] at 95% is not similar. R's `binom.test` sums all outcomes
    /// no likelier instead; see `proportion_test`.
    pub fn p_value(self) -> f64 {
        (2.0 * self.lower().min(self.upper())).min(1.0)
    }

    /// The mid-P two-sided p-value: nearer nominal on average than the exact one, and now and then below it.
    pub fn mid_p_value(self) -> f64 {
        (2.0 * self.mid_lower().min(self.mid_upper())).min(1.0)
    }

    /// The position by the exact tail, half of what the confidence leaves on each side: a unit at the benchmark is put
    /// higher (or lower) never more often than that half. At 99.8% that is 0.001.
    pub fn position(self, confidence: Confidence) -> Position {
        // A tail is not NaN here, so a position there is.
        Position::of_tails(self.lower(), self.upper(), confidence.tail()).unwrap_or(Position::Similar)
    }

    /// The position by the mid-P tail.
    pub fn mid_p_position(self, confidence: Confidence) -> Position {
        Position::of_tails(self.mid_lower(), self.mid_upper(), confidence.tail()).unwrap_or(Position::Similar)
    }
}

/// The exact binomial tails of a count against a benchmark share (0 to 1).
///
/// `None` when the population is 0 or the benchmark is not a probability.
///
/// ```
/// use senlens_stats::{Confidence, CountOf, funnel};
/// // Five of 30 pupils where 2.8% are expected.
/// let tail = funnel::binomial(CountOf::new(5, 30)?, 0.028).expect("30 pupils and a benchmark");
/// assert_eq!(tail.position(Confidence::P95), funnel::Position::Higher);
/// assert_eq!(tail.position(Confidence::P998), funnel::Position::Similar);
/// # Ok::<(), senlens_stats::CountError>(())
/// ```
pub fn binomial(count: CountOf, benchmark: f64) -> Option<ExactTail> {
    if count.population() == 0 {
        return None;
    }
    ExactTail::new(binomial_distribution::tails(
        count.events(),
        count.population(),
        benchmark,
    ))
}

/// The exact Poisson tails of a count against its expectation. `None` when that is not a positive finite number.
pub fn poisson(observed: u64, expected: f64) -> Option<ExactTail> {
    if !(expected > 0.0 && expected.is_finite()) {
        return None;
    }
    ExactTail::new(poisson_distribution::tails(observed, expected))
}

/// The two-sided p-value of a z-score. NaN in, NaN out.
pub fn normal_p_value(z: f64) -> f64 {
    normal::two_sided(z)
}

/// The position of a z-score; `None` for NaN.
pub fn position_of_z(z: f64, confidence: Confidence) -> Option<Position> {
    let limit = confidence.z();
    if z.is_nan() {
        None
    } else if z >= limit {
        Some(Position::Higher)
    } else if z <= -limit {
        Some(Position::Lower)
    } else {
        Some(Position::Similar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_value_and_position_agree() {
        for size in [1, 3, 30, 100, 317] {
            for x in 0..=size {
                for benchmark in [0.004, 0.028, 0.1, 0.5, 0.9] {
                    let tail = binomial(CountOf::new(x, size).unwrap(), benchmark).unwrap();
                    for confidence in [Confidence::P95, Confidence::P998] {
                        let nominal = 2.0 * confidence.tail() * (1.0 + TIE);
                        let out = tail.position(confidence) != Position::Similar;
                        assert_eq!(out, tail.p_value() <= nominal, "{x}/{size} at {benchmark}");
                        let mid_out = tail.mid_p_position(confidence) != Position::Similar;
                        assert_eq!(
                            mid_out,
                            tail.mid_p_value() <= nominal,
                            "{x}/{size} at {benchmark}"
                        );
                        assert!(mid_out || !out, "mid-P flags whatever the exact tail flags");
                    }
                }
            }
        }
    }

    #[test]
    fn a_tie_with_the_nominal_level_is_reached() {
        // P(X = 0 | 3, 0.9) is 0.001, which floating point has a little above or below.
        let tail = binomial(CountOf::new(0, 3).unwrap(), 0.9).unwrap();
        assert_eq!(tail.position(Confidence::P998), Position::Lower);
    }

    #[test]
    fn a_unit_without_people_has_no_position() {
        assert_eq!(binomial(CountOf::new(0, 0).unwrap(), 0.1), None);
        let one = CountOf::new(1, 2).unwrap();
        assert!(
            binomial(one, f64::NAN).is_none()
                && binomial(one, -0.1).is_none()
                && binomial(one, 1.1).is_none()
        );
        assert!(poisson(0, 0.0).is_none() && poisson(0, f64::NAN).is_none());
        assert_eq!(position_of_z(f64::NAN, Confidence::P95), None);
        assert_eq!(position_of_z(2.0, Confidence::P95), Some(Position::Higher));
        assert_eq!(position_of_z(-4.0, Confidence::P998), Some(Position::Lower));
    }

    #[test]
    fn poisson_tails_by_hand() {
        let tail = poisson(2, 1.0).unwrap();
        let e = libm::exp(-1.0);
        assert!((tail.upper() - (1.0 - 2.0 * e)).abs() < 1e-15 && (tail.lower() - 2.5 * e).abs() < 1e-15);
        assert!((tail.mid_upper() - (1.0 - 2.25 * e)).abs() < 1e-15);
    }
}
