//! What a published table says of authorities, regions and England.

use crate::CompareError;
use crate::counts::{Counts, Rounding};
use crate::names::{AuthorityName, RegionName};
use crate::school_counts::provisions_of;
use crate::tally::Known;
use senlens_model::{
    AcademicYear, AreaCode, Authority, Cells, CountedPlace, Coverage, Covers, Extent, GeographicLevel,
    LaCode, Phase, PlaceIndex, Region, Universe, authority_key, fold,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A published table, added up by place, on every coverage it has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Published {
    pub(crate) england: Vec<Counts>,
    pub(crate) regions: BTreeMap<AreaCode, Vec<Counts>>,
    pub(crate) authorities: BTreeMap<LaCode, Vec<Counts>>,
}

/// What published tables call the places they speak of.
#[derive(Debug, Clone, Default)]
pub(crate) struct PublishedNames {
    pub(crate) regions: BTreeMap<AreaCode, String>,
    pub(crate) authorities: BTreeMap<LaCode, String>,
    pub(crate) area_codes: BTreeMap<LaCode, AreaCode>,
    region_codes: BTreeMap<LaCode, AreaCode>,
}

/// Where the counts of a place go.
#[derive(Clone, Copy)]
enum Slot {
    England,
    Region(AreaCode),
    Authority(LaCode),
    Elsewhere,
}

impl Published {
    /// Adds up a year of a table, the run's `source`th, on the coverages it can tell.
    pub(crate) fn new(
        cells: &Cells,
        source: usize,
        year: AcademicYear,
        coverages: &[Coverage],
        schools: &BTreeMap<LaCode, AuthorityName>,
        names: &mut PublishedNames,
    ) -> Result<Self, CompareError> {
        let known = Known::from_dimensions(cells.dimensions(), provisions_of(cells));
        let rounding = Rounding::to(rounded_to(cells, year));
        let universes: Vec<Arc<Universe>> = coverages
            .iter()
            .map(|coverage| {
                Arc::new(Universe {
                    source: Arc::clone(cells.source()),
                    time_period: year,
                    coverage: *coverage,
                    extent: Extent::Whole,
                })
            })
            .collect();
        let empty: Vec<Counts> = universes
            .iter()
            .map(|universe| {
                let mut counts = Counts::new(Arc::clone(universe), source, known);
                counts.rounding = rounding;
                // The Department does not publish the needs of independent schools' pupils.
                if universe.coverage == Coverage::AllSchools && cells.covers() == Covers::Phases {
                    counts.known.needs.clear();
                }
                counts
            })
            .collect();
        let by_name: BTreeMap<String, LaCode> = schools
            .iter()
            .map(|(la_code, names)| (authority_key(&names.name), *la_code))
            .collect();
        let by_code: BTreeMap<AreaCode, LaCode> = schools
            .iter()
            .filter_map(|(la_code, names)| Some((names.area_code?, *la_code)))
            .collect();
        let mut published = Self::default();
        let mut slots = Vec::with_capacity(cells.places().len());
        for place in cells.places() {
            slots.push(names.slot_of(place, year, &by_name, &by_code)?);
        }
        check_one_place_each(cells, year, &slots)?;
        for cell in cells.cells().iter().filter(|cell| cell.time_period == year) {
            for counts in published.at(slots[cell.place.0 as usize], &empty) {
                counts.tally.add_cell(cell);
                counts.rounding.add(1);
            }
        }
        for unknown in cells.unknown().iter().filter(|one| one.cell.time_period == year) {
            for counts in published.at(slots[unknown.cell.place.0 as usize], &empty) {
                counts.tally.add_unknown(unknown);
            }
        }
        Ok(published)
    }

    /// The counts of a place, which start empty.
    fn at(&mut self, slot: Slot, empty: &[Counts]) -> &mut [Counts] {
        match slot {
            Slot::England => {
                if self.england.is_empty() {
                    self.england = empty.to_vec();
                }
                &mut self.england
            }
            Slot::Region(code) => self.regions.entry(code).or_insert_with(|| empty.to_vec()),
            Slot::Authority(la_code) => self.authorities.entry(la_code).or_insert_with(|| empty.to_vec()),
            Slot::Elsewhere => &mut [],
        }
    }

    /// The authorities whose counts by need the table holds.
    pub(crate) fn with_needs(&self) -> impl Iterator<Item = LaCode> {
        self.authorities
            .iter()
            .filter(|(_, counts)| {
                counts
                    .iter()
                    .any(|counts| counts.known.needs.values().any(|known| *known))
            })
            .map(|(la_code, _)| *la_code)
    }
}

/// An authority stands once in a table's year.
fn check_one_place_each(cells: &Cells, year: AcademicYear, slots: &[Slot]) -> Result<(), CompareError> {
    let mut places: BTreeMap<LaCode, PlaceIndex> = BTreeMap::new();
    for cell in cells.cells().iter().filter(|cell| cell.time_period == year) {
        let Slot::Authority(la_code) = slots[cell.place.0 as usize] else {
            continue;
        };
        let first = *places.entry(la_code).or_insert(cell.place);
        if first != cell.place {
            let called = |place: PlaceIndex| match cells.place(place) {
                CountedPlace::Area { name, code, .. } => match code {
                    Some(code) => format!("{name} ({code})"),
                    None => name.clone(),
                },
                CountedPlace::School(school) => school.name.clone(),
            };
            return Err(CompareError::AuthorityTwice {
                file: cells.source().to_string(),
                year,
                first: called(first),
                second: called(cell.place),
            });
        }
    }
    Ok(())
}

/// What a source rounds its counts to in a year, told by its counts: 10 or 5 where all of many are multiples of it, else 1.
pub(crate) fn rounded_to(cells: &Cells, year: AcademicYear) -> u32 {
    /// So many counts are not all multiples of five by chance.
    const FEWEST: usize = 40;
    let pupils: Vec<u32> = cells
        .cells()
        .iter()
        .filter(|cell| cell.time_period == year && cell.pupils > 0)
        .map(|cell| cell.pupils)
        .collect();
    let rounds = |to: &u32| pupils.len() >= FEWEST && pupils.iter().all(|pupils| pupils.is_multiple_of(*to));
    [10, 5].into_iter().find(rounds).unwrap_or(1)
}

/// The coverages that a table can tell by what it says of itself; none where it does not say, or counts no schools' pupils.
pub(crate) fn coverages_of(cells: &Cells) -> Vec<Coverage> {
    match cells.covers() {
        Covers::Phases => {
            let independents = cells
                .cells()
                .iter()
                .any(|cell| cell.phase == Some(Phase::Independent));
            if independents {
                vec![Coverage::StateFunded, Coverage::AllSchools]
            } else {
                vec![Coverage::StateFunded]
            }
        }
        Covers::Only(coverage) => vec![coverage],
        Covers::PlansKept | Covers::NotSaid => Vec::new(),
    }
}

impl PublishedNames {
    fn slot_of(
        &mut self,
        place: &CountedPlace,
        year: AcademicYear,
        by_name: &BTreeMap<String, LaCode>,
        by_code: &BTreeMap<AreaCode, LaCode>,
    ) -> Result<Slot, CompareError> {
        let CountedPlace::Area {
            level,
            code,
            la_code,
            name,
            region_code,
        } = place
        else {
            return Ok(Slot::Elsewhere);
        };
        Ok(match level {
            GeographicLevel::National => Slot::England,
            GeographicLevel::Regional => {
                let named = || {
                    Region::all()
                        .into_iter()
                        .find(|region| fold(region.name) == fold(name))
                };
                match code.or_else(|| named().map(|region| region.code)) {
                    Some(code) => {
                        self.regions.entry(code).or_insert_with(|| name.clone());
                        Slot::Region(code)
                    }
                    None => Slot::Elsewhere,
                }
            }
            GeographicLevel::LocalAuthority => {
                let number = la_code
                    .or_else(|| by_name.get(&authority_key(name)).copied())
                    .or_else(|| {
                        code.and_then(|code| {
                            by_code
                                .get(&code)
                                .copied()
                                .or_else(|| Authority::coded(code).map(|fact| fact.la_code))
                        })
                    })
                    .or_else(|| Authority::named_at(name, year).map(|fact| fact.la_code));
                let Some(number) = number else {
                    return Err(CompareError::UnknownAuthority { name: name.clone() });
                };
                self.authorities.entry(number).or_insert_with(|| name.clone());
                if let Some(code) = code {
                    self.area_codes.entry(number).or_insert(*code);
                }
                if let Some(region) = region_code {
                    self.region_codes.entry(number).or_insert(*region);
                }
                Slot::Authority(number)
            }
            GeographicLevel::Quadrant | GeographicLevel::District | GeographicLevel::School => {
                Slot::Elsewhere
            }
        })
    }

    /// The region the table gives an authority.
    pub(crate) fn region_of(&self, la_code: LaCode) -> Option<RegionName> {
        let code = *self.region_codes.get(&la_code)?;
        let name = self.regions.get(&code).cloned();
        let name = name.or_else(|| Region::of(code).map(|region| region.name.to_owned()));
        Some(RegionName {
            code,
            name: name.unwrap_or_else(|| code.to_string()),
        })
    }
}
