//! Counts to withhold for themselves: small ones, and those of which one school has nearly all.

use super::count_table::{CountTable, DisclosureStatus};
use super::layout::{BLOCK, ROLL};
use super::protect::ProtectionLevel;
use crate::Why;

/// Counts to withhold for themselves, in order.
pub(crate) fn primaries(
    count_table: &CountTable,
    protection: ProtectionLevel,
    dominance_percent: Option<u64>,
) -> Vec<(usize, Why)> {
    let mut primary = Vec::new();
    for cell in 0..count_table.value.len() {
        if count_table.status[cell] != DisclosureStatus::Published {
            continue;
        }
        let value = count_table.value[cell];
        if (protection.least..=protection.greatest).contains(&value) {
            primary.push((cell, Why::SmallCount));
        } else if dominance_percent.is_some_and(|percent| is_dominated(count_table, cell, percent)) {
            primary.push((cell, Why::Dominated));
        }
    }
    primary
}

/// Whether one school has more than a percent of an area's count.
fn is_dominated(count_table: &CountTable, cell: usize, percent: u64) -> bool {
    let (block, within) = (cell / BLOCK, cell % BLOCK);
    let units = &count_table.units_in[block];
    if count_table.nodes[count_table.node(cell)].coarse || units.len() < 2 || within == ROLL {
        return false;
    }
    let largest = units
        .iter()
        .map(|unit| count_table.value[count_table.units[*unit as usize].block * BLOCK + within])
        .max()
        .unwrap_or(0);
    i64::from(largest) * 100
        > i64::from(count_table.value[cell]) * i64::try_from(percent).expect("at most 100")
}
