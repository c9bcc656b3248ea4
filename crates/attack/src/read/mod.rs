//! Reads all files of a run: tables, charts' data, pages, drawings and workbooks.

mod drawing;
mod json;
mod markup;
mod parquet_file;
mod picture;
mod table;
mod workbook;

pub(crate) use table::{read_table, without_apostrophe};

use crate::evidence::{Evidence, From, Words};
use crate::{AttackError, ReadersPolicy, name_of};
use std::fs;
use std::path::{Path, PathBuf};
use table::Pending;

/// Reads one run's folder; gives the policy its run.json states.
///
/// # Errors
/// When the folder or a file in it cannot be read, or it holds no table.
pub(crate) fn read_run(folder: &Path, evidence: &mut Evidence) -> Result<Option<ReadersPolicy>, AttackError> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    files.sort();
    let tables_before = evidence.rows.len();
    let mut policy = None;
    // Rows of charts leave out what all of them share; the tables and the record say it.
    let mut pending: Vec<Pending> = Vec::new();
    let mut time_period = None;
    for path in &files {
        let extension = path
            .extension()
            .map_or_else(String::new, |e| e.to_string_lossy().to_lowercase());
        // A file's name is published too.
        evidence.words.push(Words {
            file: name_of(path),
            text: name_of(path),
            context: String::new(),
        });
        match extension.as_str() {
            "csv" => table::read(path, evidence, From::Run, &mut pending)?,
            "parquet" => parquet_file::read(path, evidence, &mut pending)?,
            "html" | "htm" | "svg" | "xml" => {
                let file = evidence.file(path);
                let text = text_of(path)?;
                markup::read(&text, &file, &mut evidence.words);
                drawing::read(&text, &file, &mut evidence.drawings);
            }
            "xlsx" | "docx" => {
                let file = evidence.file(path);
                workbook::read(path, &file, &mut evidence.words)?;
            }
            "png" => {
                let file = evidence.file(path);
                picture::read(&bytes_of(path)?, &file, &mut evidence.words);
            }
            "json" | "ipynb" => {
                let text = text_of(path)?;
                let file = evidence.file(path);
                if let Ok(value) = serde_json::from_str(&text) {
                    if name_of(path) == "run.json" {
                        policy = policy.or_else(|| ReadersPolicy::in_run(&value));
                        time_period = value["time_period"].as_str().map(str::to_owned);
                    }
                    json::read(&value, &file, &mut evidence.words);
                }
            }
            "txt" | "md" => {
                let file = evidence.file(path);
                let text = text_of(path)?;
                evidence.words.extend(text.lines().map(|line| Words {
                    file: file.clone(),
                    text: line.to_owned(),
                    context: stem_of(path),
                }));
            }
            _ => {}
        }
    }
    if evidence.rows.len() == tables_before {
        return Err(AttackError::NoTables {
            path: folder.to_owned(),
        });
    }
    table::complete(&pending, time_period.as_deref(), evidence);
    Ok(policy)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), AttackError> {
    let unreadable = |error: std::io::Error| AttackError::Unreadable {
        path: folder.to_owned(),
        error: error.to_string(),
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, AttackError> {
    fs::read(path).map_err(|error| AttackError::Unreadable {
        path: path.to_owned(),
        error: error.to_string(),
    })
}

fn text_of(path: &Path) -> Result<String, AttackError> {
    Ok(String::from_utf8_lossy(&bytes_of(path)?).into_owned())
}

/// The words of a file's name.
fn stem_of(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |stem| {
        stem.to_string_lossy().replace(['-', '_', '.'], " ")
    })
}
