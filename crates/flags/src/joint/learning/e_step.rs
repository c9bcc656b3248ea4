//! The E step: the posterior of each school, over every hypothesis at every scale of its effects.

use rayon::prelude::*;

use crate::Explanation;

use crate::joint::displaced::DisplacedShare;
use crate::joint::hypothesis::Hypothesis;
use crate::joint::laplace::{EffectPrior, Mode, NewtonOptions, newton};
use crate::joint::matrix::{self, Matrix};
use crate::joint::parameters::{Parameters, SCALES, WarmStart, WarmStarts, starts_per_school};
use crate::joint::prepared::PreparedSchool;
use crate::joint::school::{ByGroup, GROUPS, MLD, SLCN};
use senlens_stats::log_weights::log_sum_exp;

/// What one school's counts say.
#[derive(Debug, Clone)]
pub(in crate::joint) struct SchoolPosterior {
    /// Log likelihood under masking and under everything else.
    pub(in crate::joint) log_masking: f64,
    pub(in crate::joint) log_other: f64,
    /// Probability of each hypothesis given that the school masks, or given that it does not.
    pub(in crate::joint) within: Vec<f64>,
    /// Probability of each scale of the effects.
    pub(in crate::joint) scale: [f64; SCALES.len()],
    /// Gradient of the log marginal likelihood in the means, and its information.
    pub(in crate::joint) gradient: ByGroup,
    pub(in crate::joint) information: Matrix,
    /// Second moment of the effects, each scaled to scale one.
    pub(in crate::joint) second_moment: Matrix,
    /// Given masking: the share of recorded MLD that is displaced, hypothesis by hypothesis. Empty unless judged.
    pub(in crate::joint) displaced_shares: Vec<DisplacedShare>,
}

impl SchoolPosterior {
    /// Likelihood under masking over likelihood under everything else, at most e to the 300.
    pub(in crate::joint) fn ratio(&self) -> f64 {
        libm::exp((self.log_masking - self.log_other).min(300.0))
    }

    /// Probability of masking when a share of such schools masks.
    pub(in crate::joint) fn masking(&self, share: f64) -> f64 {
        if share <= 0.0 {
            return 0.0;
        }
        let odds = libm::log(share / (1.0 - share)) + self.log_masking - self.log_other;
        1.0 / (1.0 + libm::exp(-odds))
    }
}

impl Parameters {
    /// The posterior of every school, in their order.
    pub(in crate::joint) fn e_step(
        &self,
        schools: &[PreparedSchool],
        warm_starts: &mut WarmStarts,
        purpose: Purpose,
    ) -> Vec<SchoolPosterior> {
        let priors = self.priors();
        let per_school = starts_per_school(&self.hypotheses);
        schools
            .par_iter()
            .zip(warm_starts.par_chunks_mut(per_school))
            .with_min_len(32)
            .map(|(school, warm_starts)| {
                self.posterior_of(school, &priors[school.phase], warm_starts, purpose)
            })
            .collect()
    }

    fn posterior_of(
        &self,
        school: &PreparedSchool,
        priors: &[EffectPrior; SCALES.len()],
        warm_starts: &mut [WarmStart],
        purpose: Purpose,
    ) -> SchoolPosterior {
        let list = &self.hypotheses.all;
        let mean = self.mean(school);
        let ordinary: ByGroup = std::array::from_fn(|group| school.offset[group] * libm::exp(mean[group]));
        let log_ordinary: ByGroup =
            std::array::from_fn(|group| libm::log(school.offset[group]) + mean[group]);
        let weights = self.hypotheses.weights(school.provision);
        let log_scale = self.scale_weight.map(|weight| libm::log(weight.max(1e-300)));
        let options = match purpose {
            Purpose::Learn => NewtonOptions::LEARNING,
            Purpose::Judge => NewtonOptions::FINAL,
        };

        let mut modes: Vec<AtMode> = Vec::with_capacity(list.len() * SCALES.len());
        // The likeliest so far, of masking and of the rest.
        let mut best = [f64::NEG_INFINITY; 2];
        // The last mode found: the next hypothesis of the same explanation starts there where it has no start of its own.
        let mut neighbour = (Explanation::Ordinary, [0.0; GROUPS]);
        for (place, hypothesis) in list.iter().enumerate() {
            if weights[place] < NEGLIGIBLE_HYPOTHESIS || hypothesis.is_implausible(&school.observed) {
                continue;
            }
            let is_masking = hypothesis.explanation == Explanation::Masking;
            let log_weight = libm::log(weights[place]);
            for scale in 0..SCALES.len() {
                if self.scale_weight[scale] < NEGLIGIBLE_SCALE {
                    continue;
                }
                let kept = &mut warm_starts[place * SCALES.len() + scale];
                if purpose == Purpose::Learn && kept.rounds_to_skip > 0 {
                    kept.rounds_to_skip -= 1;
                    continue;
                }
                let mut effects = if kept.is_cold() && neighbour.0 == hypothesis.explanation {
                    neighbour.1
                } else {
                    kept.effects.map(f64::from)
                };
                let mode = newton(
                    hypothesis,
                    &ordinary,
                    &log_ordinary,
                    &school.observed,
                    &priors[scale],
                    options,
                    &mut effects,
                );
                kept.end_at(&effects);
                neighbour = (hypothesis.explanation, effects);
                let log_before = log_scale[scale] + log_weight;
                let laplace_approximation = mode.laplace_approximation(&priors[scale]) + log_before;
                let best = &mut best[usize::from(is_masking)];
                *best = best.max(laplace_approximation);
                modes.push(AtMode {
                    place,
                    scale,
                    is_masking,
                    log_before,
                    laplace_approximation,
                    effects,
                    mode,
                });
            }
        }
        for at_mode in &modes {
            let negligible =
                at_mode.laplace_approximation < best[usize::from(at_mode.is_masking)] - SKIPPED_BELOW;
            warm_starts[at_mode.place * SCALES.len() + at_mode.scale].rounds_to_skip =
                if negligible && purpose == Purpose::Learn {
                    ROUNDS_SKIPPED
                } else {
                    0
                };
        }
        let components: Vec<Component> = modes
            .iter()
            .filter(|at_mode| {
                at_mode.laplace_approximation > best[usize::from(at_mode.is_masking)] - INTEGRATED_WITHIN
            })
            .map(|at_mode| {
                let fit = at_mode
                    .mode
                    .integrate(&list[at_mode.place], &priors[at_mode.scale]);
                Component {
                    place: at_mode.place,
                    scale: at_mode.scale,
                    is_masking: at_mode.is_masking,
                    log_joint: fit.log_likelihood + at_mode.log_before,
                    effects: at_mode.effects,
                    mean: std::array::from_fn(|group| at_mode.effects[group] + fit.mean_shift[group]),
                    covariance: fit.covariance,
                }
            })
            .collect();

        let side = |masking: bool| {
            let chosen: Vec<f64> = components
                .iter()
                .filter(|component| component.is_masking == masking)
                .map(|component| component.log_joint)
                .collect();
            log_sum_exp(&chosen)
        };
        let counts_masking = side(true);
        let log_other = side(false);
        let mut posterior = SchoolPosterior {
            log_masking: counts_masking,
            log_other,
            within: vec![0.0; list.len()],
            scale: [0.0; SCALES.len()],
            gradient: [0.0; GROUPS],
            information: [[0.0; GROUPS]; GROUPS],
            second_moment: [[0.0; GROUPS]; GROUPS],
            displaced_shares: Vec::new(),
        };
        let masking = posterior.masking(self.area_share[school.area]);
        let mut covariance = [[[0.0; GROUPS]; GROUPS]; SCALES.len()];
        for component in &components {
            let base = if component.is_masking {
                counts_masking
            } else {
                log_other
            };
            let conditional = libm::exp(component.log_joint - base);
            posterior.within[component.place] += conditional;
            let weight = conditional
                * if component.is_masking {
                    masking
                } else {
                    1.0 - masking
                };
            posterior.scale[component.scale] += weight;
            if purpose == Purpose::Learn && weight > NEGLIGIBLE_WEIGHT {
                posterior.add_moments(
                    weight,
                    component,
                    &priors[component.scale],
                    &mut covariance[component.scale],
                );
            }
        }
        match purpose {
            Purpose::Learn => {
                for scale in 0..SCALES.len() {
                    posterior.add_covariance(
                        SCALES[scale],
                        &covariance[scale],
                        posterior.scale[scale],
                        &priors[scale],
                    );
                }
            }
            Purpose::Judge => {
                posterior.displaced_shares = (0..list.len())
                    .filter(|place| self.hypotheses.is_masking(*place) && posterior.within[*place] > 0.0)
                    .map(|place| {
                        let chosen = components.iter().filter(|component| component.place == place);
                        displaced_share(posterior.within[place], &list[place], &ordinary, chosen)
                    })
                    .collect();
            }
        }
        posterior
    }
}

/// What a posterior is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::joint) enum Purpose {
    /// To learn from: moments of the effects are kept.
    Learn,
    /// To judge by: the displaced pupils are worked out.
    Judge,
}

/// Scales rarer than this are left out.
const NEGLIGIBLE_SCALE: f64 = 2e-3;
/// Hypotheses less likely than this at a school do not count in learning.
const NEGLIGIBLE_WEIGHT: f64 = 3e-3;

/// Hypotheses rarer than this are left out: the data do not support them.
const NEGLIGIBLE_HYPOTHESIS: f64 = 1e-4;
/// A hypothesis this far (in logarithms) below the likeliest of its side is not integrated.
pub(in crate::joint) const INTEGRATED_WITHIN: f64 = 8.0;
/// A hypothesis this far below the likeliest of its side is left out of the next rounds of learning.
pub(in crate::joint) const SKIPPED_BELOW: f64 = 10.0;
/// The number of those rounds.
pub(in crate::joint) const ROUNDS_SKIPPED: u8 = 3;

/// One hypothesis at one scale, at its mode.
struct AtMode {
    place: usize,
    scale: usize,
    is_masking: bool,
    log_before: f64,
    laplace_approximation: f64,
    effects: ByGroup,
    mode: Mode,
}

/// One hypothesis at one scale, integrated.
struct Component {
    place: usize,
    scale: usize,
    is_masking: bool,
    log_joint: f64,
    /// Mode, mean and covariance of the effects.
    effects: ByGroup,
    mean: ByGroup,
    covariance: Matrix,
}

/// Over the scales, the share of recorded MLD that is displaced: its logit is taken as normal around the mode.
fn displaced_share<'a>(
    weight_of_all: f64,
    hypothesis: &Hypothesis,
    ordinary: &ByGroup,
    components: impl Iterator<Item = &'a Component> + Clone,
) -> DisplacedShare {
    let largest = components
        .clone()
        .map(|component| component.log_joint)
        .fold(f64::NEG_INFINITY, f64::max);
    let (mut total, mut first, mut second, mut slcn) = (0.0, 0.0, 0.0, 0.0);
    for component in components {
        let weight = libm::exp(component.log_joint - largest);
        if weight < 1e-6 {
            continue;
        }
        let rate: ByGroup =
            std::array::from_fn(|group| ordinary[group] * libm::exp(component.effects[group]));
        let given: ByGroup = std::array::from_fn(|group| hypothesis.given[group] * rate[group]);
        let moved: f64 = given.iter().sum();
        let share = moved / (moved + rate[MLD]);
        let mut slope: ByGroup = given.map(|part| part / moved);
        slope[MLD] = -1.0;
        let variance = matrix::dot(&slope, &matrix::times(&component.covariance, &slope));
        let spread = share * (1.0 - share);
        // Second-order mean of the logistic of a normal.
        let mean = (share + 0.5 * variance * spread * (1.0 - 2.0 * share)).clamp(1e-6, 1.0 - 1e-6);
        let spread_variance = (spread * spread * variance).min(0.2 * mean * (1.0 - mean));
        total += weight;
        first += weight * mean;
        second += weight * (spread_variance + mean * mean);
        slcn += weight * given[SLCN] / moved;
    }
    let mean = first / total;
    DisplacedShare {
        weight: weight_of_all,
        mean,
        variance: (second / total - mean * mean).max(1e-9),
        slcn_share: slcn / total,
    }
}

impl SchoolPosterior {
    fn add_moments(
        &mut self,
        weight: f64,
        component: &Component,
        prior: &EffectPrior,
        covariance: &mut Matrix,
    ) {
        let prior_gradient = matrix::times(&prior.precision, &component.mean);
        let shrink = weight / (SCALES[component.scale] * SCALES[component.scale]);
        for row in 0..GROUPS {
            self.gradient[row] += weight * prior_gradient[row];
            for column in 0..GROUPS {
                covariance[row][column] += weight * component.covariance[row][column];
                self.second_moment[row][column] += shrink * component.mean[row] * component.mean[column];
            }
        }
    }

    /// Adds what the posterior covariances at one scale (weighted sum) say.
    fn add_covariance(&mut self, scale: f64, covariance: &Matrix, weight: f64, prior: &EffectPrior) {
        if weight < NEGLIGIBLE_WEIGHT {
            return;
        }
        let sandwich = matrix::sandwich(&prior.precision, covariance);
        for row in 0..GROUPS {
            for column in 0..GROUPS {
                self.information[row][column] +=
                    weight * prior.precision[row][column] - sandwich[row][column];
                self.second_moment[row][column] += covariance[row][column] / (scale * scale);
            }
        }
    }
}
