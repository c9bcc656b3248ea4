//! Two groups compared: tests of whether their shares differ and intervals for by how much.

mod difference;
mod fisher;
mod ratio;
mod score;
mod unconditional;
mod z;

pub use difference::{agresti_caffo, newcombe, wald};
pub use fisher::{Fisher, fisher, odds_ratio};
pub use ratio::{RatioTest, log_ratio, log_ratio_adjusted};
pub use score::{difference_score, ratio_score};
pub use unconditional::{barnard, boschloo};
pub use z::{Pooled, pooled};
