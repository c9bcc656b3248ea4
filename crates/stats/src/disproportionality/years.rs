/// Whether a ratio has stayed above a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Streak {
    /// Above it in each of the latest years asked for.
    Yes,
    /// Not above it in one of them.
    No,
    /// One of them could not be calculated, or there are too few.
    Unknown,
}

/// Whether a ratio has been above a threshold in each of the latest `years` years (at least one). Ratios come oldest first,
/// `None` (or NaN) where the minimum rule left nothing to compare.
///
/// A year known not to be above it settles the matter whatever the others were.
///
/// Source: 34 CFR 300.647(d)(1), which lets a state ask for up to three consecutive years.
///
/// ```
/// use senlens_stats::disproportionality::{Streak, streak};
/// assert_eq!(streak(&[Some(1.1), Some(2.4), Some(2.2), Some(2.9)], 2.0, 3), Streak::Yes);
/// assert_eq!(streak(&[Some(2.4), None, Some(2.9)], 2.0, 3), Streak::Unknown);
/// assert_eq!(streak(&[Some(2.4), None, Some(1.9)], 2.0, 3), Streak::No);
/// ```
pub fn streak(ratios: &[Option<f64>], threshold: f64, years: usize) -> Streak {
    let years = years.max(1);
    let latest = &ratios[ratios.len().saturating_sub(years)..];
    let known: Vec<f64> = latest
        .iter()
        .flatten()
        .copied()
        .filter(|ratio| !ratio.is_nan())
        .collect();
    if known.iter().any(|ratio| *ratio <= threshold) {
        Streak::No
    } else if known.len() == years {
        Streak::Yes
    } else {
        Streak::Unknown
    }
}
