//! What the policy asks of a withheld count: which values must seem possible.

use super::count_table::CountTable;
use super::layout::BLOCK;
use super::protect::ProtectionLevel;
use super::public::public_range;

/// The values that a withheld count must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProtectionInterval {
    /// Public totals give it away whatever is withheld.
    Nothing,
    /// Every value from one to another.
    Values(i32, i32),
    /// A range this wide.
    Width(i32),
}

impl ProtectionInterval {
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
pub(super) fn interval_of(
    count_table: &CountTable,
    known: &[bool],
    protection: ProtectionLevel,
    is_small: bool,
    cell: usize,
) -> (ProtectionInterval, bool) {
    if known[cell / BLOCK] {
        return (ProtectionInterval::Nothing, true);
    }
    let (public_low, public_high) = public_range(count_table, known, cell);
    if is_small && public_high < protection.greatest {
        // One who knows that there is one such child in the authority must not learn where: none may be here, too.
        let short = public_low > protection.least || public_high < protection.greatest;
        (ProtectionInterval::Values(public_low, public_high), short)
    } else if is_small && public_low <= protection.least {
        (
            ProtectionInterval::Values(protection.least, protection.greatest),
            false,
        )
    } else {
        // Where public totals leave but the upper small values, keeping those alone could leave one: it is asked what is
        // asked of any other.
        let width = protection.width().min(public_high.saturating_sub(public_low));
        (ProtectionInterval::Width(width), width < protection.width())
    }
}
