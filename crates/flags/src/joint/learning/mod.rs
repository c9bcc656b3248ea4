//! Learning by expectation maximisation: what is ordinary first, then every explanation.
//!
//! One round is an E step ([`e_step`]) and an M step ([`m_step`], with [`means`]); [`squarem`] shortens the rounds.

pub(super) mod e_step;
pub(super) mod m_step;
pub(super) mod means;
mod squarem;

use rayon::prelude::*;

use super::area::{self, ShareDistribution};
use super::hypothesis::Hypotheses;
use super::parameters::{Parameters, WarmStart, WarmStarts, starts_per_school};
use super::prepared::PreparedSchool;
use super::prior;
use super::settings::{Effort, Settings};
use e_step::{Purpose, SchoolPosterior};
use m_step::{MStepOptions, UpdateScope};
use squarem::ParameterVector;

/// Rounds of stage 1, in which every school is taken as ordinary.
const ORDINARY_ROUNDS: usize = 16;
const QUICK_ORDINARY_ROUNDS: usize = 10;
/// Schools of stage 2, and its SQUAREM cycles of three rounds each.
pub(super) const SAMPLE: usize = 5000;
const SAMPLE_CYCLES: usize = 4;
const QUICK_SAMPLE: usize = 2000;
const QUICK_CYCLES: usize = 3;
/// Rounds of stage 3, over all schools.
const FULL_ROUNDS: usize = 1;
/// Most rounds of stage 4, which ends once no mean moves by more than [`PART_SETTLED`].
pub(super) const PART_ROUNDS: usize = 40;
pub(super) const PART_SETTLED: f64 = 2e-3;
/// Weights of specialist intakes and missing codes start stage 2 multiplied by this: learning is quicker downwards.
const RIVAL_INFLATION: f64 = 4.0;
/// Rounds for the general share of masked schools, within each round of learning.
const SHARE_ROUNDS: usize = 12;
/// Overrelaxation of the spread of effects in stage 1.
const ORDINARY_OVERRELAXATION: f64 = 1.6;

/// The parameters while they are learned.
#[derive(Debug)]
pub(super) struct Learner<'a> {
    pub(super) settings: &'a Settings,
    pub(super) parameters: Parameters,
    /// Number of areas that have a masked share of their own.
    pub(super) areas: usize,
}

impl Learner<'_> {
    /// Learns everything from the schools. Returns where every integration ended, to judge from.
    pub(super) fn learn(&mut self, schools: &[PreparedSchool]) -> WarmStarts {
        let mut options = MStepOptions {
            effect_pseudo_count: prior::effect_pseudo_count(schools.len()),
            spread: self.settings.assumed_spread,
            overrelaxation: ORDINARY_OVERRELAXATION,
            scope: UpdateScope::Ordinary,
        };
        let (ordinary_rounds, size, cycles) = match self.settings.effort {
            Effort::Full => (ORDINARY_ROUNDS, SAMPLE, SAMPLE_CYCLES),
            Effort::Quick => (QUICK_ORDINARY_ROUNDS, QUICK_SAMPLE, QUICK_CYCLES),
        };
        // Stage 1: what is ordinary, every school taken as ordinary.
        let full = std::mem::replace(&mut self.parameters.hypotheses, Hypotheses::ordinary_only());
        let mut warm_starts = self.cold_starts(schools);
        for _ in 0..ordinary_rounds {
            let posteriors = self.parameters.e_step(schools, &mut warm_starts, Purpose::Learn);
            self.parameters.m_step(schools, &posteriors, options);
        }
        self.parameters.hypotheses = full;
        self.parameters.hypotheses.inflate_rivals(RIVAL_INFLATION);
        drop(warm_starts);

        // Stage 2: every explanation; spread, tails and weights from a sample of schools over all authorities.
        options.scope = UpdateScope::Sample;
        options.overrelaxation = 1.0;
        let step = (schools.len() / size).max(1);
        let sample: Vec<PreparedSchool> = schools.iter().step_by(step).cloned().collect();
        let mut warm_starts = self.cold_starts(&sample);
        for _ in 0..cycles {
            let mut vectors = vec![ParameterVector::of(&self.parameters)];
            for _ in 0..2 {
                self.round(&sample, &mut warm_starts, options);
                vectors.push(ParameterVector::of(&self.parameters));
            }
            ParameterVector::extrapolate(&vectors[0], &vectors[1], &vectors[2], &mut self.parameters);
            self.round(&sample, &mut warm_starts, options);
        }
        drop(warm_starts);

        // Stage 3: every explanation, all schools.
        options.scope = UpdateScope::Everything;
        let mut warm_starts = self.cold_starts(schools);
        for _ in 0..FULL_ROUNDS {
            self.round(schools, &mut warm_starts, options);
        }
        self.learn_parts(schools);
        warm_starts
    }

    /// Means of authorities and districts, and the masked share of their areas, by this many rounds.
    pub(super) fn learn_means(
        &mut self,
        schools: &[PreparedSchool],
        warm_starts: &mut WarmStarts,
        rounds: usize,
    ) {
        for _ in 0..rounds {
            self.means_round(schools, warm_starts);
        }
    }

    /// Stage 4: more rounds for the means of authorities cut into parts. A masked part is first taken for an ordinary
    /// shift of its districts, and one round undoes only some of it.
    fn learn_parts(&mut self, schools: &[PreparedSchool]) {
        let in_parts: Vec<PreparedSchool> = schools.iter().filter(|school| school.in_part).cloned().collect();
        let mut warm_starts = self.cold_starts(&in_parts);
        for _ in 0..PART_ROUNDS {
            let before = (
                self.parameters.authority.clone(),
                self.parameters.district.clone(),
            );
            self.means_round(&in_parts, &mut warm_starts);
            let authorities = before.0.iter().flatten().flatten();
            let now = self.parameters.authority.iter().flatten().flatten();
            let moved = largest_difference(authorities, now).max(largest_difference(
                before.1.iter().flatten(),
                self.parameters.district.iter().flatten(),
            ));
            if moved < PART_SETTLED {
                break;
            }
        }
    }

    fn means_round(&mut self, schools: &[PreparedSchool], warm_starts: &mut WarmStarts) {
        let posteriors = self.parameters.e_step(schools, warm_starts, Purpose::Learn);
        self.parameters
            .m_step(schools, &posteriors, MStepOptions::MEANS_ALONE);
        self.update_area_shares(schools, &posteriors);
    }

    fn round(&mut self, schools: &[PreparedSchool], warm_starts: &mut WarmStarts, options: MStepOptions) {
        let posteriors = self.parameters.e_step(schools, warm_starts, Purpose::Learn);
        self.parameters.m_step(schools, &posteriors, options);
        self.shares(schools, &posteriors, true);
    }

    /// The masked share of the areas that hold the schools given; the general share stays.
    fn update_area_shares(&mut self, schools: &[PreparedSchool], posteriors: &[SchoolPosterior]) {
        for (area, members) in self.members(schools).into_iter().enumerate() {
            if !members.is_empty() {
                let ratios: Vec<f64> = members
                    .iter()
                    .map(|position| posteriors[*position].ratio())
                    .collect();
                let share = area::masked_share(&ratios, self.parameters.masked_share, self.settings);
                self.parameters.area_share[area] = share.mean();
            }
        }
    }

    /// Empty starting points, one for each hypothesis and scale of each school.
    pub(super) fn cold_starts(&self, schools: &[PreparedSchool]) -> WarmStarts {
        vec![WarmStart::default(); schools.len() * starts_per_school(&self.parameters.hypotheses)]
    }

    /// Positions of the schools in each area.
    fn members(&self, schools: &[PreparedSchool]) -> Vec<Vec<usize>> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.areas];
        for (position, school) in schools.iter().enumerate() {
            members[school.area].push(position);
        }
        members
    }

    /// Updates the masked share of every area, and with `learn_general` the general share; returns their distributions.
    pub(super) fn shares(
        &mut self,
        schools: &[PreparedSchool],
        posteriors: &[SchoolPosterior],
        learn_general: bool,
    ) -> Vec<ShareDistribution> {
        let ratios: Vec<Vec<f64>> = self
            .members(schools)
            .into_iter()
            .map(|members| {
                members
                    .into_iter()
                    .map(|position| posteriors[position].ratio())
                    .collect()
            })
            .collect();
        let (before, pseudo_count) = self.settings.masked_before;
        let rounds = if learn_general { SHARE_ROUNDS } else { 1 };
        let mut shares = Vec::new();
        for _ in 0..rounds {
            let general = self.parameters.masked_share;
            shares = ratios
                .par_iter()
                .map(|ratios| area::masked_share(ratios, general, self.settings))
                .collect();
            if !learn_general {
                break;
            }
            let (mut masked, mut counted) = (before * pseudo_count, pseudo_count);
            for (ratios, share) in ratios.iter().zip(&shares) {
                let like_others = 1.0 - share.culture;
                for ratio in ratios {
                    masked += like_others * general * ratio / (1.0 - general + general * ratio);
                    counted += like_others;
                }
            }
            self.parameters.masked_share = masked / counted;
        }
        self.parameters.area_share = shares.iter().map(ShareDistribution::mean).collect();
        shares
    }
}

fn largest_difference<'a>(before: impl Iterator<Item = &'a f64>, now: impl Iterator<Item = &'a f64>) -> f64 {
    before
        .zip(now)
        .map(|(before, now)| (before - now).abs())
        .fold(0.0, f64::max)
}
