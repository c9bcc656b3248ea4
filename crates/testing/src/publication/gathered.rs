//! Rows of a table gathered column by column, and what a kind of publication does to a figure.

use super::Kind;
use senlens_model::{AcademicYear, Coverage, GeographicLevel, PhaseCut, ProvisionCut};
use senlens_release::{
    Cell, ColumnData, ColumnKind, ColumnOf, ColumnType, Count, Declared, Key, Number, Table, Text, Why,
    Worded,
};
use std::marker::PhantomData;

/// Cells of a table, gathered row by row.
#[derive(Debug)]
pub struct Gathered<T> {
    columns: Vec<ColumnData>,
    of: PhantomData<T>,
}

impl<T: Declared> Default for Gathered<T> {
    fn default() -> Self {
        let empty = T::SCHEMA.columns().map(|column| match column.kind {
            ColumnKind::Key(_) | ColumnKind::Word(_) => Key::<Text>::empty(),
            ColumnKind::Count => Count::empty(),
            ColumnKind::Number => Number::empty(),
        });
        Self {
            columns: empty.collect(),
            of: PhantomData,
        }
    }
}

impl<T: Declared> Gathered<T> {
    /// Adds a cell to a column.
    ///
    /// # Panics
    /// When the table has no such column.
    pub fn put<K: ColumnType>(&mut self, column: ColumnOf<T, K>, item: K::Read<'_>) {
        let at = T::SCHEMA
            .columns()
            .position(|declared| declared.name == column.name())
            .expect("a column of the table");
        K::push(&mut self.columns[at], item);
    }

    /// Adds what a row is about, of 2022/23 and state-funded schools, in the words of tables.
    ///
    /// # Panics
    /// When a word is not one of its list, or the table is not of places.
    pub fn key(&mut self, level: &str, code: &str, name: &str, phase: &str, provision: &str) {
        let [
            time_period,
            coverage,
            levels,
            codes,
            names,
            phases,
            provisions,
            ..,
        ] = &mut self.columns[..]
        else {
            panic!("a table of places")
        };
        Key::<AcademicYear>::push(time_period, year("202223"));
        Key::<Coverage>::push(coverage, Coverage::StateFunded);
        Key::<GeographicLevel>::push(levels, word(level));
        Key::<Text>::push(codes, code);
        Key::<Text>::push(names, name);
        Key::<PhaseCut>::push(phases, word(phase));
        Key::<ProvisionCut>::push(provisions, word(provision));
    }

    /// The table of the rows.
    pub fn finish(self) -> Table {
        Table::declared(T::SCHEMA, self.columns)
    }
}

/// A word of a closed list, as tables have it.
pub(super) fn word<W: for<'a> Worded<Read<'a> = W>>(text: &str) -> W {
    let value = W::KIND.parse(text).expect("a word of the list");
    W::read(&value).expect("of the type")
}

pub(super) fn year(text: &str) -> AcademicYear {
    text.parse().expect("a year")
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
