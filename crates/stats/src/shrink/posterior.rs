use crate::special::{Tail, beta, gamma};
use crate::{Confidence, Interval, Method};

/// What is believed of a unit once its own count and the others' are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Posterior {
    /// A share, as a beta distribution with these shapes (both > 0).
    Beta {
        /// The first shape.
        a: f64,
        /// The second shape.
        b: f64,
    },
    /// A ratio or rate, as a gamma distribution.
    Gamma {
        /// The shape, > 0.
        shape: f64,
        /// The rate, > 0: the mean is shape over rate.
        rate: f64,
    },
}

impl Posterior {
    /// The mean.
    pub fn mean(self) -> f64 {
        match self {
            Self::Beta { a, b } => a / (a + b),
            Self::Gamma { shape, rate } => shape / rate,
        }
    }

    /// The variance.
    pub fn variance(self) -> f64 {
        match self {
            Self::Beta { a, b } => a * b / ((a + b) * (a + b) * (a + b + 1.0)),
            Self::Gamma { shape, rate } => shape / (rate * rate),
        }
    }

    /// The value with `probability` below it.
    pub fn quantile(self, probability: f64) -> f64 {
        match self {
            Self::Beta { a, b } => beta::quantile(a, b, probability, Tail::Lower),
            Self::Gamma { shape, rate } => gamma::quantile(shape, probability, Tail::Lower) / rate,
        }
    }

    /// The value with `probability` above it.
    pub fn upper_quantile(self, probability: f64) -> f64 {
        match self {
            Self::Beta { a, b } => beta::quantile(a, b, probability, Tail::Upper),
            Self::Gamma { shape, rate } => gamma::quantile(shape, probability, Tail::Upper) / rate,
        }
    }

    /// The chance of lying above a benchmark.
    pub fn above(self, benchmark: f64) -> f64 {
        match self {
            Self::Beta { a, b } => beta::tails(a, b, benchmark).upper,
            Self::Gamma { shape, rate } => gamma::tails(shape, rate * benchmark).upper,
        }
    }

    /// The mean with equal-tailed limits.
    pub fn interval(self, confidence: Confidence) -> Interval {
        let tail = confidence.tail();
        Interval {
            value: self.mean(),
            lower: self.quantile(tail),
            upper: self.upper_quantile(tail),
            confidence,
            method: Method::Posterior,
        }
    }
}
