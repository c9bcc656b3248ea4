use super::Series;
use crate::glm::{Design, Family, Fit, GlmError, fit};
use crate::newton::Convergence;
use crate::{Confidence, Interval};

/// A straight line through the log odds of a share.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticTrend {
    /// The odds ratio of a year against the one before, with limits that allow for years varying more than chance.
    pub odds_ratio_per_year: Interval,
    /// The same with limits as if they did not.
    pub odds_ratio_by_chance: Interval,
    /// Pearson's chi-squared over its degrees of freedom: above 1 when years vary more than chance about the line. `None`
    /// with two years, through which any line passes.
    pub dispersion: Option<f64>,
    /// The p-value of the slope on Student's t with that dispersion.
    pub quasi_p_value: Option<f64>,
    /// The p-value of the slope by the likelihood ratio, as if years varied by chance alone.
    pub likelihood_ratio_p: f64,
    /// The whole fit: column 0 the first year's log odds, column 1 the slope.
    pub fit: Fit,
}

/// A straight line through the log of a rate.
#[derive(Debug, Clone, PartialEq)]
pub struct RateTrend {
    /// The ratio of a year's rate to the one's before, with limits widened as for [`LogisticTrend`].
    pub rate_ratio_per_year: Interval,
    /// The whole fit: column 0 the first year's log rate, column 1 the slope.
    pub fit: Fit,
}

/// The trend of a share by logistic regression on the year, with an allowance for overdispersion.
///
/// # Errors
/// [`GlmError`] as `fit` gives it. When no person, or every person, has the event there is no line:
/// [`Convergence::NotConverged`] in the fit says so.
///
/// Source: McCullagh and Nelder (1989), section 4.5, for the dispersion.
pub fn logistic_trend(series: &Series, confidence: Confidence) -> Result<LogisticTrend, GlmError> {
    let counts = series.counts();
    let years: Vec<[f64; 2]> = series.elapsed().into_iter().map(|t| [1.0, t]).collect();
    let level: Vec<[f64; 1]> = years.iter().map(|_| [1.0]).collect();
    let fitted = fit(&Design::from_rows(&years)?, Family::Logistic(&counts))?;
    let flat = fit(&Design::from_rows(&level)?, Family::Logistic(&counts))?;
    Ok(LogisticTrend {
        odds_ratio_per_year: fitted.widened_ratio(1, confidence),
        odds_ratio_by_chance: fitted.ratio(1, confidence),
        dispersion: fitted.dispersion(),
        quasi_p_value: fitted.quasi_p_value(1),
        likelihood_ratio_p: fitted.likelihood_ratio_p(&flat),
        fit: fitted,
    })
}

/// The trend of a rate by Poisson regression on the year, the population the exposure.
///
/// # Errors
/// [`GlmError`] as `fit` gives it.
pub fn rate_trend(series: &Series, confidence: Confidence) -> Result<RateTrend, GlmError> {
    let exposures: Vec<(u64, f64)> = series
        .counts()
        .iter()
        .map(|count| (count.events(), count.population() as f64))
        .collect();
    let years: Vec<[f64; 2]> = series.elapsed().into_iter().map(|t| [1.0, t]).collect();
    let fitted = fit(&Design::from_rows(&years)?, Family::Poisson(&exposures))?;
    Ok(RateTrend {
        rate_ratio_per_year: fitted.widened_ratio(1, confidence),
        fit: fitted,
    })
}

impl LogisticTrend {
    /// Whether the line was found.
    pub fn converged(&self) -> bool {
        self.fit.convergence == Convergence::Converged
    }
}
