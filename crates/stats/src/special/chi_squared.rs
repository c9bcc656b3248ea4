//! The chi-squared distribution.

use super::{Tail, gamma};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// P(X > x) on `degrees` > 0 degrees of freedom (they need not be whole). NaN in, NaN out.
///
/// From `statrs`, whose chi-squared is good to twelve digits and decides tests alone; what its tails are not good for
/// (inverse betas at school sizes) is ours: see `DEVIATIONS.md`.
#[must_use]
pub fn upper_tail(x: f64, degrees: f64) -> f64 {
    match ChiSquared::new(degrees) {
        Ok(distribution) if !x.is_nan() => distribution.sf(x.max(0.0)),
        _ => f64::NAN,
    }
}

/// The point whose upper tail is `probability`.
#[must_use]
pub fn upper_quantile(probability: f64, degrees: f64) -> f64 {
    2.0 * gamma::quantile(0.5 * degrees, probability, Tail::Upper)
}

#[cfg(test)]
mod tests {
    use super::{gamma, upper_quantile, upper_tail};

    #[test]
    fn against_the_tables_and_our_own_gamma() {
        // The 95% points on 1 and on 10 degrees of freedom.
        assert!((upper_tail(3.841_458_820_694_124, 1.0) - 0.05).abs() < 1e-13);
        assert!((upper_tail(18.307_038_053_275_146, 10.0) - 0.05).abs() < 1e-13);
        for (x, degrees, digits) in [
            (0.0, 3.0, 1e-12),
            (0.5, 0.7, 1e-12),
            (151.0, 151.0, 1e-12),
            (300.0, 151.0, 1e-11),
            (80.0, 1.0, 1e-11),
            // Ten digits are plenty for a test that decides at 0.05.
            (22_500.0, 22_000.0, 1e-9),
        ] {
            let ours = gamma::tails(0.5 * degrees, 0.5 * x).upper;
            let theirs = upper_tail(x, degrees);
            assert!(
                (theirs - ours).abs() <= digits * ours,
                "{x} on {degrees}: {theirs} against {ours}"
            );
        }
        assert!(upper_tail(f64::NAN, 2.0).is_nan() && upper_tail(1.0, 0.0).is_nan());
        assert!((upper_tail(upper_quantile(0.01, 7.0), 7.0) - 0.01).abs() < 1e-13);
    }
}
