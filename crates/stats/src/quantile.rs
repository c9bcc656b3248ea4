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
    let below = crate::arithmetic::floor(place);
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

/// Which end is group 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The highest values, as the Office for Health Improvement and Disparities ranks deprivation.
    Highest,
    /// The lowest.
    Lowest,
}

/// The quantile group of each value, from 1 to `groups`, as even in size as can be; `None` for NaN, which is not counted,
/// or when `groups` is 0. Equal values get the group of the first of them in rank.
///
/// As `PHEindicatormethods::phe_quantile`.
///
/// ```
/// use senlens_stats::quantile::{First, groups};
/// let found = groups(&[0.1, f64::NAN, 0.9, 0.5, 0.4], 2, First::Highest);
/// assert_eq!(found, [Some(2), None, Some(1), Some(1), Some(2)]);
/// ```
#[must_use]
pub fn groups(values: &[f64], groups: usize, first: First) -> Vec<Option<usize>> {
    let mut kept: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    kept.sort_by(f64::total_cmp);
    values
        .iter()
        .map(|value| {
            if value.is_nan() || groups == 0 {
                return None;
            }
            let before = match first {
                First::Lowest => kept.partition_point(|other| other < value),
                First::Highest => kept.len() - kept.partition_point(|other| other <= value),
            };
            Some(groups * before / kept.len() + 1)
        })
        .collect()
}
