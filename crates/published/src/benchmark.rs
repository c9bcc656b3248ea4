//! Published tables of areas: what an authority's schools are compared with.

mod areas;
mod characteristic;
mod group;
mod la_phase_need;
mod tidy;
mod tidy_by_need;

pub(crate) use la_phase_need::PAGE as LA_PHASE_NEED;
pub(crate) use tidy::{PAGE as TIDY, PROVISION_IN_COLUMNS};
pub(crate) use tidy_by_need::PAGE as TIDY_BY_NEED;

use crate::{
    ReadOptions,
    layout::{Layout, Reads, is_header, wrong_layout},
    table::Table,
};
use senlens_files::{
    Error, Found, Note, Problem, Reading, RowAccount, Screening, TABLE_EXTENSIONS, open_each,
};
use std::path::PathBuf;

/// Why a row of a constituency, a ward or a school is not used.
const OTHER_LEVEL: &str = "geographic level not used";

/// The layouts of area tables.
const LAYOUTS: [Layout; 4] = [
    Layout::LaPhaseNeed,
    Layout::Tidy,
    Layout::ProvisionInColumns,
    Layout::TidyByNeed,
];

/// Reads published tables of areas, each in the layout its header shows: one [`Reading`] a table, since two tables
/// never cover the same pupils in the same cut, and must not be added.
///
/// Cells lie at [`CountedPlace::Area`](senlens_model::CountedPlace::Area), in order of level and number. Rows that are
/// totals of others, or break them down by something the cells do not carry, are not counted. With `options.year`,
/// only that year is read; a table that does not say its year is taken to be of it.
///
/// # Errors
/// When a file cannot be opened, is no such table, is cut off or breaks a rule of its layout in any row; when it has
/// no year and `options.year` gives none; when a column splits the counts by something we do not know and holds no
/// row of totals.
pub fn read_benchmark(paths: &[PathBuf], options: &ReadOptions) -> Result<Vec<Reading>, Error> {
    let mut screening = Screening::new();
    let mut readings: Vec<Reading> = Vec::new();
    let mut passed_over: Vec<Note> = Vec::new();
    let unopened = open_each(paths, &TABLE_EXTENSIONS, |opened| {
        let found = opened.found;
        let read = Table::open(opened, |names| is_header(names, None)).and_then(|table| {
            let page = Layout::of(&table.header).and_then(Layout::page);
            let reading = match page.map(|page| &page.read) {
                Some(Reads::Areas(read)) => read(&table, options),
                _ if found == Found::Among => {
                    passed_over.push(Note::about(
                        &table.file,
                        "passed over: not a table of areas in a layout we know",
                    ));
                    return Ok(None);
                }
                _ => Err(wrong_layout(&table, &LAYOUTS)),
            }?;
            if reading.cells.cells().is_empty() {
                return Err(nothing_counted(&table.file, &reading, options).into());
            }
            Ok(Some(reading))
        });
        match read {
            Ok(reading) => readings.extend(reading),
            Err(wrong) => screening.append(wrong),
        }
    });
    screening.extend(unopened);
    if screening.is_clean() && readings.is_empty() {
        let given: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        screening.push(
            Problem::of_file(&given.join(", "), "there is no table of areas in it")
                .remedy("give a published table by authority, region or England"),
        );
    }
    screening.into_result()?;
    if let Some(first) = readings.first_mut() {
        first.notes.extend(passed_over);
    }
    Ok(readings)
}

fn nothing_counted(file: &str, reading: &Reading, options: &ReadOptions) -> Problem {
    let others = reading
        .accounts
        .iter()
        .any(|account| account.rejected().contains_key(RowAccount::OTHER_YEAR));
    match options.year {
        Some(year) if others => {
            Problem::of_file(file, "no row is of the year asked for").seen(&year.to_string())
        }
        _ => Problem::of_file(file, "there is a header and nothing counted below it"),
    }
    .remedy("check that this is the whole table, and of the right year")
}
