//! Invents returns with known truth: a seed and published margins come in, realistic counts go out that belong to
//! no real pupil.

pub mod county;
pub mod pupils;
pub mod scenario;
