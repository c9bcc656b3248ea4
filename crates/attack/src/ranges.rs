//! Finds the range of every withheld count: first by passing bounds from sum to sum, then by linear programming, one
//! independent component at a time.

use crate::count::{Count, CountKey};
use crate::equations::System;
use crate::evidence::Knowledge;
use crate::programme::{Programme, Solved, Unsolved};
use crate::report::{AttackReport, Finding};
use crate::{AttackError, Options, ReadersPolicy};
use senlens_model::ProvisionCut;
use std::collections::{BTreeMap, VecDeque};

/// How often a count's bounds may be drawn tighter before the rest is left to linear programming.
const MOST_UPDATES: u32 = 60;
/// Solutions that draw many counts at once up or down, before each count is looked at for itself.
const ROUNDS: usize = 6;
/// A range this near what is asked, by solutions of a solver, is what is asked; pupils are whole.
const NEAR: f64 = 1e-4;
/// Differences below this are the solver's.
const SLACK: f64 = 1e-6;

/// Finds every withheld count whose range is narrower than the policy asks.
pub(crate) fn find(
    knowledge: &Knowledge,
    options: &Options,
    report: &mut AttackReport,
) -> Result<(), AttackError> {
    let policy = report.policy;
    let mut system = System::new(knowledge, &options.places, |_, _| true);
    if options.places.parents().next().is_none() {
        report.notes.push(
            "no list of which school lies in which area was given: sums from school to area were not tried"
                .to_owned(),
        );
    }
    if let Some(first) = system.contradicted.first() {
        report.notes.push(format!(
            "{} sums do not hold in what is shown, and were left out; the first of {first}",
            system.contradicted.len()
        ));
    }
    for key in &options.known_small {
        if let Some(at) = system.keys.iter().position(|other| other == key) {
            system.low[at] = system.low[at].max(policy.least());
            system.high[at] = system.high[at].min(policy.greatest());
        }
    }
    let small: Vec<bool> = if options.known_small.is_empty() {
        vec![false; system.keys.len()]
    } else {
        system
            .keys
            .iter()
            .map(|key| options.known_small.contains(key))
            .collect()
    };
    system.remember_told();
    pass_bounds(&mut system);
    // What public totals alone leave is not the release's doing.
    // Rolls are in the register of schools, and a school without pupils has none with needs.
    let is_empty = |key: &CountKey| {
        let roll = CountKey {
            provision: ProvisionCut::Total,
            count: Count::Roll,
            ..key.clone()
        };
        knowledge
            .get(&roll)
            .is_some_and(|known| known.is_exact() && known.high == 0.0)
    };
    let mut public = System::new(knowledge, &options.places, |key, known| {
        known.public
            || options.places.counts_are_public(key.level, &key.code)
            || (!known.withheld && (key.count == Count::Roll || is_empty(key)))
    });
    pass_bounds(&mut public);
    let left: Vec<Left> = system
        .keys
        .iter()
        .enumerate()
        .map(|(at, key)| Left {
            small: small[at],
            public: public
                .find(key)
                .map_or((0.0, f64::INFINITY), |at| (public.low[at], public.high[at])),
        })
        .collect();
    let mut suspects: Vec<(usize, f64, f64)> = Vec::new();
    let components = components(&system);
    report.components = components.len();
    for component in &components {
        report.unknowns += component.counts.len();
        report.equations += component.equations.len();
        report.largest_component = report.largest_component.max(component.counts.len());
    }
    // What bounds alone settle needs no solver.
    let mut targets_of: Vec<Vec<usize>> = Vec::new();
    let mut in_component = vec![false; system.keys.len()];
    for component in &components {
        let mut targets = Vec::new();
        for at in &component.counts {
            in_component[*at] = true;
            if system.withheld[*at] {
                targets.push(*at);
            }
        }
        targets_of.push(targets);
    }
    for at in 0..system.keys.len() {
        if system.withheld[at]
            && !in_component[at]
            && !is_wide(policy, small[at], system.low[at], system.high[at])
        {
            suspects.push((at, system.low[at], system.high[at]));
        }
    }
    for (component, targets) in components.iter().zip(&targets_of) {
        match solve_component(&system, component, targets, policy, &left, &mut suspects) {
            Err(Unsolved::Infeasible) => report.findings.push(Finding::Contradicted {
                near: system.keys[component.counts[0]].clone(),
            }),
            Err(Unsolved::Failed(error)) => return Err(AttackError::Solver(error)),
            Ok(()) => {}
        }
    }
    for (at, low, high) in suspects {
        if left[at].is_all_of_it(policy, low, high) {
            report.already_public += 1;
        } else {
            report.findings.push(Finding::Narrowed {
                count: system.keys[at].clone(),
                low,
                high,
            });
        }
    }
    Ok(())
}

/// What a reader of public totals alone must allow of a count.
#[derive(Debug, Clone, Copy)]
struct Left {
    /// Whether the count is known to be withheld for itself.
    small: bool,
    public: (f64, f64),
}

impl Left {
    /// Whether a range is no narrower than what public totals leave of the range asked.
    fn is_all_of_it(self, policy: ReadersPolicy, low: f64, high: f64) -> bool {
        let (public_low, public_high) = self.public;
        if public_high < policy.greatest() - NEAR {
            // Where the authority has one such child, no reader may learn the place: 0 must be possible everywhere, too.
            return low <= public_low + NEAR && high >= public_high - NEAR;
        }
        let is_all_of_a_small_range =
            low <= policy.least().max(public_low) + NEAR && high >= policy.greatest() - NEAR;
        if self.small {
            return is_all_of_a_small_range;
        }
        // Where public totals leave but the upper small values, a range of these alone could be one value.
        public_low <= policy.least() + NEAR && is_all_of_a_small_range
            || high - low >= (public_high - public_low).min(policy.width()) - NEAR
    }
}

/// Whether a range is all that the policy asks.
fn is_wide(policy: ReadersPolicy, small: bool, low: f64, high: f64) -> bool {
    // A count that can only be small keeps the whole range of small counts; so does one known to be.
    if small || high < policy.greatest() + 1.0 - SLACK {
        return low <= policy.least() + SLACK && high >= policy.greatest() - SLACK;
    }
    high - low >= policy.width() - SLACK
}

/// Draws bounds tighter, sum by sum, until nothing moves.
fn pass_bounds(system: &mut System) {
    let mut sums_of: Vec<Vec<u32>> = vec![Vec::new(); system.keys.len()];
    for (number, equation) in system.equations.iter().enumerate() {
        for (at, _) in equation {
            sums_of[*at].push(u32::try_from(number).expect("fewer than 4 billion sums"));
        }
    }
    let mut updates = vec![0_u32; system.keys.len()];
    let mut waiting = vec![true; system.equations.len()];
    let mut queue: VecDeque<usize> = (0..system.equations.len()).collect();
    while let Some(number) = queue.pop_front() {
        waiting[number] = false;
        let equation = &system.equations[number];
        // Sums of the ends that are finite, and how many are not.
        let (mut least, mut most) = (0.0, 0.0);
        let (mut endless_low, mut endless_high) = (0, 0);
        for (at, sign) in equation {
            let (a, b) = ends(system.low[*at], system.high[*at], *sign);
            if a.is_finite() {
                least += a;
            } else {
                endless_low += 1;
            }
            if b.is_finite() {
                most += b;
            } else {
                endless_high += 1;
            }
        }
        let mut moved = Vec::new();
        for (at, sign) in equation {
            let (low, high) = (system.low[*at], system.high[*at]);
            if low >= high || updates[*at] >= MOST_UPDATES {
                continue;
            }
            let (a, b) = ends(low, high, *sign);
            // The others' least and most.
            let others_least = match endless_low {
                0 => least - a,
                1 if !a.is_finite() => least,
                _ => f64::NEG_INFINITY,
            };
            let others_most = match endless_high {
                0 => most - b,
                1 if !b.is_finite() => most,
                _ => f64::INFINITY,
            };
            // sign * x = -others
            let (own_low, own_high) = (-others_most, -others_least);
            let (new_low, new_high) = ends(own_low, own_high, *sign);
            // Pupils are whole.
            let new_low = (new_low - SLACK).ceil().max(low);
            let new_high = (new_high + SLACK).floor().min(high);
            if (new_low > low || new_high < high) && new_low <= new_high {
                moved.push((*at, new_low, new_high));
            }
        }
        for (at, low, high) in moved {
            system.low[at] = system.low[at].max(low);
            system.high[at] = system.high[at].min(high);
            updates[at] += 1;
            for next in &sums_of[at] {
                let next = *next as usize;
                if !waiting[next] {
                    waiting[next] = true;
                    queue.push_back(next);
                }
            }
        }
    }
}

/// The ends of a signed range.
fn ends(low: f64, high: f64, sign: f64) -> (f64, f64) {
    if sign > 0.0 { (low, high) } else { (-high, -low) }
}

/// Unknowns that no sum ties to others.
pub(crate) struct Component {
    pub(crate) counts: Vec<usize>,
    pub(crate) equations: Vec<usize>,
}

fn is_open(system: &System, at: usize) -> bool {
    system.high[at] - system.low[at] > SLACK
}

/// The unknown that stands for all that are tied to one.
fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

fn components(system: &System) -> Vec<Component> {
    let mut parent: Vec<usize> = (0..system.keys.len()).collect();
    for equation in &system.equations {
        let mut first = None;
        for (at, _) in equation.iter().filter(|(at, _)| is_open(system, *at)) {
            let own = root(&mut parent, *at);
            match first {
                None => first = Some(own),
                Some(first) => parent[own] = first,
            }
        }
    }
    let mut place = vec![usize::MAX; system.keys.len()];
    let mut components: Vec<Component> = Vec::new();
    for at in 0..system.keys.len() {
        if !is_open(system, at) {
            continue;
        }
        let root = root(&mut parent, at);
        if place[root] == usize::MAX {
            place[root] = components.len();
            components.push(Component {
                counts: Vec::new(),
                equations: Vec::new(),
            });
        }
        components[place[root]].counts.push(at);
    }
    for (number, equation) in system.equations.iter().enumerate() {
        if let Some((at, _)) = equation.iter().find(|(at, _)| is_open(system, *at)) {
            let root = root(&mut parent, *at);
            components[place[root]].equations.push(number);
        }
    }
    components
}

/// The ranges seen of a component's counts.
struct Search {
    whole: Programme,
    /// In the order of the programme's counts.
    seen: Vec<(f64, f64)>,
    /// A solution, from which others are a few steps away.
    start: Option<Solved>,
}

impl Search {
    /// Notes a solution: each of its values is one that a reader must allow.
    fn note(&mut self, solved: &Solved) -> Result<(), Unsolved> {
        for (seen, value) in self.seen.iter_mut().zip(self.whole.values(solved)?) {
            *seen = (seen.0.min(value), seen.1.max(value));
        }
        Ok(())
    }

    /// Finds the first ranges: solutions that each draw up or down the counts not moved before.
    fn settle(&mut self) -> Result<(), Unsolved> {
        let mut still: Vec<usize> = (0..self.whole.counts.len()).collect();
        for round in 0..ROUNDS {
            let objective = still
                .iter()
                .enumerate()
                .map(|(number, place)| (self.whole.counts[*place], weight(round, number)))
                .collect();
            let solved = self.whole.solve(objective)?;
            self.note(&solved)?;
            self.start = Some(solved);
            if round > 0 {
                still.retain(|place| self.seen[*place].1 - self.seen[*place].0 < NEAR);
                if still.is_empty() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Asks whether a count may have the values that would settle it.
    fn ask(
        &mut self,
        place: usize,
        policy: ReadersPolicy,
        (public_low, public_high): (f64, f64),
        held: &impl Fn((f64, f64)) -> bool,
    ) {
        let (low, high) = self.seen[place];
        // Of a count that public totals leave few values, each end is asked for.
        let is_narrow = public_high < policy.greatest() || public_high - public_low < policy.width();
        for (direction, value) in [
            (1.0, (low + policy.width()).max(policy.greatest() + 1.0)),
            (1.0, policy.greatest()),
            (-1.0, policy.least()),
            (-1.0, high - policy.width()),
            (1.0, if is_narrow { public_high } else { f64::INFINITY }),
            (-1.0, if is_narrow { public_low } else { f64::NEG_INFINITY }),
        ] {
            let (low, high) = self.seen[place];
            if held((low, high)) {
                break;
            }
            let is_new = if direction > 0.0 {
                value > high + NEAR && value <= public_high
            } else {
                value < low - NEAR && value >= public_low
            };
            let Some(start) = self.start.as_ref().filter(|_| is_new && value.is_finite()) else {
                continue;
            };
            let count = self.whole.counts[place];
            if let Ok(solved) = self.whole.solve_from(start, count, direction, value) {
                // What the solver refuses here is looked for again from the beginning.
                self.note(&solved).unwrap_or_default();
            }
        }
    }

    /// Looks for the ends of one count's range.
    fn look(&mut self, place: usize, held: &impl Fn((f64, f64)) -> bool) -> Result<(), Unsolved> {
        for sign in [1.0, -1.0] {
            if held(self.seen[place]) {
                break;
            }
            let solved = self
                .whole
                .solve(BTreeMap::from([(self.whole.counts[place], sign)]))?;
            self.note(&solved)?;
        }
        Ok(())
    }
}

fn solve_component(
    system: &System,
    component: &Component,
    targets: &[usize],
    policy: ReadersPolicy,
    left: &[Left],
    suspects: &mut Vec<(usize, f64, f64)>,
) -> Result<(), Unsolved> {
    if targets.is_empty() {
        return Ok(());
    }
    let whole = Programme::new(system, component);
    let mut search = Search {
        seen: vec![(f64::INFINITY, f64::NEG_INFINITY); whole.counts.len()],
        whole,
        start: None,
    };
    search.settle()?;
    for at in targets {
        let place = search
            .whole
            .counts
            .binary_search(at)
            .expect("a count of the component");
        let left = left[*at];
        // What public totals narrow needs no search for more: there is none.
        let held =
            |seen: (f64, f64)| is_held(policy, left.small, seen) || left.is_all_of_it(policy, seen.0, seen.1);
        search.ask(place, policy, left.public, &held);
        search.look(place, &held)?;
        let (low, high) = search.seen[place];
        if !is_held(policy, left.small, (low, high)) && !is_wide(policy, left.small, low, high) {
            suspects.push((*at, low, high));
        }
    }
    Ok(())
}

/// Whether the values seen already settle that a range is wide enough, whatever its ends.
fn is_held(policy: ReadersPolicy, small: bool, (low, high): (f64, f64)) -> bool {
    let whole_small_range = low <= policy.least() + NEAR && high >= policy.greatest() - NEAR;
    if small {
        return whole_small_range;
    }
    // A range that reaches past the small counts needs its width alone.
    whole_small_range || (high >= policy.greatest() + NEAR && high - low >= policy.width() - NEAR)
}

/// Weights that differ from round to round and count to count, the same on every machine.
fn weight(round: usize, number: usize) -> f64 {
    let mut state = (round as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ (number as u64).wrapping_mul(0xD1B5_4A32_D192_ED03);
    state ^= state >> 29;
    state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state ^= state >> 32;
    let share = (state % 1000) as f64 / 1000.0;
    // All up, all down, then each count its own way more often up: nothing is below zero, and much is at it.
    let up = match round {
        0 => true,
        1 => false,
        _ => round.is_multiple_of(2) || state & (1 << 40) == 0,
    };
    if up { 0.5 + share } else { -0.5 - share }
}
