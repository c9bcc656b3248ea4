//! An authority and how it is divided: built in for every authority of England, or an area file (TOML).

use crate::{AcademicYear, AreaCode, Authority, Date, KnownDistrict, LaCode, Region, authority_key, fold};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The longest name: twice that of the longest list of neighbours.
const MOST_LETTERS: usize = 200;
/// More parts than any authority has districts.
const MOST_PARTS: usize = 100;
/// More districts than there are in England.
const MOST_DISTRICTS: usize = 500;
/// More lists of neighbours than there have been years.
const MOST_LISTS: usize = 100;

/// A local authority, its parts, its region and its statistical neighbours: built in, or as written in an area file.
///
/// ```
/// # use senlens_model::AreaFile;
/// let essex = AreaFile::built_in("essex").expect("one of 153");
/// assert_eq!(essex.parts.len(), 4);
/// let kent = AreaFile::from_toml("la_code = '886'").expect("the rest is known");
/// assert_eq!((kent.name.as_str(), kent.region_name.as_str()), ("Kent", "South East"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaFile {
    /// The authority's name.
    pub name: String,
    /// Its three-digit number: what files are joined on.
    pub la_code: LaCode,
    /// Its nine-character code.
    pub area_code: AreaCode,
    /// Its region's nine-character code.
    pub region_code: AreaCode,
    /// Its region's name.
    pub region_name: String,
    /// What the authority calls a part: "quadrant", "locality", "area".
    pub part_word: String,
    /// Its parts, each a list of districts; may be empty.
    pub parts: Vec<Part>,
    /// Names of districts, for inputs that carry only codes.
    pub districts: Vec<District>,
    /// Statistical neighbours, one list a version.
    pub neighbours: Vec<NeighbourList>,
}

/// An area file as it is written: for an authority of England its number and its parts are enough, the rest is known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AreaText {
    /// The authority's three-digit number: what files are joined on.
    #[schemars(with = "String")]
    la_code: LaCode,
    /// Its name; known where the number is of an authority of England.
    #[serde(default)]
    name: Option<String>,
    /// Its nine-character code; known likewise.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    area_code: Option<AreaCode>,
    /// Its region's nine-character code; known likewise.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    region_code: Option<AreaCode>,
    /// Its region's name; known likewise.
    #[serde(default)]
    region_name: Option<String>,
    /// What the authority calls a part: "quadrant", "locality", "area".
    #[serde(default = "default_part_word")]
    part_word: String,
    /// Its parts, each a list of districts; may be empty.
    #[serde(default)]
    parts: Vec<Part>,
    /// Names of districts, for inputs that carry only codes; known likewise.
    #[serde(default)]
    districts: Vec<District>,
    /// Statistical neighbours, one list a version; without any, the Department's lists that the program carries.
    #[serde(default)]
    neighbours: Vec<NeighbourList>,
}

impl JsonSchema for AreaFile {
    fn schema_name() -> Cow<'static, str> {
        "AreaFile".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        AreaText::json_schema(generator)
    }
}

/// A part of an authority: a list of districts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name, which is also its code in tables.
    pub name: String,
    /// The GSS codes of its districts.
    #[schemars(with = "Vec<String>")]
    pub districts: Vec<AreaCode>,
}

/// A district's code and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct District {
    /// GSS code.
    #[schemars(with = "String")]
    pub code: AreaCode,
    /// Name.
    pub name: String,
}

/// One version of a list of statistical neighbours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NeighbourList {
    /// Whose list and when, as printed beside every figure that uses it.
    pub list: String,
    /// The day from which it holds, `YYYY-MM-DD`.
    pub date: String,
    /// The neighbours, nearest first.
    #[schemars(with = "Vec<String>")]
    pub la_codes: Vec<LaCode>,
}

/// An area file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AreaFileError {
    /// Not the TOML we ask for.
    #[error("not an area file: {message}")]
    Unreadable {
        /// What the reader of TOML said, with line and column.
        message: String,
    },
    /// A district stands in two parts, so its schools would be counted twice.
    #[error("district `{district}` stands in two parts; give each district to one")]
    DistrictTwice {
        /// The district's code.
        district: AreaCode,
    },
    /// Two parts have one name.
    #[error("two parts are called `{name}`; give each its own name")]
    PartTwice {
        /// The name.
        name: String,
    },
    /// A name that no page or chart could carry.
    #[error("{what} should be a name of 1 to {MOST_LETTERS} characters on one line: it has {letters}")]
    NotAName {
        /// Whose name: `name`, `region_name`, `part_word`, `parts`, `districts` or `neighbours`.
        what: &'static str,
        /// How many characters it has.
        letters: usize,
    },
    /// More parts, districts or neighbours than any authority has.
    #[error("{what} should have at most {most} entries: there are {count}")]
    TooMany {
        /// Which list.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// The date of a list of neighbours is not a date.
    #[error("the date of a list of neighbours should be YYYY-MM-DD: `{date}`")]
    NotADate {
        /// What stands there.
        date: String,
    },
    /// A number of no authority of England, and too little is said of it.
    #[error(
        "{la_code} is the number of no authority of England that we know, so the file should say its {field}; or mend \
         the number"
    )]
    Missing {
        /// The number.
        la_code: LaCode,
        /// What is missing.
        field: &'static str,
    },
    /// The file says of an authority what is not so.
    #[error("{la_code} is {authority}, whose {field} is `{right}`: leave the line out, or mend it: `{seen}`")]
    Contradiction {
        /// The number.
        la_code: LaCode,
        /// The authority of the number.
        authority: String,
        /// What is contradicted.
        field: &'static str,
        /// What is so.
        right: String,
        /// What the file says.
        seen: String,
    },
    /// A name of another region than the code's.
    #[error("region `{code}` is {right}: leave the line `region_name` out, or mend it: `{seen}`")]
    RegionName {
        /// The region's code.
        code: AreaCode,
        /// Its name.
        right: &'static str,
        /// What the file says.
        seen: String,
    },
    /// A district of another authority, or of none.
    #[error("district `{district}` is {whose}, not {authority}'s; {authority} has {own}")]
    NotItsDistrict {
        /// The district's code.
        district: AreaCode,
        /// Whose it is, in words.
        whose: String,
        /// The authority.
        authority: String,
        /// The districts it has.
        own: String,
    },
    /// A part without districts holds no school.
    #[error("part `{name}` has no districts; give it some, or leave it out")]
    EmptyPart {
        /// The part.
        name: String,
    },
    /// The authority is its own neighbour.
    #[error("{authority} ({la_code}) stands among its own neighbours in the list `{list}`; take it out")]
    OwnNeighbour {
        /// The authority.
        authority: String,
        /// Its number.
        la_code: LaCode,
        /// The list.
        list: String,
    },
    /// A neighbour stands in its list twice.
    #[error("{la_code} stands twice in the list of neighbours `{list}`; name each once")]
    NeighbourTwice {
        /// The number.
        la_code: LaCode,
        /// The list.
        list: String,
    },
    /// A neighbour that is no authority.
    #[error("{la_code}, in the list of neighbours `{list}`, is the number of no authority of England")]
    UnknownNeighbour {
        /// The number.
        la_code: LaCode,
        /// The list.
        list: String,
    },
    /// A list of neighbours that names none.
    #[error("the list of neighbours `{list}` names no authority; name some, or leave it out")]
    NoNeighbours {
        /// The list.
        list: String,
    },
}

impl AreaText {
    fn check_sizes(&self) -> Result<(), AreaFileError> {
        for (what, count, most) in [
            ("parts", self.parts.len(), MOST_PARTS),
            ("districts", self.districts.len(), MOST_DISTRICTS),
            ("neighbours", self.neighbours.len(), MOST_LISTS),
        ] {
            if count > most {
                return Err(AreaFileError::TooMany { what, count, most });
            }
        }
        let own = [
            ("name", self.name.as_ref()),
            ("region_name", self.region_name.as_ref()),
            ("part_word", Some(&self.part_word)),
        ];
        let own = own.into_iter().filter_map(|(what, name)| Some((what, name?)));
        let parts = self.parts.iter().map(|part| ("parts", &part.name));
        let districts = self
            .districts
            .iter()
            .map(|district| ("districts", &district.name));
        let lists = self.neighbours.iter().map(|list| ("neighbours", &list.list));
        for (what, name) in own.chain(parts).chain(districts).chain(lists) {
            let letters = name.chars().count();
            if name.trim().is_empty() || letters > MOST_LETTERS || name.chars().any(char::is_control) {
                return Err(AreaFileError::NotAName { what, letters });
            }
        }
        Ok(())
    }
}

impl AreaFile {
    /// The built-in area of an authority of England, by name (`kent`), number (`886`) or code (`E10000016`).
    pub fn built_in(authority: &str) -> Option<Self> {
        Authority::meant_by(authority).map(Self::of)
    }

    /// The built-in area of an authority: with parts where the program carries them (Essex), else without.
    pub fn of(authority: &Authority) -> Self {
        /// The area files that the program carries, by authority number.
        const CARRIED: [(u16, &str); 1] = [(881, include_str!("../areas/essex.toml"))];
        let carried = CARRIED
            .iter()
            .find(|(number, _)| *number == authority.la_code.get());
        let text = match carried {
            Some((_, text)) => toml::from_str(text).expect("built-in area files are tested"),
            None => AreaText::of(authority.la_code),
        };
        Self::checked(text).expect("built-in areas are tested")
    }

    /// Reads and checks the text of an area file.
    ///
    /// # Errors
    /// When it is not the TOML we ask for, says less than is needed of an authority that is not built in, or contradicts
    /// itself or what is known: a district in two parts or of another authority, a name, code or region of another
    /// authority, an authority among its own neighbours, a list of neighbours without a proper date.
    pub fn from_toml(text: &str) -> Result<Self, AreaFileError> {
        let content = text;
        let text: AreaText = toml::from_str(content).map_err(|error| AreaFileError::Unreadable {
            message: crate::toml_fault(content, &error),
        })?;
        text.check_sizes()?;
        Self::checked(text)
    }

    fn checked(text: AreaText) -> Result<Self, AreaFileError> {
        let la_code = text.la_code;
        let known = Authority::numbered(la_code);
        if let Some(known) = known {
            text.agrees_with(known)?;
        }
        let missing = |field| AreaFileError::Missing { la_code, field };
        let name = text.name.or_else(|| known.map(|known| known.name.clone()));
        let area_code = text
            .area_code
            .or_else(|| known.and_then(|known| known.area_codes.last().copied()));
        let region_code = text.region_code.or_else(|| known.map(|known| known.region.code));
        let region_code = region_code.ok_or_else(|| missing("region_code"))?;
        let region_name = match (Region::of(region_code), text.region_name) {
            (Some(region), Some(seen)) if fold(region.name) != fold(&seen) => {
                return Err(AreaFileError::RegionName {
                    code: region_code,
                    right: region.name,
                    seen,
                });
            }
            (Some(region), _) => region.name.to_owned(),
            (None, Some(seen)) => seen,
            (None, None) => return Err(missing("region_name")),
        };
        let mut districts = text.districts;
        if let (true, Some(known)) = (districts.is_empty(), known) {
            districts = known
                .districts()
                .map(|district| District {
                    code: district.code,
                    name: district.name.clone(),
                })
                .collect();
        }
        let mut neighbours = text.neighbours;
        if neighbours.is_empty() {
            neighbours = NeighbourList::known_of(la_code);
        }
        let area = Self {
            name: name.ok_or_else(|| missing("name"))?,
            la_code,
            area_code: area_code.ok_or_else(|| missing("area_code"))?,
            region_code,
            region_name,
            part_word: text.part_word,
            parts: text.parts,
            districts,
            neighbours,
        };
        area.check_parts(known)?;
        area.check_neighbours(known.is_some())?;
        Ok(area)
    }

    fn check_parts(&self, known: Option<&Authority>) -> Result<(), AreaFileError> {
        let mut names = BTreeSet::new();
        let mut districts = BTreeSet::new();
        for part in &self.parts {
            let name = &part.name;
            if !names.insert(name.as_str()) {
                return Err(AreaFileError::PartTwice { name: name.clone() });
            }
            if part.districts.is_empty() {
                return Err(AreaFileError::EmptyPart { name: name.clone() });
            }
            for district in &part.districts {
                if !districts.insert(*district) {
                    return Err(AreaFileError::DistrictTwice { district: *district });
                }
            }
        }
        let listed = self.districts.iter().map(|district| district.code);
        for district in listed.chain(districts) {
            if let Some(known) = known {
                known_district(known, district)?;
            }
        }
        Ok(())
    }

    fn check_neighbours(&self, of_england: bool) -> Result<(), AreaFileError> {
        for NeighbourList { list, date, la_codes } in &self.neighbours {
            let list = list.clone();
            if !is_date(date) {
                return Err(AreaFileError::NotADate { date: date.clone() });
            }
            if la_codes.is_empty() {
                return Err(AreaFileError::NoNeighbours { list });
            }
            if la_codes.contains(&self.la_code) {
                return Err(AreaFileError::OwnNeighbour {
                    authority: self.name.clone(),
                    la_code: self.la_code,
                    list,
                });
            }
            let mut seen = BTreeSet::new();
            for la_code in la_codes.iter().copied() {
                if !seen.insert(la_code) {
                    return Err(AreaFileError::NeighbourTwice { la_code, list });
                }
                if of_england && Authority::numbered(la_code).is_none() {
                    return Err(AreaFileError::UnknownNeighbour { la_code, list });
                }
            }
        }
        Ok(())
    }

    /// With the authority's code as it was at the spring census of a year.
    #[must_use]
    pub fn at(mut self, census: AcademicYear) -> Self {
        if let Some(known) = Authority::numbered(self.la_code) {
            self.area_code = known.area_code_at(census);
        }
        self
    }

    /// The part a district lies in.
    pub fn part_of(&self, district: AreaCode) -> Option<&Part> {
        self.parts.iter().find(|part| part.districts.contains(&district))
    }

    /// The list of neighbours to compare with on a day (`YYYY-MM-DD`): the latest dated on or before it; where none is
    /// known of that time, the earliest one after.
    pub fn neighbours_on(&self, day: &str) -> Option<&NeighbourList> {
        let by_date = |a: &&NeighbourList, b: &&NeighbourList| a.date.cmp(&b.date);
        let held = self.neighbours.iter().filter(|list| list.date.as_str() <= day);
        held.max_by(by_date)
            .or_else(|| self.neighbours.iter().min_by(by_date))
    }
}

impl AreaText {
    /// No more than the number.
    fn of(la_code: LaCode) -> Self {
        Self {
            la_code,
            name: None,
            area_code: None,
            region_code: None,
            region_name: None,
            part_word: default_part_word(),
            parts: Vec::new(),
            districts: Vec::new(),
            neighbours: Vec::new(),
        }
    }

    /// Whether what it says of a known authority is so.
    fn agrees_with(&self, known: &Authority) -> Result<(), AreaFileError> {
        let contradiction = |field, right: String, seen: &dyn std::fmt::Display| {
            Err(AreaFileError::Contradiction {
                la_code: known.la_code,
                authority: known.name.clone(),
                field,
                right,
                seen: seen.to_string(),
            })
        };
        if let Some(name) = &self.name
            && let Some(other) = Authority::named(name)
            && other.la_code != known.la_code
            && authority_key(&other.name) != authority_key(&known.name)
        {
            return contradiction("name", known.name.clone(), name);
        }
        if let Some(code) = &self.area_code
            && !known.area_codes.contains(code)
        {
            let codes: Vec<&str> = known.area_codes.iter().map(AreaCode::as_str).collect();
            return contradiction("area_code", codes.join("` or `"), code);
        }
        if let Some(code) = &self.region_code
            && *code != known.region.code
        {
            return contradiction("region_code", known.region.code.to_string(), code);
        }
        Ok(())
    }
}

impl NeighbourList {
    /// The Department's lists that the program carries, as far as they speak of an authority; oldest first.
    pub fn known_of(la_code: LaCode) -> Vec<Self> {
        let lists = LISTS.iter().filter_map(|list| {
            Some(Self {
                list: list.name.clone(),
                date: list.date.clone(),
                la_codes: list.neighbours.get(&la_code)?.clone(),
            })
        });
        lists.collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeighbourLists {
    list: Vec<ListOfAll>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListOfAll {
    name: String,
    date: String,
    neighbours: BTreeMap<LaCode, Vec<LaCode>>,
}

static LISTS: LazyLock<Vec<ListOfAll>> = LazyLock::new(|| {
    let lists: NeighbourLists =
        toml::from_str(include_str!("../areas/neighbours.toml")).expect("the built-in lists are tested");
    lists.list
});

/// Sees that a district is one of a known authority.
fn known_district(authority: &Authority, district: AreaCode) -> Result<(), AreaFileError> {
    let mut named = KnownDistrict::coded(district);
    if named.any(|each| each.la_code == authority.la_code || each.now == Some(authority.la_code)) {
        return Ok(());
    }
    let whose = match KnownDistrict::coded(district).next() {
        Some(other) => {
            let owner =
                Authority::numbered(other.la_code).expect("every district's authority is known, tested");
            format!("{} ({})", other.name, owner.name)
        }
        None => "no district of England".to_owned(),
    };
    let own: Vec<String> = authority
        .districts()
        .filter(|each| each.is_current() || authority.is_abolished())
        .map(|each| format!("{} ({})", each.code, each.name))
        .collect();
    Err(AreaFileError::NotItsDistrict {
        district,
        whose,
        authority: authority.name.clone(),
        own: own.join(", "),
    })
}

fn default_part_word() -> String {
    "part".to_owned()
}

fn is_date(text: &str) -> bool {
    text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::{AreaFile, AreaFileError};
    use crate::Authority;

    #[test]
    fn every_authority_of_england_is_an_area() {
        for authority in Authority::all() {
            let area = AreaFile::of(authority);
            assert_eq!(area.region_code, authority.region.code);
            assert_eq!(area.parts.is_empty(), area.name != "Essex");
            if !authority.is_abolished() {
                assert!(!area.districts.is_empty(), "{}", area.name);
                let latest = area.neighbours.last().expect("a list of neighbours");
                assert_eq!((latest.date.as_str(), latest.la_codes.len()), ("2025-05-01", 10));
            }
        }
    }

    #[test]
    fn an_area_is_found_by_name_number_and_code() {
        for text in [
            "kent",
            "Kent",
            "KENT",
            "886",
            "E10000016",
            "e10000016",
            "Kent County Council",
        ] {
            let area = AreaFile::built_in(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(area.la_code.get(), 886, "{text}");
        }
        for text in ["", "kentt", "000", "999", "E10000099", "essex.toml"] {
            assert!(AreaFile::built_in(text).is_none(), "{text}");
        }
    }

    #[test]
    fn names_that_no_page_could_carry_are_refused() {
        let text = |name: &str| {
            format!(
                "name = \"{name}\"\nla_code = '700'\narea_code = 'E10000099'\nregion_code = 'E12000006'\nregion_name = 'East of England'\n"
            )
        };
        for (name, is_a_name) in [
            ("Essex".to_owned(), true),
            ("x".repeat(200), true),
            ("x".repeat(201), false),
            ("x".repeat(1_000_000), false),
            (" ".to_owned(), false),
            ("Es\\nsex".to_owned(), false),
        ] {
            let read = AreaFile::from_toml(&text(&name));
            assert_eq!(read.is_ok(), is_a_name, "{}", name.len());
        }
    }

    #[test]
    fn essex_is_whole() {
        let essex = AreaFile::built_in("Essex").expect("built in");
        assert_eq!(
            (essex.area_code.as_str(), essex.la_code.to_string().as_str()),
            ("E10000012", "881")
        );
        let in_parts: usize = essex.parts.iter().map(|part| part.districts.len()).sum();
        assert_eq!((in_parts, essex.districts.len()), (12, 12));
        let tendring = essex
            .part_of("E07000076".parse().expect("a code"))
            .expect("in a part");
        assert_eq!(tendring.name, "North East");
    }

    #[test]
    fn the_list_of_neighbours_is_the_latest_by_census_day_else_the_first_known() {
        let essex = AreaFile::built_in("essex").expect("built in");
        let list_on = |day| essex.neighbours_on(day).map(|list| list.date.as_str());
        assert_eq!(list_on("2021-03-31"), Some("2021-04-01"));
        assert_eq!(list_on("2023-01-19"), Some("2021-04-01"));
        assert_eq!(list_on("2025-05-01"), Some("2025-05-01"));
        let kent = AreaFile::built_in("kent").expect("built in");
        assert_eq!(
            kent.neighbours_on("2022-01-20").map(|list| list.date.as_str()),
            Some("2025-05-01")
        );
    }

    #[test]
    fn the_code_is_that_of_the_census() {
        let bucks = AreaFile::built_in("buckinghamshire").expect("built in");
        for (year, code) in [("201819", "E10000002"), ("202122", "E06000060")] {
            assert_eq!(
                bucks.clone().at(year.parse().expect("a year")).area_code.as_str(),
                code
            );
        }
    }

    #[test]
    fn faults_are_named() {
        let essex = "la_code='881'\n";
        let part = |name: &str, code: &str| format!("[[parts]]\nname='{name}'\ndistricts=[{code}]\n");
        let list =
            |codes: &str| format!("[[neighbours]]\nlist='ours'\ndate='2025-01-01'\nla_codes=[{codes}]\n");
        let invented = "la_code='450'\nname='A'\narea_code='E10000450'\nregion_code='E12000006'\n";
        for (text, words) in [
            (
                format!("{essex}{}{}", part("N", "'E07000071'"), part("S", "'E07000071'")),
                "stands in two parts",
            ),
            (
                format!("{essex}{}{}", part("N", "'E07000071'"), part("N", "'E07000072'")),
                "two parts are called `N`",
            ),
            (format!("{essex}{}", part("N", "")), "part `N` has no districts"),
            (
                format!("{essex}{}", part("N", "'E07000105'")),
                "district `E07000105` is Ashford (Kent), not Essex's; Essex has E07000066 (Basildon)",
            ),
            (
                format!("{essex}{}", part("N", "'E07999999'")),
                "`E07999999` is no district of England",
            ),
            (
                format!("{essex}area_code='E10000016'\n"),
                "881 is Essex, whose area_code is `E10000012`: leave the line out, or mend it: `E10000016`",
            ),
            (
                format!("{essex}region_code='E12000007'\n"),
                "whose region_code is `E12000006`",
            ),
            (
                format!("{essex}region_name='London'\n"),
                "region `E12000006` is East of England",
            ),
            (
                format!("{essex}name='Kent'\n"),
                "881 is Essex, whose name is `Essex`",
            ),
            (format!("{essex}quadrants = 4\n"), "quadrants"),
            (
                format!("{essex}{}", list("'886', '881'")),
                "Essex (881) stands among its own neighbours",
            ),
            (format!("{essex}{}", list("'886', '886'")), "886 stands twice"),
            (
                format!("{essex}{}", list("'999'")),
                "999, in the list of neighbours `ours`, is the number of no authority",
            ),
            (format!("{essex}{}", list("")), "names no authority"),
            (
                format!("{essex}[[neighbours]]\nlist='x'\ndate='May 2025'\nla_codes=['886']\n"),
                "should be YYYY-MM-DD: `May 2025`",
            ),
            (
                format!("{essex}[[neighbours]]\nlist='x'\ndate='2025-02-31'\nla_codes=['886']\n"),
                "should be YYYY-MM-DD: `2025-02-31`",
            ),
            (
                "la_code='450'\nname='A'\n".to_owned(),
                "450 is the number of no authority of England",
            ),
            (
                format!("{invented}region_name='London'\n"),
                "region `E12000006` is East of England",
            ),
        ] {
            let message = AreaFile::from_toml(&text).expect_err(&text).to_string();
            assert!(message.contains(words), "{text}\n{message}");
        }
        assert!(AreaFile::from_toml(invented).is_ok());
        assert!(matches!(
            AreaFile::from_toml("name='A'"),
            Err(AreaFileError::Unreadable { .. })
        ));
    }
}
