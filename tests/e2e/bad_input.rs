//! Bad input: one clear message with file, row, what was seen and what to do; exit 2; nothing written.

use senlens::synth::county::{County, CountySettings};
use senlens_tests::{said, senlens};
use std::fs;
use std::path::Path;

struct Home {
    folder: tempfile::TempDir,
    schools: String,
    area: String,
}

impl Home {
    fn new() -> Self {
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
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("area.toml"), county.area_toml()).expect("written");
        let area = folder.path().join("area.toml").to_string_lossy().into_owned();
        Self {
            folder,
            schools: String::from_utf8(schools).expect("text"),
            area,
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs on a file of these bytes; it must fail with exit 2, write nothing and say each of these.
    fn refuses(&self, name: &str, bytes: &[u8], says: &[&str]) {
        let schools = self.path().join(name);
        fs::write(&schools, bytes).expect("written");
        self.refuses_path(&schools, &self.area, says);
    }

    fn refuses_path(&self, schools: &Path, area: &str, says: &[&str]) {
        let out = self.path().join("out");
        let output = senlens(&[
            "run",
            "--schools",
            &schools.to_string_lossy(),
            "--area",
            area,
            "--out",
            &out.to_string_lossy(),
        ]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{}: {said}", schools.display());
        // Reports wrap their lines; words are compared without the wrapping.
        let words = said
            .replace('│', " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        for each in says {
            assert!(
                words.contains(each),
                "`{each}` is not said of {}:\n{said}",
                schools.display()
            );
        }
        assert!(!said.contains("panicked"), "{said}");
        assert!(!out.exists(), "nothing is written");
    }
}

/// The file with the value of a column in a row (counted from 2, under the header) replaced.
fn with(text: &str, row: usize, column: &str, value: &str) -> String {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().expect("a header").clone();
    let at = header
        .iter()
        .position(|name| name == column)
        .expect("the column is there");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("written");
    for (index, record) in reader.records().enumerate() {
        let record = record.expect("a row");
        let fields = record.iter().enumerate().map(|(field, text)| {
            if index + 2 == row && field == at {
                value.to_owned()
            } else {
                text.to_owned()
            }
        });
        writer.write_record(fields).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("flushed")).expect("text")
}

#[test]
fn a_missing_column_is_named() {
    let home = Home::new();
    let renamed = home.schools.replacen("EHC_Primary_need_mld", "EHC_need_mld", 1);
    home.refuses(
        "missing.csv",
        renamed.as_bytes(),
        &["missing.csv", "EHC_Primary_need_mld"],
    );
}

#[test]
fn a_table_of_another_kind_is_refused_with_the_kinds_we_know() {
    let home = Home::new();
    home.refuses("other.csv", b"name,age\nA,1\nB,2\n", &["other.csv", "layout"]);
}

#[test]
fn empty_and_header_only_files_are_refused() {
    let home = Home::new();
    home.refuses("empty.csv", b"", &["empty.csv", "empty"]);
    let header = home.schools.lines().next().expect("a header").to_owned() + "\n";
    home.refuses(
        "header.csv",
        header.as_bytes(),
        &["header.csv", "no school below"],
    );
}

#[test]
fn half_a_file_is_refused() {
    let home = Home::new();
    let half = &home.schools.as_bytes()[..home.schools.len() / 2];
    // Cut in the middle of a row: one with fewer fields than the header.
    home.refuses("half.csv", half, &["half.csv", "row"]);
}

#[test]
fn two_years_mixed_are_refused_with_the_remedy() {
    let home = Home::new();
    let mixed = with(&home.schools, 3, "time_period", "202122");
    home.refuses("mixed.csv", mixed.as_bytes(), &["202122", "--year"]);
}

#[test]
fn an_authority_the_file_does_not_hold_is_named() {
    let home = Home::new();
    let schools = home.path().join("schools.csv");
    fs::write(&schools, &home.schools).expect("written");
    home.refuses_path(&schools, "essex", &["Essex", "881", "--area"]);
}

#[test]
fn a_damaged_encoding_is_refused() {
    let home = Home::new();
    let wide: Vec<u8> = home.schools.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = [&[0xff, 0xfe], &wide[..wide.len() - 1]].concat();
    home.refuses("utf16.csv", &utf16, &["utf16.csv", "UTF-16", "cut off"]);
}

#[test]
fn a_folder_with_nothing_readable_in_it_is_refused() {
    let home = Home::new();
    let folder = home.path().join("papers");
    fs::create_dir(&folder).expect("made");
    fs::write(folder.join("letter.txt"), "Dear councillor").expect("written");
    home.refuses_path(&folder, &home.area, &["papers"]);
    home.refuses_path(&home.path().join("nowhere.csv"), &home.area, &["nowhere.csv"]);
}

#[test]
fn a_duplicate_school_is_refused_with_both_rows() {
    let home = Home::new();
    let second = home.schools.lines().nth(1).expect("a school").to_owned();
    let twice = format!("{}{second}\n", home.schools);
    home.refuses("twice.csv", twice.as_bytes(), &["twice.csv", "row 2"]);
}

#[test]
fn a_word_where_a_count_should_be_is_named_with_its_row_and_column() {
    let home = Home::new();
    let bad = with(&home.schools, 5, "SEN support", "several");
    home.refuses(
        "word.csv",
        bad.as_bytes(),
        &["word.csv", "5", "SEN support", "several"],
    );
    let phase = with(&home.schools, 4, "phase_type_grouping", "Middle-earth");
    home.refuses("phase.csv", phase.as_bytes(), &["phase.csv", "4", "Middle-earth"]);
}

#[test]
fn a_folder_that_is_not_ours_is_never_overwritten() {
    let home = Home::new();
    let schools = home.path().join("schools.csv");
    fs::write(&schools, &home.schools).expect("written");
    let out = home.path().join("thesis");
    fs::create_dir(&out).expect("made");
    fs::write(out.join("chapter1.txt"), "years of work").expect("written");
    let output = senlens(&[
        "run",
        "--schools",
        &schools.to_string_lossy(),
        "--area",
        &home.area,
        "--out",
        &out.to_string_lossy(),
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--out"), "{}", said(&output));
    assert_eq!(fs::read_dir(&out).expect("there").count(), 1);
}
