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

use super::cheapest::{Found, Reach, Reader};
use super::count_table::{CountTable, DisclosureStatus};
use super::cross_phase_moves::CrossPhaseMoves;
use super::layout::{BLOCK, NEEDS, PROVISIONS, ROLL, offset};
use super::moves::Moves;
use super::protection_interval::{ProtectionInterval, interval_of};
use super::public::known_blocks;
use super::suppress_phase::SuppressedPhases;
use crate::Why;
use std::collections::VecDeque;

/// What the policy asks of each withheld count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProtectionLevel {
    /// The least value of a count withheld for itself: 1, or 0 where zeros are withheld too.
    pub(crate) least: i32,
    /// The greatest: the minimum count less 1.
    pub(crate) greatest: i32,
}

impl ProtectionLevel {
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
    /// How many counts went with all that is counted of their phase, since nothing less would protect one.
    pub(crate) whole: u64,
    /// Counts that public totals alone leave fewer values than asked.
    pub(crate) bounded: Vec<usize>,
    /// Counts held only while the reader does not know which are withheld for themselves.
    pub(crate) ambiguous: Vec<usize>,
}

/// What every search over a count table needs of it, worked out once.
#[derive(Debug)]
pub(crate) struct SearchTables {
    pub(super) moves: Moves,
    pub(super) cross_phase: CrossPhaseMoves,
    /// Blocks whose counts public totals give away whatever is withheld.
    pub(super) known: Vec<bool>,
}

impl SearchTables {
    /// The ways of a frame.
    pub(crate) fn of(count_table: &CountTable) -> Self {
        Self {
            moves: Moves::of(count_table),
            cross_phase: CrossPhaseMoves::of(count_table),
            known: known_blocks(count_table),
        }
    }
}

/// The search, and the tables made so far as proof.
pub(super) struct Search<'f> {
    pub(super) count_table: &'f CountTable,
    /// What withholding each count weighs in the search.
    pub(super) price: &'f [u64],
    pub(super) moves: &'f Moves,
    pub(super) cross_phase: &'f CrossPhaseMoves,
    pub(super) known: &'f [bool],
    pub(super) protection: ProtectionLevel,
    pub(super) why: Vec<Option<Why>>,
    /// The least and greatest value of each count in the tables made, for either reader.
    seen: [Vec<(i32, i32)>; 2],
    /// The table being made, as differences from the true one.
    pub(super) difference: Vec<i32>,
    pub(super) touched: Vec<usize>,
    pub(super) queue: VecDeque<usize>,
    pub(super) unprotected: Vec<usize>,
    pub(super) bounded: Vec<usize>,
    pub(super) ambiguous: Vec<usize>,
}

/// Withholds the small counts given, and what else must be.
pub(crate) fn protect(
    count_table: &CountTable,
    search_tables: &SearchTables,
    primary: &[(usize, Why)],
    protection: ProtectionLevel,
    price: &[u64],
) -> Pattern {
    let counts = count_table.value.len();
    let mut search = Search {
        moves: &search_tables.moves,
        cross_phase: &search_tables.cross_phase,
        known: &search_tables.known,
        count_table,
        price,
        protection,
        why: vec![None; counts],
        seen: [(); 2].map(|()| count_table.value.iter().map(|value| (*value, *value)).collect()),
        difference: vec![0; counts],
        touched: Vec::new(),
        queue: VecDeque::new(),
        unprotected: Vec::new(),
        bounded: Vec::new(),
        ambiguous: Vec::new(),
    };
    for (cell, why) in primary {
        search.why[*cell] = Some(*why);
    }
    // Areas first: they have the fewest ways out, and what they cost others may use.
    let mut order: Vec<usize> = primary.iter().map(|(cell, _)| *cell).collect();
    order.sort_by_key(|cell| (count_table.nodes[count_table.node(*cell)].coarse, *cell));
    search.queue.extend(order);
    let (mut whole, mut taken) = (SuppressedPhases::default(), 0);
    loop {
        while let Some(cell) = search.queue.pop_front() {
            if !whole.covers(count_table, cell) {
                search.hold(cell);
            }
        }
        if search.unprotected.is_empty() {
            break;
        }
        // The last resort takes phases whole; the totals that go with them must be held in their turn.
        for cell in std::mem::take(&mut search.unprotected) {
            whole.take(count_table, cell);
        }
        for cell in whole.cells(count_table) {
            if search.why[cell].is_none() {
                taken += 1;
            }
            search.withhold(cell);
        }
    }
    for cells in [&mut search.bounded, &mut search.ambiguous] {
        cells.sort_unstable();
        cells.dedup();
    }
    Pattern {
        why: search.why,
        whole: taken,
        bounded: search.bounded,
        ambiguous: search.ambiguous,
    }
}

impl Search<'_> {
    /// Sees to it that a withheld count has every value asked.
    fn hold(&mut self, cell: usize) {
        let is_small = self.why[cell] == Some(Why::SmallCount);
        let (interval, short) = interval_of(self.count_table, self.known, self.protection, is_small, cell);
        let attempts: &[(Reach, Reader)] = if all_parts_small(&self.why, self.protection, cell) {
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
        let held = match interval {
            ProtectionInterval::Nothing => true,
            ProtectionInterval::Values(low, high) => {
                self.hold_end(cell, high, 1, attempts) && self.hold_end(cell, low, -1, attempts)
            }
            ProtectionInterval::Width(width) => self.hold_width(cell, width, attempts),
        };
        if !held {
            self.unprotected.push(cell);
        } else if short {
            self.bounded.push(cell);
        }
    }

    /// Makes sure that a count can have a value, up or down from its own.
    fn hold_end(&mut self, cell: usize, end: i32, direction: i32, attempts: &[(Reach, Reader)]) -> bool {
        let amount = (end - self.count_table.value[cell]).abs();
        attempts.iter().any(|(reach, reader)| {
            let (low, high) = self.seen[*reader as usize][cell];
            let is_seen = if direction > 0 { high >= end } else { low <= end };
            if !is_seen {
                if self.reach(cell, direction, amount, *reach, *reader).is_none() {
                    return false;
                }
                self.keep(*reader);
            }
            self.note_reader(cell, *reader);
            true
        })
    }

    /// Makes sure that a count's values lie this far apart, upward or downward, whichever costs less.
    fn hold_width(&mut self, cell: usize, width: i32, attempts: &[(Reach, Reader)]) -> bool {
        let value = self.count_table.value[cell];
        for (reach, reader) in attempts.iter().copied() {
            let (low, high) = self.seen[reader as usize][cell];
            let missing = width - (high - low);
            if missing <= 0 {
                self.note_reader(cell, reader);
                return true;
            }
            let up = high - value + missing;
            let down = value - low + missing;
            let upward = self.reach(cell, 1, up, reach, reader);
            if upward != Some(0) {
                self.forget();
                let downward = if down <= value {
                    self.reach(cell, -1, down, reach, reader)
                } else {
                    None
                };
                let (direction, amount) = match (upward, downward) {
                    (Some(up_cost), Some(down_cost)) if up_cost <= down_cost => (1, up),
                    (Some(_), None) => (1, up),
                    (_, Some(_)) => (-1, down),
                    (None, None) => continue,
                };
                if direction > 0 {
                    self.forget();
                    let again = self.reach(cell, direction, amount, reach, reader);
                    debug_assert!(again.is_some(), "the same search finds the same moves");
                }
            }
            self.note_reader(cell, reader);
            self.keep(reader);
            return true;
        }
        false
    }

    fn note_reader(&mut self, cell: usize, reader: Reader) {
        if reader == Reader::DoesNot {
            self.ambiguous.push(cell);
        }
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
            let mut found = self.cheapest(cell, direction, amount - done, reach, reader);
            if found.as_ref().is_none_or(|found| self.costs_a_total(found)) {
                self.move_across_phases(cell, direction, amount - done, reader, &mut found);
            }
            let Some(found) = found else {
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
            let coarse = self.count_table.nodes[self.count_table.node_of[*block as usize] as usize].coarse;
            for (within, sign) in self.moves.all[found.of_move].in_place(coarse) {
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
    fn keep(&mut self, reader: Reader) {
        let touched = std::mem::take(&mut self.touched);
        for cell in &touched {
            let change = std::mem::take(&mut self.difference[*cell]);
            if change == 0 || self.count_table.status[*cell] != DisclosureStatus::Published {
                continue;
            }
            let value = self.count_table.value[*cell] + change;
            for of in [reader, Reader::DoesNot] {
                let (low, high) = &mut self.seen[of as usize][*cell];
                (*low, *high) = ((*low).min(value), (*high).max(value));
            }
            self.withhold(*cell);
        }
    }

    /// Withholds a count to protect others; it must then be held itself.
    fn withhold(&mut self, cell: usize) {
        if self.why[cell].is_none() {
            self.why[cell] = Some(Why::Protects);
            self.queue.push_back(cell);
        }
    }
}

/// Whether support, plans and both together are all small: each part is then at least 1 and their sum at most the
/// greatest, so that a reader who knew it would know more of each than that it is small.
pub(super) fn all_parts_small(why: &[Option<Why>], protection: ProtectionLevel, cell: usize) -> bool {
    let within = cell % BLOCK;
    within != ROLL
        && protection.least > 0
        && (0..PROVISIONS).all(|provision| {
            let part = cell - within + offset(provision, within % NEEDS);
            why[part] == Some(Why::SmallCount)
        })
}
