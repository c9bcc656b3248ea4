//! Reads the Department's published tables, and pupil records, into checked counts.
//! In come paths and a layout found by a file's own header; out come [`Cells`](senlens_model::Cells) with an account
//! of every row, or a [`Screening`] of all that is wrong. It computes no rate and lets polars into no signature.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the readers, which come next, reject with it")
)]
mod account;
mod decode;
mod error;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the readers, which come next, count with it")
)]
mod note;
mod open;
mod problem;

pub use account::RowAccount;
pub use decode::{Encoding, decode};
pub use error::Error;
pub use note::Note;
pub use open::{FileKind, Found, MOST_BYTES, MOST_FILES, Opened, TABLE_EXTENSIONS, open_each};
pub use problem::{Problem, Screening};
