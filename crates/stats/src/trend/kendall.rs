use crate::arithmetic::sqrt;
use crate::special::normal;

/// Kendall's rank correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kendall {
    /// Tau-b: from -1 (always falling) to 1 (always rising).
    pub tau: f64,
    /// The two-sided p-value by the normal approximation, with its variance corrected for ties.
    pub p_value: f64,
}

/// Kendall's rank correlation of values with their order: does a series rise or fall, whatever its shape?
///
/// `None` with fewer than two values, a NaN among them, or all equal.
///
/// Source: Kendall (1938), Biometrika 30, 81-93; Mann (1945), Econometrica 13, 245-259; as R's `cor.test(exact = FALSE)`.
pub fn kendall(values: &[f64]) -> Option<Kendall> {
    if values.len() < 2 || values.iter().any(|value| value.is_nan()) {
        return None;
    }
    let n = values.len() as f64;
    let mut score = 0.0;
    for (place, later) in values.iter().enumerate() {
        for earlier in &values[..place] {
            score += f64::from(i8::from(later > earlier) - i8::from(later < earlier));
        }
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (mut tied_pairs, mut tied_variance) = (0.0, 0.0);
    for group in sorted.chunk_by(|a, b| a.partial_cmp(b) == Some(std::cmp::Ordering::Equal)) {
        let t = group.len() as f64;
        tied_pairs += t * (t - 1.0) / 2.0;
        tied_variance += t * (t - 1.0) * (2.0 * t + 5.0);
    }
    let pairs = n * (n - 1.0) / 2.0;
    if tied_pairs >= pairs {
        return None;
    }
    let variance = (n * (n - 1.0) * (2.0 * n + 5.0) - tied_variance) / 18.0;
    Some(Kendall {
        tau: score / sqrt(pairs * (pairs - tied_pairs)),
        p_value: normal::two_sided(score / sqrt(variance)),
    })
}
