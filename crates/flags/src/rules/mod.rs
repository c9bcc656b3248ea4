//! The rules, one file each. Each lists its evidence, its source and the cases it passes over in silence.

mod substitution;

pub use substitution::{SUBSTITUTION, substitution};
