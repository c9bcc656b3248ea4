//! Reads workbooks and documents: each row of a sheet with its stored values, each row and paragraph of a document.

use super::markup;
use crate::AttackError;
use crate::evidence::Words;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use zip::ZipArchive;

/// Reads the words of an xlsx or docx file.
pub(crate) fn read(path: &Path, file: &str, words: &mut Vec<Words>) -> Result<(), AttackError> {
    let unreadable = |error: String| AttackError::Unreadable {
        path: path.to_owned(),
        error,
    };
    let archive = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let mut archive = ZipArchive::new(archive).map_err(|error| unreadable(error.to_string()))?;
    let mut names = archive
        .file_names()
        .map(|name| {
            name.map(std::borrow::Cow::into_owned)
                .map_err(|error| unreadable(error.to_string()))
        })
        .collect::<Result<Vec<String>, AttackError>>()?;
    names.sort();
    let mut part = |name: &str| -> Result<String, AttackError> {
        let mut bytes = Vec::new();
        let mut entry = archive
            .by_name(name)
            .map_err(|error| unreadable(error.to_string()))?;
        entry
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(error.to_string()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let mut shared = Vec::new();
    if names.iter().any(|name| name == "xl/sharedStrings.xml") {
        let strings = part("xl/sharedStrings.xml")?;
        shared = strings.split("<si").skip(1).map(inner_text).collect();
    }
    for name in &names {
        let is_sheet = name.starts_with("xl/worksheets/") && is_xml(name);
        if is_sheet {
            let sheet = part(name)?;
            let mut above = String::new();
            let mut header: Vec<(String, String)> = Vec::new();
            for row in sheet.split("<row").skip(1) {
                let cells: Vec<(String, String)> = row
                    .split("<c ")
                    .skip(1)
                    .map(|cell| (column_of(cell), value_of(cell, &shared)))
                    .filter(|(_, value)| !value.is_empty())
                    .collect();
                let said = cells.iter().map(|(column, value)| {
                    let name = header.iter().find(|(other, _)| other == column);
                    name.map_or_else(|| value.clone(), |(_, name)| format!("{name} {value}"))
                });
                words.push(Words {
                    file: file.to_owned(),
                    text: said.collect::<Vec<_>>().join(" | "),
                    context: above.clone(),
                });
                // Rows of words alone name what stands below them: one a title, several the columns.
                let is_words = |(_, value): &(String, String)| value.parse::<f64>().is_err();
                if cells.iter().all(is_words) {
                    match cells.as_slice() {
                        [] => {}
                        [(_, title)] => title.clone_into(&mut above),
                        _ if header.is_empty() => header = cells,
                        _ => {}
                    }
                }
            }
        } else if is_xml(name) && name != "xl/sharedStrings.xml" && name != "xl/styles.xml" {
            markup::read(&part(name)?, file, words);
        }
    }
    Ok(())
}

/// The letters of a cell's reference.
fn column_of(cell: &str) -> String {
    markup::attribute(cell.split('>').next().unwrap_or(""), "r")
        .unwrap_or_default()
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .to_owned()
}

/// A cell's stored value: a shared string, one of its own, or a number, a formula's last result too.
fn value_of(cell: &str, shared: &[String]) -> String {
    let opening = &cell[..cell.find('>').unwrap_or(cell.len())];
    let between = |open: &str, close: &str| {
        let from = cell.find(open)? + open.len();
        let to = cell[from..].find(close)? + from;
        Some(cell[from..to].to_owned())
    };
    if opening.contains("t=\"s\"") {
        let at: Option<usize> = between("<v>", "</v>").and_then(|at| at.parse().ok());
        return at.and_then(|at| shared.get(at)).cloned().unwrap_or_default();
    }
    if opening.contains("t=\"inlineStr\"") {
        return inner_text(cell.find("<is").map_or("", |at| &cell[at + 3..]));
    }
    between("<v>", "</v>").unwrap_or_default()
}

/// The text of an element's inside, from just after its name.
fn inner_text(element: &str) -> String {
    let mut words = Vec::new();
    markup::read(&format!("<x{element}"), "", &mut words);
    words
        .into_iter()
        .map(|words| words.text)
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_xml(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xml"))
}
