//! I13, over-identification check: pupils with MLD who soon leave the register, or attain what is expected of their age.

use super::indicator::{AMBER_Z, Against, Context, finding, share_in_words, spread_of, stands};
use super::marks::{Mark, marked};
use super::page::{Codes, Reads, Requires, RulePage};
use super::pupil_evidence::recorded;
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{Dimension, Moved, Need, Provision, ProvisionCut, SenState, Urn};
use std::collections::BTreeMap;

/// With fewer pupils followed than this, a share of them means nothing.
const FEWEST: u64 = 10;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::OverIdentificationCheck,
    indicator: "I13",
    title: "Over-identification check",
    looks_for: "pupils recorded with MLD at one census who have no special educational needs at the next, more often than \
                elsewhere in the authority; and, where attainment is given, pupils with MLD who attain what is expected.",
    method: "Of pupils with MLD on SEN support still at the same school a census later, the share without SEN, against the \
             authority's share, allowing for how much schools differ. Amber: higher at 95%. Fewer than ten pupils followed: \
             too few. Attainment is told beside it.",
    sources: "docs/indicators.md, I13; the meaning of MLD implies attainment well below expectation \
              (DfES 1889-2005, not verified); Essex's evidence to Parliament in 2018 on pupils labelled for being behind.",
    does_not_cover: "pupils who were helped and no longer need support: leaving the register can be success.",
    needs: &[Requires::Cells(Dimension::PrimaryNeed), Requires::Censuses],
    codes: Codes {
        all: &[Need::Mld],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "pupil records of two or more years.",
};

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let mut by_school: BTreeMap<Urn, [u32; 2]> = BTreeMap::new();
    for step in context.known.transitions {
        let Some((Provision::SenSupport, Need::Mld)) = recorded(step.from) else {
            continue;
        };
        let followed =
            step.moved == Moved::No && step.to != SenState::NotStated && step.stopped_by().is_none();
        if followed && step.to_period <= context.inputs.year {
            let counts = by_school.entry(step.school).or_default();
            counts[0] += step.pupils;
            counts[1] += if step.to == SenState::NoSen {
                step.pupils
            } else {
                0
            };
        }
    }
    let total = |schools: &[&[u32; 2]]| {
        schools.iter().fold([0u64; 2], |sum, one| {
            std::array::from_fn(|at| sum[at] + u64::from(one[at]))
        })
    };
    let Some(authority) = context.spots.iter().find(|spot| spot.is_authority()) else {
        return Vec::new();
    };
    let [of, left] = total(&authority.each(&by_school));
    let share = if of > 0 { left as f64 / of as f64 } else { 0.0 };
    let against: BTreeMap<Urn, Against> = by_school
        .iter()
        .map(|(urn, counts)| (*urn, Against::share(counts[1], counts[0], share)))
        .collect();
    let spread = spread_of(&authority.each(&against).into_iter().copied().collect::<Vec<_>>());
    context
        .spots
        .iter()
        .map(|spot| {
            let inside: Vec<Against> = spot.each(&against).into_iter().copied().collect();
            let (sum, z) = stands(&inside, spread);
            let [of, left] = total(&spot.each(&by_school));
            let attain = marked(context, spot, Mark::AtOrAboveExpected, Need::Mld);
            let level = if of < FEWEST {
                Level::TooFew
            } else if !spot.is_authority() && z.is_some_and(|z| z >= AMBER_Z) {
                Level::Amber
            } else {
                Level::None
            };
            let mut evidence = format!(
                "of pupils with MLD on SEN support {} have no special educational needs at the next census, {:.1} expected at \
                 the authority's rate",
                share_in_words(left, of),
                sum.expected
            );
            if attain.of > 0 {
                evidence.push_str("; attainment is at or above what is expected for ");
                evidence.push_str(&share_in_words(attain.with, attain.of));
            }
            let wording = match level {
                Level::TooFew => "too few pupils could be followed to say.".to_owned(),
                Level::Amber => format!(
                    "{left} of {of} pupils with MLD left the register within a year, more than elsewhere: some may not have \
                     needed it."
                ),
                _ => format!("{left} of {of} pupils with MLD left the register within a year."),
            };
            let counts = (Some(left), Some(sum.expected));
            let key = context.key(spot, ProvisionCut::SenSupport);
            finding(key, PAGE.id, level, z, counts, &evidence, &wording)
        })
        .collect()
}
