use crate::CountOf;
use crate::arithmetic::sqrt;

/// The mean square of z-scores: 1 when units vary as chance alone would make them. `None` when none is left after NaN are
/// left out.
///
/// Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, section 4.1; McCullagh and Nelder (1989), 4.5.
///
/// ```
/// use senlens_stats::overdispersion::pearson_phi;
/// assert_eq!(pearson_phi(&[1.0, -3.0, f64::NAN]), Some(5.0));
/// assert_eq!(pearson_phi(&[f64::NAN]), None);
/// ```
pub fn pearson_phi(z_scores: &[f64]) -> Option<f64> {
    let (mut sum, mut kept) = (0.0, 0_usize);
    for z in z_scores.iter().filter(|z| !z.is_nan()) {
        sum += z * z;
        kept += 1;
    }
    (kept > 0).then(|| sum / kept as f64)
}

/// The Pearson z-score of a count against a benchmark share: finite with no events, which a log or a root is not always.
///
/// `None` when the population is 0 or the benchmark is not strictly between 0 and 1.
pub fn binomial_z(count: CountOf, benchmark: f64) -> Option<f64> {
    let share = count.share()?;
    (benchmark > 0.0 && benchmark < 1.0)
        .then(|| (share - benchmark) / sqrt(benchmark * (1.0 - benchmark) / count.population() as f64))
}

/// The Pearson z-score of a count against its expectation. `None` when that is not a positive finite number.
pub fn poisson_z(observed: u64, expected: f64) -> Option<f64> {
    (expected > 0.0 && expected.is_finite()).then(|| (observed as f64 - expected) / sqrt(expected))
}
