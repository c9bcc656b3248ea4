//! A table as it crosses from method to page: its declaration, and its cells column by column.

use crate::Cell;
use crate::declare::{CodedColumn, ColumnOf, ColumnSchema, ColumnType, Declared, Role, TableSchema};
use crate::tables::{RowKey, key_of};
use std::marker::PhantomData;

/// The cells of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnData {
    /// Keys and words.
    Coded(CodedColumn),
    /// Whole numbers.
    Count(Vec<Cell<u64>>),
    /// Figures.
    Number(Vec<Cell<f64>>),
}

/// A column: its declaration and its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What it is.
    pub schema: &'static ColumnSchema,
    /// What it holds.
    pub data: ColumnData,
}

/// A tidy table: columns of one length.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    schema: &'static TableSchema,
    columns: Vec<Column>,
    rows: usize,
}

/// A table of a known declaration, read by its columns' types.
#[derive(Debug)]
pub struct TableOf<'a, T> {
    table: &'a Table,
    of: PhantomData<fn() -> T>,
}

impl ColumnData {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        match self {
            Self::Coded(column) => column.codes().len(),
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
    /// A table of declared columns of one length; those that did not leave are not among them.
    ///
    /// # Panics
    /// When the columns differ in length: our own tables are made row by row, so that is a fault of ours.
    pub(crate) fn new(schema: &'static TableSchema, columns: Vec<Column>) -> Self {
        let rows = columns.first().map_or(0, |column| column.data.len());
        assert!(
            columns.iter().all(|column| column.data.len() == rows),
            "columns of `{}` differ in length",
            schema.name
        );
        Self {
            schema,
            columns,
            rows,
        }
    }

    /// A table of the cells of every declared column, in order: for the declaration of a table alone.
    ///
    /// # Panics
    /// When columns are missing or differ in length.
    #[doc(hidden)]
    pub fn declared(schema: &'static TableSchema, cells: Vec<ColumnData>) -> Self {
        assert_eq!(
            schema.columns().count(),
            cells.len(),
            "columns of `{}`",
            schema.name
        );
        let columns = schema
            .columns()
            .zip(cells)
            .map(|(schema, data)| Column { schema, data })
            .collect();
        Self::new(schema, columns)
    }

    /// What it declares of itself.
    pub fn schema(&self) -> &'static TableSchema {
        self.schema
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.schema.name
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Its columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The cells of each column of a role.
    pub(crate) fn of_role(&self, role: Role) -> impl Iterator<Item = &ColumnData> {
        self.columns
            .iter()
            .filter(move |column| column.schema.role == role)
            .map(|column| &column.data)
    }

    /// The same table with its rows in another order.
    ///
    /// # Panics
    /// When a row of the order is not there.
    #[must_use]
    pub fn in_order(&self, order: &[usize]) -> Self {
        let moved = |data: &ColumnData| match data {
            ColumnData::Coded(column) => {
                let mut moved = CodedColumn::default();
                for row in order {
                    moved.push_from(column, *row);
                }
                ColumnData::Coded(moved)
            }
            ColumnData::Count(cells) => ColumnData::Count(order.iter().map(|row| cells[*row]).collect()),
            ColumnData::Number(cells) => ColumnData::Number(order.iter().map(|row| cells[*row]).collect()),
        };
        let columns = self.columns.iter().map(|column| Column {
            schema: column.schema,
            data: moved(&column.data),
        });
        Self::new(self.schema, columns.collect())
    }

    /// The same table, read by its columns' types; none for a table of another declaration.
    pub fn of<T: Declared>(&self) -> Option<TableOf<'_, T>> {
        (self.schema == T::SCHEMA).then_some(TableOf {
            table: self,
            of: PhantomData,
        })
    }
}

impl<T> Clone for TableOf<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for TableOf<'_, T> {}

impl<'a, T: Declared> TableOf<'a, T> {
    /// How many rows it has.
    pub fn rows(self) -> usize {
        self.table.rows
    }

    /// The cells of a column; none where the column did not leave.
    pub fn column<K>(self, column: ColumnOf<T, K>) -> Option<&'a ColumnData> {
        let found = self.table.columns.iter();
        found
            .filter(|each| each.schema.name == column.name())
            .map(|each| &each.data)
            .next()
    }

    /// What a row holds in a column; none where the column did not leave.
    pub fn get<K: ColumnType>(self, row: usize, column: ColumnOf<T, K>) -> Option<K::Read<'a>> {
        K::read(self.column(column)?, row)
    }

    /// The cell of a row in a column of words, counts or figures; `x` where the column did not leave.
    pub fn cell<K: ColumnType<Read<'a> = Cell<V>>, V>(self, row: usize, column: ColumnOf<T, K>) -> Cell<V> {
        self.get(row, column).unwrap_or(Cell::NotAvailable)
    }

    /// What a row is about: for a table that begins with the columns of every table.
    pub fn key(self, row: usize) -> Option<RowKey<'a>> {
        key_of(self.table, row)
    }
}
