//! The rules, one file each. Each lists its evidence, its sources and the cases it does not cover.

mod age_profile_step;
mod external_shortfall;
mod indicator;
mod indicators;
mod log_ratio_balance;
mod marks;
mod masking;
mod nsa_bounds;
mod over_identification_check;
mod page;
mod plan_discordance;
mod pupil_evidence;
mod rate_and_share;
mod recoding;
mod rule_id;
mod school_spread;
mod secondary_need_depth;
mod semh_proxies;
mod slcn_proxies;
mod standardised_ratio;
mod substitution;

pub use indicators::{Indicators, indicators};
pub use marks::{Mark, MarkCount};
pub use masking::{
    AUDIT_MARGIN, Action, AuditPlanRow, ChangeRow, CorrectedRow, Masking, MaskingOptions, SensitivityFinding,
    masking,
};
pub use page::{Carried, Codes, Reads, Requires, RulePage};
pub use pupil_evidence::PupilEvidence;
pub use rule_id::RuleId;
pub use substitution::substitution;
