//! The joint model of masking: schools' counts of pupils by need come in, and for every school and area the
//! probabilities of six rival explanations go out, with the pupils displaced and a level held to a stated rate of
//! false discoveries. Method, formulae and measured errors: `METHOD.md` in this crate.

#![expect(
    clippy::needless_range_loop,
    reason = "matrices are read by row and column, as their formulae are written"
)]

mod allot;
mod area;
mod audit;
mod change;
mod displaced;
mod engine;
mod evidence;
mod exponential;
mod hypothesis;
mod judge;
pub mod knowing;
mod laplace;
mod leap;
mod learn;
mod look;
mod matrix;
mod means;
mod parameters;
mod prior;
mod school;
mod sensitivity;
mod variation;

pub use audit::{
    AUDITED_NAMES, AUDITED_NEEDS, AuditError, AuditLine, AuditedProvision, Corrected, Draw, SamplingPlan,
    Stratum, corrected, plan_audit, plan_audit_of,
};
pub use change::{AreaYear, Change, Difference, area_spread, change};
pub use displaced::DisplacedPupils;
pub use engine::Learned;
pub use evidence::{EVIDENCE_KINDS, Evidence, EvidenceKind, EvidenceRates};
pub use hypothesis::{Donors, EXPLANATIONS};
pub use judge::{AreaKey, AreaVerdict, Effort, Judgement, MaskedShare, SchoolVerdict, Settings, judge};
pub use school::{Counted, NEED_CODES, NEEDS, School, SchoolPhase};
pub use sensitivity::{Apart, Sensitivity, SensitivityRow, sensitivities, sensitivity};
pub use variation::Variation;
