//! One look at a school: every hypothesis at every scale of its effects, weighed by the school's counts.

use rayon::prelude::*;

use crate::Explanation;

use super::displaced::Part;
use super::hypothesis::Hypothesis;
use super::laplace::{Care, EffectPrior, Mode, climb};
use super::matrix::{self, Matrix};
use super::parameters::{Parameters, Prepared, SCALES, Start, Warm, warm_size};
use super::school::{ByGroup, GROUPS, MLD, SLCN};

/// What one look at a school leaves.
#[derive(Debug, Clone)]
pub(super) struct Look {
    /// Log likelihood under masking and under everything else.
    pub(super) log_masking: f64,
    pub(super) log_other: f64,
    /// Probability of each hypothesis given that the school masks, or given that it does not.
    pub(super) within: Vec<f64>,
    pub(super) scale: [f64; SCALES.len()],
    pub(super) gradient: ByGroup,
    pub(super) information: Matrix,
    pub(super) second: Matrix,
    /// Given masking: the share of recorded MLD that is displaced, hypothesis by hypothesis. Empty unless judged.
    pub(super) parts: Vec<Part>,
}

impl Look {
    /// Likelihood under masking over likelihood under everything else, at most e to the 300.
    pub(super) fn ratio(&self) -> f64 {
        libm::exp((self.log_masking - self.log_other).min(300.0))
    }

    /// Probability of masking when a share of such schools masks.
    pub(super) fn masking(&self, share: f64) -> f64 {
        if share <= 0.0 {
            return 0.0;
        }
        let odds = libm::log(share / (1.0 - share)) + self.log_masking - self.log_other;
        1.0 / (1.0 + libm::exp(-odds))
    }
}

impl Parameters {
    /// Looks at every school under every hypothesis.
    pub(super) fn look(&self, schools: &[Prepared], warm: &mut Warm, purpose: Purpose) -> Vec<Look> {
        let priors = self.priors();
        let stride = warm_size(&self.hypotheses);
        schools
            .par_iter()
            .zip(warm.par_chunks_mut(stride))
            .with_min_len(32)
            .map(|(school, warm)| self.look_at(school, &priors[school.phase], warm, purpose))
            .collect()
    }

    fn look_at(
        &self,
        school: &Prepared,
        priors: &[EffectPrior; SCALES.len()],
        warm: &mut [Start],
        purpose: Purpose,
    ) -> Look {
        let list = &self.hypotheses.all;
        let mean = self.mean(school);
        let ordinary: ByGroup = std::array::from_fn(|group| school.offset[group] * libm::exp(mean[group]));
        let log_ordinary: ByGroup =
            std::array::from_fn(|group| libm::log(school.offset[group]) + mean[group]);
        let weights = self.hypotheses.weights(school.provision);
        let log_scale = self.scale_weight.map(|weight| libm::log(weight.max(1e-300)));
        let care = match purpose {
            Purpose::Learn => Care::LEARNING,
            Purpose::Judge => Care::FINAL,
        };

        let mut climbs: Vec<Climbed> = Vec::with_capacity(list.len() * SCALES.len());
        // The likeliest so far, of masking and of the rest.
        let mut best = [f64::NEG_INFINITY; 2];
        // Where the last climb ended: the next of its explanation starts there where it has no start of its own.
        let mut neighbour = (Explanation::Ordinary, [0.0; GROUPS]);
        for (place, hypothesis) in list.iter().enumerate() {
            if weights[place] < NEGLIGIBLE_HYPOTHESIS || hypothesis.is_out_of_reach(&school.observed) {
                continue;
            }
            let is_masking = hypothesis.explanation == Explanation::Masking;
            let log_weight = libm::log(weights[place]);
            for scale in 0..SCALES.len() {
                if self.scale_weight[scale] < NEGLIGIBLE_SCALE {
                    continue;
                }
                let kept = &mut warm[place * SCALES.len() + scale];
                if purpose == Purpose::Learn && kept.rounds_off > 0 {
                    kept.rounds_off -= 1;
                    continue;
                }
                let mut effects = if kept.is_cold() && neighbour.0 == hypothesis.explanation {
                    neighbour.1
                } else {
                    kept.effects.map(f64::from)
                };
                let mode = climb(
                    hypothesis,
                    &ordinary,
                    &log_ordinary,
                    &school.observed,
                    &priors[scale],
                    care,
                    &mut effects,
                );
                kept.end_at(&effects);
                neighbour = (hypothesis.explanation, effects);
                let log_before = log_scale[scale] + log_weight;
                let roughly = mode.roughly(&priors[scale]) + log_before;
                let best = &mut best[usize::from(is_masking)];
                *best = best.max(roughly);
                climbs.push(Climbed {
                    place,
                    scale,
                    is_masking,
                    log_before,
                    roughly,
                    effects,
                    mode,
                });
            }
        }
        for climbed in &climbs {
            let hopeless = climbed.roughly < best[usize::from(climbed.is_masking)] - NOT_WORTH_A_LOOK;
            warm[climbed.place * SCALES.len() + climbed.scale].rounds_off =
                if hopeless && purpose == Purpose::Learn {
                    ROUNDS_OFF
                } else {
                    0
                };
        }
        let slots: Vec<Slot> = climbs
            .iter()
            .filter(|climbed| climbed.roughly > best[usize::from(climbed.is_masking)] - FAR_BELOW)
            .map(|climbed| {
                let fit = climbed
                    .mode
                    .integrate(&list[climbed.place], &priors[climbed.scale]);
                Slot {
                    place: climbed.place,
                    scale: climbed.scale,
                    is_masking: climbed.is_masking,
                    log_joint: fit.log_likelihood + climbed.log_before,
                    effects: climbed.effects,
                    mean: std::array::from_fn(|group| climbed.effects[group] + fit.mean_shift[group]),
                    covariance: fit.covariance,
                }
            })
            .collect();

        let side = |masking: bool| {
            let chosen = || {
                slots
                    .iter()
                    .filter(move |slot| slot.is_masking == masking)
                    .map(|slot| slot.log_joint)
            };
            let largest = chosen().fold(f64::NEG_INFINITY, f64::max);
            if largest == f64::NEG_INFINITY {
                return f64::NEG_INFINITY;
            }
            largest + libm::log(chosen().map(|value| libm::exp(value - largest)).sum())
        };
        let counts_masking = side(true);
        let log_other = side(false);
        let mut look = Look {
            log_masking: counts_masking,
            log_other,
            within: vec![0.0; list.len()],
            scale: [0.0; SCALES.len()],
            gradient: [0.0; GROUPS],
            information: [[0.0; GROUPS]; GROUPS],
            second: [[0.0; GROUPS]; GROUPS],
            parts: Vec::new(),
        };
        let masking = look.masking(self.area_share[school.area]);
        let mut covariance = [[[0.0; GROUPS]; GROUPS]; SCALES.len()];
        for slot in &slots {
            let base = if slot.is_masking {
                counts_masking
            } else {
                log_other
            };
            let conditional = libm::exp(slot.log_joint - base);
            look.within[slot.place] += conditional;
            let weight = conditional * if slot.is_masking { masking } else { 1.0 - masking };
            look.scale[slot.scale] += weight;
            if purpose == Purpose::Learn && weight > NEGLIGIBLE_WEIGHT {
                look.learn_from(weight, slot, &priors[slot.scale], &mut covariance[slot.scale]);
            }
        }
        match purpose {
            Purpose::Learn => {
                for scale in 0..SCALES.len() {
                    look.learn_covariance(
                        SCALES[scale],
                        &covariance[scale],
                        look.scale[scale],
                        &priors[scale],
                    );
                }
            }
            Purpose::Judge => {
                look.parts = (0..list.len())
                    .filter(|place| self.hypotheses.is_masking(*place) && look.within[*place] > 0.0)
                    .map(|place| {
                        let chosen = slots.iter().filter(|slot| slot.place == place);
                        displaced_share(look.within[place], &list[place], &ordinary, chosen)
                    })
                    .collect();
            }
        }
        look
    }
}

/// What a look is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To learn from: moments of the effects are kept.
    Learn,
    /// To judge by: the displaced are worked out.
    Judge,
}

/// Scales rarer than this are not looked at.
const NEGLIGIBLE_SCALE: f64 = 2e-3;
/// Hypotheses less likely than this at a school teach nothing.
const NEGLIGIBLE_WEIGHT: f64 = 3e-3;

/// Hypotheses rarer than this are not looked at: what is left of a rival the data do not know.
const NEGLIGIBLE_HYPOTHESIS: f64 = 1e-4;
/// What is this far (in logarithms) below the likeliest of its side is not integrated.
const FAR_BELOW: f64 = 8.0;
/// What is this far below is not even climbed to in the next rounds of learning, so many of them.
const NOT_WORTH_A_LOOK: f64 = 10.0;
const ROUNDS_OFF: u8 = 3;

/// One hypothesis at one scale, at its mode.
struct Climbed {
    place: usize,
    scale: usize,
    is_masking: bool,
    log_before: f64,
    roughly: f64,
    effects: ByGroup,
    mode: Mode,
}

/// One hypothesis at one scale, integrated.
struct Slot {
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
    slots: impl Iterator<Item = &'a Slot> + Clone,
) -> Part {
    let largest = slots
        .clone()
        .map(|slot| slot.log_joint)
        .fold(f64::NEG_INFINITY, f64::max);
    let (mut total, mut first, mut second, mut slcn) = (0.0, 0.0, 0.0, 0.0);
    for slot in slots {
        let weight = libm::exp(slot.log_joint - largest);
        if weight < 1e-6 {
            continue;
        }
        let rate: ByGroup = std::array::from_fn(|group| ordinary[group] * libm::exp(slot.effects[group]));
        let given: ByGroup = std::array::from_fn(|group| hypothesis.given[group] * rate[group]);
        let moved: f64 = given.iter().sum();
        let share = moved / (moved + rate[MLD]);
        let mut slope: ByGroup = given.map(|part| part / moved);
        slope[MLD] = -1.0;
        let variance = matrix::dot(&slope, &matrix::times(&slot.covariance, &slope));
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
    Part {
        weight: weight_of_all,
        mean,
        variance: (second / total - mean * mean).max(1e-9),
        slcn_of_it: slcn / total,
    }
}

impl Look {
    fn learn_from(&mut self, weight: f64, slot: &Slot, prior: &EffectPrior, covariance: &mut Matrix) {
        let pull = matrix::times(&prior.precision, &slot.mean);
        let shrink = weight / (SCALES[slot.scale] * SCALES[slot.scale]);
        for row in 0..GROUPS {
            self.gradient[row] += weight * pull[row];
            for column in 0..GROUPS {
                covariance[row][column] += weight * slot.covariance[row][column];
                self.second[row][column] += shrink * slot.mean[row] * slot.mean[column];
            }
        }
    }

    /// Adds what the posterior covariances at one scale (weighted sum) say.
    fn learn_covariance(&mut self, scale: f64, covariance: &Matrix, weight: f64, prior: &EffectPrior) {
        if weight < NEGLIGIBLE_WEIGHT {
            return;
        }
        let sandwich = matrix::sandwich(&prior.precision, covariance);
        for row in 0..GROUPS {
            for column in 0..GROUPS {
                self.information[row][column] +=
                    weight * prior.precision[row][column] - sandwich[row][column];
                self.second[row][column] += covariance[row][column] / (scale * scale);
            }
        }
    }
}
