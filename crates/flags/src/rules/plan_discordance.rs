//! I7, plan discordance: of pupils with MLD on SEN support before their plan began, how many plans name another need.

use super::indicator::{AMBER_Z, Against, Context, finding, share_in_words, spread_of, stands};
use super::page::{Codes, Reads, Requires, RulePage};
use super::pupil_evidence::{is_hidden, recorded};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{Dimension, Need, Provision, ProvisionCut, Urn};
use std::collections::BTreeMap;

/// With fewer plans than this, a share of them means nothing.
const FEWEST: u64 = 10;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::PlanDiscordance,
    indicator: "I7",
    title: "Plans that name another need than the school did",
    looks_for: "pupils recorded with MLD on SEN support at the last census before their plan began, whose plan names another \
                need first: an assessment has since taken place.",
    method: "The share of such plans that do not name MLD, with Wilson's 95% interval and the number of plans; and of them \
             those naming SLCN or SEMH. A part, district or school is amber when that latter share is higher than the \
             authority's at 95%, allowing for how much schools differ. The authority itself has nothing to be held \
             against: its share is told. Fewer than ten plans: too few.",
    sources: "docs/indicators.md, I7; SEN2 person-level collection from 2023, joined to the census by pupil \
              number under a key that is dropped.",
    does_not_cover: "pupils without a plan, who are most: only the severe end is seen. In an authority with a backlog of assessments \
             plans are a selected sample.",
    needs: &[Requires::Cells(Dimension::PrimaryNeed), Requires::Plans],
    codes: Codes {
        all: &[Need::Mld],
        any: &[Need::Slcn, Need::Semh],
    },
    reads: Reads::EveryCount,
    runs_on: "pupil records with `--plans`.",
};

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    // Plans with a need, those that do not name MLD, those that name SLCN or SEMH.
    let mut by_school: BTreeMap<Urn, [u32; 3]> = BTreeMap::new();
    for one in context.known.discordance {
        let (Some((Provision::SenSupport, Need::Mld)), Some(named)) = (recorded(one.census), one.plan_need)
        else {
            continue;
        };
        let counts = by_school.entry(one.school).or_default();
        counts[0] += one.pupils;
        counts[1] += if named == Need::Mld { 0 } else { one.pupils };
        counts[2] += if is_hidden(named) { one.pupils } else { 0 };
    }
    let total = |schools: &[&[u32; 3]]| {
        schools.iter().fold([0u64; 3], |sum, one| {
            std::array::from_fn(|at| sum[at] + u64::from(one[at]))
        })
    };
    let Some(authority) = context.spots.iter().find(|spot| spot.is_authority()) else {
        return Vec::new();
    };
    let [plans, _, hidden] = total(&authority.each(&by_school));
    let share = if plans > 0 {
        hidden as f64 / plans as f64
    } else {
        0.0
    };
    let against: BTreeMap<Urn, Against> = by_school
        .iter()
        .map(|(urn, counts)| (*urn, Against::share(counts[2], counts[0], share)))
        .collect();
    let spread = spread_of(&authority.each(&against).into_iter().copied().collect::<Vec<_>>());
    context
        .spots
        .iter()
        .map(|spot| {
            let inside: Vec<Against> = spot.each(&against).into_iter().copied().collect();
            let (sum, z) = stands(&inside, spread);
            let [plans, other, hidden] = total(&spot.each(&by_school));
            let level = if plans < FEWEST {
                Level::TooFew
            } else if !spot.is_authority() && z.is_some_and(|z| z >= AMBER_Z) {
                Level::Amber
            } else {
                Level::None
            };
            let evidence = format!(
                "of plans begun for pupils with MLD on SEN support {} name another need, {} SLCN or SEMH",
                share_in_words(other, plans),
                share_in_words(hidden, plans)
            );
            let wording = match level {
                Level::TooFew => "too few plans to say.".to_owned(),
                _ => format!(
                    "{other} of {plans} plans begun for pupils with MLD name another need first, {hidden} of them \
                     communication or mental health."
                ),
            };
            let counts = (Some(hidden), Some(sum.expected));
            let key = context.key(spot, ProvisionCut::SenSupport);
            finding(key, PAGE.id, level, z, counts, &evidence, &wording)
        })
        .collect()
}
