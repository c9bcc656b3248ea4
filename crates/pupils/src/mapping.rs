//! Which of a file's columns is which item: found by name, or said by a mapping file.

use super::{item::Item, record::Term};
use senlens_files::{Error, Problem};
use senlens_model::{AcademicYear, Dimension, Dimensions};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt::Write as _};

/// A mapping file: our items, their columns; and, where their codes differ, their values.
///
/// ```toml
/// year = "202223"
/// term = "spring"
/// [columns]
/// UPN = "Unique Pupil Number"
/// SENprovision = "SEN Status"
/// [values.SENprovision]
/// "SEN Support" = "K"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The academic year of the file, where no column says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<AcademicYear>,
    /// The term of the file, where no column says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Term>,
    /// Our item = their column.
    pub columns: BTreeMap<Item, String>,
    /// For an item, their value = the census's code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<Item, BTreeMap<String, String>>,
}

impl Mapping {
    /// Reads a mapping file's text.
    ///
    /// # Errors
    /// When it is not TOML, or names an item or a key there is not.
    pub fn parse(text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| Error::Mapping {
            message: senlens_model::toml_fault(text, &error),
        })
    }

    /// The mapping file's text.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        if let Some(year) = self.year {
            let _ = writeln!(text, "year = \"{year}\"");
        }
        if let Some(term) = self.term {
            let _ = writeln!(text, "term = \"{}\"", term.in_words());
        }
        text.push_str("[columns]\n");
        for (item, column) in &self.columns {
            let _ = writeln!(
                text,
                "{} = {}",
                item.as_str(),
                toml::Value::String(column.clone())
            );
        }
        for (item, values) in &self.values {
            let _ = writeln!(text, "[values.{}]", item.as_str());
            for (theirs, ours) in values {
                let (theirs, ours) = (
                    toml::Value::String(theirs.clone()),
                    toml::Value::String(ours.clone()),
                );
                let _ = writeln!(text, "{theirs} = {ours}");
            }
        }
        text
    }
}

/// Proposes a mapping for a file's column names: the best fit for each item, each column used once, nothing proposed
/// where nothing fits. A person should look at it.
pub fn suggest_mapping(headers: &[String]) -> Mapping {
    let mut fits: Vec<(u8, usize, Item)> = Vec::new();
    for item in Item::ALL {
        for (at, header) in headers.iter().enumerate() {
            let likeness = item.likeness(header);
            if likeness > 0 {
                fits.push((likeness, at, item));
            }
        }
    }
    fits.sort_by_key(|(likeness, at, item)| (std::cmp::Reverse(*likeness), *item, *at));
    let mut mapping = Mapping::default();
    let mut used = vec![false; headers.len()];
    for (_, at, item) in fits {
        if !used[at] && !mapping.columns.contains_key(&item) {
            used[at] = true;
            mapping.columns.insert(item, headers[at].clone());
        }
    }
    mapping
}

/// Whether a column is one of the Department's tables of counts, which no pupil extract has.
pub(crate) fn is_of_counts(header: &str) -> bool {
    const COLUMNS: [&str; 7] = [
        "pupilcount",
        "totalpupilcount",
        "numberofpupils",
        "totalpupils",
        "geographiclevel",
        "timeidentifier",
        "headcountofpupils",
    ];
    let letters: String = header
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    COLUMNS.contains(&letters.as_str())
}

/// Where each item stands in a file, and what is the same for every row.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    pub(crate) at: BTreeMap<Item, usize>,
    pub(crate) census: Option<(AcademicYear, Term)>,
    pub(crate) width: usize,
}

impl Columns {
    /// Finds the items among a file's headers. Messages name our items, never a header: the first line of a file
    /// without headers is a pupil.
    pub(crate) fn find(name: &str, headers: &[String], mapping: Option<&Mapping>) -> Result<Self, Problem> {
        const REMEDY: &str = "say which column is which in a mapping file; `senlens check --suggest-mapping` writes one to start from";
        let mut columns = Self {
            at: BTreeMap::new(),
            census: None,
            width: headers.len(),
        };
        let twice = |item: Item| {
            Problem::of_file(name, "two columns have this name")
                .in_column(item.as_str())
                .remedy("rename or remove one of them")
        };
        for (at, header) in headers.iter().enumerate() {
            if let Some(mapping) = mapping {
                for (item, _) in mapping
                    .columns
                    .iter()
                    .filter(|(_, theirs)| theirs.trim() == header.trim())
                {
                    if columns.at.insert(*item, at).is_some() {
                        return Err(twice(*item));
                    }
                }
            } else if let Some((item, census)) = Item::of_column(header) {
                // The newer `Sex` stands where a file carries both it and `Gender`, and `Ethnicity` before
                // `EthnicGroupMinor`.
                let is_own_name = header.trim().eq_ignore_ascii_case(item.as_str());
                match columns.at.get(&item) {
                    Some(earlier) => {
                        let earlier_is = headers[*earlier].trim().eq_ignore_ascii_case(item.as_str());
                        if is_own_name == earlier_is {
                            return Err(twice(item));
                        }
                        if is_own_name {
                            columns.at.insert(item, at);
                        }
                    }
                    None => {
                        columns.at.insert(item, at);
                    }
                }
                columns.census = columns.census.or(census);
            }
        }
        if let Some(mapping) = mapping {
            for item in mapping.columns.keys() {
                if !columns.at.contains_key(item) {
                    return Err(Problem::of_file(
                        name,
                        "the column that the mapping names for this item is not there",
                    )
                    .in_column(item.as_str())
                    .remedy("correct the mapping file"));
                }
            }
            if let Some(year) = mapping.year {
                columns.census = Some((year, mapping.term.unwrap_or(Term::Spring)));
            }
        }
        if let Some(header) = headers.iter().find(|header| is_of_counts(header)) {
            return Err(Problem::of_file(
                name,
                "this is a table of counts, as the Department publishes them, not pupil records",
            )
            .in_column(header)
            .remedy("give a school file with --schools and a table by authority with --benchmark"));
        }
        let has = |item: Item| columns.at.contains_key(&item);
        if !(has(Item::LAEstab) || has(Item::URN) || (has(Item::LA) && has(Item::Estab))) {
            return Err(Problem::of_file(
                name,
                "no column says which school: LAEstab, or LA and Estab, or URN",
            )
            .remedy(REMEDY));
        }
        if !has(Item::SENprovision) {
            return Err(Problem::of_file(name, "no column says the provision: SENprovision").remedy(REMEDY));
        }
        Ok(columns)
    }

    /// The dimensions the columns carry.
    pub(crate) fn dimensions(&self) -> Dimensions {
        let mut dimensions = Dimensions::of(&[Dimension::Roll, Dimension::Phase, Dimension::Provision]);
        for (item, dimension) in [
            (Item::PrimarySENtype, Dimension::PrimaryNeed),
            (Item::SecondarySENtype, Dimension::SecondaryNeed),
            (Item::NCyearActual, Dimension::NcYear),
            (Item::Sex, Dimension::Sex),
            (Item::FSMeligible, Dimension::FreeSchoolMeals),
            (Item::Ethnicity, Dimension::Ethnicity),
            (Item::Language, Dimension::Language),
            (Item::SENunitIndicator, Dimension::SpecialistPlace),
            (Item::ResourcedProvisionIndicator, Dimension::SpecialistPlace),
        ] {
            if self.at.contains_key(&item) {
                dimensions = dimensions.with(dimension);
            }
        }
        dimensions
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, Item, Mapping, suggest_mapping};

    fn headers(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_mapping_reads_back() {
        let mapping = Mapping::parse(
            "year = \"202223\"\nterm = \"spring\"\n[columns]\nUPN = \"Pupil \\\"no\\\"\"\nSENprovision = \"SEN Status\"\n\
             [values.SENprovision]\n\"SEN Support\" = \"K\"\n",
        )
        .expect("a mapping");
        assert_eq!(Mapping::parse(&mapping.to_toml()).expect("again"), mapping);
        assert!(Mapping::parse("[columns]\nUPPN = \"x\"\n").is_err());
        assert!(Mapping::parse("[colums]\n").is_err());
    }

    #[test]
    fn a_suggestion_for_a_management_information_system() {
        let names = headers(&[
            "Forename",
            "Unique Pupil Number",
            "Year Group",
            "SEN Status",
            "SEN Need 1",
            "SEN Need 2",
            "Gender",
            "DfE No",
            "Free School Meals",
            "Ethnicity Code",
            "Date of Birth",
        ]);
        let mapping = suggest_mapping(&names);
        for (item, column) in [
            (Item::UPN, "Unique Pupil Number"),
            (Item::NCyearActual, "Year Group"),
            (Item::SENprovision, "SEN Status"),
            (Item::PrimarySENtype, "SEN Need 1"),
            (Item::SecondarySENtype, "SEN Need 2"),
            (Item::Sex, "Gender"),
            (Item::LAEstab, "DfE No"),
            (Item::FSMeligible, "Free School Meals"),
            (Item::DOB, "Date of Birth"),
        ] {
            assert_eq!(mapping.columns.get(&item).map(String::as_str), Some(column));
        }
        assert!(!mapping.columns.values().any(|column| column == "Forename"));
        assert!(Columns::find("f", &names, Some(&mapping)).is_ok());
    }

    #[test]
    fn what_is_missing_or_twice_is_named_by_our_item() {
        let find = |names: &[&str]| Columns::find("f.csv", &headers(names), None).map(|_| ());
        assert!(find(&["URN", "SENprovision"]).is_ok());
        assert!(find(&["LA", "SENprovision"]).is_err());
        assert!(find(&["URN", "UPN"]).is_err());
        assert!(find(&["URN", "SENprovision", "senprovision"]).is_err());
        assert!(find(&["URN", "SENprovision", "Gender", "Sex"]).is_ok());
        let told = find(&["G881200100001", "Smith"]).expect_err("no header").rule;
        assert!(!told.contains("Smith") && !told.contains("G881"));
    }
}
