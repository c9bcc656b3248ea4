//! Small symmetric positive definite matrices, row by row.

use crate::arithmetic::{fabs, sqrt};

/// The lower triangle L with A = L L', or the first column that the ones before it already span.
pub(crate) fn cholesky(matrix: &[f64], size: usize) -> Result<Vec<f64>, usize> {
    let mut lower = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=row {
            let mut sum = matrix[row * size + column];
            for k in 0..column {
                sum -= lower[row * size + k] * lower[column * size + k];
            }
            if row == column {
                // What is left of a column spanned by others is rounding of its own size.
                if !(sum > 1e-13 * fabs(matrix[row * size + row])) {
                    return Err(row);
                }
                lower[row * size + row] = sqrt(sum);
            } else {
                lower[row * size + column] = sum / lower[column * size + column];
            }
        }
    }
    Ok(lower)
}

/// Solves L L' x = b.
pub(crate) fn solve(lower: &[f64], size: usize, b: &[f64]) -> Vec<f64> {
    let mut x = b.to_vec();
    for row in 0..size {
        for k in 0..row {
            x[row] -= lower[row * size + k] * x[k];
        }
        x[row] /= lower[row * size + row];
    }
    for row in (0..size).rev() {
        for k in row + 1..size {
            x[row] -= lower[k * size + row] * x[k];
        }
        x[row] /= lower[row * size + row];
    }
    x
}

/// The inverse of L L'.
pub(crate) fn inverse(lower: &[f64], size: usize) -> Vec<f64> {
    let mut all = vec![0.0; size * size];
    let mut unit = vec![0.0; size];
    for column in 0..size {
        unit.fill(0.0);
        unit[column] = 1.0;
        for (row, value) in solve(lower, size, &unit).into_iter().enumerate() {
            all[row * size + column] = value;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverts_and_finds_the_spanned_column() {
        let matrix = [4.0, 2.0, 0.5, 2.0, 3.0, 1.0, 0.5, 1.0, 2.0];
        let inverse = inverse(&cholesky(&matrix, 3).unwrap(), 3);
        for row in 0..3 {
            for column in 0..3 {
                let sum: f64 = (0..3)
                    .map(|k| matrix[row * 3 + k] * inverse[k * 3 + column])
                    .sum();
                let want = if row == column { 1.0 } else { 0.0 };
                assert!(fabs(sum - want) < 1e-14);
            }
        }
        assert_eq!(cholesky(&[1.0, 2.0, 2.0, 4.0], 2), Err(1));
    }
}
