//! Which columns a layout's reader asks of a table, and where each stands in the fields it is handed.

use crate::table::Table;
use senlens_files::{Header, Problem, Screening};
use std::collections::HashMap;

/// Collects the columns to read.
#[derive(Debug, Default)]
pub(crate) struct ColumnSelector {
    columns: Vec<usize>,
}

/// Where a field's text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Text {
    /// From the row, at this slot.
    Slot(usize),
    /// The same in every row.
    Constant(String),
    /// Nowhere: the table does not carry it.
    Absent,
}

impl ColumnSelector {
    /// Asks for a column and says at which slot it will stand.
    pub(crate) fn slot(&mut self, column: usize) -> usize {
        let known = self.columns.iter().position(|own| *own == column);
        known.unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    /// Asks for the first of these columns that the header has.
    pub(crate) fn text(&mut self, header: &Header, aliases: &[&str]) -> Text {
        header
            .find(aliases)
            .map_or(Text::Absent, |column| Text::Slot(self.slot(column)))
    }

    /// The columns, by slot.
    pub(crate) fn columns(&self) -> &[usize] {
        &self.columns
    }
}

impl Text {
    /// The text in a row; empty when the table does not carry the field.
    pub(crate) fn of<'a>(&'a self, fields: &[&'a str]) -> &'a str {
        match self {
            Self::Slot(slot) => fields[*slot],
            Self::Constant(text) => text,
            Self::Absent => "",
        }
    }

    /// Whether the table carries the field.
    pub(crate) fn is_carried(&self) -> bool {
        *self != Self::Absent
    }
}

/// The row at hand: where it stands, what it holds, and where to say what is wrong with it.
pub(crate) struct Row<'a> {
    pub(crate) number: u64,
    pub(crate) fields: &'a [&'a str],
    pub(crate) table: &'a Table,
    pub(crate) selector: &'a ColumnSelector,
}

impl Row<'_> {
    /// The name of a slot's column.
    pub(crate) fn column(&self, slot: usize) -> &str {
        self.table.header.name(self.selector.columns()[slot])
    }

    /// Says that a text of this row breaks a rule.
    pub(crate) fn wrong(&self, text: &Text, seen: &str, rule: &str, remedy: &str, screening: &mut Screening) {
        let mut problem = Problem::of_file(&self.table.file, rule)
            .at_row(self.number)
            .seen(seen);
        if let Text::Slot(slot) = text {
            problem = problem.in_column(self.column(*slot));
        }
        if !remedy.is_empty() {
            problem = problem.remedy(remedy);
        }
        screening.push(problem);
    }
}

/// Remembers what labels mean, so that each is parsed once.
#[derive(Debug)]
pub(crate) struct Labels<T>(HashMap<String, Option<T>>);

impl<T> Default for Labels<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Copy> Labels<T> {
    /// What a label means, by `parse` when it is new.
    pub(crate) fn get(&mut self, label: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        if let Some(known) = self.0.get(label) {
            return *known;
        }
        let meaning = parse(label);
        self.0.insert(label.to_owned(), meaning);
        meaning
    }
}
