//! The schools pupils are counted at: phase and district by LAESTAB or URN.

use crate::{establishment_links::EstablishmentLinks, record::Record};
use senlens_files::{CsvShape, Error, Problem, decode, read_file, without_controls};
use senlens_model::{Cells, CountedPlace, Laestab, Phase, School, Urn, fold};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Schools in order of URN, found by LAESTAB or URN in one step. A school that has become another of the list is
/// found as that other, so that years join.
#[derive(Debug, Clone)]
pub struct SchoolDirectory {
    schools: Vec<School>,
    by_urn: Vec<u32>,
    by_laestab: BTreeMap<u16, Box<[u32]>>,
    links: EstablishmentLinks,
}

const NONE: u32 = u32::MAX;
/// The lowest URN there is.
pub(crate) const FIRST_URN: u32 = 100_000;

impl SchoolDirectory {
    /// From schools; of two with one URN the last stands. With links, former schools are joined to the later one.
    pub fn new(schools: impl IntoIterator<Item = School>, links: Option<&EstablishmentLinks>) -> Self {
        let by_urn: BTreeMap<Urn, School> = schools.into_iter().map(|school| (school.urn, school)).collect();
        let schools: Vec<School> = by_urn.into_values().collect();
        let mut directory = Self {
            by_urn: vec![NONE; 900_000],
            by_laestab: BTreeMap::new(),
            schools: Vec::new(),
            links: links.cloned().unwrap_or_default(),
        };
        for (index, school) in (0u32..).zip(&schools) {
            directory.by_urn[(school.urn.get() - FIRST_URN) as usize] = index;
        }
        if let Some(links) = links {
            for former in links.former() {
                let last = links.successors_of(former).into_iter().rev();
                let found = last
                    .map(|urn| directory.by_urn[(urn.get() - FIRST_URN) as usize])
                    .find(|index| *index != NONE);
                if let Some(index) = found {
                    directory.by_urn[(former.get() - FIRST_URN) as usize] = index;
                }
            }
        }
        for school in &schools {
            let index = directory.by_urn[(school.urn.get() - FIRST_URN) as usize];
            if let Some(laestab) = school.laestab {
                let estabs = directory
                    .by_laestab
                    .entry(laestab.la().get())
                    .or_insert_with(|| vec![NONE; 10_000].into_boxed_slice());
                estabs[(laestab.get() % 10_000) as usize] = index;
            }
        }
        directory.schools = schools;
        directory
    }

    /// From the schools that a published file's cells were counted at.
    pub fn from_cells(cells: &Cells, links: Option<&EstablishmentLinks>) -> Self {
        let schools = cells.places().iter().filter_map(CountedPlace::school).cloned();
        Self::new(schools, links)
    }

    /// Reads a schools file: CSV with a URN, a LAESTAB and a phase for each school, as the Department's school files
    /// name them (`URN` or `school_urn`, `laestab` or `school_laestab`, `phase_type_grouping`), and where given
    /// `school_name`, `old_la_code`, `la_name`, `new_la_code`, `region_code`, `region_name`,
    /// `district_administrative_code` and `district_administrative_name`. Rows after a school's first are passed over.
    ///
    /// # Errors
    /// When the file cannot be read, lacks the first three columns, or holds no school.
    pub fn read(path: &Path, links: Option<&EstablishmentLinks>) -> Result<Self, Error> {
        let name = path.display().to_string();
        let bytes = read_file(path, &name)?;
        Self::parse(&name, bytes, links)
    }

    /// Reads the same from bytes; `name` is for messages.
    ///
    /// # Errors
    /// As [`SchoolDirectory::read`].
    pub fn parse(name: &str, bytes: Vec<u8>, links: Option<&EstablishmentLinks>) -> Result<Self, Error> {
        let (text, _) = decode(name, bytes)?;
        // A file that is cut off or has lost a quotation mark would be read as one of fewer schools.
        CsvShape::of(name, &text, |_| true)?;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let unusable = |rule: &str| {
            Problem::of_file(name, rule)
                .remedy("give a CSV with URN, laestab and phase_type_grouping columns")
        };
        let headers: Vec<String> = reader
            .headers()
            .map_err(|_| unusable("not a file of schools"))?
            .iter()
            .map(|header| fold(header).replace(' ', "_"))
            .collect();
        let column = |names: &[&str]| headers.iter().position(|header| names.contains(&header.as_str()));
        let (Some(urn), Some(laestab), Some(phase)) = (
            column(&["urn", "school_urn"]),
            column(&["laestab", "school_laestab"]),
            column(&["phase_type_grouping", "phase"]),
        ) else {
            return Err(unusable("the URN, LAESTAB or phase column of a schools file is missing").into());
        };
        let (school_name, la, la_name) = (
            column(&["school_name", "name"]),
            column(&["old_la_code", "la_code"]),
            column(&["la_name"]),
        );
        let (la_area, region, region_name) = (
            column(&["new_la_code"]),
            column(&["region_code"]),
            column(&["region_name"]),
        );
        let (district, district_name) = (
            column(&["district_administrative_code", "district_code"]),
            column(&["district_administrative_name", "district_name"]),
        );
        let mut schools: BTreeMap<Urn, School> = BTreeMap::new();
        for row in reader.records() {
            let Ok(row) = row else { continue };
            let text = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default().trim();
            let owned = |at: Option<usize>| {
                Some(without_controls(text(at)).into_owned()).filter(|text| !text.is_empty())
            };
            let (Ok(urn), Ok(phase)) = (text(Some(urn)).parse::<Urn>(), text(Some(phase)).parse::<Phase>())
            else {
                continue;
            };
            let laestab = text(Some(laestab)).parse::<Laestab>().ok();
            let Some(la_code) = text(la).parse().ok().or(laestab.map(Laestab::la)) else {
                continue;
            };
            schools.entry(urn).or_insert_with(|| School {
                urn,
                laestab,
                name: without_controls(text(school_name)).into_owned(),
                phase,
                la_code,
                la_name: without_controls(text(la_name)).into_owned(),
                la_area_code: text(la_area).parse().ok(),
                region_code: text(region).parse().ok(),
                region_name: owned(region_name),
                district_code: text(district).parse().ok(),
                district_name: owned(district_name),
                specialist: None,
            });
        }
        if schools.is_empty() {
            return Err(unusable("no school of this file has a URN and a phase").into());
        }
        Ok(Self::new(schools.into_values(), links))
    }

    /// The schools, in order of URN.
    pub fn schools(&self) -> &[School] {
        &self.schools
    }

    /// The school of a URN, or the one it has become.
    pub fn school(&self, urn: Urn) -> Option<&School> {
        self.by_urn(urn).map(|index| &self.schools[index as usize])
    }

    /// Where a record is counted: by LAESTAB, else by URN.
    pub(crate) fn index_of(&self, record: &Record) -> Option<u32> {
        let by_laestab = record.laestab.code().and_then(|laestab| self.by_laestab(laestab));
        by_laestab.or_else(|| record.urn.code().and_then(|urn| self.by_urn(urn)))
    }

    pub(crate) fn by_urn(&self, urn: Urn) -> Option<u32> {
        Some(self.by_urn[(urn.get() - FIRST_URN) as usize]).filter(|index| *index != NONE)
    }

    /// What a school became that split or merged, as the links say.
    pub(crate) fn became(&self, urn: Urn) -> Option<&BTreeSet<Urn>> {
        self.links.became(urn)
    }

    pub(crate) fn by_laestab(&self, laestab: Laestab) -> Option<u32> {
        let estabs = self.by_laestab.get(&laestab.la().get())?;
        Some(estabs[(laestab.get() % 10_000) as usize]).filter(|index| *index != NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::SchoolDirectory;
    use crate::establishment_links::EstablishmentLinks;
    use crate::record::{Reading, example::sound};
    use senlens_model::Phase;

    const FILE: &[u8] =
        b"urn,laestab,school_name,phase_type_grouping,old_la_code,district_administrative_code\n\
        100001,8812001,A,State-funded primary,881,E07000066\n\
        140001,8814001,A academy,State-funded primary,881,E07000066\n\
        100002,8815001,B,State-funded secondary,881,Unknown\n\
        ,,,,,\n";

    #[test]
    fn found_by_laestab_then_urn() {
        let directory = SchoolDirectory::parse("schools.csv", FILE.to_vec(), None).expect("schools");
        let mut record = sound();
        assert_eq!(directory.index_of(&record), Some(0));
        record.laestab = Reading::Absent;
        record.urn = Reading::Of("100002".parse().expect("a URN"));
        let index = directory.index_of(&record).expect("known") as usize;
        let school = &directory.schools()[index];
        assert_eq!((school.phase, school.district_code), (Phase::Secondary, None));
        record.urn = Reading::Of("100003".parse().expect("a URN"));
        assert_eq!(directory.index_of(&record), None);
    }

    #[test]
    fn a_former_school_is_found_as_its_academy() {
        let pair = ("100001".parse().expect("a URN"), "140001".parse().expect("a URN"));
        let links = EstablishmentLinks::from_pairs(vec![pair]);
        let directory = SchoolDirectory::parse("schools.csv", FILE.to_vec(), Some(&links)).expect("schools");
        let index = directory.index_of(&sound()).expect("known") as usize;
        assert_eq!(directory.schools()[index].name, "A academy");
    }

    #[test]
    fn unusable_files_are_refused() {
        for bad in [&b"a,b\n1,2\n"[..], b"urn,laestab,phase\nx,y,z\n", b""] {
            assert!(SchoolDirectory::parse("schools.csv", bad.to_vec(), None).is_err());
        }
    }
}
