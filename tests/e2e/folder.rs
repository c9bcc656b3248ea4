//! A folder is enough: files are recognised by their headers, those not used are named, and `doctor` says what each is.

use senlens::synth::county::{County, CountySettings};
use senlens_tests::{said, senlens, shared};
use std::fs;
use std::path::Path;

/// A folder as it lies on a desk: schools, a benchmark, an area file, and what has nothing to do with it.
fn desk() -> tempfile::TempDir {
    let county = County::invent(
        3,
        &CountySettings {
            schools: 60,
            pupils: 20_000,
            ..CountySettings::default()
        },
    );
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    let mut schools = Vec::new();
    county.write_wide(&mut schools).expect("written");
    let mut benchmark = Vec::new();
    county.write_benchmark(&mut benchmark).expect("written");
    write("a-letter.txt", b"Dear colleague,\nplease find the files below.\n");
    write("notes.docx", b"PK not really a document");
    write("schools.csv", &schools);
    write("lunches.csv", b"day,meals\nMonday,12\n");
    write("area.toml", county.area_toml().as_bytes());
    fs::create_dir(folder.path().join("sub")).expect("made");
    write("sub/benchmark.csv", &benchmark);
    folder
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[test]
fn a_folder_is_run_and_what_is_not_used_is_named() {
    let desk = desk();
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let area = text(&desk.path().join("area.toml"));
    let output = senlens(&["run", &text(desk.path()), "--area", &area, "--out", &text(&out)]);
    let talk = said(&output);
    assert!(output.status.success(), "{talk}");
    for read in ["read schools.csv", "read benchmark.csv"] {
        assert!(talk.contains(read), "{talk}");
    }
    for unused in ["lunches.csv", "a-letter.txt", "notes.docx"] {
        assert!(talk.contains(&format!("Not used: {unused}")), "{talk}");
    }
    assert!(!talk.contains("Not used: area.toml"), "{talk}");
    let record = fs::read_to_string(out.join("run.json")).expect("a record");
    assert!(!record.contains(&text(desk.path())), "{record}");
    assert!(record.contains("Not used: lunches.csv"), "{record}");
    // A pipe shows no bar, and no sign that a terminal would need.
    assert!(!talk.contains('\u{1b}') && !talk.contains('\r'), "{talk}");
    // Its own report in the same folder is not gone into the next time.
    let inside = desk.path().join("report");
    let first = senlens(&[
        "run",
        &text(desk.path()),
        "--area",
        &area,
        "--out",
        &text(&inside),
    ]);
    assert!(first.status.success(), "{}", said(&first));
    let again = senlens(&[
        "run",
        &text(desk.path()),
        "--area",
        &area,
        "--out",
        &text(&inside),
    ]);
    assert!(again.status.success(), "{}", said(&again));
    assert!(
        said(&again).contains("Not used: report (folder that senlens wrote)"),
        "{}",
        said(&again)
    );
}

/// What `init` writes is used beside a folder, and by itself says what it lacks.
#[test]
fn a_configuration_and_a_folder_go_together() {
    let desk = desk();
    let home = tempfile::tempdir().expect("a folder");
    let area = text(&desk.path().join("area.toml"));
    let configuration = text(&home.path().join("senlens.toml"));
    fs::write(
        &configuration,
        format!("area = {area:?}\nout = \"from-the-configuration\"\n"),
    )
    .expect("written");
    let alone = senlens(&["run", &configuration]);
    assert_eq!(alone.status.code(), Some(2));
    assert!(
        said(&alone).contains("names no files to read"),
        "{}",
        said(&alone)
    );
    let both = senlens(&["run", &configuration, &text(desk.path())]);
    assert!(both.status.success(), "{}", said(&both));
    let record = fs::read_to_string(home.path().join("from-the-configuration/run.json")).expect("a record");
    assert!(
        record.contains("schools.csv") && record.contains("senlens.toml"),
        "{record}"
    );
    let twice = senlens(&["run", &configuration, &configuration]);
    assert!(
        said(&twice).contains("configurations: give one"),
        "{}",
        said(&twice)
    );
}

#[test]
fn a_folder_without_a_table_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("lunches.csv"), "day,meals\nMonday,12\n").expect("written");
    let out = folder.path().join("out");
    let output = senlens(&[
        "run",
        &text(folder.path()),
        "--area",
        "kent",
        "--out",
        &text(&out),
    ]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("lunches.csv") && said(&output).contains("senlens doctor"),
        "{}",
        said(&output)
    );
    assert!(!out.exists());
}

#[test]
fn doctor_says_what_each_file_is_and_what_is_missing() {
    let desk = desk();
    let area = text(&desk.path().join("area.toml"));
    let output = senlens(&["doctor", &text(desk.path()), "--area", &area]);
    assert!(output.status.success(), "{}", said(&output));
    let told = String::from_utf8(output.stdout)
        .expect("text")
        .replace(&text(desk.path()), "DESK");
    insta::assert_snapshot!("doctor", told);
    let json = senlens(&["doctor", &text(desk.path()), "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["files"].as_array().map(Vec::len), Some(6));
    assert!(json["missing"][0]["source"].as_str().is_some_and(|source| {
        source.contains("Department for Education") || source.contains("authority's own")
    }));
}

#[test]
fn doctor_knows_the_real_files() {
    let Some(folder) = shared("data") else { return };
    let output = senlens(&["doctor", &text(&folder), "--area", "essex"]);
    assert!(output.status.success(), "{}", said(&output));
    let told = String::from_utf8(output.stdout).expect("text");
    for (file, words) in [
        ("school_level_needs_2021_22.parquet", "wide school file"),
        ("ehc_plans_by_need_2025.csv", "table of areas, plans by need"),
        (
            "sen_la_phase_need_2022_23.csv",
            "table of authorities by phase by need",
        ),
        ("stat_neighbours.csv", "statistical neighbours"),
        ("establishment_links_2025.csv", "links between establishments"),
        ("essex_districts.geojson", "not a table"),
    ] {
        assert!(told.contains(&format!("{file}: {words}")), "{told}");
    }
    assert!(
        told.contains("24454 schools") && told.contains("(--schools)"),
        "{told}"
    );
}
