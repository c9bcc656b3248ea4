//! What withholding a count costs a reader.

use super::frame::Frame;
use super::layout::{BLOCK, BOTH, NEEDS, TOTAL, WITH_NEED, need_of};
use senlens_model::GeographicLevel;

/// What a count is worth to a reader, ten for a school's count of one need.
pub(crate) fn cost_of(frame: &Frame, cell: usize) -> u64 {
    let within = cell % BLOCK;
    let figure = match need_of(within) {
        None => 200,
        Some(TOTAL | WITH_NEED) => 60,
        Some(_) if within / NEEDS == BOTH => 14,
        Some(_) => 10,
    };
    let level = match frame.nodes[frame.node(cell)].place.0 {
        GeographicLevel::School => 1,
        GeographicLevel::District => 4,
        GeographicLevel::Quadrant => 8,
        GeographicLevel::LocalAuthority => 16,
        GeographicLevel::Regional | GeographicLevel::National => 64,
    };
    // A shown zero is worth keeping, and a large count tells more than a small one.
    let value = match frame.value[cell] {
        0 => 15,
        value => u64::from(value.clamp(0, 50).unsigned_abs()) / 10,
    };
    figure * level + value
}
