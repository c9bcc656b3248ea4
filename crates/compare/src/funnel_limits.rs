//! Table `funnel_limits`: the lines of a funnel of authorities, from the very tails that decide their positions, so that
//! a mark beyond a drawn line is one the table calls higher or lower.

use crate::atlas::Atlas;
use crate::expectation::{Expectation, Within, expect_of_layers};
use crate::figures::Figure;
use crate::tails::Tails;
use crate::{Base, Dispersion, Inputs, Key};
use senlens_model::{Need, NeedCut, PhaseCut, ProvisionCut};
use senlens_stats::Confidence;
use std::sync::Arc;

/// What limits allow for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spread {
    /// Chance alone: binomial tails.
    Chance,
    /// Ordinary differences between authorities as well: beta-binomial tails.
    Ordinary,
}

impl Spread {
    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chance => "chance",
            Self::Ordinary => "ordinary",
        }
    }
}

/// The limits about England's share at one size of authority.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelLimitRow {
    /// What the row is about; the place is England, about whose share the limits lie.
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Of whom the share is.
    pub base: Base,
    /// What the limits allow for.
    pub spread: Spread,
    /// Confidence of the limits (0.95, 0.998).
    pub confidence: f64,
    /// Pupils of the base.
    pub population: u64,
    /// Below it an authority of this size is lower than expected, per hundred; none when no count is so low.
    pub lower: Option<f64>,
    /// Above it an authority of this size is higher than expected, per hundred; none when no count is so high.
    pub upper: Option<f64>,
}

/// Sizes at which limits are given, closer together where the lines bend: among small authorities.
const SIZES: u32 = 60;

/// Limits for MLD among pupils with SEN and among all pupils, against England without adjustment.
pub(crate) fn funnel_limits(inputs: &Inputs<'_>, atlas: &Atlas<'_>) -> Vec<FunnelLimitRow> {
    let mut rows = Vec::new();
    let Some(england) = &atlas.england else {
        return rows;
    };
    for coverage in atlas.coverages(inputs.area.la_code) {
        for base in [Base::Pupils, Base::Sen] {
            let figure = Figure {
                provision: ProvisionCut::Total,
                need: NeedCut::Of(Need::Mld),
                base,
            };
            let units: Vec<Expectation> = atlas
                .authorities
                .values()
                .filter_map(|place| {
                    expect_of_layers(
                        &place.layers,
                        &england.layers,
                        coverage,
                        PhaseCut::Total,
                        figure,
                        Within::Everything,
                    )
                })
                .collect();
            let largest = units.iter().map(|unit| unit.population).max().unwrap_or(0);
            let Some(share) = units.iter().find_map(Expectation::share) else {
                continue;
            };
            let mut spreads = vec![(Spread::Chance, 0.0)];
            if let Some(dispersion) = Dispersion::of(&units) {
                spreads.push((Spread::Ordinary, dispersion.correlation));
            }
            let key = Key {
                time_period: inputs.year,
                coverage,
                place: Arc::clone(&england.place),
                phase: PhaseCut::Total,
                sen_provision: ProvisionCut::Total,
            };
            for (spread, correlation) in spreads {
                for confidence in [Confidence::P95, Confidence::P998] {
                    for population in sizes(largest) {
                        let (lower, upper) = limits(population, share, correlation, confidence);
                        rows.push(FunnelLimitRow {
                            key: key.clone(),
                            primary_need: figure.need,
                            base,
                            spread,
                            confidence: confidence.level(),
                            population,
                            lower,
                            upper,
                        });
                    }
                }
            }
        }
    }
    rows
}

fn sizes(largest: u64) -> Vec<u64> {
    let steps = u64::from(SIZES);
    let mut sizes: Vec<u64> = (1..=steps)
        .map(|step| (largest * step * step).div_ceil(steps * steps))
        .filter(|size| *size > 0)
        .collect();
    sizes.dedup();
    sizes
}

/// The limits, per hundred: halfway between the last count within and the first beyond.
fn limits(
    population: u64,
    share: f64,
    correlation: f64,
    confidence: Confidence,
) -> (Option<f64>, Option<f64>) {
    let tail = confidence.tail();
    let tails = |observed: u64| {
        let expectation = Expectation {
            observed,
            population,
            expected: share * population as f64,
            variance: share * (1.0 - share) * population as f64,
        };
        Tails::of(&expectation, correlation)
    };
    let is_lower = |observed| tails(observed).is_some_and(|tails| tails.lower <= tail);
    let is_higher = |observed| tails(observed).is_some_and(|tails| tails.upper <= tail);
    let per_hundred = |pupils: f64| 100.0 * pupils / population as f64;
    // Counts from `first` on are not low: a count is low up to a point, and high from a point on.
    let first_not_low = first_that(population + 1, |observed| !is_lower(observed));
    let first_high = first_that(population + 1, is_higher);
    let lower = (first_not_low > 0).then(|| per_hundred(first_not_low as f64 - 0.5));
    let upper = (first_high <= population).then(|| per_hundred(first_high as f64 - 0.5));
    (lower, upper)
}

/// The first of `0..end` for which something holds that holds from some point on; `end` when for none.
fn first_that(end: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut from, mut to) = (0, end);
    while from < to {
        let middle = from.midpoint(to);
        if holds(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use super::{limits, sizes};
    use crate::Position;
    use crate::expectation::Expectation;
    use crate::tails::Tails;
    use senlens_stats::Confidence;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded counts of pupils"
    )]
    fn pupils(figure: f64) -> u64 {
        figure.round() as u64
    }

    /// A count beyond a line is one the benchmarks call higher or lower, and a count within is similar.
    #[test]
    fn lines_and_positions_agree() {
        for population in [40, 700, 2_000, 2_001, 34_461] {
            for correlation in [0.0, 0.002, 0.024] {
                for confidence in [Confidence::P95, Confidence::P998] {
                    let share = 0.153;
                    let (lower, upper) = limits(population, share, correlation, confidence);
                    let position = |observed: u64| {
                        let expectation = Expectation {
                            observed,
                            population,
                            expected: share * population as f64,
                            variance: share * (1.0 - share) * population as f64,
                        };
                        Tails::of(&expectation, correlation)
                            .expect("varies")
                            .position(confidence)
                    };
                    let at = format!("{population} {correlation} {}", confidence.level());
                    let upper = upper.expect("some count is high") * population as f64 / 100.0;
                    assert_eq!(position(pupils(upper + 0.5)), Position::Higher, "{at}");
                    assert_eq!(position(pupils(upper - 0.5)), Position::Similar, "{at}");
                    if let Some(lower) = lower {
                        let lower = lower * population as f64 / 100.0;
                        assert_eq!(position(pupils(lower - 0.5)), Position::Lower, "{at}");
                        assert_eq!(position(pupils(lower + 0.5)), Position::Similar, "{at}");
                    } else {
                        assert_ne!(position(0), Position::Lower, "{at}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_small_authority_can_have_no_lower_line() {
        let (lower, upper) = limits(12, 0.153, 0.0, Confidence::P998);
        assert_eq!(lower, None);
        assert!(upper.is_some());
    }

    #[test]
    fn sizes_rise_to_the_largest() {
        let sizes = sizes(34_461);
        assert_eq!((sizes.len(), sizes[0], sizes[59]), (60, 10, 34_461));
        assert!(sizes.is_sorted());
        assert!(super::sizes(0).is_empty());
    }
}
