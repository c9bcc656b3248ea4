//! Counts to withhold for themselves: small ones, and those of which one school has nearly all.

use super::frame::{Frame, Standing};
use super::layout::{BLOCK, ROLL};
use super::protect::Asked;
use crate::Why;

/// Counts to withhold for themselves, in order.
pub(crate) fn primaries(frame: &Frame, asked: Asked, dominance_percent: Option<u64>) -> Vec<(usize, Why)> {
    let mut primary = Vec::new();
    for cell in 0..frame.value.len() {
        if frame.standing[cell] != Standing::Published {
            continue;
        }
        let value = frame.value[cell];
        if (asked.least..=asked.greatest).contains(&value) {
            primary.push((cell, Why::SmallCount));
        } else if dominance_percent.is_some_and(|percent| is_dominated(frame, cell, percent)) {
            primary.push((cell, Why::Dominated));
        }
    }
    primary
}

/// Whether one school has more than a percent of an area's count.
fn is_dominated(frame: &Frame, cell: usize, percent: u64) -> bool {
    let (block, within) = (cell / BLOCK, cell % BLOCK);
    let units = &frame.units_in[block];
    if frame.nodes[frame.node(cell)].coarse || units.len() < 2 || within == ROLL {
        return false;
    }
    let largest = units
        .iter()
        .map(|unit| frame.value[frame.units[*unit as usize].block * BLOCK + within])
        .max()
        .unwrap_or(0);
    i64::from(largest) * 100 > i64::from(frame.value[cell]) * i64::try_from(percent).expect("at most 100")
}
