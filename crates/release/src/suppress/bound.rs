//! How cheap any choice of secondary suppressions could be: the gate's own choice is reported beside this.

use super::count_table::{CountTable, DisclosureStatus};
use super::layout::{BLOCK, BOTH, PLAN, SUPPORT, TOTAL, offset};
use crate::Why;

/// A cost that no choice can undercut. Where one sum holds exactly one count withheld for itself, at least one of its
/// others must go. Each such sum takes its due out of the cost of all its others together, so that the cost of a count
/// that several sums want is not taken twice (dual ascent: a solution of the dual of the linear programme of covering).
///
/// `is_asked` says whether a count must seem to have another value than its own.
pub(crate) fn cost_at_least(
    count_table: &CountTable,
    costs: &[u64],
    given: &[Option<Why>],
    is_asked: impl Fn(usize) -> bool,
) -> u64 {
    let mut left = costs.to_vec();
    let mut bound = 0;
    let mut sum = |cells: &[usize]| {
        if cells
            .iter()
            .any(|cell| count_table.status[*cell] == DisclosureStatus::Hidden)
        {
            return;
        }
        let mut withheld = cells.iter().filter(|cell| given[**cell].is_some());
        let (Some(only), None) = (withheld.next(), withheld.next()) else {
            return;
        };
        let free = || {
            cells
                .iter()
                .filter(|cell| count_table.status[**cell] == DisclosureStatus::Published && *cell != only)
        };
        if let Some(due) = free().map(|cell| left[*cell]).min().filter(|due| *due > 0)
            && is_asked(*only)
        {
            bound += due;
            for cell in free() {
                left[*cell] -= due;
            }
        }
    };
    for block in 0..count_table.node_of.len() {
        for need in count_table.present.iter().copied().chain([TOTAL]) {
            sum(&[SUPPORT, PLAN, BOTH].map(|provision| block * BLOCK + offset(provision, need)));
        }
    }
    for block in 0..count_table.node_of.len() {
        let units = &count_table.units_in[block];
        if units.len() < 2 {
            continue;
        }
        for within in 0..BLOCK {
            let whole = block * BLOCK + within;
            if count_table.status[whole] == DisclosureStatus::Hidden {
                continue;
            }
            let mut cells: Vec<usize> = units
                .iter()
                .map(|unit| count_table.units[*unit as usize].block * BLOCK + within)
                .collect();
            cells.push(whole);
            sum(&cells);
        }
    }
    bound
}
