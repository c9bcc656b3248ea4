//! Takes a seed and published margins; gives invented schools and pupils in every input layout, with the truth of what
//! was planted. None of them is real.

pub mod county;
pub mod pupils;
pub mod random;
pub mod scenario;
mod wide_columns;
