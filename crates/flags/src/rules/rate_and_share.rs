//! I1, rate and share: how many pupils have MLD, of all on roll and of those with special educational needs. Context.

use super::indicator::{Context, finding, share_in_words, sum_of_known};
use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{Dimension, Need, NeedCut, ProvisionCut, Urn};
use std::collections::BTreeMap;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::RateAndShare,
    indicator: "I1",
    title: "Rate and share of MLD",
    looks_for: "nothing: it tells how many pupils have MLD, of all on roll (the rate) and of all with special educational \
                needs (the share). The two have different denominators and can disagree, so both are told.",
    method: "Counts with Wilson's 95% interval. It is context and never calls for a review; `standardised_ratio` does.",
    sources: "Wilson 1927; the Department's need tables, which divide by all pupils at the provision.",
    does_not_cover: "everything: age, phase, and who else identifies more or less. `standardised_ratio` and `masking` allow for \
             those.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::Roll),
    ],
    codes: Codes {
        all: &[Need::Mld],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "the Department's school-level files and pupil records; areas only, as every school's rate stands in `rates`.",
};

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for cut in context.cuts() {
        let by_school: BTreeMap<Urn, Option<[u64; 3]>> = context
            .schools()
            .map(|each| {
                let counts = || {
                    Some([
                        each.tally.events(cut, NeedCut::Of(Need::Mld))?,
                        each.tally.events(cut, NeedCut::Total)?,
                        each.tally.roll()?,
                    ])
                };
                (each.school.urn, counts())
            })
            .collect();
        for spot in context.areas() {
            // Where a school's counts are not known, neither is their sum.
            let Some([mld, sen, roll]) = sum_of_known(spot.each(&by_school)) else {
                continue;
            };
            let words = match cut {
                ProvisionCut::Total => "pupils with SEN",
                ProvisionCut::SenSupport => "pupils on SEN support",
                ProvisionCut::Plan => "pupils with a plan",
            };
            let evidence = format!(
                "MLD is the need of {} {words} and of {} pupils on roll",
                share_in_words(mld, sen),
                share_in_words(mld, roll)
            );
            let level = if sen == 0 { Level::TooFew } else { Level::None };
            let share = (sen > 0).then(|| mld as f64 / sen as f64);
            let wording = format!(
                "{mld} of {sen} {words}, and of {roll} on roll, have MLD; by itself this says nothing."
            );
            let counts = (Some(mld), None);
            found.push(finding(
                context.key(spot, cut),
                PAGE.id,
                level,
                share,
                counts,
                &evidence,
                &wording,
            ));
        }
    }
    found
}
