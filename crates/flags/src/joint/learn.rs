//! Learns from all schools together what is ordinary: authorities' means, the spread and tails of school effects,
//! and how common each explanation is. Expectation maximisation, the expectations by Laplace's method.

use rayon::prelude::*;

use crate::Explanation;

use super::displaced::Part;
use super::hypothesis::{Hypotheses, Hypothesis};
use super::laplace::{Care, EffectPrior, Mode, climb};
use super::matrix::{self, Matrix, Square};
use super::prior::{self, PHASES};
use super::school::{ByGroup, Counted, GROUPS, MLD, PROVISIONS, Provision, SLCN};

/// Scales of a school's effects: a mixture of normals of these scales has tails as heavy as a t where the data ask.
pub(super) const SCALES: [f64; 3] = [1.0, 1.6, 2.8];
const SCALE_BEFORE: [f64; 3] = [0.90, 0.08, 0.02];

/// A school as the engine sees it.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    /// Place of its authority.
    pub(super) authority: usize,
    /// Place of its district.
    pub(super) district: usize,
    /// Place of the area whose masked share it shares.
    pub(super) area: usize,
    /// 0 primary, 1 secondary.
    pub(super) phase: usize,
    pub(super) provision: Provision,
    pub(super) observed: ByGroup,
    pub(super) offset: ByGroup,
}

/// All that is learned.
#[derive(Debug, Clone)]
pub(super) struct Parameters {
    /// Log rate of each authority and phase.
    pub(super) authority: Vec<[ByGroup; PHASES]>,
    pub(super) national: [ByGroup; PHASES],
    shipped: [ByGroup; PHASES],
    pub(super) authority_covariance: Square,
    /// Ordinary shift of each district's log rates from its authority's, and how much such shifts spread.
    pub(super) district: Vec<ByGroup>,
    pub(super) district_covariance: Matrix,
    pub(super) effects: [Matrix; PHASES],
    pub(super) scale_weight: [f64; SCALES.len()],
    pub(super) hypotheses: Hypotheses,
    /// Share of masked schools in general, and in each area.
    pub(super) masked_share: f64,
    pub(super) area_share: Vec<f64>,
}

/// What one look at a school leaves.
#[derive(Debug, Clone)]
pub(super) struct Look {
    /// Log likelihood under masking and under everything else.
    pub(super) log_masking: f64,
    pub(super) log_other: f64,
    /// Probability of each hypothesis given that the school masks, or given that it does not.
    pub(super) within: Vec<f64>,
    scale: [f64; SCALES.len()],
    gradient: ByGroup,
    information: Matrix,
    second: Matrix,
    /// Given masking: the share of recorded MLD that is displaced, hypothesis by hypothesis. Empty unless judged.
    pub(super) parts: Vec<Part>,
}

impl Look {
    /// Probability of masking when a share of such schools masks.
    pub(super) fn masking(&self, share: f64) -> f64 {
        if share <= 0.0 {
            return 0.0;
        }
        let odds = libm::log(share / (1.0 - share)) + self.log_masking - self.log_other;
        1.0 / (1.0 + libm::exp(-odds))
    }
}

/// Where each school's integration left off, to start the next from.
pub(super) type Warm = Vec<f32>;

pub(super) fn warm_size(hypotheses: &Hypotheses) -> usize {
    hypotheses.all.len() * SCALES.len() * GROUPS
}

impl Parameters {
    /// Before any data.
    pub(super) fn before(counted: Counted, hypotheses: Hypotheses, spread: f64, masked_share: f64) -> Self {
        Self {
            authority: Vec::new(),
            national: prior::log_rate(counted),
            shipped: prior::log_rate(counted),
            authority_covariance: prior::authority_covariance(),
            district: Vec::new(),
            district_covariance: prior::district_covariance(),
            effects: [prior::effect_covariance(spread); PHASES],
            scale_weight: SCALE_BEFORE,
            hypotheses,
            masked_share,
            area_share: Vec::new(),
        }
    }

    /// Starts every authority between its own crude rates and the national ones.
    pub(super) fn start(&mut self, schools: &[Prepared], authorities: usize, districts: usize) {
        /// Pupils with a need that the national rate counts for.
        const WORTH: f64 = 20.0;
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
                    let rate = (seen[phase][group] + WORTH) / (of[phase][group] + WORTH / national);
                    mean[phase][group] = libm::log(rate) - half_variance;
                }
            }
        }
        self.authority = authority;
    }

    /// Log rates of a school with effects of zero.
    pub(super) fn mean(&self, school: &Prepared) -> ByGroup {
        let authority = &self.authority[school.authority][school.phase];
        let district = &self.district[school.district];
        std::array::from_fn(|group| authority[group] + district[group])
    }

    fn priors(&self) -> [[EffectPrior; SCALES.len()]; PHASES] {
        std::array::from_fn(|phase| {
            std::array::from_fn(|scale| EffectPrior::new(&self.effects[phase], SCALES[scale]))
        })
    }

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
        warm: &mut [f32],
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
                let kept = &mut warm[(place * SCALES.len() + scale) * GROUPS..][..GROUPS];
                let mut effects: ByGroup = std::array::from_fn(|group| f64::from(kept[group]));
                let mode = climb(
                    hypothesis,
                    &ordinary,
                    &log_ordinary,
                    &school.observed,
                    &priors[scale],
                    care,
                    &mut effects,
                );
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a starting point needs no more digits"
                )]
                for (value, end) in kept.iter_mut().zip(&effects) {
                    *value = *end as f32;
                }
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
/// What a round of learning may change beside the spread of effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Means of authorities and districts and their spread: all schools are taken as ordinary.
    Ordinary,
    /// Weights of scales and hypotheses, and a shift of means common to all authorities: for a sample of schools,
    /// too few to say much of any one authority.
    Sample,
    /// Weights, means and their spread.
    Everything,
    /// Means of authorities and districts alone.
    Means,
}

/// One step of learning from looks at all schools.
#[derive(Debug, Clone, Copy)]
pub(super) struct Learning {
    /// How many schools the assumed spread of school effects counts for.
    pub(super) effect_worth: f64,
    /// Spread of the assumed effects (1 as shipped).
    pub(super) spread: f64,
    /// How far to go beyond the plain step in the spread of effects (1 is plain).
    pub(super) stride: f64,
    /// What is learned beside the spread of effects.
    pub(super) reach: Reach,
}

impl Parameters {
    /// Moves every parameter towards the schools looked at.
    pub(super) fn learn(&mut self, schools: &[Prepared], looks: &[Look], learning: Learning) {
        if learning.reach != Reach::Means {
            self.learn_effects(schools, looks, learning);
        }
        match learning.reach {
            Reach::Ordinary => self.learn_means(schools, looks, true),
            Reach::Sample => {
                self.learn_weights(schools, looks);
                self.learn_shift(schools, looks);
            }
            Reach::Everything => {
                self.learn_weights(schools, looks);
                self.learn_means(schools, looks, true);
            }
            Reach::Means => self.learn_means(schools, looks, false),
        }
    }

    fn learn_effects(&mut self, schools: &[Prepared], looks: &[Look], learning: Learning) {
        let before = prior::effect_covariance(learning.spread);
        for phase in 0..PHASES {
            let mut sum = before.map(|row| row.map(|value| value * learning.effect_worth));
            let mut worth = learning.effect_worth;
            for (_, look) in schools
                .iter()
                .zip(looks)
                .filter(|(school, _)| school.phase == phase)
            {
                worth += 1.0;
                for (row, seen) in sum.iter_mut().zip(&look.second) {
                    for (value, addition) in row.iter_mut().zip(seen) {
                        *value += addition;
                    }
                }
            }
            let plain = sum.map(|row| row.map(|value| value / worth));
            let beyond: Matrix = std::array::from_fn(|row| {
                std::array::from_fn(|column| {
                    let old = self.effects[phase][row][column];
                    old + learning.stride * (plain[row][column] - old)
                })
            });
            let safe = matrix::root(&beyond).is_some()
                && (0..GROUPS).all(|group| beyond[group][group] > 0.3 * plain[group][group]);
            self.effects[phase] = if safe { beyond } else { plain };
        }
    }

    fn learn_weights(&mut self, schools: &[Prepared], looks: &[Look]) {
        const SCALE_WORTH: f64 = 50.0;
        const HYPOTHESIS_WORTH: [f64; PROVISIONS] = [100.0, 50.0, 50.0];
        const MASKING_WORTH: f64 = 60.0;
        let mut scale = SCALE_BEFORE.map(|weight| weight * SCALE_WORTH);
        let before = Hypotheses::new(super::hypothesis::Donors::SlcnAndSemh);
        let same_list = before.all.len() == self.hypotheses.all.len();
        let mut weight: [Vec<f64>; PROVISIONS] = std::array::from_fn(|provision| {
            let source = if same_list {
                &before.weight[provision]
            } else {
                &self.hypotheses.weight[provision]
            };
            source
                .iter()
                .enumerate()
                .map(|(place, weight)| {
                    let worth = if self.hypotheses.is_masking(place) {
                        MASKING_WORTH
                    } else {
                        HYPOTHESIS_WORTH[provision]
                    };
                    weight * worth
                })
                .collect()
        });
        for (school, look) in schools.iter().zip(looks) {
            let masking = look.masking(self.area_share[school.area]);
            for (sum, seen) in scale.iter_mut().zip(look.scale) {
                *sum += seen;
            }
            for (place, within) in look.within.iter().enumerate() {
                if self.hypotheses.is_masking(place) {
                    // How much a masked school moves is learned over all kinds of provision.
                    for list in &mut weight {
                        list[place] += within * masking;
                    }
                } else {
                    weight[school.provision as usize][place] += within * (1.0 - masking);
                }
            }
        }
        let total: f64 = scale.iter().sum();
        self.scale_weight = scale.map(|sum| sum / total);
        self.hypotheses.weight = weight;
        self.hypotheses.normalise();
    }

    /// Moves the means of all authorities together.
    fn learn_shift(&mut self, schools: &[Prepared], looks: &[Look]) {
        for phase in 0..PHASES {
            let mut gradient = [0.0; GROUPS];
            // A weak pull to where they are keeps the information positive definite.
            let mut information: Matrix =
                std::array::from_fn(|row| std::array::from_fn(|column| f64::from(u8::from(row == column))));
            for (_, look) in schools
                .iter()
                .zip(looks)
                .filter(|(school, _)| school.phase == phase)
            {
                for row in 0..GROUPS {
                    gradient[row] += look.gradient[row];
                    for column in 0..GROUPS {
                        information[row][column] += look.information[row][column];
                    }
                }
            }
            let Some(root) = matrix::root(&information) else {
                continue;
            };
            let step = matrix::solve(&root, &gradient);
            for means in self
                .authority
                .iter_mut()
                .map(|means| &mut means[phase])
                .chain([&mut self.national[phase]])
            {
                for (mean, move_by) in means.iter_mut().zip(step) {
                    *mean += move_by.clamp(-0.3, 0.3);
                }
            }
        }
    }

    /// Moves the means of authorities, then of districts, by one Newton step each, and their spread with them.
    /// Authorities and districts without a school given stay where they are.
    fn learn_means(&mut self, schools: &[Prepared], looks: &[Look], with_spread: bool) {
        const SIZE: usize = PHASES * GROUPS;
        let mut gradient = vec![[0.0; SIZE]; self.authority.len()];
        let mut information = vec![Square::zero(SIZE); self.authority.len()];
        let mut present = vec![false; self.authority.len()];
        for (school, look) in schools.iter().zip(looks) {
            let from = school.phase * GROUPS;
            let (sum, matrix) = (
                &mut gradient[school.authority],
                &mut information[school.authority],
            );
            present[school.authority] = true;
            for row in 0..GROUPS {
                sum[from + row] += look.gradient[row];
                for column in 0..GROUPS {
                    *matrix.at_mut(from + row, from + column) += look.information[row][column];
                }
            }
        }
        let precision = self.authority_covariance.inverse();
        let mut steps = vec![[[0.0; GROUPS]; PHASES]; self.authority.len()];
        let mut covariances = Vec::with_capacity(self.authority.len());
        for (place, mean) in self.authority.iter_mut().enumerate() {
            if !present[place] {
                covariances.push(Square::zero(SIZE));
                continue;
            }
            let away = away_from(mean, &self.national);
            let pull = precision.times(&away);
            let mut posterior = information[place].clone();
            for row in 0..SIZE {
                for column in 0..SIZE {
                    *posterior.at_mut(row, column) += precision.at(row, column);
                }
            }
            let covariance = posterior.inverse();
            let slope: Vec<f64> = (0..SIZE).map(|at| gradient[place][at] - pull[at]).collect();
            for (at, step) in covariance.times(&slope).iter().enumerate() {
                let step = step.clamp(-1.0, 1.0);
                mean[at / GROUPS][at % GROUPS] += step;
                steps[place][at / GROUPS][at % GROUPS] = step;
            }
            covariances.push(covariance);
        }
        if with_spread {
            self.learn_authority_spread(&covariances);
        }
        self.learn_districts(schools, looks, &steps, with_spread);
    }

    fn learn_authority_spread(&mut self, covariances: &[Square]) {
        const SIZE: usize = PHASES * GROUPS;
        /// Authorities the shipped mean counts for.
        const NATIONAL_WORTH: f64 = 2.0;
        let authorities = self.authority.len() as f64;
        for phase in 0..PHASES {
            for group in 0..GROUPS {
                let sum: f64 = self.authority.iter().map(|mean| mean[phase][group]).sum();
                self.national[phase][group] =
                    (NATIONAL_WORTH * self.shipped[phase][group] + sum) / (NATIONAL_WORTH + authorities);
            }
        }
        let mut spread = prior::authority_covariance();
        for row in 0..SIZE {
            for column in 0..SIZE {
                *spread.at_mut(row, column) *= prior::AUTHORITY_WORTH;
            }
        }
        for (mean, covariance) in self.authority.iter().zip(covariances) {
            let away = away_from(mean, &self.national);
            for row in 0..SIZE {
                for column in 0..SIZE {
                    *spread.at_mut(row, column) += away[row] * away[column] + covariance.at(row, column);
                }
            }
        }
        let worth = prior::AUTHORITY_WORTH + authorities;
        for row in 0..SIZE {
            for column in 0..SIZE {
                *spread.at_mut(row, column) /= worth;
            }
        }
        self.authority_covariance = spread;
    }

    /// `steps` are those just taken by the authorities: the districts' slopes are corrected for them.
    fn learn_districts(
        &mut self,
        schools: &[Prepared],
        looks: &[Look],
        steps: &[[ByGroup; PHASES]],
        with_spread: bool,
    ) {
        let root =
            matrix::root(&self.district_covariance).expect("a covariance of districts is positive definite");
        let precision = matrix::inverse(&root);
        let mut gradient: Vec<ByGroup> = self
            .district
            .iter()
            .map(|shift| matrix::times(&precision, shift).map(|pull| -pull))
            .collect();
        let mut information = vec![precision; self.district.len()];
        let mut present = vec![false; self.district.len()];
        for (school, look) in schools.iter().zip(looks) {
            present[school.district] = true;
            let taken = matrix::times(&look.information, &steps[school.authority][school.phase]);
            for row in 0..GROUPS {
                gradient[school.district][row] += look.gradient[row] - taken[row];
                for column in 0..GROUPS {
                    information[school.district][row][column] += look.information[row][column];
                }
            }
        }
        let mut spread =
            prior::district_covariance().map(|row| row.map(|value| value * prior::DISTRICT_WORTH));
        let mut worth = prior::DISTRICT_WORTH;
        for place in (0..self.district.len()).filter(|place| present[*place]) {
            let Some(root) = matrix::root(&information[place]) else {
                continue;
            };
            let step = matrix::solve(&root, &gradient[place]);
            let shift = &mut self.district[place];
            for (value, step) in shift.iter_mut().zip(step) {
                *value += step.clamp(-0.5, 0.5);
            }
            let covariance = matrix::inverse(&root);
            worth += 1.0;
            for row in 0..GROUPS {
                for column in 0..GROUPS {
                    spread[row][column] += shift[row] * shift[column] + covariance[row][column];
                }
            }
        }
        if with_spread {
            self.district_covariance = spread.map(|row| row.map(|value| value / worth));
        }
    }
}

fn away_from(mean: &[ByGroup; PHASES], centre: &[ByGroup; PHASES]) -> Vec<f64> {
    (0..PHASES * GROUPS)
        .map(|at| mean[at / GROUPS][at % GROUPS] - centre[at / GROUPS][at % GROUPS])
        .collect()
}
