//! Where a row belongs: the Department's geographic levels, one named place, and which place lies in which.

use crate::{AreaCode, AreaFile, LaCode, School, Urn};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// `geographic_level`, in the Department's words, from the largest to the smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GeographicLevel {
    /// England.
    National,
    /// One of nine regions.
    Regional,
    /// A local authority.
    #[serde(rename = "Local authority")]
    LocalAuthority,
    /// A part of a local authority (Essex says quadrant): a list of districts.
    Quadrant,
    /// A lower-tier district.
    #[serde(rename = "Local authority district")]
    District,
    /// One school.
    School,
}

impl GeographicLevel {
    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::National => "National",
            Self::Regional => "Regional",
            Self::LocalAuthority => "Local authority",
            Self::Quadrant => "Quadrant",
            Self::District => "Local authority district",
            Self::School => "School",
        }
    }
}

impl fmt::Display for GeographicLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One place that a row of a table is about.
///
/// `code` is the URN for a school, the GSS code elsewhere, and for a part of an authority its name in the area file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Its level.
    pub level: GeographicLevel,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A place as tables name it: `geographic_level` and `area_code`.
pub type PlaceCode = (GeographicLevel, String);

impl Place {
    /// As tables name it.
    pub fn place_code(&self) -> PlaceCode {
        (self.level, self.code.clone())
    }

    /// A school as a place.
    pub fn of_school(school: &School) -> Self {
        Self {
            level: GeographicLevel::School,
            code: school.urn.to_string(),
            name: school.name.clone(),
        }
    }
}

/// Which place lies in which, within the area that schools are read for: schools in districts, districts in parts,
/// parts in the authority. Built once from the area and the schools; whoever asks gets the same answer.
///
/// Schools lie in a district by the code their source gives them, and in a part by the district. Another authority's
/// schools lie in that authority, once [`Geography::add_authority`] has said how tables name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Geography {
    la_code: LaCode,
    authority: Arc<Place>,
    parts: Vec<Arc<Place>>,
    part_of_district: BTreeMap<AreaCode, usize>,
    /// The districts that have a school.
    districts: BTreeMap<AreaCode, Arc<Place>>,
    without_district: Vec<Urn>,
    without_part: Vec<Urn>,
    /// Each place with the smallest place it lies in.
    parents: BTreeMap<PlaceCode, PlaceCode>,
    /// Schools of other authorities that are not yet named.
    elsewhere: BTreeMap<LaCode, Vec<Urn>>,
}

impl Geography {
    /// The places of an area, with the districts in which its schools lie.
    pub fn new<'a>(area: &AreaFile, schools: impl IntoIterator<Item = &'a School>) -> Self {
        let schools: Vec<&School> = schools.into_iter().collect();
        let mut part_of_district = BTreeMap::new();
        for (at, part) in area.parts.iter().enumerate() {
            part_of_district.extend(part.districts.iter().map(|district| (*district, at)));
        }
        let part = |part: &crate::Part| {
            Arc::new(Place {
                level: GeographicLevel::Quadrant,
                code: part.name.clone(),
                name: part.name.clone(),
            })
        };
        let mut geography = Self {
            la_code: area.la_code,
            authority: Arc::new(Place {
                level: GeographicLevel::LocalAuthority,
                code: area.area_code.to_string(),
                name: area.name.clone(),
            }),
            parts: area.parts.iter().map(part).collect(),
            part_of_district,
            districts: BTreeMap::new(),
            without_district: Vec::new(),
            without_part: Vec::new(),
            parents: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
        };
        // The area's name of a district comes first, then the first name that a school gives.
        let mut names: BTreeMap<AreaCode, &str> = BTreeMap::new();
        let mut codes: Vec<AreaCode> = Vec::new();
        for school in &schools {
            if !geography.is_of_authority(school) {
                geography
                    .elsewhere
                    .entry(school.la_code)
                    .or_default()
                    .push(school.urn);
                continue;
            }
            let Some(code) = school.district_code else {
                geography.without_district.push(school.urn);
                continue;
            };
            codes.push(code);
            if let Some(name) = &school.district_name {
                names.entry(code).or_insert(name);
            }
            if !area.parts.is_empty() && geography.part_of(school).is_none() {
                geography.without_part.push(school.urn);
            }
        }
        names.extend(
            area.districts
                .iter()
                .map(|district| (district.code, district.name.as_str())),
        );
        let district = |code: AreaCode| {
            let place = Place {
                level: GeographicLevel::District,
                code: code.to_string(),
                name: names
                    .get(&code)
                    .map_or_else(|| code.to_string(), |name| (*name).to_owned()),
            };
            (code, Arc::new(place))
        };
        geography.districts = codes.into_iter().map(district).collect();
        geography.parents = geography.parents_of(&schools).collect();
        geography
    }

    /// The authority's parts, districts and schools, each with the smallest place it lies in.
    fn parents_of(&self, schools: &[&School]) -> impl Iterator<Item = (PlaceCode, PlaceCode)> {
        let parts = self
            .parts
            .iter()
            .map(|part| (part.place_code(), self.authority.place_code()));
        let districts = self
            .districts
            .iter()
            .map(|(code, district)| (district.place_code(), self.parent_of_district(*code).place_code()));
        let schools = schools
            .iter()
            .filter_map(|school| Some((code_of_school(school.urn), self.parent_of(school)?.place_code())));
        parts.chain(districts).chain(schools)
    }

    /// Says how tables name another authority, in which its schools lie.
    pub fn add_authority(&mut self, la_code: LaCode, authority: &Place) {
        for urn in self.elsewhere.remove(&la_code).into_iter().flatten() {
            self.parents.insert(code_of_school(urn), authority.place_code());
        }
    }

    /// The smallest place in which a place lies; none for an authority, a region and England.
    pub fn parent(&self, place: &PlaceCode) -> Option<&PlaceCode> {
        self.parents.get(place)
    }

    /// Every place that lies in another, with the smallest such place, in order.
    pub fn parents(&self) -> impl Iterator<Item = (&PlaceCode, &PlaceCode)> {
        self.parents.iter()
    }

    /// The authority.
    pub fn authority(&self) -> &Arc<Place> {
        &self.authority
    }

    /// The authority's parts, in the order of the area file.
    pub fn parts(&self) -> &[Arc<Place>] {
        &self.parts
    }

    /// The authority's districts that have a school, by code.
    pub fn districts(&self) -> impl Iterator<Item = (AreaCode, &Arc<Place>)> {
        self.districts.iter().map(|(code, place)| (*code, place))
    }

    /// Whether a school is the authority's.
    pub fn is_of_authority(&self, school: &School) -> bool {
        school.la_code == self.la_code
    }

    /// The district of the authority in which a school lies; none for another authority's school.
    pub fn district_of(&self, school: &School) -> Option<AreaCode> {
        school.district_code.filter(|_| self.is_of_authority(school))
    }

    /// The part in which a school lies, by its position in [`Geography::parts`].
    pub fn part_of(&self, school: &School) -> Option<usize> {
        self.part_of_district(self.district_of(school)?)
    }

    /// The part in which a district lies, by its position in [`Geography::parts`].
    pub fn part_of_district(&self, district: AreaCode) -> Option<usize> {
        self.part_of_district.get(&district).copied()
    }

    /// The places above one of the authority's schools: the authority, the part, the district. None for others' schools.
    pub fn places_of(&self, school: &School) -> impl Iterator<Item = &Arc<Place>> {
        let authority = self.is_of_authority(school).then_some(&self.authority);
        let part = self.part_of(school).map(|at| &self.parts[at]);
        let district = self
            .district_of(school)
            .and_then(|code| self.districts.get(&code));
        authority.into_iter().chain(part).chain(district)
    }

    /// The smallest of those places: the one a school's counts are first added up to.
    pub fn parent_of(&self, school: &School) -> Option<&Arc<Place>> {
        self.places_of(school).last()
    }

    /// The place a district lies in: its part or, where it is in none, the authority.
    pub fn parent_of_district(&self, district: AreaCode) -> &Arc<Place> {
        self.part_of_district(district)
            .map_or(&self.authority, |at| &self.parts[at])
    }

    /// The authority's schools whose source gives no district.
    pub fn without_district(&self) -> &[Urn] {
        &self.without_district
    }

    /// The authority's schools whose district is in no part, where the authority has parts.
    pub fn without_part(&self) -> &[Urn] {
        &self.without_part
    }
}

fn code_of_school(urn: Urn) -> PlaceCode {
    (GeographicLevel::School, urn.to_string())
}

#[cfg(test)]
mod tests {
    use super::{GeographicLevel, Geography, Place};
    use crate::{AreaFile, Phase, School};

    fn school(urn: u32, la_code: &str, district: Option<&str>) -> School {
        School {
            urn: urn.to_string().parse().expect("a number"),
            laestab: None,
            name: format!("School {urn}"),
            phase: Phase::Primary,
            la_code: la_code.parse().expect("a number"),
            la_name: "A".to_owned(),
            la_area_code: None,
            region_code: None,
            region_name: None,
            district_code: district.map(|code| code.parse().expect("a code")),
            district_name: district.map(|code| format!("Called {code}")),
            specialist: None,
        }
    }

    fn essex() -> AreaFile {
        AreaFile::from_toml(
            "name='Essex'\nla_code='881'\narea_code='E10000012'\nregion_code='E12000006'\n\
             region_name='East of England'\npart_word='quadrant'\n\
             [[parts]]\nname='North East'\ndistricts=['E07000071', 'E07000076']\n\
             [[districts]]\ncode='E07000071'\nname='Colchester'\n",
        )
        .expect("an area")
    }

    #[test]
    fn a_school_lies_in_its_district_part_and_authority() {
        let schools = [
            school(100_001, "881", Some("E07000071")),
            school(100_002, "881", Some("E07000066")),
            school(100_003, "881", None),
            school(100_004, "886", Some("E07000076")),
        ];
        let geography = Geography::new(&essex(), &schools);
        let names = |at: usize| -> Vec<&str> {
            geography
                .places_of(&schools[at])
                .map(|place| place.name.as_str())
                .collect()
        };
        assert_eq!(names(0), ["Essex", "North East", "Colchester"]);
        // A district in no part; its name is the school's, as the area has none.
        assert_eq!(names(1), ["Essex", "Called E07000066"]);
        assert_eq!(names(2), ["Essex"]);
        // Another authority's school lies in no part, whatever its district.
        assert_eq!(names(3), Vec::<&str>::new());
        assert_eq!(geography.without_district(), [schools[2].urn]);
        assert_eq!(geography.without_part(), [schools[1].urn]);
        let districts: Vec<String> = geography.districts().map(|(code, _)| code.to_string()).collect();
        assert_eq!(districts, ["E07000066", "E07000071"]);
        let parents: Vec<&str> = ["E07000066", "E07000071"]
            .map(|code| {
                geography
                    .parent_of_district(code.parse().expect("a code"))
                    .name
                    .as_str()
            })
            .to_vec();
        assert_eq!(parents, ["Essex", "North East"]);
    }

    #[test]
    fn every_place_names_the_smallest_it_lies_in() {
        let schools = [
            school(100_001, "881", Some("E07000071")),
            school(100_003, "881", None),
            school(100_004, "886", Some("E07000105")),
        ];
        let mut geography = Geography::new(&essex(), &schools);
        let lies_in = |geography: &Geography, level, code: &str| {
            geography
                .parent(&(level, code.to_owned()))
                .map(|(_, code)| code.clone())
        };
        for (level, code, parent) in [
            (GeographicLevel::School, "100001", Some("E07000071")),
            (GeographicLevel::School, "100003", Some("E10000012")),
            (GeographicLevel::School, "100004", None),
            (GeographicLevel::District, "E07000071", Some("North East")),
            (GeographicLevel::Quadrant, "North East", Some("E10000012")),
            (GeographicLevel::LocalAuthority, "E10000012", None),
        ] {
            assert_eq!(lies_in(&geography, level, code).as_deref(), parent, "{code}");
        }
        let kent = Place {
            level: GeographicLevel::LocalAuthority,
            code: "E10000016".to_owned(),
            name: "Kent".to_owned(),
        };
        geography.add_authority("886".parse().expect("a number"), &kent);
        let parent = lies_in(&geography, GeographicLevel::School, "100004");
        assert_eq!(parent.as_deref(), Some("E10000016"));
        assert_eq!(geography.parents().count(), 5);
    }
}
