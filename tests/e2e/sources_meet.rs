//! Where sources meet: which of them are England, what rounding makes of their totals, and which year a table is of that
//! does not say it.

use senlens_tests::cases::{ENGLAND, ESSEX, Run, case, events_of, rows, spine_mapping};
use senlens_tests::tables::number;
use std::path::Path;

/// Of all sources together one authority is missing: there is no England, though 151 authorities are there.
#[test]
fn all_authorities_but_one_are_not_england() {
    let Some([needs]) = case("", ["data/sen_la_phase_need_2022_23.csv"]) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(&needs).expect("read");
    for (left_out, is_england) in [("Nowhere,", true), ("Kent,", false), ("Rutland,", false)] {
        let table = home.path().join("table.csv");
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(left_out)).collect();
        std::fs::write(&table, kept.join("\n")).expect("written");
        let run = Run::of(&["--benchmark", &format!("{}@202223", table.display())]);
        let rates = run.table("rates");
        let england = rows(&rates, ENGLAND, "MLD", "sen");
        assert_eq!(!england.is_empty(), is_england, "{left_out}: {england:?}");
        if is_england {
            assert_eq!(events_of(england[0]), ("222273", "1453576"));
        }
    }
}

/// A published table rounded to five has the totals of the schools, as far as rounding lets it.
#[test]
fn rounding_is_no_disagreement() {
    let Some([spine, needs]) = case(
        "",
        [
            "data/school_spine_sen_2022_23.csv",
            "data/sen_la_phase_need_2022_23.csv",
        ],
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let table = home.path().join("rounded.csv");
    let text = std::fs::read_to_string(&needs).expect("read");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_path(&table).expect("opened");
    writer
        .write_record(reader.headers().expect("a header"))
        .expect("written");
    for row in reader.records() {
        let row = row.expect("a row");
        let rounded = |text: &str| {
            text.parse::<u64>()
                .map_or_else(|_| text.to_owned(), |n| ((n + 2) / 5 * 5).to_string())
        };
        let fields = row
            .iter()
            .enumerate()
            .map(|(at, text)| if at == 3 { rounded(text) } else { text.to_owned() });
        writer.write_record(fields).expect("written");
    }
    writer.flush().expect("written");
    let benchmark = table.to_string_lossy().into_owned();
    let run = Run::of(&[
        "--schools",
        &spine,
        "--mapping",
        &spine_mapping(),
        "--benchmark",
        &benchmark,
    ]);
    let (notes, rates) = (run.notes(), run.table("rates"));
    assert!(notes.contains("multiple of 5"), "{notes}");
    assert!(!notes.contains("a part of the schools"), "{notes}");
    // Of one universe: needs of the table over the roll of the schools.
    let mld = rows(&rates, ESSEX, "MLD", "pupils");
    assert_eq!(mld.len(), 1);
    let events = number(mld[0], "events");
    assert!((events - 5_804.0).abs() <= 13.0, "{events}");
    assert_eq!(mld[0]["population"], "221845");
}

/// A table without a year is tried against each year of the schools.
#[test]
fn an_undated_table_is_dated_by_the_schools_of_any_year_given() {
    let Some([spine, needs, earlier]) = case(
        "",
        [
            "data/school_spine_sen_2022_23.csv",
            "data/sen_la_phase_need_2022_23.csv",
            "data/school_level_needs_2021_22.parquet",
        ],
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let later = home.path().join("later.csv");
    wide_without_needs(&spine, &later);
    let later = later.to_string_lossy().into_owned();
    let run = Run::of(&["--schools", &later, "--schools", &earlier, "--benchmark", &needs]);
    let notes = run.notes();
    assert!(notes.contains("it is of 202223"), "{notes}");
    // In six authorities a school returned nothing, so that their totals are not known.
    assert!(notes.contains("in 146 of 146 authorities"), "{notes}");
}

/// The spine in the wide layout: every need of SEN support and plans is not known.
fn wide_without_needs(spine: &str, to: &Path) {
    let needs = [
        "spld", "mld", "sld", "pmld", "semh", "slcn", "hi", "vi", "msi", "pd", "asd", "oth", "nsa",
    ];
    let mut reader = csv::Reader::from_path(spine).expect("opened");
    let header = reader.headers().expect("a header").clone();
    let mut writer = csv::Writer::from_path(to).expect("opened");
    let column = |name: &str| match name {
        "headcount of pupils" => "Total pupils".to_owned(),
        "estab" => "number".to_owned(),
        other if other.starts_with("number of pupils") || other.starts_with('%') => {
            format!("left out {}", other.len())
        }
        other => other.to_owned(),
    };
    let named = header.iter().map(column);
    let of_needs = ["EHC", "SUP"].iter().flat_map(|prefix| {
        needs
            .iter()
            .map(move |need| format!("{prefix}_Primary_need_{need}"))
    });
    let mut names: Vec<String> = named.chain(of_needs).collect();
    for (at, name) in names.iter_mut().enumerate() {
        if name.starts_with("left out") {
            *name = format!("left out {at}");
        }
    }
    writer.write_record(&names).expect("written");
    for row in reader.records() {
        let row = row.expect("a row");
        let unknown = std::iter::repeat_n("x", 26);
        writer.write_record(row.iter().chain(unknown)).expect("written");
    }
    writer.flush().expect("written");
}

/// An authority without a secondary school: its figures as a whole would be those of its primary schools.
#[test]
fn schools_of_one_phase_are_a_part_of_their_authority() {
    let Some([schools]) = case("01-ees-2526-total_pupil_count", ["schools.csv"]) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(&schools).expect("read");
    for (left_out, is_part) in [("nothing", false), ("State-funded secondary", true)] {
        let file = home.path().join("schools.csv");
        let kept: Vec<&str> = text.lines().filter(|line| !line.contains(left_out)).collect();
        std::fs::write(&file, kept.join("\n") + "\n").expect("written");
        let run = Run::of(&["--schools", &file.to_string_lossy()]);
        let (notes, rates) = (run.notes(), run.table("rates"));
        assert_eq!(
            rows(&rates, ESSEX, "MLD", "sen").is_empty(),
            is_part,
            "{left_out}"
        );
        assert_eq!(
            notes.contains("none of the phase State-funded secondary"),
            is_part,
            "{notes}"
        );
        let parts = rates.rows_where(&[("geographic_level", "Quadrant")]);
        assert!(!parts.is_empty());
        assert!(
            parts
                .iter()
                .all(|row| row["area_name"].ends_with("(schools in the file)") == is_part)
        );
    }
}
