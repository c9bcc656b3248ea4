//! One invented school: its effects, what is planted in it, its pupils by need, and what is true of it.

use super::pupils::RecordsShown;
use super::{
    ASD, ByNeed, CountModel, EffectTails, MLD, Masked, NEED_GROUPS, NSA, PLAN_SHARE, REST, Rival, SEMH, SLCN,
    Scenario, ScenarioPhase, SchoolTruth, SimulatedSchool,
};
use crate::random::Random;
use senlens_stats::matrix::Cholesky;

impl Scenario {
    pub(super) fn simulate_school(
        &self,
        (authority, region, district, quadrant): (usize, usize, usize, Option<usize>),
        phase: ScenarioPhase,
        mean_log_rate: ByNeed,
        factor: &Cholesky<[ByNeed; NEED_GROUPS]>,
        standing: &mut Random,
        yearly: &mut Random,
    ) -> SimulatedSchool {
        let pupils = match phase {
            ScenarioPhase::Primary => libm::exp(5.46 + 0.60 * standing.normal()).clamp(25.0, 1100.0),
            ScenarioPhase::Secondary => libm::exp(6.90 + 0.40 * standing.normal()).clamp(150.0, 2400.0),
        }
        .round() as u32;
        let effect = self.effect(factor, standing);
        let rate: ByNeed = std::array::from_fn(|need| libm::exp(mean_log_rate[need] + effect[need]));

        let masked_share = match self.masked {
            Masked::Nobody => 0.0,
            Masked::Share(share) => share,
            Masked::Quadrant {
                quadrant: planted,
                inside,
                outside,
            } => {
                if quadrant == Some(planted) {
                    inside
                } else {
                    outside
                }
            }
        };
        let masked = standing.uniform() < masked_share;
        let rival_draw = standing.uniform();
        let rival = match self.rival {
            Some((rival, share)) if !masked && rival_draw < share => Some(rival),
            Some(_) | None => None,
        };

        let mut mean: ByNeed = rate.map(|per_pupil| per_pupil * f64::from(pupils));
        // Heavy tails must not give a school more needs than pupils.
        let most = 0.7 * f64::from(pupils);
        let all: f64 = mean.iter().sum();
        if all > most {
            mean = mean.map(|expected| expected * most / all);
        }
        let mut strength = 1.0;
        match rival {
            Some(Rival::MoreOfEverything) => {
                strength = self.strength((1.4, 2.2), standing);
                mean = mean.map(|expected| expected * strength);
            }
            Some(Rival::AsdSurge) => {
                strength = self.strength((1.8, 3.0), standing);
                mean[ASD] *= strength;
            }
            Some(Rival::AsdSurgeSqueezing) => {
                strength = self.strength((1.8, 3.0), standing);
                let extra = mean[ASD] * (strength - 1.0);
                let others = mean.iter().sum::<f64>() - mean[ASD];
                let left = (1.0 - extra / others).max(0.2);
                mean = mean.map(|expected| expected * left);
                mean[ASD] = mean[ASD] / left + extra;
            }
            Some(
                Rival::FlaggedMldUnit | Rival::UnflaggedMldUnit | Rival::FlaggedUnit | Rival::MissingCodes,
            )
            | None => {}
        }
        let mut counts: [u32; NEED_GROUPS] = match self.counts {
            CountModel::Poisson => mean.map(|expected| yearly.poisson(expected)),
            CountModel::Multinomial => {
                let expected_total: f64 = mean_log_rate
                    .iter()
                    .map(|rate| libm::exp(*rate) * f64::from(pupils))
                    .sum();
                let before: f64 = rate.iter().map(|per_pupil| per_pupil * f64::from(pupils)).sum();
                let total: f64 = mean.iter().sum();
                // A planted rival still raises the total.
                let drawn_total = 1.15 * expected_total * total / before * yearly.gamma(9.0) / 9.0;
                let mut left = yearly.poisson(drawn_total).min(pupils);
                let mut share_left = total;
                mean.map(|expected| {
                    let drawn = yearly.binomial(left, (expected / share_left).min(1.0));
                    left -= drawn;
                    share_left = (share_left - expected).max(1e-12);
                    drawn
                })
            }
        };
        let (mut has_unit, mut has_mld_provision) = (standing.uniform() < 0.04, false);
        let unit_need = standing.one_of(&[MLD, SLCN, SEMH, ASD, REST]);
        let unit_size = self.strength((8.0, 25.0), standing).round() as u32;
        if matches!(
            rival,
            Some(Rival::FlaggedMldUnit | Rival::UnflaggedMldUnit | Rival::FlaggedUnit)
        ) {
            strength = f64::from(unit_size);
        }
        match rival {
            Some(Rival::FlaggedMldUnit) => {
                counts[MLD] += unit_size;
                has_unit = true;
                has_mld_provision = true;
            }
            Some(Rival::UnflaggedMldUnit) => counts[MLD] += unit_size,
            Some(Rival::FlaggedUnit) => {
                counts[unit_need] += unit_size;
                has_unit = true;
                has_mld_provision = unit_need == MLD;
            }
            Some(Rival::MissingCodes) => {
                let moved = standing.between(0.3, 0.7);
                for need in MLD..NSA {
                    let lost = yearly.binomial(counts[need], moved * (1.0 - PLAN_SHARE[need]));
                    counts[need] -= lost;
                    counts[NSA] += lost;
                }
            }
            Some(Rival::MoreOfEverything | Rival::AsdSurge | Rival::AsdSurgeSqueezing) | None => {}
        }
        let first = standing.between(self.fraction.0, self.fraction.1);
        let second = standing.between(self.fraction.0, self.fraction.1);
        let fraction = match (masked, self.same_fraction) {
            (false, _) => [0.0, 0.0],
            (true, true) => [first, first],
            (true, false) => [first, second],
        };
        let displaced = [
            yearly.binomial(counts[SLCN], fraction[0]),
            yearly.binomial(counts[SEMH], fraction[1]),
        ];
        counts[SLCN] -= displaced[0];
        counts[SEMH] -= displaced[1];
        counts[MLD] += displaced[0] + displaced[1];

        let evidence =
            RecordsShown::simulate(&self.evidence, counts[MLD], displaced[0] + displaced[1], yearly);
        let plans: [u32; NEED_GROUPS] =
            std::array::from_fn(|need| yearly.binomial(counts[need], PLAN_SHARE[need]));
        let support = std::array::from_fn(|need| counts[need] - plans[need]);
        SimulatedSchool {
            authority,
            region,
            district,
            quadrant,
            phase,
            pupils,
            has_unit,
            has_mld_provision,
            support,
            plans,
            truth: SchoolTruth {
                masked,
                rival,
                strength,
                fraction,
                displaced,
                evidence,
                mean_log_rate,
            },
        }
    }

    /// The strength of what is planted: one of those set, or of the usual range.
    fn strength(&self, usual: (f64, f64), standing: &mut Random) -> f64 {
        let drawn = standing.between(usual.0, usual.1);
        let part = (drawn - usual.0) / (usual.1 - usual.0);
        let place = (part * self.strengths.len() as f64) as usize;
        match self.strengths.get(place).or(self.strengths.last()) {
            Some(strength) => *strength,
            None => drawn,
        }
    }

    fn effect(&self, factor: &Cholesky<[ByNeed; NEED_GROUPS]>, random: &mut Random) -> ByNeed {
        let shared = match self.tails {
            EffectTails::StudentShared(degrees) => random.student_scale(degrees),
            EffectTails::Normal | EffectTails::StudentEach(_) | EffectTails::Gamma => 1.0,
        };
        let independent: ByNeed = std::array::from_fn(|_| match self.tails {
            EffectTails::Normal | EffectTails::StudentShared(_) => shared * random.normal(),
            EffectTails::StudentEach(degrees) => random.student(degrees),
            // The log of a gamma of shape 4 has mean 1.2561 and standard deviation 0.5328.
            EffectTails::Gamma => (libm::log(random.gamma(4.0)) - 1.2561) / 0.5328,
        });
        factor.times(&independent)
    }
}
