//! The declaration of a table and its columns.

use super::disclosure::Disclosure;
use super::kind::ColumnKind;
use super::role::Role;
use super::unit::Unit;
use crate::tables::KEY_COLUMNS;
use std::marker::PhantomData;

/// A column as its table declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSchema {
    /// Its name, which programs that read the table rely on.
    pub name: &'static str,
    /// What its rows hold.
    pub kind: ColumnKind,
    /// What they are in.
    pub unit: Unit,
    /// What it has to do with counts of pupils.
    pub role: Role,
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

/// A table as its file declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSchema {
    /// Its name, which is also its file's: programs that read the table rely on it.
    pub name: &'static str,
    /// What it tells, and what one row is about.
    pub meaning: &'static str,
    /// How the gate judges its rows.
    pub disclosure: Disclosure,
    /// Whether it begins with the columns that say year, coverage, place, phase and provision.
    pub has_key: bool,
    /// Its own columns, after those.
    pub own: &'static [ColumnSchema],
}

impl TableSchema {
    /// Every column, in order.
    pub fn columns(&self) -> impl Iterator<Item = &'static ColumnSchema> {
        let key: &'static [ColumnSchema] = if self.has_key { &KEY_COLUMNS } else { &[] };
        key.iter().chain(self.own)
    }
}

/// A table that declares itself, as a type.
pub trait Declared {
    /// The declaration.
    const SCHEMA: &'static TableSchema;
}

/// A column of a table, as a type: what to ask a row for.
#[derive(Debug)]
pub struct ColumnOf<T, K> {
    pub(crate) name: &'static str,
    types: PhantomData<fn() -> (T, K)>,
}

impl<T, K> Clone for ColumnOf<T, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, K> Copy for ColumnOf<T, K> {}

impl<T, K> ColumnOf<T, K> {
    /// The column of a name: for the declaration of a table alone.
    #[doc(hidden)]
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            types: PhantomData,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.name
    }
}
