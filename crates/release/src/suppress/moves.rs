//! Moves: ways to change the counts that change no relation between them.
//!
//! Counts add up along places, provisions and needs. A change that is a product of three, one along each, keeps every
//! sum when in each dimension either what one part gains another loses, or the totals that count it gain too. So a
//! move is a list of blocks with signs (places) times a list of offsets with signs (provision and need).

use super::count_table::{CountTable, Unit};
use super::layout::{BLOCK, BOTH, OTHER, PLAN, ROLL, SUPPORT, TOTAL, WITH_NEED, is_type, offset};
use senlens_model::Need;
use std::collections::BTreeMap;

/// A signed position.
pub(crate) type Signed = (u32, i8);

/// A change within one place: along provision and need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Move {
    /// In an area, whose rows carry every need.
    pub(crate) fine: Vec<Signed>,
    /// In a school, whose rows carry some.
    pub(crate) coarse: Vec<Signed>,
}

impl Move {
    /// The change in a place's block.
    pub(crate) fn in_place(&self, coarse: bool) -> &[Signed] {
        if coarse { &self.coarse } else { &self.fine }
    }
}

/// Every change within one place, and which of them change a given count.
#[derive(Debug)]
pub(crate) struct Moves {
    pub(crate) all: Vec<Move>,
    fine: Vec<Vec<Signed>>,
    coarse: Vec<Vec<Signed>>,
    /// Without those that differ only in which of the needs a school leaves out they change.
    coarse_near: Vec<Vec<Signed>>,
}

impl Moves {
    /// Every change that the needs of a count table allow.
    pub(crate) fn of(count_table: &CountTable) -> Self {
        let needs = needs_of(count_table);
        let missing = Need::Missing.index();
        let left_out: Vec<usize> = needs
            .iter()
            .copied()
            .filter(|need| !count_table.carried[*need] && *need != missing && *need != OTHER)
            .collect();
        let representative = left_out.first().copied().unwrap_or(OTHER);
        let is_near = |need: usize| count_table.carried[need] || need == missing || need == representative;

        let mut moves = Self {
            all: vec![Move {
                fine: vec![(to_u32(ROLL), 1)],
                coarse: vec![(to_u32(ROLL), 1)],
            }],
            fine: vec![Vec::new(); BLOCK],
            coarse: vec![Vec::new(); BLOCK],
            coarse_near: vec![Vec::new(); BLOCK],
        };
        let mut near = vec![true];
        let mut add = |changes: &[(usize, usize, i8)], is_near: bool| {
            let of_move = |name: &dyn Fn(usize) -> usize| {
                let mut sum: BTreeMap<u32, i8> = BTreeMap::new();
                for (provision, need, sign) in changes {
                    for provision in [*provision, BOTH] {
                        for counted in counted_with(name(*need)) {
                            *sum.entry(to_u32(offset(provision, counted))).or_default() += sign;
                        }
                    }
                }
                sum.into_iter().filter(|(_, sign)| *sign != 0).collect()
            };
            moves.all.push(Move {
                fine: of_move(&|need| need),
                coarse: of_move(&|need| as_school(count_table, need)),
            });
            near.push(is_near);
        };
        for (at, gains) in needs.iter().enumerate() {
            // Pupils come or go at one provision, or change from one to the other.
            for changes in [
                &[(SUPPORT, *gains, 1)][..],
                &[(PLAN, *gains, 1)],
                &[(SUPPORT, *gains, 1), (PLAN, *gains, -1)],
            ] {
                add(changes, is_near(*gains));
            }
            for (of_other, loses) in needs.iter().enumerate().filter(|(of_other, _)| *of_other != at) {
                let near = is_near(*gains) && is_near(*loses);
                // Both provision and need change.
                add(&[(SUPPORT, *gains, 1), (PLAN, *loses, -1)], near);
                // The need changes, at one provision, or at both in opposite ways. A pair stands for its reverse too.
                if of_other > at {
                    let from =
                        |provision: usize, sign: i8| [(provision, *gains, sign), (provision, *loses, -sign)];
                    add(&from(SUPPORT, 1), near);
                    add(&from(PLAN, 1), near);
                    add(&[from(SUPPORT, 1), from(PLAN, -1)].concat(), near);
                }
            }
        }
        for (number, of_move) in moves.all.iter().enumerate() {
            let number = to_u32(number);
            for (at, sign) in &of_move.fine {
                moves.fine[*at as usize].push((number, *sign));
            }
            for (at, sign) in &of_move.coarse {
                moves.coarse[*at as usize].push((number, *sign));
                if near[number as usize] {
                    moves.coarse_near[*at as usize].push((number, *sign));
                }
            }
        }
        moves
    }

    /// The changes that change an offset, each with the sign it changes it by. `near`: only schools change.
    pub(crate) fn changing(&self, within: usize, coarse: bool, near: bool) -> &[Signed] {
        match (coarse, near) {
            (false, _) => &self.fine[within],
            (true, false) => &self.coarse[within],
            (true, true) => &self.coarse_near[within],
        }
    }
}

/// The needs between which pupils may move: those that some place carries; one for pupils whose need is not recorded, unless
/// a reader sees that there are none; and one for the rest, where schools leave none of these out.
pub(super) fn needs_of(count_table: &CountTable) -> Vec<usize> {
    let mut needs: Vec<usize> = count_table.present.clone();
    let missing = Need::Missing.index();
    // Where the needs of every area make up its total, a reader sees that no pupil's need is missing.
    if !needs.contains(&missing) && !count_table.needs_are_complete() {
        needs.push(missing);
    }
    if needs
        .iter()
        .all(|need| count_table.carried[*need] || *need == missing)
    {
        needs.push(OTHER);
    }
    needs
}

/// Under what need a school's rows count a need.
pub(super) fn as_school(count_table: &CountTable, need: usize) -> usize {
    let missing = Need::Missing.index();
    if count_table.carried[need] || (need == missing && count_table.with_need) {
        need
    } else {
        OTHER
    }
}

/// A need, and the totals that count it.
fn counted_with(need: usize) -> impl Iterator<Item = usize> {
    [need, TOTAL]
        .into_iter()
        .chain(is_type(need).then_some(WITH_NEED))
}

/// Adds the blocks that change, by a sign, when a unit gains or loses: its own, and those of the areas it lies in as far
/// as one whose counts stay, since what another unit loses lies in it too.
pub(crate) fn side_change(
    count_table: &CountTable,
    unit: &Unit,
    up_to: Option<usize>,
    sign: i8,
    into: &mut Vec<Signed>,
) {
    into.push((to_u32(unit.block), sign));
    let own = (!count_table.nodes[unit.node].coarse).then_some(unit.node);
    for area in own.iter().chain(&unit.ancestors) {
        if up_to == Some(*area) {
            break;
        }
        for slot in &unit.slots {
            let block = count_table.block(*area, *slot);
            if block != unit.block {
                into.push((to_u32(block), sign));
            }
        }
    }
}

fn to_u32(position: usize) -> u32 {
    u32::try_from(position).expect("fewer than 4 billion counts")
}
