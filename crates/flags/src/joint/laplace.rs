//! The likelihood of a school's counts under one hypothesis, its own effects integrated out by Laplace's method.

use super::exponential::exponentials;
use super::hypothesis::Hypothesis;
use super::matrix::{self, Matrix};
use super::school::{ByGroup, GROUPS};
use senlens_stats::matrix::Cholesky;

/// The prior of a school's effects: their precision and its log determinant.
#[derive(Debug, Clone)]
pub(super) struct EffectPrior {
    pub(super) precision: Matrix,
    pub(super) log_determinant: f64,
}

impl EffectPrior {
    /// From a covariance (positive definite) multiplied by `scale` squared.
    pub(super) fn new(covariance: &Matrix, scale: f64) -> Self {
        let factorised = Cholesky::of(covariance).expect("a covariance of effects is positive definite");
        let mut precision = factorised.inverse();
        let factor = 1.0 / (scale * scale);
        for row in &mut precision {
            for value in row {
                *value *= factor;
            }
        }
        let log_determinant = -factorised.log_determinant() + GROUPS as f64 * libm::log(factor);
        Self {
            precision,
            log_determinant,
        }
    }
}

/// The result of an integration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Integrated {
    /// Log marginal likelihood, up to the factorials of the counts (the same for every hypothesis).
    pub(super) log_likelihood: f64,
    /// Covariance of the effects given the counts.
    pub(super) covariance: Matrix,
    /// Mean of the effects less their mode.
    pub(super) mean_shift: ByGroup,
}

/// When Newton's method ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewtonOptions {
    /// Stop when a Newton step can raise the log posterior by less than half this. The error after that step is of the
    /// order of this to the power 1.5.
    pub(super) tolerance: f64,
    pub(super) max_steps: usize,
}

impl NewtonOptions {
    /// For a verdict.
    pub(super) const FINAL: Self = Self {
        tolerance: 2e-3,
        max_steps: 25,
    };
    /// For one of many rounds of learning, each starting where the last ended.
    pub(super) const LEARNING: Self = Self {
        tolerance: 2e-2,
        max_steps: 6,
    };
}

/// The most any effect changes in one step.
const MAX_STEP: f64 = 1.5;

/// Observed information is used where the logarithm of its determinant is within this of the expected one's.
pub(super) const MAX_LOG_DETERMINANT_GAP: f64 = 1.0;
/// Limit of the terms beyond Laplace's, in either direction.
pub(super) const MAX_CORRECTION: f64 = 0.4;

/// The mode of a school's effects under one hypothesis, with the information there.
#[derive(Debug, Clone)]
pub(super) struct Mode {
    /// Log posterior density of the counts and effects, without the determinants.
    log_posterior: f64,
    /// Expected information (lower triangle) and its Cholesky factor.
    information: Matrix,
    factorised: Cholesky<Matrix>,
    /// Observed less expected information on the diagonal.
    shift: ByGroup,
    rate: ByGroup,
    /// What feeds the receiver, by need; its count over its mean; one over its mean.
    inflows: ByGroup,
    ratio: f64,
    inverse_mean: f64,
}

/// Finds the mode of the school's effects by Newton's method with expected information (Fisher scoring). `ordinary` are
/// the expected counts at effects of zero; `effects` is where to start, and the mode on return.
#[inline]
pub(super) fn newton(
    hypothesis: &Hypothesis,
    ordinary: &ByGroup,
    log_ordinary: &ByGroup,
    observed: &ByGroup,
    prior: &EffectPrior,
    care: NewtonOptions,
    effects: &mut ByGroup,
) -> Mode {
    let mut steps = 0;
    loop {
        let exp_effects = exponentials(effects);
        let rate: ByGroup = std::array::from_fn(|group| ordinary[group] * exp_effects[group]);
        let prior_gradient = matrix::times(&prior.precision, effects);
        let mut log_posterior = -0.5 * matrix::dot(&prior_gradient, effects);
        let mut gradient: ByGroup = std::array::from_fn(|group| -prior_gradient[group]);
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
        let mut inflows = [0.0; GROUPS];
        let (mut ratio, mut inverse_mean) = (1.0, 0.0);
        if let Some(receiver) = hypothesis.receiver {
            inflows = std::array::from_fn(|group| hypothesis.given[group] * rate[group]);
            inflows[receiver] += hypothesis.factor[receiver] * rate[receiver];
            let mean: f64 = inflows.iter().sum();
            let count = observed[receiver];
            log_posterior += count * libm::log(mean) - mean;
            ratio = count / mean;
            inverse_mean = 1.0 / mean;
            for row in 0..GROUPS {
                gradient[row] += inflows[row] * (ratio - 1.0);
                shift[row] += inflows[row] * (1.0 - ratio);
                let scaled = inflows[row] * inverse_mean;
                for column in 0..=row {
                    information[row][column] += scaled * inflows[column];
                }
            }
        }
        let factorised = Cholesky::of(&information)
            .expect("prior precision plus expected information is positive definite");
        let step = factorised.solve(&gradient);
        let gain = matrix::dot(&step, &gradient);
        steps += 1;
        let done = gain < care.tolerance || steps >= care.max_steps;
        let longest = step
            .iter()
            .fold(0.0_f64, |longest, value| longest.max(value.abs()));
        let scale = if longest > MAX_STEP {
            MAX_STEP / longest
        } else {
            1.0
        };
        for (effect, value) in effects.iter_mut().zip(step) {
            *effect += scale * value;
        }
        if !done {
            continue;
        }
        // The last step raises the log posterior by half its gain.
        let log_posterior = log_posterior + 0.5 * gain;
        return Mode {
            log_posterior,
            information,
            factorised,
            shift,
            rate,
            inflows,
            ratio,
            inverse_mean,
        };
    }
}

impl Mode {
    /// Log marginal likelihood by Laplace's method with the expected information: within about one of what
    /// [`Mode::integrate`] gives, at a third of the cost.
    #[inline]
    pub(super) fn laplace_approximation(&self, prior: &EffectPrior) -> f64 {
        self.log_posterior + 0.5 * (prior.log_determinant - self.factorised.log_determinant())
    }

    /// Integrates over the school's effects. The determinant uses the observed information unless that is nearly
    /// singular, and the expansion goes one term beyond Laplace's.
    pub(super) fn integrate(&self, hypothesis: &Hypothesis, prior: &EffectPrior) -> Integrated {
        let log_expected = self.factorised.log_determinant();
        let expected_covariance = self.factorised.inverse();
        let (mut log_observed, mut covariance) = (log_expected, expected_covariance);
        if self.shift.iter().any(|value| *value != 0.0) {
            let mut information = self.information;
            for row in 0..GROUPS {
                information[row][row] += self.shift[row];
                let scaled = (self.ratio - 1.0) * self.inflows[row] * self.inverse_mean;
                for column in 0..=row {
                    information[row][column] += scaled * self.inflows[column];
                }
            }
            // Far from the mode of a mixture the observed information can be nearly singular; the expected one is used.
            if let Ok(observed) = Cholesky::of(&information) {
                let log_determinant = observed.log_determinant();
                if (log_determinant - log_expected).abs() < MAX_LOG_DETERMINANT_GAP {
                    log_observed = log_determinant;
                    covariance = observed.inverse();
                }
            }
        }
        let (correction, mean_shift) = higher_order_terms(
            hypothesis,
            &self.rate,
            &self.inflows,
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
fn higher_order_terms(
    hypothesis: &Hypothesis,
    rate: &ByGroup,
    inflows: &ByGroup,
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
    let mut receiver_covariance = [0.0; GROUPS];
    if let Some(receiver) = hypothesis.receiver {
        mean[receiver] = 1.0 / inverse_mean;
        let direction: ByGroup = inflows.map(|part| part * inverse_mean);
        receiver_covariance = matrix::times(covariance, &direction);
        between[receiver] = receiver_covariance;
        for group in 0..GROUPS {
            between[group][receiver] = receiver_covariance[group];
        }
        between[receiver][receiver] = matrix::dot(&receiver_covariance, &direction);
    }
    let weighted: ByGroup = std::array::from_fn(|group| mean[group] * between[group][group]);
    let (mut fourth, mut chained, mut cubed) = (0.0, 0.0, 0.0);
    let mut mean_shift = [0.0; GROUPS];
    for row in 0..GROUPS {
        fourth += weighted[row] * between[row][row];
        for column in 0..GROUPS {
            let value = between[row][column];
            chained += weighted[row] * weighted[column] * value;
            cubed += mean[row] * mean[column] * value * value * value;
            let effect_covariance = if hypothesis.receiver == Some(column) {
                receiver_covariance[row]
            } else {
                covariance[row][column]
            };
            mean_shift[row] -= 0.5 * effect_covariance * weighted[column];
        }
    }
    let correction =
        (-0.125 * fourth + 0.125 * chained + cubed / 12.0).clamp(-MAX_CORRECTION, MAX_CORRECTION);
    (correction, mean_shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::joint::hypothesis::{Donors, Hypotheses};
    use crate::joint::prior;
    use senlens_stats::log_weights::log_sum_exp;

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
        let factorised = Cholesky::of(&wide).expect("a covariance");
        let precision = factorised.inverse();
        let log_determinant = factorised.log_determinant();
        let dimensions = GROUPS as f64;
        let mut uniform = Uniform(11);
        let mut logs = Vec::with_capacity(DRAWS);
        for _ in 0..DRAWS {
            let normals: ByGroup = std::array::from_fn(|_| uniform.normal());
            let chi: f64 = (0..5).map(|_| uniform.normal()).map(|value| value * value).sum();
            let stretch = (5.0 / chi).sqrt();
            let offset: ByGroup = std::array::from_fn(|row| {
                let sum: f64 = (0..=row)
                    .map(|column| factorised.lower(row, column) * normals[column])
                    .sum();
                stretch * sum
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
        log_sum_exp(&logs) - libm::log(DRAWS as f64)
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
                    let quick = newton(
                        hypothesis,
                        &ordinary,
                        &log_ordinary,
                        &observed,
                        &prior,
                        NewtonOptions::FINAL,
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
