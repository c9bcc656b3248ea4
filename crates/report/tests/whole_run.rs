//! The whole of what `write` leaves in a folder.

use senlens_report::{Options, write};
use senlens_testing::publication::{Kind, OWN, publication, released};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn written(kind: Kind, folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let written = write(&released(kind), folder, &Options::default()).expect("written");
    written
        .files
        .into_iter()
        .map(|path| {
            let bytes = fs::read(folder.join(&path)).expect("there");
            (path, bytes)
        })
        .collect()
}

#[test]
fn the_same_publication_gives_the_same_bytes() {
    for kind in [Kind::Everything, Kind::NoNeedsBySchool] {
        let (one, other) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        let first = written(kind, one.path());
        assert_eq!(first, written(kind, other.path()));
        // Over what stands there already.
        assert_eq!(first, written(kind, one.path()));
    }
}

#[test]
fn every_table_and_chart_is_there_in_each_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = written(Kind::Everything, folder.path());
    let mut expected: Vec<String> = vec!["report.html".to_owned()];
    for chart in ["funnel", "need_mix", "observed_over_expected", "sensitivity"] {
        expected.extend(["csv", "png", "svg", "txt"].map(|ending| format!("charts/{chart}.{ending}")));
    }
    for table in publication(Kind::Everything).tables {
        expected.extend(["csv", "parquet"].map(|ending| format!("tables/{}.{ending}", table.name())));
    }
    expected.sort();
    let found: Vec<String> = files.keys().map(|path| path.display().to_string()).collect();
    assert_eq!(found, expected);
    let alt = String::from_utf8(files[Path::new("charts/funnel.txt")].clone()).expect("text");
    assert!(
        alt.contains("41 local authorities") && alt.contains("Saltmarsh: 16.8%"),
        "{alt}"
    );
    let data = String::from_utf8(files[Path::new("charts/funnel.csv")].clone()).expect("text");
    let own = data.lines().find(|line| line.starts_with(OWN)).expect("a row");
    assert!(
        own.starts_with("E10000099,Saltmarsh,authority,5787,34386,16.82"),
        "{own}"
    );
}

#[test]
fn what_cannot_be_drawn_leaves_no_file() {
    for kind in [Kind::Withheld, Kind::NoTables] {
        let folder = tempfile::tempdir().expect("a folder");
        let files = written(kind, folder.path());
        assert!(files.contains_key(Path::new("report.html")));
        assert!(!files.keys().any(|path| path.starts_with("charts")), "{kind:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("taken");
    fs::write(&file, "").expect("written");
    let error =
        write(&released(Kind::NoTables), &file, &Options::default()).expect_err("a file is no folder");
    assert!(error.to_string().contains("taken"), "{error}");
}
