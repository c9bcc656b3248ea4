use crate::quantile::of_sorted;

/// The same numbers, those beyond the quantiles at `proportion` and 1 less it moved to those quantiles (type 7).
///
/// NaN stays NaN and plays no part. With a proportion that is not in \[0, 0.5\] nothing is moved.
///
/// Source: Spiegelhalter (2005), Statistics in Medicine 24, section 4.1; the NHS uses a proportion of 0.1.
///
/// ```
/// use senlens_stats::overdispersion::winsorise;
/// assert_eq!(winsorise(&[0.0, 1.0, 2.0, 3.0, 100.0], 0.25), [1.0, 1.0, 2.0, 3.0, 3.0]);
/// ```
pub fn winsorise(z_scores: &[f64], proportion: f64) -> Vec<f64> {
    match limits(z_scores, proportion) {
        Some((low, high)) => z_scores
            .iter()
            .map(|z| if z.is_nan() { *z } else { z.clamp(low, high) })
            .collect(),
        None => z_scores.to_vec(),
    }
}

/// The same numbers, those beyond the quantiles at `proportion` and 1 less it made NaN, so that they play no part.
///
/// Source: the Summary Hospital-level Mortality Indicator trims 10% in place of winsorising.
pub fn trim(z_scores: &[f64], proportion: f64) -> Vec<f64> {
    match limits(z_scores, proportion) {
        Some((low, high)) => z_scores
            .iter()
            .map(|z| if *z < low || *z > high { f64::NAN } else { *z })
            .collect(),
        None => z_scores.to_vec(),
    }
}

fn limits(z_scores: &[f64], proportion: f64) -> Option<(f64, f64)> {
    if !(0.0..=0.5).contains(&proportion) {
        return None;
    }
    let mut kept: Vec<f64> = z_scores.iter().copied().filter(|z| !z.is_nan()).collect();
    kept.sort_unstable_by(f64::total_cmp);
    let low = of_sorted(&kept, proportion)?;
    let high = of_sorted(&kept, 1.0 - proportion)?;
    // Interpolating between two infinities of opposite sign leaves no number to clip at.
    (low <= high).then_some((low, high))
}
