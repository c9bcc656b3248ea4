//! An authority and how it is divided: the area file (TOML), and the presets the program carries.

use crate::{AreaCode, LaCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A local authority, its parts, its region and its statistical neighbours, as written in an area file.
///
/// ```
/// # use senlens_model::AreaFile;
/// let essex = AreaFile::preset("essex").expect("built in");
/// assert_eq!(essex.parts.len(), 4);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaFile {
    /// The authority's name.
    pub name: String,
    /// Its three-digit number: what files are joined on.
    #[schemars(with = "String")]
    pub la_code: LaCode,
    /// Its GSS code.
    #[schemars(with = "String")]
    pub area_code: AreaCode,
    /// Its region's GSS code.
    #[schemars(with = "String")]
    pub region_code: AreaCode,
    /// Its region's name.
    pub region_name: String,
    /// What the authority calls a part: "quadrant", "locality", "area".
    #[serde(default = "default_part_word")]
    pub part_word: String,
    /// Its parts, each a list of districts; may be empty.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Names of districts, for inputs that carry only codes.
    #[serde(default)]
    pub districts: Vec<District>,
    /// Statistical neighbours, one list a version.
    #[serde(default)]
    pub neighbours: Vec<NeighbourList>,
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
    /// The date of a list of neighbours is not a date.
    #[error("the date of a list of neighbours should be YYYY-MM-DD: `{date}`")]
    NotADate {
        /// What stands there.
        date: String,
    },
}

impl AreaFile {
    /// The areas the program carries, by name in lower case.
    pub const PRESETS: [(&'static str, &'static str); 1] = [("essex", include_str!("../areas/essex.toml"))];

    /// A built-in area, or none of that name.
    pub fn preset(name: &str) -> Option<Self> {
        let (_, text) = Self::PRESETS
            .iter()
            .find(|(preset, _)| preset.eq_ignore_ascii_case(name))?;
        Some(Self::from_toml(text).expect("built-in area files are tested"))
    }

    /// Reads and checks the text of an area file.
    ///
    /// # Errors
    /// When it is not the TOML we ask for, a district stands in two parts, two parts share a name, or a list of
    /// neighbours has no proper date.
    pub fn from_toml(text: &str) -> Result<Self, AreaFileError> {
        let area: Self = toml::from_str(text).map_err(|error| AreaFileError::Unreadable {
            message: error.to_string(),
        })?;
        let mut names = BTreeSet::new();
        let mut districts = BTreeSet::new();
        for part in &area.parts {
            if !names.insert(part.name.as_str()) {
                return Err(AreaFileError::PartTwice {
                    name: part.name.clone(),
                });
            }
            for district in &part.districts {
                if !districts.insert(*district) {
                    return Err(AreaFileError::DistrictTwice { district: *district });
                }
            }
        }
        for list in &area.neighbours {
            if !is_date(&list.date) {
                return Err(AreaFileError::NotADate {
                    date: list.date.clone(),
                });
            }
        }
        Ok(area)
    }

    /// The part a district lies in.
    pub fn part_of(&self, district: AreaCode) -> Option<&Part> {
        self.parts.iter().find(|part| part.districts.contains(&district))
    }

    /// The latest list of neighbours dated on or before a day (`YYYY-MM-DD`).
    pub fn neighbours_on(&self, day: &str) -> Option<&NeighbourList> {
        self.neighbours
            .iter()
            .filter(|list| list.date.as_str() <= day)
            .max_by(|a, b| a.date.cmp(&b.date))
    }
}

fn default_part_word() -> String {
    "part".to_owned()
}

fn is_date(text: &str) -> bool {
    let numbers: Vec<&str> = text.split('-').collect();
    let [year, month, day] = numbers[..] else {
        return false;
    };
    let within = |text: &str, digits: usize, range: std::ops::RangeInclusive<u32>| {
        text.len() == digits && text.parse().is_ok_and(|number| range.contains(&number))
    };
    within(year, 4, 1990..=2100) && within(month, 2, 1..=12) && within(day, 2, 1..=31)
}

#[cfg(test)]
mod tests {
    use super::{AreaFile, AreaFileError};

    #[test]
    fn essex_is_whole() {
        let essex = AreaFile::preset("Essex").expect("built in");
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
    fn the_list_of_neighbours_is_the_latest_by_census_day() {
        let essex = AreaFile::preset("essex").expect("built in");
        let list_on = |day| essex.neighbours_on(day).map(|list| list.date.as_str());
        assert_eq!(list_on("2021-03-31"), None);
        assert_eq!(list_on("2023-01-19"), Some("2021-04-01"));
        assert_eq!(list_on("2025-05-01"), Some("2025-05-01"));
    }

    #[test]
    fn faults_are_named() {
        let base =
            "name='A'\nla_code='881'\narea_code='E10000012'\nregion_code='E12000006'\nregion_name='R'\n";
        let part = |name: &str, code: &str| format!("[[parts]]\nname='{name}'\ndistricts=['{code}']\n");
        let twice = format!("{base}{}{}", part("N", "E07000071"), part("S", "E07000071"));
        assert!(matches!(
            AreaFile::from_toml(&twice),
            Err(AreaFileError::DistrictTwice { .. })
        ));
        let named_twice = format!("{base}{}{}", part("N", "E07000071"), part("N", "E07000072"));
        assert!(matches!(
            AreaFile::from_toml(&named_twice),
            Err(AreaFileError::PartTwice { .. })
        ));
        let undated = format!("{base}[[neighbours]]\nlist='x'\ndate='May 2025'\nla_codes=['886']\n");
        assert!(matches!(
            AreaFile::from_toml(&undated),
            Err(AreaFileError::NotADate { .. })
        ));
        let unknown = format!("{base}quadrants = 4\n");
        let message = AreaFile::from_toml(&unknown)
            .expect_err("unknown field")
            .to_string();
        assert!(message.contains("quadrants"), "{message}");
    }
}
