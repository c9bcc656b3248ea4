//! Where each count lies in memory: one block a place and phase, in it one count a provision and need, and the roll.

use senlens_model::{Need, Phase};

/// SEN support, plans, both together.
pub(crate) const PROVISIONS: usize = 3;
/// Position of SEN support.
pub(crate) const SUPPORT: usize = 0;
/// Position of plans.
pub(crate) const PLAN: usize = 1;
/// Position of both together.
pub(crate) const BOTH: usize = 2;
/// Needs of the census, then [`TOTAL`], [`WITH_NEED`] and [`OTHER`].
pub(crate) const NEEDS: usize = Need::ALL.len() + 3;
/// Position of pupils at a provision, whatever the need.
pub(crate) const TOTAL: usize = Need::ALL.len();
/// Position of pupils at a provision with a type of need.
pub(crate) const WITH_NEED: usize = TOTAL + 1;
/// Position of the needs that a school's rows do not carry, together: never in a table.
pub(crate) const OTHER: usize = TOTAL + 2;
/// Position of pupils on roll.
pub(crate) const ROLL: usize = PROVISIONS * NEEDS;
/// Counts in a block.
pub(crate) const BLOCK: usize = ROLL + 1;
/// Blocks of an area: one a phase, then all phases but independent schools, then all.
pub(crate) const AREA_SLOTS: usize = Phase::ALL.len() + 2;
/// Slot of the state-funded total.
pub(crate) const STATE_FUNDED: usize = Phase::ALL.len();
/// Slot of the total of all schools.
pub(crate) const ALL_SCHOOLS: usize = Phase::ALL.len() + 1;

/// Where a count lies in its block.
pub(crate) const fn offset(provision: usize, need: usize) -> usize {
    provision * NEEDS + need
}

/// The need of an offset; none for the roll.
pub(crate) fn need_of(offset: usize) -> Option<usize> {
    (offset != ROLL).then_some(offset % NEEDS)
}

/// Whether a position names a need: not a total, "not assessed" or "not recorded".
pub(crate) fn is_type(need: usize) -> bool {
    need == OTHER || Need::ALL.get(need).is_some_and(|need| need.is_type())
}

/// The words of a need's position.
pub(crate) fn need_word(need: usize) -> &'static str {
    match need {
        TOTAL => "Total",
        WITH_NEED => "with a type of need",
        OTHER => "other needs",
        _ => Need::ALL[need].as_str(),
    }
}

/// The words of a provision's position.
pub(crate) fn provision_word(provision: usize) -> &'static str {
    ["SEN support", "Education, health and care plan", "Total"][provision]
}
