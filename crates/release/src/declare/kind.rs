//! The kinds of column: keys, words, counts and figures, each with the type that a row gives.

use super::coded::CodedColumn;
use super::value::{Value, ValueKind, Worded};
use crate::{Cell, ColumnData};
use std::marker::PhantomData;

/// The kind of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Keys of a type.
    Key(ValueKind),
    /// Words of a type, which may be withheld.
    Word(ValueKind),
    /// Whole numbers.
    Count,
    /// Figures.
    Number,
}

/// A kind of column, as a type: what its rows take and give.
pub trait ColumnType {
    /// Which kind it is.
    const KIND: ColumnKind;
    /// What a row holds.
    type Read<'a>;
    /// A column without rows.
    fn empty() -> ColumnData;
    /// Adds a row to a column of the kind.
    fn push(data: &mut ColumnData, item: Self::Read<'_>);
    /// What a row of a column holds; none for a column of another kind.
    fn read(data: &ColumnData, row: usize) -> Option<Self::Read<'_>>;
}

/// Keys: they say what a row is about and are never withheld.
#[derive(Debug, Clone, Copy)]
pub struct Key<W>(PhantomData<W>);

/// Words, which may be withheld.
#[derive(Debug, Clone, Copy)]
pub struct Word<W>(PhantomData<W>);

/// Whole numbers.
#[derive(Debug, Clone, Copy)]
pub struct Count;

/// Figures. What is not finite is no figure.
#[derive(Debug, Clone, Copy)]
pub struct Number;

impl<W: Worded> ColumnType for Key<W> {
    const KIND: ColumnKind = ColumnKind::Key(W::KIND);
    type Read<'a> = W::Read<'a>;

    fn empty() -> ColumnData {
        ColumnData::Coded(CodedColumn::default())
    }

    fn push(data: &mut ColumnData, item: W::Read<'_>) {
        if let ColumnData::Coded(column) = data {
            column.push(&W::text(item), || W::value(item));
        }
    }

    fn read(data: &ColumnData, row: usize) -> Option<W::Read<'_>> {
        match data {
            ColumnData::Coded(column) => W::read(column.value(row)),
            ColumnData::Count(_) | ColumnData::Number(_) => None,
        }
    }
}

impl<W: Worded> ColumnType for Word<W> {
    const KIND: ColumnKind = ColumnKind::Word(W::KIND);
    type Read<'a> = Cell<W::Read<'a>>;

    fn empty() -> ColumnData {
        ColumnData::Coded(CodedColumn::default())
    }

    fn push(data: &mut ColumnData, item: Cell<W::Read<'_>>) {
        let ColumnData::Coded(column) = data else { return };
        match (item.figure(), item.symbol(), Value::of_cell(&item)) {
            (Some(word), ..) => column.push(&W::text(word), || W::value(word)),
            (None, Some(symbol), Some(value)) => column.push(symbol, || value),
            (None, ..) => {}
        }
    }

    fn read(data: &ColumnData, row: usize) -> Option<Cell<W::Read<'_>>> {
        let ColumnData::Coded(column) = data else {
            return None;
        };
        match column.value(row) {
            Value::Withheld(why) => Some(Cell::Withheld(*why)),
            Value::NotApplicable => Some(Cell::NotApplicable),
            Value::NotAvailable => Some(Cell::NotAvailable),
            word => W::read(word).map(Cell::Shown),
        }
    }
}

impl ColumnType for Count {
    const KIND: ColumnKind = ColumnKind::Count;
    type Read<'a> = Cell<u64>;

    fn empty() -> ColumnData {
        ColumnData::Count(Vec::new())
    }

    fn push(data: &mut ColumnData, item: Cell<u64>) {
        if let ColumnData::Count(cells) = data {
            cells.push(item);
        }
    }

    fn read(data: &ColumnData, row: usize) -> Option<Cell<u64>> {
        match data {
            ColumnData::Count(cells) => Some(cells[row]),
            ColumnData::Coded(_) | ColumnData::Number(_) => None,
        }
    }
}

impl ColumnType for Number {
    const KIND: ColumnKind = ColumnKind::Number;
    type Read<'a> = Cell<f64>;

    fn empty() -> ColumnData {
        ColumnData::Number(Vec::new())
    }

    fn push(data: &mut ColumnData, item: Cell<f64>) {
        if let ColumnData::Number(cells) = data {
            cells.push(match item.figure() {
                Some(figure) if !figure.is_finite() => Cell::NotApplicable,
                _ => item,
            });
        }
    }

    fn read(data: &ColumnData, row: usize) -> Option<Cell<f64>> {
        match data {
            ColumnData::Number(cells) => Some(cells[row]),
            ColumnData::Coded(_) | ColumnData::Count(_) => None,
        }
    }
}
