use super::cells::{MixedError, UnitCells};
use super::fit::{Integration, UnitEffect, VarianceTest, fit};
use super::unit::{At, Space, find_mode, log_density};
use crate::arithmetic::{fabs, sqrt};
use crate::matrix::{Cholesky, Dense, Square};
use crate::newton::Convergence;
use crate::special::chi_squared;
use crate::{Confidence, Interval, Method};
use libm::{exp, log};

/// A fitted logistic regression with levels for units and for the groups the units lie in.
#[derive(Debug, Clone, PartialEq)]
pub struct NestedFit {
    /// The fixed effects, as log odds ratios.
    pub coefficients: Vec<f64>,
    /// Their covariance, row by row.
    pub covariance: Vec<f64>,
    /// The standard deviation between units of one group.
    pub unit_sd: f64,
    /// The standard deviation between groups; 0 when they vary no more than their units make them.
    pub group_sd: f64,
    /// The log-likelihood, by Laplace's approximation, with its constants.
    pub log_likelihood: f64,
    /// The log-likelihood of the same regression with units but without groups.
    pub log_likelihood_without_groups: f64,
    /// Each group's level.
    pub groups: Vec<UnitEffect>,
    /// Each unit's level within its group.
    pub units: Vec<UnitEffect>,
    /// How the search ended; [`Convergence::AtBoundary`] when there is no variance between groups.
    pub convergence: Convergence,
    /// How far, at most, the log-likelihood lies below its maximum, by the gradient and curvature found there.
    pub shortfall: f64,
}

impl NestedFit {
    /// The standard error of a fixed effect.
    pub fn standard_error(&self, column: usize) -> f64 {
        sqrt(self.covariance[column * self.coefficients.len() + column])
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

    /// The test of whether groups vary beyond what their units make them.
    pub fn group_test(&self) -> VarianceTest {
        let statistic = (2.0 * (self.log_likelihood - self.log_likelihood_without_groups)).max(0.0);
        let p_value = if statistic > 0.0 {
            0.5 * chi_squared::upper_tail(statistic, 1.0)
        } else {
            1.0
        };
        VarianceTest { statistic, p_value }
    }
}

struct Level {
    value: f64,
    groups: Vec<(f64, f64)>,
    units: Vec<(f64, f64)>,
    found: bool,
}

/// Fits levels for units and for groups of units, by Laplace's approximation: `group_of` gives each unit's group, from 0.
///
/// A standard deviation between four groups is known very roughly, whatever its value: with so few, groups as columns of
/// the design (fixed effects) in [`fit`] are usually the better question. Meant for an area's units, not a country's: its
/// derivatives are differences.
///
/// # Errors
/// [`MixedError::Groups`] when units and groups are not equally many or fewer than two groups have units with people;
/// others as [`fit`].
pub fn fit_nested(cells: &UnitCells, group_of: &[usize]) -> Result<NestedFit, MixedError> {
    let with_people = |unit: usize| cells.starts[unit + 1] > cells.starts[unit];
    let mut named: Vec<usize> = (0..cells.units().min(group_of.len()))
        .filter(|u| with_people(*u))
        .map(|u| group_of[u])
        .collect();
    named.sort_unstable();
    named.dedup();
    if group_of.len() != cells.units() || named.len() < 2 {
        return Err(MixedError::Groups(named.len()));
    }
    let groups = group_of.iter().max().map_or(0, |most| most + 1);
    let mut members = vec![Vec::new(); groups];
    for (unit, group) in group_of.iter().enumerate() {
        members[*group].push(unit);
    }
    let single = fit(cells, Integration::Laplace)?;
    let columns = cells.columns;
    let size = columns + 2;
    let mut at = single.coefficients.clone();
    at.push(log(single.sd.max(0.05)));
    at.push(log(0.2));
    let value = |at: &[f64]| level(cells, &members, at).value;
    let mut here = value(&at);
    let mut shortfall = f64::INFINITY;
    let mut covariance = vec![f64::NAN; size * size];
    let mut proved = false;
    for _ in 0..60 {
        let (gradient, information) = differences(&at, here, &value);
        let factor = Cholesky::of(&information).or_else(|_| {
            // Not yet a maximum's curvature: its diagonal, made positive, still points uphill.
            let mut diagonal = Dense::zero(size);
            for i in 0..size {
                *diagonal.at_mut(i, i) = fabs(information.at(i, i)).max(1.0);
            }
            Cholesky::of(&diagonal)
        });
        let Ok(factor) = factor else { break };
        let step = factor.solve(&gradient);
        shortfall = 0.5 * step.iter().zip(&gradient).map(|(s, g)| s * g).sum::<f64>();
        if shortfall <= 1e-8 && Cholesky::of(&information).is_ok() {
            covariance = factor.solved_inverse();
            proved = true;
            break;
        }
        let longest = step.iter().fold(0.0_f64, |most, s| most.max(fabs(*s)));
        let mut share = if longest > 1.0 { 1.0 / longest } else { 1.0 };
        let found = loop {
            let next: Vec<f64> = at
                .iter()
                .zip(&step)
                .map(|(value, step)| value + share * step)
                .collect();
            let there = value(&next);
            if there > here {
                break Some((next, there));
            }
            share *= 0.4;
            if share < 1e-8 {
                break None;
            }
        };
        let Some((next, there)) = found else { break };
        at = next;
        here = there;
        if at[columns + 1] < log(1e-3) {
            break;
        }
    }
    let without_groups = single.log_likelihood;
    if here + cells.log_ways <= without_groups + 1e-8 || at[columns + 1] < log(1e-3) {
        return Ok(NestedFit {
            coefficients: single.coefficients.clone(),
            covariance: single.covariance.clone(),
            unit_sd: single.sd,
            group_sd: 0.0,
            log_likelihood: without_groups,
            log_likelihood_without_groups: without_groups,
            groups: vec![
                UnitEffect {
                    effect: 0.0,
                    standard_error: 0.0
                };
                groups
            ],
            units: single.units,
            convergence: if single.convergence == Convergence::NotConverged {
                Convergence::NotConverged
            } else {
                Convergence::AtBoundary
            },
            shortfall: single.shortfall,
        });
    }
    let last = level(cells, &members, &at);
    let (unit_sd, group_sd) = (exp(at[columns]), exp(at[columns + 1]));
    let effects = |modes: &[(f64, f64)], sd: f64| {
        let effect = |(mode, curvature): &(f64, f64)| UnitEffect {
            effect: sd * mode,
            standard_error: sd / sqrt(*curvature),
        };
        modes.iter().map(effect).collect()
    };
    Ok(NestedFit {
        coefficients: at[..columns].to_vec(),
        covariance: (0..columns * columns)
            .map(|i| covariance[i / columns * size + i % columns])
            .collect(),
        unit_sd,
        group_sd,
        log_likelihood: last.value + cells.log_ways,
        log_likelihood_without_groups: without_groups,
        groups: effects(&last.groups, group_sd),
        units: effects(&last.units, unit_sd),
        convergence: if proved && last.found {
            Convergence::Converged
        } else {
            Convergence::NotConverged
        },
        shortfall,
    })
}

/// The likelihood with the joint mode of every group and its units.
fn level(cells: &UnitCells, members: &[Vec<usize>], at: &[f64]) -> Level {
    let columns = cells.columns;
    let (unit_sd, group_sd) = (exp(at[columns]), exp(at[columns + 1]));
    let point = At::new(cells, &at[..columns], unit_sd);
    let mut space = Space::default();
    let mut all = Level {
        value: 0.0,
        groups: vec![(0.0, 1.0); members.len()],
        units: vec![(0.0, 1.0); cells.units()],
        found: true,
    };
    for (group, units) in members.iter().enumerate() {
        let mut v = 0.0;
        let mut settled = false;
        for _ in 0..100 {
            let (mut residual, mut pull, mut value) = (0.0, 0.0, -0.5 * v * v);
            for &unit in units {
                let range = cells.starts[unit]..cells.starts[unit + 1];
                let (mode, sums, found) =
                    find_mode(cells, &range, &point, group_sd * v, all.units[unit].0, &mut space);
                let curvature = 1.0 + unit_sd * unit_sd * sums.weight;
                residual += sums.residual;
                pull += sums.weight / curvature;
                value += log_density(cells, &range, &point, group_sd * v, mode) - 0.5 * log(curvature);
                all.units[unit] = (mode, curvature);
                all.found &= found;
            }
            let curvature = 1.0 + group_sd * group_sd * pull;
            if settled {
                all.value += value - 0.5 * log(curvature);
                all.groups[group] = (v, curvature);
                break;
            }
            let step = ((group_sd * residual - v) / curvature).clamp(-2.0, 2.0);
            v += step;
            // Newton's error after this step is about its square: one more pass gives the value there.
            settled = fabs(step) < 1e-7;
        }
        if !settled {
            all.found = false;
        }
    }
    all
}

/// How far a parameter is moved to see how the likelihood bends.
const STEP: f64 = 1e-3;

/// The gradient and minus the second derivatives, by central differences.
fn differences(at: &[f64], here: f64, value: &impl Fn(&[f64]) -> f64) -> (Vec<f64>, Dense) {
    let size = at.len();
    let moved = |changes: &[(usize, f64)]| {
        let mut point = at.to_vec();
        for (i, change) in changes {
            point[*i] += change;
        }
        value(&point)
    };
    let (mut gradient, mut information) = (Vec::with_capacity(size), Dense::zero(size));
    for i in 0..size {
        let (up, down) = (moved(&[(i, STEP)]), moved(&[(i, -STEP)]));
        let (near_up, near_down) = (moved(&[(i, 0.5 * STEP)]), moved(&[(i, -0.5 * STEP)]));
        // Richardson's extrapolation: the error is of the fourth order.
        gradient.push((8.0 * (near_up - near_down) - (up - down)) / (6.0 * STEP));
        *information.at_mut(i, i) = (2.0 * here - up - down) / (STEP * STEP);
        for j in 0..i {
            let mixed = moved(&[(i, STEP), (j, STEP)]) + moved(&[(i, -STEP), (j, -STEP)])
                - moved(&[(i, STEP), (j, -STEP)])
                - moved(&[(i, -STEP), (j, STEP)]);
            *information.at_mut(i, j) = -mixed / (4.0 * STEP * STEP);
            *information.at_mut(j, i) = information.at(i, j);
        }
    }
    (gradient, information)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CountOf;
    use crate::glm::Design;
    use crate::special::{binomial::whole, normal};

    fn grouped(group_levels: &[f64], units: usize, sd: f64) -> (UnitCells, Vec<usize>) {
        let (mut numbers, mut rows, mut counts, mut groups) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (group, level) in group_levels.iter().enumerate() {
            for unit in 0..units {
                let own = sd * normal::quantile((unit as f64 + 0.5) / units as f64);
                groups.push(group);
                for male in [0.0, 1.0] {
                    let share = 1.0 / (1.0 + exp(2.0 - 0.5 * male - level - own));
                    let people = 100 + (unit as u64 * 31) % 80;
                    numbers.push(group * units + unit);
                    rows.push([1.0, male]);
                    counts.push(CountOf::new(whole(share * people as f64 + 0.5, people), people).unwrap());
                }
            }
        }
        (
            UnitCells::new(&numbers, &Design::from_rows(&rows).unwrap(), &counts).unwrap(),
            groups,
        )
    }

    #[test]
    fn groups_that_differ_are_found() {
        let levels = [-0.8, -0.3, 0.0, 0.3, 0.8];
        let (cells, groups) = grouped(&levels, 20, 0.3);
        let fit = fit_nested(&cells, &groups).unwrap();
        assert_eq!(fit.convergence, Convergence::Converged, "{fit:?}");
        assert!(fit.group_sd > 0.4 && fit.group_sd < 0.7 && fabs(fit.unit_sd - 0.28) < 0.06);
        assert!(fit.group_test().p_value < 1e-6 && fit.shortfall <= 1e-8);
        for (effect, level) in fit.groups.iter().zip(levels) {
            assert!(fabs(effect.effect - level) < 0.15, "{} {level}", effect.effect);
        }
        assert!(fit.units[0].effect < 0.0 && fit.units[19].effect > 0.0 && fit.standard_error(1) > 0.0);
    }

    #[test]
    fn groups_alike_are_at_the_boundary() {
        let (cells, groups) = grouped(&[0.0, 0.0, 0.0, 0.0], 15, 0.4);
        let fit = fit_nested(&cells, &groups).unwrap();
        assert_eq!(fit.convergence, Convergence::AtBoundary);
        assert!(fit.group_sd == 0.0 && fit.unit_sd > 0.3 && fabs(fit.group_test().p_value - 1.0) < 1e-12);
        assert_eq!(fit_nested(&cells, &groups[1..]), Err(MixedError::Groups(4)));
        assert_eq!(
            fit_nested(&cells, &vec![0; groups.len()]),
            Err(MixedError::Groups(1))
        );
    }
}
