//! Reads earlier publications of the same records, whose withheld counts a new one must not reveal.

use crate::{Error, read};
use senlens_attack::Places;
use senlens_model::read_inert;
use senlens_release::{Disclosure, EarlierCounts, Structure, Table, tables};
use std::fs;
use std::path::{Path, PathBuf};

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

/// The keys and counts of a table; none for one whose rows are not counts of a place.
fn read_table(path: &Path) -> Result<Option<Table>, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::Setting(format!("`{}`: {error}", path.display()));
    let schema = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .and_then(tables::schema);
    let schema = schema.ok_or_else(|| {
        wrong(&"not a table that a run writes, so what it gives away is not known; give the folder as the run wrote it")
    })?;
    match schema.disclosure {
        Disclosure::OwnCounts => {}
        // What rules and lines tell is made of counts that the other tables show.
        Disclosure::Rule
        | Disclosure::LinesOverAuthorities
        | Disclosure::Internal
        | Disclosure::BehindTheGate => return Ok(None),
    }
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(&error))?;
    let header: Vec<String> = reader
        .headers()
        .map_err(|error| wrong(&error))?
        .iter()
        .map(str::to_owned)
        .collect();
    let mut counts = EarlierCounts::of(schema, &header).map_err(|error| wrong(&error))?;
    for (number, record) in reader.records().enumerate() {
        let record = record.map_err(|error| wrong(&error))?;
        counts
            .add(|column| read_inert(record.get(column).unwrap_or("")))
            .map_err(|error| {
                wrong(&format!(
                    "line {}, {error}; give the folder as the run wrote it",
                    number + 2
                ))
            })?;
    }
    Ok(Some(counts.into_table()))
}
