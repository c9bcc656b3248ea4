use crate::confidence::Confidence;
use std::fmt;

/// How an interval was made. The words of [`Method::as_str`] are stable and appear in tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Method {
    /// Wilson's score interval for a share.
    Wilson,
    /// Wilson's interval with continuity correction.
    WilsonCorrected,
    /// Clopper and Pearson's exact interval for a share.
    ClopperPearson,
    /// Jeffreys' equal-tailed interval for a share.
    Jeffreys,
    /// Agresti and Coull's interval for a share.
    AgrestiCoull,
    /// The mid-P interval for a share.
    MidP,
    /// The plain normal (Wald) interval.
    Wald,
    /// Byar's approximation for a count.
    Byar,
    /// The exact Poisson interval for a count.
    ExactPoisson,
    /// The mid-P interval for a Poisson count.
    MidPPoisson,
    /// Dobson's interval for a directly standardised rate.
    Dobson,
    /// Newcombe's interval for a difference of shares.
    Newcombe,
    /// Agresti and Caffo's interval for a difference of shares.
    AgrestiCaffo,
    /// A score interval by inverting the score test.
    Score,
    /// A normal interval on the log scale, as for a risk ratio.
    LogNormal,
    /// A normal interval on the log-odds scale, as of a logistic model.
    LogOdds,
    /// An exact conditional interval for an odds ratio.
    ExactConditional,
    /// Equal-tailed quantiles of a posterior distribution.
    Posterior,
}

impl Method {
    /// The stable word for this method.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::WilsonCorrected => "wilson_corrected",
            Self::ClopperPearson => "clopper_pearson",
            Self::Jeffreys => "jeffreys",
            Self::AgrestiCoull => "agresti_coull",
            Self::MidP => "mid_p",
            Self::Wald => "wald",
            Self::Byar => "byar",
            Self::ExactPoisson => "exact_poisson",
            Self::MidPPoisson => "mid_p_poisson",
            Self::Dobson => "dobson",
            Self::Newcombe => "newcombe",
            Self::AgrestiCaffo => "agresti_caffo",
            Self::Score => "score",
            Self::LogNormal => "log_normal",
            Self::LogOdds => "log_odds",
            Self::ExactConditional => "exact_conditional",
            Self::Posterior => "posterior",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A value with its interval, the confidence of the interval and the method that made it.
///
/// Any numbers are possible: what they measure (a share, a count, a ratio) is said by the function that returns it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// How often such an interval holds the truth.
    pub confidence: Confidence,
    /// How it was made.
    pub method: Method,
}

impl Interval {
    /// The same interval in other units: value and limits times a positive factor.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            lower: self.lower * factor,
            upper: self.upper * factor,
            ..self
        }
    }

    /// Whether the limits hold `point`; false where a limit is NaN.
    pub fn contains(&self, point: f64) -> bool {
        self.lower <= point && point <= self.upper
    }
}
