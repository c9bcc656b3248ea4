//! Writes a table as large as the benchmarks of every school in England, to time it:
//! `cargo run --release -p senlens-report --example two_million_rows FOLDER`.

use senlens_release::{Cell, Column, ColumnData, Table, TextColumn, release_published};
use senlens_report::{Options, ReportError, write};
use senlens_testing::publication::{Kind, publication};
use std::path::PathBuf;

const ROWS: u32 = 2_000_000;
const WORDS: [(&str, u32); 13] = [
    ("time_period", 1),
    ("coverage", 2),
    ("geographic_level", 1),
    ("area_code", 24_442),
    ("area_name", 24_000),
    ("phase", 8),
    ("sen_provision", 3),
    ("primary_need", 7),
    ("base", 2),
    ("comparator", 4),
    ("adjustment", 2),
    ("position", 4),
    ("position_998", 4),
];
const FIGURES: [&str; 11] = [
    "expected",
    "ratio",
    "ratio_lower",
    "ratio_upper",
    "confidence",
    "z",
    "phi",
    "phi_winsorised",
    "z_adjusted",
    "p_value",
    "q_value",
];

fn main() -> Result<(), ReportError> {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("out"), PathBuf::from);
    let mut columns: Vec<Column> = WORDS
        .iter()
        .map(|(name, distinct)| {
            let mut text = TextColumn::default();
            for row in 0..ROWS {
                text.push(&format!("{name} {}", row % distinct));
            }
            Column {
                name,
                data: ColumnData::Text(text),
            }
        })
        .collect();
    let counts = (0..ROWS).map(|row| Cell::Shown(u64::from(row % 97))).collect();
    columns.push(Column {
        name: "observed",
        data: ColumnData::Count(counts),
    });
    for (position, name) in (1u32..).zip(FIGURES) {
        let figure = |row: u32| f64::from(row % 7_919) / f64::from(97 + position);
        let cells = (0..ROWS)
            .map(|row| {
                if row % 50 == 0 {
                    Cell::NotApplicable
                } else {
                    Cell::Shown(figure(row))
                }
            })
            .collect();
        columns.push(Column {
            name,
            data: ColumnData::Number(cells),
        });
    }
    let mut publication = publication(Kind::Everything);
    publication.tables.retain(|table| table.name() != "benchmarks");
    publication.tables.push(Table::new("benchmarks", columns));
    let released = release_published(publication);
    let start = std::time::Instant::now();
    write(&released, &folder, &Options::default())?;
    // An example may speak; the library does not.
    #[expect(clippy::print_stderr, reason = "an example tells its reader")]
    {
        eprintln!(
            "{ROWS} rows of 25 columns, page and charts: {:.1} s",
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}
