//! Names that would command a terminal or a spreadsheet: shown and written, never obeyed.

use senlens::synth::county::{County, CountySettings};
use senlens_tests::{said, senlens};
use std::fs;
use std::path::{Path, PathBuf};

/// Every CSV file below a folder.
fn tables(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            tables(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "csv") {
            found.push(path);
        }
    }
}

#[test]
fn names_command_neither_the_terminal_nor_a_spreadsheet() {
    let home = tempfile::tempdir().expect("a folder");
    let county = County::invent(
        3,
        &CountySettings {
            schools: 60,
            pupils: 20_000,
            ..CountySettings::default()
        },
    );
    let mut schools = Vec::new();
    county.write_wide(&mut schools).expect("written");
    let text = String::from_utf8(schools).expect("text");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().expect("a header").clone();
    let name_at = header
        .iter()
        .position(|name| name == "school_name")
        .expect("a column");
    let wild = [
        "=HYPERLINK(\"http://x\",\"y\")",
        "+44 1245",
        "-1+1",
        "@SUM(A1)",
        "'=1+1",
        "\u{1b}[2J",
    ];
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("written");
    for (row, record) in reader.records().enumerate() {
        let record = record.expect("a row");
        let fields = record.iter().enumerate().map(|(at, field)| match wild.get(row) {
            Some(name) if at == name_at => (*name).to_owned(),
            _ => field.to_owned(),
        });
        writer.write_record(fields).expect("written");
    }
    let bytes = writer.into_inner().expect("flushed");
    let file = home.path().join("schools\u{1b}]0;x\u{7}\nnote: all is well.csv");
    fs::write(&file, &bytes).expect("written");
    fs::write(home.path().join("area.toml"), county.area_toml()).expect("written");
    let (file, area, out) = (
        file.to_string_lossy().into_owned(),
        home.path().join("area.toml").to_string_lossy().into_owned(),
        home.path().join("out").to_string_lossy().into_owned(),
    );
    for arguments in [
        vec!["run", "--schools", &file, "--area", &area, "--out", &out],
        vec!["check", &file],
        vec!["check", &format!("{file}.gone")],
        vec!["run", &file],
    ] {
        let output = senlens(&arguments);
        let both = said(&output) + &String::from_utf8_lossy(&output.stdout);
        assert!(!both.contains(['\u{1b}', '\u{7}']), "{arguments:?}: {both:?}");
        assert!(!both.contains("\nnote: all is well"), "{arguments:?}: {both}");
    }

    let mut found = Vec::new();
    tables(Path::new(&out), &mut found);
    assert!(found.len() > 15, "{found:?}");
    let mut behind = 0;
    for path in found {
        let text = fs::read_to_string(&path).expect("there");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        for record in reader.records() {
            for field in &record.expect("a row") {
                let is_number = field.parse::<f64>().is_ok();
                assert!(
                    is_number || !field.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{}: {field}",
                    path.display()
                );
                behind += u32::from(field.starts_with("'=HYPERLINK"));
            }
        }
    }
    assert!(behind > 0, "the name is written behind an apostrophe");
}
