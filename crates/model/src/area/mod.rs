//! An authority and how it is divided: built in for every authority of England, or an area file (TOML).

mod check;
mod error;
mod neighbours;

pub use error::AreaFileError;
pub use neighbours::NeighbourList;

use crate::{AcademicYear, AreaCode, Authority, LaCode, Region, Term, census_day, fold};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

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

impl AreaFile {
    /// The built-in area of an authority of England, by name (`kent`), number (`886`) or code (`E10000016`).
    pub fn built_in(authority: &str) -> Option<Self> {
        Authority::meant_by(authority).map(Self::of)
    }

    /// The built-in area of an authority: with parts where the program carries them (Essex), else without.
    pub fn of(authority: &Authority) -> Self {
        /// The area files that the program carries, by authority number.
        const CARRIED: [(u16, &str); 1] = [(881, include_str!("../../areas/essex.toml"))];
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

    /// The list of neighbours to compare with at the spring census of a year: the latest dated on or before it; where none
    /// is known of that time, the earliest one after.
    pub fn neighbours_at(&self, census: AcademicYear) -> Option<&NeighbourList> {
        let day = census_day(census, Term::Spring);
        let by_date = |list: &&NeighbourList| list.date;
        let held = self.neighbours.iter().filter(|list| list.date <= day);
        held.max_by_key(by_date)
            .or_else(|| self.neighbours.iter().min_by_key(by_date))
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
}

fn default_part_word() -> String {
    "part".to_owned()
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
                assert_eq!(
                    (latest.date.to_string(), latest.la_codes.len()),
                    ("2025-05-01".to_owned(), 10)
                );
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
        for (area, census, date) in [
            ("essex", "202021", "2021-04-01"),
            ("essex", "202223", "2021-04-01"),
            ("essex", "202526", "2025-05-01"),
            ("kent", "202122", "2025-05-01"),
        ] {
            let area = AreaFile::built_in(area).expect("built in");
            let list = area.neighbours_at(census.parse().expect("a year"));
            assert_eq!(
                list.map(|list| list.date.to_string()).as_deref(),
                Some(date),
                "{} {census}",
                area.name
            );
        }
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
                "not a date (such as 2026-01-31): `May 2025`",
            ),
            (
                format!("{essex}[[neighbours]]\nlist='x'\ndate='2025-02-31'\nla_codes=['886']\n"),
                "not a date (such as 2026-01-31): `2025-02-31`",
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
