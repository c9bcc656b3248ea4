//! What every row of every table is about.

use senlens_model::{AcademicYear, Coverage, PhaseCut, Place, ProvisionCut};
use std::sync::Arc;

/// Year, coverage, place, phase and provision of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The academic year.
    pub time_period: AcademicYear,
    /// The universe of schools.
    pub coverage: Coverage,
    /// The place.
    pub place: Arc<Place>,
    /// All phases, or one.
    pub phase: PhaseCut,
    /// SEN support and plans, together or apart.
    pub sen_provision: ProvisionCut,
}
