use super::Series;
use crate::arithmetic::sqrt;
use crate::special::normal;

/// The test of a trend in shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CochranArmitage {
    /// The standardised trend: above 0 when shares rise.
    pub z: f64,
    /// Its square, the chi-squared on one degree of freedom.
    pub chi_squared: f64,
    /// The two-sided p-value.
    pub p_value: f64,
}

/// Cochran and Armitage's test of a trend, the years being the scores. It takes each year's count as binomial, so
/// where years vary more than chance it finds too much: see [`logistic_trend`](super::logistic_trend).
///
/// `None` when no person, or every person, has the event in all years.
///
/// Source: Cochran (1954), Biometrics 10, 417-451; Armitage (1955), Biometrics 11, 375-386; as R's `prop.trend.test`.
pub fn cochran_armitage(series: &Series) -> Option<CochranArmitage> {
    let (scores, counts) = (series.elapsed(), series.counts());
    let people: f64 = counts.iter().map(|count| count.population() as f64).sum();
    let events: f64 = counts.iter().map(|count| count.events() as f64).sum();
    let share = events / people;
    if share <= 0.0 || share >= 1.0 {
        return None;
    }
    let mean = scores
        .iter()
        .zip(&counts)
        .map(|(t, count)| t * count.population() as f64)
        .sum::<f64>()
        / people;
    let (mut trend, mut spread) = (0.0, 0.0);
    for (t, count) in scores.iter().zip(&counts) {
        let n = count.population() as f64;
        trend += (t - mean) * (count.events() as f64 - n * share);
        spread += n * (t - mean) * (t - mean);
    }
    let z = trend / sqrt(share * (1.0 - share) * spread);
    Some(CochranArmitage {
        z,
        chi_squared: z * z,
        p_value: normal::two_sided(z),
    })
}
