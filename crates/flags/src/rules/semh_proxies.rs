//! I9, SEMH proxies: absence and suspensions among pupils with MLD and no SEMH at any rank.

use super::indicator::{Context, finding, share_in_words};
use super::marks::{Mark, beyond_in_words, marked};
use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::Finding;
use crate::Level;
use senlens_model::{Dimension, Need, ProvisionCut};

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::SemhProxies,
    indicator: "I9",
    title: "Signs of mental health needs among pupils with MLD",
    looks_for: "pupils with MLD, and no SEMH at any rank, who were suspended or are absent for a tenth of sessions or more: \
                candidates for an unrecorded mental health need.",
    method: "The share suspended, and the share persistently absent, against the authority's other schools; Newcombe's 95% \
             interval for the difference. Amber where either is higher. Fewer than ten pupils: too few.",
    sources: "Hutchinson and others, EPI 2025: suspended for a day, four times the chance of SEMH in secondary; absence by \
              primary need in the Department's attendance statistics.",
    does_not_cover: "poverty, which goes with both marks: read beside free school meals. Pupils neither suspended nor absent.",
    needs: &[Requires::Cells(Dimension::PrimaryNeed), Requires::Absence],
    codes: Codes {
        all: &[Need::Mld, Need::Semh],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "pupil extracts (CSV, Parquet, Arrow) with a column `PersistentAbsentee` or `Suspended`, so named or by a \
              mapping.",
};

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    context
        .spots
        .iter()
        .map(|spot| {
            let suspended = marked(context, spot, Mark::Suspended, Need::Mld);
            let absent = marked(context, spot, Mark::PersistentlyAbsent, Need::Mld);
            let level = match (suspended.level, absent.level) {
                (Level::Amber, _) | (_, Level::Amber) => Level::Amber,
                (Level::TooFew, Level::TooFew) => Level::TooFew,
                _ => Level::None,
            };
            let evidence = format!(
                "of pupils with MLD and no SEMH at any rank {} were suspended{} and {} are persistently absent{}",
                share_in_words(suspended.with, suspended.of),
                beyond_in_words(&suspended),
                share_in_words(absent.with, absent.of),
                beyond_in_words(&absent)
            );
            let wording = match level {
                Level::TooFew => "too few pupils with MLD to say.",
                Level::Amber => "pupils with MLD are suspended or absent more often than elsewhere: look for mental health needs.",
                _ => "pupils with MLD are suspended or absent no more often than elsewhere in the authority.",
            };
            let score = suspended.beyond.as_ref().map(|beyond| beyond.value);
            let key = context.key(spot, ProvisionCut::Total);
            finding(key, PAGE.id, level, score, (Some(suspended.with), None), &evidence, wording)
        })
        .collect()
}
