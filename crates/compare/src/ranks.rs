//! The table `ranks`: where each authority stands among all, shrunk towards the middle by as much as its size warrants,
//! with the range of ranks that its size leaves open.

use crate::atlas::Atlas;
use crate::expectation::expect_of_layers;
use crate::figures::Figure;
use crate::{Adjustment, Base, Inputs, Key, Stratum};
use rayon::prelude::*;
use senlens_model::{Coverage, Need, NeedCut, PhaseCut, Place, ProvisionCut};
use senlens_stats::Confidence;
use senlens_stats::shrink::{Posterior, gamma_poisson, ranks as rank};
use std::sync::Arc;

/// The needs whose authorities are ranked.
const NEEDS: [Need; 3] = [Need::Mld, Need::Slcn, Need::Semh];

/// One authority's place among all, for one need.
#[derive(Debug, Clone, PartialEq)]
pub struct RankRow {
    /// What the row is about.
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Of whom the rate is a share.
    pub base: Base,
    /// How the expected number was made, always at England's rates.
    pub adjustment: Adjustment,
    /// Pupils with the need.
    pub observed: u64,
    /// Pupils expected to have it.
    pub expected: f64,
    /// Observed over expected.
    pub ratio: f64,
    /// The ratio drawn towards the middle: the mean of what is believed of it (gamma-Poisson, by maximum likelihood).
    pub shrunken_ratio: f64,
    /// Lower limit of the shrunken ratio.
    pub shrunken_lower: f64,
    /// Upper limit of the shrunken ratio.
    pub shrunken_upper: f64,
    /// Probability that the ratio is above 1.
    pub probability_above: f64,
    /// Expected rank, 1 the highest.
    pub rank: f64,
    /// Lower limit of the rank.
    pub rank_lower: f64,
    /// Upper limit of the rank.
    pub rank_upper: f64,
    /// How many authorities are ranked.
    pub units: u64,
    /// Confidence of the limits (0.95).
    pub confidence: f64,
}

/// Ranks the authorities of England, like with like within phase; nothing where the inputs do not cover it, or authorities differ by no more than
/// chance.
pub(crate) fn ranks(inputs: &Inputs<'_>, atlas: &Atlas<'_>) -> Vec<RankRow> {
    let coverage = Coverage::StateFunded;
    let Some(england) = &atlas.england else {
        return Vec::new();
    };
    let mut families = Vec::new();
    for need in NEEDS {
        for base in [Base::Pupils, Base::Sen] {
            let figure = Figure {
                provision: ProvisionCut::Total,
                need: NeedCut::Of(need),
                base,
            };
            let adjustment = Adjustment::within(&[Stratum::Phase]);
            let within = crate::benchmarks::within_of(&adjustment);
            let units: Vec<(Arc<Place>, u64, f64)> = atlas
                .authorities
                .values()
                .filter_map(|area| {
                    let (mine, theirs) = (&area.layers, &england.layers);
                    let unit = expect_of_layers(mine, theirs, coverage, PhaseCut::Total, figure, within)?;
                    (unit.expected > 0.0).then(|| (Arc::clone(&area.place), unit.observed, unit.expected))
                })
                .collect();
            families.push((figure, adjustment, units));
        }
    }
    let ranked: Vec<Vec<RankRow>> = families
        .into_par_iter()
        .map(|(figure, adjustment, units)| family(inputs, figure, &adjustment, units))
        .collect();
    ranked.into_iter().flatten().collect()
}

fn family(
    inputs: &Inputs<'_>,
    figure: Figure,
    adjustment: &Adjustment,
    units: Vec<(Arc<Place>, u64, f64)>,
) -> Vec<RankRow> {
    let pairs: Vec<(u64, f64)> = units
        .iter()
        .map(|(_, observed, expected)| (*observed, *expected))
        .collect();
    let Ok(fit) = gamma_poisson(&pairs) else {
        return Vec::new();
    };
    let posteriors: Option<Vec<Posterior>> = pairs
        .iter()
        .map(|(observed, expected)| fit.posterior(*observed, *expected))
        .collect();
    let Some(posteriors) = posteriors else {
        return Vec::new();
    };
    let ranks = rank(&posteriors, Confidence::P95);
    let count = units.len() as u64;
    units
        .into_iter()
        .zip(posteriors.iter().zip(ranks))
        .map(|((place, observed, expected), (posterior, rank))| {
            let limits = posterior.interval(Confidence::P95);
            RankRow {
                key: Key {
                    time_period: inputs.year,
                    coverage: Coverage::StateFunded,
                    place,
                    phase: PhaseCut::Total,
                    sen_provision: figure.provision,
                },
                primary_need: figure.need,
                base: figure.base,
                adjustment: adjustment.clone(),
                observed,
                expected,
                ratio: observed as f64 / expected,
                shrunken_ratio: limits.value,
                shrunken_lower: limits.lower,
                shrunken_upper: limits.upper,
                probability_above: posterior.above(1.0),
                rank: rank.rank.value,
                rank_lower: rank.rank.lower,
                rank_upper: rank.rank.upper,
                units: count,
                confidence: Confidence::P95.level(),
            }
        })
        .collect()
}
