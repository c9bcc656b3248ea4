//! A published table that was cut down before it reached us: to one group of pupils, to one kind of school, or by a need.
//! What is left is never taken for the whole.

use senlens_tests::cases::{ESSEX, Run, case, rows};
use senlens_tests::said;
use std::path::Path;

/// The control table of case 17, changed row by row.
fn table(home: &Path, header: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let [control] = case("cases/17-suppressed-needs-become-zero", ["la_needs_control.csv"])?;
    let text = std::fs::read_to_string(control).expect("read");
    let mut lines = text.lines();
    let mut changed = format!("{}{header}\n", lines.next().expect("a header"));
    for line in lines.filter_map(change) {
        changed.push_str(&line);
        changed.push('\n');
    }
    let path = home.join("table.csv");
    std::fs::write(&path, changed).expect("written");
    Some(path.to_string_lossy().into_owned())
}

/// Every row is of boys, of one year group, of one kind of school: the column is named, and nothing is written.
#[test]
fn a_table_of_one_group_is_refused_by_name() {
    for (column, label) in [
        ("sex", "Boys"),
        ("sex", "Male"),
        ("gender", "Girls"),
        ("fsm", "Known or believed eligible"),
        ("nc_year", "Year 6"),
        ("ethnicity_minor", "White British"),
        ("breakdown", "Boys"),
        ("establishment_type", "Independent school"),
    ] {
        let home = tempfile::tempdir().expect("a folder");
        let added = |line: &str| Some(format!("{line},{label}"));
        let Some(table) = table(home.path(), &format!(",{column}"), added) else {
            return;
        };
        let run = Run::of(&["--benchmark", &table]);
        let told = said(&run.output);
        assert_eq!(run.output.status.code(), Some(2), "{column}: {told}");
        assert!(
            told.contains("one group") && told.contains(column),
            "{column}: {told}"
        );
        assert!(!run.home.path().join("out").exists());
    }
    // The negative control: a total in the same column.
    let home = tempfile::tempdir().expect("a folder");
    if let Some(table) = table(home.path(), ",sex", |line| Some(format!("{line},Total"))) {
        let run = Run::of(&["--benchmark", &table]);
        assert_eq!(mld_of_essex(&run), Some(("5100".to_owned(), "34000".to_owned())));
    }
}

#[test]
fn a_table_of_primary_schools_alone_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let primary = |line: &str| Some(line.replacen(",Total,", ",State-funded primary,", 1));
    let Some(table) = table(home.path(), "", primary) else {
        return;
    };
    let run = Run::of(&["--benchmark", &table]);
    assert_eq!(run.output.status.code(), Some(2), "{}", said(&run.output));
    assert!(
        said(&run.output).contains("kinds of school"),
        "{}",
        said(&run.output)
    );
}

/// Without its rows of MLD, Essex has no count of MLD: neither nought, nor the pupils taken for having no type recorded.
#[test]
fn a_need_without_a_row_is_no_nought() {
    let home = tempfile::tempdir().expect("a folder");
    let kept = |line: &str| {
        let dropped = line.contains("Essex") && line.contains("Moderate learning difficulty");
        (!dropped).then(|| line.to_owned())
    };
    let Some(table) = table(home.path(), "", kept) else {
        return;
    };
    let run = Run::of(&["--benchmark", &table]);
    assert_eq!(mld_of_essex(&run), None);
}

/// MLD and all pupils with SEN in Essex, where they are printed.
fn mld_of_essex(run: &Run) -> Option<(String, String)> {
    let rates = run.table("rates");
    rows(&rates, ESSEX, "MLD", "sen")
        .iter()
        .find(|row| row["phase"] == "Total" && row["sen_provision"] == "Total")
        .filter(|row| row["events"].parse::<u64>().is_ok())
        .map(|row| (row["events"].clone(), row["population"].clone()))
}
