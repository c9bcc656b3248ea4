use super::step_up;

/// Hochberg's step-up adjustment: guards the chance of any false alarm among independent or positively dependent tests.
///
/// Source: Hochberg (1988), Biometrika 75, 800-802.
pub fn hochberg(p_values: &[f64]) -> Vec<f64> {
    step_up(p_values, |rank, tests, p| p * (tests - rank + 1) as f64)
}
