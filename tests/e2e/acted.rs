//! Masking that ends at a date, and masking that does not, told by `senlens run` on invented Englands of two years.

use senlens_tests::tables::{TextTable, number};
use senlens_tests::{said, senlens};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Displaced pupils per thousand on roll by quadrant.
fn truth(folder: &Path, year: &str) -> BTreeMap<String, f64> {
    let read = |name: &str| fs::read_to_string(folder.join(format!("{name}_{year}.csv"))).expect("written");
    let schools = read("schools");
    let mut lines = schools.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let at = |name: &str| {
        header
            .iter()
            .position(|column| *column == name)
            .expect("a column")
    };
    let (urn, pupils) = (at("URN"), at("Total pupils"));
    let rolls: BTreeMap<String, f64> = lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            (fields[urn].to_owned(), fields[pupils].parse().expect("a number"))
        })
        .collect();
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for line in read("truth").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        if !fields[1].is_empty() {
            let (displaced, roll) = sums.entry(fields[1].to_owned()).or_default();
            *displaced +=
                fields[4].parse::<f64>().expect("a number") + fields[5].parse::<f64>().expect("a number");
            *roll += rolls[fields[0]];
        }
    }
    sums.into_iter()
        .map(|(name, (displaced, roll))| (name, 1000.0 * displaced / roll))
        .collect()
}

#[test]
fn what_ended_is_told_from_what_did_not() {
    let home = tempfile::tempdir().expect("a folder");
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let output = senlens(&[
        "synth",
        "--plant",
        "one-quadrant",
        "--seed",
        "61",
        "--ends",
        "202122",
        "--years",
        "202122,202223",
        "--out",
        &path("england"),
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let output = senlens(&[
        "run",
        "--schools",
        &path("england/schools_202122.csv"),
        "--schools",
        &path("england/schools_202223.csv"),
        "--area",
        "essex",
        "--scope",
        "all",
        "--action-date",
        "2022-05-17",
        "--out",
        &path("out"),
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let (before, after) = (
        truth(&home.path().join("england"), "202122"),
        truth(&home.path().join("england"), "202223"),
    );
    let change = TextTable::of_run(&home.path().join("out"), "change");
    let mut told = Vec::new();
    for (quadrant, earlier) in &before {
        let row = change.row_where(&[("area_code", quadrant), ("action_date", "2022-05-17")]);
        let (lower, upper) = (number(row, "displaced_lower"), number(row, "displaced_upper"));
        let truly = after[quadrant] - earlier;
        assert!((lower..=upper).contains(&truly), "{quadrant}: {truly} in {row:?}");
        if upper < 0.0 || lower > 0.0 {
            told.push(quadrant.as_str());
        }
    }
    assert_eq!(told, ["South"]);
    let south = change.row_where(&[("area_code", "South"), ("action_date", "2022-05-17")]);
    assert_eq!(
        (south["level_before"].as_str(), south["level"].as_str()),
        ("red", "none")
    );
}
