//! Reads published tables into checked counts: tables of schools, tables of areas, statistical neighbours.
//! In come paths and a layout found by a file's own header; out come [`Cells`](senlens_model::Cells) with an account
//! of every row, or a [`Screening`](senlens_files::Screening) of all that is wrong. It computes no rate.

mod benchmark;
mod column_selector;
mod counts;
mod labels;
mod layout;
mod long_table;
mod look_alikes;
mod mapping;
mod neighbours;
mod number;
mod read_options;
mod register_of_schools;
mod row_authority;
mod schools;
mod table;

pub use benchmark::read_benchmark;
pub use layout::{Detected, Layout, detect};
pub use look_alikes::Publication;
pub use mapping::{Constants, MappedColumns, Mapping};
pub use neighbours::{Neighbours, read_neighbours};
pub use read_options::ReadOptions;
pub use register_of_schools::{SchoolList, read_school_list};
pub use schools::read_schools;
