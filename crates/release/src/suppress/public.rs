//! What public totals say of counts whatever is withheld.

use super::count_table::{CountTable, DisclosureStatus};
use super::layout::{
    AREA_SLOTS, BLOCK, BOTH, NEEDS, STATE_FUNDED, TOTAL, WITH_NEED, is_type, need_of, offset,
};

/// Blocks that count the very schools of a block of a public place: the only schools of their phase there.
pub(super) fn known_blocks(count_table: &CountTable) -> Vec<bool> {
    let mut known = vec![false; count_table.node_of.len()];
    for node in count_table
        .nodes
        .iter()
        .filter(|node| node.public && !node.coarse)
    {
        for slot in 0..AREA_SLOTS {
            let whole = &count_table.units_in[node.first + slot];
            let Some(first) = whole.first() else { continue };
            let unit = &count_table.units[*first as usize];
            known[unit.block] |= whole.len() == 1 && unit.block != node.first + slot;
            for area in &unit.ancestors {
                for of_area in &unit.slots {
                    let block = count_table.block(*area, *of_area);
                    known[block] |= *whole == count_table.units_in[block] && !count_table.nodes[*area].public;
                }
            }
        }
    }
    known
}

/// What public totals alone say of a count: in each phase no more than the public total less what is known of
/// others, no less than what is known of its own, and all of it where no other place has such schools.
pub(super) fn public_range(count_table: &CountTable, known_blocks: &[bool], cell: usize) -> (i32, i32) {
    let within = cell % BLOCK;
    let units = &count_table.units_in[cell / BLOCK];
    let (mut low, mut high) = (0, i32::MAX);
    let mut area = count_table.nodes[count_table.node(cell)].parent;
    while let Some(above) = area {
        area = count_table.nodes[above].parent;
        if !count_table.nodes[above].public {
            continue;
        }
        let (mut least, mut most) = (0, 0_i32);
        // Units are in order of place; their phases are few.
        let mut phases: Vec<Option<usize>> = units
            .iter()
            .map(|unit| count_table.units[*unit as usize].phase)
            .collect();
        phases.sort_unstable();
        phases.dedup();
        for phase in phases {
            let block = count_table.block(above, phase.unwrap_or(STATE_FUNDED));
            let own = units
                .iter()
                .filter(|unit| count_table.units[**unit as usize].phase == phase);
            let known = |units: &mut dyn Iterator<Item = &u32>| -> i32 {
                units
                    .filter(|unit| known_blocks[count_table.units[**unit as usize].block])
                    .map(|unit| {
                        count_table.value[count_table.units[*unit as usize].block * BLOCK + within].max(0)
                    })
                    .sum()
            };
            let all = &count_table.units_in[block];
            let inside = known(&mut own.clone());
            let outside = known(&mut all.iter()) - inside;
            let public = |within: usize| {
                let at = block * BLOCK + within;
                (count_table.status[at] == DisclosureStatus::Fixed).then(|| count_table.value[at])
            };
            let total = public(within);
            least += match total {
                Some(total) if own.clone().count() == all.len() => total,
                _ => inside,
            };
            let mut of_phase = total.map_or(i32::MAX, |total| total - outside);
            if let Some(need) = need_of(within) {
                let wider = [need, TOTAL, if is_type(need) { WITH_NEED } else { TOTAL }];
                for provision in [within / NEEDS, BOTH] {
                    for need in wider {
                        of_phase = of_phase.min(public(offset(provision, need)).unwrap_or(i32::MAX));
                    }
                }
            }
            most = most.saturating_add(of_phase);
        }
        (low, high) = (low.max(least), high.min(most));
    }
    (low, high)
}
