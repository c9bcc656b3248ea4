//! Table `false_flags`: how often a place that is exactly at England's share would be flagged, by size and by rule. The
//! program measures its own false alarms, exactly, beside those of the lines other packages draw.

use crate::atlas::Atlas;
use crate::figures::Figure;
use crate::{Base, Inputs, Key};
use senlens_model::{Need, NeedCut, PhaseCut, ProvisionCut};
use senlens_stats::Confidence;
use senlens_stats::calibration::{FlaggingRule, chart};
use std::sync::Arc;

/// The chance of a false flag of one rule at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct FalseFlagRow {
    /// What the row is about; the place is the one whose share every unit is taken to have.
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Of whom the share is.
    pub base: Base,
    /// The share every unit truly has, per hundred.
    pub per_hundred: f64,
    /// The rule by which a unit is flagged.
    pub rule: FlaggingRule,
    /// Pupils of the unit's base.
    pub population: u64,
    /// Confidence of the rule (0.998).
    pub confidence: f64,
    /// The chance of a flag on each side that the rule promises not to pass (0.001).
    pub nominal: f64,
    /// The smallest count flagged as higher; none when no count is.
    pub first_higher: Option<u64>,
    /// The chance of being flagged as higher.
    pub higher: f64,
    /// The chance of being flagged as lower.
    pub lower: f64,
}

/// Sizes of schools: 20 to 3,000 pupils, about evenly spread on a scale of ratios.
const SIZES: [u64; 27] = [
    20, 30, 40, 50, 60, 75, 90, 100, 120, 150, 180, 210, 250, 300, 360, 420, 500, 600, 720, 850, 1_000,
    1_200, 1_400, 1_700, 2_000, 2_500, 3_000,
];

/// MLD among all pupils, at England's share where the inputs cover England, else at the authority's own.
pub(crate) fn false_flags(inputs: &Inputs<'_>, atlas: &Atlas<'_>) -> Vec<FalseFlagRow> {
    let figure = Figure {
        provision: ProvisionCut::Total,
        need: NeedCut::Of(Need::Mld),
        base: Base::Pupils,
    };
    let own = atlas.authorities.get(&inputs.area.la_code);
    let reference = atlas.england.iter().chain(own).find_map(|area| {
        let share = area.share(inputs.coverage, PhaseCut::Total, figure)?;
        let (events, population) = (share.events(), share.population());
        (events > 0 && events < population).then(|| (&area.place, events as f64 / population as f64))
    });
    let Some((place, share)) = reference else {
        return Vec::new();
    };
    let confidence = Confidence::P998;
    chart(&SIZES, share, confidence)
        .into_iter()
        .map(|flags| FalseFlagRow {
            key: Key {
                time_period: inputs.year,
                coverage: inputs.coverage,
                place: Arc::clone(place),
                phase: PhaseCut::Total,
                sen_provision: figure.provision,
            },
            primary_need: figure.need,
            base: figure.base,
            per_hundred: 100.0 * share,
            rule: flags.rule,
            population: flags.size,
            confidence: confidence.level(),
            nominal: confidence.tail(),
            first_higher: flags.first_high,
            higher: flags.high,
            lower: flags.low,
        })
        .collect()
}
