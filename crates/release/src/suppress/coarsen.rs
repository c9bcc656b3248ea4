//! The last resort: where no choice of single counts was found to protect one, every count of its phase goes.
//!
//! Beneath a place whose counts are public (or beneath the topmost place), a reader is then left with the public totals
//! of that phase alone, to which no release can add. Rolls stand in the register of schools and stay.

use super::frame::{Frame, Standing};
use super::layout::{BLOCK, ROLL};
use std::collections::BTreeSet;

/// Phases that go whole beneath a place.
#[derive(Debug, Default)]
pub(super) struct Whole(BTreeSet<(usize, Option<usize>)>);

impl Whole {
    /// Adds the phases that a count counts.
    pub(super) fn take(&mut self, frame: &Frame, cell: usize) {
        let top = top_of(frame, frame.node(cell));
        for unit in &frame.units_in[cell / BLOCK] {
            self.0.insert((top, frame.units[*unit as usize].phase));
        }
    }

    /// Whether all that a count counts goes: a reader has the public totals alone, and no choice could leave them less. A
    /// total of which other phases still stand is none of these.
    pub(super) fn covers(&self, frame: &Frame, cell: usize) -> bool {
        let units = &frame.units_in[cell / BLOCK];
        !self.0.is_empty()
            && !units.is_empty()
            && units.iter().all(|unit| {
                let unit = &frame.units[*unit as usize];
                self.0.contains(&(top_of(frame, unit.node), unit.phase))
            })
    }

    /// Every count that goes with them, with repeats.
    pub(super) fn cells(&self, frame: &Frame) -> Vec<usize> {
        let mut cells = Vec::new();
        for unit in &frame.units {
            if !self.0.contains(&(top_of(frame, unit.node), unit.phase)) {
                continue;
            }
            let areas = unit.ancestors.iter().flat_map(|area| {
                unit.slots
                    .iter()
                    .map(|slot| frame.block(*area, *slot))
                    .collect::<Vec<_>>()
            });
            for block in areas.chain([unit.block]) {
                let counts = (0..BLOCK).filter(|within| *within != ROLL);
                cells.extend(
                    counts
                        .map(|within| block * BLOCK + within)
                        .filter(|cell| frame.standing[*cell] == Standing::Published),
                );
            }
        }
        cells
    }
}

/// The nearest public place above a place, or the topmost; a public place itself is its own.
fn top_of(frame: &Frame, node: usize) -> usize {
    let mut top = node;
    while !frame.nodes[top].public
        && let Some(parent) = frame.nodes[top].parent
    {
        top = parent;
    }
    top
}

#[cfg(test)]
mod tests {
    use super::Whole;
    use crate::structure::Structure;
    use crate::suppress::frame::{Frame, Standing};
    use crate::suppress::layout::{BLOCK, BOTH, ROLL, STATE_FUNDED, TOTAL, offset};
    use senlens_model::{GeographicLevel, Phase};
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn a_phase_goes_whole_and_rolls_and_other_phases_stay() {
        let area = (GeographicLevel::LocalAuthority, "E10000001".to_owned());
        let schools = ["1", "2", "3"].map(|code| (GeographicLevel::School, code.to_owned()));
        let mut structure = Structure::default();
        structure.is_public(area.clone());
        for school in &schools {
            structure.lies_in(school.clone(), area.clone());
        }
        let places: BTreeSet<_> = schools.iter().cloned().chain([area]).collect();
        let mut frame = Frame::new(&places, &structure).expect("a tree");
        let phase = |wanted: Phase| {
            Phase::ALL
                .iter()
                .position(|phase| *phase == wanted)
                .expect("a phase")
        };
        let mut phases = BTreeMap::new();
        for (node, wanted) in frame
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
            let block = frame.block(*node, STATE_FUNDED);
            frame.enter(block * BLOCK + offset(BOTH, TOTAL), 3).expect("new");
            frame.enter(block * BLOCK + ROLL, 90).expect("new");
        }
        frame.close(&phases).expect("it adds up");
        let nodes: Vec<usize> = phases.keys().copied().collect();
        let total = |node: usize| frame.block(node, STATE_FUNDED) * BLOCK + offset(BOTH, TOTAL);
        assert_eq!(frame.standing[total(nodes[0])], Standing::Published);
        let mut whole = Whole::default();
        assert!(!whole.covers(&frame, total(nodes[0])));
        whole.take(&frame, total(nodes[0]));
        assert_eq!(whole.cells(&frame), [total(nodes[0]), total(nodes[1])]);
        let covered = nodes.iter().map(|node| whole.covers(&frame, total(*node)));
        assert_eq!(covered.collect::<Vec<_>>(), [true, true, false]);
        // The area's total of all phases counts the primary school, too.
        let of_area = (0..frame.nodes.len())
            .find(|node| !frame.nodes[*node].coarse)
            .expect("an area");
        assert!(!whole.covers(&frame, total(of_area)));
    }
}
