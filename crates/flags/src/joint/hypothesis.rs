//! The rival explanations of a school's counts, each as a change to the expected counts.

use crate::Explanation;

use super::school::{ASD, ByGroup, GROUPS, MLD, PROVISIONS, Provision, REST, SEMH, SLCN, SPLD, UNASSESSED};

/// Number of explanations.
pub const EXPLANATIONS: usize = Explanation::ALL.len();

/// One explanation with its size fixed: the expected count of need k becomes `factor[k]` times the ordinary one plus
/// `added[k]`, and the `receiver` also gets `given[j]` times the ordinary expectation of every need j.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hypothesis {
    pub(super) explanation: Explanation,
    pub(super) factor: ByGroup,
    /// Logarithm of `factor` (zero where the factor is zero, which only a receiver's may be).
    pub(super) log_factor: ByGroup,
    pub(super) added: ByGroup,
    pub(super) receiver: Option<usize>,
    pub(super) given: ByGroup,
}

impl Hypothesis {
    /// Whether the counts are so far below what a unit adds that the hypothesis can be left out.
    #[inline]
    pub(super) fn is_implausible(&self, observed: &ByGroup) -> bool {
        self.added
            .iter()
            .zip(observed)
            .any(|(added, count)| count + 3.0 * added.sqrt() < *added)
    }

    fn new(explanation: Explanation) -> Self {
        Self {
            explanation,
            factor: [1.0; GROUPS],
            log_factor: [0.0; GROUPS],
            added: [0.0; GROUPS],
            receiver: None,
            given: [0.0; GROUPS],
        }
    }

    /// A fraction of each donor's pupils recorded as the receiver.
    pub(super) fn transfer(explanation: Explanation, receiver: usize, given: ByGroup) -> Self {
        let mut hypothesis = Self::new(explanation);
        hypothesis.receiver = Some(receiver);
        hypothesis.given = given;
        for (factor, fraction) in hypothesis.factor.iter_mut().zip(given) {
            *factor -= fraction;
        }
        hypothesis.log_factor = hypothesis.factor.map(libm::log);
        hypothesis
    }

    pub(super) fn scaled(explanation: Explanation, factor: ByGroup) -> Self {
        Self {
            factor,
            log_factor: factor.map(libm::log),
            ..Self::new(explanation)
        }
    }
}

/// Needs beside SLCN and SEMH that masking may draw from: a sensitivity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Donors {
    /// SLCN and SEMH.
    #[default]
    SlcnAndSemh,
    /// SLCN, SEMH, ASD and SPLD.
    WithAsdAndSpld,
}

/// The list of hypotheses with their weights before any data are seen.
#[derive(Debug, Clone)]
pub(super) struct Hypotheses {
    pub(super) all: Vec<Hypothesis>,
    /// By provision: for a masking hypothesis its share of masking, for any other its share of the rest.
    pub(super) weight: [Vec<f64>; PROVISIONS],
}

/// Fractions of SLCN and SEMH moved, and the share of each pair before data.
pub(super) const MASKING_GRID: [(f64, f64, f64); 9] = [
    (0.33, 0.33, 0.18),
    (0.45, 0.45, 0.22),
    (0.57, 0.57, 0.18),
    (0.33, 0.57, 0.09),
    (0.57, 0.33, 0.09),
    (0.75, 0.75, 0.04),
    (0.20, 0.20, 0.04),
    (0.45, 0.0, 0.08),
    (0.0, 0.45, 0.08),
];

impl Hypotheses {
    pub(super) fn new(donors: Donors) -> Self {
        let mut all = Vec::new();
        let mut weight: [Vec<f64>; PROVISIONS] = Default::default();
        let mut push = |hypothesis: Hypothesis, weights: [f64; PROVISIONS]| {
            all.push(hypothesis);
            for (list, value) in weight.iter_mut().zip(weights) {
                list.push(value);
            }
        };
        push(Hypothesis::new(Explanation::Ordinary), [0.93, 0.68, 0.43]);
        // Wider donors may lose pupils too; they need not.
        let others: &[f64] = match donors {
            Donors::SlcnAndSemh => &[0.0],
            Donors::WithAsdAndSpld => &[0.0, 0.5],
        };
        for (slcn, semh, share) in MASKING_GRID {
            for part in others {
                let mut given = [0.0; GROUPS];
                given[SLCN] = slcn;
                given[SEMH] = semh;
                given[ASD] = part * (slcn + semh);
                given[SPLD] = part * (slcn + semh);
                push(
                    Hypothesis::transfer(Explanation::Masking, MLD, given),
                    [share / others.len() as f64; PROVISIONS],
                );
            }
        }
        for (more, weight) in [(1.5, 0.03), (1.9, 0.016), (2.5, 0.004)] {
            let mut factor = [more; GROUPS];
            factor[UNASSESSED] = 1.0 + 0.5 * (more - 1.0);
            push(
                Hypothesis::scaled(Explanation::MoreOfEverything, factor),
                [weight; PROVISIONS],
            );
        }
        for (need, added, weights) in [
            (MLD, 8.0, [0.003, 0.02, 0.10]),
            (MLD, 14.0, [0.003, 0.02, 0.15]),
            (MLD, 24.0, [0.002, 0.02, 0.15]),
            (MLD, 40.0, [0.001, 0.01, 0.05]),
            (SLCN, 14.0, [0.002, 0.04, 0.02]),
            (SEMH, 14.0, [0.002, 0.03, 0.02]),
            (ASD, 8.0, [0.002, 0.05, 0.03]),
            (ASD, 18.0, [0.002, 0.06, 0.03]),
            (REST, 14.0, [0.002, 0.05, 0.03]),
        ] {
            let mut hypothesis = Hypothesis::new(Explanation::SpecialistIntake);
            hypothesis.added[need] = added;
            push(hypothesis, weights);
        }
        for (surge, weight) in [(1.8, 0.04), (2.4, 0.04), (3.3, 0.012)] {
            let mut factor = [1.0; GROUPS];
            factor[ASD] = surge;
            push(
                Hypothesis::scaled(Explanation::OtherNeedSurge, factor),
                [weight; PROVISIONS],
            );
        }
        for (lost, weight) in [(0.12, 0.02), (0.22, 0.02)] {
            let mut given = [lost; GROUPS];
            given[ASD] = 0.0;
            given[UNASSESSED] = 0.0;
            push(
                Hypothesis::transfer(Explanation::OtherNeedSurge, ASD, given),
                [weight; PROVISIONS],
            );
        }
        for lost in [0.25, 0.5] {
            let mut given = [lost; GROUPS];
            given[UNASSESSED] = 0.0;
            given[ASD] *= 0.5;
            given[REST] *= 0.6;
            push(
                Hypothesis::transfer(Explanation::MissingCodes, UNASSESSED, given),
                [0.004; PROVISIONS],
            );
        }
        let mut list = Self { all, weight };
        list.normalise();
        list
    }

    /// Ordinary variation as the only hypothesis.
    pub(super) fn ordinary_only() -> Self {
        Self {
            all: vec![Hypothesis::new(Explanation::Ordinary)],
            weight: std::array::from_fn(|_| vec![1.0]),
        }
    }

    pub(super) fn is_masking(&self, place: usize) -> bool {
        self.all[place].explanation == Explanation::Masking
    }

    /// Makes the weights of masking, and of everything else, each sum to one for every provision.
    pub(super) fn normalise(&mut self) {
        for weights in &mut self.weight {
            for masking in [true, false] {
                let chosen = |place: usize| (self.all[place].explanation == Explanation::Masking) == masking;
                let total: f64 = weights
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| chosen(*place))
                    .map(|(_, weight)| weight)
                    .sum();
                for (place, weight) in weights.iter_mut().enumerate() {
                    if chosen(place) {
                        *weight /= total;
                    }
                }
            }
        }
    }

    /// Multiplies the weights of specialist intakes and missing codes, then normalises.
    pub(super) fn inflate_rivals(&mut self, factor: f64) {
        for weights in &mut self.weight {
            for (weight, hypothesis) in weights.iter_mut().zip(&self.all) {
                if matches!(
                    hypothesis.explanation,
                    Explanation::SpecialistIntake | Explanation::MissingCodes
                ) {
                    *weight *= factor;
                }
            }
        }
        self.normalise();
    }

    pub(super) fn weights(&self, provision: Provision) -> &[f64] {
        &self.weight[provision as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_loses_no_pupil() {
        for hypothesis in Hypotheses::new(Donors::SlcnAndSemh).all {
            if hypothesis.receiver.is_some() {
                for need in 0..GROUPS {
                    assert!((hypothesis.factor[need] + hypothesis.given[need] - 1.0).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn weights_sum_to_one_on_each_side() {
        for donors in [Donors::SlcnAndSemh, Donors::WithAsdAndSpld] {
            let list = Hypotheses::new(donors);
            for weights in &list.weight {
                for masking in [true, false] {
                    let sum: f64 = (0..weights.len())
                        .filter(|place| list.is_masking(*place) == masking)
                        .map(|place| weights[place])
                        .sum();
                    assert!((sum - 1.0).abs() < 1e-12);
                }
            }
        }
    }
}
