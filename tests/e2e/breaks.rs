//! Two years on two sides of a break are not compared: no trend, no change, no step of pupils between them.

use senlens_tests::{said, senlens, shared};
use std::fs;

/// The rows of a table that speak of a need or of masking; none where the run did not write it.
fn rows(out: &std::path::Path, table: &str) -> Vec<String> {
    let text = fs::read_to_string(out.join(format!("tables/{table}.csv"))).unwrap_or_default();
    text.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn nothing_is_compared_across_2014_15() {
    let (Some(before), Some(after)) = (
        shared("cases/07-school-file-before-2014/wide_201314_besd.csv"),
        shared("cases/07-school-file-before-2014/wide_201415_semh.csv"),
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let [before, after, out_text] = [&before, &after, &out].map(|path| path.to_string_lossy().into_owned());
    let output = senlens(&[
        "run",
        "--schools",
        &before,
        "--schools",
        &after,
        "--area",
        "essex",
        "--action-date",
        "2014-06-01",
        "--out",
        &out_text,
    ]);
    assert!(output.status.success(), "{}", said(&output));
    for table in ["trends", "yearly", "change"] {
        assert_eq!(rows(&out, table), Vec::<String>::new(), "{table}");
    }
    let record = fs::read_to_string(out.join("run.json")).expect("a record");
    for told in [
        "No trend was drawn",
        "No change since 2013/14 is told",
        "School Action Plus",
    ] {
        assert!(record.contains(told), "{told}: {record}");
    }
}
