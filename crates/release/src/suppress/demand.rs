//! What the policy asks of a withheld count: which values must seem possible.

use super::frame::Frame;
use super::layout::BLOCK;
use super::protect::Asked;
use super::public::public_range;

/// The values that a withheld count must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// Public totals give it away whatever is withheld.
    Nothing,
    /// Every value from one to another.
    Values(i32, i32),
    /// A range this wide.
    Width(i32),
}

impl Demand {
    /// Whether a count of this value must seem to have another.
    pub(super) fn asks_for_others(self, value: i32) -> bool {
        match self {
            Self::Nothing => false,
            Self::Values(low, high) => (low, high) != (value, value),
            Self::Width(width) => width > 0,
        }
    }
}

/// What is asked of a count, and whether public totals leave less than the policy would ask.
pub(super) fn demand_of(
    frame: &Frame,
    known: &[bool],
    asked: Asked,
    is_small: bool,
    cell: usize,
) -> (Demand, bool) {
    if known[cell / BLOCK] {
        return (Demand::Nothing, true);
    }
    let (public_low, public_high) = public_range(frame, known, cell);
    if is_small && public_high < asked.greatest {
        // One who knows that there is one such child in the authority must not learn where: none may be here, too.
        let short = public_low > asked.least || public_high < asked.greatest;
        (Demand::Values(public_low, public_high), short)
    } else if is_small && public_low <= asked.least {
        (Demand::Values(asked.least, asked.greatest), false)
    } else {
        // Where public totals leave but the upper small values, keeping those alone could leave one: it is asked what is
        // asked of any other.
        let width = asked.width().min(public_high.saturating_sub(public_low));
        (Demand::Width(width), width < asked.width())
    }
}
