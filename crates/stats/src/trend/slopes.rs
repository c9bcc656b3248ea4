use super::Series;
use crate::glm::{Design, Family, GlmError, fit};
use crate::{Confidence, Interval};

/// How much faster one series rises than another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlopeDifference {
    /// The first's odds ratio per year over the second's: above 1 when the first rises faster. Limits allow for years
    /// varying more than chance about both lines.
    pub ratio_of_odds_ratios: Interval,
    /// The two-sided p-value, on Student's t with that allowance; plain when no degrees of freedom are left.
    pub p_value: f64,
    /// Pearson's chi-squared over its degrees of freedom, of both lines together.
    pub dispersion: Option<f64>,
}

/// Compares the slopes of two series that share no member: an area's and that of all others. Where the second holds the
/// first (England and an area in it) take the first away from it before.
///
/// # Errors
/// [`GlmError`] as `fit` gives it.
pub fn slope_difference(
    first: &Series,
    second: &Series,
    confidence: Confidence,
) -> Result<SlopeDifference, GlmError> {
    let start = first.points()[0].year.min(second.points()[0].year);
    let (mut rows, mut counts) = (Vec::new(), Vec::new());
    for (series, own) in [(first, 1.0), (second, 0.0)] {
        for point in series.points() {
            let t = f64::from(point.year - start);
            rows.push([1.0, t, own, own * t]);
            counts.push(point.count);
        }
    }
    let fitted = fit(&Design::from_rows(&rows)?, Family::Logistic(&counts))?;
    let dispersion = fitted.dispersion();
    let p_value = match dispersion {
        Some(phi) if phi > 1.0 => fitted.quasi_p_value(3).unwrap_or_else(|| fitted.p_value(3)),
        _ => fitted.p_value(3),
    };
    Ok(SlopeDifference {
        ratio_of_odds_ratios: fitted.widened_ratio(3, confidence),
        p_value,
        dispersion,
    })
}
