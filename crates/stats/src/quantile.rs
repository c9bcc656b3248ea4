//! Sample quantiles, by linear interpolation as R's type 7 and most spreadsheets do.

/// The quantile of `values` at `share` (0 to 1), linearly interpolated (R's type 7). NaN values are left out.
///
/// `None` when no value is left or `share` is not in \[0, 1\].
///
/// Source: Hyndman and Fan (1996), The American Statistician 50, 361-365, definition 7.
///
/// ```
/// use senlens_stats::quantile::quantile;
/// assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.5), Some(2.5));
/// ```
#[must_use]
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut kept: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    kept.sort_by(f64::total_cmp);
    of_sorted(&kept, share)
}

/// As [`quantile`], of values already sorted and free of NaN.
pub(crate) fn of_sorted(sorted: &[f64], share: f64) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&share) {
        return None;
    }
    let place = share * (sorted.len() - 1) as f64;
    let below = libm::floor(place);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= below <= len - 1"
    )]
    let at = below as usize;
    let next = sorted[(at + 1).min(sorted.len() - 1)];
    let part = place - below;
    // Kept apart so that an infinite neighbour that plays no part does not make a NaN.
    Some(if part > 0.0 {
        sorted[at] + part * (next - sorted[at])
    } else {
        sorted[at]
    })
}
