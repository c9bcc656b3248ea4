//! The indicators of `docs/indicators.md`, each a file, run where the input carries what they need.

use super::indicator::Context;
use super::page::{Carried, Requires};
use super::pupil_evidence::PupilEvidence;
use super::rule_id::RuleId;
use super::{
    age_profile_step, external_shortfall, log_ratio_balance, nsa_bounds, over_identification_check,
    plan_discordance, rate_and_share, recoding, school_spread, secondary_need_depth, semh_proxies,
    slcn_proxies, standardised_ratio,
};
use crate::Finding;
use senlens_compare::{Comparison, Inputs};
use senlens_model::Dimensions;
use std::collections::BTreeSet;

type Find = fn(&Context<'_>) -> Vec<Finding>;

/// The indicators beside the model and the substitution test, which have functions of their own.
const INDICATORS: [(RuleId, Find); 13] = [
    (RuleId::RateAndShare, rate_and_share::find),
    (RuleId::StandardisedRatio, standardised_ratio::find),
    (RuleId::LogRatioBalance, log_ratio_balance::find),
    (RuleId::SecondaryNeedDepth, secondary_need_depth::find),
    (RuleId::Recoding, recoding::find),
    (RuleId::PlanDiscordance, plan_discordance::find),
    (RuleId::AgeProfileStep, age_profile_step::find),
    (RuleId::SemhProxies, semh_proxies::find),
    (RuleId::SlcnProxies, slcn_proxies::find),
    (RuleId::SchoolSpread, school_spread::find),
    (RuleId::NsaBounds, nsa_bounds::find),
    (RuleId::OverIdentificationCheck, over_identification_check::find),
    (RuleId::ExternalShortfall, external_shortfall::find),
];

/// What the indicators found, and which the input did not allow.
#[derive(Debug, Clone, Default)]
pub struct Indicators {
    /// One row a place, provision and rule.
    pub findings: Vec<Finding>,
    /// One sentence for all rules that could not run.
    pub notes: Vec<String>,
}

/// Runs every indicator whose counts the input carries, on the authority, its parts, its districts and its schools.
pub fn indicators(inputs: &Inputs<'_>, comparison: &Comparison<'_>, known: &PupilEvidence<'_>) -> Indicators {
    let has = |mark: &[super::Mark]| known.marks.iter().any(|one| mark.contains(&one.mark));
    let beside = [
        (Requires::Censuses, !known.transitions.is_empty()),
        (Requires::Plans, !known.discordance.is_empty()),
        (
            Requires::Absence,
            has(&[super::Mark::PersistentlyAbsent, super::Mark::Suspended]),
        ),
        (Requires::Attainment, has(&[super::Mark::MissedLanguageGoals])),
    ];
    let carried = Carried {
        cells: inputs
            .schools
            .map_or_else(Dimensions::default, senlens_model::Cells::dimensions),
        beside: beside
            .into_iter()
            .filter(|(_, is)| *is)
            .map(|(need, _)| need)
            .collect(),
    };
    let context = Context::new(inputs, comparison, known);
    let mut all = Indicators::default();
    let mut lacking = Vec::new();
    for (rule, find) in INDICATORS {
        let page = rule.page();
        let missing = page.lacking(&carried);
        if !page.codes.lacking(inputs.year).is_empty() {
            continue;
        }
        if missing.is_empty() {
            all.findings.extend(find(&context));
        } else {
            let words: Vec<&str> = missing.iter().map(|need| need.in_words()).collect();
            lacking.push(format!("{rule} ({})", words.join(", ")));
        }
    }
    if !lacking.is_empty() {
        all.notes.push(format!(
            "Rules that this input does not carry the counts for: {}. `senlens explain RULE` tells what each needs.",
            lacking.join("; ")
        ));
    }
    // Of every rule, the model and the substitution test included.
    let without_codes: Vec<String> = RuleId::ALL
        .into_iter()
        .map(|rule| (rule, rule.page().codes.lacking(inputs.year)))
        .filter(|(_, codes)| !codes.is_empty())
        .map(|(rule, codes)| {
            let codes: Vec<&str> = codes.iter().map(|need| need.as_str()).collect();
            format!("{rule} ({})", codes.join(", "))
        })
        .collect();
    if !without_codes.is_empty() {
        all.notes.push(format!(
            "Rules about types of need that the census of {} did not have: {}.",
            inputs.year.in_words(),
            without_codes.join("; ")
        ));
    }
    let stopped: BTreeSet<String> = known
        .transitions
        .iter()
        .filter(|step| step.to_period <= inputs.year)
        .filter_map(|step| {
            let found = step.stopped_by()?;
            Some(format!(
                "Pupils are not followed from {} to {} where a code means something else after: {}.",
                step.from_period.in_words(),
                step.to_period.in_words(),
                found.why
            ))
        })
        .collect();
    all.notes.extend(stopped);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_runs() {
        let mut run: Vec<RuleId> = INDICATORS.iter().map(|(rule, _)| *rule).collect();
        // These two have functions of their own.
        run.extend([RuleId::Masking, RuleId::Substitution]);
        run.sort_unstable();
        assert_eq!(run, RuleId::ALL);
    }

    #[test]
    fn every_indicator_has_one_page_with_every_heading() {
        let numbers: BTreeSet<&str> = RuleId::ALL
            .into_iter()
            .map(|rule| rule.page().indicator)
            .filter(|number| !number.is_empty())
            .collect();
        let wanted: BTreeSet<String> = (1..=14).map(|number| format!("I{number}")).collect();
        assert_eq!(numbers, wanted.iter().map(String::as_str).collect());
        let names: BTreeSet<&str> = RuleId::ALL.into_iter().map(RuleId::as_str).collect();
        assert_eq!(names.len(), RuleId::ALL.len());
        for rule in RuleId::ALL {
            let page = rule.page();
            assert_eq!(page.id, rule);
            let text = page.text();
            assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
            for heading in [
                "Looks for:",
                "How it decides:",
                "Needs:",
                "Codes:",
                "Runs on:",
                "Sources:",
                "Does not cover:",
            ] {
                assert!(text.contains(heading), "{rule}: {heading}");
            }
        }
    }
}
