//! Earlier publications of the same records, as any reader has them: what a second must not open.

use crate::{Error, read};
use senlens_attack::Places;
use senlens_release::{Cell, Column, ColumnData, Structure, Table, TextColumn, Why};
use std::fs;
use std::path::{Path, PathBuf};

/// The words that say which count a row speaks of.
const KEYS: [&str; 8] = [
    "time_period",
    "coverage",
    "geographic_level",
    "area_code",
    "phase",
    "sen_provision",
    "primary_need",
    "base",
];
/// The counts of a row.
const COUNTS: [&str; 3] = ["events", "observed", "population"];

/// Reads the tables of earlier public runs.
///
/// # Errors
/// When a folder is no public run of ours, a table does not read, or it puts a place into another than this run does: sums
/// over both groupings cannot be held together.
pub(crate) fn read_published(folders: &[PathBuf], structure: &Structure) -> Result<Vec<Table>, Error> {
    let mut tables = Vec::new();
    for folder in folders {
        let refused = |what: &str| Error::Setting(format!("--published `{}`: {what}", folder.display()));
        let record = read::text_of(&folder.join(crate::output::RECORD))?;
        let record: serde_json::Value = serde_json::from_str(&record)
            .map_err(|error| refused(&format!("run.json does not read: {error}")))?;
        if record.get("audience").and_then(|audience| audience.as_str()) != Some("public") {
            return Err(refused(
                "not a public run; only what was published need be taken into account",
            ));
        }
        same_places(folder, structure)?;
        let inside = folder.join("tables");
        let mut files: Vec<PathBuf> = fs::read_dir(&inside)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
            .map_err(|error| Error::Read {
                path: inside.clone(),
                error,
            })?;
        files.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
        files.sort_unstable();
        if files.is_empty() {
            return Err(refused("no table (tables/*.csv)"));
        }
        for path in &files {
            tables.extend(read_table(path)?);
        }
    }
    Ok(tables)
}

/// Sees that an earlier publication groups places as this run does.
fn same_places(folder: &Path, structure: &Structure) -> Result<(), Error> {
    let path = folder.join(crate::gate::PLACES);
    let places = Places::parse(&read::text_of(&path)?)
        .map_err(|error| Error::Setting(format!("`{}`: {error}", path.display())))?;
    for ((level, code), (parent_level, parent)) in places.parents() {
        let now = structure.parent(&(*level, code.clone()));
        if let Some((now_level, now)) = now.filter(|now| **now != (*parent_level, parent.clone())) {
            return Err(Error::Setting(format!(
                "--published `{}`: {level} `{code}` lay in {parent_level} `{parent}` then and lies in {now_level} `{now}` \
                 now. Sums over both groupings cannot be protected together: publish with the area file of then",
                folder.display()
            )));
        }
    }
    Ok(())
}

/// The counts of a table; none for one whose rows count nobody of a place (lines of a funnel, findings of rules).
fn read_table(path: &Path) -> Result<Option<Table>, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::Setting(format!("`{}`: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(&error))?;
    let header = reader.headers().map_err(|error| wrong(&error))?.clone();
    let place = |name: &str| header.iter().position(|column| column == name);
    let of_rules = place("rule").is_some() || place("spread").is_some();
    if of_rules || KEYS[..6].iter().any(|name| place(name).is_none()) {
        return Ok(None);
    }
    let keys: Vec<(&'static str, usize)> = KEYS
        .iter()
        .filter_map(|name| Some((*name, place(name)?)))
        .collect();
    let counts: Vec<(&'static str, usize)> = COUNTS
        .iter()
        .filter_map(|name| Some((*name, place(name)?)))
        .collect();
    let mut texts = vec![TextColumn::default(); keys.len()];
    let mut cells: Vec<Vec<Cell<u64>>> = vec![Vec::new(); counts.len()];
    for (number, record) in reader.records().enumerate() {
        let record = record.map_err(|error| wrong(&error))?;
        for (column, (_, at)) in texts.iter_mut().zip(&keys) {
            column.push(record.get(*at).unwrap_or(""));
        }
        for (column, (name, at)) in cells.iter_mut().zip(&counts) {
            let field = record.get(*at).unwrap_or("");
            column.push(match field {
                "c" | "low" => Cell::Withheld(Why::Protects),
                "z" => Cell::NotApplicable,
                "" | "x" => Cell::NotAvailable,
                figure => Cell::Shown(figure.parse().map_err(|_| {
                    wrong(&format!(
                        "line {}, column `{name}`: `{figure}` is no count of pupils; give the folder as the run wrote it",
                        number + 2
                    ))
                })?),
            });
        }
    }
    let texts = keys.iter().zip(texts).map(|((name, _), column)| Column {
        name,
        data: ColumnData::Text(column),
    });
    let cells = counts.iter().zip(cells).map(|((name, _), column)| Column {
        name,
        data: ColumnData::Count(column),
    });
    Ok(Some(Table::new("published", texts.chain(cells).collect())))
}
