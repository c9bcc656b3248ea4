//! Released tables and findings in; tables, charts and the committee page on disk out. It reads nothing but
//! [`Released`], quotes figures and never computes one, and knows what no other stage does: a colour, a font, a heading.

mod charts;
mod error;
mod facts;
mod font;
mod html;
mod page;
mod picture_words;
mod places;
mod rounding;
mod tables;
mod wording;

pub use error::ReportError;

use error::writing;
use facts::Facts;
use senlens_release::{Publication, Released, Table, TableSchema};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// How to write.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// The declaration of the data behind every chart.
pub fn chart_data() -> Vec<&'static TableSchema> {
    charts::DATA.to_vec()
}

/// Writes everything a reader gets: `tables/NAME.csv` and `tables/NAME.parquet` for every table, `charts/NAME.svg`,
/// `.png`, `.csv` (the data behind it) and `.txt` (its alt text), and `report.html`.
///
/// The folder and those in it are made where missing; a file of the same name is replaced. The same publication gives
/// the same bytes. What is internal is marked in every file.
///
/// # Errors
/// When a file cannot be written ([`ReportError::Write`], [`ReportError::Parquet`]) or a chart cannot be drawn
/// ([`ReportError::Draw`]).
pub fn write(
    publication: &Released<Publication>,
    folder: &Path,
    options: &Options,
) -> Result<Written, ReportError> {
    let publication = publication.get();
    // Pictures are drawn while the large tables are written.
    let (tables, pages) = std::thread::scope(|scope| {
        let pages = scope.spawn(|| write_pages(publication, folder, options));
        let tables = write_tables(&publication.tables, publication.about.audience.marking(), folder);
        (tables, pages.join().expect("drawing does not panic"))
    });
    let mut files = tables?;
    files.extend(pages?);
    files.sort();
    Ok(Written { files })
}

/// The charts and the page.
fn write_pages(
    publication: &Publication,
    folder: &Path,
    options: &Options,
) -> Result<Vec<PathBuf>, ReportError> {
    let mut files = write_charts(publication, folder, options)?;
    let page = PathBuf::from("report.html");
    write_file(folder, &page, page::page(publication)?.as_bytes())?;
    files.push(page);
    Ok(files)
}

/// Each chart that may be drawn as a picture of lines, a picture of dots, its data and its alt text.
fn write_charts(
    publication: &Publication,
    folder: &Path,
    options: &Options,
) -> Result<Vec<PathBuf>, ReportError> {
    let under = folder.join("charts");
    fs::create_dir_all(&under).map_err(writing(&under))?;
    let mut files = Vec::new();
    let marking = publication.about.audience.marking();
    for drawing in charts::of_the_page(&Facts::new(publication)) {
        let svg = charts::svg(&drawing)?;
        let mut png = charts::png(&drawing, &svg, options.picture_pixels_wide)?;
        if let Some(marking) = marking {
            picture_words::add(&mut png, "Marking", marking);
        }
        let mut data = Vec::new();
        let path_of = |ending: &str| PathBuf::from("charts").join(format!("{}.{ending}", drawing.name));
        tables::write_csv(&drawing.data, marking, &mut data)
            .map_err(writing(&folder.join(path_of("csv"))))?;
        let mut alt = format!("{}. {}\n", drawing.title, drawing.alt);
        if let Some(marking) = marking {
            alt = format!("{marking}\n{alt}");
        }
        for (ending, bytes) in [
            ("svg", svg.as_bytes()),
            ("png", &png),
            ("csv", &data),
            ("txt", alt.as_bytes()),
        ] {
            write_file(folder, &path_of(ending), bytes)?;
            files.push(path_of(ending));
        }
    }
    Ok(files)
}

/// CSV and Parquet of every table; the two forms are written side by side on two threads.
fn write_tables(tables: &[Table], marking: Option<&str>, folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let under = folder.join("tables");
    fs::create_dir_all(&under).map_err(writing(&under))?;
    let path_of =
        |table: &Table, ending: &str| PathBuf::from("tables").join(format!("{}.{ending}", table.name()));
    std::thread::scope(|scope| {
        let csv = scope.spawn(|| {
            tables.iter().try_for_each(|table| {
                let path = folder.join(path_of(table, "csv"));
                let file = File::create(&path).map_err(writing(&path))?;
                tables::write_csv(table, marking, file).map_err(writing(&path))
            })
        });
        let parquet = tables.iter().try_for_each(|table| {
            tables::write_parquet(table, marking, &folder.join(path_of(table, "parquet")))
        });
        csv.join().expect("writing CSV does not panic")?;
        parquet
    })?;
    Ok(tables
        .iter()
        .flat_map(|table| [path_of(table, "csv"), path_of(table, "parquet")])
        .collect())
}

/// Writes one small file whole.
fn write_file(folder: &Path, path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let path = folder.join(path);
    let mut file = File::create(&path).map_err(writing(&path))?;
    file.write_all(bytes).map_err(writing(&path))
}
