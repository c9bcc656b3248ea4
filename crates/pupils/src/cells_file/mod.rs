//! Counted cells as a file: count once, analyse often.
//!
//! In come cells, or a file of them (Parquet or CSV, by us or by an SQL engine that ran [`cells_query`]); out come the
//! file, or the same cells. Such a file holds counts of pupils as they are: it says of itself that it is internal, and
//! what is read from it is of [`SourceKind::Pupils`](senlens_model::SourceKind::Pupils) unless it says otherwise, so
//! that whatever is made of it for the public goes through the gate.

mod column;
mod fields;
mod places;
mod query;
mod read;
mod schema;
mod write;

pub use query::{Dialect, NoSuchDialect, cells_query};
pub use read::{is_cells_file, read_cells};
pub use schema::{ColumnOfCells, columns_of_cells};
pub use write::write_cells;

/// What a cells file is, beside its marking.
pub const ABOUT_CELLS: &str = "counts of pupils as they are, nothing withheld";

/// The keys of what a Parquet file of cells says of itself.
pub(crate) mod says {
    pub(crate) const MARKING: &str = "senlens.marking";
    pub(crate) const ABOUT: &str = "senlens.about";
    pub(crate) const KIND: &str = "senlens.kind";
    pub(crate) const DIMENSIONS: &str = "senlens.dimensions";
}
