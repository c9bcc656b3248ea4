use super::ShrinkError;
use crate::CountOf;

/// A unit's raw and shrunken share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunken {
    /// Events over population; NaN without people.
    pub raw: f64,
    /// The share drawn towards the pooled share; the pooled share itself without people.
    pub shrunken: f64,
}

/// Marshall's global empirical Bayes estimates, by moments, taking counts as Poisson.
///
/// # Errors
/// [`ShrinkError::TooFewUnits`] when fewer than two units have people.
///
/// Source: Marshall (1991), Applied Statistics 40, 283-294; as `spdep::EBest` and `esda`'s `Empirical_Bayes`.
pub fn marshall(counts: &[CountOf]) -> Result<Vec<Shrunken>, ShrinkError> {
    let Moments {
        pooled,
        spread,
        mean_population,
    } = moments(counts)?;
    let between = (spread - pooled / mean_population).max(0.0);
    Ok(shrink(counts, pooled, |n| between / (between + pooled / n)))
}

/// The same for shares that are not small: the variance of a count is binomial.
///
/// # Errors
/// [`ShrinkError::TooFewUnits`] when fewer than two units have people.
///
/// Source: Martuzzi and Elliott (1996), Statistics in Medicine 15, 1867-1873; as `spdep::EBest(family = "binomial")`.
pub fn binomial(counts: &[CountOf]) -> Result<Vec<Shrunken>, ShrinkError> {
    let Moments {
        pooled,
        spread,
        mean_population,
    } = moments(counts)?;
    let once = pooled * (1.0 - pooled);
    let correlation = if once > 0.0 {
        ((mean_population * spread / once - 1.0) / (mean_population - 1.0)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    Ok(shrink(counts, pooled, |n| {
        correlation * n / (1.0 + (n - 1.0) * correlation)
    }))
}

struct Moments {
    pooled: f64,
    /// The population-weighted mean square deviation of shares from the pooled one.
    spread: f64,
    mean_population: f64,
}

fn moments(counts: &[CountOf]) -> Result<Moments, ShrinkError> {
    let kept: Vec<(f64, f64)> = counts
        .iter()
        .filter_map(|count| Some((count.share()?, count.population() as f64)))
        .collect();
    if kept.len() < 2 {
        return Err(ShrinkError::TooFewUnits(kept.len()));
    }
    let events: f64 = counts.iter().map(|count| count.events() as f64).sum();
    let people: f64 = kept.iter().map(|(_, n)| n).sum();
    let pooled = events / people;
    let spread = kept
        .iter()
        .map(|(p, n)| n * (p - pooled) * (p - pooled))
        .sum::<f64>()
        / people;
    Ok(Moments {
        pooled,
        spread,
        mean_population: people / kept.len() as f64,
    })
}

fn shrink(counts: &[CountOf], pooled: f64, weight: impl Fn(f64) -> f64) -> Vec<Shrunken> {
    counts
        .iter()
        .map(|count| match count.share() {
            Some(raw) => {
                let weight = weight(count.population() as f64);
                // There is no event at all: both terms of the weight are 0.
                let weight = if weight.is_nan() { 0.0 } else { weight };
                Shrunken {
                    raw,
                    shrunken: pooled + weight * (raw - pooled),
                }
            }
            None => Shrunken {
                raw: f64::NAN,
                shrunken: pooled,
            },
        })
        .collect()
}
