//! Tables on disk: every released table as CSV for people and as Parquet for programs.

mod comma_separated;
mod parquet_file;

pub(crate) use comma_separated::write_csv;
pub(crate) use parquet_file::write_parquet;
