//! Every place there is something to say of, with its counts: authorities, regions, England, the area's parts and
//! districts, and the schools.

use crate::agreement::{Judged, note_of_ranges, note_of_rounding, notes_of_layers};
use crate::counts::{Counts, Layers, Relation, Rounding, Share};
use crate::figures::Figure;
use crate::names::{AuthorityName, RegionName, names_of};
use crate::published::{Published, PublishedNames, coverages_of, rounded_to};
use crate::school_counts::{SchoolCounts, schools_of, unplaced_note};
use crate::tally::Known;
use crate::{CompareError, Inputs};
use senlens_model::{
    AcademicYear, AreaCode, Authority, Cells, Coverage, Covers, Extent, GeographicLevel, Geography, LaCode,
    Need, NeedCut, Phase, PhaseCut, Place, ProvisionCut, School, SourceKind, Universe, Urn,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Fewer authorities than this are no invented England either: there are 152 or 153 real ones.
const AUTHORITIES_OF_AN_INVENTED_ENGLAND: usize = 140;

/// A place with its counts.
#[derive(Debug, Clone)]
pub struct AreaCounts {
    /// The place.
    pub place: Arc<Place>,
    /// What the inputs say of it, a layer a universe.
    pub layers: Layers,
    /// The sources each alone: what is pooled is pooled of one source.
    alone: Vec<Counts>,
}

/// All places of a run.
#[derive(Debug, Clone)]
pub struct Atlas<'a> {
    /// England, where the inputs cover it.
    pub england: Option<AreaCounts>,
    /// Regions, by code, where the inputs cover them.
    pub regions: BTreeMap<AreaCode, AreaCounts>,
    /// Authorities, by number.
    pub authorities: BTreeMap<LaCode, AreaCounts>,
    /// Authorities whose counts by need a published table given holds.
    pub published_needs: BTreeSet<LaCode>,
    /// The region of each authority, where known.
    pub region_of: BTreeMap<LaCode, RegionName>,
    /// Which of the area's places lies in which.
    pub geography: Geography,
    /// The area's parts, in the order of the area file.
    pub parts: Vec<AreaCounts>,
    /// The area's districts, by code.
    pub districts: BTreeMap<AreaCode, AreaCounts>,
    /// The year's schools, in order of URN.
    pub schools: Vec<SchoolCounts<'a>>,
    /// What of the schools is known.
    pub schools_known: Known,
    /// How many of the area's schools the schools file holds.
    pub schools_extent: Extent,
    /// Whether independent schools, if there are any, state their pupils' needs: the Department's files leave them out.
    pub independents_have_needs: bool,
    /// What the reader should know.
    pub notes: Vec<String>,
    /// What the schools' own counts count, on the coverage of state-funded schools.
    pub schools_universe: Arc<Universe>,
    /// What their counts are rounded to: 1 where they are as counted.
    pub schools_rounded_to: u32,
}

/// The source number of the schools; published tables follow in the order given.
const SCHOOLS: usize = 0;

impl AreaCounts {
    fn new(place: impl Into<Arc<Place>>, alone: Vec<Counts>) -> Self {
        Self {
            place: place.into(),
            layers: Layers::of(alone.clone()),
            alone,
        }
    }

    /// Whether the inputs cover it on a universe.
    pub fn covers(&self, coverage: Coverage) -> bool {
        self.layers.on(coverage).next().is_some()
    }

    /// The first share that the inputs can give.
    pub fn share(&self, coverage: Coverage, phase: PhaseCut, figure: Figure) -> Option<Share> {
        self.layers.share(coverage, phase, figure)
    }
}

/// A published table on the coverages it has.
type Table = Published;

impl<'a> Atlas<'a> {
    /// Adds up the inputs.
    ///
    /// # Errors
    /// When nothing is given, no input holds the year or the area's authority, or a published row names an authority
    /// that neither the schools nor the built-in list knows.
    pub fn new(inputs: &Inputs<'a>) -> Result<Self, CompareError> {
        let year = check_year(inputs)?;
        let (schools, schools_known) = match inputs.schools {
            Some(cells) => schools_of(cells, year),
            None => (Vec::new(), Known::default()),
        };
        let schools_source = match inputs.schools {
            Some(cells) if !cells.source().is_empty() => Arc::clone(cells.source()),
            _ => Arc::from("the schools"),
        };
        let names = names_of(&schools);
        let with_needs = |each: &SchoolCounts<'_>| {
            each.school.phase == Phase::Independent
                && Need::ALL.into_iter().any(|need| {
                    let range = each.tally.events_range(ProvisionCut::Total, NeedCut::Of(need));
                    need.is_type() && range.least > 0
                })
        };
        let independents_have_needs = schools.iter().any(with_needs);
        let mut atlas = Self {
            england: None,
            regions: BTreeMap::new(),
            authorities: BTreeMap::new(),
            published_needs: BTreeSet::new(),
            region_of: BTreeMap::new(),
            geography: Geography::new(inputs.area, schools.iter().map(|each| each.school)),
            parts: Vec::new(),
            districts: BTreeMap::new(),
            schools,
            schools_known,
            schools_extent: Extent::Unchecked,
            independents_have_needs,
            notes: Vec::new(),
            schools_universe: Arc::new(Universe {
                source: schools_source,
                time_period: year,
                coverage: Coverage::StateFunded,
                extent: Extent::Unchecked,
            }),
            schools_rounded_to: inputs.schools.map_or(1, |cells| rounded_to(cells, year)),
        };
        atlas.notes.extend(
            inputs
                .schools
                .into_iter()
                .chain(inputs.benchmarks)
                .filter_map(|cells| note_of_rounding(cells, year)),
        );
        let mut published_names = PublishedNames::default();
        let of_schools = atlas.counts_of_schools(|each| Some(each.school.la_code));
        let tables = atlas.tables(inputs, &names, &mut published_names, &of_schools)?;
        atlas.published_needs = tables.iter().flat_map(Table::with_needs).collect();
        let judged = Judged::new(inputs, &of_schools, &tables, &atlas.schools);
        atlas.schools_extent = judged.extent_of(inputs.area.la_code);
        atlas.notes.extend(judged.notes(inputs, &atlas.schools));
        atlas.add_authorities(inputs, &names, &published_names, &judged, &tables)?;
        atlas.add_wholes(inputs, &published_names, &tables);
        atlas.add_parts(inputs);
        let own = atlas.authorities.get(&inputs.area.la_code).into_iter();
        let unknown = note_of_ranges(own.chain(&atlas.parts));
        atlas.notes.extend(unknown);
        Ok(atlas)
    }

    /// What is known of a school's counts.
    pub fn known_of(&self, school: &School) -> Known {
        let mut known = self.schools_known;
        if school.phase == Phase::Independent && !self.independents_have_needs {
            known.needs.clear();
        }
        known
    }

    /// The coverage a school of a phase is counted under, where each is counted under one.
    pub(crate) fn coverage_of(phase: Phase) -> Coverage {
        if Coverage::StateFunded.counts(phase) {
            Coverage::StateFunded
        } else {
            Coverage::AllSchools
        }
    }

    /// One school's counts, as those of a place: a school is whole, however many others its file holds.
    pub fn counts_of(&self, each: &SchoolCounts<'_>) -> Counts {
        self.counts_on(each, Self::coverage_of(each.school.phase))
    }

    /// The same on a coverage that counts the school.
    pub(crate) fn counts_on(&self, each: &SchoolCounts<'_>, coverage: Coverage) -> Counts {
        let universe = Universe {
            coverage,
            extent: Extent::Whole,
            ..(*self.schools_universe).clone()
        };
        let mut counts = Counts::new(Arc::new(universe), SCHOOLS, self.known_of(each.school));
        counts.tally.add(Some(each.school.phase), &each.tally);
        counts
    }

    /// The schools' counts by whatever a key says, on each coverage there is.
    pub(crate) fn counts_of_schools<K: Ord>(
        &self,
        key: impl Fn(&SchoolCounts<'_>) -> Option<K>,
    ) -> BTreeMap<K, Vec<Counts>> {
        counts_by(
            &self.schools,
            &self.schools_universe,
            (self.schools_known, self.schools_rounded_to),
            self.independents_have_needs,
            key,
        )
    }

    /// The universes on which the area has counts.
    pub fn coverages(&self, la_code: LaCode) -> Vec<Coverage> {
        let authority = self.authorities.get(&la_code);
        let in_places = |coverage: Coverage| {
            self.parts
                .iter()
                .chain(self.districts.values())
                .any(|area| area.covers(coverage))
        };
        Coverage::ALL
            .into_iter()
            .filter(|coverage| authority.is_some_and(|area| area.covers(*coverage)) || in_places(*coverage))
            .collect()
    }

    /// The published tables, each on the coverages that it says it has. One that does not say has those on which its
    /// totals are the schools'.
    fn tables(
        &mut self,
        inputs: &Inputs<'_>,
        names: &BTreeMap<LaCode, AuthorityName>,
        published_names: &mut PublishedNames,
        of_schools: &BTreeMap<LaCode, Vec<Counts>>,
    ) -> Result<Vec<Table>, CompareError> {
        let kind = inputs.schools.map(Cells::kind);
        let mut tables = Vec::new();
        for (at, cells) in inputs.benchmarks.iter().enumerate() {
            let mut read = |coverages: &[Coverage]| {
                Published::new(cells, at + 1, inputs.year, coverages, names, published_names)
            };
            let mut coverages = coverages_of(cells);
            if cells.covers() == Covers::NotSaid {
                for coverage in [Coverage::StateFunded, Coverage::AllSchools] {
                    let table = read(&[coverage])?;
                    if totals_met(&table, of_schools, kind).mostly_the_same() {
                        coverages = vec![coverage];
                        break;
                    }
                }
            }
            match (cells.covers(), coverages.is_empty()) {
                (Covers::PlansKept, _) => self.notes.push(format!(
                    "{}: these are the plans that authorities keep, for people of 0 to 25 wherever they learn. They are not \
                     the pupils of schools, so nothing here is compared with them.",
                    cells.source()
                )),
                (_, true) => self.notes.push(format!(
                    "{}: the table does not say which schools it covers, and its totals are not those of the schools \
                     given, so nothing is made of it. Give a table with a phase, a type of need or a type of school.",
                    cells.source()
                )),
                _ => {}
            }
            if !cells.years().is_empty() && !cells.years().contains(&inputs.year) {
                let years: Vec<String> = cells.years().iter().map(ToString::to_string).collect();
                self.notes.push(format!(
                    "{}: it holds {}, and nothing of {}: it is used for its own year alone.",
                    cells.source(),
                    years.join(", "),
                    inputs.year
                ));
            }
            tables.push(read(&coverages)?);
        }
        Ok(tables)
    }

    fn add_authorities(
        &mut self,
        inputs: &Inputs<'_>,
        names: &BTreeMap<LaCode, AuthorityName>,
        published: &PublishedNames,
        judged: &Judged<'_>,
        tables: &[Table],
    ) -> Result<(), CompareError> {
        let numbers: BTreeSet<LaCode> = judged
            .of_schools
            .keys()
            .copied()
            .chain(tables.iter().flat_map(|table| table.authorities.keys().copied()))
            .collect();
        let own = inputs.area.la_code;
        if !numbers.contains(&own) {
            let name_of = |la_code: &LaCode| match names.get(la_code) {
                Some(known) => known.name.clone(),
                None => Authority::numbered(*la_code).map_or(la_code.to_string(), |known| known.name.clone()),
            };
            let mut present: Vec<String> = numbers.iter().take(5).map(name_of).collect();
            if numbers.len() > 5 {
                present.push(format!("and {} more", numbers.len() - 5));
            }
            return Err(CompareError::NoSuchAuthority {
                name: inputs.area.name.clone(),
                la_code: own.to_string(),
                present: present.join(", "),
            });
        }
        for la_code in numbers {
            let fact = Authority::numbered(la_code);
            let known = names.get(&la_code);
            let place = if la_code == own {
                Arc::clone(self.geography.authority())
            } else {
                let code = known.and_then(|names| names.area_code);
                let code = code.or_else(|| published.area_codes.get(&la_code).copied());
                let code = code.or_else(|| fact.and_then(|fact| fact.area_codes.last().copied()));
                let name = known.map(|names| names.name.clone());
                let name = name.or_else(|| published.authorities.get(&la_code).cloned());
                Arc::new(Place {
                    level: GeographicLevel::LocalAuthority,
                    code: code.map_or_else(|| la_code.to_string(), |code| code.to_string()),
                    name: name.unwrap_or_else(|| la_code.to_string()),
                })
            };
            self.geography.add_authority(la_code, &place);
            let of_tables = tables
                .iter()
                .filter_map(|table| table.authorities.get(&la_code))
                .flatten()
                .cloned();
            let alone = judged.whole_schools(la_code).chain(of_tables).collect();
            let counted = AreaCounts::new(place, alone);
            if la_code == own {
                self.notes.extend(notes_of_layers(&counted, inputs.year));
            }
            self.authorities.insert(la_code, counted);

            let region = known.and_then(|names| names.region.clone());
            let region = region.or_else(|| published.region_of(la_code));
            let region = region.or_else(|| {
                fact.map(|fact| RegionName {
                    code: fact.region.code,
                    name: fact.region.name.to_owned(),
                })
            });
            if la_code == own {
                let (code, name) = (inputs.area.region_code, inputs.area.region_name.clone());
                self.region_of.insert(la_code, RegionName { code, name });
            } else if let Some(region) = region {
                self.region_of.insert(la_code, region);
            }
        }
        Ok(())
    }

    fn add_wholes(&mut self, inputs: &Inputs<'_>, names: &PublishedNames, tables: &[Table]) {
        let covers_england = covers_england(&self.authorities.keys().copied().collect(), inputs.year);
        let place = |level, code: &AreaCode, name: &str| Place {
            level,
            code: code.to_string(),
            name: name.to_owned(),
        };
        let mut codes: BTreeMap<AreaCode, String> = names.regions.clone();
        if covers_england {
            for region in self.region_of.values() {
                codes.entry(region.code).or_insert_with(|| region.name.clone());
            }
        }
        for (code, name) in codes {
            let members: Vec<LaCode> = self
                .region_of
                .iter()
                .filter(|(_, region)| covers_england && region.code == code)
                .map(|(la, _)| *la)
                .collect();
            let published = tables.iter().filter_map(|table| table.regions.get(&code));
            let alone = self.alone(published.flatten(), &members);
            if !alone.is_empty() {
                let place = place(GeographicLevel::Regional, &code, &name);
                self.regions.insert(code, AreaCounts::new(place, alone));
            }
        }
        let everyone: Vec<LaCode> = if covers_england {
            self.authorities.keys().copied().collect()
        } else {
            Vec::new()
        };
        let alone = self.alone(tables.iter().flat_map(|table| &table.england), &everyone);
        if alone.is_empty() {
            self.notes.push(
                "The inputs do not cover England, so nothing is compared with it; give a published table \
                 (--benchmark)."
                    .to_owned(),
            );
        } else {
            let place = place(GeographicLevel::National, &AreaCode::ENGLAND, "England");
            let england = AreaCounts::new(place, alone);
            self.notes.extend(notes_of_layers(&england, inputs.year));
            self.england = Some(england);
        }
    }

    /// What each source says of a region or England: as published, else its authorities added up. Sources are never added
    /// to one another.
    fn alone<'c>(&self, published: impl Iterator<Item = &'c Counts>, members: &[LaCode]) -> Vec<Counts> {
        let mut alone: Vec<Counts> = published.cloned().collect();
        for pooled in self.pooled_alone(members) {
            let there = |counts: &&Counts| {
                counts.same_sources(&pooled) && counts.universe().coverage == pooled.universe().coverage
            };
            if !alone.iter().any(|counts| there(&counts)) {
                alone.push(pooled);
            }
        }
        alone
    }

    /// The pool of some authorities, of each source that speaks of them all.
    pub(crate) fn pooled(&self, members: &[LaCode]) -> Layers {
        Layers::of(self.pooled_alone(members))
    }

    fn pooled_alone(&self, members: &[LaCode]) -> Vec<Counts> {
        let Some((first, rest)) = members.split_first() else {
            return Vec::new();
        };
        let of = |la_code: &LaCode| self.authorities.get(la_code).map_or(&[][..], |area| &area.alone);
        of(first)
            .iter()
            .filter_map(|counts| {
                let mut pool = counts.clone();
                for other in rest {
                    let same = of(other).iter().find(|other| {
                        other.same_sources(counts) && other.universe().coverage == counts.universe().coverage
                    })?;
                    pool.pool(same);
                }
                Some(pool)
            })
            .collect()
    }

    fn add_parts(&mut self, inputs: &Inputs<'_>) {
        let area = inputs.area;
        if !self
            .schools
            .iter()
            .any(|each| each.school.la_code == area.la_code)
        {
            return;
        }
        let of_district = self.counts_of_schools(|each| self.geography.district_of(each.school));
        let of = |urns: &[Urn]| -> Vec<&SchoolCounts<'_>> {
            let urns: BTreeSet<Urn> = urns.iter().copied().collect();
            self.schools
                .iter()
                .filter(|each| urns.contains(&each.school.urn))
                .collect()
        };
        let notes = [
            unplaced_note(
                &of(self.geography.without_district()),
                "have no known district",
                area,
            ),
            unplaced_note(
                &of(self.geography.without_part()),
                &format!("lie in a district that is in no {}", area.part_word),
                area,
            ),
        ];
        self.notes.extend(notes.into_iter().flatten());
        let extent = self.schools_extent;
        let of_extent = |counts: &[Counts]| -> Vec<Counts> {
            counts
                .iter()
                .map(|counts| counts.clone().of_extent(extent))
                .collect()
        };
        let called = |place: &Arc<Place>| match extent {
            Extent::Whole | Extent::Unchecked => Arc::clone(place),
            Extent::Part | Extent::AtOdds => Arc::new(Place {
                name: format!("{} (schools in the file)", place.name),
                ..(**place).clone()
            }),
        };
        let mut of_part: Vec<Vec<Counts>> = vec![Vec::new(); self.geography.parts().len()];
        for (code, counts) in &of_district {
            if let Some(part) = self.geography.part_of_district(*code) {
                let sum = &mut of_part[part];
                if sum.is_empty() {
                    sum.clone_from(counts);
                } else {
                    sum.iter_mut()
                        .zip(counts)
                        .for_each(|(sum, counts)| sum.pool(counts));
                }
            }
        }
        for (place, sum) in self.geography.parts().iter().zip(&of_part) {
            self.parts.push(AreaCounts::new(called(place), of_extent(sum)));
        }
        for (code, place) in self.geography.districts() {
            let counts = of_district.get(&code).map_or(&[][..], |counts| counts);
            self.districts
                .insert(code, AreaCounts::new(called(place), of_extent(counts)));
        }
    }
}

/// Schools' counts by whatever a key says, on each coverage there is.
fn counts_by<K: Ord>(
    schools: &[SchoolCounts<'_>],
    universe: &Universe,
    (known, rounded_to): (Known, u32),
    independents_have_needs: bool,
    key: impl Fn(&SchoolCounts<'_>) -> Option<K>,
) -> BTreeMap<K, Vec<Counts>> {
    let independents = schools.iter().any(|each| each.school.phase == Phase::Independent);
    let coverages: &[Coverage] = if independents {
        &[Coverage::StateFunded, Coverage::AllSchools]
    } else {
        &[Coverage::StateFunded]
    };
    let empty: Vec<Counts> = coverages
        .iter()
        .map(|coverage| {
            let universe = Universe {
                coverage: *coverage,
                ..universe.clone()
            };
            let mut known = known;
            // Needs that independent schools do not state cannot be told of all schools together.
            if *coverage == Coverage::AllSchools && !independents_have_needs {
                known.needs.clear();
            }
            let mut counts = Counts::new(Arc::new(universe), SCHOOLS, known);
            counts.rounding = Rounding::to(rounded_to);
            counts
        })
        .collect();
    let mut found: BTreeMap<K, Vec<Counts>> = BTreeMap::new();
    for each in schools {
        if let Some(key) = key(each) {
            for counts in found.entry(key).or_insert_with(|| empty.clone()) {
                counts.tally.add(Some(each.school.phase), &each.tally);
                counts.rounding.add(each.counts);
            }
        }
    }
    found
}

/// Whether authorities are all that England had at a census: a source that leaves one out has no England. Invented Englands
/// number their authorities as no real one is numbered, and are told by how many there are.
fn covers_england(authorities: &BTreeSet<LaCode>, year: AcademicYear) -> bool {
    let real = |la_code: &&LaCode| Authority::numbered(**la_code).is_some();
    if 2 * authorities.iter().filter(real).count() < authorities.len() {
        return authorities.len() >= AUTHORITIES_OF_AN_INVENTED_ENGLAND;
    }
    Authority::are_all_at(year, authorities)
}

/// In how many of the authorities of which both speak a table's totals are those of the schools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TotalsMet {
    /// Authorities whose totals are the same.
    pub same: usize,
    /// Authorities of which both know a total.
    pub met: usize,
}

impl TotalsMet {
    /// Whether they are the same in most of them, and in one at least.
    pub fn mostly_the_same(self) -> bool {
        2 * self.same > self.met
    }
}

fn totals_met(
    table: &Table,
    of_schools: &BTreeMap<LaCode, Vec<Counts>>,
    kind: Option<SourceKind>,
) -> TotalsMet {
    let mut found = TotalsMet::default();
    for (la_code, theirs) in &table.authorities {
        for theirs in theirs {
            let mine = of_schools.get(la_code).into_iter().flatten();
            for mine in mine.filter(|mine| mine.universe().coverage == theirs.universe().coverage) {
                let (same, met) = match mine.relation(theirs) {
                    Relation::Agree => (1, 1),
                    Relation::Fewer(by) | Relation::More(by) => {
                        (usize::from(kind == Some(SourceKind::Pupils) && by.is_slight()), 1)
                    }
                    Relation::NothingInCommon => (0, 0),
                };
                found.same += same;
                found.met += met;
            }
        }
    }
    found
}

/// Holds a published table against the schools of a year: where the totals are the same, so is the year.
///
/// # Errors
/// When a published row names an authority that neither the schools nor the built-in list knows.
pub fn compare_totals(schools: &Cells, table: &Cells, year: AcademicYear) -> Result<TotalsMet, CompareError> {
    let (counts, known) = schools_of(schools, year);
    let names = names_of(&counts);
    let universe = Universe {
        source: Arc::clone(schools.source()),
        time_period: year,
        coverage: Coverage::StateFunded,
        extent: Extent::Unchecked,
    };
    let known = (known, rounded_to(schools, year));
    let of_schools = counts_by(&counts, &universe, known, false, |each| Some(each.school.la_code));
    let mut names_found = PublishedNames::default();
    let coverages = coverages_of(table);
    let table = Published::new(table, 1, year, &coverages, &names, &mut names_found)?;
    Ok(totals_met(&table, &of_schools, Some(schools.kind())))
}

fn check_year(inputs: &Inputs<'_>) -> Result<AcademicYear, CompareError> {
    let given = inputs.schools.into_iter().chain(inputs.benchmarks);
    let mut years: Vec<AcademicYear> = given.flat_map(Cells::years).collect();
    years.sort_unstable();
    years.dedup();
    if years.is_empty() {
        return Err(CompareError::NothingGiven);
    }
    if !years.contains(&inputs.year) {
        let present: Vec<String> = years.iter().map(ToString::to_string).collect();
        return Err(CompareError::NoSuchYear {
            year: inputs.year,
            present: present.join(", "),
        });
    }
    Ok(inputs.year)
}
