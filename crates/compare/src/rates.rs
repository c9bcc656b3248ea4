//! The table `rates`: how many, of how many, with Wilson's interval.

use crate::atlas::{AreaCounts, Atlas};
use crate::benchmarks::phase_cuts;
use crate::figures::{Figure, SCHOOL_NEEDS, figures};
use crate::{Base, Inputs, Key, RateRow, Share};
use senlens_model::{NeedCut, PhaseCut, Place, Scope};
use senlens_stats::{Confidence, Method, interval};
use std::sync::Arc;

/// Bases of school rows.
const SCHOOL_BASES: [Base; 2] = [Base::Pupils, Base::Sen];

/// Every rate of every place.
pub(crate) fn rates(inputs: &Inputs<'_>, atlas: &Atlas<'_>, needs: &[NeedCut]) -> Vec<RateRow> {
    let mut rows = Vec::new();
    let own = inputs.area.la_code;
    for coverage in atlas.coverages(own) {
        let phases = phase_cuts(atlas, own, coverage);
        let figures = figures(needs, &Base::ALL);
        let mut add = |area: &AreaCounts| {
            for phase in &phases {
                for figure in &figures {
                    // What is not known has no row.
                    if let Some(share) = area.share(coverage, *phase, *figure) {
                        rows.push(row(&area.place, *phase, *figure, &share));
                    }
                }
            }
        };
        let areas: Vec<&AreaCounts> = atlas
            .england
            .iter()
            .chain(atlas.regions.values())
            .chain(atlas.authorities.values())
            .chain(&atlas.parts)
            .chain(atlas.districts.values())
            .collect();
        for area in areas {
            add(area);
        }
    }
    for each in &atlas.schools {
        let school = each.school;
        if !each.is_stated() || (inputs.scope == Scope::Area && school.la_code != own) {
            continue;
        }
        let place = Arc::new(Place::of_school(school));
        let (counts, phase) = (atlas.counts_of(each), PhaseCut::Of(school.phase));
        for figure in figures(&SCHOOL_NEEDS, &SCHOOL_BASES) {
            if let Some(share) = counts.share(phase, figure) {
                rows.push(row(&place, phase, figure, &share));
            }
        }
    }
    rows
}

fn row(place: &Arc<Place>, phase: PhaseCut, figure: Figure, share: &Share) -> RateRow {
    // More events than people can only be a fault of the source's; it is then a count without a rate.
    let limits = share
        .count()
        .and_then(|count| interval::wilson(count, Confidence::P95));
    let limits = limits.map(|limits| limits.scaled(100.0));
    RateRow {
        key: Key {
            time_period: share.universe().time_period,
            coverage: share.universe().coverage,
            place: Arc::clone(place),
            phase,
            sen_provision: figure.provision,
        },
        primary_need: figure.need,
        base: figure.base,
        events: share.events(),
        population: share.population(),
        per_hundred: limits.as_ref().map(|limits| limits.value),
        lower: limits.as_ref().map(|limits| limits.lower),
        upper: limits.as_ref().map(|limits| limits.upper),
        confidence: Confidence::P95.level(),
        method: Method::Wilson.as_str(),
    }
}
