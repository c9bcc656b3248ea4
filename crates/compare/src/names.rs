//! What places are called, as their sources call them.

use crate::school_counts::SchoolCounts;
use senlens_model::{AreaCode, LaCode};
use std::collections::BTreeMap;

/// A region, by the name its source gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionName {
    /// GSS code.
    pub code: AreaCode,
    /// Name.
    pub name: String,
}

/// What the schools file calls an authority.
#[derive(Debug, Clone)]
pub(crate) struct AuthorityName {
    pub(crate) name: String,
    pub(crate) area_code: Option<AreaCode>,
    pub(crate) region: Option<RegionName>,
}

/// Every authority that schools name.
pub(crate) fn names_of(schools: &[SchoolCounts<'_>]) -> BTreeMap<LaCode, AuthorityName> {
    let mut names = BTreeMap::new();
    for SchoolCounts { school, .. } in schools {
        names.entry(school.la_code).or_insert_with(|| AuthorityName {
            name: school.la_name.clone(),
            area_code: school.la_area_code,
            region: school.region_code.map(|code| RegionName {
                code,
                name: school.region_name.clone().unwrap_or_else(|| code.to_string()),
            }),
        });
    }
    names
}
