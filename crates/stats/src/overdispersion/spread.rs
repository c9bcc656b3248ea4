use super::Target;
use crate::CountOf;
use crate::arithmetic::sqrt;
use libm::{exp, log};

/// The intraclass correlation of shares about a benchmark that makes the units' spread what it is: the variance of a
/// count is n p q (1 + (n - 1) correlation).
///
/// Found where the mean square of the winsorised, adjusted z-scores is what that of normal ones winsorised alike would
/// be, so that the units at the ends neither hide themselves nor shrink the estimate. 0 when chance alone will do.
///
/// `None` when the benchmark is not strictly between 0 and 1, `winsorised` is not in \[0, 0.5), or fewer than two units
/// have people.
///
/// Source: the moment equation of Paule and Mandel (1982), J. Res. NBS 87, 377-385, on the winsorised z-scores of
/// Spiegelhalter (2005), Statistics in Medicine 24.
pub fn correlation_between(
    counts: &[CountOf],
    benchmark: f64,
    winsorised: f64,
    target: Target,
) -> Option<f64> {
    if !(benchmark > 0.0 && benchmark < 1.0) {
        return None;
    }
    let variance_once = benchmark * (1.0 - benchmark);
    let units: Vec<(f64, f64)> = counts
        .iter()
        .filter(|count| count.population() > 0)
        .map(|count| {
            let n = count.population() as f64;
            (
                (count.events() as f64 - n * benchmark) / sqrt(n * variance_once),
                n - 1.0,
            )
        })
        .collect();
    solve(&units, winsorised, target, 1.0 - 1e-9)
}

/// The variance between units of their ratios of observed to expected events: the variance of a count is
/// E + E^2 variance. Found as in [`correlation_between`], from pairs of observed and expected.
///
/// `None` when `winsorised` is not in \[0, 0.5) or fewer than two units have a positive expectation.
pub fn ratio_variance_between(counts: &[(u64, f64)], winsorised: f64, target: Target) -> Option<f64> {
    let units: Vec<(f64, f64)> = counts
        .iter()
        .filter(|(_, expected)| *expected > 0.0 && expected.is_finite())
        .map(|(observed, expected)| ((*observed as f64 - expected) / sqrt(*expected), *expected))
        .collect();
    solve(&units, winsorised, target, 1e6)
}

/// Finds the spread at which the mean square of z / root(1 + weight spread), winsorised, is as it should be.
fn solve(units: &[(f64, f64)], winsorised: f64, target: Target, most: f64) -> Option<f64> {
    if units.len() < 2 || !(0.0..0.5).contains(&winsorised) {
        return None;
    }
    let share = match target {
        Target::Known => 1.0,
        Target::Estimated => (units.len() - 1) as f64 / units.len() as f64,
    };
    let nominal = mean_square(winsorised) * share;
    let mut adjusted = vec![0.0; units.len()];
    let mut excess = |spread: f64| {
        for (place, (z, weight)) in adjusted.iter_mut().zip(units) {
            *place = z / sqrt(1.0 + weight * spread);
        }
        winsorised_square(&mut adjusted, winsorised) - nominal
    };
    if excess(0.0) <= 0.0 {
        return Some(0.0);
    }
    if excess(most) >= 0.0 {
        return Some(most);
    }
    // The mean square falls as the spread rises: bisection on its logarithm from below any spread that matters.
    let (mut low, mut high) = (log(1e-12), log(most));
    if excess(1e-12) <= 0.0 {
        return Some(0.0);
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if excess(exp(middle)) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
        if high - low < 1e-10 {
            break;
        }
    }
    Some(exp(0.5 * (low + high)))
}

/// The mean square of standard normal scores winsorised by a proportion at each end; 1 for none.
fn mean_square(winsorised: f64) -> f64 {
    if winsorised <= 0.0 {
        return 1.0;
    }
    let cut = -crate::special::normal::quantile(winsorised);
    1.0 - 2.0 * winsorised - 2.0 * cut * crate::special::normal::density(cut) + 2.0 * winsorised * cut * cut
}

/// The mean square of the scores, those beyond the type-7 quantiles moved to them. Reorders the scores.
fn winsorised_square(scores: &mut [f64], proportion: f64) -> f64 {
    let (low, high) = super::winsorise::cut_points(scores, proportion);
    scores
        .iter()
        .map(|z| z.clamp(low, high))
        .map(|z| z * z)
        .sum::<f64>()
        / scores.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_winsorised_normal_has_the_mean_square_it_should() {
        assert!((mean_square(0.0) - 1.0).abs() < 1e-15);
        // By simulation-free arithmetic: the integral of z^2 between the cuts, and the cuts' squares beyond.
        let (cut, steps) = (1.281_551_565_544_600_4_f64, 200_000);
        let width = 2.0 * cut / f64::from(steps);
        let inner: f64 = (0..steps)
            .map(|i| {
                let z = -cut + (f64::from(i) + 0.5) * width;
                z * z * crate::special::normal::density(z) * width
            })
            .sum();
        assert!((mean_square(0.1) - (inner + 0.2 * cut * cut)).abs() < 1e-9);
    }

    #[test]
    fn a_known_spread_is_found() {
        // Normal scores in order, spread as a correlation of 0.01 makes units of 501: six times the variance.
        let counts: Vec<CountOf> = (1..400)
            .map(|i| {
                let z = crate::special::normal::quantile(f64::from(i) / 400.0) * sqrt(1.0 + 500.0 * 0.01);
                let x = 501.0 * 0.3 + z * sqrt(501.0 * 0.3 * 0.7);
                CountOf::new(crate::special::binomial::whole(x + 0.5, 501), 501).unwrap()
            })
            .collect();
        for winsorised in [0.0, 0.1, 0.2] {
            let found = correlation_between(&counts, 0.3, winsorised, Target::Known).unwrap();
            assert!((found - 0.01).abs() < 4e-4, "{winsorised}: {found}");
        }
        let ratios: Vec<(u64, f64)> = (1..400)
            .map(|i| {
                let z = crate::special::normal::quantile(f64::from(i) / 400.0) * sqrt(1.0 + 100.0 * 0.04);
                (
                    crate::special::binomial::whole(100.0 + 10.0 * z + 0.5, 1000),
                    100.0,
                )
            })
            .collect();
        let found = ratio_variance_between(&ratios, 0.1, Target::Known).unwrap();
        assert!((found - 0.04).abs() < 1e-3, "{found}");
    }

    #[test]
    fn none_where_chance_will_do_and_no_infinity_without_events() {
        let none = vec![CountOf::new(0, 50).unwrap(); 20];
        assert_eq!(correlation_between(&none, 0.01, 0.1, Target::Known), Some(0.0));
        assert!(
            correlation_between(&none, 0.9, 0.1, Target::Known)
                .unwrap()
                .is_finite()
        );
        assert_eq!(correlation_between(&none[..1], 0.1, 0.1, Target::Known), None);
        assert_eq!(correlation_between(&none, f64::NAN, 0.1, Target::Known), None);
        assert_eq!(
            ratio_variance_between(&[(0, 1.0), (1, f64::NAN)], 0.1, Target::Known),
            None
        );
    }
}
