//! The county's area file.

use super::County;
use super::england::InventedAuthority;
use super::names::{self, DISTRICTS, PART_NAMES, REGIONS};
use senlens_model::{AreaFile, District, NeighbourList, Part};
use std::fmt::Write;

/// How many statistical neighbours the Department's model gives an authority.
const NEIGHBOURS: usize = 10;

/// The area file's content.
pub(super) fn area_file(county: &County) -> AreaFile {
    let authority = county.authority();
    AreaFile {
        name: authority.name.clone(),
        la_code: authority.la_code,
        area_code: authority.area_code,
        region_code: names::region_code(authority.region),
        region_name: REGIONS[authority.region].to_owned(),
        part_word: "quadrant".to_owned(),
        parts: PART_NAMES
            .iter()
            .enumerate()
            .map(|(part, name)| Part {
                name: (*name).to_owned(),
                districts: (0..DISTRICTS.len())
                    .filter(|district| DISTRICTS[*district].1 == part)
                    .map(names::district_code)
                    .collect(),
            })
            .collect(),
        districts: DISTRICTS
            .iter()
            .enumerate()
            .map(|(district, (name, _, _))| District {
                code: names::district_code(district),
                name: (*name).to_owned(),
            })
            .collect(),
        neighbours: vec![NeighbourList {
            list: "invented for the demonstration".to_owned(),
            // Before any census the layouts know, so that it holds whatever year is written.
            date: "2014-09-01".parse().expect("a date"),
            la_codes: neighbours(county)
                .iter()
                .map(|neighbour| neighbour.la_code)
                .collect(),
        }],
    }
}

/// The authorities nearest in size and in share of pupils with SEN: what the Department's model does with many more
/// figures, none of which we invent.
fn neighbours(county: &County) -> Vec<&InventedAuthority> {
    let distance = |other: &InventedAuthority| {
        let features = |authority: &InventedAuthority| {
            let pupils = f64::from(authority.pupils().max(1));
            [
                0.3 * libm::log(pupils),
                libm::log((f64::from(authority.support().total()) + 1.0) / pupils),
                libm::log((f64::from(authority.plans().total()) + 1.0) / pupils),
            ]
        };
        let pairs = features(county.authority()).into_iter().zip(features(other));
        pairs
            .map(|(own, other)| (own - other) * (own - other))
            .sum::<f64>()
    };
    let mut others: Vec<(f64, &InventedAuthority)> = county
        .others()
        .iter()
        .map(|other| (distance(other), other))
        .collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.la_code.cmp(&b.1.la_code)));
    others
        .into_iter()
        .take(NEIGHBOURS)
        .map(|(_, other)| other)
        .collect()
}

/// An area file as text. Names here are ours and hold neither quote nor backslash.
pub(super) fn toml(area: &AreaFile) -> String {
    let list = |codes: Vec<String>| {
        let quoted: Vec<String> = codes.iter().map(|code| format!("\"{code}\"")).collect();
        quoted.join(", ")
    };
    let mut text = String::from("# An invented county: no place, code or school in it exists.\n");
    let mut line = |words: std::fmt::Arguments<'_>| {
        text.write_fmt(words).expect("writing to a String does not fail");
        text.push('\n');
    };
    line(format_args!("name = \"{}\"", area.name));
    line(format_args!("la_code = \"{}\"", area.la_code));
    line(format_args!("area_code = \"{}\"", area.area_code));
    line(format_args!("region_code = \"{}\"", area.region_code));
    line(format_args!("region_name = \"{}\"", area.region_name));
    line(format_args!("part_word = \"{}\"", area.part_word));
    for part in &area.parts {
        line(format_args!("\n[[parts]]\nname = \"{}\"", part.name));
        let codes = part.districts.iter().map(ToString::to_string).collect();
        line(format_args!("districts = [{}]", list(codes)));
    }
    for district in &area.districts {
        line(format_args!(
            "\n[[districts]]\ncode = \"{}\"\nname = \"{}\"",
            district.code, district.name
        ));
    }
    for neighbours in &area.neighbours {
        line(format_args!(
            "\n[[neighbours]]\nlist = \"{}\"\ndate = \"{}\"",
            neighbours.list, neighbours.date
        ));
        let codes = neighbours.la_codes.iter().map(ToString::to_string).collect();
        line(format_args!("la_codes = [{}]", list(codes)));
    }
    text
}
