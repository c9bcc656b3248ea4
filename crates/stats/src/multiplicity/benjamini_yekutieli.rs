use super::step_up;

/// Benjamini and Yekutieli's q-values: guards the share of alarms that are false under any dependence.
///
/// Source: Benjamini and Yekutieli (2001), Annals of Statistics 29, 1165-1188.
pub fn benjamini_yekutieli(p_values: &[f64]) -> Vec<f64> {
    let usable = super::rising(p_values).len();
    let harmonic: f64 = (1..=usable).map(|rank| 1.0 / rank as f64).sum();
    step_up(p_values, |rank, tests, p| {
        harmonic * (tests as f64 / rank as f64) * p
    })
}
