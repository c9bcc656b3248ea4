//! `senlens demo`: the whole run with no input, and it finds what was planted.

use senlens_tests::tables::{TextTable, number};
use senlens_tests::{files, said, senlens};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn demo() -> &'static Path {
    static HOME: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, out) = HOME.get_or_init(|| {
        let home = tempfile::tempdir().expect("a folder");
        let out = home.path().join("demo");
        let output = senlens(&["demo", "--out", &out.to_string_lossy()]);
        assert!(output.status.success(), "{}", said(&output));
        assert!(output.stdout.is_empty(), "stdout is for data");
        (home, out)
    });
    out
}

#[test]
fn it_finds_the_quadrant_in_which_masking_was_planted() {
    let truth = senlens::synth::county::County::invent(
        senlens::DEMO_SEED,
        &senlens::synth::county::CountySettings::default(),
    );
    let planted = truth
        .truth()
        .quadrant
        .expect("masking is planted in one quadrant");
    let flags = TextTable::of_run(demo(), "flags");
    let quadrants = flags.rows_where(&[
        ("geographic_level", "Quadrant"),
        ("rule", "masking"),
        ("sen_provision", "Total"),
    ]);
    assert_eq!(quadrants.len(), 4);
    for row in quadrants {
        let planted_here = row["area_code"] == planted;
        assert_eq!(row["level"] == "red", planted_here, "{row:?}");
    }
}

/// The planted quadrant stays red whichever choice is varied, but for plans alone, where nothing was planted.
#[test]
fn the_verdict_on_the_planted_quadrant_is_firm() {
    let flags = TextTable::of_run(demo(), "flags");
    let red = flags.rows_where(&[
        ("geographic_level", "Quadrant"),
        ("rule", "masking"),
        ("sen_provision", "Total"),
        ("level", "red"),
    ]);
    assert_eq!(red.len(), 1);
    let sensitivity = TextTable::of_run(demo(), "sensitivity");
    let rows = sensitivity.rows_where(&[
        ("geographic_level", "Quadrant"),
        ("area_code", red[0]["area_code"].as_str()),
    ]);
    assert!(rows.len() > 10, "{} variations", rows.len());
    for row in rows {
        let planted = row["variation"] != "plans_alone";
        assert_eq!(row["level"] == "red", planted, "{row:?}");
    }
}

#[test]
fn the_county_as_a_whole_is_no_alarm() {
    let benchmarks = TextTable::of_run(demo(), "benchmarks");
    let row = benchmarks.rows_where(&[
        ("geographic_level", "Local authority"),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("primary_need", "MLD"),
        ("base", "sen"),
        ("comparator", "England"),
        ("adjustment", "crude"),
    ]);
    let record = fs::read_to_string(demo().join("run.json")).expect("the record");
    let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    let own = row
        .iter()
        .find(|row| Some(row["area_code"].as_str()) == record["area_code"].as_str());
    assert_eq!(own.expect("the county is among them")["position"], "similar");
    assert!(row.len() >= 150, "an England to compare with: {}", row.len());
}

#[test]
fn a_quadrants_districts_add_up_to_it() {
    let rates = TextTable::of_run(demo(), "rates");
    let events = |level: &str| -> f64 {
        let wanted = [
            ("coverage", "state_funded"),
            ("geographic_level", level),
            ("phase", "Total"),
            ("sen_provision", "Total"),
            ("primary_need", "MLD"),
            ("base", "pupils"),
        ];
        rates
            .rows_where(&wanted)
            .into_iter()
            .map(|row| number(row, "events"))
            .sum()
    };
    assert!(events("Quadrant") > 0.0);
    assert!((events("Quadrant") - events("Local authority district")).abs() < 0.5);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let home = tempfile::tempdir().expect("a folder");
    let again = home.path().join("again");
    let output = senlens(&["demo", "--out", &again.to_string_lossy()]);
    assert!(output.status.success(), "{}", said(&output));
    let (first, second) = (files(demo()), files(&again));
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        second.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &first {
        assert!(bytes == &second[name], "{name} differs");
    }
}

#[test]
fn everything_a_run_should_leave_is_there() {
    let files = files(demo());
    for name in [
        "run.json",
        "report.html",
        "tables/rates.csv",
        "tables/rates.parquet",
        "tables/benchmarks.csv",
        "tables/flags.csv",
        "tables/explanations.csv",
    ] {
        assert!(files.get(name).is_some_and(|bytes| !bytes.is_empty()), "{name}");
    }
    let charts: Vec<&str> = files
        .keys()
        .filter_map(|name| name.strip_prefix("charts/")?.strip_suffix(".svg"))
        .collect();
    assert!(charts.len() >= 3, "{charts:?}");
    for chart in charts {
        for kind in ["png", "csv", "txt"] {
            assert!(
                files.contains_key(&format!("charts/{chart}.{kind}")),
                "{chart}.{kind}"
            );
        }
    }
    let page = String::from_utf8_lossy(&files["report.html"]).into_owned();
    assert!(
        !page.contains("<script src") && !page.contains("https://fonts"),
        "one file, no network"
    );
    assert!(page.contains("invented"), "an invented county says so");
}

#[test]
fn probabilities_of_the_explanations_sum_to_one() {
    let explanations = TextTable::of_run(demo(), "explanations");
    let mut sums: BTreeMap<(String, String, String), f64> = BTreeMap::new();
    for row in &explanations.rows {
        let key = (
            row["geographic_level"].clone(),
            row["area_code"].clone(),
            row["sen_provision"].clone(),
        );
        *sums.entry(key).or_default() += number(row, "probability");
    }
    assert!(sums.len() > 500, "schools and areas: {}", sums.len());
    for (place, sum) in sums {
        assert!((sum - 1.0).abs() < 1e-9, "{place:?}: {sum}");
    }
}
