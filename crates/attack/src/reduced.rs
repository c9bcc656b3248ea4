//! Makes a component smaller before it is solved: a count that one sum gives from others is replaced by that sum.

use std::collections::{BTreeMap, BTreeSet};

/// Sums of more counts than this are left as they are.
const MOST_TERMS: usize = 10;
/// A count in more sums than this is not put in terms of others.
const MOST_SUMS: usize = 4;

/// A count put in terms of others.
#[derive(Debug)]
struct Given {
    count: usize,
    terms: Vec<(usize, f64)>,
    constant: f64,
}

/// What is left to solve, and how the rest follows.
#[derive(Debug)]
pub(crate) struct Reduced {
    /// Counts left, with their bounds.
    pub(crate) ranges: BTreeMap<usize, (f64, f64)>,
    /// Sums left: terms, and what they come to.
    pub(crate) sums: Vec<(Vec<(usize, f64)>, f64)>,
    given: Vec<Given>,
    /// Whether a sum of nothing comes to something.
    pub(crate) contradicts: bool,
}

impl Reduced {
    /// Reduces sums over counts with bounds.
    pub(crate) fn new(ranges: BTreeMap<usize, (f64, f64)>, sums: Vec<(Vec<(usize, f64)>, f64)>) -> Self {
        let mut work = Work {
            ranges,
            rows: sums
                .into_iter()
                .map(|(terms, total)| {
                    let mut row = BTreeMap::new();
                    for (count, sign) in terms {
                        *row.entry(count).or_insert(0.0) += sign;
                    }
                    (row, total)
                })
                .collect(),
            sums_of: BTreeMap::new(),
            given: Vec::new(),
            contradicts: false,
        };
        for (number, (row, _)) in work.rows.iter().enumerate() {
            for count in row.keys() {
                work.sums_of.entry(*count).or_default().insert(number);
            }
        }
        let mut waiting: BTreeSet<usize> = (0..work.rows.len()).collect();
        while let Some(number) = waiting.pop_first() {
            if let Some(count) = work.choice(number) {
                waiting.extend(work.give(number, count));
            }
        }
        Self {
            ranges: work.ranges,
            sums: work
                .rows
                .into_iter()
                .filter(|(row, _)| !row.is_empty())
                .map(|(row, total)| (row.into_iter().collect(), total))
                .collect(),
            given: work.given,
            contradicts: work.contradicts,
        }
    }

    /// An objective in terms of the counts left.
    pub(crate) fn objective(&self, mut weights: BTreeMap<usize, f64>) -> BTreeMap<usize, f64> {
        for given in &self.given {
            if let Some(weight) = weights.remove(&given.count) {
                for (count, factor) in &given.terms {
                    *weights.entry(*count).or_insert(0.0) += weight * factor;
                }
            }
        }
        weights
    }

    /// A count in terms of those left: factors, and a constant.
    pub(crate) fn in_terms(&self, count: usize) -> (BTreeMap<usize, f64>, f64) {
        let (mut terms, mut constant) = (BTreeMap::from([(count, 1.0)]), 0.0);
        for given in &self.given {
            if let Some(weight) = terms.remove(&given.count) {
                constant += weight * given.constant;
                for (other, factor) in &given.terms {
                    *terms.entry(*other).or_insert(0.0) += weight * factor;
                }
            }
        }
        (terms, constant)
    }

    /// Every count, from those left.
    pub(crate) fn complete(&self, values: &mut BTreeMap<usize, f64>) {
        for given in self.given.iter().rev() {
            let value = given.terms.iter().fold(given.constant, |sum, (count, factor)| {
                sum + factor * values[count]
            });
            values.insert(given.count, value);
        }
    }
}

struct Work {
    ranges: BTreeMap<usize, (f64, f64)>,
    rows: Vec<(BTreeMap<usize, f64>, f64)>,
    sums_of: BTreeMap<usize, BTreeSet<usize>>,
    given: Vec<Given>,
    contradicts: bool,
}

impl Work {
    /// A count that a sum can give.
    fn choice(&mut self, number: usize) -> Option<usize> {
        let (row, total) = &self.rows[number];
        if row.is_empty() {
            self.contradicts |= total.abs() > 1e-6;
            return None;
        }
        if row.len() > MOST_TERMS {
            return None;
        }
        if row.len() <= 2 {
            return row
                .keys()
                .copied()
                .min_by_key(|count| (self.sums_of[count].len(), *count));
        }
        // Its bounds must follow from those of the others.
        row.iter()
            .filter(|(count, sign)| (sign.abs() - 1.0).abs() < 1e-9 && self.sums_of[count].len() <= MOST_SUMS)
            .find(|(count, sign)| {
                let (mut least, mut most) = (*total, *total);
                for (other, factor) in row.iter().filter(|(other, _)| other != count) {
                    let (low, high) = self.ranges[other];
                    let (a, b) = (-factor * low, -factor * high);
                    least += a.min(b);
                    most += a.max(b);
                }
                let (a, b) = (least / **sign, most / **sign);
                let (low, high) = self.ranges[count];
                a.min(b) >= low - 1e-9 && a.max(b) <= high + 1e-9
            })
            .map(|(count, _)| *count)
    }

    /// Puts a count in terms of the others of a sum, wherever it stands; gives the sums this changed.
    fn give(&mut self, number: usize, count: usize) -> BTreeSet<usize> {
        let (row, total) = std::mem::take(&mut self.rows[number]);
        let own = row[&count];
        let terms: Vec<(usize, f64)> = row
            .iter()
            .filter(|(other, _)| **other != count)
            .map(|(other, factor)| (*other, -factor / own))
            .collect();
        let constant = total / own;
        let (low, high) = self.ranges.remove(&count).expect("a count of the component");
        match terms.as_slice() {
            [] => self.contradicts |= constant < low - 1e-6 || constant > high + 1e-6,
            // What bounds it bounds the one other.
            [(other, factor)] => {
                let (a, b) = ((low - constant) / factor, (high - constant) / factor);
                let range = self.ranges.get_mut(other).expect("a count of the component");
                *range = (range.0.max(a.min(b)), range.1.min(a.max(b)));
                if range.1 < range.0 {
                    self.contradicts |= range.1 < range.0 - 1e-6;
                    range.1 = range.0;
                }
            }
            _ => {}
        }
        for other in row.keys() {
            self.sums_of
                .get_mut(other)
                .expect("a count of a sum")
                .remove(&number);
        }
        let changed = self.sums_of.remove(&count).unwrap_or_default();
        for other_number in &changed {
            let (other_row, other_total) = &mut self.rows[*other_number];
            let weight = other_row.remove(&count).expect("the count stands in the sum");
            *other_total -= weight * constant;
            for (other, factor) in &terms {
                let entry = other_row.entry(*other).or_insert(0.0);
                *entry += weight * factor;
                let sums = self.sums_of.get_mut(other).expect("a count of a sum");
                if entry.abs() < 1e-12 {
                    other_row.remove(other);
                    sums.remove(other_number);
                } else {
                    sums.insert(*other_number);
                }
            }
        }
        self.given.push(Given {
            count,
            terms,
            constant,
        });
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::Reduced;
    use std::collections::BTreeMap;

    #[test]
    fn a_total_and_a_pair_go_and_come_back() {
        // 0 + 1 = 2 (a total, free above), 0 + 3 = 9 (a pair, the total shown).
        let free = (0.0, f64::INFINITY);
        let ranges = BTreeMap::from([(0, free), (1, free), (2, free), (3, (2.0, 4.0))]);
        let sums = vec![
            (vec![(0, 1.0), (1, 1.0), (2, -1.0)], 0.0),
            (vec![(0, 1.0), (3, 1.0)], 9.0),
        ];
        let reduced = Reduced::new(ranges, sums);
        assert!(!reduced.contradicts && reduced.sums.is_empty());
        let mut values: BTreeMap<usize, f64> = reduced
            .ranges
            .iter()
            .map(|(count, range)| (*count, range.0))
            .collect();
        reduced.complete(&mut values);
        assert_eq!(values.len(), 4);
        assert!((values[&0] + values[&1] - values[&2]).abs() < 1e-9);
        assert!((values[&0] + values[&3] - 9.0).abs() < 1e-9 && (2.0..=4.0).contains(&values[&3]));
        let weights = reduced.objective(BTreeMap::from([(2, 1.0)]));
        let worth: f64 = weights.iter().map(|(count, weight)| weight * values[count]).sum();
        assert!((worth - values[&2]).abs() < 9.0 + 1e-9, "but for a constant");
    }

    #[test]
    fn a_sum_of_nothing_that_comes_to_something_contradicts() {
        let reduced = Reduced::new(
            BTreeMap::from([(0, (0.0, 4.0))]),
            vec![(vec![(0, 1.0)], 2.0), (vec![(0, 1.0)], 3.0)],
        );
        assert!(reduced.contradicts);
    }
}
