//! Proof that a choice holds: for each withheld count, tables of whole pupils, equal to the true one in all that is
//! shown, in which it has the values asked.

use super::near_whole;
use super::sums::{Count, Stand, Sums};
use crate::suppress::protection_interval::ProtectionInterval;
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

/// Nodes of a search for whole numbers, where a solution in fractions is all that comes first.
const MOST_NODES: u64 = 100;
/// What the solver may miss of a whole number.
const SLACK: f64 = 1e-5;

/// The least and greatest difference from the true value that each count has in the tables made.
type Seen = Vec<(i64, i64)>;

impl Sums {
    /// Whether every withheld count has the values asked, in tables of whole pupils.
    pub(super) fn holds(&self, chosen: &[bool]) -> bool {
        let none: Seen = vec![(0, 0); self.counts.len()];
        // What is seen against a reader who knows which counts are small is seen against one who does not.
        let mut seen = [none.clone(), none];
        for (target, count) in self.counts.iter().enumerate() {
            let is_withheld = match count.stand {
                Stand::Known => false,
                Stand::Open(_) => chosen[target],
                Stand::Small(..) | Stand::Withheld => true,
            };
            if is_withheld && !self.holds_one(target, chosen, &mut seen) {
                return false;
            }
        }
        true
    }

    fn holds_one(&self, target: usize, chosen: &[bool], seen: &mut [Seen; 2]) -> bool {
        let count = &self.counts[target];
        let reader = usize::from(!count.from_a_reader_who_knows);
        match count.interval {
            None | Some(ProtectionInterval::Nothing) => true,
            Some(ProtectionInterval::Values(low, high)) => [
                i64::from(low) - i64::from(count.value),
                i64::from(high) - i64::from(count.value),
            ]
            .into_iter()
            .all(|difference| {
                let (least, most) = seen[reader][target];
                (least..=most).contains(&difference)
                    || self
                        .table(target, Some(difference), chosen)
                        .is_some_and(|table| self.note(&table, seen, reader))
            }),
            Some(ProtectionInterval::Width(width)) => {
                let width = i64::from(width);
                let missing = |seen: &[Seen; 2]| width - (seen[reader][target].1 - seen[reader][target].0);
                // As far up as it goes, and down by what is missing then.
                if missing(seen) > 0
                    && let Some(table) = self.table(target, None, chosen)
                {
                    self.note(&table, seen, reader);
                }
                missing(seen) <= 0 || {
                    let down = seen[reader][target].0 - missing(seen);
                    self.table(target, Some(down), chosen)
                        .is_some_and(|table| self.note(&table, seen, reader))
                }
            }
        }
    }

    /// Notes what a table shows of every count.
    fn note(&self, table: &[i64], seen: &mut [Seen; 2], reader: usize) -> bool {
        for (number, count) in self.counts.iter().enumerate() {
            let difference: i64 = count.parts.iter().map(|part| table[*part as usize]).sum();
            for seen in &mut seen[reader..] {
                let (least, most) = &mut seen[number];
                (*least, *most) = ((*least).min(difference), (*most).max(difference));
            }
        }
        true
    }

    /// A table, as differences of its parts, in which a count differs by so much, or by as much more as can be up to what
    /// it is asked.
    fn table(&self, target: usize, difference: Option<i64>, chosen: &[bool]) -> Option<Vec<i64>> {
        for whole_parts in [false, true] {
            let mut problem = Problem::new(OptimizationDirection::Maximize);
            let mut weights = vec![0.0; self.number_of_parts];
            if difference.is_none() {
                for part in &self.counts[target].parts {
                    weights[*part as usize] = 1.0;
                }
            }
            let parts: Vec<Variable> = weights
                .into_iter()
                .map(|weight| {
                    if whole_parts {
                        problem.add_integer_var(weight, (-FAR, FAR))
                    } else {
                        problem.add_var(weight, (-f64::from(FAR), f64::from(FAR)))
                    }
                })
                .collect();
            for (number, count) in self.counts.iter().enumerate() {
                let (low, high) = self.room(target, number, difference, chosen);
                let terms = || count.parts.iter().map(|part| (parts[*part as usize], 1.0));
                match (low, high) {
                    (low, Some(high)) if low == high => {
                        problem.add_constraint(terms(), ComparisonOp::Eq, low as f64);
                    }
                    (low, high) => {
                        problem.add_constraint(terms(), ComparisonOp::Ge, low as f64);
                        if let Some(high) = high {
                            problem.add_constraint(terms(), ComparisonOp::Le, high as f64);
                        }
                    }
                }
            }
            let mut options = SolveOptions::default();
            options.node_limit = Some(MOST_NODES);
            let solution = problem.solve_with(options).ok()?.into_solution().ok()?;
            let table: Option<Vec<i64>> = parts
                .iter()
                .map(|part| near_whole(solution.var_value(*part), SLACK))
                .collect();
            if let Some(table) = table {
                return self.allows(target, difference, chosen, &table).then_some(table);
            }
        }
        None
    }

    /// Between what a count may differ in a table made for a target.
    fn room(
        &self,
        target: usize,
        number: usize,
        difference: Option<i64>,
        chosen: &[bool],
    ) -> (i64, Option<i64>) {
        let count = &self.counts[number];
        let value = i64::from(count.value);
        if number == target {
            return match (difference, count.interval) {
                (Some(difference), _) => (difference, Some(difference)),
                (None, Some(ProtectionInterval::Width(width))) => (0, Some(i64::from(width))),
                (None, _) => (0, None),
            };
        }
        match count.stand {
            Stand::Known => (0, Some(0)),
            Stand::Open(_) if !chosen[number] => (0, Some(0)),
            Stand::Small(low, high) if self.counts[target].from_a_reader_who_knows => {
                (i64::from(low) - value, Some(i64::from(high) - value))
            }
            Stand::Open(_) | Stand::Small(..) | Stand::Withheld => (-value, None),
        }
    }

    /// Whether a table is what was looked for, in whole numbers.
    fn allows(&self, target: usize, difference: Option<i64>, chosen: &[bool], table: &[i64]) -> bool {
        self.counts
            .iter()
            .enumerate()
            .all(|(number, count): (usize, &Count)| {
                let is: i64 = count.parts.iter().map(|part| table[*part as usize]).sum();
                let (low, high) = self.room(target, number, difference, chosen);
                is >= low && high.is_none_or(|high| is <= high)
            })
    }
}

/// Parts differ by no more than this.
const FAR: i32 = 1_000_000;
