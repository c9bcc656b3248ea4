use super::pearson::{binomial_z, poisson_z};
use crate::CountOf;
use crate::special::chi_squared;

/// Whether the benchmark was given from outside or pooled from the units tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Known: as many degrees of freedom as units.
    Known,
    /// The pooled value of the same units: one fewer.
    Estimated,
}

/// A test of whether units vary more than chance allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DispersionTest {
    /// The mean square z-score.
    pub phi: f64,
    /// How many units were counted.
    pub units: usize,
    /// The sum of squares, or that sum scaled to match its variance.
    pub statistic: f64,
    /// The degrees of freedom of the chi-squared distribution it is held against; they need not be whole.
    pub degrees: f64,
    /// The chance of units varying so much, or more, by chance alone.
    pub p_value: f64,
}

impl DispersionTest {
    /// Whether an allowance for overdispersion is needed at a level such as 0.05: the test rejects and phi is above 1.
    pub fn rejects(&self, level: f64) -> bool {
        self.phi > 1.0 && self.p_value <= level
    }
}

/// The chi-squared test of z-scores: their sum of squares against as many degrees of freedom as units (one fewer when the
/// target was pooled from them). NaN are left out; `None` when too few are left.
///
/// It takes every z-score as normal, which winsorised ones and those of very small counts are not: for counts use
/// [`test_binomial`].
///
/// Source: Spiegelhalter (2005), Statistics in Medicine 24, section 4.1.
pub fn test(z_scores: &[f64], target: Target) -> Option<DispersionTest> {
    let kept: Vec<f64> = z_scores.iter().copied().filter(|z| !z.is_nan()).collect();
    let degrees = match target {
        Target::Known => kept.len(),
        Target::Estimated => kept.len().saturating_sub(1),
    };
    if degrees == 0 {
        return None;
    }
    let statistic: f64 = kept.iter().map(|z| z * z).sum();
    let degrees = degrees as f64;
    Some(DispersionTest {
        phi: statistic / kept.len() as f64,
        units: kept.len(),
        statistic,
        degrees,
        p_value: chi_squared::upper_tail(statistic, degrees),
    })
}

/// The same test for counts against one benchmark share, right for small counts too.
///
/// With few expected events z squared is far more variable than a chi-squared is: at 30 pupils and 2.8% its variance is
/// 3.02, not 2. The sum is therefore scaled to the chi-squared distribution with its own exact mean and variance
/// (2 + (1 - 6 p q)/(n p q) for each unit). `None` when fewer than two units have people or the benchmark is not strictly
/// between 0 and 1.
///
/// Source: McCullagh and Nelder (1989), Generalized linear models, section 4.5 on sparse tables; Satterthwaite (1946),
/// Biometrics Bulletin 2, 110-114, for the matching.
pub fn test_binomial(counts: &[CountOf], benchmark: f64, target: Target) -> Option<DispersionTest> {
    let variance_once = benchmark * (1.0 - benchmark);
    let (mut units, mut squares, mut variance) = (0_usize, 0.0, 0.0);
    for count in counts.iter().filter(|count| count.population() > 0) {
        let z = binomial_z(*count, benchmark)?;
        units += 1;
        squares += z * z;
        variance += 2.0 + (1.0 - 6.0 * variance_once) / (count.population() as f64 * variance_once);
    }
    matched(units, squares, variance, target)
}

/// The same test for counts against their expectations, from pairs of observed and expected: the variance of z squared is
/// 2 + 1/E. Pairs without a positive expectation are left out; `None` when fewer than two are left.
pub fn test_poisson(counts: &[(u64, f64)], target: Target) -> Option<DispersionTest> {
    let (mut units, mut squares, mut variance) = (0_usize, 0.0, 0.0);
    for (observed, expected) in counts {
        let Some(z) = poisson_z(*observed, *expected) else {
            continue;
        };
        units += 1;
        squares += z * z;
        variance += 2.0 + 1.0 / expected;
    }
    matched(units, squares, variance, target)
}

/// The sum of squares scaled to a chi-squared with its own mean and variance.
fn matched(units: usize, squares: f64, variance: f64, target: Target) -> Option<DispersionTest> {
    if units < 2 {
        return None;
    }
    let mean = match target {
        Target::Known => units,
        Target::Estimated => units - 1,
    } as f64;
    let scale = variance * (mean / units as f64) / (2.0 * mean);
    let (statistic, degrees) = (squares / scale, mean / scale);
    Some(DispersionTest {
        phi: squares / units as f64,
        units,
        statistic,
        degrees,
        p_value: chi_squared::upper_tail(statistic, degrees),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::{binomial, poisson};

    #[test]
    fn the_variance_of_z_squared_is_exact() {
        for (n, p) in [(1_u64, 0.3), (30, 0.028), (100, 0.1), (7, 0.9)] {
            let mean = n as f64 * p;
            let fourth: f64 = (0..=n)
                .map(|x| {
                    let z = (x as f64 - mean) / crate::arithmetic::sqrt(mean * (1.0 - p));
                    binomial::probability(x, n, p) * z * z * z * z
                })
                .sum();
            let formula = 2.0 + (1.0 - 6.0 * p * (1.0 - p)) / (mean * (1.0 - p));
            assert!((fourth - 1.0 - formula).abs() < 1e-11, "{n} {p}");
        }
        let fourth: f64 = (0..200)
            .map(|x| poisson::probability(x, 2.5) * libm::pow(x as f64 - 2.5, 4.0) / 6.25)
            .sum();
        assert!((fourth - 1.0 - (2.0 + 1.0 / 2.5)).abs() < 1e-11);
    }

    #[test]
    fn sparse_units_at_the_benchmark_do_not_reject() {
        // 40 units of 30 at 2.8%, as near to their binomial distribution as whole units come.
        let counts: Vec<CountOf> = [(0, 17), (1, 15), (2, 6), (3, 2)]
            .iter()
            .flat_map(|&(x, times)| vec![CountOf::new(x, 30).unwrap(); times])
            .collect();
        let found = test_binomial(&counts, 0.028, Target::Known).unwrap();
        assert!(found.p_value > 0.2 && !found.rejects(0.05), "{found:?}");
        assert!((found.phi - found.statistic / found.degrees).abs() < 1e-12);
        assert_eq!(test_binomial(&counts[..1], 0.028, Target::Known), None);
        assert_eq!(test_binomial(&counts, 0.0, Target::Known), None);
        assert_eq!(test(&[f64::NAN, 1.0], Target::Estimated), None);
        assert_eq!(test_poisson(&[(1, 0.0), (2, 1.0)], Target::Known), None);
        assert!(
            test_poisson(&[(9, 1.0), (0, 9.0), (30, 9.0)], Target::Known)
                .unwrap()
                .rejects(0.001)
        );
    }
}
