//! The national prior shipped with the program.
//!
//! Means and the spread of authorities are facts: logarithms of pupils per roll by need in the state-funded primary
//! and secondary schools of 149 authorities, 2022/23 (`sen_la_phase_need_2022_23.csv` over
//! `school_spine_sen_2022_23.csv`, SEN support and plans together). How much schools differ within an authority is
//! published for all needs together (a coefficient of variation of 0.34 beyond chance), not by need: the spread by
//! need is an assumption until school counts are given, which then outweigh it.

use super::matrix::{Matrix, Square};
use super::school::{ByGroup, Counted, GROUPS};

/// Primary and secondary.
pub(super) const PHASES: usize = 2;

/// Mean log rate per pupil over authorities.
pub(super) const LOG_RATE: [ByGroup; PHASES] = [
    [-3.865, -2.883, -3.595, -4.147, -4.329, -4.288, -5.100],
    [-3.795, -4.014, -3.365, -3.978, -3.645, -4.102, -5.639],
];

/// Covariance of authorities' log rates in primary schools, in secondary schools, and of primary (rows) with
/// secondary (columns).
const PRIMARY: Matrix = [
    [0.2508, -0.0275, 0.0196, -0.1096, -0.0198, 0.0096, -0.0495],
    [-0.0275, 0.0638, -0.0007, 0.0129, -0.0327, 0.0047, 0.0000],
    [0.0196, -0.0007, 0.0474, -0.0061, 0.0374, 0.0123, -0.0095],
    [-0.1096, 0.0129, -0.0061, 0.2195, -0.0100, -0.0076, -0.0339],
    [-0.0198, -0.0327, 0.0374, -0.0100, 0.1959, 0.0044, -0.0395],
    [0.0096, 0.0047, 0.0123, -0.0076, 0.0044, 0.0383, 0.0392],
    [-0.0495, 0.0000, -0.0095, -0.0339, -0.0395, 0.0392, 0.5556],
];
const SECONDARY: Matrix = [
    [0.2651, -0.0136, 0.0253, -0.0468, -0.0376, 0.0054, -0.0420],
    [-0.0136, 0.1579, 0.0204, -0.0221, -0.0198, 0.0142, 0.0244],
    [0.0253, 0.0204, 0.0576, 0.0121, 0.0274, 0.0201, -0.0130],
    [-0.0468, -0.0221, 0.0121, 0.1540, 0.0357, 0.0113, -0.0345],
    [-0.0376, -0.0198, 0.0274, 0.0357, 0.1523, 0.0169, -0.0064],
    [0.0054, 0.0142, 0.0201, 0.0113, 0.0169, 0.0693, 0.0446],
    [-0.0420, 0.0244, -0.0130, -0.0345, -0.0064, 0.0446, 0.6329],
];
const BETWEEN: Matrix = [
    [0.1984, -0.0554, 0.0123, -0.0364, -0.0219, 0.0039, -0.0545],
    [-0.0069, 0.0741, 0.0090, -0.0045, -0.0164, 0.0043, 0.0080],
    [0.0066, -0.0060, 0.0337, 0.0217, 0.0303, 0.0095, -0.0201],
    [-0.0953, 0.0203, -0.0035, 0.1136, -0.0004, 0.0007, -0.0291],
    [-0.0477, -0.0419, 0.0185, 0.0291, 0.1301, 0.0112, -0.0120],
    [-0.0003, -0.0003, 0.0084, 0.0076, 0.0061, 0.0230, 0.0316],
    [-0.0484, 0.0256, -0.0120, -0.0371, -0.0051, 0.0567, 0.4028],
];

/// Covariances of different needs or phases are taken at this part of their published size, so that a covariance
/// rounded to four places, from sets of authorities that differ by one or two, stays positive definite.
const HELD: f64 = 0.9;

/// Covariance of authorities over both phases (primary first).
pub(super) fn authority_covariance() -> Square {
    let mut covariance = Square::zero(PHASES * GROUPS);
    for row in 0..GROUPS {
        for column in 0..GROUPS {
            let held = if row == column { 1.0 } else { HELD };
            *covariance.at_mut(row, column) = held * PRIMARY[row][column];
            *covariance.at_mut(GROUPS + row, GROUPS + column) = held * SECONDARY[row][column];
            *covariance.at_mut(row, GROUPS + column) = HELD * BETWEEN[row][column];
            *covariance.at_mut(GROUPS + column, row) = HELD * BETWEEN[row][column];
        }
    }
    covariance
}

/// Authorities the published spread counts for when the data hold authorities of their own.
pub(super) const AUTHORITY_WORTH: f64 = 20.0;

/// Assumed covariance of districts' ordinary shifts from their authority, and the districts it counts for when there
/// are districts to learn from. Not published by need: an assumption. It outweighs the dozen districts of one authority
/// and yields to the hundreds of England: in one authority, districts whose schools mask would otherwise teach the model
/// that districts ordinarily differ so much, and hide what they mask.
pub(super) fn district_covariance() -> Matrix {
    const SD: f64 = 0.08;
    std::array::from_fn(|row| std::array::from_fn(|column| if row == column { SD * SD } else { 0.0 }))
}
pub(super) const DISTRICT_WORTH: f64 = 100.0;

/// Assumed standard deviation of a school's effects on log rates, and the correlation of any two.
const EFFECT_SD: ByGroup = [0.50, 0.42, 0.42, 0.48, 0.50, 0.40, 0.80];
const EFFECT_CORRELATION: f64 = 0.3;

/// Schools of a phase the assumed spread counts for, when so many schools are given: enough to steady one authority
/// that is judged alone, next to nothing where all of England shows its own spread.
pub(super) fn effect_worth(schools: usize) -> f64 {
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

/// Share of pupils with each need who have a plan rather than SEN support (primary and secondary schools together).
const PLAN_SHARE: ByGroup = [0.15, 0.20, 0.19, 0.56, 0.07, 0.45, 0.02];

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

    #[test]
    fn the_covariance_of_authorities_is_positive_definite() {
        let size = PHASES * GROUPS;
        let covariance = authority_covariance();
        let mut lower = vec![vec![0.0; size]; size];
        for row in 0..size {
            for column in 0..=row {
                let known: f64 = (0..column)
                    .map(|inner| lower[row][inner] * lower[column][inner])
                    .sum();
                let left = covariance.at(row, column) - known;
                if row == column {
                    assert!(left > 0.002, "pivot {row}: {left}");
                    lower[row][row] = f64::sqrt(left);
                } else {
                    lower[row][column] = left / lower[column][column];
                }
            }
        }
    }
}
