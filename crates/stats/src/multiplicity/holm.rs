use super::step_down;

/// Holm's step-down adjustment: guards the chance of any false alarm under any dependence.
///
/// Source: Holm (1979), Scand. J. Statist. 6, 65-70.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    step_down(p_values, |rank, tests, p| p * (tests - rank + 1) as f64)
}
