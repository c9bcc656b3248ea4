use super::StandardiseError;
use crate::interval::{byar, byar_or_exact};
use crate::{Confidence, Interval};

/// Part of a unit's population, and the rate it would have in the reference population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// How many of the unit's people are in the stratum.
    pub population: u64,
    /// The reference rate of events per person, 0 to 1. NaN where the reference has none.
    pub reference_rate: f64,
}

/// A stratum whose own events are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StratumCount {
    /// Events seen in the stratum.
    pub observed: u64,
    /// How many of the unit's people are in it.
    pub population: u64,
    /// The reference rate of events per person, 0 to 1. NaN where the reference has none.
    pub reference_rate: f64,
}

/// What one stratum put into a standardised ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// Events seen.
    pub observed: u64,
    /// Events expected.
    pub expected: f64,
    /// Events expected at the crude reference rate.
    pub expected_crude: f64,
}

impl Contribution {
    /// Observed less expected: the strata's excesses add up to the unit's.
    pub fn excess(self) -> f64 {
        self.observed as f64 - self.expected
    }
}

/// A unit's crude and adjusted ratios side by side, and what each stratum put in.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Observed over what the crude reference rate would give.
    pub crude: Interval,
    /// Observed over what the strata's rates would give.
    pub adjusted: Interval,
    /// Events seen.
    pub observed: u64,
    /// Events expected at the crude rate.
    pub expected_crude: f64,
    /// Events expected at the strata's rates.
    pub expected: f64,
    /// Each stratum's part, in the order given.
    pub contributions: Vec<Contribution>,
}

/// The indirectly standardised ratio, observed over expected, with Byar's limits; 1 is as expected.
///
/// `None` when `expected` is not a positive finite number. The expectation is taken as known, as usual: its own
/// uncertainty does not widen the interval.
///
/// Source: Breslow and Day (1987), section 2.3. `PHEindicatormethods` prints exact limits below ten events; for those
/// use [`byar_or_exact`].
///
/// ```
/// use senlens_stats::{Confidence, standardise};
/// let ratio = standardise::indirect(18, 12.0, Confidence::P95).expect("something is expected");
/// assert!((ratio.value - 1.5).abs() < 1e-15 && ratio.lower < 1.0);
/// assert!(standardise::indirect(18, 0.0, Confidence::P95).is_none());
/// ```
pub fn indirect(observed: u64, expected: f64, confidence: Confidence) -> Option<Interval> {
    usable(expected).then(|| byar(observed, confidence).scaled(1.0 / expected))
}

/// The indirectly standardised rate: the ratio times the reference population's crude rate, with exact limits below ten
/// events and Byar's from there, as `PHEindicatormethods` gives it. `None` when nothing is expected.
pub fn indirect_rate(
    observed: u64,
    expected: f64,
    reference_rate: f64,
    confidence: Confidence,
) -> Option<Interval> {
    usable(expected).then(|| byar_or_exact(observed, confidence).scaled(reference_rate / expected))
}

/// The events expected if each stratum had its reference rate.
///
/// A stratum without people needs no rate; one with people and none is an error that names it.
///
/// # Errors
/// [`StandardiseError::MissingReference`] with the place of every stratum that has people and no finite rate >= 0.
pub fn expected(strata: &[Stratum]) -> Result<f64, StandardiseError> {
    let total: f64 = strata
        .iter()
        .map(|s| if s.population == 0 { 0.0 } else { term(*s) })
        .sum();
    if total.is_nan() {
        return Err(StandardiseError::MissingReference {
            places: missing(strata.iter().copied()),
        });
    }
    Ok(total)
}

/// [`indirect`] from the strata themselves.
///
/// # Errors
/// As [`expected`], and [`StandardiseError::NothingExpected`] when the expectation is 0.
pub fn indirect_strata(
    observed: u64,
    strata: &[Stratum],
    confidence: Confidence,
) -> Result<Interval, StandardiseError> {
    indirect(observed, expected(strata)?, confidence).ok_or(StandardiseError::NothingExpected)
}

/// The crude and the adjusted ratio side by side, with each stratum's part.
///
/// `crude_reference_rate` is the reference population's rate over all strata together, per person.
///
/// # Errors
/// [`StandardiseError::MissingReference`] and [`StandardiseError::MoreThanAll`] name strata;
/// [`StandardiseError::NothingExpected`] when either expectation is not a positive number.
pub fn compare(
    strata: &[StratumCount],
    crude_reference_rate: f64,
    confidence: Confidence,
) -> Result<Compared, StandardiseError> {
    let over: Vec<usize> = strata
        .iter()
        .enumerate()
        .filter(|(_, s)| s.observed > s.population)
        .map(|(place, _)| place)
        .collect();
    if !over.is_empty() {
        return Err(StandardiseError::MoreThanAll { places: over });
    }
    let parts = || {
        strata.iter().map(|s| Stratum {
            population: s.population,
            reference_rate: s.reference_rate,
        })
    };
    let places = missing(parts());
    if !places.is_empty() {
        return Err(StandardiseError::MissingReference { places });
    }
    let contributions: Vec<Contribution> = strata
        .iter()
        .zip(parts())
        .map(|(s, part)| Contribution {
            observed: s.observed,
            expected: if s.population == 0 { 0.0 } else { term(part) },
            expected_crude: s.population as f64 * crude_reference_rate,
        })
        .collect();
    let observed = strata.iter().map(|s| s.observed).sum();
    let expected: f64 = contributions.iter().map(|c| c.expected).sum();
    let expected_crude: f64 = contributions.iter().map(|c| c.expected_crude).sum();
    let crude = indirect(observed, expected_crude, confidence).ok_or(StandardiseError::NothingExpected)?;
    let adjusted = indirect(observed, expected, confidence).ok_or(StandardiseError::NothingExpected)?;
    Ok(Compared {
        crude,
        adjusted,
        observed,
        expected_crude,
        expected,
        contributions,
    })
}

fn usable(expected: f64) -> bool {
    expected > 0.0 && expected.is_finite()
}

/// NaN when the rate is no rate.
fn term(stratum: Stratum) -> f64 {
    if stratum.reference_rate >= 0.0 && stratum.reference_rate.is_finite() {
        stratum.population as f64 * stratum.reference_rate
    } else {
        f64::NAN
    }
}

fn missing(strata: impl Iterator<Item = Stratum>) -> Vec<usize> {
    strata
        .enumerate()
        .filter(|(_, stratum)| stratum.population > 0 && term(*stratum).is_nan())
        .map(|(place, _)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [StratumCount; 2] = [
        StratumCount {
            observed: 6,
            population: 100,
            reference_rate: 0.02,
        },
        StratumCount {
            observed: 4,
            population: 50,
            reference_rate: 0.10,
        },
    ];

    #[test]
    fn the_parts_add_up() {
        let both = compare(&TWO, 0.04, Confidence::P95).unwrap();
        assert!((both.expected - 7.0).abs() < 1e-12 && (both.expected_crude - 6.0).abs() < 1e-12);
        assert!(
            (both.adjusted.value - 10.0 / 7.0).abs() < 1e-12 && (both.crude.value - 10.0 / 6.0).abs() < 1e-12
        );
        let excess: f64 = both.contributions.iter().map(|c| c.excess()).sum();
        assert!((excess - 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_missing_rate_is_named_and_an_empty_stratum_needs_none() {
        let strata = [
            Stratum {
                population: 10,
                reference_rate: 0.1,
            },
            Stratum {
                population: 3,
                reference_rate: f64::NAN,
            },
            Stratum {
                population: 0,
                reference_rate: f64::NAN,
            },
        ];
        assert_eq!(
            expected(&strata),
            Err(StandardiseError::MissingReference { places: vec![1] })
        );
        assert_eq!(expected(&[strata[0], strata[2]]), Ok(1.0));
        let none = [Stratum {
            population: 10,
            reference_rate: 0.0,
        }];
        assert_eq!(
            indirect_strata(0, &none, Confidence::P95),
            Err(StandardiseError::NothingExpected)
        );
        let mut over = TWO;
        over[1].observed = 51;
        assert_eq!(
            compare(&over, 0.04, Confidence::P95),
            Err(StandardiseError::MoreThanAll { places: vec![1] })
        );
    }

    #[test]
    fn nothing_expected_is_no_ratio() {
        for expected in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(indirect(1, expected, Confidence::P95), None, "{expected}");
        }
        let none_seen = indirect(0, 4.0, Confidence::P95).unwrap();
        assert!(none_seen.value == 0.0 && none_seen.lower == 0.0 && none_seen.upper > 0.0);
    }
}
