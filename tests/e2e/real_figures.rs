//! The Department's real files of 2022/23, against figures summed from them by hand. One run serves every test.

#![expect(
    clippy::float_cmp,
    reason = "figures are rounded first, then compared as printed"
)]

use senlens_tests::tables::{TextTable, number};
use senlens_tests::{root, said, senlens, shared};
use std::path::PathBuf;
use std::sync::OnceLock;

struct Run {
    #[expect(dead_code, reason = "held so that the folder stays")]
    home: tempfile::TempDir,
    out: PathBuf,
    rates: TextTable,
    benchmarks: TextTable,
}

/// The run on the real files, or none where they are not to be had.
fn run() -> Option<&'static Run> {
    static RUN: OnceLock<Option<Run>> = OnceLock::new();
    RUN.get_or_init(|| {
        let schools = shared("data/school_spine_sen_2022_23.csv")?;
        let benchmark = shared("data/sen_la_phase_need_2022_23.csv")?;
        let mapping = root().join("tests/mappings/school_spine_2022_23.toml");
        let home = tempfile::tempdir().expect("a folder");
        let out = home.path().join("out");
        let paths = [&schools, &mapping, &benchmark, &out].map(|path| path.to_string_lossy().into_owned());
        let [schools, mapping, benchmark, out_text] = &paths;
        let output = senlens(&[
            "run",
            "--schools",
            schools,
            "--mapping",
            mapping,
            "--benchmark",
            benchmark,
            "--area",
            "essex",
            "--out",
            out_text,
        ]);
        assert!(output.status.success(), "{}", said(&output));
        let (rates, benchmarks) = (
            TextTable::of_run(&out, "rates"),
            TextTable::of_run(&out, "benchmarks"),
        );
        Some(Run {
            home,
            out,
            rates,
            benchmarks,
        })
    })
    .as_ref()
}

/// Half up to a number of places, as the Department rounds.
fn rounded(number: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (number * scale + 0.5 + 1e-9).floor() / scale
}

const ENGLAND: &str = "E92000001";
const EAST: &str = "E12000006";
const ESSEX: &str = "E10000012";
const STATE: &str = "state_funded";

fn rate<'a>(
    run: &'a Run,
    coverage: &str,
    code: &str,
    phase: &str,
    provision: &str,
    need: &str,
    base: &str,
) -> &'a std::collections::BTreeMap<String, String> {
    run.rates.row_where(&[
        ("coverage", coverage),
        ("area_code", code),
        ("phase", phase),
        ("sen_provision", provision),
        ("primary_need", need),
        ("base", base),
    ])
}

#[test]
fn totals_of_england_east_and_essex() {
    let Some(run) = run() else { return };
    for (code, pupils, support, plans, mld, per_thousand, of_sen, of_sen_with_need) in [
        (
            ENGLAND, "8481875", "1093234", "360342", "222273", 26.2, 15.3, 15.8,
        ),
        (EAST, "963220", "117264", "39689", "21869", 22.7, 13.9, 14.6),
        (ESSEX, "221845", "25795", "8666", "5804", 26.2, 16.8, 17.3),
    ] {
        let row = rate(run, STATE, code, "Total", "SEN support", "Total", "pupils");
        assert_eq!(
            (row["events"].as_str(), row["population"].as_str()),
            (support, pupils),
            "{code}"
        );
        let row = rate(
            run,
            STATE,
            code,
            "Total",
            "Education, health and care plan",
            "Total",
            "pupils",
        );
        assert_eq!(row["events"], plans, "{code}");
        let row = rate(run, STATE, code, "Total", "Total", "MLD", "pupils");
        assert_eq!(row["events"], mld, "{code}");
        assert_eq!(
            rounded(10.0 * number(row, "per_hundred"), 1),
            per_thousand,
            "{code}"
        );
        let row = rate(run, STATE, code, "Total", "Total", "MLD", "sen");
        let sen: u64 = support.parse::<u64>().expect("a count") + plans.parse::<u64>().expect("a count");
        assert_eq!(row["population"], sen.to_string(), "{code}");
        assert_eq!(rounded(number(row, "per_hundred"), 1), of_sen, "{code}");
        let row = rate(run, STATE, code, "Total", "Total", "MLD", "sen_with_need");
        assert_eq!(rounded(number(row, "per_hundred"), 1), of_sen_with_need, "{code}");
    }
}

#[test]
fn shares_by_phase() {
    let Some(run) = run() else { return };
    for (phase, england, east, essex, mld, sen) in [
        ("State-funded primary", 15.5, 14.2, 15.8, "2785", "17664"),
        ("State-funded secondary", 17.0, 14.0, 18.6, "2398", "12923"),
        ("State-funded special school", 9.9, 13.3, 17.6, "618", "3510"),
    ] {
        for (code, share) in [(ENGLAND, england), (EAST, east), (ESSEX, essex)] {
            let row = rate(run, STATE, code, phase, "Total", "MLD", "sen");
            assert_eq!(rounded(number(row, "per_hundred"), 1), share, "{phase} {code}");
        }
        let row = rate(run, STATE, ESSEX, phase, "Total", "MLD", "sen");
        assert_eq!(
            (row["events"].as_str(), row["population"].as_str()),
            (mld, sen),
            "{phase}"
        );
    }
}

#[test]
fn need_mix() {
    let Some(run) = run() else { return };
    for (need, england, east, essex) in [
        ("SLCN", "344883", "30812", "6552"),
        ("SEMH", "284321", "33371", "7550"),
        ("ASD", "206763", "22103", "5838"),
        ("SPLD", "170062", "21495", "3469"),
        ("OTH", "52519", "5941", "1079"),
        ("PD", "36803", "4236", "901"),
        ("SLD", "33599", "4646", "1188"),
        ("HI", "23189", "2572", "544"),
        ("VI", "13693", "1427", "338"),
        ("PMLD", "10944", "935", "221"),
        ("MSI", "4437", "520", "128"),
        ("NSA", "50090", "7026", "849"),
    ] {
        for (code, events) in [(ENGLAND, england), (EAST, east), (ESSEX, essex)] {
            let row = rate(run, STATE, code, "Total", "Total", need, "sen");
            assert_eq!(row["events"], events, "{need} {code}");
        }
    }
}

#[test]
fn quadrants_with_and_without_independent_schools() {
    let Some(run) = run() else { return };
    for (quadrant, pupils, support, plans, sen, state_funded) in [
        ("North East", "50959", 13.4, 4.2, 17.6, 17.6),
        ("Mid", "60311", 11.4, 4.0, 15.4, 15.6),
        ("South", "72993", 10.8, 3.8, 14.6, 14.6),
        ("West", "49114", 11.4, 3.3, 14.8, 14.6),
    ] {
        let share = |coverage, provision| {
            number(
                rate(run, coverage, quadrant, "Total", provision, "Total", "pupils"),
                "per_hundred",
            )
        };
        let all = "all_schools";
        assert_eq!(
            rate(run, all, quadrant, "Total", "Total", "Total", "pupils")["population"],
            pupils
        );
        assert_eq!(rounded(share(all, "SEN support"), 1), support, "{quadrant}");
        assert_eq!(
            rounded(share(all, "Education, health and care plan"), 1),
            plans,
            "{quadrant}"
        );
        assert_eq!(rounded(share(all, "Total"), 1), sen, "{quadrant}");
        assert_eq!(rounded(share(STATE, "Total"), 1), state_funded, "{quadrant}");
    }
    let essex = rate(
        run,
        "all_schools",
        ESSEX,
        "Total",
        "SEN support",
        "Total",
        "pupils",
    );
    assert_eq!(
        (essex["events"].as_str(), essex["population"].as_str()),
        ("27266", "233395")
    );
    let plans = rate(
        run,
        "all_schools",
        ESSEX,
        "Total",
        "Education, health and care plan",
        "Total",
        "pupils",
    );
    assert_eq!(plans["events"], "8976");
    let total = rate(run, "all_schools", ESSEX, "Total", "Total", "Total", "pupils");
    assert_eq!(rounded(number(total, "per_hundred"), 1), 15.5);
}

#[test]
fn districts() {
    let Some(run) = run() else { return };
    for (code, name, pupils, sen) in [
        ("E07000071", "Colchester", "31340", 16.0),
        ("E07000076", "Tendring", "19619", 20.3),
        ("E07000067", "Braintree", "21319", 17.3),
        ("E07000070", "Chelmsford", "31554", 14.1),
        ("E07000074", "Maldon", "7438", 15.5),
        ("E07000066", "Basildon", "29939", 15.2),
        ("E07000068", "Brentwood", "16841", 13.5),
        ("E07000069", "Castle Point", "13243", 15.8),
        ("E07000075", "Rochford", "12970", 13.5),
        ("E07000072", "Epping Forest", "19273", 15.1),
        ("E07000073", "Harlow", "16194", 14.0),
        ("E07000077", "Uttlesford", "13647", 15.2),
    ] {
        let row = rate(run, "all_schools", code, "Total", "Total", "Total", "pupils");
        assert_eq!(
            (row["area_name"].as_str(), row["population"].as_str()),
            (name, pupils)
        );
        assert_eq!(rounded(number(row, "per_hundred"), 1), sen, "{name}");
    }
}

#[test]
fn essex_is_similar_to_england_once_ordinary_differences_are_allowed_for() {
    let Some(run) = run() else { return };
    let wanted = [
        ("coverage", STATE),
        ("geographic_level", "Local authority"),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("primary_need", "MLD"),
        ("base", "sen"),
        ("comparator", "England"),
        ("adjustment", "crude"),
    ];
    let authorities = run.benchmarks.rows_where(&wanted);
    assert_eq!(authorities.len(), 152);
    let naive = |limit: f64| {
        authorities
            .iter()
            .filter(|row| number(row, "z").abs() > limit)
            .count()
    };
    assert_eq!(
        (naive(1.96), naive(3.09)),
        (131, 125),
        "what plain limits would flag"
    );
    let essex = authorities
        .iter()
        .find(|row| row["area_code"] == ESSEX)
        .expect("Essex is there");
    assert_eq!(rounded(number(essex, "phi"), 1), 236.3);
    assert_eq!(rounded(number(essex, "phi_winsorised"), 1), 153.6);
    assert_eq!(rounded(number(essex, "z"), 1), 8.0);
    assert_eq!(rounded(number(essex, "z_adjusted"), 2), 0.65);
    assert_eq!(rounded(number(essex, "z") / number(essex, "phi").sqrt(), 2), 0.52);
    assert_eq!(
        (essex["position"].as_str(), essex["position_998"].as_str()),
        ("similar", "similar")
    );
    let outside = authorities
        .iter()
        .filter(|row| row["position"] != "similar")
        .count();
    assert!((1..=15).contains(&outside), "about 1 in 20 of 152, not {outside}");
}

#[test]
fn on_the_rate_per_pupil_essex_is_just_below_england() {
    let Some(run) = run() else { return };
    let row = run.benchmarks.row_where(&[
        ("coverage", STATE),
        ("area_code", ESSEX),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("primary_need", "MLD"),
        ("base", "pupils"),
        ("comparator", "England"),
        ("adjustment", "crude"),
    ]);
    assert_eq!(rounded(number(row, "phi"), 0), 227.0);
    assert!((number(row, "z") + 0.13).abs() < 0.005, "{row:?}");
}

#[test]
fn what_was_read_is_accounted_for() {
    let Some(run) = run() else { return };
    let text = std::fs::read_to_string(run.out.join("run.json")).expect("the record");
    let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let inputs = record["inputs"].as_array().expect("a list");
    assert_eq!(inputs.len(), 2);
    for input in inputs {
        let rejected: u64 = input["rejected"]
            .as_object()
            .expect("reasons")
            .values()
            .filter_map(serde_json::Value::as_u64)
            .sum();
        assert_eq!(
            input["read"].as_u64(),
            input["accepted"].as_u64().map(|accepted| accepted + rejected)
        );
    }
    assert_eq!(
        (inputs[0]["read"].as_u64(), inputs[1]["read"].as_u64()),
        (Some(24_442), Some(7_064))
    );
    let notes = record["notes"].to_string();
    assert!(
        notes.contains("147704"),
        "the school without a district is named: {notes}"
    );
    assert!(
        notes.contains("588 pupils"),
        "the hospital schools are named: {notes}"
    );
    assert!(
        record["neighbours"]
            .as_str()
            .is_some_and(|list| list.contains("April 2021")),
        "the list in force"
    );
}
