//! Quantiles: of a sample (R's type 7, as most spreadsheets), of a distribution over whole numbers, of one known at a few
//! points, and of one of which some quantiles are known.

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

/// The quantile at `share` (0 to 1) of a distribution over 0, 1, 2 and so on: the smallest number with at least that much
/// of `mass` at or below it. `None` when `mass` is empty.
///
/// ```
/// use senlens_stats::quantile::of_mass;
/// assert_eq!(of_mass(&[0.5, 0.25, 0.25], 0.6), Some(1));
/// ```
#[must_use]
pub fn of_mass(mass: &[f64], share: f64) -> Option<usize> {
    let mut sum = 0.0;
    for (number, probability) in mass.iter().enumerate() {
        sum += probability;
        if sum >= share {
            return Some(number);
        }
    }
    // The masses may add up to a little less than one.
    mass.len().checked_sub(1)
}

/// The quantile at `share` (0 to 1) of a distribution given by values and their probabilities, in any order. The mass of
/// each value is spread evenly between the midpoints towards its neighbours. `None` when there is no value.
///
/// ```
/// use senlens_stats::quantile::of_points;
/// assert_eq!(of_points(&[(1.0, 0.5), (3.0, 0.5)], 0.5), Some(2.0));
/// ```
#[must_use]
pub fn of_points(points: &[(f64, f64)], share: f64) -> Option<f64> {
    let mut points = points.to_vec();
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (first, last) = (points.first()?.0, points.last()?.0);
    if points.len() == 1 {
        return Some(first);
    }
    let midpoint = |place: usize| 0.5 * (points[place].0 + points[place + 1].0);
    let mut sum = 0.0;
    for (place, (_, mass)) in points.iter().enumerate() {
        if sum + mass >= share && *mass > 0.0 {
            let low = if place == 0 { first } else { midpoint(place - 1) };
            let high = if place + 1 == points.len() {
                last
            } else {
                midpoint(place)
            };
            let part = ((share - sum) / mass).clamp(0.0, 1.0);
            return Some(low + part * (high - low));
        }
        sum += mass;
    }
    Some(last)
}

/// The quantile at `share` of a distribution of which the quantiles `values` at `shares` are known (both in rising
/// order), joined by straight lines. `None` when `share` is beyond the known ones.
///
/// ```
/// use senlens_stats::quantile::of_known;
/// assert_eq!(of_known(&[0.0, 0.5, 1.0], &[10.0, 20.0, 100.0], 0.75), Some(60.0));
/// ```
#[must_use]
pub fn of_known(shares: &[f64], values: &[f64], share: f64) -> Option<f64> {
    let known = shares.iter().copied().zip(values.iter().copied());
    let next = known.clone().skip(1);
    let ((from, low), (to, high)) = known
        .zip(next)
        .find(|((from, _), (to, _))| (*from..=*to).contains(&share))?;
    Some(low + (high - low) * (share - from) / (to - from))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_whole_numbers_straddle_each_step() {
        let mass = [0.25, 0.0, 0.5, 0.25];
        for (share, wanted) in [
            (0.0, 0),
            (0.25, 0),
            (0.26, 2),
            (0.75, 2),
            (0.76, 3),
            (1.0, 3),
            (1.5, 3),
        ] {
            assert_eq!(of_mass(&mass, share), Some(wanted), "{share}");
        }
        assert_eq!(of_mass(&[], 0.5), None);
    }

    #[test]
    fn known_quantiles_are_met_and_joined() {
        let (shares, values) = ([0.0, 0.5, 1.0], [10.0, 20.0, 100.0]);
        for (share, value) in [(0.0, 10.0), (0.25, 15.0), (0.5, 20.0), (0.75, 60.0), (1.0, 100.0)] {
            assert_eq!(of_known(&shares, &values, share), Some(value), "{share}");
        }
        for beyond in [-0.1, 1.1, f64::NAN] {
            assert_eq!(of_known(&shares, &values, beyond), None, "{beyond}");
        }
        assert_eq!(of_known(&shares[1..], &values[1..], 0.25), None);
        assert_eq!(of_known(&[], &[], 0.5), None);
    }

    #[test]
    fn quantiles_lie_between_the_points() {
        assert_eq!(of_points(&[], 0.5), None);
        assert_eq!(of_points(&[(0.2, 1.0)], 0.05), Some(0.2));
        // Not in order: the masses lie on 0.1 to 0.15, 0.15 to 0.25 and 0.25 to 0.3.
        let three = [(0.2, 0.5), (0.1, 0.25), (0.3, 0.25)];
        for (share, wanted) in [(0.0, 0.1), (0.25, 0.15), (0.5, 0.2), (0.75, 0.25), (1.0, 0.3)] {
            let seen = of_points(&three, share).unwrap();
            assert!((seen - wanted).abs() < 1e-12, "{share}: {seen}");
        }
    }
}
