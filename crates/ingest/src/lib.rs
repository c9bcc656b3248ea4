//! Reads the Department's published tables, and pupil records, into checked counts.
//! In come paths and a layout found by a file's own header; out come [`Cells`](senlens_model::Cells) with an account
//! of every row, or a [`Screening`] of all that is wrong. It computes no rate and lets polars into no signature.

mod account;
mod audit;
mod benchmark;
pub mod cells_file;
mod counts;
mod decode;
mod error;
mod gathering;
mod header;
mod labels;
mod layout;
mod mapping;
mod neighbours;
mod note;
mod number;
mod open;
mod picker;
mod problem;
pub mod pupil;
mod reading;
mod schools;
mod structure;
mod table;

pub use account::RowAccount;
pub use audit::{AUDIT_COLUMNS, parse_audit, read_audit};
pub use benchmark::read_benchmark;
pub use decode::{Encoding, decode};
pub use error::Error;
pub use layout::{Detected, Layout, detect};
pub use mapping::{Constants, MappedColumns, Mapping};
pub use neighbours::{Neighbours, authority_key, read_neighbours};
pub use note::Note;
pub use open::{FileKind, Found, MOST_BYTES, MOST_FILES, Opened, TABLE_EXTENSIONS, open_each};
pub use problem::{Problem, Screening};
pub use reading::{ReadOptions, Reading};
pub use schools::read_schools;
