//! What withholding a count costs a reader.

use super::count_table::CountTable;
use super::layout::{BLOCK, BOTH, NEEDS, STATE_FUNDED, TOTAL, WITH_NEED, need_of};
use senlens_model::{GeographicLevel, Need};

/// The needs that the question is about.
const ASKED_AFTER: [Need; 3] = [Need::Mld, Need::Slcn, Need::Semh];

/// What a count is worth to a reader, ten for a school's count of a need at one provision. An area's counts over all
/// phases are what papers are written about: they are worth many of one phase.
pub(crate) fn cost_of(count_table: &CountTable, cell: usize) -> u64 {
    let within = cell % BLOCK;
    let asked_after = |need: usize| ASKED_AFTER.iter().any(|protection| protection.index() == need);
    let figure = match need_of(within) {
        None => 200,
        Some(TOTAL | WITH_NEED) => 60,
        Some(need) if within / NEEDS == BOTH => 14 + if asked_after(need) { 14 } else { 0 },
        Some(need) => 10 + if asked_after(need) { 4 } else { 0 },
    };
    let all_phases = count_table.slot(cell) >= STATE_FUNDED;
    let level = match count_table.nodes[count_table.node(cell)].place.0 {
        GeographicLevel::School => 1,
        GeographicLevel::District => [4, 20][usize::from(all_phases)],
        GeographicLevel::Quadrant => [8, 40][usize::from(all_phases)],
        GeographicLevel::LocalAuthority => [16, 80][usize::from(all_phases)],
        GeographicLevel::Regional | GeographicLevel::National => 400,
    };
    // A shown zero is worth keeping, and a large count tells more than a small one.
    let value = match count_table.value[cell] {
        0 => 15,
        value => u64::from(value.clamp(0, 50).unsigned_abs()) / 10,
    };
    figure * level + value
}
