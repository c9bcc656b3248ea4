//! Why a choice does not hold: a limit on how far a count can go, as a sum of what withheld counts leave open.
//!
//! The limit is a solution of the dual of the linear programme that draws a count up or down as far as what is shown
//! allows (Fischetti and Salazar 2001). It is checked in whole numbers, so that rounding in the solver can cost a limit
//! but never make a false one.

use super::near_whole;
use super::sums::{Stand, Sums};
use microlp::{ComparisonOp, OptimizationDirection, Problem};

/// Weights are looked for as multiples of one over these.
const DENOMINATORS: [i64; 9] = [1, 2, 3, 4, 5, 6, 8, 10, 12];
/// What the solver's figures may miss.
const SLACK: f64 = 1e-6;
/// What a count that stays shown weighs in the choice among limits, beside one that is asked.
const PREFER_FEW: f64 = 1e-3;

/// How far a count can go: no further than a constant and, for each open count that is withheld, its weight more.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Limit {
    pub(super) constant: f64,
    /// Counts with weights, without an end where the weight is infinite.
    pub(super) terms: Vec<(usize, f64)>,
}

/// What is withheld of each open count when a limit is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chosen<'a> {
    /// Shares from 0 to 1; a count is thought to move no further than this times its share.
    Shares(&'a [f64], f64),
    /// All or nothing.
    Whole(&'a [bool]),
}

impl Sums {
    /// The least limit on how far a count can go in a direction; none where nothing limits it or the solver gives up.
    pub(super) fn limit(&self, target: usize, direction: i64, chosen: Chosen<'_>) -> Option<Limit> {
        let knows = self.counts[target].from_a_reader_who_knows;
        let scale = match chosen {
            Chosen::Shares(_, scale) => scale,
            Chosen::Whole(_) => 1.0,
        };
        let least = PREFER_FEW * scale;
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let mut rows: Vec<Vec<(microlp::Variable, f64)>> = vec![Vec::new(); self.number_of_parts];
        let mut weights = Vec::new();
        for (number, count) in self.counts.iter().enumerate() {
            if number == target {
                continue;
            }
            let value = f64::from(count.value);
            let (up, down) = match (count.stand, chosen) {
                (Stand::Known, _) => (Some(least / 16.0), Some(least / 16.0)),
                (Stand::Withheld, _) => (None, Some(value)),
                (Stand::Small(low, high), _) if knows => {
                    (Some(f64::from(high) - value), Some(value - f64::from(low)))
                }
                (Stand::Small(..), _) => (None, Some(value)),
                (Stand::Open(_), Chosen::Whole(chosen)) if chosen[number] => (None, Some(value)),
                (Stand::Open(_), Chosen::Whole(_)) => (Some(least), Some(least)),
                (Stand::Open(_), Chosen::Shares(shares, scale)) => (
                    Some(scale * shares[number] + least),
                    Some(scale.min(value) * shares[number] + least),
                ),
            };
            for (sign, cost) in [(1_i64, up), (-1, down)] {
                if let Some(cost) = cost {
                    let variable = problem.add_var(cost, (0.0, f64::INFINITY));
                    for part in &count.parts {
                        rows[*part as usize].push((variable, sign as f64));
                    }
                    weights.push((number, sign, variable));
                }
            }
        }
        let mut wanted = vec![0_i64; self.number_of_parts];
        for part in &self.counts[target].parts {
            wanted[*part as usize] = direction;
        }
        for (row, wanted) in rows.into_iter().zip(&wanted) {
            problem.add_constraint(row, ComparisonOp::Eq, *wanted as f64);
        }
        let solution = problem.solve().ok()?.into_solution().ok()?;
        let weights: Vec<(usize, i64, f64)> = weights
            .into_iter()
            .map(|(number, sign, variable)| (number, sign, solution.var_value(variable)))
            .filter(|(_, _, weight)| *weight > SLACK)
            .collect();
        self.checked(&weights, &wanted, knows)
    }

    /// A limit from weights, if they are fractions that make the target out of the counts exactly.
    fn checked(&self, weights: &[(usize, i64, f64)], wanted: &[i64], knows: bool) -> Option<Limit> {
        let whole = |denominator: i64| -> Option<Vec<i64>> {
            let times = |weight: &f64| near_whole(weight * denominator as f64, SLACK * denominator as f64);
            weights.iter().map(|(_, _, weight)| times(weight)).collect()
        };
        let (denominator, whole) = DENOMINATORS
            .into_iter()
            .find_map(|denominator| Some((denominator, whole(denominator)?)))?;
        let mut made = vec![0_i64; self.number_of_parts];
        for ((number, sign, _), weight) in weights.iter().zip(&whole) {
            for part in &self.counts[*number].parts {
                made[*part as usize] += sign * weight;
            }
        }
        if made
            .iter()
            .zip(wanted)
            .any(|(made, wanted)| *made != wanted * denominator)
        {
            return None;
        }
        let mut limit = Limit {
            constant: 0.0,
            terms: Vec::new(),
        };
        for ((number, sign, _), weight) in weights.iter().zip(&whole) {
            let count = &self.counts[*number];
            let weight = *weight as f64 / denominator as f64;
            let (up, value) = (*sign > 0, f64::from(count.value));
            match count.stand {
                Stand::Known => {}
                Stand::Small(low, high) if knows => {
                    limit.constant += weight
                        * if up {
                            f64::from(high) - value
                        } else {
                            value - f64::from(low)
                        };
                }
                Stand::Small(..) | Stand::Withheld => limit.constant += weight * value,
                Stand::Open(_) if up => limit.terms.push((*number, f64::INFINITY)),
                Stand::Open(_) if value > 0.0 => limit.terms.push((*number, weight * value)),
                Stand::Open(_) => {}
            }
        }
        Some(limit)
    }
}
