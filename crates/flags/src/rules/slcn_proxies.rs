//! I10, SLCN proxies: missed goals of communication and language among pupils with MLD and no SLCN at any rank.

use super::indicator::{Context, finding, share_in_words};
use super::marks::{Mark, beyond_in_words, marked};
use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{Dimension, Need, ProvisionCut};

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::SlcnProxies,
    indicator: "I10",
    title: "Signs of language needs among pupils with MLD",
    looks_for: "pupils with MLD, and no SLCN at any rank, who missed the early years goals of communication and language (or \
                the phonics standard).",
    method: "Their share, against the authority's other schools; Newcombe's 95% interval for the difference. Amber where it \
             is higher. Fewer than ten pupils: too few.",
    sources: "Norbury and others 2016: language disorder in 7.6% of children, most of whom miss expected progress; Strand and \
              Lindorff 2021 on early attainment.",
    does_not_cover: "children whose English is new, and those without early years results.",
    needs: &[Requires::Cells(Dimension::PrimaryNeed), Requires::Attainment],
    codes: Codes {
        all: &[Need::Mld, Need::Slcn],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "pupil extracts (CSV, Parquet, Arrow) with a column `LanguageGoals`, so named or by a \
              mapping.",
};

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    context
        .spots
        .iter()
        .map(|spot| {
            let missed = marked(context, spot, Mark::MissedLanguageGoals, Need::Mld);
            let evidence = format!(
                "of pupils with MLD and no SLCN at any rank {} missed the goals of communication and language{}",
                share_in_words(missed.with, missed.of),
                beyond_in_words(&missed)
            );
            let wording = match missed.level {
                Level::TooFew => "too few pupils with MLD to say.",
                Level::Amber => "pupils with MLD missed language goals more often than elsewhere: look for language needs.",
                _ => "pupils with MLD missed language goals no more often than elsewhere in the authority.",
            };
            let score = missed.beyond.as_ref().map(|beyond| beyond.value);
            let key = context.key(spot, ProvisionCut::Total);
            finding(key, PAGE.id, missed.level, score, (Some(missed.with), None), &evidence, wording)
        })
        .collect()
}
