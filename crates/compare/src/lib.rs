//! Who is compared with whom: counted cells and published benchmarks in, rates and benchmarks for every area out.
//! Every figure keeps the counts it was made of, and no figure is judged here.

mod base;
mod benchmark_row;
mod comparator;
mod key;
mod position;
mod rate_row;

pub use base::Base;
pub use benchmark_row::BenchmarkRow;
pub use comparator::{Adjustment, Comparator, Stratum};
pub use key::Key;
pub use position::Position;
pub use rate_row::RateRow;
