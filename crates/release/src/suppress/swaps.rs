//! Moves that leave the totals of all phases as they are: what one place's school of a phase gains, its school of another
//! phase loses, and another place's schools the other way round. Dearer in schools, but districts and quadrants keep their
//! totals, which is what papers are written about.

use super::cheapest::{Found, Own, Reader, keep_better};
use super::frame::{Frame, Unit};
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
struct Swap {
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
        let node = &self.frame.nodes[self.frame.node_of[block] as usize];
        !node.coarse && block - node.first >= STATE_FUNDED
    }

    /// Looks for a cheaper move that leaves totals of all phases as they are.
    pub(super) fn swap(
        &self,
        cell: usize,
        direction: i32,
        wanted: i32,
        reader: Reader,
        best: &mut Option<Found>,
    ) {
        let frame = self.frame;
        let (block, within) = (cell / BLOCK, cell % BLOCK);
        if self.is_total(block) {
            return;
        }
        let target = frame.node(cell);
        let coarse = frame.nodes[target].coarse;
        for number in frame.units_in[block].iter().take(UNITS) {
            let unit = &frame.units[*number as usize];
            let Some(phase) = unit.phase else { continue };
            let beside = &self.beside.units[*number as usize];
            let mut inner_area: Option<usize> = None;
            for area in &unit.ancestors {
                let outside_target = coarse
                    || unit.ancestors.iter().position(|each| *each == target)
                        < unit.ancestors.iter().position(|each| each == area);
                // Within one district no total changes anyway.
                let changes_totals = inner_area.is_some() || !frame.nodes[unit.node].coarse;
                if outside_target && changes_totals && !beside.is_empty() {
                    let limit = best.as_ref().map_or(u64::MAX, |best| best.cost);
                    let own_side = self.beside.side(frame, *number as usize, *area, 1);
                    let swaps = self.swaps(
                        (within, coarse, direction, wanted),
                        own_side,
                        beside,
                        *area,
                        limit,
                        reader,
                    );
                    let ring = &frame.units_in[frame.block(*area, phase)];
                    let start = ring.partition_point(|other| other <= number);
                    let partners = ring[start..].iter().chain(&ring[..start]).filter(|other| {
                        let other = &frame.units[**other as usize];
                        other.block != unit.block
                            && inner_area.is_none_or(|inner| !other.ancestors.contains(&inner))
                    });
                    for partner in partners.take(PARTNERS) {
                        self.with_partner(&swaps, own_side, *partner, *area, reader, best);
                    }
                }
                inner_area = Some(*area);
            }
        }
    }

    /// The cheapest changes that a unit allows with one of another phase beside it.
    fn swaps(
        &self,
        (within, coarse, direction, wanted): (usize, bool, i32, i32),
        own_side: &[Signed],
        beside: &[u32],
        area: usize,
        limit: u64,
        reader: Reader,
    ) -> Vec<Swap> {
        let mut swaps: Vec<Swap> = Vec::new();
        for (inner, sign) in self.inners.changing(within, coarse, true) {
            let (inner, toward) = (*inner as usize, direction * i32::from(*sign));
            let Some((step, cost)) = self.price(own_side, inner, toward, wanted, limit, reader) else {
                continue;
            };
            let with_other = |other: &u32| {
                let side = self.beside.side(self.frame, *other as usize, area, -1);
                let (step, more) = self.price(side, inner, toward, step, limit - cost, reader)?;
                let own = Own {
                    inner,
                    toward,
                    step,
                    cost: cost + more,
                };
                Some(Swap {
                    own,
                    phase: self.frame.units[*other as usize].phase,
                    other: *other,
                })
            };
            swaps.extend(
                beside
                    .iter()
                    .filter_map(with_other)
                    .min_by_key(|swap| (swap.own.cost, -swap.own.step)),
            );
        }
        swaps.sort_by_key(|swap| (swap.own.cost, -swap.own.step));
        swaps.truncate(CHANGES);
        swaps
    }

    /// Tries each change with a partner and one of the other phase beside it.
    fn with_partner(
        &self,
        swaps: &[Swap],
        own_side: &[Signed],
        partner: u32,
        area: usize,
        reader: Reader,
        best: &mut Option<Found>,
    ) {
        let frame = self.frame;
        let partner_side = self.beside.side(frame, partner as usize, area, -1);
        let beside = &self.beside.units[partner as usize];
        for Swap { own, phase, other } in swaps {
            let limit = best.as_ref().map_or(u64::MAX, |best| best.cost);
            let price = |side: &[Signed], step: i32, spent: u64| {
                let left = limit.checked_sub(spent)?;
                let (step, cost) = self.price(side, own.inner, own.toward, step, left, reader)?;
                Some((step, spent + cost))
            };
            let Some((step, cost)) = price(partner_side, own.step, own.cost) else {
                continue;
            };
            let is_of_phase = |last: &&u32| frame.units[**last as usize].phase == *phase;
            for last in beside.iter().filter(is_of_phase) {
                let last_side = self.beside.side(frame, *last as usize, area, 1);
                if let Some((step, cost)) = price(last_side, step, cost) {
                    let whole = Own { step, cost, ..*own };
                    let other_side = self.beside.side(frame, *other as usize, area, -1);
                    let sides = [own_side, other_side, partner_side, last_side];
                    keep_better(best, &whole, &sides, own.step);
                }
            }
        }
    }
}

/// What swaps need of the units, worked out once.
#[derive(Debug)]
pub(super) struct Beside {
    /// For each unit, those of other phases in the very same place, counted by the same totals.
    units: Vec<Vec<u32>>,
    /// For each unit, the blocks of its own phase that change when it gains, and when it loses: its own, then those of
    /// the areas it lies in.
    sides: [Vec<Vec<Signed>>; 2],
}

impl Beside {
    /// The units of a frame.
    pub(super) fn of(frame: &Frame) -> Self {
        let numbers = || 0..frame.units.len();
        Self {
            units: numbers().map(|number| beside(frame, number)).collect(),
            sides: [1, -1].map(|sign| frame.units.iter().map(|unit| side(frame, unit, sign)).collect()),
        }
    }

    /// The blocks of a unit's phase, below an area whose counts stay, when it gains (1) or loses (-1).
    fn side(&self, frame: &Frame, unit: usize, area: usize, sign: i8) -> &[Signed] {
        let areas = &frame.units[unit].ancestors;
        let below = areas.iter().position(|each| *each == area).unwrap_or(areas.len());
        let side = &self.sides[usize::from(sign < 0)][unit];
        &side[..side.len().min(1 + below)]
    }
}

fn beside(frame: &Frame, number: usize) -> Vec<u32> {
    let unit = &frame.units[number];
    let coarse = frame.nodes[unit.node].coarse;
    let place = if coarse {
        unit.ancestors.first().copied()
    } else {
        Some(unit.node)
    };
    let Some(place) = place else {
        return Vec::new();
    };
    let all = &frame.units_in[frame.block(place, STATE_FUNDED)];
    let start = all.partition_point(|other| *other as usize <= number);
    all[start..]
        .iter()
        .chain(&all[..start])
        .copied()
        .filter(|other| {
            let other = &frame.units[*other as usize];
            other.phase != unit.phase
                && other.slots[1..] == unit.slots[1..]
                && other.ancestors == unit.ancestors
                && frame.nodes[other.node].coarse == coarse
        })
        .take(UNITS)
        .collect()
}

fn side(frame: &Frame, unit: &Unit, sign: i8) -> Vec<Signed> {
    let areas = unit
        .phase
        .iter()
        .flat_map(|phase| unit.ancestors.iter().map(|area| frame.block(*area, *phase)));
    [unit.block]
        .into_iter()
        .chain(areas)
        .map(|block| (u32::try_from(block).expect("fewer than 4 billion counts"), sign))
        .collect()
}
