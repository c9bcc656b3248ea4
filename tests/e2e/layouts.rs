//! Every layout that lies on an analyst's desk is read, or refused by its name: the shared cases, and the same invented
//! schools in the Department's wide and long layouts.

use senlens::synth::county::{County, CountySettings};
use senlens_tests::tables::TextTable;
use senlens_tests::{said, senlens, shared};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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

/// Runs on these options and gives what was said, without the wrapping of lines.
fn run(out: &Path, options: &[(&str, &Path)]) -> (Option<i32>, String) {
    let mut arguments = vec!["run".to_owned(), "--area".to_owned(), "essex".to_owned()];
    for (option, path) in options.iter().chain(&[("--out", out)]) {
        arguments.push((*option).to_owned());
        arguments.push(path.to_string_lossy().into_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = senlens(&arguments);
    let words = said(&output).replace('│', " ");
    let words: Vec<&str> = words.split_whitespace().collect();
    (output.status.code(), words.join(" "))
}

fn case(name: &str) -> Option<PathBuf> {
    shared(&format!("cases/{name}"))
}

#[test]
fn provision_in_columns_gives_the_number_on_roll_by_phase() {
    let Some(table) = case("03-ees-sen_phase_type-provision-in-columns/sen_phase_type_.csv") else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let (code, words) = run(&out, &[("--benchmark", &table)]);
    assert_eq!(code, Some(0), "{words}");
    let rates = TextTable::of_run(&out, "rates");
    for (coverage, phase, support, roll) in [
        // 16,445 + 11,960 + 0, and with the independent schools 1,046 more.
        ("state_funded", "Total", "28405", "221950"),
        ("all_schools", "Total", "29451", "230000"),
        ("state_funded", "State-funded secondary", "11960", "92000"),
    ] {
        let row = rates.row_where(&[
            ("area_code", "E10000012"),
            ("coverage", coverage),
            ("phase", phase),
            ("sen_provision", "SEN support"),
            ("primary_need", "Total"),
            ("base", "pupils"),
        ]);
        assert_eq!(
            (row["events"].as_str(), row["population"].as_str()),
            (support, roll),
            "{row:?}"
        );
    }
}

#[test]
fn phases_given_as_no_hospital_schools_alone_are_read_too() {
    let Some(table) = case("03-ees-sen_phase_type-provision-in-columns/sen_phase_type_.csv") else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(&table).expect("readable");
    // As published: phases without hospital schools have no row of both kinds together.
    let published = text.replace(
        "State-funded secondary,Total,Total,",
        "State-funded secondary,Total,No,",
    );
    assert_ne!(text, published);
    let file = home.path().join("sen_phase_type.csv");
    fs::write(&file, published).expect("written");
    let rates = [(&table, "total"), (&file, "no")].map(|(file, name)| {
        let out = home.path().join(name);
        let (code, words) = run(&out, &[("--benchmark", file)]);
        assert_eq!(code, Some(0), "{words}");
        fs::read_to_string(out.join("tables/rates.csv")).expect("a table")
    });
    assert!(rates[0] == rates[1], "the rates differ");
}

#[test]
fn tables_of_other_publications_are_refused_by_what_they_are() {
    for (name, says) in [
        (
            "05-cin-sen-wide-needs/real/sen_la_cut.csv",
            "children in need or looked after",
        ),
        (
            "06-he-progression-sen_status/real/sen_cut.csv",
            "progression to higher education",
        ),
    ] {
        let Some(table) = case(name) else { return };
        let home = tempfile::tempdir().expect("a folder");
        let out = home.path().join("out");
        for option in ["--benchmark", "--schools"] {
            let (code, words) = run(&out, &[(option, &table)]);
            assert_eq!(code, Some(2), "{words}");
            for each in [
                says,
                "another publication",
                "\"Special educational needs in England\"",
            ] {
                assert!(words.contains(each), "`{each}` is not said: {words}");
            }
            assert!(
                !words.contains("pupil_count") && !words.contains("ehc_plans"),
                "{words}"
            );
            assert!(!out.exists());
        }
    }
}

#[test]
fn a_school_file_of_before_2014_is_refused_by_its_era() {
    let Some(schools) = case("07-school-file-before-2014/sen_2013_school_action.csv") else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let (code, words) = run(&out, &[("--schools", &schools)]);
    assert_eq!(code, Some(2), "{words}");
    for each in [
        "2013/14 or before",
        "School Action Plus",
        "rounded to 5",
        "2014/15 or after",
    ] {
        assert!(words.contains(each), "`{each}` is not said: {words}");
    }
}

#[test]
fn rounded_counts_are_said_to_be_rounded() {
    let Some(schools) = case("07-school-file-before-2014/wide_201415_semh.csv") else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(schools).expect("readable");
    let mut lines = text.lines();
    let header = lines.next().expect("a header").to_owned();
    let first = header
        .split(',')
        .position(|name| name == "SEN support")
        .expect("there");
    let mut rounded = header;
    for line in lines {
        let fields: Vec<String> = line
            .split(',')
            .enumerate()
            .map(|(at, field)| match field.parse::<u32>() {
                Ok(count) if at >= first => ((count + 2) / 5 * 5).to_string(),
                _ => field.to_owned(),
            })
            .collect();
        rounded.push('\n');
        rounded.push_str(&fields.join(","));
    }
    let file = home.path().join("rounded.csv");
    fs::write(&file, rounded + "\n").expect("written");
    let out = home.path().join("out");
    let (code, words) = run(&out, &[("--schools", &file)]);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("is a multiple of 5: they are rounded"), "{words}");
    assert!(
        !words.contains("counted as having no type of need recorded in"),
        "{words}"
    );
    let rates = TextTable::of_run(&out, "rates");
    let missing = rates.rows_where(&[("primary_need", "MISSING"), ("area_code", "E10000012")]);
    assert!(
        missing
            .iter()
            .all(|row| row["events"] == "0" || row["events"].is_empty()),
        "{missing:?}"
    );
}

#[test]
fn phases_of_the_register_are_read_and_explained_by_the_mapping_file() {
    let folder = "18-gias-phases-and-council-table";
    let (Some(schools), Some(mapping)) = (
        case(&format!("{folder}/council_schools.csv")),
        case(&format!("{folder}/mapping.toml")),
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let (code, words) = run(&out, &[("--schools", &schools), ("--mapping", &mapping)]);
    assert_eq!(code, Some(2), "{words}");
    for each in [
        "`Not applicable`",
        "[values.phase_type_grouping]",
        "type_of_establishment",
    ] {
        assert!(words.contains(each), "`{each}` is not said: {words}");
    }
    let explained = home.path().join("mapping.toml");
    let text = fs::read_to_string(&mapping).expect("readable");
    let values = "\n[values.phase_type_grouping]\n\"Not applicable\" = \"State-funded special school\"\n";
    fs::write(&explained, text + values).expect("written");
    let (code, words) = run(&out, &[("--schools", &schools), ("--mapping", &explained)]);
    assert_eq!(code, Some(0), "{words}");
    let rates = TextTable::of_run(&out, "rates");
    let of_phase = |phase: &str| {
        let rows = rates.rows_where(&[("geographic_level", "School"), ("phase", phase)]);
        let schools: BTreeSet<String> = rows.iter().map(|row| row["area_code"].clone()).collect();
        schools.len()
    };
    // Two all-through schools and a middle school deemed secondary count as secondary.
    assert_eq!(of_phase("State-funded secondary"), 12);
    assert_eq!(of_phase("State-funded special school"), 1);
}

#[test]
fn the_register_is_the_list_of_schools_for_pupil_records_and_no_table_of_counts() {
    let (Some(register), Some(pupils)) = (
        case("26-gias-as-schools-file/edubasealldata_cut.csv"),
        case("10-dual-guest-duplicate/pupils_plain.csv"),
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let (code, words) = run(&out, &[("--schools", &register)]);
    assert_eq!(code, Some(2), "{words}");
    for each in [
        "without counts of pupils with special educational needs",
        "beside --pupils",
    ] {
        assert!(words.contains(each), "`{each}` is not said: {words}");
    }
    let (code, words) = run(&out, &[("--schools", &register), ("--pupils", &pupils)]);
    assert_eq!(code, Some(0), "{words}");
    let rates = TextTable::of_run(&out, "rates");
    let row = rates.row_where(&[
        ("area_code", "E10000012"),
        ("coverage", "state_funded"),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("primary_need", "MLD"),
        ("base", "pupils"),
    ]);
    assert_eq!(
        (row["events"].as_str(), row["population"].as_str()),
        ("48", "1440"),
        "{row:?}"
    );
}

#[test]
fn a_download_of_totals_alone_gives_the_authority() {
    let folder = "21-table-tool-totals-only";
    let (Some(schools), Some(mapping), Some(table)) = (
        case(&format!("{folder}/schools_without_needs.csv")),
        case(&format!("{folder}/mapping.toml")),
        case(&format!("{folder}/la_needs_totals_only.csv")),
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let (code, words) = run(
        &out,
        &[
            ("--schools", &schools),
            ("--mapping", &mapping),
            ("--benchmark", &table),
        ],
    );
    assert_eq!(code, Some(0), "{words}");
    let rates = TextTable::of_run(&out, "rates");
    let row = rates.row_where(&[
        ("area_code", "E10000012"),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("primary_need", "MLD"),
        ("base", "sen"),
    ]);
    assert_eq!(
        (row["events"].as_str(), row["population"].as_str()),
        ("5100", "34000"),
        "{row:?}"
    );
}
