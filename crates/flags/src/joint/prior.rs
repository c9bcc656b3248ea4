//! The national prior shipped with the program.
//!
//! Means and the spread of authorities are published ([`senlens_model::published_rates`]). How much schools differ within an authority is
//! published for all needs together (a coefficient of variation of 0.34 beyond chance), not by need: the spread by
//! need is an assumption until school counts are given, which then outweigh it.

use super::matrix::Matrix;
use super::school::{ByGroup, Counted, GROUPS};
use senlens_model::published_rates::{
    BETWEEN_PHASES, LOG_RATE, PLAN_SHARE, PRIMARY_COVARIANCE, SECONDARY_COVARIANCE,
};
use senlens_stats::matrix::{Dense, Square};

/// Primary and secondary.
pub(super) const PHASES: usize = 2;

/// Covariances of different needs or phases are multiplied by this, so that the matrix stays positive definite: the
/// published covariances are rounded to four places, and their sets of authorities differ by one or two.
const OFF_DIAGONAL_SHRINKAGE: f64 = 0.9;

/// Covariance of authorities over both phases (primary first).
pub(super) fn authority_covariance() -> Dense {
    let mut covariance = Dense::zero(PHASES * GROUPS);
    for row in 0..GROUPS {
        for column in 0..GROUPS {
            let factor = if row == column {
                1.0
            } else {
                OFF_DIAGONAL_SHRINKAGE
            };
            *covariance.at_mut(row, column) = factor * PRIMARY_COVARIANCE[row][column];
            *covariance.at_mut(GROUPS + row, GROUPS + column) = factor * SECONDARY_COVARIANCE[row][column];
            *covariance.at_mut(row, GROUPS + column) = OFF_DIAGONAL_SHRINKAGE * BETWEEN_PHASES[row][column];
            *covariance.at_mut(GROUPS + column, row) = OFF_DIAGONAL_SHRINKAGE * BETWEEN_PHASES[row][column];
        }
    }
    covariance
}

/// Authorities the published spread counts for when the data hold authorities of their own.
pub(super) const AUTHORITY_PSEUDO_COUNT: f64 = 20.0;

/// Assumed covariance of districts' ordinary shifts from their authority, and the districts it counts for when there
/// are districts to learn from. Not published by need: an assumption. It outweighs the dozen districts of one authority,
/// not the hundreds of England. With less weight, districts of one authority whose schools mask would make the model
/// take such differences between districts for ordinary, and hide the masking.
pub(super) fn district_covariance() -> Matrix {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| {
            if row == column {
                DISTRICT_SD * DISTRICT_SD
            } else {
                0.0
            }
        })
    })
}
pub(super) const DISTRICT_PSEUDO_COUNT: f64 = 100.0;
/// Assumed standard deviation of those shifts.
pub(super) const DISTRICT_SD: f64 = 0.08;

/// Assumed standard deviation of a school's effects on log rates, and the correlation of any two.
pub(super) const EFFECT_SD: ByGroup = [0.50, 0.42, 0.42, 0.48, 0.50, 0.40, 0.80];
pub(super) const EFFECT_CORRELATION: f64 = 0.3;

/// Schools of a phase the assumed spread counts for, when so many schools are given: enough to steady one authority
/// that is judged alone, next to nothing where all of England shows its own spread.
pub(super) fn effect_pseudo_count(schools: usize) -> f64 {
    (36_000.0 / schools.max(1) as f64).clamp(4.0, 60.0)
}

/// Assumed covariance of a school's effects; `spread` multiplies the standard deviations.
pub(super) fn effect_covariance(spread: f64) -> Matrix {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| {
            let correlation = if row == column { 1.0 } else { EFFECT_CORRELATION };
            correlation * EFFECT_SD[row] * EFFECT_SD[column] * spread * spread
        })
    })
}

/// Mean log rates when only some pupils are counted.
pub(super) fn log_rate(counted: Counted) -> [ByGroup; PHASES] {
    let shift: ByGroup = match counted {
        Counted::Total => [0.0; GROUPS],
        Counted::Support => PLAN_SHARE.map(|share| libm::log(1.0 - share)),
        Counted::Plans => PLAN_SHARE.map(libm::log),
    };
    LOG_RATE.map(|rates| std::array::from_fn(|group| rates[group] + shift[group]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use senlens_stats::matrix::Cholesky;

    #[test]
    fn the_covariance_of_authorities_is_positive_definite() {
        let factorised = Cholesky::of(&authority_covariance()).expect("positive definite");
        for row in 0..PHASES * GROUPS {
            let pivot = factorised.lower(row, row) * factorised.lower(row, row);
            assert!(pivot > 0.002, "pivot {row}: {pivot}");
        }
    }
}
