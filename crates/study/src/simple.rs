//! The three simple detectors the model is judged beside: each compares one school with England.

use senlens_stats::{
    Confidence, CountOf,
    interval::{byar, wilson},
    overdispersion::{binomial_z, pearson_phi, winsorise},
};
use senlens_synth::scenario::{MLD, NEED_GROUPS, SEMH, SLCN, ScenarioPhase, SimulatedEngland};

/// A detector's verdict on every school: a score that ranks, and whether it flags.
pub(crate) struct Detector {
    pub(crate) scores: Vec<f64>,
    pub(crate) flagged: Vec<bool>,
}

/// The share of z-scores pulled in at each end before the spread of schools is estimated.
const WINSORISED: f64 = 0.1;

/// Byar's limits of a count over what was expected.
fn ratio_limits(observed: u32, expected: f64, confidence: Confidence) -> (f64, f64) {
    let limits = byar(observed.into(), confidence);
    (limits.lower / expected, limits.upper / expected)
}

/// Wilson limit of the MLD share against England's, funnel with overdispersion, substitution test.
pub(crate) fn detectors(england: &SimulatedEngland) -> [Detector; 3] {
    let mut sums = [[0.0; NEED_GROUPS]; 2];
    let mut pupils = [0.0; 2];
    for school in &england.schools {
        let phase = usize::from(school.phase == ScenarioPhase::Secondary);
        pupils[phase] += f64::from(school.pupils);
        for (sum, count) in sums[phase].iter_mut().zip(school.total()) {
            *sum += f64::from(count);
        }
    }
    let mut wilson_limits = (Vec::new(), Vec::new());
    let mut z_scores = Vec::new();
    let mut substitution = (Vec::new(), Vec::new());
    for school in &england.schools {
        let phase = usize::from(school.phase == ScenarioPhase::Secondary);
        let counts = school.total();
        let with_need: u32 = counts.iter().sum();
        let share_of_england = sums[phase][MLD] / sums[phase].iter().sum::<f64>();
        let share = CountOf::new(counts[MLD].into(), with_need.into()).expect("MLD is one of the needs");
        // A school with no pupil with a need says nothing.
        let lower = wilson(share, Confidence::P95).map_or(0.0, |limits| limits.lower);
        wilson_limits.0.push(lower / share_of_england);
        wilson_limits.1.push(lower > share_of_england);
        z_scores.push(binomial_z(share, share_of_england).unwrap_or(0.0));
        let expected = |need: usize| f64::from(school.pupils) * sums[phase][need] / pupils[phase];
        let limits = |need: usize, confidence| ratio_limits(counts[need], expected(need), confidence);
        let (mld, _) = limits(MLD, Confidence::P998);
        let (_, slcn) = limits(SLCN, Confidence::P95);
        let (_, semh) = limits(SEMH, Confidence::P95);
        let all = f64::from(school.pupils) * sums[phase].iter().sum::<f64>() / pupils[phase];
        let (all_lower, _) = ratio_limits(with_need, all, Confidence::P95);
        let (mld_95, _) = limits(MLD, Confidence::P95);
        substitution
            .0
            .push(mld_95.max(0.01).min(1.0 / slcn.min(semh).max(0.01)));
        substitution
            .1
            .push(mld > 1.0 && slcn.min(semh) < 1.0 && all_lower <= 1.0);
    }
    let phi = pearson_phi(&winsorise(&z_scores, WINSORISED)).expect("there are schools");
    let adjusted: Vec<f64> = z_scores.iter().map(|z| z / phi.max(1.0).sqrt()).collect();
    [
        Detector {
            scores: wilson_limits.0,
            flagged: wilson_limits.1,
        },
        Detector {
            flagged: adjusted.iter().map(|z| *z > Confidence::P998.z()).collect(),
            scores: adjusted,
        },
        Detector {
            scores: substitution.0,
            flagged: substitution.1,
        },
    ]
}
