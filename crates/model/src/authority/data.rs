//! The lists of authorities and districts, read once from the files in `areas`.

use super::{Authority, DatedCode, KnownDistrict, Region, Span, authority_key};
use crate::{AreaCode, LaCode};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What is known of authorities and districts.
pub(super) struct Facts {
    pub(super) authorities: Vec<Authority>,
    /// Names in the form of [`authority_key`], to positions in `authorities`.
    pub(super) by_name: BTreeMap<String, usize>,
    pub(super) districts: Vec<KnownDistrict>,
}

pub(super) static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    let authorities = read_authorities(include_str!("../../areas/authorities.toml"));
    let mut by_name = BTreeMap::new();
    // The abolished first, so that a name both bear leads to the authority of today.
    let mut order: Vec<usize> = (0..authorities.len()).collect();
    order.sort_by_key(|place| !authorities[*place].is_abolished());
    for place in order {
        let authority = &authorities[place];
        for name in std::iter::once(&authority.name).chain(&authority.other_names) {
            by_name.insert(authority_key(name), place);
        }
    }
    Facts {
        authorities,
        by_name,
        districts: read_districts(include_str!("../../areas/districts.csv")),
    }
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityList {
    authority: Vec<AuthorityEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityEntry {
    la_code: LaCode,
    name: String,
    codes: Vec<CodeEntry>,
    region: AreaCode,
    #[serde(default)]
    other_names: Vec<String>,
    since: Option<u16>,
    until: Option<u16>,
    #[serde(default)]
    succeeded_by: Vec<LaCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeEntry {
    code: AreaCode,
    since: Option<u16>,
    until: Option<u16>,
}

fn read_authorities(text: &str) -> Vec<Authority> {
    let list: AuthorityList = toml::from_str(text).expect("the built-in list is tested");
    let entries = list.authority.into_iter();
    entries
        .map(|entry| {
            let codes: Vec<DatedCode> = entry
                .codes
                .into_iter()
                .map(|CodeEntry { code, since, until }| DatedCode {
                    code,
                    span: Span { since, until },
                })
                .collect();
            Authority {
                la_code: entry.la_code,
                name: entry.name,
                area_codes: codes.iter().map(|dated| dated.code).collect(),
                region: Region::of(entry.region).expect("the built-in list is tested"),
                succeeded_by: entry.succeeded_by,
                codes,
                other_names: entry.other_names,
                span: Span {
                    since: entry.since,
                    until: entry.until,
                },
            }
        })
        .collect()
}

/// Reads the list of districts. Its fields hold neither quote nor comma, but for names in quotes.
fn read_districts(text: &str) -> Vec<KnownDistrict> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines
        .map(|line| district_of(line).expect("the built-in list is tested"))
        .collect()
}

fn district_of(line: &str) -> Option<KnownDistrict> {
    let (code, rest) = line.split_once(',')?;
    let (name, rest) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\",")?,
        None => rest.split_once(',')?,
    };
    let fields: Vec<&str> = rest.split(',').collect();
    let [la_code, since, until, now] = fields[..] else {
        return None;
    };
    let year = |text: &str| match text {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    };
    Some(KnownDistrict {
        code: code.parse().ok()?,
        name: name.to_owned(),
        la_code: la_code.parse().ok()?,
        now: match now {
            "" => None,
            now => Some(now.parse().ok()?),
        },
        span: Span {
            since: year(since)?,
            until: year(until)?,
        },
    })
}
