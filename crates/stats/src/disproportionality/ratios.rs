use crate::arithmetic::sqrt;
use crate::two_sample::{fisher, log_ratio};
use crate::{Confidence, CountOf, Interval, Method};
use libm::exp;

/// A group's risk against another's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskComparison {
    /// The group's risk.
    pub risk: f64,
    /// The comparison group's.
    pub comparison_risk: f64,
    /// The first over the second with a normal interval on the log scale; `None` where either has no events.
    pub ratio: Option<Interval>,
    /// The first less the second.
    pub difference: f64,
    /// Fisher's exact two-sided p-value.
    pub p_value: f64,
}

/// A group's risk against a comparison group's. `None` when either is empty.
pub fn risk_comparison(
    group: CountOf,
    comparison: CountOf,
    confidence: Confidence,
) -> Option<RiskComparison> {
    let (risk, comparison_risk) = (group.share()?, comparison.share()?);
    Some(RiskComparison {
        risk,
        comparison_risk,
        ratio: log_ratio(group, comparison, confidence).map(|test| test.ratio),
        difference: risk - comparison_risk,
        p_value: fisher(group, comparison)?.two_sided,
    })
}

/// Jewell's small-sample risk ratio: nearly unbiased, one event added to the comparison group. `None` when the group has
/// no events or either is empty.
///
/// Source: Jewell (1986), Biometrics 42, 421-435; as `epitools::riskratio.small`, whose limits put the plain log error
/// about the adjusted value.
pub fn small_sample(group: CountOf, comparison: CountOf, confidence: Confidence) -> Option<Interval> {
    let plain = log_ratio(group, comparison, confidence)?;
    let others = comparison.others() as f64;
    let (x0, n0) = (comparison.events() as f64, comparison.population() as f64);
    let risk = group.share()?;
    // The comparison risk as (x0 + 1)/(n0 + 1).
    let value = risk / ((x0 + 1.0) / (others + x0 + 1.0));
    debug_assert!(n0 > 0.0, "a group with events has people");
    let factor = exp(confidence.z() * plain.log_error);
    Some(Interval {
        value,
        lower: value / factor,
        upper: value * factor,
        confidence,
        method: Method::LogNormal,
    })
}

/// The risk ratio with half an event added to each group's events and people, finite without events. NaN when either is
/// empty.
///
/// Source: Haldane (1956), Annals of Human Genetics 20, 309-311, and Walter (1975), Biometrika 62, 371-374.
pub fn haldane(group: CountOf, comparison: CountOf) -> f64 {
    let risk = |count: CountOf| {
        if count.population() == 0 {
            f64::NAN
        } else {
            (count.events() as f64 + 0.5) / (count.population() as f64 + 0.5)
        }
    };
    risk(group) / risk(comparison)
}

/// The unadjusted odds ratio, first over second, with a normal interval on the log scale; `None` when a cell of the table
/// is 0 (see [`two_sample::odds_ratio`](crate::two_sample::odds_ratio) for exact limits).
///
/// Source: Woolf (1955), Annals of Human Genetics 19, 251-253.
pub fn odds_ratio(group: CountOf, comparison: CountOf, confidence: Confidence) -> Option<Interval> {
    let cells = [
        group.events(),
        group.others(),
        comparison.events(),
        comparison.others(),
    ]
    .map(|cell| cell as f64);
    if cells.iter().any(|cell| *cell <= 0.0) {
        return None;
    }
    let value = cells[0] / cells[1] / (cells[2] / cells[3]);
    let factor = exp(confidence.z() * sqrt(cells.iter().map(|cell| 1.0 / cell).sum::<f64>()));
    Some(Interval {
        value,
        lower: value / factor,
        upper: value * factor,
        confidence,
        method: Method::LogOdds,
    })
}
