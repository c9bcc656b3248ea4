//! What follows from what where a code list changes.

use super::lists;
use crate::{AcademicYear, Need, ProvisionCode};
use serde::Deserialize;
use std::fmt::Debug;

/// Codes that gave way to others in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosswalk {
    /// The first academic year of the new codes.
    pub year: AcademicYear,
    /// The codes before and the codes after.
    pub codes: CrosswalkCodes,
    /// Whether old and new codes count the same pupils under another name.
    pub alike: bool,
    /// What a reader should know.
    pub note: String,
}

/// The codes of a crosswalk, from and to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CrosswalkCodes {
    /// Types of need.
    Needs {
        /// Before.
        from: Vec<Need>,
        /// After.
        to: Vec<Need>,
    },
    /// Provisions.
    Provisions {
        /// Before.
        from: Vec<ProvisionCode>,
        /// After.
        to: Vec<ProvisionCode>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    list: List,
    year: AcademicYear,
    from: Vec<String>,
    to: Vec<String>,
    alike: bool,
    note: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum List {
    Needs,
    Provisions,
}

impl Crosswalk {
    pub(super) fn new(entry: Entry) -> Result<Self, String> {
        let codes = match entry.list {
            List::Needs => CrosswalkCodes::Needs {
                from: named(&entry.from, &Need::ALL)?,
                to: named(&entry.to, &Need::ALL)?,
            },
            List::Provisions => CrosswalkCodes::Provisions {
                from: named(&entry.from, &ProvisionCode::ALL)?,
                to: named(&entry.to, &ProvisionCode::ALL)?,
            },
        };
        Ok(Self {
            year: entry.year,
            codes,
            alike: entry.alike,
            note: entry.note,
        })
    }
}

/// The codes of these names. `FromStr` would ask the lists, which are just being read.
fn named<T: Copy + Debug>(names: &[String], all: &[T]) -> Result<Vec<T>, String> {
    let one = |name: &String| {
        let found = all
            .iter()
            .find(|code| format!("{code:?}").eq_ignore_ascii_case(name));
        found
            .copied()
            .ok_or_else(|| format!("a crosswalk names a code that is in no list: `{name}`"))
    };
    names.iter().map(one).collect()
}

/// Every crosswalk of the code lists, by year.
pub fn crosswalks() -> &'static [Crosswalk] {
    &lists().crosswalks
}
