//! How cheap any choice of secondary suppressions could be: the gate's own choice is reported beside this.

use super::cost::cost_of;
use super::frame::{Frame, Standing};
use super::layout::{BLOCK, BOTH, PLAN, SUPPORT, offset};
use crate::Why;

/// A cost that no choice can undercut: where one sum holds exactly one count withheld for itself, at least one of its
/// others must go; sums that share none of these others are counted each.
pub(crate) fn cost_at_least(frame: &Frame, why: &[Option<Why>]) -> u64 {
    let mut counted = vec![false; frame.value.len()];
    let mut bound = 0;
    let primary = |cell: usize| matches!(why[cell], Some(Why::SmallCount | Why::Dominated));
    let mut sum = |cells: &[usize]| {
        if cells.iter().any(|cell| frame.standing[*cell] == Standing::Hidden) {
            return;
        }
        if cells.iter().filter(|cell| primary(**cell)).count() != 1 {
            return;
        }
        let others = || cells.iter().filter(|cell| !primary(**cell));
        if others().any(|cell| counted[*cell]) {
            return;
        }
        let free = others().filter(|cell| frame.standing[**cell] == Standing::Published);
        if let Some(least) = free.map(|cell| cost_of(frame, *cell)).min() {
            bound += least;
            for cell in cells.iter().filter(|cell| !primary(**cell)) {
                counted[*cell] = true;
            }
        }
    };
    for block in 0..frame.node_of.len() {
        for need in frame.present.iter().copied().chain([super::layout::TOTAL]) {
            sum(&[SUPPORT, PLAN, BOTH].map(|provision| block * BLOCK + offset(provision, need)));
        }
    }
    for block in 0..frame.node_of.len() {
        let units = &frame.units_in[block];
        if units.len() < 2 {
            continue;
        }
        for within in 0..BLOCK {
            let whole = block * BLOCK + within;
            if frame.standing[whole] == Standing::Hidden {
                continue;
            }
            let mut cells: Vec<usize> = units
                .iter()
                .map(|unit| frame.units[*unit as usize].block * BLOCK + within)
                .collect();
            cells.push(whole);
            sum(&cells);
        }
    }
    bound
}
