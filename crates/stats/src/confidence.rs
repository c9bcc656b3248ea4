use crate::special::normal;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A two-sided level of confidence, such as 0.95: more than 0 and less than 1.
///
/// ```
/// use senlens_stats::Confidence;
/// let confidence: Confidence = "0.998".parse()?;
/// assert_eq!(confidence, Confidence::P998);
/// assert!((confidence.z() - 3.090_232_306_167_813).abs() < 1e-12);
/// assert!("95".parse::<Confidence>().is_err());
/// # Ok::<(), senlens_stats::ConfidenceError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence {
    level: f64,
    /// Kept because every interval asks for it.
    z: f64,
}

/// Why something is not a confidence.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ConfidenceError {
    /// Not between 0 and 1.
    #[error("a confidence lies between 0 and 1, as 0.95 does: `{0}`")]
    OutOfRange(f64),
    /// Not a number.
    #[error("not a confidence: `{0}`")]
    NotANumber(String),
}

impl Confidence {
    /// 95%.
    pub const P95: Self = Self {
        level: 0.95,
        z: 1.959_963_984_540_053_8,
    };
    /// 99%.
    pub const P99: Self = Self {
        level: 0.99,
        z: 2.575_829_303_548_900_4,
    };
    /// 99.8%, the outer limits of a funnel.
    pub const P998: Self = Self {
        level: 0.998,
        z: 3.090_232_306_167_812_7,
    };

    /// The level, 0.95 for 95%.
    pub fn level(self) -> f64 {
        self.level
    }

    /// What lies outside on each side, 0.025 for 95%.
    pub fn tail(self) -> f64 {
        tail_of(self.level)
    }

    /// The two-sided normal multiplier, 1.96 for 95%.
    pub fn z(self) -> f64 {
        self.z
    }
}

/// What lies outside on each side.
fn tail_of(level: f64) -> f64 {
    (1.0 - level) / 2.0
}

impl TryFrom<f64> for Confidence {
    type Error = ConfidenceError;

    fn try_from(level: f64) -> Result<Self, Self::Error> {
        if level > 0.0 && level < 1.0 {
            Ok(Self {
                level,
                z: -normal::quantile(tail_of(level)),
            })
        } else {
            Err(ConfidenceError::OutOfRange(level))
        }
    }
}

impl FromStr for Confidence {
    type Err = ConfidenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let level: f64 = text
            .trim()
            .parse()
            .map_err(|_| ConfidenceError::NotANumber(text.to_owned()))?;
        Self::try_from(level)
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_what_parsing_gives() {
        for (constant, text) in [
            (Confidence::P95, "0.95"),
            (Confidence::P99, "0.99"),
            (Confidence::P998, "0.998"),
        ] {
            assert_eq!(text.parse(), Ok(constant));
        }
    }

    #[test]
    fn only_between_nought_and_one() {
        for bad in [0.0, 1.0, -0.5, 95.0, f64::NAN, f64::INFINITY] {
            assert!(Confidence::try_from(bad).is_err(), "{bad}");
        }
        assert!("ninety-five".parse::<Confidence>().is_err());
        assert_eq!(" 0.95 ".parse::<Confidence>(), Ok(Confidence::P95));
        assert_eq!(Confidence::P998.to_string(), "0.998");
    }
}
