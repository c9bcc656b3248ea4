//! The same invented schools in the Department's wide and long layouts give the same tables.

use senlens::synth::county::{County, CountySettings};
use senlens_tests::tables::TextTable;
use senlens_tests::{said, senlens, shared};
use std::fs;

#[test]
fn wide_and_long_give_identical_tables() {
    let home = tempfile::tempdir().expect("a folder");
    let county = County::invent(7, &CountySettings::default());
    let mut wide = Vec::new();
    county.write_wide(&mut wide).expect("written");
    let mut long = Vec::new();
    county.write_long(&mut long).expect("written");
    let area = home.path().join("area.toml");
    fs::write(&area, county.area_toml()).expect("written");
    let mut tables = Vec::new();
    for (name, bytes) in [("wide", wide), ("long", long)] {
        let schools = home.path().join(format!("{name}.csv"));
        fs::write(&schools, bytes).expect("written");
        let out = home.path().join(name);
        let paths = [&schools, &area, &out].map(|path| path.to_string_lossy().into_owned());
        let output = senlens(&[
            "run",
            "--schools",
            &paths[0],
            "--area",
            &paths[1],
            "--out",
            &paths[2],
        ]);
        assert!(output.status.success(), "{name}: {}", said(&output));
        let of_run = ["rates", "benchmarks", "flags", "explanations"]
            .map(|table| fs::read_to_string(out.join(format!("tables/{table}.csv"))).expect("a table"));
        assert!(of_run[0].lines().count() > 1000, "{name}");
        tables.push(of_run);
    }
    assert!(tables[0] == tables[1], "wide and long differ");
}

#[test]
fn the_departments_harmonised_labels_are_read() {
    let Some(table) = shared("cases/02-dfe-harmonised-labels/la_needs_harmonised.csv") else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let [table, out_text] = [&table, &out].map(|path| path.to_string_lossy().into_owned());
    let output = senlens(&[
        "run",
        "--benchmark",
        &table,
        "--area",
        "essex",
        "--out",
        &out_text,
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let rates = TextTable::of_run(&out, "rates");
    let row = rates.row_where(&[
        ("area_code", "E10000012"),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("primary_need", "MLD"),
        ("base", "sen"),
    ]);
    // 1,350 with a plan and 3,750 on SEN support.
    assert_eq!(row["events"], "5100", "{row:?}");
}
