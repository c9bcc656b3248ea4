use super::StandardiseError;
use crate::arithmetic::sqrt;
use crate::interval::{byar, exact_poisson};
use crate::{Confidence, Interval, Method};

/// A stratum of a unit, and its weight in the standard population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectStratum {
    /// Events in the unit's stratum.
    pub observed: u64,
    /// People in the unit's stratum.
    pub population: u64,
    /// People in the stratum of the standard population (any unit: only shares matter).
    pub standard: f64,
}

/// A directly standardised rate and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectlyStandardised {
    /// The rate per person, with Dobson's limits.
    pub rate: Interval,
    /// Its variance.
    pub variance: f64,
    /// All events.
    pub observed: u64,
}

/// How the limits of the total count, from which Dobson's method scales, are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountLimits {
    /// Byar's.
    Byar,
    /// Exact Poisson, as Dobson's paper has it.
    Exact,
}

/// The directly standardised rate per person: what the standard population would show at the unit's rates.
///
/// Limits are Dobson's, scaled from Byar's for the total count as `PHEindicatormethods` does. It prints nothing below
/// ten events; we give the figure and leave what may be shown to others. With no events the variance is 0 and so is
/// the interval's width: read it with the count.
///
/// Source: Dobson, Kuulasmaa, Eberle and Scherer (1991), Statistics in Medicine 10, 457-462.
///
/// # Errors
/// [`StandardiseError::EmptyStrata`] names strata with weight but without people, whose rate would be a guess (the
/// weight must be given as 0 to leave a stratum out); [`StandardiseError::MoreThanAll`] those with more events than
/// people; [`StandardiseError::MissingReference`] those whose weight is negative or not a number;
/// [`StandardiseError::NothingExpected`] when all weights are 0.
pub fn direct(
    strata: &[DirectStratum],
    confidence: Confidence,
) -> Result<DirectlyStandardised, StandardiseError> {
    direct_with(strata, confidence, CountLimits::Byar)
}

/// As [`direct`], with the limits of the total count as said.
///
/// # Errors
/// As [`direct`].
pub fn direct_with(
    strata: &[DirectStratum],
    confidence: Confidence,
    limits: CountLimits,
) -> Result<DirectlyStandardised, StandardiseError> {
    let places = |bad: &dyn Fn(&DirectStratum) -> bool| -> Vec<usize> {
        strata
            .iter()
            .enumerate()
            .filter(|(_, s)| bad(s))
            .map(|(place, _)| place)
            .collect()
    };
    let weightless = places(&|s| !(s.standard >= 0.0 && s.standard.is_finite()));
    if !weightless.is_empty() {
        return Err(StandardiseError::MissingReference { places: weightless });
    }
    let empty = places(&|s| s.population == 0 && s.standard > 0.0);
    if !empty.is_empty() {
        return Err(StandardiseError::EmptyStrata { places: empty });
    }
    let over = places(&|s| s.observed > s.population);
    if !over.is_empty() {
        return Err(StandardiseError::MoreThanAll { places: over });
    }
    let weights: f64 = strata.iter().map(|s| s.standard).sum();
    if weights <= 0.0 {
        return Err(StandardiseError::NothingExpected);
    }
    let (mut value, mut variance, mut observed) = (0.0, 0.0, 0);
    for s in strata.iter().filter(|s| s.standard > 0.0) {
        let (x, n) = (s.observed as f64, s.population as f64);
        value += s.standard * (x / n);
        variance += s.standard * s.standard * (x / n / n);
        observed += s.observed;
    }
    value /= weights;
    variance /= weights * weights;
    let count = match limits {
        CountLimits::Byar => byar(observed, confidence),
        CountLimits::Exact => exact_poisson(observed, confidence),
    };
    let scale = if observed == 0 {
        0.0
    } else {
        sqrt(variance / observed as f64)
    };
    let rate = Interval {
        value,
        lower: value + scale * (count.lower - count.value),
        upper: value + scale * (count.upper - count.value),
        confidence,
        method: Method::Dobson,
    };
    Ok(DirectlyStandardised {
        rate,
        variance,
        observed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rates_standardise_to_themselves() {
        let strata = [
            DirectStratum {
                observed: 5,
                population: 100,
                standard: 7.0,
            },
            DirectStratum {
                observed: 10,
                population: 200,
                standard: 1.0,
            },
        ];
        let rate = direct(&strata, Confidence::P95).unwrap().rate;
        assert!((rate.value - 0.05).abs() < 1e-15 && rate.lower < 0.05 && rate.upper > 0.05);
        let exact = direct_with(&strata, Confidence::P95, CountLimits::Exact)
            .unwrap()
            .rate;
        assert!((exact.lower - rate.lower).abs() < 1e-3 && (exact.lower - rate.lower).abs() > 1e-9);
    }

    #[test]
    fn an_empty_stratum_is_named() {
        let strata = [
            DirectStratum {
                observed: 5,
                population: 100,
                standard: 7.0,
            },
            DirectStratum {
                observed: 0,
                population: 0,
                standard: 1.0,
            },
        ];
        assert_eq!(
            direct(&strata, Confidence::P95),
            Err(StandardiseError::EmptyStrata { places: vec![1] })
        );
        let left_out = [
            strata[0],
            DirectStratum {
                standard: 0.0,
                ..strata[1]
            },
        ];
        assert!(direct(&left_out, Confidence::P95).is_ok());
    }
}
