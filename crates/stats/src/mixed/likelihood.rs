//! The likelihood of a random-intercept logistic regression at a point, with its derivatives.

use super::cells::UnitCells;
use super::hermite::Node;
use super::unit::{At, Space, part};
use crate::arithmetic::fabs;
use crate::matrix::{Dense, Square};
use libm::exp;
use rayon::prelude::*;

/// Units worked on together; their sums are added up in order, so that the answer does not depend on how many threads ran.
const TOGETHER: usize = 256;

/// The likelihood at a point, in the coefficients and the logarithm of the standard deviation.
pub(super) struct Here {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    /// The sum over units of their gradients' outer products: the lower triangle.
    pub(super) outer: Dense,
    pub(super) modes: Vec<f64>,
    pub(super) curvatures: Vec<f64>,
    pub(super) found: bool,
}

pub(super) fn evaluate(cells: &UnitCells, at: &[f64], nodes: &[Node], modes: &[f64]) -> Here {
    let columns = cells.columns;
    let size = columns + 1;
    let (coefficients, sd) = (&at[..columns], exp(at[columns]));
    let point = At::new(cells, coefficients, sd);
    let units = cells.units();
    let chunks: Vec<Here> = (0..units.div_ceil(TOGETHER))
        .into_par_iter()
        .map(|chunk| {
            let from = chunk * TOGETHER;
            let to = (from + TOGETHER).min(units);
            let mut space = Space::default();
            let mut own = vec![0.0; size];
            let mut here = Here {
                value: 0.0,
                gradient: vec![0.0; size],
                outer: Dense::zero(size),
                modes: Vec::with_capacity(to - from),
                curvatures: Vec::with_capacity(to - from),
                found: true,
            };
            for (unit, mode) in (from..to).zip(&modes[from..to]) {
                let range = cells.starts[unit]..cells.starts[unit + 1];
                own.fill(0.0);
                let (by_coefficient, by_sd) = own.split_at_mut(columns);
                let part = part(cells, range, &point, *mode, nodes, &mut space, by_coefficient);
                by_sd[0] = part.by_sd * sd;
                here.value += part.value;
                here.found &= part.found;
                here.modes.push(part.mode);
                here.curvatures.push(part.curvature);
                for (i, a) in own.iter().enumerate() {
                    here.gradient[i] += a;
                    for (j, b) in own[..=i].iter().enumerate() {
                        *here.outer.at_mut(i, j) += a * b;
                    }
                }
            }
            here
        })
        .collect();
    let mut all = Here {
        value: 0.0,
        gradient: vec![0.0; size],
        outer: Dense::zero(size),
        modes: Vec::with_capacity(units),
        curvatures: Vec::with_capacity(units),
        found: true,
    };
    for chunk in chunks {
        all.value += chunk.value;
        all.found &= chunk.found;
        all.modes.extend(chunk.modes);
        all.curvatures.extend(chunk.curvatures);
        for (sum, part) in all.gradient.iter_mut().zip(chunk.gradient) {
            *sum += part;
        }
        all.outer.add(&chunk.outer);
    }
    all
}

/// Minus the second derivatives, by central differences of the exact gradient.
pub(super) fn information(cells: &UnitCells, at: &[f64], nodes: &[Node], modes: &[f64]) -> Dense {
    let size = at.len();
    let mut information = Dense::zero(size);
    for i in 0..size {
        let step = 1e-4 * (1.0 + fabs(at[i])).min(2.0);
        let (mut up, mut down) = (at.to_vec(), at.to_vec());
        up[i] += step;
        down[i] -= step;
        let (up, down) = (
            evaluate(cells, &up, nodes, modes),
            evaluate(cells, &down, nodes, modes),
        );
        for j in 0..size {
            *information.at_mut(i, j) = (down.gradient[j] - up.gradient[j]) / (2.0 * step);
        }
    }
    for i in 0..size {
        for j in 0..i {
            let mean = 0.5 * (information.at(i, j) + information.at(j, i));
            *information.at_mut(i, j) = mean;
            *information.at_mut(j, i) = mean;
        }
    }
    information
}
