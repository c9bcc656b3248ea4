use super::{Lines, drawable};
use crate::Confidence;
use crate::special::{
    beta_binomial, binomial as binomial_distribution, negative_binomial, poisson as poisson_distribution,
};

/// The interpolated quantile of a count: r - a, with r the smallest count whose lower tail reaches `probability` and
/// a = (F(r) - probability)/(F(r) - F(r - 1)), so that the line runs smoothly between the steps.
///
/// Source: Spiegelhalter (2005), Statistics in Medicine 24, appendix A.1.1.
pub fn interpolated(probability: f64, quantile: u64, lower_tail: f64, exactly: f64) -> f64 {
    quantile as f64 - (lower_tail - probability) / exactly
}

/// Spiegelhalter's lines for a share, interpolated between the steps of the binomial distribution. The lower line may lie
/// below 0 where no count is low enough, and is then not to be drawn.
///
/// `None` when the size or the benchmark makes no sense.
pub fn binomial(size: u64, benchmark: f64, confidence: Confidence) -> Option<Lines> {
    if !drawable(size as f64, benchmark) {
        return None;
    }
    let at = |probability: f64| {
        let r = binomial_distribution::quantile(probability, size, benchmark)?;
        let tails = binomial_distribution::tails(r, size, benchmark);
        Some(interpolated(probability, r, tails.at_or_below, tails.exactly) / size as f64)
    };
    Some(Lines {
        lower: at(confidence.tail())?,
        upper: at(1.0 - confidence.tail())?,
        confidence,
    })
}

/// Spiegelhalter's lines for a ratio of observed to expected events, from the Poisson distribution.
///
/// `None` when `expected` is not a positive finite number.
pub fn poisson(expected: f64, confidence: Confidence) -> Option<Lines> {
    if !(expected > 0.0 && expected.is_finite()) {
        return None;
    }
    let at = |probability: f64| {
        let r = poisson_distribution::quantile(probability, expected)?;
        let tails = poisson_distribution::tails(r, expected);
        Some(interpolated(probability, r, tails.at_or_below, tails.exactly) / expected)
    };
    Some(Lines {
        lower: at(confidence.tail())?,
        upper: at(1.0 - confidence.tail())?,
        confidence,
    })
}

/// The same lines from the beta-binomial distribution: where a unit would lie if units vary by the intraclass
/// `correlation` about the benchmark.
///
/// `None` when the size, the benchmark or the correlation (0 to below 1) makes no sense.
pub fn predictive_beta_binomial(
    size: u64,
    benchmark: f64,
    correlation: f64,
    confidence: Confidence,
) -> Option<Lines> {
    if !drawable(size as f64, benchmark) || !(0.0..1.0).contains(&correlation) {
        return None;
    }
    let at = |probability: f64| {
        let tails = |x| beta_binomial::tails(x, size, benchmark, correlation);
        let r = reaching(probability, size as f64 * benchmark, size, |x| {
            tails(x).at_or_below
        });
        let there = tails(r);
        interpolated(probability, r, there.at_or_below, there.exactly) / size as f64
    };
    Some(Lines {
        lower: at(confidence.tail()),
        upper: at(1.0 - confidence.tail()),
        confidence,
    })
}

/// The same lines for a ratio from the gamma-Poisson distribution: `shape` is one over the variance between units of the
/// ratio.
///
/// `None` when `expected` or the shape is not a positive number, or `expected` is infinite.
pub fn predictive_gamma_poisson(expected: f64, shape: f64, confidence: Confidence) -> Option<Lines> {
    if !(expected > 0.0 && expected.is_finite() && shape > 0.0) {
        return None;
    }
    let at = |probability: f64| {
        let tails = |x| negative_binomial::tails(x, expected, shape);
        let r = reaching(probability, expected, u64::MAX / 2, |x| tails(x).at_or_below);
        let there = tails(r);
        interpolated(probability, r, there.at_or_below, there.exactly) / expected
    };
    Some(Lines {
        lower: at(confidence.tail()),
        upper: at(1.0 - confidence.tail()),
        confidence,
    })
}

fn reaching(probability: f64, guess: f64, end: u64, lower_tail: impl Fn(u64) -> f64) -> u64 {
    let enough = probability * (1.0 - binomial_distribution::TIE);
    binomial_distribution::first_reaching(binomial_distribution::whole(guess, end), end, |x| {
        lower_tail(x) >= enough
    })
}
