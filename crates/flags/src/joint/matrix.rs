//! Matrices over need groups, and products of them.

use super::school::{ByGroup, GROUPS};
use senlens_stats::matrix::{Dense, Square};

/// A square matrix over need groups.
pub(super) type Matrix = [[f64; GROUPS]; GROUPS];

/// `matrix` times `vector`.
#[inline]
pub(super) fn times(matrix: &Matrix, vector: &ByGroup) -> ByGroup {
    let mut result = [0.0; GROUPS];
    for (value, row) in result.iter_mut().zip(matrix) {
        for (entry, factor) in row.iter().zip(vector) {
            *value += entry * factor;
        }
    }
    result
}

/// Inner product.
#[inline]
pub(super) fn dot(first: &ByGroup, second: &ByGroup) -> f64 {
    first.iter().zip(second).map(|(one, other)| one * other).sum()
}

/// `middle` in the sandwich `outer middle outer` for symmetric matrices.
pub(super) fn sandwich(outer: &Matrix, middle: &Matrix) -> Matrix {
    let half = product(outer, middle);
    product(&half, outer)
}

fn product(first: &Matrix, second: &Matrix) -> Matrix {
    let mut result = [[0.0; GROUPS]; GROUPS];
    for row in 0..GROUPS {
        for inner in 0..GROUPS {
            for column in 0..GROUPS {
                result[row][column] += first[row][inner] * second[inner][column];
            }
        }
    }
    result
}

/// Inverse of a positive definite matrix, by Gauss and Jordan's elimination, which needs no pivoting here.
pub(super) fn gauss_jordan_inverse(matrix: &Dense) -> Dense {
    let size = matrix.size();
    let mut work = matrix.clone();
    let mut result = matrix.zeros();
    for place in 0..size {
        *result.at_mut(place, place) = 1.0;
    }
    for pivot in 0..size {
        let scale = 1.0 / work.at(pivot, pivot);
        for column in 0..size {
            *work.at_mut(pivot, column) *= scale;
            *result.at_mut(pivot, column) *= scale;
        }
        for row in (0..size).filter(|row| *row != pivot) {
            let factor = work.at(row, pivot);
            if factor == 0.0 {
                continue;
            }
            for column in 0..size {
                let (upper, upper_result) = (work.at(pivot, column), result.at(pivot, column));
                *work.at_mut(row, column) -= factor * upper;
                *result.at_mut(row, column) -= factor * upper_result;
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use senlens_stats::matrix::Cholesky;

    #[test]
    fn elimination_agrees_with_the_cholesky_factor() {
        let mut matrix = Dense::zero(14);
        for row in 0..14 {
            for column in 0..14 {
                *matrix.at_mut(row, column) = if row == column { 2.0 + row as f64 } else { 0.3 };
            }
        }
        let by_factor = Cholesky::of(&matrix).expect("positive definite").inverse();
        let by_elimination = gauss_jordan_inverse(&matrix);
        for row in 0..14 {
            for column in 0..14 {
                let (one, other) = (by_factor.at(row, column), by_elimination.at(row, column));
                assert!((one - other).abs() < 1e-14, "{row} {column}: {one} {other}");
            }
        }
    }

    #[test]
    fn products_agree_with_a_small_case() {
        // The identity, but for a 2 above the diagonal and a 3 on it.
        let mut matrix: Matrix =
            std::array::from_fn(|row| std::array::from_fn(|column| f64::from(u8::from(row == column))));
        matrix[0][1] = 2.0;
        matrix[1][0] = 2.0;
        matrix[1][1] = 3.0;
        let vector = std::array::from_fn(|place| place as f64 + 1.0);
        let wanted: ByGroup = [5.0, 8.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        for (seen, wanted) in times(&matrix, &vector).iter().zip(wanted) {
            assert!((seen - wanted).abs() < 1e-12, "{seen} {wanted}");
        }
        assert!((dot(&vector, &vector) - 140.0).abs() < 1e-12);
        // Of the two by two block: [1 2; 2 3] cubed is [21 34; 34 55].
        let cubed = sandwich(&matrix, &matrix);
        for (row, column, wanted) in [(0, 0, 21.0), (0, 1, 34.0), (1, 1, 55.0), (2, 2, 1.0)] {
            assert!((cubed[row][column] - wanted).abs() < 1e-12, "{row} {column}");
        }
    }
}
