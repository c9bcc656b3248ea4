use super::step_up;

/// Benjamini and Hochberg's q-values: guards the share of alarms that are false, among independent or positively
/// dependent tests.
///
/// Source: Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57, 289-300.
///
/// ```
/// use senlens_stats::multiplicity::benjamini_hochberg;
/// let q = benjamini_hochberg(&[0.01, f64::NAN, 0.04]);
/// assert_eq!((q[0], q[2]), (0.02, 0.04));
/// assert!(q[1].is_nan());
/// ```
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    step_up(p_values, |rank, tests, p| p * (tests as f64 / rank as f64))
}
