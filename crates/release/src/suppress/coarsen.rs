//! The last resort: where no choice of single counts was found to protect one, every count of its phase goes.
//!
//! Beneath a place whose counts are public (or beneath the topmost place), a reader is then left with the public totals
//! of that phase alone, to which no release can add. Rolls stand in the register of schools and stay.

use super::frame::{Frame, Standing};
use super::layout::{BLOCK, ROLL};
use super::protect::Pattern;
use crate::Why;
use std::collections::BTreeSet;

/// Withholds the phases of counts that nothing else protects; gives how many counts that took.
pub(super) fn coarsen(frame: &Frame, pattern: &mut Pattern) -> u64 {
    let mut whole: BTreeSet<(usize, Option<usize>)> = BTreeSet::new();
    for cell in std::mem::take(&mut pattern.unprotected) {
        let top = top_of(frame, frame.node(cell));
        for unit in &frame.units_in[cell / BLOCK] {
            whole.insert((top, frame.units[*unit as usize].phase));
        }
    }
    let mut taken = 0;
    for unit in &frame.units {
        if !whole.contains(&(top_of(frame, unit.node), unit.phase)) {
            continue;
        }
        let areas = unit.ancestors.iter().flat_map(|area| {
            unit.slots
                .iter()
                .map(|slot| frame.block(*area, *slot))
                .collect::<Vec<_>>()
        });
        for block in areas.chain([unit.block]) {
            for within in (0..BLOCK).filter(|within| *within != ROLL) {
                let cell = block * BLOCK + within;
                if frame.standing[cell] == Standing::Published && pattern.why[cell].is_none() {
                    pattern.why[cell] = Some(Why::Protects);
                    taken += 1;
                }
            }
        }
    }
    taken
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
    use super::coarsen;
    use crate::Why;
    use crate::structure::Structure;
    use crate::suppress::frame::{Frame, Standing};
    use crate::suppress::layout::{BLOCK, BOTH, ROLL, STATE_FUNDED, TOTAL, offset};
    use crate::suppress::protect::Pattern;
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
        let mut pattern = Pattern {
            why: vec![None; frame.value.len()],
            unprotected: vec![total(nodes[0])],
            bounded: Vec::new(),
            ambiguous: Vec::new(),
            cost: 0,
        };
        assert_eq!(frame.standing[total(nodes[0])], Standing::Published);
        assert_eq!(coarsen(&frame, &mut pattern), 2);
        let why = nodes
            .iter()
            .map(|node| pattern.why[total(*node)])
            .collect::<Vec<_>>();
        assert_eq!(why, [Some(Why::Protects), Some(Why::Protects), None]);
        assert_eq!(pattern.why[frame.block(nodes[0], 0) * BLOCK + ROLL], None);
        assert!(pattern.unprotected.is_empty());
    }
}
