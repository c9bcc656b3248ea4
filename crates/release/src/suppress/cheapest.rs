//! The cheapest move that changes a count: partners near before partners far, and the cost of what it newly withholds.

use super::count_table::{CountTable, DisclosureStatus, UNKNOWN};
use super::layout::{BLOCK, BOTH, ROLL, STATE_FUNDED, TOTAL, offset};
use super::moves::{Signed, side_change};
use super::protect::Search;
use crate::Why;

/// Partners tried in each ring around a unit at first.
const NEAR_PARTNERS: usize = 40;
/// Units of an area tried at first.
const NEAR_UNITS: usize = 24;

/// Whether other small counts keep to their range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    KnowsWhichAreSmall,
    DoesNot,
}

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Near,
    Everywhere,
}

/// A move found: its blocks, its change within, its direction, how far it may go and what it costs.
pub(super) struct Found {
    pub(super) blocks: Vec<Signed>,
    pub(super) of_move: usize,
    pub(super) direction: i32,
    pub(super) step: i32,
    pub(super) cost: u64,
}

/// A change within the blocks of one side: which, which way, how far it may go and what it costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    pub(super) of_move: usize,
    pub(super) toward: i32,
    pub(super) step: i32,
    pub(super) cost: u64,
}

/// Keeps a move where it is cheaper, or goes further at the same cost; true when nothing can be better.
pub(super) fn keep_better(best: &mut Option<Found>, found: &Own, sides: &[&[Signed]], wanted: i32) -> bool {
    let better = best
        .as_ref()
        .is_none_or(|best| (found.cost, -found.step) < (best.cost, -best.step));
    if better {
        *best = Some(Found {
            blocks: sides.concat(),
            of_move: found.of_move,
            direction: found.toward,
            step: found.step,
            cost: found.cost,
        });
    }
    better && found.cost == 0 && found.step == wanted
}

impl Search<'_> {
    /// The cheapest move that changes a count in a direction.
    pub(super) fn cheapest(
        &self,
        cell: usize,
        direction: i32,
        wanted: i32,
        reach: Reach,
        reader: Reader,
    ) -> Option<Found> {
        let count_table = self.count_table;
        let (block, within) = (cell / BLOCK, cell % BLOCK);
        let target = count_table.node(cell);
        let coarse = count_table.nodes[target].coarse;
        let mut best: Option<Found> = None;
        let (mut own_side, mut other_side, mut own) = (Vec::new(), Vec::new(), Vec::new());
        let (most_units, most_partners) = match reach {
            Reach::Near => (NEAR_UNITS, NEAR_PARTNERS),
            Reach::Everywhere => (usize::MAX, usize::MAX),
        };
        let units = &count_table.units_in[block];
        for number in units.iter().take(most_units) {
            let unit = &count_table.units[*number as usize];
            // Rings of partners: its own area's other units first, then its area's area's.
            let mut ring_within: Option<usize> = None;
            for area in &unit.ancestors {
                let outside_target = coarse
                    || unit.ancestors.iter().position(|a| *a == target)
                        < unit.ancestors.iter().position(|a| a == area);
                let slot = unit.phase.unwrap_or(STATE_FUNDED);
                let ring = &count_table.units_in[count_table.block(*area, slot)];
                if outside_target {
                    let near = ring_within.is_none();
                    // What the unit itself allows is the same for every partner in the ring.
                    own_side.clear();
                    side_change(count_table, unit, Some(*area), 1, &mut own_side);
                    let limit = best.as_ref().map_or(u64::MAX, |best| best.cost);
                    own.clear();
                    for (of_move, sign) in self.moves.changing(within, coarse, near) {
                        let toward = direction * i32::from(*sign);
                        let of_move = *of_move as usize;
                        if let Some((step, cost)) =
                            self.price(&own_side, of_move, toward, wanted, limit, reader)
                        {
                            own.push(Own {
                                of_move,
                                toward,
                                step,
                                cost,
                            });
                        }
                    }
                    if !own.is_empty() {
                        let start = ring.partition_point(|other| other <= number);
                        let partners = ring[start..].iter().chain(&ring[..start]).filter(|other| {
                            let other = &count_table.units[**other as usize];
                            other.block != unit.block
                                && other.phase == unit.phase
                                && ring_within.is_none_or(|of_move| !other.ancestors.contains(&of_move))
                        });
                        for other in partners.take(most_partners) {
                            other_side.clear();
                            let other = &count_table.units[*other as usize];
                            side_change(count_table, other, Some(*area), -1, &mut other_side);
                            if self.try_partner(&own, &own_side, &other_side, wanted, reader, &mut best) {
                                return best;
                            }
                        }
                    }
                }
                ring_within = Some(*area);
            }
            own_side.clear();
            side_change(count_table, unit, None, 1, &mut own_side);
            let near = unit.ancestors.is_empty();
            for (of_move, sign) in self.moves.changing(within, coarse, near) {
                let limit = best.as_ref().map_or(u64::MAX, |best| best.cost);
                let toward = direction * i32::from(*sign);
                let of_move = *of_move as usize;
                if let Some((step, cost)) = self.price(&own_side, of_move, toward, wanted, limit, reader) {
                    let found = Own {
                        of_move,
                        toward,
                        step,
                        cost,
                    };
                    if keep_better(&mut best, &found, &[&own_side], wanted) {
                        return best;
                    }
                }
            }
        }
        best
    }

    /// Tries every change that a unit allows with one partner; true when nothing can be better.
    fn try_partner(
        &self,
        own: &[Own],
        own_side: &[Signed],
        other_side: &[Signed],
        wanted: i32,
        reader: Reader,
        best: &mut Option<Found>,
    ) -> bool {
        for part in own {
            let limit = best.as_ref().map_or(u64::MAX, |best| best.cost);
            let Some(room) = limit.checked_sub(part.cost) else {
                continue;
            };
            if let Some((step, cost)) =
                self.price(other_side, part.of_move, part.toward, part.step, room, reader)
            {
                let whole = Own {
                    step,
                    cost: part.cost + cost,
                    ..*part
                };
                if keep_better(best, &whole, &[own_side, other_side], wanted) {
                    return true;
                }
            }
        }
        false
    }

    /// How far a move may go, and what it costs; none when it may not go at all or costs more than the limit.
    pub(super) fn price(
        &self,
        blocks: &[Signed],
        of_move: usize,
        direction: i32,
        wanted: i32,
        limit: u64,
        reader: Reader,
    ) -> Option<(i32, u64)> {
        let count_table = self.count_table;
        let (mut step, mut cost) = (wanted, 0);
        for (block, place) in blocks {
            let block = *block as usize;
            if self.known[block] {
                return None;
            }
            let coarse = count_table.nodes[count_table.node_of[block] as usize].coarse;
            for (within, sign) in self.moves.all[of_move].in_place(coarse) {
                let within = *within as usize;
                let cell = block * BLOCK + within;
                match count_table.status[cell] {
                    DisclosureStatus::Fixed => return None,
                    DisclosureStatus::Hidden if count_table.value[cell] == UNKNOWN => continue,
                    DisclosureStatus::Hidden | DisclosureStatus::Published => {}
                }
                let now = count_table.value[cell] + self.difference[cell];
                let (low, high) = self.bounds(cell, block, within, reader);
                let up = i32::from(*place) * i32::from(*sign) * direction > 0;
                step = step.min(if up { high - now } else { now - low });
                if step <= 0 {
                    return None;
                }
                if count_table.status[cell] == DisclosureStatus::Published
                    && self.why[cell].is_none()
                    && self.difference[cell] == 0
                {
                    cost += self.price[cell];
                    if cost > limit {
                        return None;
                    }
                }
            }
        }
        Some((step, cost))
    }

    /// Between what a count may lie in the tables made.
    fn bounds(&self, cell: usize, block: usize, within: usize, reader: Reader) -> (i32, i32) {
        if self.why[cell] == Some(Why::SmallCount) && reader == Reader::KnowsWhichAreSmall {
            return (self.protection.least, self.protection.greatest);
        }
        let high = if CountTable::is_all_sen(within) {
            self.count_table.roll(block)
        } else {
            None
        };
        let low = if within == ROLL {
            self.count_table.value[block * BLOCK + offset(BOTH, TOTAL)].max(0)
        } else {
            0
        };
        (low, high.unwrap_or(i32::MAX))
    }
}
