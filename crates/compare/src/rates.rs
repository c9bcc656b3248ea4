//! The table `rates`: how many, of how many, with Wilson's interval.

use crate::atlas::{AreaCounts, Atlas, Counts};
use crate::benchmarks::phase_cuts;
use crate::figures::{Figure, SCHOOL_NEEDS, figures};
use crate::{Base, Inputs, Key, PhaseTally, RateRow};
use senlens_model::{AcademicYear, Coverage, NeedCut, PhaseCut, Place, Scope};
use senlens_stats::{Confidence, CountOf, Method, interval};
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
        let mut add = |place: &Arc<Place>, counts: &Counts| {
            for phase in &phases {
                if *phase != PhaseCut::Total && !counts.known.phases {
                    continue;
                }
                let tally = counts.tally.sum(coverage, *phase);
                for figure in figures.iter().filter(|figure| figure.is_known(counts.known)) {
                    rows.push(row(inputs.year, coverage, place, *phase, *figure, &tally));
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
            if let Some(counts) = area.counts(coverage) {
                add(&area.place, counts);
            }
        }
    }
    for each in &atlas.schools {
        let school = each.school;
        if !each.is_stated() || (inputs.scope == Scope::Area && school.la_code != own) {
            continue;
        }
        let state_funded = Coverage::StateFunded.counts(school.phase);
        let coverage = if state_funded {
            Coverage::StateFunded
        } else {
            Coverage::AllSchools
        };
        let place = Arc::new(Place::of_school(school));
        for figure in figures(&SCHOOL_NEEDS, &SCHOOL_BASES) {
            if figure.is_known(atlas.known_of(school)) {
                rows.push(row(
                    inputs.year,
                    coverage,
                    &place,
                    PhaseCut::Of(school.phase),
                    figure,
                    &each.tally,
                ));
            }
        }
    }
    rows
}

fn row(
    time_period: AcademicYear,
    coverage: Coverage,
    place: &Arc<Place>,
    phase: PhaseCut,
    figure: Figure,
    tally: &PhaseTally,
) -> RateRow {
    let (events, population) = (figure.events(tally), figure.population(tally));
    // More events than people can only be a fault of the source's; it is then a count without a rate.
    let limits = CountOf::new(events, population)
        .ok()
        .and_then(|count| interval::wilson(count, Confidence::P95));
    let limits = limits.map(|limits| limits.scaled(100.0));
    RateRow {
        key: Key {
            time_period,
            coverage,
            place: Arc::clone(place),
            phase,
            sen_provision: figure.provision,
        },
        primary_need: figure.need,
        base: figure.base,
        events,
        population,
        per_hundred: limits.as_ref().map(|limits| limits.value),
        lower: limits.as_ref().map(|limits| limits.lower),
        upper: limits.as_ref().map(|limits| limits.upper),
        confidence: Confidence::P95.level(),
        method: Method::Wilson.as_str(),
    }
}
