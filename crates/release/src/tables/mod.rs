//! The tables of the contract, made from the rows of `compare` and `flags`: one file a table.

mod benchmarks;
mod contributions;
mod explanations;
mod flags;
mod funnel_limits;
mod key_columns;
mod ranks;
mod rates;

pub use benchmarks::benchmarks;
pub use contributions::contributions;
pub use explanations::explanations;
pub use flags::flags;
pub use funnel_limits::funnel_limits;
pub use ranks::ranks;
pub use rates::rates;
