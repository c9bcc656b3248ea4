//! Rows as codes: the fast way to the counts, for rows whose codes break no rule.
//!
//! In come columns of codes; out comes for each row the number its codes add up to, or word that the row must be looked
//! at in full. It knows neither files nor counts.

mod code_column;
mod coded_columns;
mod tables;

pub(crate) use code_column::{CodeColumn, NOWHERE, SchoolColumn, texts};
pub(crate) use coded_columns::CodedColumns;
pub(crate) use tables::{LOOK, SharedTables, Tables};
