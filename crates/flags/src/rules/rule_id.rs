//! Which rule found something: the key of `flags` and `explanations`.

use super::page::RulePage;
use super::{
    age_profile_step, external_shortfall, log_ratio_balance, masking, nsa_bounds, over_identification_check,
    plan_discordance, rate_and_share, recoding, school_spread, secondary_need_depth, semh_proxies,
    slcn_proxies, standardised_ratio, substitution,
};
use std::fmt;

/// A rule, by its name. Its page ([`RuleId::page`]) says what it looks for and which counts it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleId {
    /// The joint model of masking.
    Masking,
    /// I1.
    RateAndShare,
    /// I2.
    StandardisedRatio,
    /// I3.
    Substitution,
    /// I4.
    LogRatioBalance,
    /// I5.
    SecondaryNeedDepth,
    /// I6.
    Recoding,
    /// I7.
    PlanDiscordance,
    /// I8.
    AgeProfileStep,
    /// I9.
    SemhProxies,
    /// I10.
    SlcnProxies,
    /// I11.
    SchoolSpread,
    /// I12.
    NsaBounds,
    /// I13.
    OverIdentificationCheck,
    /// I14.
    ExternalShortfall,
}

impl RuleId {
    /// Every rule: the model first, then by indicator.
    pub const ALL: [Self; 15] = [
        Self::Masking,
        Self::RateAndShare,
        Self::StandardisedRatio,
        Self::Substitution,
        Self::LogRatioBalance,
        Self::SecondaryNeedDepth,
        Self::Recoding,
        Self::PlanDiscordance,
        Self::AgeProfileStep,
        Self::SemhProxies,
        Self::SlcnProxies,
        Self::SchoolSpread,
        Self::NsaBounds,
        Self::OverIdentificationCheck,
        Self::ExternalShortfall,
    ];

    /// As it stands in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Masking => "masking",
            Self::RateAndShare => "rate_and_share",
            Self::StandardisedRatio => "standardised_ratio",
            Self::Substitution => "substitution",
            Self::LogRatioBalance => "log_ratio_balance",
            Self::SecondaryNeedDepth => "secondary_need_depth",
            Self::Recoding => "recoding",
            Self::PlanDiscordance => "plan_discordance",
            Self::AgeProfileStep => "age_profile_step",
            Self::SemhProxies => "semh_proxies",
            Self::SlcnProxies => "slcn_proxies",
            Self::SchoolSpread => "school_spread",
            Self::NsaBounds => "nsa_bounds",
            Self::OverIdentificationCheck => "over_identification_check",
            Self::ExternalShortfall => "external_shortfall",
        }
    }

    /// Its page.
    pub const fn page(self) -> &'static RulePage {
        match self {
            Self::Masking => &masking::PAGE,
            Self::RateAndShare => &rate_and_share::PAGE,
            Self::StandardisedRatio => &standardised_ratio::PAGE,
            Self::Substitution => &substitution::PAGE,
            Self::LogRatioBalance => &log_ratio_balance::PAGE,
            Self::SecondaryNeedDepth => &secondary_need_depth::PAGE,
            Self::Recoding => &recoding::PAGE,
            Self::PlanDiscordance => &plan_discordance::PAGE,
            Self::AgeProfileStep => &age_profile_step::PAGE,
            Self::SemhProxies => &semh_proxies::PAGE,
            Self::SlcnProxies => &slcn_proxies::PAGE,
            Self::SchoolSpread => &school_spread::PAGE,
            Self::NsaBounds => &nsa_bounds::PAGE,
            Self::OverIdentificationCheck => &over_identification_check::PAGE,
            Self::ExternalShortfall => &external_shortfall::PAGE,
        }
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
