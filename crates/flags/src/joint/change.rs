//! Change between two years: how an area's figures changed, and how much of the change is drift or chance.

use super::engine::Judgement;
use super::verdict::{AreaKey, AreaVerdict};

/// A difference with its 90% interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Later less earlier.
    pub difference: f64,
    /// Fifth percentile.
    pub lower: f64,
    /// Ninety-fifth percentile.
    pub upper: f64,
}

/// How an area's verdict changed. Rates are pupils recorded with MLD per thousand on roll.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The area.
    pub area: AreaKey,
    /// Share of its schools that mask.
    pub masked_share: Difference,
    /// Displaced pupils per thousand on roll.
    pub displaced_per_thousand: Difference,
    /// Change of the recorded rate.
    pub recorded: f64,
    /// Part of it that all schools together show: national drift.
    pub national_drift: f64,
    /// Part of it that the mix of the area's schools (size, phase, case mix where expectations are given) shows.
    pub mix: f64,
    /// Part of it that chance in the earlier year leads one to expect: regression to the mean.
    pub regression_to_the_mean: f64,
    /// What is left: the area's own change, with its interval.
    pub own: Difference,
}

/// An area's year: its verdict, the pupils on roll at its judged schools, and what schools like its own record
/// nationally that year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaYear<'a> {
    /// The verdict.
    pub verdict: &'a AreaVerdict,
    /// Pupils on roll at the judged schools.
    pub roll: f64,
    /// MLD expected of these schools at that year's national rates by phase (and case mix where given).
    pub national: f64,
    /// MLD per pupil in all judged schools together that year.
    pub national_rate: f64,
}

const Z_90: f64 = 1.644_853_6;

/// Change of one area between two years. `spread` is the standard deviation, on the log scale, of such areas' true
/// MLD ratios around the national expectation ([`area_spread`]): it decides how far an extreme year is expected to
/// fall back by chance alone.
pub fn change(before: AreaYear<'_>, after: AreaYear<'_>, spread: f64) -> Change {
    let share = |year: &AreaYear<'_>| {
        let share = year.verdict.masked_share;
        (share.mean, (share.upper - share.lower) / (2.0 * Z_90))
    };
    let displaced = |year: &AreaYear<'_>| {
        let displaced = year.verdict.displaced;
        let per = 1000.0 / year.roll;
        (
            per * displaced.mean,
            per * (displaced.upper - displaced.lower) / (2.0 * Z_90),
        )
    };
    let rate = |year: &AreaYear<'_>| 1000.0 * year.verdict.observed / year.roll;
    let expected = |year: &AreaYear<'_>| 1000.0 * year.national / year.roll;
    let recorded = rate(&after) - rate(&before);
    // First the national rate changes and all else stays, then the mix.
    let national_drift = expected(&before) * (after.national_rate / before.national_rate - 1.0);
    let mix = expected(&after) - expected(&before) - national_drift;
    // Part of the earlier year's log ratio is chance, and is expected to vanish.
    let log_ratio = |year: &AreaYear<'_>| libm::log((year.verdict.observed + 0.5) / (year.national + 0.5));
    let chance = |year: &AreaYear<'_>| 1.0 / (year.verdict.observed + 0.5);
    let reliability = spread * spread / (spread * spread + chance(&before));
    let first = log_ratio(&before);
    let regression_to_the_mean = expected(&after) * (libm::exp(reliability * first) - libm::exp(first));
    let ratio_drift =
        expected(&after) * libm::exp(first) - expected(&before) * libm::exp(first) - mix - national_drift;
    let own = recorded - national_drift - mix - regression_to_the_mean - ratio_drift;
    // The later year's chance, and the uncertainty of the earlier year's true ratio.
    let log_error = (chance(&after) + reliability * chance(&before)).sqrt();
    let own_error = Z_90 * rate(&after) * log_error;
    Change {
        area: after.verdict.area,
        masked_share: between(share(&before), share(&after)),
        displaced_per_thousand: between(displaced(&before), displaced(&after)),
        recorded,
        national_drift: national_drift + ratio_drift,
        mix,
        regression_to_the_mean,
        own: Difference {
            difference: own,
            lower: own - own_error,
            upper: own + own_error,
        },
    }
}

/// Difference of two estimates, taken as independent. Errors that schools carry from year to year cancel in truth, so the
/// interval is wider than it need be.
fn between(before: (f64, f64), after: (f64, f64)) -> Difference {
    let difference = after.0 - before.0;
    let error = Z_90 * (before.1 * before.1 + after.1 * after.1).sqrt();
    Difference {
        difference,
        lower: difference - error,
        upper: difference + error,
    }
}

/// Spread of areas' true log ratios of MLD to expectation, by the method of moments: the variance of what is seen
/// less what chance gives. Areas are those of `judgement` that `chosen` picks.
pub fn area_spread(
    judgement: &Judgement,
    national: impl Fn(AreaKey) -> f64,
    chosen: impl Fn(AreaKey) -> bool,
) -> f64 {
    let seen: Vec<(f64, f64)> = judgement
        .areas
        .iter()
        .filter(|verdict| chosen(verdict.area) && verdict.observed > 0.0)
        .map(|verdict| {
            let ratio = libm::log((verdict.observed + 0.5) / (national(verdict.area) + 0.5));
            (ratio, 1.0 / (verdict.observed + 0.5))
        })
        .collect();
    if seen.len() < 3 {
        return ASSUMED_SPREAD;
    }
    let number = seen.len() as f64;
    let mean = seen.iter().map(|(ratio, _)| ratio).sum::<f64>() / number;
    let variance = seen
        .iter()
        .map(|(ratio, _)| (ratio - mean) * (ratio - mean))
        .sum::<f64>()
        / (number - 1.0);
    let chance = seen.iter().map(|(_, chance)| chance).sum::<f64>() / number;
    (variance - chance).max(1e-4).sqrt()
}

/// The spread assumed with too few areas. That of authorities in 2022/23 is about 0.5, of parts of one authority less.
const ASSUMED_SPREAD: f64 = 0.3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;
    use crate::joint::{DisplacedPupils, MaskedShare};

    fn verdict(observed: f64) -> AreaVerdict {
        AreaVerdict {
            area: AreaKey::Part(1),
            schools: 100,
            level: Level::None,
            probabilities: [1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            score: 0.0,
            masked_share: MaskedShare {
                mean: 0.1,
                lower: 0.05,
                upper: 0.15,
            },
            observed,
            expected: observed,
            displaced: DisplacedPupils {
                mean: 50.0,
                lower: 20.0,
                upper: 80.0,
                slcn: 30.0,
                semh: 20.0,
            },
            top_ten_share: 0.2,
        }
    }

    fn year(verdict: &AreaVerdict, national: f64, national_rate: f64) -> AreaYear<'_> {
        AreaYear {
            verdict,
            roll: 50_000.0,
            national,
            national_rate,
        }
    }

    #[test]
    fn parts_add_up_to_the_recorded_change() {
        let (one, other) = (verdict(1500.0), verdict(1300.0));
        let seen = change(year(&one, 1250.0, 0.025), year(&other, 1180.0, 0.023), 0.3);
        let sum = seen.national_drift + seen.mix + seen.regression_to_the_mean + seen.own.difference;
        assert!((sum - seen.recorded).abs() < 1e-9);
        assert!((seen.recorded + 4.0).abs() < 1e-9);
    }

    #[test]
    fn an_area_that_only_follows_the_nation_has_no_change_of_its_own() {
        let (one, other) = (verdict(1250.0), verdict(1150.0));
        let seen = change(year(&one, 1250.0, 0.025), year(&other, 1150.0, 0.023), 0.3);
        assert!(seen.own.difference.abs() < 0.01, "{seen:?}");
        assert!((seen.national_drift + 2.0).abs() < 0.01, "{seen:?}");
    }

    #[test]
    fn a_small_area_that_falls_back_is_not_called_improved() {
        // Sixty recorded where forty are expected, then forty-one: half by chance.
        let (one, other) = (verdict(60.0), verdict(44.0));
        let mut before = year(&one, 40.0, 0.025);
        let mut after = year(&other, 40.0, 0.025);
        before.roll = 1600.0;
        after.roll = 1600.0;
        let seen = change(before, after, 0.15);
        assert!(seen.regression_to_the_mean < -3.0, "{seen:?}");
        assert!(seen.own.lower < 0.0 && seen.own.upper > 0.0, "{seen:?}");
    }
}
