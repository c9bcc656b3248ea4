//! Student's t distribution.

use super::beta;

/// P(|T| > |t|) on `degrees` > 0 degrees of freedom. NaN in, NaN out.
#[must_use]
pub fn two_sided(t: f64, degrees: f64) -> f64 {
    if t.is_nan() || !(degrees > 0.0) {
        return f64::NAN;
    }
    if t.is_infinite() {
        return 0.0;
    }
    let square = t * t;
    let sum = degrees + square;
    beta::tails_between(0.5 * degrees, 0.5, degrees / sum, square / sum).lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn against_the_tables() {
        // One degree is the Cauchy; 2.228139 is the 97.5% point on ten.
        assert!((two_sided(1.0, 1.0) - 0.5).abs() < 1e-14);
        assert!((two_sided(2.228_138_851_986_274, 10.0) - 0.05).abs() < 1e-12);
        assert!((two_sided(0.0, 5.0) - 1.0).abs() < 1e-15);
        assert!(two_sided(f64::NAN, 5.0).is_nan() && two_sided(1.0, 0.0).is_nan());
    }
}
