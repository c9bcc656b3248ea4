//! The last resort: where no choice of single counts protects one, every count of its phase is withheld.
//!
//! Beneath a place whose counts are public (or beneath the topmost place), a reader is then left with the public totals
//! of that phase alone, to which no release can add. Rolls stand in the register of schools and stay.

use super::count_table::{CountTable, DisclosureStatus};
use super::layout::{BLOCK, ROLL};
use std::collections::BTreeSet;

/// Phases that go whole beneath a place.
#[derive(Debug, Default)]
pub(super) struct SuppressedPhases(BTreeSet<(usize, Option<usize>)>);

impl SuppressedPhases {
    /// Adds the phases that a count counts.
    pub(super) fn take(&mut self, count_table: &CountTable, cell: usize) {
        let top = top_of(count_table, count_table.node(cell));
        for unit in &count_table.units_in[cell / BLOCK] {
            self.0.insert((top, count_table.units[*unit as usize].phase));
        }
    }

    /// Whether all that a count counts goes: a reader has the public totals alone, and no choice could leave them less. A
    /// total of which other phases still stand is none of these.
    pub(super) fn covers(&self, count_table: &CountTable, cell: usize) -> bool {
        let units = &count_table.units_in[cell / BLOCK];
        !self.0.is_empty()
            && !units.is_empty()
            && units.iter().all(|unit| {
                let unit = &count_table.units[*unit as usize];
                self.0.contains(&(top_of(count_table, unit.node), unit.phase))
            })
    }

    /// Every count that goes with them, with repeats.
    pub(super) fn cells(&self, count_table: &CountTable) -> Vec<usize> {
        let mut cells = Vec::new();
        for unit in &count_table.units {
            if !self.0.contains(&(top_of(count_table, unit.node), unit.phase)) {
                continue;
            }
            let areas = unit.ancestors.iter().flat_map(|area| {
                unit.slots
                    .iter()
                    .map(|slot| count_table.block(*area, *slot))
                    .collect::<Vec<_>>()
            });
            for block in areas.chain([unit.block]) {
                let counts = (0..BLOCK).filter(|within| *within != ROLL);
                cells.extend(
                    counts
                        .map(|within| block * BLOCK + within)
                        .filter(|cell| count_table.status[*cell] == DisclosureStatus::Published),
                );
            }
        }
        cells
    }
}

/// The nearest public place above a place, or the topmost; a public place itself is its own.
fn top_of(count_table: &CountTable, node: usize) -> usize {
    let mut top = node;
    while !count_table.nodes[top].public
        && let Some(parent) = count_table.nodes[top].parent
    {
        top = parent;
    }
    top
}

#[cfg(test)]
mod tests {
    use super::SuppressedPhases;
    use crate::structure::Structure;
    use crate::suppress::count_table::{CountTable, DisclosureStatus};
    use crate::suppress::layout::{BLOCK, BOTH, ROLL, STATE_FUNDED, TOTAL, offset};
    use senlens_model::{AreaFile, Geography, Phase, Place, School};
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn a_phase_goes_whole_and_rolls_and_other_phases_stay() {
        let area = AreaFile::built_in("kent").expect("built in");
        let schools = ["100001", "100002", "100003"].map(|urn| School {
            urn: urn.parse().expect("a number"),
            laestab: None,
            name: format!("School {urn}"),
            phase: Phase::Special,
            la_code: area.la_code,
            la_name: area.name.clone(),
            la_area_code: None,
            region_code: None,
            region_name: None,
            district_code: None,
            district_name: None,
            specialist: None,
        });
        let geography = Geography::new(&area, &schools);
        let area = geography.authority().place_code();
        let schools = schools.map(|school| Place::of_school(&school).place_code());
        let mut structure = Structure::new(geography);
        structure.is_public(area.clone());
        let places: BTreeSet<_> = schools.into_iter().chain([area]).collect();
        let mut count_table = CountTable::new(&places, &structure).expect("a tree");
        let phase = |wanted: Phase| {
            Phase::ALL
                .iter()
                .position(|phase| *phase == wanted)
                .expect("a phase")
        };
        let mut phases = BTreeMap::new();
        for (node, wanted) in count_table
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.coarse)
            .map(|(n, _)| n)
            .zip([Phase::Special, Phase::Special, Phase::Primary])
        {
            phases.insert(node, phase(wanted));
        }
        for node in phases.keys() {
            let block = count_table.block(*node, STATE_FUNDED);
            count_table
                .enter(block * BLOCK + offset(BOTH, TOTAL), 3)
                .expect("new");
            count_table.enter(block * BLOCK + ROLL, 90).expect("new");
        }
        count_table.close(&phases).expect("it adds up");
        let nodes: Vec<usize> = phases.keys().copied().collect();
        let total = |node: usize| count_table.block(node, STATE_FUNDED) * BLOCK + offset(BOTH, TOTAL);
        assert_eq!(count_table.status[total(nodes[0])], DisclosureStatus::Published);
        let mut whole = SuppressedPhases::default();
        assert!(!whole.covers(&count_table, total(nodes[0])));
        whole.take(&count_table, total(nodes[0]));
        assert_eq!(whole.cells(&count_table), [total(nodes[0]), total(nodes[1])]);
        let covered = nodes.iter().map(|node| whole.covers(&count_table, total(*node)));
        assert_eq!(covered.collect::<Vec<_>>(), [true, true, false]);
        // The area's total of all phases counts the primary school, too.
        let of_area = (0..count_table.nodes.len())
            .find(|node| !count_table.nodes[*node].coarse)
            .expect("an area");
        assert!(!whole.covers(&count_table, total(of_area)));
    }
}
