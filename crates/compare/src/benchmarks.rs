//! The table `benchmarks`: every place against its comparators.

use crate::atlas::{AreaCounts, Atlas};
use crate::counts::{Counts, Layers};
use crate::dispersion::Dispersion;
use crate::expectation::{Expectation, Within, expect, expect_of_layers};
use crate::figures::{Figure, SCHOOL_NEEDS, figures};
use crate::tails::Tails;
use crate::{Adjustment, Base, BenchmarkRow, Comparator, Inputs, Key, Position, Stratum};
use rayon::prelude::*;
use senlens_model::{
    AreaCode, Coverage, LaCode, NeedCut, NeighbourList, Phase, PhaseCut, Place, School, Scope,
};
use senlens_stats::multiplicity::benjamini_hochberg;
use senlens_stats::{Confidence, standardise};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Bases on which places are benchmarked.
const BASES: [Base; 2] = [Base::Pupils, Base::Sen];

/// A district counts towards how much districts differ only if there are this many of them in the input.
const DISTRICTS_TO_COMPARE: usize = 30;

/// A place as one comparison sees it.
pub(crate) struct Unit {
    place: Arc<Place>,
    /// Whether it gets a row; the others only tell how much places differ.
    shown: bool,
    expectation: Expectation,
    /// How much its own schools differ, where the kind is too small to compare with one another.
    own_dispersion: Option<Dispersion>,
}

/// What every unit of one comparison has in common.
pub(crate) struct Family {
    pub(crate) coverage: Coverage,
    pub(crate) phase: PhaseCut,
    pub(crate) figure: Figure,
    pub(crate) comparator: Comparator,
    pub(crate) adjustment: Adjustment,
}

impl Unit {
    /// A place that gets a row.
    pub(crate) fn shown(place: Arc<Place>, expectation: Expectation) -> Self {
        Self {
            place,
            shown: true,
            expectation,
            own_dispersion: None,
        }
    }
}

impl Family {
    /// The key of a place's rows.
    pub(crate) fn key(&self, inputs: &Inputs<'_>, place: Arc<Place>) -> Key {
        Key {
            time_period: inputs.year,
            coverage: self.coverage,
            place,
            phase: self.phase,
            sen_provision: self.figure.provision,
        }
    }
}

/// Compares every place with its comparators.
pub(crate) fn benchmarks(
    inputs: &Inputs<'_>,
    atlas: &Atlas<'_>,
    needs: &[NeedCut],
    neighbours: Option<&NeighbourList>,
) -> Vec<BenchmarkRow> {
    let mut rows = Vec::new();
    for coverage in atlas.coverages(inputs.area.la_code) {
        authorities(inputs, atlas, needs, neighbours, coverage, &mut rows);
        parts(inputs, atlas, needs, neighbours, coverage, &mut rows);
    }
    schools(inputs, atlas, &mut rows);
    rows
}

pub(crate) fn within_of(adjustment: &Adjustment) -> Within {
    if adjustment.strata().contains(&Stratum::Phase) {
        Within::Phase
    } else {
        Within::Everything
    }
}

pub(crate) fn adjustments(phase: PhaseCut) -> Vec<Adjustment> {
    match phase {
        PhaseCut::Total => vec![Adjustment::crude(), Adjustment::within(&[Stratum::Phase])],
        // In one phase, the crude comparison is the one within phase.
        PhaseCut::Of(_) => vec![Adjustment::crude()],
    }
}

/// The phases that get rows of their own, after all together.
pub(crate) fn phase_cuts(atlas: &Atlas<'_>, la_code: LaCode, coverage: Coverage) -> Vec<PhaseCut> {
    // Places within the authority may tell phases apart where nothing said of it as a whole does.
    let areas = atlas
        .authorities
        .get(&la_code)
        .into_iter()
        .chain(&atlas.parts)
        .chain(atlas.districts.values());
    let mut phases = BTreeSet::new();
    for counts in areas.flat_map(|area| area.layers.on(coverage)) {
        phases.extend(counts.tally.phases());
    }
    let mut cuts = vec![PhaseCut::Total];
    cuts.extend(
        phases
            .into_iter()
            .filter(|phase| coverage.counts(*phase))
            .map(PhaseCut::Of),
    );
    cuts
}

/// The pool of a comparator, the area itself included.
pub(crate) fn neighbours_pool(atlas: &Atlas<'_>, own: LaCode, list: &NeighbourList) -> Layers {
    let mut members = list.la_codes.clone();
    members.push(own);
    atlas.pooled(&members)
}

fn authorities(
    inputs: &Inputs<'_>,
    atlas: &Atlas<'_>,
    needs: &[NeedCut],
    neighbours: Option<&NeighbourList>,
    coverage: Coverage,
    rows: &mut Vec<BenchmarkRow>,
) {
    let own = inputs.area.la_code;
    let england = atlas.england.as_ref().map(|area| &area.layers);
    let pool = neighbours.map(|list| neighbours_pool(atlas, own, list));
    for phase in phase_cuts(atlas, own, coverage) {
        for adjustment in adjustments(phase) {
            let within = within_of(&adjustment);
            let made: Vec<Vec<BenchmarkRow>> = figures(needs, &BASES)
                .into_par_iter()
                .map(|figure| {
                    let mut made = Vec::new();
                    let rows = &mut made;

                    let family = |comparator| Family {
                        coverage,
                        phase,
                        figure,
                        comparator,
                        adjustment: adjustment.clone(),
                    };
                    let unit = |place: &AreaCounts, reference: &Layers, shown| {
                        let expectation =
                            expect_of_layers(&place.layers, reference, coverage, phase, figure, within)?;
                        Some(Unit {
                            place: Arc::clone(&place.place),
                            shown,
                            expectation,
                            own_dispersion: None,
                        })
                    };
                    let mut dispersion = None;
                    if let Some(england) = england {
                        let units: Vec<Unit> = atlas
                            .authorities
                            .values()
                            .filter_map(|place| unit(place, england, true))
                            .collect();
                        dispersion = dispersion_of(&units);
                        compare_family(inputs, &family(Comparator::England), units, dispersion, rows);
                        let regions: Vec<Unit> = atlas
                            .regions
                            .values()
                            .filter_map(|place| unit(place, england, true))
                            .collect();
                        compare_family(inputs, &family(Comparator::England), regions, dispersion, rows);
                    }
                    let units: Vec<Unit> = atlas
                        .authorities
                        .iter()
                        .filter_map(|(la_code, place)| {
                            let region = atlas.regions.get(&atlas.region_of.get(la_code)?.code)?;
                            unit(place, &region.layers, true)
                        })
                        .collect();
                    let by_region = dispersion_of(&units).or(dispersion);
                    compare_family(inputs, &family(Comparator::Region), units, by_region, rows);
                    if let (Some(pool), Some(place)) = (&pool, atlas.authorities.get(&own)) {
                        let units = unit(place, pool, true).into_iter().collect();
                        compare_family(inputs, &family(Comparator::Neighbours), units, dispersion, rows);
                    }

                    made
                })
                .collect();
            rows.extend(made.into_iter().flatten());
        }
    }
}

/// Parts and districts of the area.
fn parts(
    inputs: &Inputs<'_>,
    atlas: &Atlas<'_>,
    needs: &[NeedCut],
    neighbours: Option<&NeighbourList>,
    coverage: Coverage,
    rows: &mut Vec<BenchmarkRow>,
) {
    let own = inputs.area.la_code;
    let districts_of_england = districts(atlas);
    let layers = |area: Option<&AreaCounts>| area.map(|area| area.layers.clone());
    let references: Vec<(Comparator, Option<Layers>)> = vec![
        (Comparator::England, layers(atlas.england.as_ref())),
        (
            Comparator::Region,
            layers(atlas.regions.get(&inputs.area.region_code)),
        ),
        (
            Comparator::Neighbours,
            neighbours.map(|list| neighbours_pool(atlas, own, list)),
        ),
        (Comparator::OwnAuthority, layers(atlas.authorities.get(&own))),
    ];
    for phase in phase_cuts(atlas, own, coverage) {
        for adjustment in adjustments(phase) {
            let within = within_of(&adjustment);
            let made: Vec<Vec<BenchmarkRow>> = figures(needs, &BASES)
                .into_par_iter()
                .map(|figure| {
                    let mut made = Vec::new();
                    let rows = &mut made;

                    for (comparator, reference) in &references {
                        let Some(reference) = reference else { continue };
                        let family = Family {
                            coverage,
                            phase,
                            figure,
                            comparator: *comparator,
                            adjustment: adjustment.clone(),
                        };
                        let others: Vec<Expectation> = districts_of_england
                            .values()
                            .filter_map(|counts| {
                                expect_of_layers(counts, reference, coverage, phase, figure, within)
                            })
                            .collect();
                        let dispersion = if others.len() >= DISTRICTS_TO_COMPARE {
                            Dispersion::of(&others)
                        } else {
                            None
                        };
                        let school_of = |lies_in: &dyn Fn(&School) -> bool| {
                            let schools = atlas.schools.iter().filter(|each| lies_in(each.school));
                            let expectations: Vec<Expectation> = schools
                                .filter(|each| each.is_stated() && coverage.counts(each.school.phase))
                                .filter(|each| {
                                    phase == PhaseCut::Total || phase == PhaseCut::Of(each.school.phase)
                                })
                                .filter_map(|each| {
                                    let counts = atlas.counts_on(each, coverage);
                                    reference
                                        .on(coverage)
                                        .find_map(|theirs| expect(&counts, theirs, phase, figure, within))
                                })
                                .collect();
                            Dispersion::of_clusters(&expectations)
                        };
                        let unit = |place: &AreaCounts, own_dispersion: &dyn Fn() -> Option<Dispersion>| {
                            let expectation =
                                expect_of_layers(&place.layers, reference, coverage, phase, figure, within)?;
                            let own_dispersion = if dispersion.is_none() {
                                own_dispersion()
                            } else {
                                None
                            };
                            Some(Unit {
                                place: Arc::clone(&place.place),
                                shown: true,
                                expectation,
                                own_dispersion,
                            })
                        };
                        let units: Vec<Unit> = atlas
                            .parts
                            .iter()
                            .enumerate()
                            .filter_map(|(at, place)| {
                                unit(place, &|| {
                                    school_of(&|school| atlas.geography.part_of(school) == Some(at))
                                })
                            })
                            .collect();
                        compare_family(inputs, &family, units, dispersion, rows);
                        let units: Vec<Unit> = atlas
                            .districts
                            .iter()
                            .filter_map(|(code, place)| {
                                unit(place, &|| {
                                    school_of(&|school| atlas.geography.district_of(school) == Some(*code))
                                })
                            })
                            .collect();
                        compare_family(inputs, &family, units, dispersion, rows);
                    }

                    made
                })
                .collect();
            rows.extend(made.into_iter().flatten());
        }
    }
}

/// Every district of the input, to tell how much districts differ.
fn districts(atlas: &Atlas<'_>) -> BTreeMap<AreaCode, Layers> {
    atlas
        .counts_of_schools(|each| each.school.district_code)
        .into_iter()
        .map(|(code, counts)| (code, Layers::of(counts)))
        .collect()
}

/// Schools, each against its own phase in England and in its own authority.
fn schools(inputs: &Inputs<'_>, atlas: &Atlas<'_>, rows: &mut Vec<BenchmarkRow>) {
    let own = inputs.area.la_code;
    let places: Vec<Arc<Place>> = atlas
        .schools
        .iter()
        .map(|each| Arc::new(Place::of_school(each.school)))
        .collect();
    for phase in Phase::ALL {
        let coverage = Atlas::coverage_of(phase);
        let in_phase: Vec<usize> = (0..atlas.schools.len())
            .filter(|index| atlas.schools[*index].school.phase == phase && atlas.schools[*index].is_stated())
            .collect();
        if in_phase.is_empty() {
            continue;
        }
        let counts: Vec<Counts> = in_phase
            .iter()
            .map(|index| atlas.counts_of(&atlas.schools[*index]))
            .collect();
        let made: Vec<Vec<BenchmarkRow>> = figures(&SCHOOL_NEEDS, &BASES)
            .into_par_iter()
            .map(|figure| {
                let mut made = Vec::new();
                let rows = &mut made;

                for comparator in [Comparator::England, Comparator::OwnAuthority] {
                    let units = in_phase.iter().zip(&counts).filter_map(|(index, counts)| {
                        let school = atlas.schools[*index].school;
                        let reference = match comparator {
                            Comparator::England => atlas.england.as_ref(),
                            _ => atlas.authorities.get(&school.la_code),
                        };
                        let phase = PhaseCut::Of(phase);
                        let expectation = reference?
                            .layers
                            .on(coverage)
                            .find_map(|theirs| expect(counts, theirs, phase, figure, Within::Everything))?;
                        let shown = inputs.scope == Scope::All || school.la_code == own;
                        Some(Unit {
                            place: Arc::clone(&places[*index]),
                            shown,
                            expectation,
                            own_dispersion: None,
                        })
                    });
                    let units: Vec<Unit> = units.collect();
                    let dispersion = dispersion_of(&units);
                    let adjustment = Adjustment::within(&[Stratum::Phase]);
                    let family = Family {
                        coverage,
                        phase: PhaseCut::Of(phase),
                        figure,
                        comparator,
                        adjustment,
                    };
                    compare_family(inputs, &family, units, dispersion, rows);
                }

                made
            })
            .collect();
        rows.extend(made.into_iter().flatten());
    }
}

/// A school as a place.
pub(crate) fn dispersion_of(units: &[Unit]) -> Option<Dispersion> {
    let expectations: Vec<Expectation> = units.iter().map(|unit| unit.expectation).collect();
    Dispersion::of(&expectations)
}

/// Makes the rows of units that are compared in one way, and adjusts their p-values for one another.
pub(crate) fn compare_family(
    inputs: &Inputs<'_>,
    family: &Family,
    units: Vec<Unit>,
    dispersion: Option<Dispersion>,
    rows: &mut Vec<BenchmarkRow>,
) {
    let first = rows.len();
    for unit in units.into_iter().filter(|unit| unit.shown) {
        rows.push(row(inputs, family, unit, dispersion));
    }
    let p_values: Vec<f64> = rows[first..]
        .iter()
        .map(|row| row.p_value.unwrap_or(f64::NAN))
        .collect();
    for (row, q_value) in rows[first..].iter_mut().zip(benjamini_hochberg(&p_values)) {
        row.q_value = (!q_value.is_nan()).then_some(q_value);
    }
}

fn row(inputs: &Inputs<'_>, family: &Family, unit: Unit, dispersion: Option<Dispersion>) -> BenchmarkRow {
    let Unit {
        place,
        expectation,
        own_dispersion,
        shown: _,
    } = unit;
    let dispersion = own_dispersion.or(dispersion);
    let ratio = standardise::indirect(expectation.observed, expectation.expected, Confidence::P95);
    let z = expectation.z();
    let tails = Tails::of(
        &expectation,
        dispersion.map_or(0.0, |dispersion| dispersion.correlation),
    );
    BenchmarkRow {
        key: family.key(inputs, place),
        primary_need: family.figure.need,
        base: family.figure.base,
        comparator: family.comparator,
        adjustment: family.adjustment.clone(),
        observed: expectation.observed,
        expected: expectation.expected,
        ratio: ratio.as_ref().map(|ratio| ratio.value),
        ratio_lower: ratio.as_ref().map(|ratio| ratio.lower),
        ratio_upper: ratio.as_ref().map(|ratio| ratio.upper),
        confidence: Confidence::P95.level(),
        z,
        phi: dispersion.map(|dispersion| dispersion.phi),
        phi_winsorised: dispersion.map(|dispersion| dispersion.phi_winsorised),
        z_adjusted: z.map(|z| dispersion.map_or(z, |dispersion| dispersion.adjust(z))),
        p_value: tails.map(Tails::p_value),
        q_value: None,
        position: tails.map_or(Position::TooFew, |tails| tails.position(Confidence::P95)),
        position_998: tails.map_or(Position::TooFew, |tails| tails.position(Confidence::P998)),
    }
}
