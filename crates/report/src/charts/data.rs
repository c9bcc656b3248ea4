//! The data behind a chart, as a table like any other.

use senlens_release::{Cell, Column, ColumnData, Table, TextColumn};

/// A column of text.
pub(crate) fn text<'a>(name: &'static str, texts: impl IntoIterator<Item = &'a str>) -> Column {
    let mut column = TextColumn::default();
    for each in texts {
        column.push(each);
    }
    Column {
        name,
        data: ColumnData::Text(column),
    }
}

/// A column of counts.
pub(crate) fn counts(name: &'static str, cells: impl IntoIterator<Item = Cell<u64>>) -> Column {
    Column {
        name,
        data: ColumnData::Count(cells.into_iter().collect()),
    }
}

/// A column of figures.
pub(crate) fn numbers(name: &'static str, cells: impl IntoIterator<Item = Cell<f64>>) -> Column {
    Column {
        name,
        data: ColumnData::Number(cells.into_iter().collect()),
    }
}

/// The table behind a chart.
pub(crate) fn table(name: &'static str, columns: Vec<Column>) -> Table {
    Table::new(name, columns)
}
