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
    /// Root of the posterior precision at the mode.
    pub(super) root: Matrix,
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

/// Integrates over the school's effects. `ordinary` are the expected counts at effects of zero; `effects` is where
/// to start and is left at the mode. Expected information is used while climbing; the determinant uses the observed
/// information where that is positive definite.
#[inline]
pub(super) fn integrate(
    hypothesis: &Hypothesis,
    ordinary: &ByGroup,
    log_ordinary: &ByGroup,
    observed: &ByGroup,
    prior: &EffectPrior,
    care: Care,
    effects: &mut ByGroup,
) -> Integrated {
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
        let mut observed_root = root;
        if shift.iter().any(|value| *value != 0.0) {
            for row in 0..GROUPS {
                information[row][row] += shift[row];
                let scaled = (ratio - 1.0) * parts[row] * inverse_mean;
                for column in 0..=row {
                    information[row][column] += scaled * parts[column];
                }
            }
            observed_root = matrix::root(&information).unwrap_or(root);
        }
        // The last step is worth half its gain.
        let log_likelihood = log_posterior
            + 0.5 * gain
            + 0.5 * (prior.log_determinant - matrix::log_determinant(&observed_root));
        return Integrated {
            log_likelihood,
            root: observed_root,
        };
    }
}
