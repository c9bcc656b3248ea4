//! A component as a linear programme: solved once from the beginning, and from a solution in a few steps.

use crate::equations::System;
use crate::ranges::Component;
use crate::reduced::Reduced;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A count that nothing bounds is tried up to this.
const UNBOUNDED: f64 = 1e6;
/// A solution may miss a bound by the solver's tolerance, summed over a few counts.
const ASTRAY: f64 = 1e-4;

/// A linear programme without a solution.
pub(crate) enum Unsolved {
    /// What is shown contradicts itself.
    Infeasible,
    /// The solver gave up.
    Failed(String),
}

/// A component as a linear programme.
pub(crate) struct Programme {
    pub(crate) counts: Vec<usize>,
    ranges: BTreeMap<usize, (f64, f64)>,
    reduced: Reduced,
}

impl Programme {
    pub(crate) fn new(system: &System, component: &Component) -> Self {
        let mut counts = component.counts.clone();
        counts.sort_unstable();
        let ranges: BTreeMap<usize, (f64, f64)> = counts
            .iter()
            .map(|at| (*at, (system.told_low[*at], system.told_high[*at])))
            .collect();
        let sums = component
            .equations
            .iter()
            .map(|number| {
                let (mut constant, mut terms) = (0.0, Vec::new());
                for (at, sign) in &system.equations[*number] {
                    if ranges.contains_key(at) {
                        terms.push((*at, *sign));
                    } else {
                        constant += sign * system.low[*at];
                    }
                }
                (terms, -constant)
            })
            .collect();
        Self {
            counts,
            reduced: Reduced::new(ranges.clone(), sums),
            ranges,
        }
    }

    /// The solution with the greatest objective.
    pub(crate) fn solve(&self, objective: BTreeMap<usize, f64>) -> Result<Solved, Unsolved> {
        if self.reduced.contradicts {
            return Err(Unsolved::Infeasible);
        }
        let objective = self.reduced.objective(objective);
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let variables: BTreeMap<usize, Variable> = self
            .reduced
            .ranges
            .iter()
            .map(|(at, (low, high))| {
                let weight = objective.get(at).copied().unwrap_or(0.0);
                (
                    *at,
                    problem.add_var(weight, (low.min(UNBOUNDED), high.min(UNBOUNDED))),
                )
            })
            .collect();
        for (terms, total) in &self.reduced.sums {
            let terms: Vec<(Variable, f64)> = terms.iter().map(|(at, sign)| (variables[at], *sign)).collect();
            problem.add_constraint(terms, ComparisonOp::Eq, *total);
        }
        let solution = settled(problem.solve())?;
        Ok(Solved {
            variables: Rc::new(variables),
            solution,
        })
    }

    /// From a solution, one in which a count is no less (or no more) than a value, in few steps of the solver.
    pub(crate) fn solve_from(
        &self,
        start: &Solved,
        count: usize,
        direction: f64,
        value: f64,
    ) -> Result<Solved, Unsolved> {
        let (terms, constant) = self.reduced.in_terms(count);
        let terms: Vec<(Variable, f64)> = terms
            .iter()
            .map(|(at, factor)| (start.variables[at], *factor))
            .collect();
        let comparison = if direction > 0.0 {
            ComparisonOp::Ge
        } else {
            ComparisonOp::Le
        };
        let solution = settled(
            start
                .solution
                .clone()
                .add_constraint(terms, comparison, value - constant),
        )?;
        Ok(Solved {
            variables: Rc::clone(&start.variables),
            solution,
        })
    }

    /// What a solution gives each count of the component, in order.
    pub(crate) fn values(&self, solved: &Solved) -> Result<Vec<f64>, Unsolved> {
        let mut values: BTreeMap<usize, f64> = solved
            .variables
            .iter()
            .map(|(at, variable)| (*at, solved.solution.var_value(*variable)))
            .collect();
        self.reduced.complete(&mut values);
        let astray = self.ranges.iter().find(|(at, (low, high))| {
            let value = values[at];
            value < low - ASTRAY || value > high + ASTRAY
        });
        if astray.is_some() {
            return Err(Unsolved::Failed("a solution outside its bounds".to_owned()));
        }
        Ok(self.counts.iter().map(|at| values[at]).collect())
    }
}

/// A solution, and where it keeps each count.
pub(crate) struct Solved {
    variables: Rc<BTreeMap<usize, Variable>>,
    solution: microlp::Solution,
}

fn settled(outcome: Result<microlp::SolveOutcome, microlp::Error>) -> Result<microlp::Solution, Unsolved> {
    outcome
        .map_err(|error| match error {
            microlp::Error::Infeasible => Unsolved::Infeasible,
            error => Unsolved::Failed(error.to_string()),
        })?
        .into_solution()
        .map_err(|_| Unsolved::Failed("stopped early".to_owned()))
}
