//! Small dense matrices: just what the model needs, of fixed size for schools and of any size for authorities.

use super::school::{ByGroup, GROUPS};

/// A square matrix over need groups.
pub(super) type Matrix = [[f64; GROUPS]; GROUPS];

/// Lower Cholesky root of a positive definite matrix, or `None` where it is not.
#[inline]
pub(super) fn root(matrix: &Matrix) -> Option<Matrix> {
    let mut lower = [[0.0; GROUPS]; GROUPS];
    for row in 0..GROUPS {
        for column in 0..row {
            let mut left = matrix[row][column];
            for inner in 0..column {
                left -= lower[row][inner] * lower[column][inner];
            }
            // The diagonal holds reciprocals: one division for each row instead of one for each cell.
            lower[row][column] = left * lower[column][column];
        }
        let mut left = matrix[row][row];
        for value in lower[row].iter().take(row) {
            left -= value * value;
        }
        if left.is_nan() || left <= 1e-12 {
            return None;
        }
        lower[row][row] = 1.0 / left.sqrt();
    }
    Some(lower)
}

/// Log determinant of the matrix whose [`root`] is given.
#[inline]
pub(super) fn log_determinant(root: &Matrix) -> f64 {
    // One logarithm of the product: the pivots are of moderate size.
    let product: f64 = (0..GROUPS).map(|place| root[place][place]).product();
    -2.0 * libm::log(product)
}

/// Solves `matrix x = right` from the matrix's [`root`].
#[inline]
pub(super) fn solve(root: &Matrix, right: &ByGroup) -> ByGroup {
    let mut solution = *right;
    for row in 0..GROUPS {
        for column in 0..row {
            solution[row] -= root[row][column] * solution[column];
        }
        solution[row] *= root[row][row];
    }
    for row in (0..GROUPS).rev() {
        for below in row + 1..GROUPS {
            solution[row] -= root[below][row] * solution[below];
        }
        solution[row] *= root[row][row];
    }
    solution
}

/// Inverse of the matrix whose [`root`] is given.
pub(super) fn inverse(root: &Matrix) -> Matrix {
    // Invert the lower root, then form its transpose times itself.
    let mut inverse_root = [[0.0; GROUPS]; GROUPS];
    for column in 0..GROUPS {
        inverse_root[column][column] = root[column][column];
        for row in column + 1..GROUPS {
            let mut sum = 0.0;
            for inner in column..row {
                sum -= root[row][inner] * inverse_root[inner][column];
            }
            inverse_root[row][column] = sum * root[row][row];
        }
    }
    let mut result = [[0.0; GROUPS]; GROUPS];
    for row in 0..GROUPS {
        for column in 0..=row {
            let mut sum = 0.0;
            for inner in row..GROUPS {
                sum += inverse_root[inner][row] * inverse_root[inner][column];
            }
            result[row][column] = sum;
            result[column][row] = sum;
        }
    }
    result
}

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

/// A square matrix of any size, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Square {
    size: usize,
    cells: Vec<f64>,
}

impl Square {
    /// All zeros.
    pub(super) fn zero(size: usize) -> Self {
        Self {
            size,
            cells: vec![0.0; size * size],
        }
    }

    /// The entry at `row`, `column`.
    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    /// The entry at `row`, `column`, to write.
    pub(super) fn at_mut(&mut self, row: usize, column: usize) -> &mut f64 {
        &mut self.cells[row * self.size + column]
    }

    /// Inverse of a positive definite matrix (by Gauss and Jordan, which needs no pivoting here).
    pub(super) fn inverse(&self) -> Self {
        let size = self.size;
        let mut work = self.clone();
        let mut result = Self::zero(size);
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

    /// The matrix times a vector.
    pub(super) fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.size)
            .map(|row| {
                (0..self.size)
                    .map(|column| self.at(row, column) * vector[column])
                    .sum()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Matrix {
        std::array::from_fn(|row| {
            std::array::from_fn(|column| if row == column { 2.0 + row as f64 } else { 0.3 })
        })
    }

    #[test]
    fn inverse_and_solve_agree_with_the_definition() {
        let matrix = example();
        let root = root(&matrix).expect("positive definite");
        let identity = product(&inverse(&root), &matrix);
        for (row, values) in identity.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                assert!((value - f64::from(u8::from(row == column))).abs() < 1e-12);
            }
        }
        let right = std::array::from_fn(|place| place as f64);
        let back = times(&matrix, &solve(&root, &right));
        for (seen, wanted) in back.iter().zip(right) {
            assert!((seen - wanted).abs() < 1e-12);
        }
        let mut square = Square::zero(GROUPS);
        for row in 0..GROUPS {
            for column in 0..GROUPS {
                *square.at_mut(row, column) = matrix[row][column];
            }
        }
        let inverse_square = square.inverse();
        let fixed = inverse(&root);
        for row in 0..GROUPS {
            for column in 0..GROUPS {
                assert!((inverse_square.at(row, column) - fixed[row][column]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_root() {
        let mut matrix = example();
        matrix[3][3] = -1.0;
        assert!(root(&matrix).is_none());
    }
}
