//! Reads whatever a run left: tables, charts' data, pages, drawings and workbooks.

mod markup;
mod workbook;

use crate::count::{level, need, phase, provision};
use crate::evidence::{Evidence, Figure, From, Header, Row, Words};
use crate::{AttackError, ReadersPolicy, name_of};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

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
    for path in &files {
        let extension = path
            .extension()
            .map_or_else(String::new, |e| e.to_string_lossy().to_lowercase());
        // A file's name is published too.
        evidence.words.push(Words {
            file: name_of(path),
            text: name_of(path),
        });
        match extension.as_str() {
            "csv" => read_table(path, evidence, From::Run)?,
            "html" | "htm" | "svg" | "xml" => {
                let file = evidence.file(path);
                markup::read(&text_of(path)?, &file, &mut evidence.words);
            }
            "xlsx" | "docx" => {
                let file = evidence.file(path);
                workbook::read(path, &file, &mut evidence.words)?;
            }
            "json" => {
                let text = text_of(path)?;
                let file = evidence.file(path);
                if let Ok(value) = serde_json::from_str(&text) {
                    if policy.is_none() && name_of(path) == "run.json" {
                        policy = ReadersPolicy::in_run(&value);
                    }
                    strings_of(&value, &file, &mut evidence.words);
                }
            }
            "txt" | "md" => {
                let file = evidence.file(path);
                let text = text_of(path)?;
                evidence.words.extend(text.lines().map(|line| Words {
                    file: file.clone(),
                    text: line.to_owned(),
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

fn text_of(path: &Path) -> Result<String, AttackError> {
    let bytes = fs::read(path).map_err(|error| AttackError::Unreadable {
        path: path.to_owned(),
        error: error.to_string(),
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn strings_of(value: &serde_json::Value, file: &str, words: &mut Vec<Words>) {
    match value {
        serde_json::Value::String(text) => words.push(Words {
            file: file.to_owned(),
            text: text.clone(),
        }),
        serde_json::Value::Array(values) => values.iter().for_each(|value| strings_of(value, file, words)),
        serde_json::Value::Object(fields) => fields.values().for_each(|value| strings_of(value, file, words)),
        _ => {}
    }
}

/// Reads a CSV file: a table of the contract by its keys, anything else as words.
///
/// # Errors
/// When it cannot be read as CSV.
pub(crate) fn read_table(path: &Path, evidence: &mut Evidence, from: From) -> Result<(), AttackError> {
    let text = text_of(path)?;
    let file = evidence.file(path);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| AttackError::Unreadable {
        path: path.to_owned(),
        error: error.to_string(),
    };
    let mut header: Option<Rc<Header>> = None;
    let mut first: Option<String> = None;
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let fields: Vec<&str> = record
            .iter()
            .map(|field| field.trim_start_matches('\u{feff}'))
            .collect();
        if let Some(header) = &header {
            if let Some(row) = row_of(&fields, header, from) {
                evidence.rows.push(row);
            }
        } else if fields.contains(&"geographic_level") && fields.contains(&"area_code") {
            header = Some(Rc::new(Header {
                file: file.clone(),
                columns: fields.iter().map(|name| (*name).to_owned()).collect(),
            }));
        } else {
            // The data behind a chart may say in its heading or its name what its rows are about.
            let line = fields.join(" | ");
            let heading = first.get_or_insert_with(|| line.clone());
            let stem = path
                .file_stem()
                .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
            let text = format!("{} {heading} {line}", stem.replace(['-', '_', '.'], " "));
            evidence.words.push(Words {
                file: file.clone(),
                text,
            });
        }
    }
    Ok(())
}

fn row_of(fields: &[&str], header: &Rc<Header>, from: From) -> Option<Row> {
    let field = |name: &str| header.at(name).and_then(|at| fields.get(at)).copied();
    let phase = phase(field("phase")?)?;
    let coverage = field("coverage").unwrap_or("state_funded").parse().ok()?;
    Some(Row {
        time_period: field("time_period")?.to_owned(),
        level: level(field("geographic_level")?)?,
        code: field("area_code")?.to_owned(),
        name: field("area_name").unwrap_or("").to_owned(),
        phase,
        coverage,
        provision: provision(field("sen_provision")?)?,
        need: field("primary_need").and_then(need),
        base: field("base").map(str::to_owned),
        crude_england: field("comparator") == Some("England") && field("adjustment") == Some("crude"),
        figures: fields.iter().map(|field| Figure::read(field)).collect(),
        header: Rc::clone(header),
        from,
    })
}
