/// The variance between units, by the method of moments of DerSimonian and Laird, from z-scores and their standard errors
/// on the scale of the measure. 0 when units vary no more than chance.
///
/// `z_scores` may be winsorised or trimmed (NaN is left out with its error). `None` when the two slices differ in length,
/// fewer than two units are left, or an error is not a positive number.
///
/// Source: DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177-188; Spiegelhalter (2005), Statistics in
/// Medicine 24, section 4.2: (I phi - (I - 1)) / (sum w - sum w^2 / sum w), w = 1/s^2.
pub fn tau_squared(z_scores: &[f64], standard_errors: &[f64]) -> Option<f64> {
    if z_scores.len() != standard_errors.len() {
        return None;
    }
    let (mut kept, mut squares, mut weights, mut weights_squared) = (0_usize, 0.0, 0.0, 0.0);
    for (z, s) in z_scores.iter().zip(standard_errors).filter(|(z, _)| !z.is_nan()) {
        if !(*s > 0.0 && s.is_finite()) {
            return None;
        }
        let weight = 1.0 / (s * s);
        kept += 1;
        squares += z * z;
        weights += weight;
        weights_squared += weight * weight;
    }
    if kept < 2 {
        return None;
    }
    let excess = squares - (kept - 1) as f64;
    Some((excess / (weights - weights_squared / weights)).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_variance_where_chance_will_do() {
        assert_eq!(tau_squared(&[0.1, -0.1, 0.2], &[1.0, 1.0, 1.0]), Some(0.0));
        // Three units of error 1 at -3, 0, 3: 18 - 2 over 3 - 1.
        assert_eq!(tau_squared(&[-3.0, 0.0, 3.0], &[1.0, 1.0, 1.0]), Some(8.0));
        assert_eq!(
            tau_squared(&[-3.0, f64::NAN, 0.0, 3.0], &[1.0, f64::NAN, 1.0, 1.0]),
            Some(8.0)
        );
        assert_eq!(tau_squared(&[1.0], &[1.0]), None);
        assert_eq!(tau_squared(&[1.0, 2.0], &[1.0, 0.0]), None);
        assert_eq!(tau_squared(&[1.0, 2.0], &[1.0]), None);
    }
}
