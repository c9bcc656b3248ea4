//! What a gate and a reader do with an invented county: policies, files, sizes.

use senlens_attack::ReadersPolicy;
use senlens_release::{Cell as Shown, ColumnData, Policy, Publication, Released, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The policy `public` with another minimum count and other rounding.
pub fn policy(minimum_count: u64, rounding: &str, zeros: &str) -> Policy {
    let text = Policy::preset("public").expect("built in").text().to_owned();
    let text = text
        .replace("minimum_count = 5", &format!("minimum_count = {minimum_count}"))
        .replace("rounding = \"none\"", &format!("rounding = \"{rounding}\""))
        .replace("zeros = \"shown\"", &format!("zeros = \"{zeros}\""));
    Policy::parse(&text).expect("a policy")
}

/// What a reader knows of it.
pub fn readers(policy: &Policy) -> ReadersPolicy {
    ReadersPolicy::parse(policy.text()).expect("the same text")
}

/// Writes what was released as a run would.
pub fn write(released: &Released<Publication>, folder: &Path) {
    fs::create_dir_all(folder.join("tables")).expect("a folder to write in");
    for table in &released.get().tables {
        let names: Vec<&str> = table.columns().iter().map(|column| column.schema.name).collect();
        let mut text = names.join(",") + "\n";
        for row in 0..table.rows() {
            for (at, column) in table.columns().iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                match &column.data {
                    ColumnData::Coded(words) if words.text(row).contains(',') => {
                        write!(text, "\"{}\"", words.text(row)).expect("text takes all");
                    }
                    ColumnData::Coded(words) => text.push_str(words.text(row)),
                    ColumnData::Count(cells) => push(&mut text, cells[row]),
                    ColumnData::Number(cells) => push(&mut text, cells[row]),
                }
            }
            text.push('\n');
        }
        fs::write(folder.join("tables").join(format!("{}.csv", table.name())), text)
            .expect("a folder to write in");
    }
}

/// A table as its reader has it: columns by name, words as they print.
#[derive(Debug, Clone, Copy)]
pub struct AsRead<'t>(pub &'t Table);

impl<'t> AsRead<'t> {
    /// The table of a name.
    ///
    /// # Panics
    /// When there is none.
    pub fn of(publication: &'t Publication, name: &str) -> Self {
        let mut tables = publication.tables.iter();
        Self(
            tables
                .find(|table| table.name() == name)
                .expect("a table of the name"),
        )
    }

    fn column(self, name: &str) -> &'t ColumnData {
        let mut columns = self.0.columns().iter();
        let column = columns.find(|column| column.schema.name == name);
        &column.expect("a column of the name").data
    }

    /// How many rows it has.
    pub fn rows(self) -> usize {
        self.0.rows()
    }

    /// What a row prints in a column of words.
    ///
    /// # Panics
    /// When there is no such column.
    pub fn text(self, row: usize, name: &str) -> &'t str {
        match self.column(name) {
            ColumnData::Coded(words) => words.text(row),
            ColumnData::Count(_) | ColumnData::Number(_) => panic!("`{name}` holds no words"),
        }
    }

    /// The count of a row.
    ///
    /// # Panics
    /// When there is no such column.
    pub fn count(self, row: usize, name: &str) -> Shown<u64> {
        match self.column(name) {
            ColumnData::Count(cells) => cells[row],
            ColumnData::Coded(_) | ColumnData::Number(_) => panic!("`{name}` holds no counts"),
        }
    }

    /// The figure of a row.
    ///
    /// # Panics
    /// When there is no such column.
    pub fn number(self, row: usize, name: &str) -> Shown<f64> {
        match self.column(name) {
            ColumnData::Number(cells) => cells[row],
            ColumnData::Coded(_) | ColumnData::Count(_) => panic!("`{name}` holds no figures"),
        }
    }
}

fn push<T: Copy + std::fmt::Display>(text: &mut String, cell: Shown<T>) {
    match cell.figure() {
        Some(figure) => write!(text, "{figure}").expect("text takes all"),
        None => text.push_str(cell.symbol().unwrap_or("")),
    }
}

/// How many of a county's places are of each level.
pub fn sizes(publication: &Publication) -> BTreeMap<String, usize> {
    let mut sizes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let table = AsRead::of(publication, "rates");
    for row in 0..table.rows() {
        sizes
            .entry(table.text(row, "geographic_level").to_owned())
            .or_default()
            .insert(table.text(row, "area_code").to_owned());
    }
    sizes
        .into_iter()
        .map(|(level, codes)| (level, codes.len()))
        .collect()
}
