//! Newton's method for the top of a smooth function of two variables, with a proof of having got there or a report that
//! it did not.

use crate::arithmetic::{fabs, sqrt};

/// How a fit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Convergence {
    /// The gradient vanishes to rounding and the curvature is that of a maximum.
    Converged,
    /// The best value lies at the edge of what the parameter may be, such as no variance between units.
    AtBoundary,
    /// The steps ran out, or no step rose, before the gradient vanished: the figures are not to be relied on.
    NotConverged,
}

/// A value with its first and second derivatives in two variables (the second as aa, ab, bb).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surface {
    pub(crate) value: f64,
    pub(crate) gradient: [f64; 2],
    pub(crate) curvature: [f64; 3],
}

/// Searches from `start`. The gradient counts as vanished when a Newton step would rise by less than `enough`.
pub(crate) fn maximise(
    start: [f64; 2],
    enough: f64,
    surface: impl Fn([f64; 2]) -> Surface,
) -> ([f64; 2], Surface, Convergence) {
    let mut at = start;
    let mut here = surface(at);
    for _ in 0..200 {
        let [ga, gb] = here.gradient;
        let [aa, ab, bb] = here.curvature;
        let determinant = aa * bb - ab * ab;
        let concave = aa < 0.0 && determinant > 0.0;
        // Newton's step on a concave stretch, else one along the gradient.
        let step = if concave {
            [
                (-ga * bb + gb * ab) / determinant,
                (ga * ab - gb * aa) / determinant,
            ]
        } else {
            let length = sqrt(ga * ga + gb * gb).max(f64::MIN_POSITIVE);
            [0.5 * ga / length, 0.5 * gb / length]
        };
        let rise = ga * step[0] + gb * step[1];
        if concave && fabs(rise) <= enough {
            // One more Newton step costs nothing and takes the error from its root to its square.
            let last = [at[0] + step[0], at[1] + step[1]];
            let there = surface(last);
            return if there.value >= here.value - enough {
                (last, there, Convergence::Converged)
            } else {
                (at, here, Convergence::Converged)
            };
        }
        let mut share = 1.0;
        let found = loop {
            let next = [at[0] + share * step[0], at[1] + share * step[1]];
            let there = surface(next);
            if there.value.is_finite() && there.value > here.value {
                break Some((next, there));
            }
            share *= 0.5;
            if share < 1e-12 {
                break None;
            }
        };
        match found {
            Some((next, there)) => {
                at = next;
                here = there;
            }
            None => return (at, here, Convergence::NotConverged),
        }
    }
    (at, here, Convergence::NotConverged)
}
