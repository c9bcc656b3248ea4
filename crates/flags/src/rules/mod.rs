//! The rules, one file each. Each lists its evidence, its source and the cases it passes over in silence.

mod masking;
mod substitution;

pub use masking::{MASKING, Masking, SensitivityFinding, masking};
pub use substitution::{SUBSTITUTION, substitution};
