//! The parameters learned from all schools together, and their starting values.

use super::hypothesis::Hypotheses;
use super::laplace::EffectPrior;
use super::matrix::Matrix;
use super::prepared::PreparedSchool;
use super::prior::{self, PHASES};
use super::school::{ByGroup, Counted, GROUPS};
use senlens_stats::matrix::Dense;

/// Scales of a school's effects: a mixture of normals of these scales has tails as heavy as a t's where the data show
/// them.
pub(super) const SCALES: [f64; 3] = [1.0, 1.6, 2.8];
/// Their weights before data.
pub(super) const SCALE_PRIOR: [f64; 3] = [0.90, 0.08, 0.02];

/// Everything that is learned.
#[derive(Debug, Clone)]
pub(super) struct Parameters {
    /// Log rate of each authority and phase.
    pub(super) authority: Vec<[ByGroup; PHASES]>,
    /// Mean log rate over authorities, and the shipped one.
    pub(super) national: [ByGroup; PHASES],
    pub(super) shipped: [ByGroup; PHASES],
    pub(super) authority_covariance: Dense,
    /// Ordinary shift of each district's log rates from its authority's, and how much such shifts spread.
    pub(super) district: Vec<ByGroup>,
    pub(super) district_covariance: Matrix,
    /// Covariance of school effects, by phase.
    pub(super) effects: [Matrix; PHASES],
    /// Weight of each of the [`SCALES`].
    pub(super) scale_weight: [f64; SCALES.len()],
    pub(super) hypotheses: Hypotheses,
    /// Share of masked schools in general, and in each area.
    pub(super) masked_share: f64,
    pub(super) area_share: Vec<f64>,
}

/// Where the integration of one hypothesis at one scale ended: the next round starts there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WarmStart {
    pub(super) effects: [f32; GROUPS],
    /// Rounds of learning that skip it, because it is very unlikely.
    pub(super) rounds_to_skip: u8,
}

impl WarmStart {
    pub(super) fn is_cold(&self) -> bool {
        self.effects.iter().all(|value| value.to_bits() == 0)
    }

    pub(super) fn end_at(&mut self, effects: &ByGroup) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a starting point needs few digits"
        )]
        let ends = effects.map(|value| value as f32);
        self.effects = ends;
    }
}

/// Starts of every hypothesis and scale, school by school.
pub(super) type WarmStarts = Vec<WarmStart>;

pub(super) fn starts_per_school(hypotheses: &Hypotheses) -> usize {
    hypotheses.all.len() * SCALES.len()
}

impl Parameters {
    /// Before any data.
    pub(super) fn initial(counted: Counted, hypotheses: Hypotheses, spread: f64, masked_share: f64) -> Self {
        Self {
            authority: Vec::new(),
            national: prior::log_rate(counted),
            shipped: prior::log_rate(counted),
            authority_covariance: prior::authority_covariance(),
            district: Vec::new(),
            district_covariance: prior::district_covariance(),
            effects: [prior::effect_covariance(spread); PHASES],
            scale_weight: SCALE_PRIOR,
            hypotheses,
            masked_share,
            area_share: Vec::new(),
        }
    }

    /// Starts every authority between its own crude rates and the national ones.
    pub(super) fn start(&mut self, schools: &[PreparedSchool], authorities: usize, districts: usize) {
        /// Pupils with a need that the national rate counts for.
        const PSEUDO_COUNT: f64 = 20.0;
        self.district = vec![[0.0; GROUPS]; districts];
        let mut observed = vec![[[0.0; GROUPS]; PHASES]; authorities];
        let mut offset = observed.clone();
        let mut national_observed = [[0.5; GROUPS]; PHASES];
        let mut national_offset = self.shipped.map(|rates| rates.map(|rate| 0.5 / libm::exp(rate)));
        for school in schools {
            for group in 0..GROUPS {
                observed[school.authority][school.phase][group] += school.observed[group];
                offset[school.authority][school.phase][group] += school.offset[group];
                national_observed[school.phase][group] += school.observed[group];
                national_offset[school.phase][group] += school.offset[group];
            }
        }
        let mut authority = vec![[[0.0; GROUPS]; PHASES]; authorities];
        for phase in 0..PHASES {
            for group in 0..GROUPS {
                // A mean of rates exceeds the rate of a school with effects of zero by about half their variance.
                let half_variance = 0.5 * self.effects[phase][group][group];
                let national = national_observed[phase][group] / national_offset[phase][group];
                self.national[phase][group] = libm::log(national) - half_variance;
                for (mean, (seen, of)) in authority.iter_mut().zip(observed.iter().zip(&offset)) {
                    let rate =
                        (seen[phase][group] + PSEUDO_COUNT) / (of[phase][group] + PSEUDO_COUNT / national);
                    mean[phase][group] = libm::log(rate) - half_variance;
                }
            }
        }
        self.authority = authority;
    }

    /// Log rates of a school with effects of zero.
    pub(super) fn mean(&self, school: &PreparedSchool) -> ByGroup {
        let authority = &self.authority[school.authority][school.phase];
        let district = &self.district[school.district];
        std::array::from_fn(|group| authority[group] + district[group])
    }

    pub(super) fn priors(&self) -> [[EffectPrior; SCALES.len()]; PHASES] {
        std::array::from_fn(|phase| {
            std::array::from_fn(|scale| EffectPrior::new(&self.effects[phase], SCALES[scale]))
        })
    }
}
