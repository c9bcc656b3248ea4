use super::{Design, GlmError};
use crate::arithmetic::{fabs, sqrt};
use crate::matrix::{Cholesky, Dense, Square};
use crate::newton::Convergence;
use crate::special::{chi_squared, normal, student};
use crate::{Confidence, CountOf, Interval, Method};
use libm::{exp, lgamma, log, log1p};

/// What the responses are.
#[derive(Debug, Clone, Copy)]
pub enum Family<'a> {
    /// Events out of a population, on the log-odds scale.
    Logistic(&'a [CountOf]),
    /// Events and an exposure (a population, an expectation), on the log scale.
    Poisson(&'a [(u64, f64)]),
}

/// A fitted regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The coefficients, a column each: log odds ratios or log rate ratios.
    pub coefficients: Vec<f64>,
    /// Their covariance matrix, row by row.
    pub covariance: Vec<f64>,
    /// Each row's fitted share, or fitted count.
    pub fitted: Vec<f64>,
    /// Each row's leverage.
    pub leverages: Vec<f64>,
    /// Each row's Pearson residual; NaN without people.
    pub pearson: Vec<f64>,
    /// Each row's signed root of its part of the deviance.
    pub deviance_residuals: Vec<f64>,
    /// Twice the fall from the saturated log-likelihood.
    pub deviance: f64,
    /// The same of a model with an intercept alone (and exposures).
    pub null_deviance: f64,
    /// The log-likelihood with its constants.
    pub log_likelihood: f64,
    /// Rows with people less columns.
    pub residual_degrees: usize,
    /// Whether the maximum was reached; a column that separates the events leaves none.
    pub convergence: Convergence,
}

impl Fit {
    /// The standard error of a coefficient.
    pub fn standard_error(&self, column: usize) -> f64 {
        sqrt(self.covariance[column * self.coefficients.len() + column])
    }

    /// Coefficient over standard error.
    pub fn z(&self, column: usize) -> f64 {
        self.coefficients[column] / self.standard_error(column)
    }

    /// The two-sided Wald p-value of a coefficient.
    pub fn p_value(&self, column: usize) -> f64 {
        normal::two_sided(self.z(column))
    }

    /// The odds (or rate) ratio of a coefficient, with Wald limits.
    pub fn ratio(&self, column: usize, confidence: Confidence) -> Interval {
        self.ratio_with_error(column, self.standard_error(column), confidence)
    }

    fn ratio_with_error(&self, column: usize, error: f64, confidence: Confidence) -> Interval {
        let (estimate, half) = (self.coefficients[column], confidence.z() * error);
        Interval {
            value: exp(estimate),
            lower: exp(estimate - half),
            upper: exp(estimate + half),
            confidence,
            method: Method::LogOdds,
        }
    }

    /// Pearson's chi-squared over its degrees of freedom: above 1 when rows vary more than chance. `None` when no degrees
    /// are left.
    pub fn dispersion(&self) -> Option<f64> {
        let squares: f64 = self.pearson.iter().filter(|r| !r.is_nan()).map(|r| r * r).sum();
        (self.residual_degrees > 0).then(|| squares / self.residual_degrees as f64)
    }

    /// The standard error widened by the root of the dispersion (or narrowed, as quasi-likelihood has it).
    pub fn quasi_standard_error(&self, column: usize) -> Option<f64> {
        Some(self.standard_error(column) * sqrt(self.dispersion()?))
    }

    /// The p-value with that error, on Student's t.
    pub fn quasi_p_value(&self, column: usize) -> Option<f64> {
        let t = self.coefficients[column] / self.quasi_standard_error(column)?;
        Some(student::two_sided(t, self.residual_degrees as f64))
    }

    /// The odds (or rate) ratio with limits widened by the root of the dispersion where that is above 1, never narrowed.
    pub fn widened_ratio(&self, column: usize, confidence: Confidence) -> Interval {
        let widening = self.dispersion().map_or(1.0, |phi| sqrt(phi.max(1.0)));
        self.ratio_with_error(column, widening * self.standard_error(column), confidence)
    }

    /// Akaike's criterion.
    pub fn aic(&self) -> f64 {
        2.0 * (self.coefficients.len() as f64 - self.log_likelihood)
    }

    /// The p-value of the likelihood-ratio test of this model against one nested in it; NaN when they have as many
    /// columns.
    pub fn likelihood_ratio_p(&self, nested: &Self) -> f64 {
        let degrees = self.coefficients.len().abs_diff(nested.coefficients.len());
        if degrees == 0 {
            return f64::NAN;
        }
        chi_squared::upper_tail((nested.deviance - self.deviance).max(0.0), degrees as f64)
    }
}

/// One row's pieces at a linear predictor.
struct Piece {
    fitted: f64,
    /// Expected events.
    mean: f64,
    variance: f64,
    likelihood: f64,
}

/// Fits a regression. Rows without people take no part; their fitted value is given all the same.
///
/// # Errors
/// As the variants of [`GlmError`] say. A fit that ends without a maximum is no error: it says
/// [`Convergence::NotConverged`].
///
/// ```
/// use senlens_stats::{CountOf, glm::{Design, Family, fit}};
/// let design = Design::from_rows(&[[1.0, 0.0], [1.0, 1.0]])?;
/// let counts = [CountOf::new(10, 100).unwrap(), CountOf::new(20, 100).unwrap()];
/// let fitted = fit(&design, Family::Logistic(&counts))?;
/// // Two rows and two columns: the odds ratio is that of the table, 2.25.
/// assert!((fitted.coefficients[1] - libm::log(2.25)).abs() < 1e-12);
/// # Ok::<(), senlens_stats::glm::GlmError>(())
/// ```
pub fn fit(design: &Design, family: Family<'_>) -> Result<Fit, GlmError> {
    let (rows, columns) = (design.rows(), design.columns());
    let responses = match family {
        Family::Logistic(counts) => counts.len(),
        Family::Poisson(counts) => counts.len(),
    };
    if responses != rows {
        return Err(GlmError::Lengths { rows, responses });
    }
    if let Family::Poisson(counts) = family
        && let Some(row) = counts
            .iter()
            .position(|(_, exposure)| !(*exposure > 0.0 && exposure.is_finite()))
    {
        return Err(GlmError::Exposure { row });
    }
    let used: Vec<usize> = (0..rows)
        .filter(|&row| match family {
            Family::Logistic(counts) => counts[row].population() > 0,
            Family::Poisson(_) => true,
        })
        .collect();
    if used.len() < columns || columns == 0 {
        return Err(GlmError::TooFewRows(used.len()));
    }
    let mut coefficients = start(design, family, &used)?;
    let mut likelihood = total(design, family, &used, &coefficients);
    let mut convergence = Convergence::NotConverged;
    for _ in 0..100 {
        let (gradient, information) = normal_equations(design, family, &used, &coefficients);
        let Ok(factor) = Cholesky::of(&information) else {
            // Weights have all but vanished: the coefficients are on their way to infinity.
            break;
        };
        let step = factor.solve(&gradient);
        let rise: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum();
        let mut share = 1.0;
        let (next, there) = loop {
            let next: Vec<f64> = coefficients
                .iter()
                .zip(&step)
                .map(|(b, s)| b + share * s)
                .collect();
            let there = total(design, family, &used, &next);
            if there >= likelihood - 1e-12 * fabs(likelihood) || share < 1e-10 {
                break (next, there);
            }
            share *= 0.5;
        };
        coefficients = next;
        likelihood = there;
        // The Newton decrement bounds how far below the top the likelihood can be, on a concave surface. Where a column
        // separates the events it falls too, but the steps do not: each adds about one to a coefficient without end.
        let short = coefficients
            .iter()
            .zip(&step)
            .all(|(b, s)| fabs(*s) <= 1e-4 * (1.0 + fabs(*b)));
        if rise <= 1e-10 && short {
            // One last step squares what error is left.
            let (gradient, information) = normal_equations(design, family, &used, &coefficients);
            if let Ok(factor) = Cholesky::of(&information) {
                for (b, s) in coefficients.iter_mut().zip(factor.solve(&gradient)) {
                    *b += s;
                }
                convergence = Convergence::Converged;
            }
            break;
        }
    }
    Ok(report(design, family, &used, coefficients, convergence))
}

fn predictor(row: &[f64], coefficients: &[f64]) -> f64 {
    row.iter().zip(coefficients).map(|(x, b)| x * b).sum()
}

fn piece(family: Family<'_>, row: usize, predictor: f64) -> Piece {
    match family {
        Family::Logistic(counts) => {
            let (x, n) = (counts[row].events() as f64, counts[row].population() as f64);
            let small = exp(-fabs(predictor));
            let (share, other) = if predictor >= 0.0 {
                (1.0 / (1.0 + small), small / (1.0 + small))
            } else {
                (small / (1.0 + small), 1.0 / (1.0 + small))
            };
            // x eta - n ln(1 + e^eta), arranged not to overflow.
            let likelihood = x * predictor - n * (predictor.max(0.0) + log1p(small));
            Piece {
                fitted: share,
                mean: n * share,
                variance: n * share * other,
                likelihood,
            }
        }
        Family::Poisson(counts) => {
            let (x, exposure) = (counts[row].0 as f64, counts[row].1);
            let mean = exposure * exp(predictor);
            Piece {
                fitted: mean,
                mean,
                variance: mean,
                likelihood: x * predictor - mean,
            }
        }
    }
}

fn observed(family: Family<'_>, row: usize) -> f64 {
    match family {
        Family::Logistic(counts) => counts[row].events() as f64,
        Family::Poisson(counts) => counts[row].0 as f64,
    }
}

fn total(design: &Design, family: Family<'_>, used: &[usize], coefficients: &[f64]) -> f64 {
    used.iter()
        .map(|&row| piece(family, row, predictor(design.row(row), coefficients)).likelihood)
        .sum()
}

/// The gradient, and the lower triangle of the information.
fn normal_equations(
    design: &Design,
    family: Family<'_>,
    used: &[usize],
    coefficients: &[f64],
) -> (Vec<f64>, Dense) {
    let columns = design.columns();
    let (mut gradient, mut information) = (vec![0.0; columns], Dense::zero(columns));
    for &row in used {
        let values = design.row(row);
        let piece = piece(family, row, predictor(values, coefficients));
        let residual = observed(family, row) - piece.mean;
        for (i, x) in values.iter().enumerate() {
            gradient[i] += x * residual;
            let weighted = x * piece.variance;
            for (j, y) in values[..=i].iter().enumerate() {
                *information.at_mut(i, j) += weighted * y;
            }
        }
    }
    (gradient, information)
}

/// A weighted least-squares fit to the shrunken empirical log odds (or log rates), as R starts. It also finds redundant
/// columns.
fn start(design: &Design, family: Family<'_>, used: &[usize]) -> Result<Vec<f64>, GlmError> {
    let columns = design.columns();
    let (mut right, mut left) = (vec![0.0; columns], Dense::zero(columns));
    for &row in used {
        let (weight, response) = match family {
            Family::Logistic(counts) => {
                let n = counts[row].population() as f64;
                let share = (counts[row].events() as f64 + 0.5) / (n + 1.0);
                (n * share * (1.0 - share), log(share / (1.0 - share)))
            }
            Family::Poisson(counts) => {
                let (x, exposure) = (counts[row].0 as f64 + 0.1, counts[row].1);
                (x, log(x / exposure))
            }
        };
        for (i, x) in design.row(row).iter().enumerate() {
            right[i] += weight * x * response;
            for (j, y) in design.row(row).iter().enumerate() {
                *left.at_mut(i, j) += weight * x * y;
            }
        }
    }
    let factor = Cholesky::of(&left).map_err(|column| GlmError::Redundant { column })?;
    Ok(factor.solve(&right))
}

fn report(
    design: &Design,
    family: Family<'_>,
    used: &[usize],
    coefficients: Vec<f64>,
    convergence: Convergence,
) -> Fit {
    let (rows, columns) = (design.rows(), design.columns());
    let (_, information) = normal_equations(design, family, used, &coefficients);
    let covariance = match Cholesky::of(&information) {
        Ok(factor) => factor.solved_inverse(),
        Err(_) => vec![f64::NAN; columns * columns],
    };
    let mut fit = Fit {
        covariance,
        fitted: Vec::with_capacity(rows),
        leverages: Vec::with_capacity(rows),
        pearson: Vec::with_capacity(rows),
        deviance_residuals: Vec::with_capacity(rows),
        deviance: 0.0,
        null_deviance: null_deviance(family, used),
        log_likelihood: 0.0,
        residual_degrees: used.len() - columns,
        convergence,
        coefficients,
    };
    for row in 0..rows {
        let values = design.row(row);
        let piece = piece(family, row, predictor(values, &fit.coefficients));
        let part = deviance_part(family, row, piece.mean);
        let x = observed(family, row);
        let mut leverage = 0.0;
        for (i, a) in values.iter().enumerate() {
            for (j, b) in values.iter().enumerate() {
                leverage += a * b * fit.covariance[i * columns + j];
            }
        }
        fit.fitted.push(piece.fitted);
        fit.leverages.push(leverage * piece.variance);
        fit.pearson.push((x - piece.mean) / sqrt(piece.variance));
        fit.deviance_residuals
            .push(if x >= piece.mean { sqrt(part) } else { -sqrt(part) });
        fit.deviance += part;
        fit.log_likelihood += saturated(family, row) - 0.5 * part;
    }
    fit
}

fn null_deviance(family: Family<'_>, used: &[usize]) -> f64 {
    let (mut events, mut exposure) = (0.0, 0.0);
    let size = |row: usize| match family {
        Family::Logistic(counts) => counts[row].population() as f64,
        Family::Poisson(counts) => counts[row].1,
    };
    for &row in used {
        events += observed(family, row);
        exposure += size(row);
    }
    used.iter()
        .map(|&row| deviance_part(family, row, size(row) * (events / exposure)))
        .sum()
}

/// x ln(x / mean), 0 for x = 0.
fn gain(x: f64, mean: f64) -> f64 {
    if x > 0.0 { x * log(x / mean) } else { 0.0 }
}

fn deviance_part(family: Family<'_>, row: usize, mean: f64) -> f64 {
    let x = observed(family, row);
    match family {
        Family::Logistic(counts) => {
            let n = counts[row].population() as f64;
            2.0 * (gain(x, mean) + gain(n - x, n - mean)).max(0.0)
        }
        Family::Poisson(_) => 2.0 * (gain(x, mean) - (x - mean)).max(0.0),
    }
}

/// The log-likelihood of a row fitted perfectly, with its constants.
fn saturated(family: Family<'_>, row: usize) -> f64 {
    let x = observed(family, row);
    match family {
        Family::Logistic(counts) => {
            let n = counts[row].population() as f64;
            if n <= 0.0 {
                return 0.0;
            }
            log(crate::special::saddle::binomial(x, n, x / n, (n - x) / n))
        }
        Family::Poisson(_) => {
            if x > 0.0 {
                x * log(x) - x - lgamma(x + 1.0)
            } else {
                0.0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(pairs: &[(u64, u64)]) -> Vec<CountOf> {
        pairs.iter().map(|&(x, n)| CountOf::new(x, n).unwrap()).collect()
    }

    #[test]
    fn separated_events_are_reported() {
        let design = Design::from_rows(&[[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]]).unwrap();
        let fit = fit(
            &design,
            Family::Logistic(&counts(&[(0, 50), (0, 60), (20, 50), (25, 60)])),
        )
        .unwrap();
        assert_eq!(fit.convergence, Convergence::NotConverged);
    }

    #[test]
    fn errors_name_the_place() {
        let rows: [&[f64]; 2] = [&[1.0, 2.0], &[1.0]];
        assert_eq!(
            Design::from_rows(&rows),
            Err(GlmError::RaggedRow { row: 1, found: 1 })
        );
        assert_eq!(
            Design::from_rows(&[[1.0, f64::NAN]]),
            Err(GlmError::NotFinite { row: 0, column: 1 })
        );
        let design = Design::from_rows(&[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]).unwrap();
        let three = counts(&[(1, 5), (2, 5), (3, 5)]);
        assert_eq!(
            fit(&design, Family::Logistic(&three)),
            Err(GlmError::Redundant { column: 1 })
        );
        assert_eq!(
            fit(&design, Family::Logistic(&three[..2])),
            Err(GlmError::Lengths {
                rows: 3,
                responses: 2
            })
        );
        let empty = counts(&[(0, 0), (0, 0), (1, 4)]);
        assert_eq!(
            fit(&design, Family::Logistic(&empty)),
            Err(GlmError::TooFewRows(1))
        );
        let exposure = [(1, 1.0), (1, 0.0), (1, 1.0)];
        assert_eq!(
            fit(&design, Family::Poisson(&exposure)),
            Err(GlmError::Exposure { row: 1 })
        );
    }

    #[test]
    fn an_empty_cell_changes_nothing() {
        let rows = [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]];
        let full = fit(
            &Design::from_rows(&rows).unwrap(),
            Family::Logistic(&counts(&[(5, 40), (9, 50), (12, 40)])),
        )
        .unwrap();
        let more = [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 7.0]];
        let with = fit(
            &Design::from_rows(&more).unwrap(),
            Family::Logistic(&counts(&[(5, 40), (9, 50), (12, 40), (0, 0)])),
        )
        .unwrap();
        assert!((full.coefficients[1] - with.coefficients[1]).abs() < 1e-12);
        assert_eq!((full.residual_degrees, with.residual_degrees), (1, 1));
        assert!((full.deviance - with.deviance).abs() < 1e-10 && with.pearson[3].is_nan());
    }
}
