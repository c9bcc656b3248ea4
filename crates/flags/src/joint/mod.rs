//! The joint model of masking: schools' counts of pupils by need come in, and for every school and area the
//! probabilities of six rival explanations go out, with the pupils displaced and a level held to a stated rate of
//! false discoveries. `METHOD.md` in this crate has the method, the formulae and the measured errors; each of its
//! chapters names its modules here.

#![expect(
    clippy::needless_range_loop,
    reason = "matrices are read by row and column, as their formulae are written"
)]

mod area;
mod audit;
mod change;
mod displaced;
mod engine;
mod evidence;
mod exponential;
mod hypothesis;
mod laplace;
mod learning;
mod matrix;
#[cfg(test)]
mod method;
pub mod oracle;
mod parameters;
mod prepared;
mod prior;
mod school;
mod sensitivity;
mod settings;
mod verdict;

pub use audit::{
    AUDITED_NAMES, AUDITED_NEEDS, AuditError, AuditLine, AuditedProvision, Corrected, Draw, SamplingPlan,
    Stratum, corrected, plan_audit, plan_audit_of,
};
pub use change::{AreaYear, Change, Difference, area_spread, change};
pub use displaced::DisplacedPupils;
pub use engine::{Judgement, Learned, judge};
pub use evidence::{EVIDENCE_KINDS, Evidence, EvidenceKind, EvidenceRates};
pub use hypothesis::{Donors, EXPLANATIONS};
pub use school::{Counted, School, SchoolPhase};
pub use sensitivity::{ByProvision, Sensitivity, SensitivityRow, Variation, sensitivities, sensitivity};
pub use settings::{Effort, Settings};
pub use verdict::{AreaKey, AreaVerdict, MaskedShare, SchoolVerdict};
