//! An option that is given is used or refused; a setting that means nothing is refused.

use senlens_tests::{said, senlens};
use std::fs;

#[test]
fn what_would_be_passed_over_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let (pupils, county) = (path("pupils"), path("county"));
    for arguments in [
        vec![
            "synth", "--layout", "csv", "--pupils", "400", "--years", "202223", "--out", &pupils,
        ],
        vec!["synth", "--pupils", "20000", "--out", &county],
    ] {
        let output = senlens(&arguments);
        assert!(output.status.success(), "{}", said(&output));
    }
    let (schools, csv, sen2) = (
        path("pupils/schools.csv"),
        path("pupils/csv"),
        path("pupils/sen2"),
    );
    let (county_schools, area, out) = (path("county/schools.csv"), path("county/area.toml"), path("out"));
    let on_schools = [
        "run",
        "--schools",
        &county_schools,
        "--area",
        &area,
        "--out",
        &out,
    ];
    let on_pupils = [
        "run",
        "--pupils",
        &csv,
        "--schools",
        &schools,
        "--area",
        "essex",
        "--out",
        &out,
    ];
    let cells = path("cells.parquet");
    let mapping = path("mapping.toml");
    fs::write(&mapping, "[columns]\n").expect("written");
    let margin = path("margin.toml");
    fs::write(
        &margin,
        format!(
            "schools = ['{county_schools}']\narea = '{area}'\nout = '{out}'\n[masking]\naudit_margin = 90\n"
        ),
    )
    .expect("written");
    let trials: Vec<(Vec<&str>, &[&str])> = vec![
        (
            [&on_schools[..], &["--plans", &sen2]].concat(),
            &["--plans", "--pupils"],
        ),
        ([&on_schools[..], &["--plans", "nowhere"]].concat(), &["--plans"]),
        (
            [&on_schools[..], &["--links", "nowhere.csv"]].concat(),
            &["--links"],
        ),
        (
            [&on_schools[..], &["--links", &schools]].concat(),
            &["--links", "--pupils"],
        ),
        (
            [&on_schools[..], &["--rule", "need_missing=reject"]].concat(),
            &["--rule", "--pupils"],
        ),
        (
            [&on_schools[..], &["--policy", "public"]].concat(),
            &["--policy", "--audience public"],
        ),
        (
            [&on_pupils[..], &["--rule", "no_such_rule=reject"]].concat(),
            &["no_such_rule"],
        ),
        (
            [&on_pupils[..], &["--schools", &county_schools]].concat(),
            &["2 school files", "one"],
        ),
        (
            [&on_schools[..], &["--date", "2026-99-99"]].concat(),
            &["2026-99-99"],
        ),
        (
            [&on_schools[..], &["--date", "2026-02-30"]].concat(),
            &["2026-02-30"],
        ),
        (
            [&on_schools[..], &["--action-date", "2022-02-31"]].concat(),
            &["2022-02-31"],
        ),
        (vec!["run", &margin], &["audit_margin", "90"]),
        (
            vec!["check", &county_schools, "--rule", "need_missing=reject"],
            &["--rule"],
        ),
        (vec!["check", &county_schools, "--format", "json"], &["--format"]),
        (
            vec!["check", &county_schools, &schools, "--suggest-mapping"],
            &["--suggest-mapping"],
        ),
        (
            vec!["cells", &county_schools, "--links", &schools, "--out", &cells],
            &["--links"],
        ),
        (
            vec![
                "cells",
                &county_schools,
                "--rule",
                "need_missing=note",
                "--out",
                &cells,
            ],
            &["--rule"],
        ),
        (
            vec!["cells", &county_schools, "--emit-sql", "duckdb"],
            &["--emit-sql"],
        ),
        (vec!["synth", "--marks", "--out", &out], &["--marks"]),
        (vec!["synth", "--dirty", "3", "--out", &out], &["--dirty"]),
        (vec!["synth", "--ends", "202122", "--out", &out], &["--ends"]),
    ];
    for (arguments, says) in trials {
        let output = senlens(&arguments);
        let message = said(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        // Reports wrap their lines: what is said is compared without white space.
        let words: String = message.replace('│', " ").split_whitespace().collect();
        for each in says {
            assert!(
                words.contains(&each.replace(' ', "")),
                "{arguments:?}: `{each}` is not said: {message}"
            );
        }
        assert!(!home.path().join("out").exists(), "{arguments:?}");
    }
}
