//! Moves: ways to change the counts that change no relation between them.
//!
//! Counts add up along places, provisions and needs. A change that is a product of three, one along each, keeps every
//! sum when in each dimension either what one part gains another loses, or the totals that count it gain too. So a
//! move is a list of blocks with signs (places) times a list of offsets with signs (provision and need).

use super::frame::{Frame, Unit};
use super::layout::{BLOCK, BOTH, NEEDS, OTHER, PLAN, ROLL, SUPPORT, TOTAL, WITH_NEED, is_type, offset};
use senlens_model::Need;

/// A signed position.
pub(crate) type Signed = (u32, i8);

/// A change within one place: along provision and need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inner {
    /// In an area, whose rows carry every need.
    pub(crate) fine: Vec<Signed>,
    /// In a school, whose rows carry some.
    pub(crate) coarse: Vec<Signed>,
}

impl Inner {
    /// The change in a place's block.
    pub(crate) fn in_place(&self, coarse: bool) -> &[Signed] {
        if coarse { &self.coarse } else { &self.fine }
    }
}

/// Every change within one place, and which of them change a given count.
#[derive(Debug)]
pub(crate) struct Inners {
    pub(crate) all: Vec<Inner>,
    fine: Vec<Vec<Signed>>,
    coarse: Vec<Vec<Signed>>,
    /// Without those that differ only in which of the needs a school leaves out they change.
    coarse_near: Vec<Vec<Signed>>,
}

impl Inners {
    /// Every change that the needs of a frame allow.
    pub(crate) fn of(frame: &Frame) -> Self {
        let mut needs: Vec<usize> = frame.present.clone();
        let missing = Need::Missing.index();
        // Where the needs of every area make up its total, a reader sees that nobody's need is missing.
        if !needs.contains(&missing) && !frame.needs_are_complete() {
            needs.push(missing);
        }
        let left_out: Vec<usize> = needs
            .iter()
            .copied()
            .filter(|need| !frame.carried[*need] && *need != missing)
            .collect();
        if left_out.is_empty() {
            needs.push(OTHER);
        }
        let representative = left_out.first().copied().unwrap_or(OTHER);
        let is_near = |need: usize| frame.carried[need] || need == missing || need == representative;

        let mut inners = Self {
            all: vec![Inner {
                fine: vec![(to_u32(ROLL), 1)],
                coarse: vec![(to_u32(ROLL), 1)],
            }],
            fine: vec![Vec::new(); BLOCK],
            coarse: vec![Vec::new(); BLOCK],
            coarse_near: vec![Vec::new(); BLOCK],
        };
        let mut near = vec![true];
        for gains in &needs {
            for loses in needs.iter().map(|need| Some(*need)).chain([None]) {
                // A pair stands for its reverse too.
                if loses.is_some_and(|loses| loses <= *gains) {
                    continue;
                }
                for provisions in [[SUPPORT, PLAN], [SUPPORT, BOTH], [PLAN, BOTH]] {
                    let signs: [i8; 2] = if provisions[1] == BOTH { [1, 1] } else { [1, -1] };
                    let product =
                        |needs: &[(usize, i8)]| {
                            let mut changes = Vec::new();
                            for (provision, sign) in provisions.iter().zip(signs) {
                                changes.extend(needs.iter().map(|(need, change)| {
                                    (to_u32(offset(*provision, *need)), sign * change)
                                }));
                            }
                            changes
                        };
                    let inner = Inner {
                        fine: product(&need_change(*gains, loses, |need| need)),
                        coarse: product(&need_change(*gains, loses, |need| as_school(frame, need))),
                    };
                    inners.all.push(inner);
                    near.push(is_near(*gains) && loses.is_none_or(is_near));
                }
            }
        }
        for (number, inner) in inners.all.iter().enumerate() {
            let number = to_u32(number);
            for (at, sign) in &inner.fine {
                inners.fine[*at as usize].push((number, *sign));
            }
            for (at, sign) in &inner.coarse {
                inners.coarse[*at as usize].push((number, *sign));
                if near[number as usize] {
                    inners.coarse_near[*at as usize].push((number, *sign));
                }
            }
        }
        inners
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

/// Under what need a school's rows count a need.
fn as_school(frame: &Frame, need: usize) -> usize {
    let missing = Need::Missing.index();
    if frame.carried[need] || (need == missing && frame.with_need) {
        need
    } else {
        OTHER
    }
}

/// One need gains; another loses, or the totals gain too.
fn need_change(gains: usize, loses: Option<usize>, name: impl Fn(usize) -> usize) -> Vec<(usize, i8)> {
    let mut change = [0_i8; NEEDS];
    change[name(gains)] += 1;
    change[WITH_NEED] += i8::from(is_type(gains));
    match loses {
        Some(loses) => {
            change[name(loses)] -= 1;
            change[WITH_NEED] -= i8::from(is_type(loses));
        }
        None => change[TOTAL] += 1,
    }
    change
        .into_iter()
        .enumerate()
        .filter(|(_, sign)| *sign != 0)
        .collect()
}

/// Adds the blocks that change, by a sign, when a unit gains or loses: its own, and those of the areas it lies in as far
/// as one whose counts stay, since what another unit loses lies in it too.
pub(crate) fn side_change(
    frame: &Frame,
    unit: &Unit,
    up_to: Option<usize>,
    sign: i8,
    into: &mut Vec<Signed>,
) {
    into.push((to_u32(unit.block), sign));
    let own = (!frame.nodes[unit.node].coarse).then_some(unit.node);
    for area in own.iter().chain(&unit.ancestors) {
        if up_to == Some(*area) {
            break;
        }
        for slot in &unit.slots {
            let block = frame.block(*area, *slot);
            if block != unit.block {
                into.push((to_u32(block), sign));
            }
        }
    }
}

fn to_u32(position: usize) -> u32 {
    u32::try_from(position).expect("fewer than 4 billion counts")
}
