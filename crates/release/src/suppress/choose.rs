//! Which counts to withhold at least cost: a search by moves, then others from it, and for modest tables the cheapest
//! choice that there is.

use super::bound::cost_at_least;
use super::cost::cost_of;
use super::count_table::{CountTable, DisclosureStatus};
use super::layout::BLOCK;
use super::least_cost::{self, Learned, Sums, Terms, learn};
use super::protect::{Pattern, ProtectionLevel, SearchTables, all_parts_small, protect};
use super::protection_interval::{ProtectionInterval, interval_of};
use crate::Why;
use rayon::prelude::*;

/// Searches by moves beyond the first, side by side, where a count table has no more counts to choose from than this: they save
/// some 5% of the cost, and a second each in a county like Essex.
const MORE_SEARCHES: u64 = 2;
const MOST_CELLS_SEARCHED_AGAIN: usize = 6000;
/// In these, a count that the first withheld is priced at one to this of its cost.
const KEPT: u64 = 8;
/// Frames with more counts to choose from than this are not looked at for the cheapest choice; many stand in it several
/// times.
const MOST_CELLS: usize = 4000;

/// A choice.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) pattern: Pattern,
    /// Cost of the counts withheld to protect others.
    pub(crate) cost: u64,
    /// No choice costs less.
    pub(crate) at_least: u64,
}

/// What there is to choose from.
struct Task<'f> {
    count_table: &'f CountTable,
    given: &'f [(usize, Why)],
    protection: ProtectionLevel,
    costs: Vec<u64>,
    /// Why counts are withheld before any is chosen.
    why: Vec<Option<Why>>,
    search_tables: SearchTables,
}

/// Chooses what to withhold beyond the counts given.
pub(crate) fn choose(
    count_table: &CountTable,
    given: &[(usize, Why)],
    protection: ProtectionLevel,
) -> Choice {
    let mut why = vec![None; count_table.value.len()];
    for (cell, reason) in given {
        why[*cell] = Some(*reason);
    }
    let task = Task {
        count_table,
        given,
        protection,
        costs: (0..count_table.value.len())
            .map(|cell| cost_of(count_table, cell))
            .collect(),
        why,
        search_tables: SearchTables::of(count_table),
    };
    let mut best = task.search(&task.costs);
    best.at_least = cost_at_least(count_table, &task.costs, &task.why, |cell| {
        !task.search_tables.known[cell / BLOCK]
            && task.interval(cell).0.asks_for_others(count_table.value[cell])
    });
    let open = task.open();
    if open <= MOST_CELLS_SEARCHED_AGAIN {
        for next in task.search_again(&best) {
            best = cheaper(best, next);
        }
    }
    let is_modest = open <= MOST_CELLS && best.pattern.whole == 0;
    if let Some(learned) = is_modest.then(|| task.learn(&best.pattern)).flatten() {
        best.at_least = best.at_least.max(learned.at_least);
        let next = if learned.holds {
            task.cheapest(&learned)
        } else {
            task.search(&task.prices(&learned.shares))
        };
        best = cheaper(best, next);
    }
    best
}

/// The cheaper of two, unless it leaves more to a reader's ignorance or takes more of whole phases.
fn cheaper(best: Choice, next: Choice) -> Choice {
    let at_least = best.at_least.max(next.at_least);
    let is_better = next.cost < best.cost
        && next.pattern.ambiguous.len() <= best.pattern.ambiguous.len()
        && next.pattern.whole <= best.pattern.whole;
    Choice {
        at_least,
        ..if is_better { next } else { best }
    }
}

impl Task<'_> {
    /// A choice by moves, at prices of counts.
    fn search(&self, prices: &[u64]) -> Choice {
        let pattern = protect(
            self.count_table,
            &self.search_tables,
            self.given,
            self.protection,
            prices,
        );
        let chosen = pattern.why.iter().zip(&self.why).zip(&self.costs);
        let cost = chosen
            .filter(|((now, given), _)| now.is_some() && given.is_none())
            .map(|(_, cost)| cost)
            .sum();
        Choice {
            pattern,
            cost,
            at_least: 0,
        }
    }

    /// Searches at prices that favour what was withheld, and that chance makes a little different: what an early choice
    /// withheld and a later one made needless falls away.
    fn search_again(&self, first: &Choice) -> Vec<Choice> {
        let prices = |number: u64| -> Vec<u64> {
            let price = |cell: usize| {
                let kept = first.pattern.why[cell].is_some();
                self.costs[cell] * noise(cell as u64, number) / if kept { KEPT } else { 1 }
            };
            (0..self.costs.len()).map(price).collect()
        };
        (0..MORE_SEARCHES)
            .into_par_iter()
            .map(|number| self.search(&prices(number)))
            .collect()
    }

    /// What is asked of a count once it is withheld, and whether public totals leave less than the policy would ask.
    fn interval(&self, cell: usize) -> (ProtectionInterval, bool) {
        let is_small = self.why[cell] == Some(Why::SmallCount);
        interval_of(
            self.count_table,
            &self.search_tables.known,
            self.protection,
            is_small,
            cell,
        )
    }

    /// How many counts there are to choose from.
    fn open(&self) -> usize {
        let is_open = |cell: &usize| {
            self.count_table.status[*cell] == DisclosureStatus::Published && self.why[*cell].is_none()
        };
        (0..self.why.len()).filter(is_open).count()
    }

    /// What is learned of the cheapest choice, in a modest table.
    fn learn(&self, best: &Pattern) -> Option<Learned> {
        let mut knows: Vec<bool> = (0..self.why.len())
            .map(|cell| !all_parts_small(&self.why, self.protection, cell))
            .collect();
        for cell in &best.ambiguous {
            knows[*cell] = false;
        }
        let sums = Sums::of(
            self.count_table,
            &Terms {
                protection: self.protection,
                costs: &self.costs,
                given: &self.why,
                interval: &|cell| self.interval(cell).0,
                from_a_reader_who_knows: &|cell| knows[cell],
            },
        );
        learn(sums, self.costs.len())
    }

    /// Costs less what a choice in shares has paid already, in thousandths.
    fn prices(&self, shares: &[f64]) -> Vec<u64> {
        let price = |(share, cost): (&f64, &u64)| {
            let left = least_cost::near_whole(1000.0 * (1.0 - share), 1.0).unwrap_or(1000);
            cost * u64::try_from(left).unwrap_or(0)
        };
        shares.iter().zip(&self.costs).map(price).collect()
    }

    /// The cheapest choice, as a pattern.
    fn cheapest(&self, learned: &Learned) -> Choice {
        let mut why = self.why.clone();
        let mut cost = 0;
        for (cell, share) in learned.shares.iter().enumerate() {
            let is_open = self.count_table.status[cell] == DisclosureStatus::Published && why[cell].is_none();
            if is_open && *share > 0.5 {
                why[cell] = Some(Why::Protects);
                cost += self.costs[cell];
            }
        }
        let is_withheld = |cell: &usize| why[*cell].is_some();
        let bounded = (0..why.len()).filter(|cell| why[*cell].is_some() && self.interval(*cell).1);
        Choice {
            cost,
            at_least: learned.at_least,
            pattern: Pattern {
                whole: 0,
                bounded: bounded.collect(),
                ambiguous: learned.ambiguous.iter().copied().filter(is_withheld).collect(),
                why,
            },
        }
    }
}

/// A number from 64 to 127 that says nothing (the finaliser of splitmix64, Steele and others 2014).
fn noise(cell: u64, number: u64) -> u64 {
    let mut bits =
        (cell + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (number + 1).wrapping_mul(0xD1B5_4A32_D192_ED03);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    64 + (bits ^ (bits >> 31)) % 64
}
