use super::step_down;

/// Bonferroni: each p-value times the number of tests, at most 1.
pub fn bonferroni(p_values: &[f64]) -> Vec<f64> {
    step_down(p_values, |_, tests, p| p * tests as f64)
}
