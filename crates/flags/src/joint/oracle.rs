//! The oracle: verdicts with the true parameters the schools were drawn from, the best that any model can reach from the
//! counts. Simulations compare the model with it.

use rayon::prelude::*;

use crate::Explanation;

use super::hypothesis::Hypothesis;
use super::laplace::{EffectPrior, NewtonOptions, newton};
use super::matrix::Matrix;
use super::school::{ByGroup, Counted, GROUPS, MLD, SEMH, SLCN, School};
use senlens_stats::log_weights::log_sum_exp;

/// Need groups in the arrays of [`TrueParameters`]: MLD, SLCN, SEMH, ASD, SPLD, other named needs, no assessed code.
pub const ORACLE_GROUPS: usize = GROUPS;

/// The parameters a simulation drew its schools from.
#[derive(Debug, Clone, PartialEq)]
pub struct TrueParameters {
    /// Mean log rate per pupil of each school given its authority and phase.
    pub mean_log_rate: Vec<[f64; ORACLE_GROUPS]>,
    /// Covariance of school effects.
    pub covariance: [[f64; ORACLE_GROUPS]; ORACLE_GROUPS],
    /// Scales of the effects and their weights: one of scale 1 where effects are normal.
    pub scales: Vec<(f64, f64)>,
    /// Share of masked schools that applies to each school.
    pub masked_share: Vec<f64>,
    /// Range of the fractions moved.
    pub fraction: (f64, f64),
    /// Whether SLCN and SEMH move by the same fraction.
    pub same_fraction: bool,
    /// Rivals among the schools that do not mask: weight, factor and addition for each need group.
    pub rivals: Vec<TrueRival>,
}

/// A rival explanation with its share of the schools that do not mask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueRival {
    /// Share of the schools that do not mask.
    pub weight: f64,
    /// Factor on each need's expected count.
    pub factor: [f64; ORACLE_GROUPS],
    /// Pupils added to each need's expected count.
    pub added: [f64; ORACLE_GROUPS],
}

/// The oracle's verdict on a school.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OracleVerdict {
    /// Log odds of masking.
    pub log_odds: f64,
    /// Probability of a rival.
    pub rival: f64,
}

impl OracleVerdict {
    /// Whether a rival is the likeliest of the three: ordinary variation, masking, a rival.
    pub fn names_rival(&self) -> bool {
        self.names_rival_if_not_ordinary() && self.rival >= 1.0 - self.masking() - self.rival
    }

    /// Whether a rival is likelier than masking.
    pub fn names_rival_if_not_ordinary(&self) -> bool {
        self.rival >= self.masking()
    }

    fn masking(&self) -> f64 {
        1.0 / (1.0 + libm::exp(-self.log_odds))
    }
}

/// Judges every school with the true parameters.
pub fn oracle_verdicts(schools: &[School], truth: &TrueParameters, counted: Counted) -> Vec<OracleVerdict> {
    const POINTS: usize = 6;
    let at = |place: usize| {
        truth.fraction.0 + (truth.fraction.1 - truth.fraction.0) * (place as f64 + 0.5) / POINTS as f64
    };
    let mut masking = Vec::new();
    for first in 0..POINTS {
        for second in 0..POINTS {
            if truth.same_fraction && first != second {
                continue;
            }
            let mut given = [0.0; GROUPS];
            given[SLCN] = at(first);
            given[SEMH] = at(second);
            masking.push(Hypothesis::transfer(Explanation::Masking, MLD, given));
        }
    }
    let mut others = vec![(
        1.0 - truth.rivals.iter().map(|rival| rival.weight).sum::<f64>(),
        Hypothesis::scaled(Explanation::Ordinary, [1.0; GROUPS]),
    )];
    for rival in &truth.rivals {
        let mut hypothesis = Hypothesis::scaled(Explanation::MoreOfEverything, rival.factor);
        hypothesis.added = rival.added;
        others.push((rival.weight, hypothesis));
    }
    let covariance: Matrix = truth.covariance;
    let priors: Vec<(f64, EffectPrior)> = truth
        .scales
        .iter()
        .map(|(scale, weight)| (*weight, EffectPrior::new(&covariance, *scale)))
        .collect();
    schools
        .par_iter()
        .enumerate()
        .map(|(place, school)| {
            let observed = school.observed(counted);
            let mean: &ByGroup = &truth.mean_log_rate[place];
            let roll = f64::from(school.pupils.max(1));
            let ordinary: ByGroup = mean.map(|rate| roll * libm::exp(rate));
            let log_ordinary: ByGroup = mean.map(|rate| libm::log(roll) + rate);
            let evidence = |hypothesis: &Hypothesis| {
                let by_scale: Vec<f64> = priors
                    .iter()
                    .map(|(weight, prior)| {
                        let mut effects = [0.0; GROUPS];
                        let mode = newton(
                            hypothesis,
                            &ordinary,
                            &log_ordinary,
                            &observed,
                            prior,
                            NewtonOptions::FINAL,
                            &mut effects,
                        );
                        libm::log(*weight) + mode.integrate(hypothesis, prior).log_likelihood
                    })
                    .collect();
                log_sum_exp(&by_scale)
            };
            let by_size: Vec<f64> = masking.iter().map(&evidence).collect();
            let log_masking = log_sum_exp(&by_size) - libm::log(masking.len() as f64);
            let log_each: Vec<f64> = others
                .iter()
                .map(|(weight, hypothesis)| libm::log(*weight) + evidence(hypothesis))
                .collect();
            let log_other = log_sum_exp(&log_each);
            let share = truth.masked_share[place].clamp(1e-12, 1.0 - 1e-12);
            let log_odds = libm::log(share / (1.0 - share)) + log_masking - log_other;
            // The first of the others is ordinary variation.
            let not_ordinary = 1.0 - libm::exp(log_each[0] - log_other);
            OracleVerdict {
                log_odds,
                rival: not_ordinary / (1.0 + libm::exp(log_odds)),
            }
        })
        .collect()
}
