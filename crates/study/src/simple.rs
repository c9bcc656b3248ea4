//! The three simple detectors the model is judged beside: each compares one school with England.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a quantile's place in a list is small"
)]

use senlens_synth::scenario::{MLD, NEED_GROUPS, SEMH, SLCN, ScenarioPhase, SimulatedEngland};

/// A detector's verdict on every school: a score that ranks, and whether it flags.
pub(crate) struct Detector {
    pub(crate) scores: Vec<f64>,
    pub(crate) flagged: Vec<bool>,
}

const Z_95: f64 = 1.959_964;
const Z_998: f64 = 3.090_232;

/// Byar's approximate limits of a standardised ratio.
fn byar(observed: f64, expected: f64, z: f64) -> (f64, f64) {
    let limit = |count: f64, z: f64| {
        let root = 1.0 - 1.0 / (9.0 * count) + z / (3.0 * count.sqrt());
        count * root * root * root / expected
    };
    let lower = if observed > 0.0 {
        limit(observed, -z).max(0.0)
    } else {
        0.0
    };
    (lower, limit(observed + 1.0, z))
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
    let mut wilson = (Vec::new(), Vec::new());
    let mut z_scores = Vec::new();
    let mut substitution = (Vec::new(), Vec::new());
    for school in &england.schools {
        let phase = usize::from(school.phase == ScenarioPhase::Secondary);
        let counts = school.total().map(f64::from);
        let with_need: f64 = counts.iter().sum();
        let share_of_england = sums[phase][MLD] / sums[phase].iter().sum::<f64>();
        let (share, z2) = (counts[MLD] / with_need.max(1.0), Z_95 * Z_95);
        let centre = share + z2 / (2.0 * with_need.max(1.0));
        let half = Z_95
            * (share * (1.0 - share) / with_need.max(1.0) + z2 / (4.0 * with_need.max(1.0).powi(2))).sqrt();
        let lower = (centre - half) / (1.0 + z2 / with_need.max(1.0));
        wilson.0.push(lower / share_of_england);
        wilson.1.push(lower > share_of_england && with_need > 0.0);
        let variance = share_of_england * (1.0 - share_of_england) / with_need.max(1.0);
        z_scores.push((share - share_of_england) / variance.sqrt());
        let expected = |need: usize| f64::from(school.pupils) * sums[phase][need] / pupils[phase];
        let (mld, _) = byar(counts[MLD], expected(MLD), Z_998);
        let (_, slcn) = byar(counts[SLCN], expected(SLCN), Z_95);
        let (_, semh) = byar(counts[SEMH], expected(SEMH), Z_95);
        let all = f64::from(school.pupils) * sums[phase].iter().sum::<f64>() / pupils[phase];
        let (all_lower, _) = byar(with_need, all, Z_95);
        let (mld_95, _) = byar(counts[MLD], expected(MLD), Z_95);
        substitution
            .0
            .push(mld_95.max(0.01).min(1.0 / slcn.min(semh).max(0.01)));
        substitution
            .1
            .push(mld > 1.0 && slcn.min(semh) < 1.0 && all_lower <= 1.0);
    }
    let mut squares: Vec<f64> = z_scores.clone();
    squares.sort_by(f64::total_cmp);
    let at = |share: f64| squares[((squares.len() - 1) as f64 * share) as usize];
    let (low, high) = (at(0.1), at(0.9));
    let phi = z_scores.iter().map(|z| z.clamp(low, high).powi(2)).sum::<f64>() / z_scores.len().max(1) as f64;
    let adjusted: Vec<f64> = z_scores.iter().map(|z| z / phi.max(1.0).sqrt()).collect();
    [
        Detector {
            scores: wilson.0,
            flagged: wilson.1,
        },
        Detector {
            flagged: adjusted.iter().map(|z| *z > Z_998).collect(),
            scores: adjusted,
        },
        Detector {
            scores: substitution.0,
            flagged: substitution.1,
        },
    ]
}
