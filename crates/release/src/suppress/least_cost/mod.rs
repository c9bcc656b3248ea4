//! The cheapest choice that holds, for modest tables, and a cost that none can undercut.
//!
//! After Fischetti and Salazar, "Solving the cell suppression problem on tabular data with linear constraints",
//! Management Science 47 (2001): the cheapest choice under the cuts found so far is tried (an integer programme); where it
//! leaves a count fewer values than asked, linear programming says why, which is another cut. A choice that breaks none
//! is proven by tables of whole pupils. Wherever the search stops, the cheapest choice under its cuts is a bound.

mod cut;
mod limit;
mod master;
mod sums;
mod whole;

#[cfg(test)]
mod tests;

pub(super) use sums::{Sums, Terms};

use cut::Cut;
use master::cheapest;

/// Tables with more counts to choose from than this are left to the search by moves.
const MOST_OPEN: usize = 300;
/// Work after which the search stops, in parts times counts of each linear programme: some 5 seconds.
const MOST_WORK: usize = 600_000_000;

/// What was learned of the cheapest choice.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Learned {
    /// No choice that holds costs less.
    pub(super) at_least: u64,
    /// For each cell of the count table, the share of it withheld by the last choice tried.
    pub(super) shares: Vec<f64>,
    /// Whether that choice was proven to hold; no other costs less.
    pub(super) holds: bool,
    /// Cells that any choice can hold only while the reader does not know which counts are small.
    pub(super) ambiguous: Vec<usize>,
}

/// Looks for the cheapest choice; nothing where the table is not modest.
pub(super) fn learn(mut sums: Sums, cells: usize) -> Option<Learned> {
    // A round asks of nearly every count how far it can go.
    let of_a_round = sums.number_of_parts * sums.counts.len() * sums.counts.len();
    if sums.open() > MOST_OPEN || of_a_round > MOST_WORK {
        return None;
    }
    let mut cuts: Vec<Cut> = Vec::new();
    let (mut work, mut at_least, mut in_whole) = (0, 0, false);
    loop {
        let choice = cheapest(&sums, &cuts, in_whole, &mut work)?;
        at_least = choice.at_least.max(at_least);
        let found = if work < MOST_WORK {
            sums.broken(&choice.shares, &mut work)
        } else {
            Vec::new()
        };
        if found.is_empty() && work < MOST_WORK && !in_whole {
            in_whole = true;
        } else if found.is_empty() {
            let chosen: Vec<bool> = choice.shares.iter().map(|share| *share > 0.5).collect();
            let is_whole = in_whole && work < MOST_WORK && choice.is_cheapest;
            return Some(Learned {
                at_least,
                holds: is_whole && sums.holds(&chosen),
                shares: sums.by_cell(&choice.shares, cells),
                ambiguous: sums.ambiguous(),
            });
        }
        cuts.extend(found);
    }
}

/// The whole number that a solver's figure stands for, if it is near one.
pub(super) fn near_whole(figure: f64, slack: f64) -> Option<i64> {
    let is_near = (figure - figure.round()).abs() < slack && figure.abs() < 1e15;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number far within what an i64 holds"
    )]
    is_near.then_some(figure.round() as i64)
}
