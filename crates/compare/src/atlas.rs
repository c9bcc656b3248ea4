//! Every place there is something to say of, with its counts: authorities, regions, England, the area's parts and
//! districts, and the schools.

use crate::names::{AuthorityName, RegionName, names_of};
use crate::published::Published;
use crate::school_counts::{SchoolCounts, schools_of, unplaced_note};
use crate::tally::{Known, Tally};
use crate::{CompareError, Inputs};
use senlens_model::{
    AcademicYear, AreaCode, Authority, Cells, Coverage, GeographicLevel, Geography, LaCode, Need, NeedCut,
    Phase, PhaseCut, Place, ProvisionCut, School, Urn,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Fewer authorities than this are not taken for England: there are 152 or 153.
pub const AUTHORITIES_FOR_ENGLAND: usize = 140;

/// Counts and what of them is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// The counts.
    pub tally: Tally,
    /// What of them is known.
    pub known: Known,
}

/// A place with its counts.
#[derive(Debug, Clone)]
pub struct AreaCounts {
    /// The place.
    pub place: Arc<Place>,
    /// Its counts on each universe; none where the inputs do not cover it.
    state_funded: Option<Counts>,
    all_schools: Option<Counts>,
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
    /// Whether independent schools, if there are any, state their pupils' needs: the Department's files leave them out.
    pub independents_have_needs: bool,
    /// What the reader should know.
    pub notes: Vec<String>,
}

impl AreaCounts {
    fn new(place: impl Into<Arc<Place>>) -> Self {
        Self {
            place: place.into(),
            state_funded: None,
            all_schools: None,
        }
    }

    /// The counts on a universe; none where the inputs do not cover it.
    pub fn counts(&self, coverage: Coverage) -> Option<&Counts> {
        match coverage {
            Coverage::StateFunded => self.state_funded.as_ref(),
            Coverage::AllSchools => self.all_schools.as_ref(),
        }
    }

    fn set(&mut self, first: Option<&Counts>, then: Option<&Counts>, independents: Independents) {
        self.state_funded = completed(first, then);
        self.all_schools = match independents {
            Independents::In { schools, published } => {
                completed(first.filter(|_| schools), then.filter(|_| published))
            }
            Independents::Nowhere => None,
        };
    }
}

/// Which of the two sources given to [`AreaCounts::set`] carries independent schools.
#[derive(Debug, Clone, Copy)]
enum Independents {
    In { schools: bool, published: bool },
    Nowhere,
}

pub(crate) fn completed(first: Option<&Counts>, then: Option<&Counts>) -> Option<Counts> {
    let mut counts = first.or(then)?.clone();
    if let (Some(_), Some(then)) = (first, then) {
        let Counts { tally, known } = &mut counts;
        tally.complete(known, &then.tally, then.known);
    }
    Some(counts)
}

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
        let names = names_of(&schools);
        let mut published = Published::default();
        for cells in inputs.benchmarks {
            published.absorb(Published::new(cells, year, &names)?);
        }
        let independents = Independents::In {
            schools: schools.iter().any(|each| each.school.phase == Phase::Independent),
            published: published.has_independents,
        };
        let independents = match independents {
            Independents::In {
                schools: false,
                published: false,
            } => Independents::Nowhere,
            some => some,
        };

        let mut atlas = Self {
            england: None,
            regions: BTreeMap::new(),
            authorities: BTreeMap::new(),
            published_needs: published
                .authorities
                .iter()
                .filter(|(_, counts)| counts.known.needs.contains(&true))
                .map(|(la_code, _)| *la_code)
                .collect(),
            region_of: BTreeMap::new(),
            geography: Geography::new(inputs.area, schools.iter().map(|each| each.school)),
            parts: Vec::new(),
            districts: BTreeMap::new(),
            schools,
            schools_known,
            independents_have_needs: false,
            notes: Vec::new(),
        };
        atlas.independents_have_needs = atlas.schools.iter().any(|each| {
            each.school.phase == Phase::Independent
                && Need::ALL.into_iter().any(|need| {
                    need.is_type() && each.tally.events(ProvisionCut::Total, NeedCut::Of(need)) > 0
                })
        });
        atlas.add_authorities(inputs, &names, &published, independents)?;
        atlas.add_wholes(&published, independents);
        atlas.add_parts(inputs, independents);
        if !atlas.independents_have_needs {
            atlas.forget_needs_of_all_schools();
        }
        Ok(atlas)
    }

    /// What is known of a school's counts.
    pub fn known_of(&self, school: &School) -> Known {
        let mut known = self.schools_known;
        if school.phase == Phase::Independent && !self.independents_have_needs {
            known.needs = [false; 3];
        }
        known
    }

    /// Needs that independent schools do not state cannot be told of all schools together.
    fn forget_needs_of_all_schools(&mut self) {
        let areas = self
            .england
            .iter_mut()
            .chain(self.regions.values_mut())
            .chain(self.authorities.values_mut());
        for area in areas.chain(&mut self.parts).chain(self.districts.values_mut()) {
            if let Some(counts) = &mut area.all_schools {
                counts.known.needs = [false; 3];
            }
        }
    }

    /// The universes on which the area has counts.
    pub fn coverages(&self, la_code: LaCode) -> Vec<Coverage> {
        let authority = self.authorities.get(&la_code);
        let covered = |coverage: &Coverage| authority.is_some_and(|area| area.counts(*coverage).is_some());
        Coverage::ALL.into_iter().filter(covered).collect()
    }

    fn add_authorities(
        &mut self,
        inputs: &Inputs<'_>,
        names: &BTreeMap<LaCode, AuthorityName>,
        published: &Published,
        independents: Independents,
    ) -> Result<(), CompareError> {
        let mut of_schools: BTreeMap<LaCode, Counts> = BTreeMap::new();
        for each in &self.schools {
            let counts = of_schools.entry(each.school.la_code).or_default();
            counts.known = self.schools_known;
            counts.tally.add(Some(each.school.phase), &each.tally);
        }
        let numbers: BTreeSet<LaCode> = of_schools
            .keys()
            .chain(published.authorities.keys())
            .copied()
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
                let name = name.or_else(|| published.names.get(&la_code).cloned());
                Arc::new(Place {
                    level: GeographicLevel::LocalAuthority,
                    code: code.map_or_else(|| la_code.to_string(), |code| code.to_string()),
                    name: name.unwrap_or_else(|| la_code.to_string()),
                })
            };
            let mut area = AreaCounts::new(place);
            area.set(
                of_schools.get(&la_code),
                published.authorities.get(&la_code),
                independents,
            );
            self.authorities.insert(la_code, area);

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
        self.note_disagreement(&of_schools, published);
        Ok(())
    }

    /// A note when schools and published table disagree on how many pupils have SEN.
    fn note_disagreement(&mut self, of_schools: &BTreeMap<LaCode, Counts>, published: &Published) {
        let total = |counts: &Counts| {
            counts
                .tally
                .sum(Coverage::StateFunded, PhaseCut::Total)
                .events(ProvisionCut::Total, NeedCut::Total)
        };
        let differ = of_schools.iter().filter(|(la_code, counts)| {
            published.authorities.get(la_code).is_some_and(|other| {
                counts.known.sen[0] && other.known.sen[0] && total(counts) != total(other)
            })
        });
        let differ = differ.count();
        if differ > 0 {
            let authorities = if differ == 1 {
                "1 authority".to_owned()
            } else {
                format!("{differ} authorities")
            };
            self.notes.push(format!(
                "In {authorities} the schools file and the published table differ in the number of pupils with \
                 special educational needs. Counts by need and their totals are taken from the published table where \
                 the schools file has no needs."
            ));
        }
    }

    fn add_wholes(&mut self, published: &Published, independents: Independents) {
        let covers_england = self.authorities.len() >= AUTHORITIES_FOR_ENGLAND;
        let place = |level, code: &AreaCode, name: &str| Place {
            level,
            code: code.to_string(),
            name: name.to_owned(),
        };
        let mut codes: BTreeMap<AreaCode, String> = published.region_names.clone();
        if covers_england {
            for region in self.region_of.values() {
                codes.entry(region.code).or_insert_with(|| region.name.clone());
            }
        }
        for (code, name) in codes {
            let members: Vec<LaCode> = self
                .region_of
                .iter()
                .filter(|(_, region)| region.code == code)
                .map(|(la, _)| *la)
                .collect();
            let area = self.whole(
                place(GeographicLevel::Regional, &code, &name),
                published.regions.get(&code),
                if covers_england { &members } else { &[] },
                independents,
            );
            if let Some(area) = area {
                self.regions.insert(code, area);
            }
        }
        let everyone: Vec<LaCode> = if covers_england {
            self.authorities.keys().copied().collect()
        } else {
            Vec::new()
        };
        let england = place(GeographicLevel::National, &AreaCode::ENGLAND, "England");
        self.england = self.whole(england, published.england.as_ref(), &everyone, independents);
        if self.england.is_none() {
            self.notes.push(
                "The inputs do not cover England, so nothing is compared with it; give a published table \
                 (--benchmark)."
                    .to_owned(),
            );
        }
    }

    /// A region or England: as published, and where the publication is silent, its authorities added up.
    fn whole(
        &self,
        place: Place,
        published: Option<&Counts>,
        members: &[LaCode],
        independents: Independents,
    ) -> Option<AreaCounts> {
        let mut area = AreaCounts::new(place);
        let state_funded = self.pooled(members, Coverage::StateFunded);
        area.state_funded = completed(published, state_funded.as_ref());
        area.all_schools = match independents {
            Independents::In { published: true, .. } => {
                completed(published, self.pooled(members, Coverage::AllSchools).as_ref())
            }
            Independents::In { published: false, .. } => self.pooled(members, Coverage::AllSchools),
            Independents::Nowhere => None,
        };
        (area.state_funded.is_some() || area.all_schools.is_some()).then_some(area)
    }

    /// Authorities added up; what any of them does not know, the sum does not know.
    pub fn pooled(&self, members: &[LaCode], coverage: Coverage) -> Option<Counts> {
        let mut pool: Option<Counts> = None;
        for la_code in members {
            let counts = self.authorities.get(la_code)?.counts(coverage)?;
            match &mut pool {
                None => pool = Some(counts.clone()),
                Some(pool) => {
                    pool.tally.add_all(&counts.tally);
                    pool.known = pool.known.in_common(counts.known);
                }
            }
        }
        pool
    }

    fn add_parts(&mut self, inputs: &Inputs<'_>, independents: Independents) {
        let area = inputs.area;
        if !self
            .schools
            .iter()
            .any(|each| each.school.la_code == area.la_code)
        {
            return;
        }
        let mut of_district: BTreeMap<AreaCode, Counts> = BTreeMap::new();
        for each in &self.schools {
            if let Some(district) = self.geography.district_of(each.school) {
                let counts = of_district.entry(district).or_default();
                counts.known = self.schools_known;
                counts.tally.add(Some(each.school.phase), &each.tally);
            }
        }
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
        let mut of_part = vec![
            Counts {
                known: self.schools_known,
                ..Counts::default()
            };
            self.geography.parts().len()
        ];
        for (code, counts) in &of_district {
            if let Some(part) = self.geography.part_of_district(*code) {
                of_part[part].tally.add_all(&counts.tally);
            }
        }
        for (place, sum) in self.geography.parts().iter().zip(&of_part) {
            let mut counted = AreaCounts::new(Arc::clone(place));
            counted.set(Some(sum), None, independents);
            self.parts.push(counted);
        }
        for (code, place) in self.geography.districts() {
            let mut counted = AreaCounts::new(Arc::clone(place));
            counted.set(of_district.get(&code), None, independents);
            self.districts.insert(code, counted);
        }
    }
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
