//! The gate: tables and findings in, `Released` tables out, with a record of what was withheld and why.
//! Only this crate can make a [`Released`], and `report` accepts nothing else. It draws nothing.

mod cell;
mod gate;
mod publication;
mod released;
mod table;
pub mod tables;

pub use cell::{Cell, Why};
pub use gate::release_published;
pub use publication::{About, Audience, PartNote, Publication, SourceNote};
pub use released::Released;
pub use table::{Column, ColumnData, Table, TextColumn};
