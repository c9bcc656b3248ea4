//! The cheapest choice that satisfies the cuts found so far: a bound on every choice that holds.

use super::cut::Cut;
use super::near_whole;
use super::sums::{Stand, Sums};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

/// Nodes of a search over whole choices.
const MOST_NODES: u64 = 200;
/// Costs are whole; what the solver may miss of one.
const SLACK: f64 = 1e-4;

/// A choice, and what none that satisfies the cuts can undercut.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// For each count, from 0 shown to 1 withheld.
    pub(super) shares: Vec<f64>,
    pub(super) at_least: u64,
    /// Whether it is proven to be the cheapest.
    pub(super) is_cheapest: bool,
}

/// Work of one step of the solver for each cut and count, beside that of a linear programme that looks for cuts for each part
/// and count (by the clock).
const WORK_OF_A_STEP: usize = 5;

/// The cheapest choice under cuts; in shares, or whole. None when the solver gives up. `work` grows with its steps.
pub(super) fn cheapest(sums: &Sums, cuts: &[Cut], whole: bool, work: &mut usize) -> Option<Choice> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let variables: Vec<Option<Variable>> = sums
        .counts
        .iter()
        .map(|count| match count.stand {
            Stand::Open(cost) if whole => Some(problem.add_binary_var(cost as f64)),
            Stand::Open(cost) => Some(problem.add_var(cost as f64, (0.0, 1.0))),
            _ => None,
        })
        .collect();
    let variable = |number: usize| variables[number].expect("cuts are of open counts");
    for cut in cuts {
        let mut terms: Vec<(Variable, f64)> = cut
            .terms
            .iter()
            .map(|(number, weight)| (variable(*number), *weight))
            .collect();
        let mut protection = 1.0;
        if let Some(number) = cut.if_withheld {
            terms.push((variable(number), -1.0));
            protection = 0.0;
        }
        problem.add_constraint(terms, ComparisonOp::Ge, protection);
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(MOST_NODES);
    let outcome = problem.solve_with(options).ok()?;
    let stats = outcome.stats();
    let steps = usize::try_from(stats.lp_iterations).unwrap_or(usize::MAX);
    let size = WORK_OF_A_STEP * (cuts.len() + sums.counts.len());
    *work = work.saturating_add(steps.saturating_mul(size));
    let bound = stats.best_bound;
    let is_optimal = outcome.is_optimal();
    let solution = outcome.into_solution().ok()?;
    let proven = if is_optimal {
        Some(solution.objective())
    } else {
        bound
    };
    let shares = variables
        .iter()
        .map(|variable| variable.map_or(0.0, |variable| solution.var_value(variable)))
        .map(|share| {
            if whole {
                share.round()
            } else {
                share.clamp(0.0, 1.0)
            }
        })
        .collect();
    Some(Choice {
        shares,
        is_cheapest: is_optimal,
        at_least: proven
            .and_then(|cost| near_whole((cost - SLACK).ceil(), SLACK))
            .and_then(|cost| u64::try_from(cost).ok())
            .unwrap_or(0),
    })
}
