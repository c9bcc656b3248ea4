//! Rows of a table gathered column by column, and what a kind of publication does to a figure.

use super::Kind;
use senlens_release::{Cell, Column, ColumnData, Table, TextColumn, Why};

/// Rows of text, counts and numbers, gathered column by column.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) columns: Vec<Column>,
}

impl Gathered {
    fn column(&mut self, name: &'static str, empty: ColumnData) -> &mut ColumnData {
        if let Some(position) = self.columns.iter().position(|column| column.name == name) {
            return &mut self.columns[position].data;
        }
        self.columns.push(Column { name, data: empty });
        &mut self.columns.last_mut().expect("just pushed").data
    }

    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        if let ColumnData::Text(column) = self.column(name, ColumnData::Text(TextColumn::default())) {
            column.push(text);
        }
    }

    pub(super) fn count(&mut self, name: &'static str, cell: Cell<u64>) {
        if let ColumnData::Count(cells) = self.column(name, ColumnData::Count(Vec::new())) {
            cells.push(cell);
        }
    }

    pub(super) fn number(&mut self, name: &'static str, cell: Cell<f64>) {
        if let ColumnData::Number(cells) = self.column(name, ColumnData::Number(Vec::new())) {
            cells.push(cell);
        }
    }

    pub(super) fn key(&mut self, level: &str, code: &str, name: &str, phase: &str, provision: &str) {
        self.text("time_period", "202223");
        self.text("coverage", "state_funded");
        self.text("geographic_level", level);
        self.text("area_code", code);
        self.text("area_name", name);
        self.text("phase", phase);
        self.text("sen_provision", provision);
    }
}

pub(super) fn count(kind: Kind, count: u64) -> Cell<u64> {
    if kind == Kind::Withheld {
        Cell::Withheld(Why::SmallCount)
    } else {
        Cell::Shown(count)
    }
}

pub(super) fn number(kind: Kind, number: f64) -> Cell<f64> {
    if kind == Kind::Withheld {
        Cell::Withheld(Why::Derived)
    } else {
        Cell::Shown(number)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded counts of pupils"
)]
pub(super) fn whole(pupils: f64) -> u64 {
    pupils as u64
}

pub(super) fn empty_like(table: &Table) -> Table {
    let columns = table.columns().iter().map(|column| Column {
        name: column.name,
        data: match column.data {
            ColumnData::Text(_) => ColumnData::Text(TextColumn::default()),
            ColumnData::Count(_) => ColumnData::Count(Vec::new()),
            ColumnData::Number(_) => ColumnData::Number(Vec::new()),
        },
    });
    Table::new(table.name(), columns.collect())
}

/// The first half of the rows: limits by chance alone.
pub(super) fn only_chance(table: &Table) -> Table {
    let half = table.rows() / 2;
    let columns = table.columns().iter().map(|column| Column {
        name: column.name,
        data: match &column.data {
            ColumnData::Text(text) => {
                let mut kept = TextColumn::default();
                (0..half).for_each(|row| kept.push(text.get(row)));
                ColumnData::Text(kept)
            }
            ColumnData::Count(cells) => ColumnData::Count(cells[..half].to_vec()),
            ColumnData::Number(cells) => ColumnData::Number(cells[..half].to_vec()),
        },
    });
    Table::new(table.name(), columns.collect())
}
