use super::step_down;
use libm::{expm1, log1p};

/// Sidak's adjustment: the chance of any false alarm among independent tests, exactly.
///
/// Source: Sidak (1967), J. Am. Statist. Assoc. 62, 626-633.
pub fn sidak(p_values: &[f64]) -> Vec<f64> {
    step_down(p_values, |_, tests, p| any_of(p, tests))
}

/// Holm's steps with Sidak's adjustment.
pub fn holm_sidak(p_values: &[f64]) -> Vec<f64> {
    step_down(p_values, |rank, tests, p| any_of(p, tests - rank + 1))
}

/// 1 - (1 - p)^tests.
fn any_of(p: f64, tests: usize) -> f64 {
    if p >= 1.0 {
        1.0
    } else {
        -expm1(tests as f64 * log1p(-p))
    }
}
