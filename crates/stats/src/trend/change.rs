use super::{Point, Series};
use crate::two_sample::{newcombe, pooled};
use crate::{Confidence, Interval};

/// The change from one year to the next in the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The earlier year's count.
    pub from: Point,
    /// The later year's.
    pub to: Point,
    /// The later share less the earlier, with Newcombe's limits.
    pub difference: Interval,
    /// The two-sided p-value of the pooled z; 1 when no person, or every person, has the event in both years.
    pub p_value: f64,
}

/// The change from each year to the next.
///
/// The two years are taken as independent. Where most members are the same in both, as pupils are, their difference varies
/// less than that, and the limits are wider than they need be.
pub fn changes(series: &Series, confidence: Confidence) -> Vec<Change> {
    series
        .points()
        .windows(2)
        .filter_map(|pair| {
            let (from, to) = (pair[0], pair[1]);
            let difference = newcombe(to.count, from.count, confidence)?;
            let p_value = pooled(to.count, from.count).map_or(1.0, |test| test.p_value);
            Some(Change {
                from,
                to,
                difference,
                p_value,
            })
        })
        .collect()
}
