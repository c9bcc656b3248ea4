//! The ceiling: one who knows the parameters the schools were drawn from, and only has to weigh each school's
//! counts. Used to judge the model in simulations, where the truth is known.

use rayon::prelude::*;

use crate::Explanation;

use super::hypothesis::Hypothesis;
use super::laplace::{Care, EffectPrior, climb};
use super::matrix::Matrix;
use super::school::{ByGroup, Counted, GROUPS, MLD, SEMH, SLCN, School};

/// Need groups in the arrays of [`Known`]: MLD, SLCN, SEMH, ASD, SPLD, other named needs, no assessed code.
pub const KNOWN_GROUPS: usize = GROUPS;

/// What the knowing one knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Mean log rate per pupil of each school given its authority and phase.
    pub mean_log_rate: Vec<[f64; KNOWN_GROUPS]>,
    /// Covariance of school effects.
    pub covariance: [[f64; KNOWN_GROUPS]; KNOWN_GROUPS],
    /// Scales of the effects and their weights: one of scale 1 where effects are normal.
    pub scales: Vec<(f64, f64)>,
    /// Share of masked schools that applies to each school.
    pub masked_share: Vec<f64>,
    /// Range of the fractions moved.
    pub fraction: (f64, f64),
    /// Whether SLCN and SEMH move by the same fraction.
    pub same_fraction: bool,
    /// Rivals among the schools that do not mask: weight, factor and addition for each need group.
    pub rivals: Vec<KnownRival>,
}

/// A rival explanation with its share of the schools that do not mask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KnownRival {
    /// Share of the schools that do not mask.
    pub weight: f64,
    /// Factor on each need's expected count.
    pub factor: [f64; KNOWN_GROUPS],
    /// Pupils added to each need's expected count.
    pub added: [f64; KNOWN_GROUPS],
}

/// What one who knows the parameters says of a school.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knowing {
    /// Log odds of masking.
    pub log_odds: f64,
    /// Probability of a rival.
    pub rival: f64,
}

impl Knowing {
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

/// Judges every school as one who knows the parameters.
pub fn judge_knowing(schools: &[School], known: &Known, counted: Counted) -> Vec<Knowing> {
    const POINTS: usize = 6;
    let at = |place: usize| {
        known.fraction.0 + (known.fraction.1 - known.fraction.0) * (place as f64 + 0.5) / POINTS as f64
    };
    let mut masking = Vec::new();
    for first in 0..POINTS {
        for second in 0..POINTS {
            if known.same_fraction && first != second {
                continue;
            }
            let mut given = [0.0; GROUPS];
            given[SLCN] = at(first);
            given[SEMH] = at(second);
            masking.push(Hypothesis::transfer(Explanation::Masking, MLD, given));
        }
    }
    let mut others = vec![(
        1.0 - known.rivals.iter().map(|rival| rival.weight).sum::<f64>(),
        Hypothesis::scaled(Explanation::Ordinary, [1.0; GROUPS]),
    )];
    for rival in &known.rivals {
        let mut hypothesis = Hypothesis::scaled(Explanation::MoreOfEverything, rival.factor);
        hypothesis.added = rival.added;
        others.push((rival.weight, hypothesis));
    }
    let covariance: Matrix = known.covariance;
    let priors: Vec<(f64, EffectPrior)> = known
        .scales
        .iter()
        .map(|(scale, weight)| (*weight, EffectPrior::new(&covariance, *scale)))
        .collect();
    schools
        .par_iter()
        .enumerate()
        .map(|(place, school)| {
            let observed = school.observed(counted);
            let mean: &ByGroup = &known.mean_log_rate[place];
            let roll = f64::from(school.pupils.max(1));
            let ordinary: ByGroup = mean.map(|rate| roll * libm::exp(rate));
            let log_ordinary: ByGroup = mean.map(|rate| libm::log(roll) + rate);
            let evidence = |hypothesis: &Hypothesis| {
                log_sum(priors.iter().map(|(weight, prior)| {
                    let mut effects = [0.0; GROUPS];
                    let mode = climb(
                        hypothesis,
                        &ordinary,
                        &log_ordinary,
                        &observed,
                        prior,
                        Care::FINAL,
                        &mut effects,
                    );
                    libm::log(*weight) + mode.integrate(hypothesis, prior).log_likelihood
                }))
            };
            let log_masking = log_sum(masking.iter().map(&evidence)) - libm::log(masking.len() as f64);
            let log_each: Vec<f64> = others
                .iter()
                .map(|(weight, hypothesis)| libm::log(*weight) + evidence(hypothesis))
                .collect();
            let log_other = log_sum(log_each.iter().copied());
            let share = known.masked_share[place].clamp(1e-12, 1.0 - 1e-12);
            let log_odds = libm::log(share / (1.0 - share)) + log_masking - log_other;
            // The first of the others is ordinary variation.
            let not_ordinary = 1.0 - libm::exp(log_each[0] - log_other);
            Knowing {
                log_odds,
                rival: not_ordinary / (1.0 + libm::exp(log_odds)),
            }
        })
        .collect()
}

fn log_sum(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + libm::log(values.iter().map(|value| libm::exp(value - largest)).sum())
}
