//! A table of named columns: what crosses from method to page.

use crate::Cell;
use std::collections::HashMap;

/// A column of text, each distinct text kept once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextColumn {
    texts: Vec<String>,
    codes: Vec<u32>,
    code_of: HashMap<String, u32>,
}

impl TextColumn {
    /// Adds a row.
    pub fn push(&mut self, text: &str) {
        let code = if let Some(code) = self.code_of.get(text) {
            *code
        } else {
            let code = u32::try_from(self.texts.len()).expect("fewer than 4 billion distinct texts");
            self.texts.push(text.to_owned());
            self.code_of.insert(text.to_owned(), code);
            code
        };
        self.codes.push(code);
    }

    /// The text of a row.
    pub fn get(&self, row: usize) -> &str {
        &self.texts[self.codes[row] as usize]
    }

    /// The position of a text in [`TextColumn::texts`], if a row has it.
    pub fn code_of(&self, text: &str) -> Option<u32> {
        self.code_of.get(text).copied()
    }

    /// The distinct texts, in order of first appearance.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// For each row, the position of its text in [`TextColumn::texts`].
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnData {
    /// Keys and words.
    Text(TextColumn),
    /// Counts of pupils.
    Count(Vec<Cell<u64>>),
    /// Figures made from counts.
    Number(Vec<Cell<f64>>),
}

/// A named column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name: part of the contract.
    pub name: &'static str,
    /// What it holds.
    pub data: ColumnData,
}

/// A tidy table: columns of one length.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    name: &'static str,
    columns: Vec<Column>,
    rows: usize,
}

impl ColumnData {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.codes.len(),
            Self::Count(cells) => cells.len(),
            Self::Number(cells) => cells.len(),
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// A table of columns of one length.
    ///
    /// # Panics
    /// When the columns differ in length: our own tables are made row by row, so that is a fault of ours.
    pub fn new(name: &'static str, columns: Vec<Column>) -> Self {
        let rows = columns.first().map_or(0, |column| column.data.len());
        assert!(
            columns.iter().all(|column| column.data.len() == rows),
            "columns of `{name}` differ in length"
        );
        Self { name, columns, rows }
    }

    /// Its name: part of the contract, and of its file's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Its columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&ColumnData> {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .map(|column| &column.data)
    }

    /// The text in a column of text.
    ///
    /// # Panics
    /// When there is no such column of text: names are a contract, so that is a fault of ours.
    pub fn text(&self, row: usize, name: &str) -> &str {
        match self.column(name) {
            Some(ColumnData::Text(text)) => text.get(row),
            _ => panic!("table `{}` has no column of text `{name}`", self.name),
        }
    }

    /// The count in a column of counts.
    ///
    /// # Panics
    /// When there is no such column of counts.
    pub fn count(&self, row: usize, name: &str) -> Cell<u64> {
        match self.column(name) {
            Some(ColumnData::Count(cells)) => cells[row],
            _ => panic!("table `{}` has no column of counts `{name}`", self.name),
        }
    }

    /// The figure in a column of figures.
    ///
    /// # Panics
    /// When there is no such column of figures.
    pub fn number(&self, row: usize, name: &str) -> Cell<f64> {
        match self.column(name) {
            Some(ColumnData::Number(cells)) => cells[row],
            _ => panic!("table `{}` has no column of figures `{name}`", self.name),
        }
    }

    /// The rows whose text columns are all as asked.
    pub fn rows_where(&self, wanted: &[(&str, &str)]) -> Vec<usize> {
        let mut kept: Vec<usize> = (0..self.rows).collect();
        for (name, text) in wanted {
            let Some(ColumnData::Text(column)) = self.column(name) else {
                panic!("table `{}` has no column of text `{name}`", self.name)
            };
            match column.code_of.get(*text) {
                Some(code) => kept.retain(|row| column.codes[*row] == *code),
                None => return Vec::new(),
            }
        }
        kept
    }
}
