//! Lists of statistical neighbours: those of an area file, and the Department's that the program carries.

use crate::{Date, LaCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One version of a list of statistical neighbours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NeighbourList {
    /// Whose list and when, as printed beside every figure that uses it.
    pub list: String,
    /// The day from which it holds, `YYYY-MM-DD`.
    #[schemars(with = "String")]
    pub date: Date,
    /// The neighbours, nearest first.
    #[schemars(with = "Vec<String>")]
    pub la_codes: Vec<LaCode>,
}

impl NeighbourList {
    /// The Department's lists that the program carries, as far as they speak of an authority; oldest first.
    pub fn known_of(la_code: LaCode) -> Vec<Self> {
        let lists = LISTS.iter().filter_map(|list| {
            Some(Self {
                list: list.name.clone(),
                date: list.date,
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
    date: Date,
    neighbours: BTreeMap<LaCode, Vec<LaCode>>,
}

static LISTS: LazyLock<Vec<ListOfAll>> = LazyLock::new(|| {
    let lists: NeighbourLists =
        toml::from_str(include_str!("../../areas/neighbours.toml")).expect("the built-in lists are tested");
    lists.list
});
