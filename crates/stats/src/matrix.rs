//! Positive definite matrices: the Cholesky factor, and what is solved with it.
//!
//! One factorisation serves matrices of a fixed size (arrays of rows, which compilers unroll) and of any size
//! ([`Dense`]). Source: Golub and Van Loan (2013), Matrix Computations, 4.2.
//!
//! ```
//! use senlens_stats::matrix::Cholesky;
//! let factor = Cholesky::of(&[[4.0, 2.0], [2.0, 3.0]]).expect("positive definite");
//! for (solved, exact) in factor.solve(&[10.0, 9.0]).iter().zip([1.5, 2.0]) {
//!     assert!((solved - exact).abs() < 1e-15);
//! }
//! assert!((factor.log_determinant() - 8.0_f64.ln()).abs() < 1e-15);
//! ```

use crate::arithmetic::{fabs, sqrt};
use libm::log;

/// A square matrix that can be factorised.
pub trait Square: Clone {
    /// Whether a factor holds the reciprocals of its diagonal. Multiplying by them is quicker than dividing, and differs
    /// from it in the last digit.
    const RECIPROCALS: bool;

    /// One number for each row.
    type Vector: Clone + AsRef<[f64]> + AsMut<[f64]>;

    /// Rows, and columns.
    fn size(&self) -> usize;
    /// The entry at `row`, `column`.
    fn at(&self, row: usize, column: usize) -> f64;
    /// The entry at `row`, `column`, to write.
    fn at_mut(&mut self, row: usize, column: usize) -> &mut f64;
    /// A matrix of the same size, all zeros.
    #[must_use]
    fn zeros(&self) -> Self;
}

impl<const N: usize> Square for [[f64; N]; N] {
    const RECIPROCALS: bool = true;

    type Vector = [f64; N];

    #[inline]
    fn size(&self) -> usize {
        N
    }

    #[inline]
    fn at(&self, row: usize, column: usize) -> f64 {
        self[row][column]
    }

    #[inline]
    fn at_mut(&mut self, row: usize, column: usize) -> &mut f64 {
        &mut self[row][column]
    }

    #[inline]
    fn zeros(&self) -> Self {
        [[0.0; N]; N]
    }
}

/// A square matrix of any size, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    size: usize,
    cells: Vec<f64>,
}

impl Dense {
    /// All zeros.
    #[must_use]
    pub fn zero(size: usize) -> Self {
        Self {
            size,
            cells: vec![0.0; size * size],
        }
    }

    /// Adds a matrix of the same size.
    pub fn add(&mut self, other: &Self) {
        for (sum, part) in self.cells.iter_mut().zip(&other.cells) {
            *sum += part;
        }
    }

    /// The matrix times a vector.
    #[must_use]
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.size)
            .map(|row| {
                (0..self.size)
                    .map(|column| self.at(row, column) * vector[column])
                    .sum()
            })
            .collect()
    }
}

impl Square for Dense {
    const RECIPROCALS: bool = false;

    type Vector = Vec<f64>;

    fn size(&self) -> usize {
        self.size
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    fn at_mut(&mut self, row: usize, column: usize) -> &mut f64 {
        &mut self.cells[row * self.size + column]
    }

    fn zeros(&self) -> Self {
        Self::zero(self.size)
    }
}

/// The lower triangle L with A = L L', for a positive definite A.
#[derive(Debug, Clone, PartialEq)]
pub struct Cholesky<M> {
    /// L, its diagonal as [`Square::RECIPROCALS`] says.
    lower: M,
}

impl<M: Square> Cholesky<M> {
    /// Factorises a symmetric matrix, of which the lower triangle is read.
    ///
    /// # Errors
    /// The first column that the ones before it already span, when the matrix is not positive definite (a NaN never is).
    #[inline]
    pub fn of(matrix: &M) -> Result<Self, usize> {
        let size = matrix.size();
        let mut lower = matrix.zeros();
        for row in 0..size {
            for column in 0..row {
                let mut left = matrix.at(row, column);
                for inner in 0..column {
                    left -= lower.at(row, inner) * lower.at(column, inner);
                }
                *lower.at_mut(row, column) = over::<M>(left, lower.at(column, column));
            }
            let mut left = matrix.at(row, row);
            for inner in 0..row {
                let value = lower.at(row, inner);
                left -= value * value;
            }
            // What is left of a column spanned by others is rounding of its own size.
            if !(left > 1e-13 * fabs(matrix.at(row, row))) {
                return Err(row);
            }
            let root = sqrt(left);
            *lower.at_mut(row, row) = if M::RECIPROCALS { 1.0 / root } else { root };
        }
        Ok(Self { lower })
    }

    /// The entry of L at `row`, `column`.
    pub fn lower(&self, row: usize, column: usize) -> f64 {
        match row.cmp(&column) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal if M::RECIPROCALS => 1.0 / self.lower.at(row, row),
            std::cmp::Ordering::Equal => self.lower.at(row, row),
            std::cmp::Ordering::Greater => self.lower.at(row, column),
        }
    }

    /// L times a vector: independent numbers of variance 1 become numbers of covariance A.
    pub fn times(&self, vector: &M::Vector) -> M::Vector {
        let mut product = vector.clone();
        for (row, value) in product.as_mut().iter_mut().enumerate() {
            *value = (0..=row)
                .map(|column| self.lower(row, column) * vector.as_ref()[column])
                .sum();
        }
        product
    }

    /// Log determinant of A.
    #[inline]
    pub fn log_determinant(&self) -> f64 {
        // One logarithm of the product: the pivots are of moderate size.
        let product: f64 = (0..self.lower.size())
            .map(|place| self.lower.at(place, place))
            .product();
        if M::RECIPROCALS {
            -2.0 * log(product)
        } else {
            2.0 * log(product)
        }
    }

    /// Solves A x = `right`.
    #[inline]
    pub fn solve(&self, right: &M::Vector) -> M::Vector {
        let (lower, size) = (&self.lower, self.lower.size());
        let mut solution = right.clone();
        let x = solution.as_mut();
        for row in 0..size {
            for column in 0..row {
                x[row] -= lower.at(row, column) * x[column];
            }
            x[row] = over::<M>(x[row], lower.at(row, row));
        }
        for row in (0..size).rev() {
            for below in row + 1..size {
                x[row] -= lower.at(below, row) * x[below];
            }
            x[row] = over::<M>(x[row], lower.at(row, row));
        }
        solution
    }

    /// The inverse of A.
    pub fn inverse(&self) -> M {
        let (lower, size) = (&self.lower, self.lower.size());
        // The inverse of L, then its transpose times itself.
        let mut inverse_lower = lower.zeros();
        for column in 0..size {
            *inverse_lower.at_mut(column, column) = over::<M>(1.0, lower.at(column, column));
            for row in column + 1..size {
                let mut sum = 0.0;
                for inner in column..row {
                    sum -= lower.at(row, inner) * inverse_lower.at(inner, column);
                }
                *inverse_lower.at_mut(row, column) = over::<M>(sum, lower.at(row, row));
            }
        }
        let mut result = lower.zeros();
        for row in 0..size {
            for column in 0..=row {
                let mut sum = 0.0;
                for inner in row..size {
                    sum += inverse_lower.at(inner, row) * inverse_lower.at(inner, column);
                }
                *result.at_mut(row, column) = sum;
                *result.at_mut(column, row) = sum;
            }
        }
        result
    }
}

impl Cholesky<Dense> {
    /// The inverse of A, solved column by column, with its entries row by row. It agrees with [`Cholesky::inverse`] but
    /// for rounding.
    pub(crate) fn solved_inverse(&self) -> Vec<f64> {
        let size = self.lower.size;
        let mut all = vec![0.0; size * size];
        for column in 0..size {
            let mut unit = vec![0.0; size];
            unit[column] = 1.0;
            for (row, value) in self.solve(&unit).into_iter().enumerate() {
                all[row * size + column] = value;
            }
        }
        all
    }
}

/// A number over an entry of a factor's diagonal.
#[inline]
fn over<M: Square>(number: f64, diagonal: f64) -> f64 {
    if M::RECIPROCALS {
        number * diagonal
    } else {
        number / diagonal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATRIX: [[f64; 3]; 3] = [[4.0, 2.0, 0.5], [2.0, 3.0, 1.0], [0.5, 1.0, 2.0]];

    fn dense(rows: &[[f64; 3]; 3]) -> Dense {
        let mut dense = Dense::zero(3);
        for row in 0..3 {
            for column in 0..3 {
                *dense.at_mut(row, column) = rows.at(row, column);
            }
        }
        dense
    }

    #[test]
    fn the_factor_times_its_transpose_is_the_matrix() {
        let factor = Cholesky::of(&MATRIX).expect("positive definite");
        for row in 0..3 {
            for column in 0..3 {
                let sum: f64 = (0..3)
                    .map(|inner| factor.lower(row, inner) * factor.lower(column, inner))
                    .sum();
                assert!(
                    fabs(sum - MATRIX.at(row, column)) < 1e-14,
                    "{row} {column}: {sum}"
                );
            }
        }
        let product = factor.times(&[1.0, -2.0, 3.0]);
        for (row, seen) in product.iter().enumerate() {
            let wanted = factor.lower(row, 0) - 2.0 * factor.lower(row, 1) + 3.0 * factor.lower(row, 2);
            assert!(fabs(seen - wanted) < 1e-15, "{row}: {seen}");
        }
        // By Sarrus: 24 + 1 + 1 - 0.75 - 4 - 8 = 13.25.
        assert!(fabs(factor.log_determinant() - log(13.25)) < 1e-14);
    }

    #[test]
    fn the_inverse_and_the_solution_agree_with_the_definition() {
        let factor = Cholesky::of(&dense(&MATRIX)).expect("positive definite");
        let inverse = factor.inverse();
        for row in 0..3 {
            for column in 0..3 {
                let sum: f64 = (0..3)
                    .map(|inner| MATRIX.at(row, inner) * inverse.at(inner, column))
                    .sum();
                let wanted = if row == column { 1.0 } else { 0.0 };
                assert!(fabs(sum - wanted) < 1e-14);
            }
        }
        let right = vec![1.0, -2.0, 3.0];
        let back = dense(&MATRIX).times(&factor.solve(&right));
        for (seen, wanted) in back.iter().zip(right) {
            assert!(fabs(seen - wanted) < 1e-14);
        }
    }

    #[test]
    fn arrays_and_matrices_of_any_size_agree() {
        let (fixed, any) = (
            Cholesky::of(&MATRIX).expect("positive definite"),
            Cholesky::of(&dense(&MATRIX)).expect("positive definite"),
        );
        assert!(fabs(fixed.log_determinant() - any.log_determinant()) < 1e-14);
        let solved = any.solved_inverse();
        for row in 0..3 {
            for column in 0..3 {
                let inverse = fixed.inverse().at(row, column);
                assert!(fabs(inverse - any.inverse().at(row, column)) < 1e-15);
                assert!(fabs(inverse - solved[row * 3 + column]) < 1e-15);
            }
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_names_the_spanned_column() {
        assert_eq!(Cholesky::of(&[[1.0, 2.0], [2.0, 4.0]]).err(), Some(1));
        assert_eq!(Cholesky::of(&[[1.0, 0.0], [0.0, -1.0]]).err(), Some(1));
        assert_eq!(Cholesky::of(&[[f64::NAN]]).err(), Some(0));
    }
}
