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

/// The same numbers, the lowest and the highest by rank made NaN: the whole part of `proportion` of them at each end.
///
/// Ties at a cut are kept or dropped by their order in the input, so that the number dropped does not depend on them.
/// A NaN stays NaN and is not ranked.
pub fn trim_by_rank(z_scores: &[f64], proportion: f64) -> Vec<f64> {
    if !(0.0..=0.5).contains(&proportion) {
        return z_scores.to_vec();
    }
    let mut places: Vec<usize> = (0..z_scores.len())
        .filter(|&place| !z_scores[place].is_nan())
        .collect();
    places.sort_by(|&a, &b| z_scores[a].total_cmp(&z_scores[b]));
    let floor = crate::arithmetic::floor(places.len() as f64 * proportion);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= floor <= half the length"
    )]
    let dropped = floor as usize;
    let mut kept = z_scores.to_vec();
    for &place in places
        .iter()
        .take(dropped)
        .chain(places.iter().rev().take(dropped))
    {
        kept[place] = f64::NAN;
    }
    kept
}

fn limits(z_scores: &[f64], proportion: f64) -> Option<(f64, f64)> {
    if !(0.0..=0.5).contains(&proportion) {
        return None;
    }
    let mut kept: Vec<f64> = z_scores.iter().copied().filter(|z| !z.is_nan()).collect();
    if kept.is_empty() {
        return None;
    }
    let (low, high) = cut_points(&mut kept, proportion);
    // Interpolating between two infinities of opposite sign leaves no number to clip at.
    (low <= high).then_some((low, high))
}

/// The type-7 quantiles at `proportion` and 1 less it, of scores free of NaN and not empty, by partial sorting: the
/// scores are reordered.
pub(crate) fn cut_points(scores: &mut [f64], proportion: f64) -> (f64, f64) {
    (selected(scores, proportion), selected(scores, 1.0 - proportion))
}

fn selected(scores: &mut [f64], share: f64) -> f64 {
    let place = share * (scores.len() - 1) as f64;
    let below = crate::arithmetic::floor(place);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= below <= len - 1"
    )]
    let at = below as usize;
    let (_, value, above) = scores.select_nth_unstable_by(at, f64::total_cmp);
    let (value, part) = (*value, place - below);
    if part > 0.0 {
        let next = above.iter().copied().fold(f64::INFINITY, f64::min);
        value + part * (next - value)
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantile::quantile;

    #[test]
    fn partial_sorting_gives_the_quantile() {
        let scores: Vec<f64> = (0..53).map(|i| f64::from((i * 37) % 53) - 20.0).collect();
        for proportion in [0.0, 0.05, 0.1, 0.25, 0.5] {
            let (low, high) = cut_points(&mut scores.clone(), proportion);
            let close = |ours: f64, share: f64| (ours - quantile(&scores, share).unwrap()).abs() < 1e-12;
            assert!(
                close(low, proportion) && close(high, 1.0 - proportion),
                "{proportion}"
            );
        }
    }

    #[test]
    fn missing_scores_stay_missing() {
        let kept = winsorise(&[f64::NAN, 1.0, 2.0, 30.0], 0.5);
        assert!(kept[0].is_nan());
        assert_eq!(
            kept[1..].iter().map(|z| z.to_bits()).collect::<Vec<_>>(),
            [2.0_f64.to_bits(); 3]
        );
        assert!(winsorise(&[f64::NAN], 0.1)[0].is_nan());
        let ranked = trim_by_rank(&[5.0, 1.0, f64::NAN, 1.0, 9.0, 7.0], 0.2);
        assert_eq!(
            ranked.iter().map(|z| z.is_nan()).collect::<Vec<_>>(),
            [false, true, true, false, true, false]
        );
        let cut = trim(&[1.0, 2.0, 3.0, 40.0], 0.25);
        assert_eq!(
            cut.iter().map(|z| z.is_nan()).collect::<Vec<_>>(),
            [true, false, false, true]
        );
    }

    #[test]
    fn an_infinite_score_is_the_largest() {
        let kept = winsorise(
            &[
                f64::NEG_INFINITY,
                0.0,
                1.0,
                2.0,
                3.0,
                4.0,
                5.0,
                6.0,
                7.0,
                8.0,
                9.0,
            ],
            0.1,
        );
        assert!(kept.iter().all(|z| z.is_finite()));
    }
}
