//! The chi-squared distribution.

use super::{Tail, gamma};

/// P(X > x) on `degrees` > 0 degrees of freedom (they need not be whole). NaN in, NaN out.
#[must_use]
pub fn upper_tail(x: f64, degrees: f64) -> f64 {
    gamma::tails(0.5 * degrees, 0.5 * x).upper
}

/// The point whose upper tail is `probability`.
#[must_use]
pub fn upper_quantile(probability: f64, degrees: f64) -> f64 {
    2.0 * gamma::quantile(0.5 * degrees, probability, Tail::Upper)
}
