use super::rising;

/// Hommel's adjustment: as Hochberg's, and a little more powerful.
///
/// Source: Hommel (1988), Biometrika 75, 383-386; Wright (1992), Biometrics 48, 1005-1013.
pub fn hommel(p_values: &[f64]) -> Vec<f64> {
    let places = rising(p_values);
    let tests = places.len();
    let p: Vec<f64> = places.iter().map(|&place| p_values[place]).collect();
    let mut adjusted = vec![f64::NAN; p_values.len()];
    if tests == 0 {
        return adjusted;
    }
    let simes = p
        .iter()
        .enumerate()
        .map(|(i, p)| tests as f64 * p / (i + 1) as f64)
        .fold(f64::INFINITY, f64::min);
    let mut q = vec![simes; tests];
    let mut highest = q.clone();
    for size in (2..tests).rev() {
        let split = tests - size + 1;
        let least = (2..=size)
            .map(|rank| size as f64 * p[split + rank - 2] / rank as f64)
            .fold(f64::INFINITY, f64::min);
        for i in 0..split {
            q[i] = least.min(size as f64 * p[i]);
        }
        for i in split..tests {
            q[i] = q[split - 1];
        }
        for (high, now) in highest.iter_mut().zip(&q) {
            *high = high.max(*now);
        }
    }
    for (rank, &place) in places.iter().enumerate() {
        adjusted[place] = highest[rank].max(p[rank]).min(1.0);
    }
    adjusted
}
