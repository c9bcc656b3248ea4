//! The table `ranges`: what is known of shares that the sources do not give, because a count is withheld or not stated.

use crate::atlas::{AreaCounts, Atlas};
use crate::benchmarks::phase_cuts;
use crate::counts::Counts;
use crate::figures::{Figure, SCHOOL_NEEDS, figures};
use crate::{Base, Inputs, Key};
use senlens_model::{NeedCut, PhaseCut, Place, PupilRange};
use std::sync::Arc;

/// Between what bounds a share lies of which a count is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeRow {
    /// What the row is about.
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Of whom it is a share.
    pub base: Base,
    /// Pupils with the need.
    pub events: PupilRange,
    /// Pupils of the base.
    pub population: PupilRange,
    /// The least share per hundred that the bounds allow; none where there may be nobody in the base.
    pub per_hundred_least: Option<f64>,
    /// The greatest.
    pub per_hundred_most: Option<f64>,
}

/// The bases whose number of pupils is one sum.
const BASES: [Base; 2] = [Base::Pupils, Base::Sen];

/// Every share of the area, its parts, districts and schools, and of the region and England, that has bounds and no value.
pub(crate) fn ranges(inputs: &Inputs<'_>, atlas: &Atlas<'_>, needs: &[NeedCut]) -> Vec<RangeRow> {
    let mut rows = Vec::new();
    let own = inputs.area.la_code;
    let areas: Vec<&AreaCounts> = atlas
        .england
        .iter()
        .chain(atlas.regions.get(&inputs.area.region_code))
        .chain(atlas.authorities.get(&own))
        .chain(&atlas.parts)
        .chain(atlas.districts.values())
        .collect();
    for coverage in atlas.coverages(own) {
        for area in &areas {
            for phase in phase_cuts(atlas, own, coverage) {
                for figure in figures(needs, &BASES) {
                    if area.share(coverage, phase, figure).is_none() {
                        let mut of_layers = area.layers.on(coverage);
                        rows.extend(of_layers.find_map(|counts| row(&area.place, counts, phase, figure)));
                    }
                }
            }
        }
    }
    for each in atlas.schools.iter().filter(|each| each.school.la_code == own) {
        let place = Arc::new(Place::of_school(each.school));
        let (counts, phase) = (atlas.counts_of(each), PhaseCut::Of(each.school.phase));
        for figure in figures(&SCHOOL_NEEDS, &BASES) {
            if each.is_stated() && counts.share(phase, figure).is_none() {
                rows.extend(row(&place, &counts, phase, figure));
            }
        }
    }
    rows
}

/// The bounds of a figure; none where the source has no such counts, or leaves neither of them unknown.
fn row(place: &Arc<Place>, counts: &Counts, phase: PhaseCut, figure: Figure) -> Option<RangeRow> {
    if !figure.is_known(counts.known()) {
        return None;
    }
    let events = counts.range(phase, figure.provision, figure.need)?;
    let population = match figure.base {
        Base::Pupils => counts.sum(phase).roll_range(),
        Base::Sen | Base::SenWithNeed => counts.range(phase, figure.provision, NeedCut::Total)?,
    };
    let both_are_known = events.known().is_some() && population.known().is_some();
    if both_are_known || population.most == Some(0) {
        return None;
    }
    let (least, most) = bounds(events, population);
    Some(RangeRow {
        key: Key {
            time_period: counts.universe().time_period,
            coverage: counts.universe().coverage,
            place: Arc::clone(place),
            phase,
            sen_provision: figure.provision,
        },
        primary_need: figure.need,
        base: figure.base,
        events,
        population,
        per_hundred_least: least,
        per_hundred_most: most,
    })
}

/// The least and the greatest share per hundred: nobody is counted who is not of the base.
fn bounds(events: PupilRange, population: PupilRange) -> (Option<f64>, Option<f64>) {
    #[expect(clippy::cast_precision_loss, reason = "pupils of England are far below 2^53")]
    let per_hundred = |events: u64, population: u64| 100.0 * events as f64 / population as f64;
    let least = match population.most {
        Some(most) => per_hundred(events.least, most.max(events.least)),
        None => 0.0,
    };
    let greatest = events.most.filter(|most| *most < population.least);
    let most = greatest.map_or(100.0, |most| per_hundred(most, population.least));
    let has_pupils = population.least > 0;
    (has_pupils.then_some(least), has_pupils.then_some(most))
}

#[cfg(test)]
mod tests {
    use super::bounds;
    use senlens_model::PupilRange;

    #[test]
    fn a_share_of_ranges_has_bounds() {
        let range = |least, most| PupilRange { least, most };
        for (events, population, share) in [
            (range(5, Some(10)), range(50, Some(50)), (Some(10.0), Some(20.0))),
            (range(5, Some(10)), range(50, Some(100)), (Some(5.0), Some(20.0))),
            (range(5, None), range(50, Some(50)), (Some(10.0), Some(100.0))),
            (range(5, Some(60)), range(50, Some(50)), (Some(10.0), Some(100.0))),
            (range(5, Some(10)), range(50, None), (Some(0.0), Some(20.0))),
            (range(0, Some(4)), range(0, Some(9)), (None, None)),
        ] {
            assert_eq!(bounds(events, population), share, "{events:?} of {population:?}");
        }
    }
}
