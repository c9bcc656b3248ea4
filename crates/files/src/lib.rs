//! Opens what a user points at and says what is wrong with it. It knows no school.
//! In come paths; out come bytes, text and column names, with [`Problem`]s that name their place and accounts of rows.

mod account;
mod csv_shape;
mod decode;
mod error;
mod header;
mod header_row;
mod note;
mod open;
mod problem;
mod read;
mod reading;
mod utf16;
mod workbook;

pub use account::RowAccount;
pub use csv_shape::{CsvShape, SetAside, Span};
pub use decode::{Encoding, decode};
pub use error::Error;
pub use header::Header;
pub use header_row::{MOST_TITLES, has_bare_returns, separator};
pub use note::{Note, counted, grouped};
pub use open::{FileKind, Found, MOST_BYTES, MOST_FILES, Opened, TABLE_EXTENSIONS, open_each};
pub use problem::{Problem, Screening, shortened, without_controls};
pub use read::{files_in, is_no_pipe, is_wanted, open_file, read_file, sha256_of, sha256_of_bytes};
pub use reading::Reading;
pub use utf16::{Utf16Reader, utf16_of};
pub use workbook::{Sheet, is_workbook, sheets, table_text};
