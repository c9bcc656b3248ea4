//! The standard normal distribution: tails and quantiles.

use crate::arithmetic::{fabs, sqrt};
use libm::{erfc, exp, log};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// The density at `z`.
#[must_use]
pub fn density(z: f64) -> f64 {
    exp(-0.5 * z * z) / sqrt(2.0 * PI)
}

/// P(Z <= z). NaN in, NaN out.
#[must_use]
pub fn lower_tail(z: f64) -> f64 {
    0.5 * erfc(-z * FRAC_1_SQRT_2)
}

/// P(Z > z), without loss when `z` is large. NaN in, NaN out.
#[must_use]
pub fn upper_tail(z: f64) -> f64 {
    0.5 * erfc(z * FRAC_1_SQRT_2)
}

/// P(|Z| > |z|): the two-sided p-value of a z-score. NaN in, NaN out.
///
/// ```
/// let p = senlens_stats::special::normal::two_sided(1.959_963_984_540_054);
/// assert!((p - 0.05).abs() < 1e-15);
/// ```
#[must_use]
pub fn two_sided(z: f64) -> f64 {
    erfc(fabs(z) * FRAC_1_SQRT_2)
}

/// The `z` with P(Z <= z) = `probability`, by Wichura's algorithm AS 241 and one Newton step.
///
/// 0 gives minus infinity and 1 infinity; outside \[0, 1\] or NaN gives NaN.
///
/// Source: Wichura (1988), Applied Statistics 37, 477-484.
#[must_use]
pub fn quantile(probability: f64) -> f64 {
    if probability.is_nan() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    if probability <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if probability >= 1.0 {
        return f64::INFINITY;
    }
    let from_half = probability - 0.5;
    if fabs(from_half) <= 0.425 {
        let r = 0.180_625 - from_half * from_half;
        return from_half * ratio(&CENTRE, r);
    }
    let tail = if from_half < 0.0 {
        probability
    } else {
        1.0 - probability
    };
    let r = sqrt(-log(tail));
    let z = if r <= 5.0 {
        ratio(&SHOULDER, r - 1.6)
    } else {
        ratio(&FAR, r - 5.0)
    };
    // One Newton step on the tail, which AS 241 gives to about 1e-16 but not always to the last bit.
    let z = z + (upper_tail(z) - tail) / density(z);
    if from_half < 0.0 { -z } else { z }
}

fn ratio(coefficients: &[[f64; 8]; 2], r: f64) -> f64 {
    let [numerator, denominator] =
        coefficients.map(|terms| terms.iter().fold(0.0, |sum, term| sum * r + term));
    numerator / denominator
}

#[expect(clippy::unreadable_literal, reason = "coefficients as Wichura prints them")]
#[expect(clippy::excessive_precision, reason = "coefficients as Wichura prints them")]
const CENTRE: [[f64; 8]; 2] = [
    [
        2509.0809287301226727,
        33430.575583588128105,
        67265.770927008700853,
        45921.953931549871457,
        13731.693765509461125,
        1971.5909503065514427,
        133.14166789178437745,
        3.387132872796366608,
    ],
    [
        5226.495278852545925,
        28729.085735721942674,
        39307.89580009271061,
        21213.794301586595867,
        5394.1960214247511077,
        687.1870074920579083,
        42.313330701600911252,
        1.0,
    ],
];

#[expect(clippy::unreadable_literal, reason = "coefficients as Wichura prints them")]
#[expect(clippy::excessive_precision, reason = "coefficients as Wichura prints them")]
const SHOULDER: [[f64; 8]; 2] = [
    [
        7.7454501427834140764e-4,
        0.0227238449892691845833,
        0.24178072517745061177,
        1.27045825245236838258,
        3.64784832476320460504,
        5.7694972214606914055,
        4.6303378461565452959,
        1.42343711074968357734,
    ],
    [
        1.05075007164441684324e-9,
        5.475938084995344946e-4,
        0.0151986665636164571966,
        0.14810397642748007459,
        0.68976733498510000455,
        1.6763848301838038494,
        2.05319162663775882187,
        1.0,
    ],
];

#[expect(clippy::unreadable_literal, reason = "coefficients as Wichura prints them")]
#[expect(clippy::excessive_precision, reason = "coefficients as Wichura prints them")]
const FAR: [[f64; 8]; 2] = [
    [
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        0.0012426609473880784386,
        0.026532189526576123093,
        0.29656057182650489123,
        1.7848265399172913358,
        5.4637849111641143699,
        6.6579046435011037772,
    ],
    [
        2.04426310338993978564e-15,
        1.4215117583164458887e-7,
        1.8463183175100546818e-5,
        7.868691311456132591e-4,
        0.0148753612908506148525,
        0.13692988092273580531,
        0.59983220655588793769,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_the_published_tables() {
        // NIST handbook 1.3.6.7.1 and R's qnorm.
        for (probability, z) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.999, 3.090_232_306_167_813_5),
            (0.9, 1.281_551_565_544_600_4),
            (0.025, -1.959_963_984_540_054),
            (1e-10, -6.361_340_902_404_056),
            (1e-300, -37.047_096_299_361_21),
        ] {
            assert!(
                fabs(quantile(probability) - z) < 1e-13,
                "{probability}: {}",
                quantile(probability)
            );
        }
        assert!(quantile(f64::NAN).is_nan() && quantile(-0.1).is_nan() && quantile(1.1).is_nan());
        assert!(quantile(0.0) == f64::NEG_INFINITY && quantile(1.0) == f64::INFINITY);
    }

    #[test]
    fn quantile_undoes_the_tail() {
        for step in 1..2000 {
            let probability = f64::from(step) / 2000.0;
            assert!(fabs(lower_tail(quantile(probability)) - probability) < 1e-15 * 4.0);
        }
    }
}
