//! Which counts to withhold: small ones for themselves, and others so that none can be had by subtraction.
//!
//! A withheld count is held when other tables than the true one, equal to it in all that is shown, give it every value
//! the policy asks. Each such table is made from the true one by moves of whole pupils that keep every sum, so it is
//! itself a proof: whatever a reader computes from sums and bounds, by linear or integer programming, must allow it.
//! Counts withheld for themselves stay between 1 and the minimum less 1 in all of these tables, so the proof holds even
//! against a reader who knows which they are.
//!
//! The search is greedy: for each count in turn the cheapest moves, in counts newly withheld, that reach the values
//! asked. Withholding one count more never undoes an earlier proof.

use super::frame::{Frame, Standing, UNKNOWN};
use super::layout::{
    AREA_SLOTS, BLOCK, BOTH, NEEDS, PROVISIONS, ROLL, STATE_FUNDED, TOTAL, WITH_NEED, is_type, need_of,
    offset,
};
use super::moves::{Inners, Signed, places_change};
use crate::Why;
use senlens_model::GeographicLevel;
use std::collections::VecDeque;

/// What the policy asks of each withheld count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// The least value of a count withheld for itself: 1, or 0 where zeros are withheld too.
    pub(crate) least: i32,
    /// The greatest: the minimum count less 1.
    pub(crate) greatest: i32,
}

impl Asked {
    /// How far apart the values of any withheld count must reach.
    pub(crate) fn width(self) -> i32 {
        self.greatest - self.least
    }
}

/// What was withheld, and how it held.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// For each count, why it is withheld.
    pub(crate) why: Vec<Option<Why>>,
    /// Counts that nothing would protect.
    pub(crate) unprotected: Vec<usize>,
    /// Counts that public totals alone leave fewer values than asked.
    pub(crate) bounded: Vec<usize>,
    /// Counts held only while the reader does not know which are withheld for themselves.
    pub(crate) ambiguous: Vec<usize>,
    /// Cost of those withheld to protect others.
    pub(crate) cost: u64,
}

/// Partners tried in each ring around a unit at first.
const NEAR_PARTNERS: usize = 40;
/// Units of an area tried at first.
const NEAR_UNITS: usize = 24;

/// Whether other small counts keep to their range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    KnowsWhichAreSmall,
    DoesNot,
}

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Near,
    Everywhere,
}

struct Search<'f> {
    frame: &'f Frame,
    inners: Inners,
    /// Blocks whose counts public totals give away whatever is withheld.
    known: Vec<bool>,
    asked: Asked,
    why: Vec<Option<Why>>,
    seen_low: Vec<i32>,
    seen_high: Vec<i32>,
    /// The table being made, as differences from the true one.
    difference: Vec<i32>,
    touched: Vec<usize>,
    queue: VecDeque<usize>,
    cost: u64,
    pattern_unprotected: Vec<usize>,
    bounded: Vec<usize>,
    ambiguous: Vec<usize>,
}

/// A move found: its blocks, its change within, its direction, how far it may go and what it costs.
struct Found {
    blocks: Vec<Signed>,
    inner: usize,
    direction: i32,
    step: i32,
    cost: u64,
}

/// Withholds the small counts given, and what else must be.
pub(crate) fn protect(frame: &Frame, primary: &[(usize, Why)], asked: Asked) -> Pattern {
    let counts = frame.value.len();
    let mut search = Search {
        inners: Inners::of(frame),
        known: known_blocks(frame),
        frame,
        asked,
        why: vec![None; counts],
        seen_low: frame.value.clone(),
        seen_high: frame.value.clone(),
        difference: vec![0; counts],
        touched: Vec::new(),
        queue: VecDeque::new(),
        cost: 0,
        pattern_unprotected: Vec::new(),
        bounded: Vec::new(),
        ambiguous: Vec::new(),
    };
    for (cell, why) in primary {
        search.why[*cell] = Some(*why);
    }
    // Areas first: they have the fewest ways out, and what they cost others may use.
    let mut order: Vec<usize> = primary.iter().map(|(cell, _)| *cell).collect();
    order.sort_by_key(|cell| (frame.nodes[frame.node(*cell)].coarse, *cell));
    search.queue.extend(order);
    while let Some(cell) = search.queue.pop_front() {
        search.hold(cell);
    }
    Pattern {
        why: search.why,
        unprotected: search.pattern_unprotected,
        bounded: search.bounded,
        ambiguous: search.ambiguous,
        cost: search.cost,
    }
}

/// What a count is worth to a reader, ten for a school's count of one need.
pub(crate) fn cost_of(frame: &Frame, cell: usize) -> u64 {
    let within = cell % BLOCK;
    let figure = match need_of(within) {
        None => 200,
        Some(TOTAL | WITH_NEED) => 60,
        Some(_) if within / NEEDS == BOTH => 14,
        Some(_) => 10,
    };
    let level = match frame.nodes[frame.node(cell)].place.0 {
        GeographicLevel::School => 1,
        GeographicLevel::District => 4,
        GeographicLevel::Quadrant => 8,
        GeographicLevel::LocalAuthority => 16,
        GeographicLevel::Regional | GeographicLevel::National => 64,
    };
    // A shown zero is worth keeping, and a large count tells more than a small one.
    let value = match frame.value[cell] {
        0 => 15,
        value => u64::from(value.clamp(0, 50).unsigned_abs()) / 10,
    };
    figure * level + value
}

impl Search<'_> {
    /// Sees to it that a withheld count has every value asked.
    fn hold(&mut self, cell: usize) {
        if self.known[cell / BLOCK] {
            self.bounded.push(cell);
            return;
        }
        let value = self.frame.value[cell];
        let attempts: &[(Reach, Reader)] = if self.all_parts_small(cell) {
            &[
                (Reach::Near, Reader::DoesNot),
                (Reach::Everywhere, Reader::DoesNot),
            ]
        } else {
            &[
                (Reach::Near, Reader::KnowsWhichAreSmall),
                (Reach::Everywhere, Reader::KnowsWhichAreSmall),
                (Reach::Near, Reader::DoesNot),
                (Reach::Everywhere, Reader::DoesNot),
            ]
        };
        let (public_low, public_high) = self.public_range(cell);
        let small = matches!(self.why[cell], Some(Why::SmallCount));
        let mut short = false;
        let (low, high) = if small {
            (
                self.asked.least.max(public_low),
                self.asked.greatest.min(public_high),
            )
        } else {
            (0, i32::MAX)
        };
        if small {
            short |= low > self.asked.least || high < self.asked.greatest;
            for (target, direction) in [(high, 1), (low, -1)] {
                let reached = if direction > 0 {
                    self.seen_high[cell]
                } else {
                    self.seen_low[cell]
                };
                if direction * (target - reached) <= 0 {
                    continue;
                }
                let amount = (target - value).abs();
                let held = attempts.iter().any(|(reach, reader)| {
                    if self.reach(cell, direction, amount, *reach, *reader).is_some() {
                        if *reader == Reader::DoesNot {
                            self.ambiguous.push(cell);
                        }
                        self.keep();
                        true
                    } else {
                        false
                    }
                });
                if !held {
                    self.pattern_unprotected.push(cell);
                    return;
                }
            }
        } else {
            let width = self.asked.width().min(public_high.saturating_sub(public_low));
            short |= width < self.asked.width();
            let mut held = false;
            for (reach, reader) in attempts.iter().copied() {
                let missing = width - (self.seen_high[cell] - self.seen_low[cell]);
                if missing <= 0 {
                    held = true;
                    break;
                }
                let up = self.seen_high[cell] - value + missing;
                let down = value - self.seen_low[cell] + missing;
                let upward = self.reach(cell, 1, up, reach, reader);
                if upward == Some(0) {
                    self.keep();
                    held = true;
                    break;
                }
                self.forget();
                let downward = if down <= value {
                    self.reach(cell, -1, down, reach, reader)
                } else {
                    None
                };
                let choice = match (upward, downward) {
                    (Some(up_cost), Some(down_cost)) if up_cost <= down_cost => Some((1, up)),
                    (Some(_), None) => Some((1, up)),
                    (_, Some(_)) => Some((-1, down)),
                    (None, None) => None,
                };
                if let Some((direction, amount)) = choice {
                    if direction > 0 {
                        self.forget();
                        let again = self.reach(cell, direction, amount, reach, reader);
                        debug_assert!(again.is_some(), "the same search finds the same moves");
                    }
                    if reader == Reader::DoesNot {
                        self.ambiguous.push(cell);
                    }
                    self.keep();
                    held = true;
                    break;
                }
            }
            if !held {
                self.pattern_unprotected.push(cell);
                return;
            }
        }
        if short {
            self.bounded.push(cell);
        }
    }

    /// Whether support, plans and both together are all small: each part is then at least 1 and their sum at most the
    /// greatest, so that a reader who knew it would know more of each than that it is small.
    fn all_parts_small(&self, cell: usize) -> bool {
        let within = cell % BLOCK;
        within != ROLL
            && self.asked.least > 0
            && (0..PROVISIONS).all(|provision| {
                let part = cell - within + offset(provision, within % NEEDS);
                self.why[part] == Some(Why::SmallCount)
            })
    }

    /// What public totals alone say of a count: in each phase no more than the public total less what is known of
    /// others, no less than what is known of its own, and all of it where no other place has such schools.
    fn public_range(&self, cell: usize) -> (i32, i32) {
        let frame = self.frame;
        let within = cell % BLOCK;
        let units = &frame.units_in[cell / BLOCK];
        let (mut low, mut high) = (0, i32::MAX);
        let mut area = frame.nodes[frame.node(cell)].parent;
        while let Some(above) = area {
            area = frame.nodes[above].parent;
            if !frame.nodes[above].public {
                continue;
            }
            let (mut least, mut most) = (0, 0_i32);
            // Units are in order of place; their phases are few.
            let mut phases: Vec<Option<usize>> = units
                .iter()
                .map(|unit| frame.units[*unit as usize].phase)
                .collect();
            phases.sort_unstable();
            phases.dedup();
            for phase in phases {
                let block = frame.block(above, phase.unwrap_or(STATE_FUNDED));
                let own = units
                    .iter()
                    .filter(|unit| frame.units[**unit as usize].phase == phase);
                let known = |units: &mut dyn Iterator<Item = &u32>| -> i32 {
                    units
                        .filter(|unit| self.known[frame.units[**unit as usize].block])
                        .map(|unit| frame.value[frame.units[*unit as usize].block * BLOCK + within].max(0))
                        .sum()
                };
                let all = &frame.units_in[block];
                let inside = known(&mut own.clone());
                let outside = known(&mut all.iter()) - inside;
                let public = |within: usize| {
                    let at = block * BLOCK + within;
                    (frame.standing[at] == Standing::Fixed).then(|| frame.value[at])
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

    /// Makes a table in which a count differs by an amount; gives what it costs in counts newly withheld.
    fn reach(
        &mut self,
        cell: usize,
        direction: i32,
        amount: i32,
        reach: Reach,
        reader: Reader,
    ) -> Option<u64> {
        self.forget();
        let mut done = 0;
        let mut cost = 0;
        while done < amount {
            let Some(found) = self.cheapest(cell, direction, amount - done, reach, reader) else {
                self.forget();
                return None;
            };
            done += found.step;
            cost += found.cost;
            self.apply(&found);
        }
        Some(cost)
    }

    fn apply(&mut self, found: &Found) {
        for (block, place) in &found.blocks {
            let coarse = self.frame.nodes[self.frame.node_of[*block as usize] as usize].coarse;
            for (within, sign) in self.inners.all[found.inner].in_place(coarse) {
                let cell = *block as usize * BLOCK + *within as usize;
                self.difference[cell] += i32::from(*place) * i32::from(*sign) * found.direction * found.step;
                self.touched.push(cell);
            }
        }
    }

    /// Lets the table made go.
    fn forget(&mut self) {
        for cell in self.touched.drain(..) {
            self.difference[cell] = 0;
        }
    }

    /// Keeps the table made as proof: whatever it changes is withheld.
    fn keep(&mut self) {
        let touched = std::mem::take(&mut self.touched);
        for cell in &touched {
            let change = std::mem::take(&mut self.difference[*cell]);
            if change == 0 || self.frame.standing[*cell] != Standing::Published {
                continue;
            }
            let value = self.frame.value[*cell] + change;
            self.seen_low[*cell] = self.seen_low[*cell].min(value);
            self.seen_high[*cell] = self.seen_high[*cell].max(value);
            if self.why[*cell].is_none() {
                self.why[*cell] = Some(Why::Protects);
                self.cost += cost_of(self.frame, *cell);
                self.queue.push_back(*cell);
            }
        }
    }

    /// The cheapest move that changes a count in a direction.
    fn cheapest(
        &self,
        cell: usize,
        direction: i32,
        wanted: i32,
        reach: Reach,
        reader: Reader,
    ) -> Option<Found> {
        let frame = self.frame;
        let (block, within) = (cell / BLOCK, cell % BLOCK);
        let target = frame.node(cell);
        let coarse = frame.nodes[target].coarse;
        let mut best: Option<Found> = None;
        let mut blocks = Vec::new();
        let (most_units, most_partners) = match reach {
            Reach::Near => (NEAR_UNITS, NEAR_PARTNERS),
            Reach::Everywhere => (usize::MAX, usize::MAX),
        };
        let units = &frame.units_in[block];
        for number in units.iter().take(most_units) {
            let unit = &frame.units[*number as usize];
            // Rings of partners: its own area's other units first, then its area's area's.
            let mut ring_within: Option<usize> = None;
            for area in &unit.ancestors {
                let outside_target = coarse
                    || unit.ancestors.iter().position(|a| *a == target)
                        < unit.ancestors.iter().position(|a| a == area);
                let slot = unit.phase.unwrap_or(STATE_FUNDED);
                let ring = &frame.units_in[frame.block(*area, slot)];
                if outside_target {
                    let start = ring.partition_point(|other| other <= number);
                    let partners = ring[start..].iter().chain(&ring[..start]).filter(|other| {
                        let other = &frame.units[**other as usize];
                        other.block != unit.block
                            && other.phase == unit.phase
                            && ring_within.is_none_or(|inner| !other.ancestors.contains(&inner))
                    });
                    let near = ring_within.is_none();
                    for other in partners.take(most_partners) {
                        places_change(frame, unit, Some(&frame.units[*other as usize]), &mut blocks);
                        if self.try_inner(
                            &blocks, within, coarse, near, direction, wanted, reader, &mut best,
                        ) {
                            return best;
                        }
                    }
                }
                ring_within = Some(*area);
            }
            places_change(frame, unit, None, &mut blocks);
            let near = unit.ancestors.is_empty();
            if self.try_inner(
                &blocks, within, coarse, near, direction, wanted, reader, &mut best,
            ) {
                return best;
            }
        }
        best
    }

    /// Tries every change within the places of a move; true when nothing can be better.
    #[expect(
        clippy::too_many_arguments,
        reason = "the innermost loop of the search, split only to be read"
    )]
    fn try_inner(
        &self,
        blocks: &[Signed],
        within: usize,
        coarse: bool,
        near: bool,
        direction: i32,
        wanted: i32,
        reader: Reader,
        best: &mut Option<Found>,
    ) -> bool {
        for (inner, sign) in self.inners.changing(within, coarse, near) {
            let limit = best.as_ref().map_or(u64::MAX, |best| best.cost);
            let toward = direction * i32::from(*sign);
            if let Some((step, cost)) = self.price(blocks, *inner as usize, toward, wanted, limit, reader) {
                let better = best
                    .as_ref()
                    .is_none_or(|best| (cost, -step) < (best.cost, -best.step));
                if better {
                    *best = Some(Found {
                        blocks: blocks.to_vec(),
                        inner: *inner as usize,
                        direction: toward,
                        step,
                        cost,
                    });
                    if cost == 0 && step == wanted {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// How far a move may go, and what it costs; none when it may not go at all or costs more than the limit.
    fn price(
        &self,
        blocks: &[Signed],
        inner: usize,
        direction: i32,
        wanted: i32,
        limit: u64,
        reader: Reader,
    ) -> Option<(i32, u64)> {
        let frame = self.frame;
        let (mut step, mut cost) = (wanted, 0);
        for (block, place) in blocks {
            let block = *block as usize;
            if self.known[block] {
                return None;
            }
            let coarse = frame.nodes[frame.node_of[block] as usize].coarse;
            for (within, sign) in self.inners.all[inner].in_place(coarse) {
                let within = *within as usize;
                let cell = block * BLOCK + within;
                match frame.standing[cell] {
                    Standing::Fixed => return None,
                    Standing::Hidden if frame.value[cell] == UNKNOWN => continue,
                    Standing::Hidden | Standing::Published => {}
                }
                let now = frame.value[cell] + self.difference[cell];
                let (low, high) = self.bounds(cell, block, within, reader);
                let up = i32::from(*place) * i32::from(*sign) * direction > 0;
                step = step.min(if up { high - now } else { now - low });
                if step <= 0 {
                    return None;
                }
                if frame.standing[cell] == Standing::Published
                    && self.why[cell].is_none()
                    && self.difference[cell] == 0
                {
                    cost += cost_of(frame, cell);
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
            return (self.asked.least, self.asked.greatest);
        }
        let high = if Frame::is_all_sen(within) {
            self.frame.roll(block)
        } else {
            None
        };
        let low = if within == ROLL {
            self.frame.value[block * BLOCK + offset(BOTH, TOTAL)].max(0)
        } else {
            0
        };
        (low, high.unwrap_or(i32::MAX))
    }
}

/// Blocks that count the very schools of a block of a public place: the only schools of their phase there.
fn known_blocks(frame: &Frame) -> Vec<bool> {
    let mut known = vec![false; frame.node_of.len()];
    for node in frame.nodes.iter().filter(|node| node.public && !node.coarse) {
        for slot in 0..AREA_SLOTS {
            let whole = &frame.units_in[node.first + slot];
            let Some(first) = whole.first() else { continue };
            let unit = &frame.units[*first as usize];
            known[unit.block] |= whole.len() == 1 && unit.block != node.first + slot;
            for area in &unit.ancestors {
                for of_area in &unit.slots {
                    let block = frame.block(*area, *of_area);
                    known[block] |= *whole == frame.units_in[block] && !frame.nodes[*area].public;
                }
            }
        }
    }
    known
}

/// Counts to withhold for themselves, in order.
pub(crate) fn primaries(frame: &Frame, asked: Asked, dominance_percent: Option<u64>) -> Vec<(usize, Why)> {
    let mut primary = Vec::new();
    for cell in 0..frame.value.len() {
        if frame.standing[cell] != Standing::Published {
            continue;
        }
        let value = frame.value[cell];
        if (asked.least..=asked.greatest).contains(&value) {
            primary.push((cell, Why::SmallCount));
        } else if dominance_percent.is_some_and(|percent| is_dominated(frame, cell, percent)) {
            primary.push((cell, Why::Dominated));
        }
    }
    primary
}

/// Whether one school has more than a percent of an area's count.
fn is_dominated(frame: &Frame, cell: usize, percent: u64) -> bool {
    let (block, within) = (cell / BLOCK, cell % BLOCK);
    let units = &frame.units_in[block];
    if frame.nodes[frame.node(cell)].coarse || units.len() < 2 || within == ROLL {
        return false;
    }
    let largest = units
        .iter()
        .map(|unit| frame.value[frame.units[*unit as usize].block * BLOCK + within])
        .max()
        .unwrap_or(0);
    i64::from(largest) * 100 > i64::from(frame.value[cell]) * i64::try_from(percent).expect("at most 100")
}
