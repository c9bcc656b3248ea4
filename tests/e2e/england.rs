//! The Department's school-level file with types of need, all of England, January 2022: as the Parquet it was published in by
//! another project, with headers as R writes them (`Total.pupils`), and as wide CSV made from it.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use senlens_tests::tables::TextTable;
use senlens_tests::{said, senlens, shared};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The file as wide CSV, with the Department's own headers; none where it is not to be had.
pub(super) fn as_csv() -> Option<PathBuf> {
    static MADE: OnceLock<Option<tempfile::TempPath>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let parquet = shared("data/school_level_needs_2021_22.parquet")?;
        let file = tempfile::Builder::new()
            .prefix("school_level_needs_")
            .suffix(".csv")
            .tempfile()
            .expect("a file");
        write_csv(&parquet, file.path());
        Some(file.into_temp_path())
    });
    made.as_ref().map(|path| path.to_path_buf())
}

fn write_csv(parquet: &Path, csv_path: &Path) {
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(File::open(parquet).expect("a file")).expect("Parquet");
    let mut writer = csv::Writer::from_path(csv_path).expect("a file");
    let names: Vec<String> = builder
        .schema()
        .fields()
        .iter()
        .map(|field| match field.name().as_str() {
            "Total.pupils" => "Total pupils".to_owned(),
            "SEN.support" => "SEN support".to_owned(),
            "EHC.plan" => "EHC plan".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    writer.write_record(&names).expect("written");
    for batch in builder.build().expect("Parquet") {
        let batch = batch.expect("a batch");
        for row in 0..batch.num_rows() {
            let fields = batch.columns().iter().map(|column| {
                if column.is_null(row) {
                    return String::new();
                }
                match column.data_type() {
                    DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
                    DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
                    DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
                    other => panic!("a column of {other}"),
                }
            });
            writer.write_record(fields).expect("written");
        }
    }
    writer.flush().expect("written");
}

fn run_on(schools: &Path) -> (tempfile::TempDir, String) {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let output = senlens(&[
        "run",
        &schools.to_string_lossy(),
        "--area",
        "essex",
        "--out",
        &out.to_string_lossy(),
    ]);
    assert!(output.status.success(), "{}", said(&output));
    (home, said(&output))
}

/// One test for all of it, since each run takes half a minute.
#[test]
fn the_real_parquet_and_wide_csv_made_from_it_give_the_published_counts() {
    let (Some(parquet), Some(csv)) = (shared("data/school_level_needs_2021_22.parquet"), as_csv()) else {
        return;
    };
    let (home, talk) = run_on(&parquet);
    assert!(talk.contains("24454 rows, 24454 used"), "{talk}");
    are_the_published_counts(&home.path().join("out"));
    let (other, _) = run_on(&csv);
    same_tables(&home.path().join("out/tables"), &other.path().join("out/tables"));
}

fn are_the_published_counts(out: &Path) {
    let rates = TextTable::of_run(out, "rates");
    let count = |code: &str, need: &str, base: &str| {
        let row = rates.row_where(&[
            ("coverage", "state_funded"),
            ("area_code", code),
            ("phase", "Total"),
            ("sen_provision", "Total"),
            ("primary_need", need),
            ("base", base),
        ]);
        let number = |column: &str| row[column].parse::<u64>().expect("a count");
        (number("events"), number("population"))
    };
    assert_eq!(count("E92000001", "MLD", "sen"), (229_466, 1_375_152));
    assert_eq!(count("E92000001", "SLCN", "sen").0, 319_757);
    assert_eq!(count("E92000001", "SEMH", "sen").0, 258_441);
    assert_eq!(count("E10000012", "MLD", "sen").0, 6_294);
    // Pupils of Essex with any type of need, or none assessed by a specialist.
    let needs = rates.rows_where(&[
        ("coverage", "state_funded"),
        ("area_code", "E10000012"),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("base", "sen"),
    ]);
    let with_need: u64 = needs
        .iter()
        .filter(|row| row["primary_need"] != "Total")
        .map(|row| row["events"].parse::<u64>().expect("a count"))
        .sum();
    assert_eq!(with_need, 32_444);
    for (quadrant, mld) in [
        ("North East", 1_260),
        ("Mid", 1_569),
        ("South", 2_391),
        ("West", 1_074),
    ] {
        assert_eq!(count(quadrant, "MLD", "sen").0, mld, "{quadrant}");
    }
}

fn same_tables(one: &Path, two: &Path) {
    let names = |folder: &Path| -> BTreeSet<_> {
        let entries = fs::read_dir(folder).expect("tables");
        entries
            .map(|entry| entry.expect("an entry").file_name())
            .collect()
    };
    assert_eq!(names(one), names(two));
    for name in names(one) {
        let same = fs::read(one.join(&name)).expect("a table") == fs::read(two.join(&name)).expect("a table");
        assert!(same, "{} differs", name.display());
    }
}
