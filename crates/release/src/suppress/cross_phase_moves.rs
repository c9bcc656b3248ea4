//! Moves that leave the totals of all phases as they are: what one place's school of a phase gains, its school of another
//! phase loses, and another place's schools the other way round. Dearer in schools, but districts and quadrants keep their
//! totals, which is what papers are written about.

use super::cheapest::{Found, Own, Reader, keep_better};
use super::count_table::{CountTable, Unit};
use super::layout::{BLOCK, STATE_FUNDED};
use super::moves::Signed;
use super::protect::Search;

/// Units of an area tried, and units of other phases beside each.
const UNITS: usize = 24;
/// Partners tried for each.
const PARTNERS: usize = 40;
/// Changes kept of those that a pair of units allows.
const CHANGES: usize = 6;

/// A change that a pair of units of two phases allows.
struct CrossPhaseMove {
    own: Own,
    /// The second unit, and its phase.
    other: u32,
    phase: Option<usize>,
}

impl Search<'_> {
    /// Whether a move newly withholds a total of all phases.
    pub(super) fn costs_a_total(&self, found: &Found) -> bool {
        found.cost > 0
            && found
                .blocks
                .iter()
                .any(|(block, _)| self.is_total(*block as usize))
    }

    fn is_total(&self, block: usize) -> bool {
        let node = &self.count_table.nodes[self.count_table.node_of[block] as usize];
        !node.coarse && block - node.first >= STATE_FUNDED
    }

    /// Looks for a cheaper move that leaves totals of all phases as they are.
    pub(super) fn move_across_phases(
        &self,
        cell: usize,
        direction: i32,
        wanted: i32,
        reader: Reader,
        best: &mut Option<Found>,
    ) {
        let count_table = self.count_table;
        let (block, within) = (cell / BLOCK, cell % BLOCK);
        if self.is_total(block) {
            return;
        }
        let target = count_table.node(cell);
        let coarse = count_table.nodes[target].coarse;
        for number in count_table.units_in[block].iter().take(UNITS) {
            let unit = &count_table.units[*number as usize];
            let Some(phase) = unit.phase else { continue };
            let cross_phase = &self.cross_phase.units[*number as usize];
            let mut inner_area: Option<usize> = None;
            for area in &unit.ancestors {
                let outside_target = coarse
                    || unit.ancestors.iter().position(|each| *each == target)
                        < unit.ancestors.iter().position(|each| each == area);
                // Within one district no total changes anyway.
                let changes_totals = inner_area.is_some() || !count_table.nodes[unit.node].coarse;
                if outside_target && changes_totals && !cross_phase.is_empty() {
                    let limit = best.as_ref().map_or(u64::MAX, |best| best.cost);
                    let own_side = self.cross_phase.side(count_table, *number as usize, *area, 1);
                    let candidates = self.candidates(
                        (within, coarse, direction, wanted),
                        own_side,
                        cross_phase,
                        *area,
                        limit,
                        reader,
                    );
                    let ring = &count_table.units_in[count_table.block(*area, phase)];
                    let start = ring.partition_point(|other| other <= number);
                    let partners = ring[start..].iter().chain(&ring[..start]).filter(|other| {
                        let other = &count_table.units[**other as usize];
                        other.block != unit.block
                            && inner_area.is_none_or(|of_move| !other.ancestors.contains(&of_move))
                    });
                    for partner in partners.take(PARTNERS) {
                        self.with_partner(&candidates, own_side, *partner, *area, reader, best);
                    }
                }
                inner_area = Some(*area);
            }
        }
    }

    /// The cheapest changes that a unit allows with one of another phase beside it.
    fn candidates(
        &self,
        (within, coarse, direction, wanted): (usize, bool, i32, i32),
        own_side: &[Signed],
        cross_phase: &[u32],
        area: usize,
        limit: u64,
        reader: Reader,
    ) -> Vec<CrossPhaseMove> {
        let mut candidates: Vec<CrossPhaseMove> = Vec::new();
        for (of_move, sign) in self.moves.changing(within, coarse, true) {
            let (of_move, toward) = (*of_move as usize, direction * i32::from(*sign));
            let Some((step, cost)) = self.price(own_side, of_move, toward, wanted, limit, reader) else {
                continue;
            };
            let with_other = |other: &u32| {
                let side = self.cross_phase.side(self.count_table, *other as usize, area, -1);
                let (step, more) = self.price(side, of_move, toward, step, limit - cost, reader)?;
                let own = Own {
                    of_move,
                    toward,
                    step,
                    cost: cost + more,
                };
                Some(CrossPhaseMove {
                    own,
                    phase: self.count_table.units[*other as usize].phase,
                    other: *other,
                })
            };
            candidates.extend(
                cross_phase
                    .iter()
                    .filter_map(with_other)
                    .min_by_key(|candidate| (candidate.own.cost, -candidate.own.step)),
            );
        }
        candidates.sort_by_key(|candidate| (candidate.own.cost, -candidate.own.step));
        candidates.truncate(CHANGES);
        candidates
    }

    /// Tries each change with a partner and one of the other phase beside it.
    fn with_partner(
        &self,
        candidates: &[CrossPhaseMove],
        own_side: &[Signed],
        partner: u32,
        area: usize,
        reader: Reader,
        best: &mut Option<Found>,
    ) {
        let count_table = self.count_table;
        let partner_side = self.cross_phase.side(count_table, partner as usize, area, -1);
        let cross_phase = &self.cross_phase.units[partner as usize];
        for CrossPhaseMove { own, phase, other } in candidates {
            let limit = best.as_ref().map_or(u64::MAX, |best| best.cost);
            let price = |side: &[Signed], step: i32, spent: u64| {
                let left = limit.checked_sub(spent)?;
                let (step, cost) = self.price(side, own.of_move, own.toward, step, left, reader)?;
                Some((step, spent + cost))
            };
            let Some((step, cost)) = price(partner_side, own.step, own.cost) else {
                continue;
            };
            let is_of_phase = |last: &&u32| count_table.units[**last as usize].phase == *phase;
            for last in cross_phase.iter().filter(is_of_phase) {
                let last_side = self.cross_phase.side(count_table, *last as usize, area, 1);
                if let Some((step, cost)) = price(last_side, step, cost) {
                    let whole = Own { step, cost, ..*own };
                    let other_side = self.cross_phase.side(count_table, *other as usize, area, -1);
                    let sides = [own_side, other_side, partner_side, last_side];
                    keep_better(best, &whole, &sides, own.step);
                }
            }
        }
    }
}

/// What swaps need of the units, worked out once.
#[derive(Debug)]
pub(super) struct CrossPhaseMoves {
    /// For each unit, those of other phases in the very same place, counted by the same totals.
    units: Vec<Vec<u32>>,
    /// For each unit, the blocks of its own phase that change when it gains, and when it loses: its own, then those of
    /// the areas it lies in.
    sides: [Vec<Vec<Signed>>; 2],
}

impl CrossPhaseMoves {
    /// The units of a count table.
    pub(super) fn of(count_table: &CountTable) -> Self {
        let numbers = || 0..count_table.units.len();
        Self {
            units: numbers().map(|number| cross_phase(count_table, number)).collect(),
            sides: [1, -1].map(|sign| {
                count_table
                    .units
                    .iter()
                    .map(|unit| side(count_table, unit, sign))
                    .collect()
            }),
        }
    }

    /// The blocks of a unit's phase, below an area whose counts stay, when it gains (1) or loses (-1).
    fn side(&self, count_table: &CountTable, unit: usize, area: usize, sign: i8) -> &[Signed] {
        let areas = &count_table.units[unit].ancestors;
        let below = areas.iter().position(|each| *each == area).unwrap_or(areas.len());
        let side = &self.sides[usize::from(sign < 0)][unit];
        &side[..side.len().min(1 + below)]
    }
}

fn cross_phase(count_table: &CountTable, number: usize) -> Vec<u32> {
    let unit = &count_table.units[number];
    let coarse = count_table.nodes[unit.node].coarse;
    let place = if coarse {
        unit.ancestors.first().copied()
    } else {
        Some(unit.node)
    };
    let Some(place) = place else {
        return Vec::new();
    };
    let all = &count_table.units_in[count_table.block(place, STATE_FUNDED)];
    let start = all.partition_point(|other| *other as usize <= number);
    all[start..]
        .iter()
        .chain(&all[..start])
        .copied()
        .filter(|other| {
            let other = &count_table.units[*other as usize];
            other.phase != unit.phase
                && other.slots[1..] == unit.slots[1..]
                && other.ancestors == unit.ancestors
                && count_table.nodes[other.node].coarse == coarse
        })
        .take(UNITS)
        .collect()
}

fn side(count_table: &CountTable, unit: &Unit, sign: i8) -> Vec<Signed> {
    let areas = unit
        .phase
        .iter()
        .flat_map(|phase| unit.ancestors.iter().map(|area| count_table.block(*area, *phase)));
    [unit.block]
        .into_iter()
        .chain(areas)
        .map(|block| (u32::try_from(block).expect("fewer than 4 billion counts"), sign))
        .collect()
}
