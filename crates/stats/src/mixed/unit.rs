//! One unit's part of the likelihood, with its exact gradient.

use super::cells::UnitCells;
use super::hermite::Node;
use crate::arithmetic::{fabs, sqrt};
use libm::{exp, log, log1p};
use std::ops::Range;

/// The parameters at which the likelihood is asked for.
#[derive(Debug, Clone)]
pub(super) struct At {
    /// The linear predictor of each pattern.
    pub(super) predictors: Vec<f64>,
    /// Its exponential.
    pub(super) odds: Vec<f64>,
    /// The standard deviation between units.
    pub(super) sd: f64,
}

impl At {
    pub(super) fn new(cells: &UnitCells, coefficients: &[f64], sd: f64) -> Self {
        let predictors: Vec<f64> = cells
            .patterns
            .iter()
            .map(|row| row.iter().zip(coefficients).map(|(x, b)| x * b).sum())
            .collect();
        let odds = predictors.iter().map(|eta| exp(*eta)).collect();
        Self { predictors, odds, sd }
    }
}

/// Working space, a cell each.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// Observed less expected.
    residual: Vec<f64>,
    /// n p q.
    weight: Vec<f64>,
    /// Its derivative in the predictor.
    bend: Vec<f64>,
    /// The residual averaged over nodes.
    mean_residual: Vec<f64>,
    node_residual: Vec<f64>,
}

/// A unit's part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// The log-likelihood, without the constants of the counts.
    pub(super) value: f64,
    /// The mode, in standard deviations.
    pub(super) mode: f64,
    /// One and the curvature the data add there.
    pub(super) curvature: f64,
    /// The derivative in the standard deviation.
    pub(super) by_sd: f64,
    /// Whether the mode was found.
    pub(super) found: bool,
}

/// Sums over a unit's cells at one level.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// Observed less expected.
    pub(super) residual: f64,
    /// n p q.
    pub(super) weight: f64,
    bend: f64,
}

/// An exponential larger than this is as good as infinite, and its square still is not.
const LARGE: f64 = 1e150;

/// The unit's part of the likelihood and its gradient, which is added to `by_coefficient`.
pub(super) fn part(
    cells: &UnitCells,
    range: Range<usize>,
    at: &At,
    start: f64,
    nodes: &[Node],
    space: &mut Space,
    by_coefficient: &mut [f64],
) -> Part {
    let sd = at.sd;
    let (mode, sums, found) = find_mode(cells, &range, at, 0.0, start, space);
    let curvature = 1.0 + sd * sd * sums.weight;
    let scale = 1.0 / sqrt(curvature);
    let level = log_density(cells, &range, at, 0.0, mode);
    let slope_by_sd = (sums.residual - sd * mode * sums.weight) / curvature;
    let curvature_by_sd = 2.0 * sd * sums.weight + sd * sd * sums.bend * (mode + sd * slope_by_sd);

    let (value, mean_slope, stretched_slope, sd_term);
    if nodes.len() <= 1 {
        value = level + log(scale);
        (mean_slope, stretched_slope, sd_term) = (0.0, 0.0, mode * sums.residual);
        space.mean_residual.clear();
        space.mean_residual.extend_from_slice(&space.residual);
    } else {
        let root_two = std::f64::consts::SQRT_2;
        space.mean_residual.clear();
        space.mean_residual.resize(range.len(), 0.0);
        let (mut total, mut slope_sum, mut stretch_sum, mut sd_sum) = (0.0, 0.0, 0.0, 0.0);
        for node in nodes {
            let u = mode + root_two * scale * node.at;
            let density = exp(log_density(cells, &range, at, 0.0, u) - level + node.log_weight);
            let residual = residuals(cells, &range, at, u, &mut space.node_residual);
            let slope = sd * residual - u;
            total += density;
            slope_sum += density * slope;
            stretch_sum += density * slope * root_two * node.at;
            sd_sum += density * u * residual;
            for (mean, here) in space.mean_residual.iter_mut().zip(&space.node_residual) {
                *mean += density * here;
            }
        }
        for mean in &mut space.mean_residual {
            *mean /= total;
        }
        value = level + log(total) + log(scale);
        (mean_slope, stretched_slope, sd_term) = (slope_sum / total, stretch_sum / total, sd_sum / total);
    }

    // How the value moves with the curvature: through the scale of the nodes and the logarithm of that scale.
    let by_curvature = -0.5 * (stretched_slope * scale * scale * scale + 1.0 / curvature);
    let on_weight = -(sd / curvature) * (mean_slope + by_curvature * sd * sd * sd * sums.bend);
    let on_bend = by_curvature * sd * sd;
    for (local, cell) in range.clone().enumerate() {
        let factor =
            space.mean_residual[local] + on_weight * space.weight[local] + on_bend * space.bend[local];
        let pattern = &cells.patterns[cells.pattern_of[cell] as usize];
        for (sum, x) in by_coefficient.iter_mut().zip(pattern) {
            *sum += factor * x;
        }
    }
    let by_sd = sd_term + mean_slope * slope_by_sd + by_curvature * curvature_by_sd;
    Part {
        value,
        mode,
        curvature,
        by_sd,
        found,
    }
}

/// The unit's level at which its own likelihood times the normal density is highest, with the sums there; `offset` is added
/// to every linear predictor.
pub(super) fn find_mode(
    cells: &UnitCells,
    range: &Range<usize>,
    at: &At,
    offset: f64,
    start: f64,
    space: &mut Space,
) -> (f64, Sums, bool) {
    let sd = at.sd;
    let mut u = if start.is_finite() { start } else { 0.0 };
    for _ in 0..200 {
        let mut sums = sums_at(cells, range, at, offset + at.sd * u, space);
        let slope = sd * sums.residual - u;
        // The density is log-concave with curvature at least one, so Newton's step points to the mode; it is kept short
        // far away, where it may overshoot.
        let step = (slope / (1.0 + sd * sd * sums.weight)).clamp(-2.0, 2.0);
        u += step;
        if fabs(step) < 1e-6 {
            // The sums are moved along with the last step: what is left is of the order of its square.
            let shift = sd * step;
            for ((residual, weight), bend) in
                space.residual.iter_mut().zip(&mut space.weight).zip(&space.bend)
            {
                *residual -= *weight * shift;
                *weight += bend * shift;
            }
            sums.residual -= sums.weight * shift;
            sums.weight += sums.bend * shift;
            return (u, sums, true);
        }
    }
    let sums = sums_at(cells, range, at, offset + at.sd * u, space);
    (u, sums, false)
}

fn sums_at(cells: &UnitCells, range: &Range<usize>, at: &At, shift: f64, space: &mut Space) -> Sums {
    let factor = exp(shift);
    let mut sums = Sums::default();
    space.residual.clear();
    space.weight.clear();
    space.bend.clear();
    let cells_here = cells.pattern_of[range.clone()]
        .iter()
        .zip(&cells.events[range.clone()])
        .zip(&cells.people[range.clone()]);
    for ((pattern, events), people) in cells_here {
        let odds = (at.odds[*pattern as usize] * factor).min(LARGE);
        let other = 1.0 / (1.0 + odds);
        let share = odds * other;
        let mean = people * share;
        let residual = events - mean;
        let weight = mean * other;
        let bend = weight * (other - share);
        sums.residual += residual;
        sums.weight += weight;
        sums.bend += bend;
        space.residual.push(residual);
        space.weight.push(weight);
        space.bend.push(bend);
    }
    sums
}

/// Observed less expected at a level, cell by cell, and their sum.
fn residuals(cells: &UnitCells, range: &Range<usize>, at: &At, u: f64, into: &mut Vec<f64>) -> f64 {
    let factor = exp(at.sd * u);
    into.clear();
    let mut sum = 0.0;
    for cell in range.clone() {
        let odds = (at.odds[cells.pattern_of[cell] as usize] * factor).min(LARGE);
        let residual = cells.events[cell] - cells.people[cell] * (odds / (1.0 + odds));
        sum += residual;
        into.push(residual);
    }
    sum
}

/// The log-likelihood of the unit's counts at a level, less half its square.
pub(super) fn log_density(cells: &UnitCells, range: &Range<usize>, at: &At, offset: f64, u: f64) -> f64 {
    let shift = offset + at.sd * u;
    let factor = exp(shift);
    let mut sum = -0.5 * u * u;
    for cell in range.clone() {
        let pattern = cells.pattern_of[cell] as usize;
        let eta = at.predictors[pattern] + shift;
        let odds = at.odds[pattern] * factor;
        let log_total = if odds < LARGE { log1p(odds) } else { eta };
        sum += cells.events[cell] * eta - cells.people[cell] * log_total;
    }
    sum
}
