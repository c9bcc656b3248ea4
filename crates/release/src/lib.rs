//! The gate: tables and findings in, `Released` tables out, with a record of what was withheld and why.
//! Only this crate can make a [`Released`], and `report` accepts nothing else. It draws nothing.

mod cell;
mod declare;
mod earlier;
mod error;
mod gate;
mod mask;
mod policy;
mod publication;
mod record;
mod released;
mod structure;
mod suppress;
mod table;
pub mod tables;

pub use cell::{Cell, Why};
pub use declare::{
    CodedColumn, ColumnKind, ColumnOf, ColumnSchema, ColumnType, Count, Declared, Disclosure, Key, Number,
    Recipe, Role, TableSchema, Text, Unit, Value, ValueKind, Word, Worded, YesNo,
};
pub use earlier::{EarlierCounts, EarlierError};
pub use error::ReleaseError;
pub use gate::{release, release_published};
pub use mask::WITHHELD_WORD;
pub use policy::{Exception, Policy, PolicyError, PolicyRules, ProtectedKind, Rounding, Zeros};
pub use publication::{About, PUBLIC_VERDICT, Publication, SourceNote};
pub use record::{CountsRecord, ReleaseRecord, TableRecord};
pub use released::Released;
pub use senlens_compare::{Adjustment, Base, Comparator, FlaggingRule, Position, Spread, Stratum};
pub use senlens_flags::joint::Variation;
pub use senlens_flags::{Explanation, Level, RuleId};
/// For whom a run writes.
pub use senlens_model::Audience;
pub use structure::{Sources, Structure};
pub use table::{Column, ColumnData, Table, TableOf};
