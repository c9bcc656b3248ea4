use super::cells::{MixedError, UnitCells};
use super::hermite::{Node, rule};
use super::likelihood::{Here, evaluate, information};
use super::unit::At;
use crate::arithmetic::{fabs, sqrt};
use crate::matrix::{Cholesky, Dense};
use crate::newton::Convergence;
use crate::special::{chi_squared, normal};
use crate::{Confidence, Interval, Method};
use libm::{exp, log};
use std::f64::consts::PI;

/// How the units' levels are integrated out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integration {
    /// Laplace's approximation at the mode, as `glmer` with `nAGQ = 1`.
    Laplace,
    /// Adaptive Gauss-Hermite quadrature with this many nodes (1 is Laplace's).
    Adaptive(usize),
}

/// A unit's own level on the log-odds scale, 0 being the middle unit's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitEffect {
    /// The conditional mode.
    pub effect: f64,
    /// Its conditional standard error, the fixed effects and the variance taken as known.
    pub standard_error: f64,
}

impl UnitEffect {
    /// The unit's odds over the middle unit's, with normal limits on the log scale.
    pub fn odds_ratio(self, confidence: Confidence) -> Interval {
        let half = confidence.z() * self.standard_error;
        Interval {
            value: exp(self.effect),
            lower: exp(self.effect - half),
            upper: exp(self.effect + half),
            confidence,
            method: Method::Posterior,
        }
    }
}

/// The likelihood-ratio test of whether units vary at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceTest {
    /// Twice the rise of the log-likelihood.
    pub statistic: f64,
    /// The p-value: half that of a chi-squared on one degree, because a variance cannot be negative.
    pub p_value: f64,
}

/// A fitted random-intercept logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedFit {
    /// The fixed effects, a column each, as log odds ratios.
    pub coefficients: Vec<f64>,
    /// The covariance of the fixed effects, row by row, the variance between units estimated with them.
    pub covariance: Vec<f64>,
    /// The standard deviation between units on the log-odds scale.
    pub sd: f64,
    /// The standard error of its logarithm; NaN when the variance is 0.
    pub log_sd_error: f64,
    /// The log-likelihood with its constants.
    pub log_likelihood: f64,
    /// The log-likelihood of the same regression without units.
    pub log_likelihood_without_units: f64,
    /// Each unit's level, by unit number.
    pub units: Vec<UnitEffect>,
    /// How the search ended; [`Convergence::AtBoundary`] when units vary no more than chance.
    pub convergence: Convergence,
    /// How far, at most, the log-likelihood lies below its maximum, by the gradient and curvature found there.
    pub shortfall: f64,
}

impl MixedFit {
    /// The standard error of a fixed effect.
    pub fn standard_error(&self, column: usize) -> f64 {
        sqrt(self.covariance[column * self.coefficients.len() + column])
    }

    /// The two-sided Wald p-value of a fixed effect.
    pub fn p_value(&self, column: usize) -> f64 {
        normal::two_sided(self.coefficients[column] / self.standard_error(column))
    }

    /// The odds ratio of a fixed effect within a unit, with Wald limits.
    pub fn odds_ratio(&self, column: usize, confidence: Confidence) -> Interval {
        let (estimate, half) = (
            self.coefficients[column],
            confidence.z() * self.standard_error(column),
        );
        Interval {
            value: exp(estimate),
            lower: exp(estimate - half),
            upper: exp(estimate + half),
            confidence,
            method: Method::LogOdds,
        }
    }

    /// The variance between units.
    pub fn variance(&self) -> f64 {
        self.sd * self.sd
    }

    /// The share of the variance that lies between units, on the latent scale: variance/(variance + pi^2/3), with limits
    /// from the logarithm of the standard deviation.
    ///
    /// Source: Snijders and Bosker (1999), Multilevel analysis, section 14.3.
    pub fn intraclass_correlation(&self, confidence: Confidence) -> Interval {
        self.of_sd(confidence, |sd| sd * sd / (sd * sd + PI * PI / 3.0))
    }

    /// The median odds ratio: the odds ratio of the higher to the lower of two units taken at random, in the median.
    ///
    /// Source: Larsen and Merlo (2005), Am. J. Epidemiol. 161, 81-88: exp(root(2 variance) times the normal 75% point).
    pub fn median_odds_ratio(&self, confidence: Confidence) -> Interval {
        let quartile = normal::quantile(0.75);
        self.of_sd(confidence, |sd| exp(std::f64::consts::SQRT_2 * sd * quartile))
    }

    fn of_sd(&self, confidence: Confidence, measure: impl Fn(f64) -> f64) -> Interval {
        let factor = exp(confidence.z() * self.log_sd_error);
        Interval {
            value: measure(self.sd),
            lower: measure(self.sd / factor),
            upper: measure(self.sd * factor),
            confidence,
            method: Method::LogNormal,
        }
    }

    /// The test of whether units vary at all.
    ///
    /// Source: Self and Liang (1987), J. Am. Statist. Assoc. 82, 605-610.
    pub fn variance_test(&self) -> VarianceTest {
        let statistic = (2.0 * (self.log_likelihood - self.log_likelihood_without_units)).max(0.0);
        let p_value = if statistic > 0.0 {
            0.5 * chi_squared::upper_tail(statistic, 1.0)
        } else {
            1.0
        };
        VarianceTest { statistic, p_value }
    }

    /// The p-value of the likelihood-ratio test against a fit of the same cells with fewer columns; NaN when they have as
    /// many.
    pub fn likelihood_ratio_p(&self, nested: &Self) -> f64 {
        let degrees = self.coefficients.len().abs_diff(nested.coefficients.len());
        if degrees == 0 {
            return f64::NAN;
        }
        chi_squared::upper_tail(
            2.0 * (self.log_likelihood - nested.log_likelihood).max(0.0),
            degrees as f64,
        )
    }
}

/// Fits a random-intercept logistic regression.
///
/// The search uses the sum of outer products of the units' gradients, then by second derivatives; it ends when the
/// Newton decrement shows the log-likelihood to be within 1e-9 of a maximum and the curvature to be that of one. The
/// standard deviation is sought on the log scale; where no spread is better than none, the fit without units is returned
/// as [`Convergence::AtBoundary`].
///
/// # Errors
/// [`MixedError::Regression`] and [`MixedError::Separated`] when the regression without units has no fit.
///
/// ```
/// use senlens_stats::{CountOf, glm::Design, mixed::{Integration, UnitCells, fit}};
/// // Forty units of 100, whose shares run from 3% to 22%.
/// let counts: Vec<CountOf> =
///     (0..40).map(|unit| CountOf::new(3 + unit / 2, 100)).collect::<Result<_, _>>()?;
/// let design = Design::from_rows(&vec![[1.0]; 40]).expect("one column");
/// let units: Vec<usize> = (0..40).collect();
/// let cells = UnitCells::new(&units, &design, &counts).expect("as many of each");
/// let fitted = fit(&cells, Integration::Adaptive(15)).expect("events and others");
/// assert_eq!(fitted.convergence, senlens_stats::Convergence::Converged);
/// assert!(fitted.sd > 0.3 && fitted.variance_test().p_value < 1e-6);
/// # Ok::<(), senlens_stats::CountError>(())
/// ```
pub fn fit(cells: &UnitCells, integration: Integration) -> Result<MixedFit, MixedError> {
    let nodes = rule(match integration {
        Integration::Laplace => 1,
        Integration::Adaptive(nodes) => nodes,
    });
    let (plain, plain_likelihood) = cells.without_units()?;
    let columns = cells.columns;
    let size = columns + 1;
    let mut at = plain.coefficients.clone();
    at.push(log(start_sd(cells, &plain.coefficients)));
    let mut here = evaluate(cells, &at, &nodes, &vec![0.0; cells.units()]);
    let mut curvature: Option<Dense> = None;
    for _ in 0..100 {
        let second = curvature
            .as_ref()
            .and_then(|information| Cholesky::of(information).ok());
        let exact = second.is_some();
        // Where that is not a maximum's curvature, or not yet asked for, the outer products always point uphill.
        let Some(factor) = second.or_else(|| Cholesky::of(&here.outer).ok()) else {
            break;
        };
        let step = factor.solve(&here.gradient);
        let decrement: f64 = step.iter().zip(&here.gradient).map(|(s, g)| s * g).sum();
        if exact && decrement <= 1e-9 {
            // One more step, not judged: it takes what error is left to its square.
            for (value, step) in at.iter_mut().zip(&step) {
                *value += step;
            }
            here = evaluate(cells, &at, &nodes, &here.modes);
            break;
        }
        let Some((next, there)) = line_search(cells, &at, &here, &step, &nodes) else {
            break;
        };
        let gained = there.value - here.value;
        at = next;
        here = there;
        // A spread that has shrunk to nothing: the boundary is where this leads.
        if at[columns] < log(1e-3) {
            return Ok(without_variance(cells, &plain, plain_likelihood));
        }
        if (!exact && decrement < 0.5) || (exact && gained < 0.5 * decrement * 0.5) {
            curvature = Some(information(cells, &at, &nodes, &here.modes));
        }
    }
    if here.value + cells.log_ways <= plain_likelihood + 1e-9 {
        return Ok(without_variance(cells, &plain, plain_likelihood));
    }
    // The proof: the curvature is a maximum's, and the step it asks for would gain next to nothing.
    let (mut covariance, mut shortfall, mut convergence) =
        (vec![f64::NAN; size * size], f64::NAN, Convergence::NotConverged);
    if let Ok(factor) = Cholesky::of(&information(cells, &at, &nodes, &here.modes)) {
        covariance = factor.solved_inverse();
        let step = factor.solve(&here.gradient);
        shortfall = 0.5 * step.iter().zip(&here.gradient).map(|(s, g)| s * g).sum::<f64>();
        if here.found && shortfall <= 1e-9 {
            convergence = Convergence::Converged;
        }
    }
    let sd = exp(at[columns]);
    Ok(MixedFit {
        covariance: (0..columns * columns)
            .map(|i| covariance[i / columns * size + i % columns])
            .collect(),
        sd,
        log_sd_error: sqrt(covariance[size * size - 1]),
        log_likelihood: here.value + cells.log_ways,
        log_likelihood_without_units: plain_likelihood,
        units: here
            .modes
            .iter()
            .zip(&here.curvatures)
            .map(|(mode, curvature)| UnitEffect {
                effect: sd * mode,
                standard_error: sd / sqrt(*curvature),
            })
            .collect(),
        convergence,
        shortfall,
        coefficients: at[..columns].to_vec(),
    })
}

/// Goes as far along a step as the likelihood rises; `None` when it does not.
fn line_search(
    cells: &UnitCells,
    at: &[f64],
    here: &Here,
    step: &[f64],
    nodes: &[Node],
) -> Option<(Vec<f64>, Here)> {
    let longest = step.iter().fold(0.0_f64, |most, s| most.max(fabs(*s)));
    let mut share = if longest > 1.5 { 1.5 / longest } else { 1.0 };
    for _ in 0..40 {
        let next: Vec<f64> = at
            .iter()
            .zip(step)
            .map(|(value, step)| value + share * step)
            .collect();
        let there = evaluate(cells, &next, nodes, &here.modes);
        // Near the top a rise may be below the rounding of the sum.
        if there.value >= here.value - 1e-13 * fabs(here.value) {
            return Some((next, there));
        }
        share *= 0.4;
    }
    None
}

/// A first guess of the spread, from how much more units' residuals vary than chance.
fn start_sd(cells: &UnitCells, coefficients: &[f64]) -> f64 {
    let at = At::new(cells, coefficients, 0.0);
    let (mut excess, mut squares) = (0.0, 0.0);
    for unit in 0..cells.units() {
        let (mut residual, mut weight) = (0.0, 0.0);
        for cell in cells.starts[unit]..cells.starts[unit + 1] {
            let odds = at.odds[cells.pattern_of[cell] as usize];
            let share = odds / (1.0 + odds);
            residual += cells.events[cell] - cells.people[cell] * share;
            weight += cells.people[cell] * share * (1.0 - share);
        }
        excess += residual * residual - weight;
        squares += weight * weight;
    }
    // Twice the score of the variance at 0, over its information: a step from 0 (Liang 1987, Biometrika 74, 259-264).
    // Where the likelihood falls as the variance leaves 0 a larger one may still be better, so the search starts all the same.
    if excess > 0.0 {
        sqrt(excess / squares).clamp(0.05, 1.5)
    } else {
        0.2
    }
}

fn without_variance(cells: &UnitCells, plain: &crate::glm::Fit, log_likelihood: f64) -> MixedFit {
    MixedFit {
        coefficients: plain.coefficients.clone(),
        covariance: plain.covariance.clone(),
        sd: 0.0,
        log_sd_error: f64::NAN,
        log_likelihood,
        log_likelihood_without_units: log_likelihood,
        units: vec![
            UnitEffect {
                effect: 0.0,
                standard_error: 0.0
            };
            cells.units()
        ],
        convergence: Convergence::AtBoundary,
        shortfall: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CountOf;
    use crate::glm::Design;

    /// Units whose levels are normal scores times `sd`, two cells each, as near their expectation as whole counts come.
    fn spread(units: usize, sd: f64) -> UnitCells {
        let (mut numbers, mut rows, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        for unit in 0..units {
            let level = sd * normal::quantile((unit as f64 + 0.5) / units as f64);
            for male in [0.0, 1.0] {
                let share = 1.0 / (1.0 + exp(2.5 - 0.6 * male - level));
                let people = 80 + (unit as u64 * 37) % 120;
                let events = crate::special::binomial::whole(share * people as f64 + 0.5, people);
                numbers.push(unit);
                rows.push([1.0, male]);
                counts.push(CountOf::new(events, people).unwrap());
            }
        }
        UnitCells::new(&numbers, &Design::from_rows(&rows).unwrap(), &counts).unwrap()
    }

    #[test]
    fn the_gradient_is_that_of_the_likelihood() {
        let cells = spread(40, 0.5);
        let at = [-2.4, 0.5, log(0.45)];
        for count in [1, 5] {
            let nodes = rule(count);
            let zeros = vec![0.0; cells.units()];
            let here = evaluate(&cells, &at, &nodes, &zeros);
            for i in 0..3 {
                let (mut up, mut down) = (at, at);
                up[i] += 1e-5;
                down[i] -= 1e-5;
                let rise = evaluate(&cells, &up, &nodes, &zeros).value
                    - evaluate(&cells, &down, &nodes, &zeros).value;
                assert!(
                    fabs(rise / 2e-5 - here.gradient[i]) < 1e-5,
                    "{count} nodes, parameter {i}"
                );
            }
        }
    }

    #[test]
    fn finds_the_spread_that_was_put_in() {
        let fit = fit(&spread(200, 0.5), Integration::Adaptive(9)).unwrap();
        assert_eq!(fit.convergence, Convergence::Converged);
        assert!(
            fit.shortfall < 1e-9 && fabs(fit.coefficients[1] - 0.6) < 0.02 && fabs(fit.sd - 0.47) < 0.05,
            "{}",
            fit.sd
        );
        let correlation = fit.intraclass_correlation(Confidence::P95);
        assert!(fabs(correlation.value - fit.variance() / (fit.variance() + PI * PI / 3.0)) < 1e-15);
        let median = fit.median_odds_ratio(Confidence::P95);
        assert!(fabs(log(median.value) - 0.674_489_750_196_081_7 * sqrt(2.0 * fit.variance())) < 1e-12);
        assert!(median.lower > 1.0 && median.lower < median.value && median.upper > median.value);
        assert!(fit.units[0].effect < 0.0 && fit.units[199].effect > 0.0);
    }

    #[test]
    fn units_alike_are_at_the_boundary() {
        let fit = fit(&spread(60, 0.0), Integration::Laplace).unwrap();
        assert_eq!(fit.convergence, Convergence::AtBoundary);
        assert!(fit.sd == 0.0 && fabs(fit.variance_test().p_value - 1.0) < 1e-15);
        assert!(fabs(fit.median_odds_ratio(Confidence::P95).value - 1.0) < 1e-15);
    }

    #[test]
    fn the_answer_does_not_depend_on_order_or_empty_cells() {
        let design = Design::from_rows(&[
            [1.0, 0.0],
            [1.0, 1.0],
            [1.0, 0.0],
            [1.0, 1.0],
            [1.0, 5.0],
            [1.0, 0.0],
            [1.0, 1.0],
        ]);
        let design = design.unwrap();
        let count = |x, n| CountOf::new(x, n).unwrap();
        let counts = [
            count(3, 40),
            count(9, 50),
            count(20, 60),
            count(30, 55),
            count(0, 0),
            count(1, 30),
            count(2, 35),
        ];
        let one = fit(
            &UnitCells::new(&[0, 0, 1, 1, 1, 3, 3], &design, &counts).unwrap(),
            Integration::Laplace,
        )
        .unwrap();
        let order = [6, 2, 0, 5, 1, 3];
        let shuffled = Design::from_rows(&order.map(|i| design.row(i).to_vec())).unwrap();
        let units = order.map(|i: usize| [0, 0, 1, 1, 1, 3, 3][i]);
        let other = UnitCells::new(&units, &shuffled, &order.map(|i| counts[i])).unwrap();
        let other = fit(&other, Integration::Laplace).unwrap();
        assert!(fabs(one.log_likelihood - other.log_likelihood) < 1e-9 && fabs(one.sd - other.sd) < 1e-6);
        // Nothing is known of unit 2: it is at the middle, as uncertain as units are.
        assert!(
            one.units.len() == 4
                && one.units[2].effect == 0.0
                && fabs(one.units[2].standard_error - one.sd) < 1e-12
        );
        assert_eq!(
            UnitCells::new(&[0, 0, 0, 0, 1, 0, 0], &design, &counts),
            Err(MixedError::TooFewUnits(1))
        );
        assert_eq!(
            UnitCells::new(&[0], &design, &counts),
            Err(MixedError::Lengths {
                units: 1,
                rows: 7,
                counts: 7
            })
        );
    }
}
