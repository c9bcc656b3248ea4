//! Runs on the shared cases, and what is asked of the tables they leave.

use crate::tables::TextTable;
use crate::{root, said, senlens, shared};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

/// A row of a table, by column.
pub type Row = BTreeMap<String, String>;

/// The code of Essex.
pub const ESSEX: &str = "E10000012";
/// The code of England.
pub const ENGLAND: &str = "E92000001";

/// A finished run for Essex in a folder of its own.
#[derive(Debug)]
pub struct Run {
    /// The folder.
    pub home: tempfile::TempDir,
    /// What the program said.
    pub output: Output,
}

impl Run {
    /// Runs with these arguments.
    ///
    /// # Panics
    /// When there is no temporary folder.
    pub fn of(arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let out = home.path().join("out");
        let mut all = vec!["run", "--area", "essex", "--out"];
        let out = out.to_string_lossy().into_owned();
        all.push(&out);
        all.extend(arguments);
        let output = senlens(&all);
        Self { home, output }
    }

    /// What it wrote.
    ///
    /// # Panics
    /// When it failed.
    pub fn out(&self) -> PathBuf {
        assert!(self.output.status.success(), "{}", said(&self.output));
        self.home.path().join("out")
    }

    /// A table of it.
    pub fn table(&self, name: &str) -> TextTable {
        TextTable::of_run(&self.out(), name)
    }

    /// Its notes, as text.
    ///
    /// # Panics
    /// When its record is not there.
    pub fn notes(&self) -> String {
        let text = std::fs::read_to_string(self.out().join("run.json")).expect("the record");
        let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        record["notes"].to_string()
    }

    /// Its page.
    ///
    /// # Panics
    /// When it is not there.
    pub fn page(&self) -> String {
        std::fs::read_to_string(self.out().join("report.html")).expect("the page")
    }
}

/// What was said, its lines put together.
pub fn said_plainly(output: &Output) -> String {
    let text = said(output).replace(['\u{2502}', '\u{d7}'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a cell of a column of numbers holds none.
pub fn has_none(text: &str) -> bool {
    matches!(text, "" | "z" | "x")
}

/// The files of a case, or none with a plain word where they are not to be had.
///
/// # Panics
/// Never: what is not there is none.
pub fn case<const N: usize>(folder: &str, names: [&str; N]) -> Option<[String; N]> {
    let found = names.map(|name| {
        let path = if Path::new(name).components().count() > 1 {
            name.to_owned()
        } else {
            format!("cases/{folder}/{name}")
        };
        shared(&path)
    });
    if found.iter().any(Option::is_none) {
        return None;
    }
    Some(found.map(|path| path.expect("checked").to_string_lossy().into_owned()))
}

/// The mapping that reads the schools of January 2023 without needs.
pub fn spine_mapping() -> String {
    root()
        .join("tests/mappings/school_spine_2022_23.toml")
        .to_string_lossy()
        .into_owned()
}

/// The rows of a place on a need and base, all phases and provisions together.
pub fn rows<'a>(table: &'a TextTable, code: &str, need: &str, base: &str) -> Vec<&'a Row> {
    table.rows_where(&[
        ("area_code", code),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("primary_need", need),
        ("base", base),
    ])
}

/// Events and population of a row.
pub fn events_of(row: &Row) -> (&str, &str) {
    (&row["events"], &row["population"])
}
