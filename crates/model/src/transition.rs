//! Count tables of pupils followed from one census to the next, and to the plans begun since: no pupil is in them.

use crate::breaks::{self, Break};
use crate::{AcademicYear, Need, NeedCut, Urn};
use serde::Serialize;

/// Where a pupil stood in one census.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum SenState {
    /// Not in that census: not yet, or no longer, on a roll that was read.
    NotOnRoll,
    /// On roll, without special educational needs.
    NoSen,
    /// On SEN support, with the primary need (none where the census carries no types).
    SenSupport(Option<Need>),
    /// With a plan, and the primary need.
    Plan(Option<Need>),
    /// On roll, provision not stated.
    NotStated,
}

/// Whether a pupil changed school between two censuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Moved {
    /// The same school (or the academy it became).
    No,
    /// Another school of the same phase.
    ToAnotherSchool,
    /// To a school of another phase, or from year 6 to a year 7 elsewhere.
    PhaseTransfer,
    /// In only one of the two censuses.
    InOneCensusOnly,
}

/// How many pupils went from one state to another between two censuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct TransitionCount {
    /// The earlier census.
    pub from_period: AcademicYear,
    /// The later census.
    pub to_period: AcademicYear,
    /// The school in the later census; for pupils gone from it, in the earlier.
    pub school: Urn,
    /// Whether the pupils changed school.
    pub moved: Moved,
    /// State in the earlier census.
    pub from: SenState,
    /// State in the later census.
    pub to: SenState,
    /// How many pupils.
    pub pupils: u32,
}

impl TransitionCount {
    /// The break that makes the step say nothing of pupils: the provision or one of the needs means something else
    /// before and after.
    pub fn stopped_by(&self) -> Option<&'static Break> {
        let needs = [self.from.need(), self.to.need()].into_iter().flatten();
        std::iter::once(NeedCut::Total)
            .chain(needs.map(NeedCut::Of))
            .find_map(|need| breaks::stopping(need, self.from_period, self.to_period))
    }
}

/// How many pupils of a state at the census before have a plan that names a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DiscordanceCount {
    /// The last census before the plan began in which the pupil stood.
    pub time_period: AcademicYear,
    /// The school in that census.
    pub school: Urn,
    /// State in that census.
    pub census: SenState,
    /// The plan's need of rank 1; none when it names none.
    pub plan_need: Option<Need>,
    /// How many pupils.
    pub pupils: u32,
}

impl SenState {
    /// The primary need recorded, where there is one.
    pub fn need(self) -> Option<Need> {
        match self {
            Self::SenSupport(need) | Self::Plan(need) => need,
            Self::NotOnRoll | Self::NoSen | Self::NotStated => None,
        }
    }
}
