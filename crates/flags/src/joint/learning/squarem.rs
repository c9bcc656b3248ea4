//! Squared extrapolation of expectation maximisation: two successive steps show the direction of the next ones.
//!
//! Source: SQUAREM, scheme S3 (Varadhan and Roland 2008, Scandinavian Journal of Statistics 35, 335-353). A plain step
//! follows each extrapolation and corrects one that went too far.

use crate::joint::parameters::Parameters;
use crate::joint::prior::PHASES;
use crate::joint::school::{GROUPS, PROVISIONS};
use senlens_stats::matrix::Cholesky;

/// The parameters that are slow to learn, as one vector: spread of effects, weights of scales and hypotheses, share of masked schools.
#[derive(Debug, Clone)]
pub(in crate::joint) struct ParameterVector(Vec<f64>);

/// The longest extrapolation, in steps.
const MAX_STEP_LENGTH: f64 = 12.0;
/// The lowest weight after an extrapolation.
const LEAST_WEIGHT: f64 = 1e-6;

impl ParameterVector {
    pub(in crate::joint) fn of(parameters: &Parameters) -> Self {
        let mut values = Vec::new();
        for phase in 0..PHASES {
            for row in 0..GROUPS {
                for column in 0..=row {
                    values.push(parameters.effects[phase][row][column]);
                }
            }
        }
        values.extend(parameters.scale_weight);
        for provision in 0..PROVISIONS {
            values.extend(&parameters.hypotheses.weight[provision]);
        }
        values.push(parameters.masked_share);
        Self(values)
    }

    /// Extrapolates from three successive vectors. `false`, and nothing changed, where the result would not be valid.
    pub(in crate::joint) fn extrapolate(
        first: &Self,
        second: &Self,
        third: &Self,
        parameters: &mut Parameters,
    ) -> bool {
        let (mut step_square, mut bend_square) = (0.0, 0.0);
        for ((one, two), three) in first.0.iter().zip(&second.0).zip(&third.0) {
            let (step, bend) = (two - one, three - 2.0 * two + one);
            step_square += step * step;
            bend_square += bend * bend;
        }
        if bend_square <= 0.0 {
            return false;
        }
        let length = (step_square / bend_square).sqrt().clamp(1.0, MAX_STEP_LENGTH);
        let target: Vec<f64> = first
            .0
            .iter()
            .zip(&second.0)
            .zip(&third.0)
            .map(|((one, two), three)| {
                one + 2.0 * length * (two - one) + length * length * (three - 2.0 * two + one)
            })
            .collect();
        let mut next = target.into_iter();
        let mut take = || {
            next.next()
                .expect("a vector has as many numbers as it was made of")
        };
        let mut effects = parameters.effects;
        for phase_effects in &mut effects {
            for row in 0..GROUPS {
                for column in 0..=row {
                    let value = take();
                    phase_effects[row][column] = value;
                    phase_effects[column][row] = value;
                }
            }
            let kept = (0..GROUPS).all(|group| phase_effects[group][group] > 1e-3);
            if !kept || Cholesky::of(phase_effects).is_err() {
                return false;
            }
        }
        parameters.effects = effects;
        let total: f64 = {
            for weight in &mut parameters.scale_weight {
                *weight = take().max(LEAST_WEIGHT);
            }
            parameters.scale_weight.iter().sum()
        };
        for weight in &mut parameters.scale_weight {
            *weight /= total;
        }
        for weights in &mut parameters.hypotheses.weight {
            for weight in weights {
                *weight = take().max(LEAST_WEIGHT);
            }
        }
        parameters.hypotheses.normalise();
        parameters.masked_share = take().clamp(LEAST_WEIGHT, 0.9);
        true
    }
}
