//! Frames of a real run's tables, against the same tables as CSV.

use polars::prelude::DataType;
use std::fs;

#[test]
fn every_table_of_a_run_is_a_frame_of_the_same_rows_and_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("demo");
    senlens::demo(&out, senlens::DEMO_SEED).expect("the demo runs");
    let mut tables = 0;
    for entry in fs::read_dir(out.join("tables")).expect("tables") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|kind| kind != "parquet") {
            continue;
        }
        let frame = senlens_frames::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let text = fs::read_to_string(path.with_extension("csv")).expect("the same table as CSV");
        let rows = text.lines().count() - 1;
        // Quoted fields of ours hold no line end.
        assert_eq!(frame.height(), rows, "{}", path.display());
        let header = text.lines().next().expect("a header");
        for (name, kind) in frame.schema().iter() {
            let withheld = name.ends_with("_status");
            assert!(
                withheld || header.contains(name.as_str()),
                "{}: {name} {kind}",
                path.display()
            );
        }
        tables += 1;
    }
    assert!(tables > 10, "{tables}");
    let rates = senlens_frames::read(out.join("tables/rates.parquet")).expect("rates");
    assert_eq!(rates.column("events").expect("there").dtype(), &DataType::Int64);
    assert_eq!(
        rates.column("per_hundred").expect("there").dtype(),
        &DataType::Float64
    );
    let places = rates.column("area_name").expect("there");
    assert_eq!(places.dtype(), &DataType::String);
    assert_eq!(places.null_count(), 0);
}

#[test]
fn what_is_no_table_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rates.parquet");
    let told = senlens_frames::read(&path).expect_err("not there").to_string();
    assert!(told.contains("rates.parquet"), "{told}");
    fs::write(&path, "PAR1 but no table").expect("written");
    let told = senlens_frames::read(&path).expect_err("no table").to_string();
    assert!(told.contains("not a Parquet table"), "{told}");
}
