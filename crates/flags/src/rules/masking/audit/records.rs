//! The records an audit could look at: by school, provision and recorded need.

use crate::Level;
use crate::joint::{AuditedProvision, Judgement, School, SchoolVerdict};
use crate::rules::masking::rows::Rows;
use senlens_model::{AuditedNeed, Need};

/// Share of records of SLCN and SEMH taken as miscoded before an audit: the model has no estimate of it.
const MISCODED_OTHERWISE: f64 = 0.05;

/// Schools grouped by how likely masking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Red,
    Amber,
    Possible,
    Rest,
}

impl Group {
    pub(super) const ALL: [Self; 4] = [Self::Red, Self::Amber, Self::Possible, Self::Rest];
    /// The probability of masking from which a school is `possible`.
    pub(super) const POSSIBLE: f64 = 0.1;

    fn of(verdict: &SchoolVerdict) -> Self {
        match verdict.level {
            Level::Red => Self::Red,
            Level::Amber => Self::Amber,
            _ if verdict.masking() >= Self::POSSIBLE => Self::Possible,
            _ => Self::Rest,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Possible => "possible",
            Self::Rest => "rest",
        }
    }
}

/// The records of one school, provision and recorded need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    /// Position of the school among the atlas's.
    pub(super) school: usize,
    pub(super) provision: AuditedProvision,
    pub(super) recorded: AuditedNeed,
    pub(super) records: u32,
    pub(super) group: Group,
    /// Share taken as miscoded before the audit.
    pub(super) miscoded: f64,
}

/// The judged schools of the authority and their records of every need.
pub(super) fn held(rows: &Rows<'_>, schools: &[School], judgement: &Judgement) -> Vec<Held> {
    let own = u32::from(rows.inputs.area.la_code.get());
    let mut all = Vec::new();
    for ((place, school), verdict) in schools.iter().enumerate().zip(&judgement.schools) {
        if school.authority != own || matches!(verdict.level, Level::NotApplicable | Level::TooFew) {
            continue;
        }
        let group = Group::of(verdict);
        for (counts, provision) in [
            (&school.support, AuditedProvision::Support),
            (&school.plans, AuditedProvision::Plan),
        ] {
            let needs = [Need::Mld, Need::Slcn, Need::Semh].map(|need| counts[need]);
            let other = counts.values().sum::<u32>() - needs.iter().sum::<u32>();
            for (recorded, held) in AuditedNeed::ALL.into_iter().zip(needs.into_iter().chain([other])) {
                let miscoded = match recorded {
                    AuditedNeed::Mld if verdict.observed > 0.0 => verdict.displaced.mean / verdict.observed,
                    _ => MISCODED_OTHERWISE,
                };
                all.push(Held {
                    school: place,
                    provision,
                    recorded,
                    records: held,
                    group,
                    miscoded,
                });
            }
        }
    }
    all
}
