//! The likelihood of a school's counts under one hypothesis, its own effects integrated out by Laplace's method.

use super::exponential::exponentials;
use super::hypothesis::Hypothesis;
use super::matrix::{self, Matrix};
use super::school::{ByGroup, GROUPS};

/// The prior of a school's effects: their precision and its log determinant.
#[derive(Debug, Clone)]
pub(super) struct EffectPrior {
    pub(super) precision: Matrix,
    pub(super) log_determinant: f64,
}

impl EffectPrior {
    /// From a covariance (positive definite) multiplied by `scale` squared.
    pub(super) fn new(covariance: &Matrix, scale: f64) -> Self {
        let root = matrix::root(covariance).expect("a covariance of effects is positive definite");
        let mut precision = matrix::inverse(&root);
        let factor = 1.0 / (scale * scale);
        for row in &mut precision {
            for value in row {
                *value *= factor;
            }
        }
        let log_determinant = -matrix::log_determinant(&root) + GROUPS as f64 * libm::log(factor);
        Self {
            precision,
            log_determinant,
        }
    }
}

/// What an integration leaves behind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Integrated {
    /// Log marginal likelihood, up to the factorials of the counts (the same for every hypothesis).
    pub(super) log_likelihood: f64,
    /// Covariance of the effects given the counts.
    pub(super) covariance: Matrix,
    /// Mean of the effects less their mode.
    pub(super) mean_shift: ByGroup,
}

/// How far to climb.
#[derive(Debug, Clone, Copy)]
pub(super) struct Care {
    /// Stop when a Newton step can raise the log posterior by less than half this. What is left after that step is
    /// of the order of this to the power 1.5.
    pub(super) enough: f64,
    pub(super) most_steps: usize,
}

impl Care {
    /// For a verdict.
    pub(super) const FINAL: Self = Self {
        enough: 2e-3,
        most_steps: 25,
    };
    /// For one of many rounds of learning, each starting where the last left off.
    pub(super) const LEARNING: Self = Self {
        enough: 2e-2,
        most_steps: 6,
    };
}

/// No effect moves by more than this in one step.
const LONGEST_STEP: f64 = 1.5;

/// Observed and expected information may differ by this factor (its logarithm) in their determinants.
const MOST_SURPRISE: f64 = 1.0;
/// The terms beyond Laplace's are not believed beyond this.
const MOST_CORRECTION: f64 = 0.4;

/// The mode of a school's effects under one hypothesis, and what is known there.
#[derive(Debug, Clone)]
pub(super) struct Mode {
    /// Log posterior density of the counts and effects, without the determinants.
    log_posterior: f64,
    /// Expected information (lower triangle) and its root.
    information: Matrix,
    root: Matrix,
    /// Observed less expected information on the diagonal.
    shift: ByGroup,
    rate: ByGroup,
    /// What feeds the receiver, by need; its count over its mean; one over its mean.
    parts: ByGroup,
    ratio: f64,
    inverse_mean: f64,
}

/// Climbs to the mode of the school's effects. `ordinary` are the expected counts at effects of zero; `effects` is
/// where to start and is left at the mode. Expected information is used while climbing.
#[inline]
pub(super) fn climb(
    hypothesis: &Hypothesis,
    ordinary: &ByGroup,
    log_ordinary: &ByGroup,
    observed: &ByGroup,
    prior: &EffectPrior,
    care: Care,
    effects: &mut ByGroup,
) -> Mode {
    let mut steps = 0;
    loop {
        let lift = exponentials(effects);
        let rate: ByGroup = std::array::from_fn(|group| ordinary[group] * lift[group]);
        let pull = matrix::times(&prior.precision, effects);
        let mut log_posterior = -0.5 * matrix::dot(&pull, effects);
        let mut gradient: ByGroup = std::array::from_fn(|group| -pull[group]);
        // Lower triangles only.
        let mut information = prior.precision;
        // Observed less expected information, on the diagonal.
        let mut shift = [0.0; GROUPS];
        for group in 0..GROUPS {
            if hypothesis.receiver == Some(group) {
                continue;
            }
            let own = hypothesis.factor[group] * rate[group];
            let count = observed[group];
            if hypothesis.added[group] == 0.0 {
                log_posterior +=
                    count * (log_ordinary[group] + effects[group] + hypothesis.log_factor[group]) - own;
                gradient[group] += count - own;
                information[group][group] += own;
            } else {
                let mean = own + hypothesis.added[group];
                log_posterior += count * libm::log(mean) - mean;
                let share = own / mean;
                gradient[group] += count * share - own;
                information[group][group] += own * share;
                shift[group] += own * (1.0 - count / mean) + count * share * share - own * share;
            }
        }
        let mut parts = [0.0; GROUPS];
        let (mut ratio, mut inverse_mean) = (1.0, 0.0);
        if let Some(receiver) = hypothesis.receiver {
            parts = std::array::from_fn(|group| hypothesis.given[group] * rate[group]);
            parts[receiver] += hypothesis.factor[receiver] * rate[receiver];
            let mean: f64 = parts.iter().sum();
            let count = observed[receiver];
            log_posterior += count * libm::log(mean) - mean;
            ratio = count / mean;
            inverse_mean = 1.0 / mean;
            for row in 0..GROUPS {
                gradient[row] += parts[row] * (ratio - 1.0);
                shift[row] += parts[row] * (1.0 - ratio);
                let scaled = parts[row] * inverse_mean;
                for column in 0..=row {
                    information[row][column] += scaled * parts[column];
                }
            }
        }
        let root = matrix::root(&information)
            .expect("prior precision plus expected information is positive definite");
        let step = matrix::solve(&root, &gradient);
        let gain = matrix::dot(&step, &gradient);
        steps += 1;
        let done = gain < care.enough || steps >= care.most_steps;
        let longest = step
            .iter()
            .fold(0.0_f64, |longest, value| longest.max(value.abs()));
        let scale = if longest > LONGEST_STEP {
            LONGEST_STEP / longest
        } else {
            1.0
        };
        for (effect, value) in effects.iter_mut().zip(step) {
            *effect += scale * value;
        }
        if !done {
            continue;
        }
        // The last step is worth half its gain.
        let log_posterior = log_posterior + 0.5 * gain;
        return Mode {
            log_posterior,
            information,
            root,
            shift,
            rate,
            parts,
            ratio,
            inverse_mean,
        };
    }
}

impl Mode {
    /// Log marginal likelihood by Laplace's method with the expected information: within about one of what
    /// [`Mode::integrate`] gives, at a third of the cost.
    #[inline]
    pub(super) fn roughly(&self, prior: &EffectPrior) -> f64 {
        self.log_posterior + 0.5 * (prior.log_determinant - matrix::log_determinant(&self.root))
    }

    /// Integrates over the school's effects: the determinant uses the observed information where that can be
    /// believed, and the expansion goes one term beyond Laplace's.
    pub(super) fn integrate(&self, hypothesis: &Hypothesis, prior: &EffectPrior) -> Integrated {
        let log_expected = matrix::log_determinant(&self.root);
        let expected_covariance = matrix::inverse(&self.root);
        let (mut log_observed, mut covariance) = (log_expected, expected_covariance);
        if self.shift.iter().any(|value| *value != 0.0) {
            let mut information = self.information;
            for row in 0..GROUPS {
                information[row][row] += self.shift[row];
                let scaled = (self.ratio - 1.0) * self.parts[row] * self.inverse_mean;
                for column in 0..=row {
                    information[row][column] += scaled * self.parts[column];
                }
            }
            // Far from the mode of a mixture the observed information can be nearly singular: not believed then.
            if let Some(observed_root) = matrix::root(&information) {
                let log_determinant = matrix::log_determinant(&observed_root);
                if (log_determinant - log_expected).abs() < MOST_SURPRISE {
                    log_observed = log_determinant;
                    covariance = matrix::inverse(&observed_root);
                }
            }
        }
        let (correction, mean_shift) = beyond_laplace(
            hypothesis,
            &self.rate,
            &self.parts,
            self.inverse_mean,
            &expected_covariance,
        );
        let log_likelihood = self.log_posterior + 0.5 * (prior.log_determinant - log_observed) + correction;
        Integrated {
            log_likelihood,
            covariance,
            mean_shift,
        }
    }
}

/// The next terms of Laplace's expansion for Poisson counts: of the log likelihood, and of the effects' mean (which
/// lies below their mode). Each count is a Poisson of one direction of the effects: its own need's, or for the
/// receiver the mixture of those that feed it. For directions a, means m and B = a' V a the terms are
/// `-1/8 sum m B^2 + 1/8 sum m n B_mm B_mn B_nn + 1/12 sum m n B_mn^3` (Tierney and Kadane 1986; Shun and McCullagh
/// 1995).
#[inline]
fn beyond_laplace(
    hypothesis: &Hypothesis,
    rate: &ByGroup,
    parts: &ByGroup,
    inverse_mean: f64,
    covariance: &Matrix,
) -> (f64, ByGroup) {
    let mut mean: ByGroup = std::array::from_fn(|group| {
        let own = hypothesis.factor[group] * rate[group];
        if hypothesis.added[group] == 0.0 {
            own
        } else {
            own * own / (own + hypothesis.added[group])
        }
    });
    let mut between = *covariance;
    // `covariance` times the receiver's direction.
    let mut along = [0.0; GROUPS];
    if let Some(receiver) = hypothesis.receiver {
        mean[receiver] = 1.0 / inverse_mean;
        let direction: ByGroup = parts.map(|part| part * inverse_mean);
        along = matrix::times(covariance, &direction);
        between[receiver] = along;
        for group in 0..GROUPS {
            between[group][receiver] = along[group];
        }
        between[receiver][receiver] = matrix::dot(&along, &direction);
    }
    let pulled: ByGroup = std::array::from_fn(|group| mean[group] * between[group][group]);
    let (mut fourth, mut chained, mut cubed) = (0.0, 0.0, 0.0);
    let mut mean_shift = [0.0; GROUPS];
    for row in 0..GROUPS {
        fourth += pulled[row] * between[row][row];
        for column in 0..GROUPS {
            let value = between[row][column];
            chained += pulled[row] * pulled[column] * value;
            cubed += mean[row] * mean[column] * value * value * value;
            let reach = if hypothesis.receiver == Some(column) {
                along[row]
            } else {
                covariance[row][column]
            };
            mean_shift[row] -= 0.5 * reach * pulled[column];
        }
    }
    let correction =
        (-0.125 * fourth + 0.125 * chained + cubed / 12.0).clamp(-MOST_CORRECTION, MOST_CORRECTION);
    (correction, mean_shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::joint::hypothesis::{Donors, Hypotheses};
    use crate::joint::prior;

    /// Uniform numbers for the slow method (splitmix64).
    struct Uniform(u64);

    impl Uniform {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.0;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (((word ^ (word >> 31)) >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
        }

        fn normal(&mut self) -> f64 {
            (-2.0 * libm::log(self.next())).sqrt() * libm::cos(std::f64::consts::TAU * self.next())
        }
    }

    fn log_poisson(
        hypothesis: &Hypothesis,
        ordinary: &ByGroup,
        observed: &ByGroup,
        effects: &ByGroup,
    ) -> f64 {
        let rate: ByGroup = std::array::from_fn(|group| ordinary[group] * libm::exp(effects[group]));
        let mut sum = 0.0;
        for group in 0..GROUPS {
            let mut mean = hypothesis.factor[group] * rate[group] + hypothesis.added[group];
            if hypothesis.receiver == Some(group) {
                mean += (0..GROUPS)
                    .map(|donor| hypothesis.given[donor] * rate[donor])
                    .sum::<f64>();
            }
            sum += observed[group] * libm::log(mean) - mean;
        }
        sum
    }

    /// The slow exact method: importance sampling from a widened t (5 degrees) around the mode.
    fn exact(
        hypothesis: &Hypothesis,
        ordinary: &ByGroup,
        observed: &ByGroup,
        prior: &EffectPrior,
        mode: &ByGroup,
        covariance: &Matrix,
    ) -> f64 {
        const DRAWS: usize = 60_000;
        let wide = covariance.map(|row| row.map(|value| 1.3 * value));
        let precision = matrix::inverse(&matrix::root(&wide).expect("a covariance"));
        let lower = matrix::root(&wide).expect("a covariance");
        let log_determinant = matrix::log_determinant(&lower);
        let dimensions = GROUPS as f64;
        let mut uniform = Uniform(11);
        let mut logs = Vec::with_capacity(DRAWS);
        for _ in 0..DRAWS {
            let normals: ByGroup = std::array::from_fn(|_| uniform.normal());
            let chi: f64 = (0..5).map(|_| uniform.normal()).map(|value| value * value).sum();
            let stretch = (5.0 / chi).sqrt();
            let offset: ByGroup = std::array::from_fn(|row| {
                // The root keeps reciprocals on its diagonal.
                let below: f64 = (0..row).map(|column| lower[row][column] * normals[column]).sum();
                stretch * (below + normals[row] / lower[row][row])
            });
            let effects: ByGroup = std::array::from_fn(|group| mode[group] + offset[group]);
            let quadratic = matrix::dot(&offset, &matrix::times(&precision, &offset));
            let log_proposal = libm::lgamma(0.5 * (5.0 + dimensions))
                - libm::lgamma(2.5)
                - 0.5 * dimensions * libm::log(5.0 * std::f64::consts::PI)
                - 0.5 * log_determinant
                - 0.5 * (5.0 + dimensions) * libm::log(1.0 + quadratic / 5.0);
            let log_prior = 0.5 * prior.log_determinant
                - 0.5 * dimensions * libm::log(std::f64::consts::TAU)
                - 0.5 * matrix::dot(&effects, &matrix::times(&prior.precision, &effects));
            logs.push(log_poisson(hypothesis, ordinary, observed, &effects) + log_prior - log_proposal);
        }
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        largest + libm::log(logs.iter().map(|value| libm::exp(value - largest)).sum::<f64>() / DRAWS as f64)
    }

    /// How far the quick method may be from the slow one: in a log likelihood, and in a log odds of masking (what
    /// verdicts rest on). An odds wrong by a twentieth moves a probability by at most one hundredth.
    const LIKELIHOOD_TOLERANCE: f64 = 0.08;
    const ODDS_TOLERANCE: f64 = 0.06;

    #[test]
    fn the_quick_method_agrees_with_the_slow_exact_one_on_small_schools() {
        let cases: [(&str, ByGroup, ByGroup, f64); 6] = [
            (
                "small and ordinary",
                [4.0, 9.0, 5.0, 3.0, 3.0, 3.0, 1.0],
                [3.0, 8.0, 6.0, 2.0, 4.0, 3.0, 0.0],
                1.0,
            ),
            (
                "small and masked",
                [4.0, 9.0, 5.0, 3.0, 3.0, 3.0, 1.0],
                [11.0, 4.0, 2.0, 3.0, 3.0, 2.0, 1.0],
                1.0,
            ),
            (
                "tiny",
                [0.8, 2.0, 1.0, 0.6, 0.6, 0.6, 0.2],
                [3.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                1.0,
            ),
            (
                "large",
                [25.0, 20.0, 35.0, 20.0, 27.0, 17.0, 4.0],
                [45.0, 9.0, 18.0, 25.0, 22.0, 15.0, 6.0],
                1.0,
            ),
            (
                "heavy tail",
                [6.0, 12.0, 7.0, 4.0, 4.0, 4.0, 2.0],
                [22.0, 2.0, 9.0, 4.0, 3.0, 5.0, 0.0],
                1.6,
            ),
            (
                "none recorded",
                [6.0, 12.0, 7.0, 4.0, 4.0, 4.0, 2.0],
                [0.0, 14.0, 5.0, 4.0, 3.0, 5.0, 0.0],
                1.0,
            ),
        ];
        let list = Hypotheses::new(Donors::SlcnAndSemh);
        for (name, ordinary, observed, scale) in cases {
            let prior = EffectPrior::new(&prior::effect_covariance(1.0), scale);
            let log_ordinary = ordinary.map(libm::log);
            let errors: Vec<f64> = [0, 2, 9]
                .into_iter()
                .map(|place| {
                    let hypothesis = &list.all[place];
                    let mut mode = [0.0; GROUPS];
                    let quick = climb(
                        hypothesis,
                        &ordinary,
                        &log_ordinary,
                        &observed,
                        &prior,
                        Care::FINAL,
                        &mut mode,
                    )
                    .integrate(hypothesis, &prior);
                    let slow = exact(hypothesis, &ordinary, &observed, &prior, &mode, &quick.covariance);
                    quick.log_likelihood - slow
                })
                .collect();
            for error in &errors {
                assert!(error.abs() < LIKELIHOOD_TOLERANCE, "{name}: {errors:?}");
                assert!((error - errors[0]).abs() < ODDS_TOLERANCE, "{name}: {errors:?}");
            }
        }
    }
}
