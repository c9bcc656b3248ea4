//! The same table, however it is packed and encoded, is the same cells.

use crate::invented::{joined, long_rows, plain, wide};
use arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray, UInt32Array};
use parquet::arrow::ArrowWriter;
use senlens_files::Reading;
use senlens_published::{ReadOptions, read_schools};
use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

pub(crate) fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("to memory");
    encoder.finish().expect("to memory")
}

pub(crate) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("to memory");
        writer.write_all(bytes).expect("to memory");
    }
    writer.finish().expect("to memory").into_inner()
}

/// A CSV as Parquet: text columns, and counts as numbers.
pub(crate) fn parquet(csv_text: &str) -> Vec<u8> {
    parquet_of(csv_text, |numbers| Arc::new(UInt32Array::from(numbers)))
}

fn parquet_of(csv_text: &str, counts: impl Fn(Vec<u32>) -> ArrayRef) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(csv_text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("sound")).collect();
    let columns: Vec<(String, ArrayRef)> = header
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let texts = records.iter().map(|record| &record[index]);
            let numbers: Result<Vec<u32>, _> = texts.clone().map(str::parse).collect();
            let column: ArrayRef = match numbers {
                Ok(numbers) => counts(numbers),
                Err(_) => Arc::new(StringArray::from_iter_values(texts)),
            };
            (name.to_owned(), column)
        })
        .collect();
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("to memory");
    writer.close().expect("to memory");
    bytes
}

/// Counts as decimals with two places: `12.00`.
fn decimals(numbers: Vec<u32>) -> ArrayRef {
    let hundredths = numbers.into_iter().map(|number| i128::from(number) * 100);
    let column = Decimal128Array::from_iter_values(hundredths);
    Arc::new(
        column
            .with_precision_and_scale(12, 2)
            .expect("twelve digits hold them"),
    )
}

fn read(path: &Path) -> Reading {
    read_schools(&[path.to_owned()], &ReadOptions::default()).expect("sound")
}

#[test]
fn every_packing_gives_the_same_cells() {
    let folder = tempfile::tempdir().expect("a folder");
    let schools = [plain(100_000), plain(147_704)];
    let (header, rows) = long_rows(&schools);
    for text in [wide(&schools), joined(&header, &rows)] {
        let crlf = text.replace('\n', "\r\n");
        let marked = format!("\u{feff}{text}");
        let unended = text.trim_end().to_owned();
        let commas = ",".repeat(text.lines().next().expect("a header").matches(',').count());
        let blank_lines = format!("{text}\r\n\n{commas}\n{commas}\n");
        let files: [(&str, Vec<u8>); 10] = [
            ("plain.csv", text.clone().into_bytes()),
            ("crlf.csv", crlf.into_bytes()),
            ("marked.csv", marked.into_bytes()),
            ("unended.csv", unended.into_bytes()),
            ("blank_lines.csv", blank_lines.into_bytes()),
            ("gzipped.csv.gz", gzipped(text.as_bytes())),
            ("gzipped_under_another_name", gzipped(text.as_bytes())),
            (
                "zipped.zip",
                zipped(&[
                    ("data/schools.csv", text.as_bytes()),
                    ("data-guidance.txt", b"words"),
                ]),
            ),
            ("columns.parquet", parquet(&text)),
            ("decimals.parquet", parquet_of(&text, decimals)),
        ];
        let mut first: Option<Reading> = None;
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::write(&path, bytes).expect("written");
            let reading = read(&path);
            let expected = first.get_or_insert_with(|| reading.clone());
            assert_eq!(reading.cells, expected.cells, "{name}");
        }
    }
}

#[test]
fn windows_1252_is_read_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.csv");
    let text = wide(&[plain(100_001)]).replace("School 100001, Essex", "\u{c9}cole Ste Th\u{e9}r\u{e8}se");
    let bytes: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect();
    fs::write(&path, bytes).expect("written");
    let reading = read(&path);
    assert_eq!(
        reading.cells.places()[0].school().expect("a school").name,
        "École Ste Thérèse"
    );
    assert_eq!(
        reading.notes[0].text,
        "read as Windows-1252, since it is not UTF-8"
    );
}

#[test]
fn a_zip_or_folder_of_files_is_gone_through_and_others_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = b"time_period,geographic_level,sen_provision,pupil_count\n202223,National,Total,1\n";
    let zip = zipped(&[
        ("b.csv", wide(&[plain(100_002)]).as_bytes()),
        ("a.csv", wide(&[plain(100_001)]).as_bytes()),
        ("la.csv", other),
        ("__MACOSX/._a.csv", b"x"),
    ]);
    fs::write(folder.path().join("release.zip"), &zip).expect("written");
    let zip_path = folder.path().join("release.zip");
    let reading = read(&zip_path);
    let name = zip_path.display();
    let files: Vec<&str> = reading
        .accounts
        .iter()
        .map(senlens_files::RowAccount::file)
        .collect();
    assert_eq!(files, [format!("{name}/a.csv"), format!("{name}/b.csv")]);
    assert_eq!(reading.cells.places().len(), 2);
    let note = reading.notes.last().expect("a note");
    assert_eq!(note.file, Some(format!("{name}/la.csv")));
    assert_eq!(
        note.text,
        "passed over: not a table of schools in a layout we know"
    );

    fs::write(folder.path().join("c.csv"), wide(&[plain(100_003)])).expect("written");
    fs::write(folder.path().join("readme.txt"), "words").expect("written");
    assert_eq!(read(folder.path()).cells.places().len(), 3);
}

#[test]
fn the_fingerprint_is_that_of_the_file_on_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("a.csv");
    fs::write(&path, "time_period,geographic_level\n").expect("written");
    let text = wide(&[plain(100_001)]);
    fs::write(&path, &text).expect("written");
    let one = read(&path);
    fs::write(&path, gzipped(text.as_bytes())).expect("written");
    let two = read(&path);
    assert_ne!(one.accounts[0].sha256(), two.accounts[0].sha256());
    assert_eq!(one.accounts[0].sha256().len(), 64);
}
