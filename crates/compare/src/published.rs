//! What a published table says of authorities, regions and England.

use crate::CompareError;
use crate::atlas::{Counts, completed};
use crate::names::{AuthorityName, RegionName};
use crate::school_counts::provisions_of;
use crate::tally::Known;
use senlens_model::{
    AcademicYear, AreaCode, Authority, Cells, CountedPlace, GeographicLevel, LaCode, Phase, Region,
    authority_key, fold,
};
use std::collections::BTreeMap;

/// A published table, added up by place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Published {
    pub(crate) england: Option<Counts>,
    pub(crate) regions: BTreeMap<AreaCode, Counts>,
    pub(crate) region_names: BTreeMap<AreaCode, String>,
    pub(crate) authorities: BTreeMap<LaCode, Counts>,
    pub(crate) names: BTreeMap<LaCode, String>,
    pub(crate) area_codes: BTreeMap<LaCode, AreaCode>,
    pub(crate) has_independents: bool,
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
    pub(crate) fn new(
        cells: &Cells,
        year: AcademicYear,
        schools: &BTreeMap<LaCode, AuthorityName>,
    ) -> Result<Self, CompareError> {
        let known = Known::from_dimensions(cells.dimensions(), provisions_of(cells));
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
            slots.push(published.slot_of(place, year, &by_name, &by_code)?);
        }
        for cell in cells.cells().iter().filter(|cell| cell.time_period == year) {
            let counts = match slots[cell.place.0 as usize] {
                Slot::England => published.england.get_or_insert_default(),
                Slot::Region(code) => published.regions.entry(code).or_default(),
                Slot::Authority(la_code) => published.authorities.entry(la_code).or_default(),
                Slot::Elsewhere => continue,
            };
            counts.known = known;
            counts.tally.add_cell(cell);
            published.has_independents |= cell.phase == Some(Phase::Independent);
        }
        Ok(published)
    }

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
                        self.region_names.insert(code, name.clone());
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
                self.names.insert(number, name.clone());
                if let Some(code) = code {
                    self.area_codes.insert(number, *code);
                }
                if let Some(region) = region_code {
                    self.region_codes.insert(number, *region);
                }
                Slot::Authority(number)
            }
            GeographicLevel::Quadrant | GeographicLevel::District | GeographicLevel::School => {
                Slot::Elsewhere
            }
        })
    }

    /// Takes what another table says where this one is silent.
    pub(crate) fn absorb(&mut self, other: Self) {
        fn each<K: Ord>(mine: &mut BTreeMap<K, Counts>, theirs: BTreeMap<K, Counts>) {
            for (key, counts) in theirs {
                let both = completed(mine.get(&key), Some(&counts)).unwrap_or(counts);
                mine.insert(key, both);
            }
        }
        fn names<K: Ord, V>(mine: &mut BTreeMap<K, V>, theirs: BTreeMap<K, V>) {
            for (key, name) in theirs {
                mine.entry(key).or_insert(name);
            }
        }
        self.england = completed(self.england.as_ref(), other.england.as_ref());
        each(&mut self.regions, other.regions);
        each(&mut self.authorities, other.authorities);
        names(&mut self.region_names, other.region_names);
        names(&mut self.names, other.names);
        names(&mut self.area_codes, other.area_codes);
        names(&mut self.region_codes, other.region_codes);
        self.has_independents |= other.has_independents;
    }

    /// The region the table gives an authority.
    pub(crate) fn region_of(&self, la_code: LaCode) -> Option<RegionName> {
        let code = *self.region_codes.get(&la_code)?;
        let name = self.region_names.get(&code).cloned();
        let name = name.or_else(|| Region::of(code).map(|region| region.name.to_owned()));
        Some(RegionName {
            code,
            name: name.unwrap_or_else(|| code.to_string()),
        })
    }
}
