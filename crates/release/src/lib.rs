//! The gate: tables and findings in, `Released` tables out, with a record of what was withheld and why.
//! Only this crate can make a [`Released`], and `report` accepts nothing else. It draws nothing.

mod cell;
mod error;
mod gate;
mod judged;
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
pub use error::ReleaseError;
pub use gate::{release, release_published};
pub use mask::WITHHELD_WORD;
pub use policy::{Exception, Policy, PolicyError, PolicyRules, ProtectedKind, Rounding, Zeros};
pub use publication::{About, PUBLIC_VERDICT, PartNote, Publication, SourceNote};
pub use record::{CountsRecord, ReleaseRecord, TableRecord};
pub use released::Released;
/// For whom a run writes.
pub use senlens_model::Audience;
pub use structure::{PlaceCode, Sources, Structure};
pub use table::{Column, ColumnData, Table, TextColumn};
