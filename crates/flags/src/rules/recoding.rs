//! I6, re-coding between censuses: from MLD to SLCN or SEMH, and from SLCN to MLD.

use super::indicator::{AMBER_Z, Against, Context, finding, share_in_words, spread_of, stands};
use super::page::{Codes, Reads, Requires, RulePage};
use super::pupil_evidence::{is_hidden, recorded};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{Dimension, Moved, Need, Provision, ProvisionCut, Urn};
use std::collections::BTreeMap;

/// With fewer pupils followed than this, a share of them means nothing.
const FEWEST: u64 = 10;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::Recoding,
    indicator: "I6",
    title: "Re-coding between censuses",
    looks_for: "pupils who move from SLCN to MLD more often than elsewhere in the authority, while those with MLD do not \
                move to SLCN or SEMH more often.",
    method: "Pupils with a need at one census and a need at the next, at the same school: of MLD, the share then SLCN or \
             SEMH; of SLCN, the share then MLD. Each against the authority's own share, allowing for how much schools \
             differ. Amber: the second higher at 95% and the first not. Steps that come with a change of phase (year 6 to 7) \
             are distinguished and not judged. Fewer than ten pupils followed: too few.",
    sources: "docs/indicators.md, I6; Meschi and others 2012 on who moves in and out; the multi-year linkage of \
              `senlens run --pupils`.",
    does_not_cover: "pupils who leave: moves are seen only of those who stay on a roll that was read. With two censuses a year's \
             re-coding campaign looks like practice; three or more tell.",
    needs: &[Requires::Cells(Dimension::PrimaryNeed), Requires::Censuses],
    codes: Codes {
        all: &[Need::Mld, Need::Slcn],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "pupil records of two or more years.",
};

/// Pupils followed: with MLD, of them then with a hidden need; with SLCN, of them then with MLD; and with MLD through a
/// change of phase, of them then with a hidden need.
type Steps = [u32; 6];

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for cut in context.cuts() {
        let mut by_school: BTreeMap<Urn, Steps> = BTreeMap::new();
        for step in context.known.transitions {
            let (Some((provision, before)), Some((_, after))) = (recorded(step.from), recorded(step.to))
            else {
                continue;
            };
            let counted = match cut {
                ProvisionCut::Total => true,
                ProvisionCut::SenSupport => provision == Provision::SenSupport,
                ProvisionCut::Plan => provision == Provision::Plan,
            };
            if !counted || step.to_period > context.inputs.year || step.stopped_by().is_some() {
                continue;
            }
            let place = match (step.moved, before) {
                (Moved::No, Need::Mld) => 0,
                (Moved::No, Need::Slcn) => 2,
                (Moved::PhaseTransfer, Need::Mld) => 4,
                _ => continue,
            };
            let steps = by_school.entry(step.school).or_default();
            steps[place] += step.pupils;
            let moved = if before == Need::Slcn {
                after == Need::Mld
            } else {
                is_hidden(after)
            };
            steps[place + 1] += if moved { step.pupils } else { 0 };
        }
        let Some(authority) = context.spots.iter().find(|spot| spot.is_authority()) else {
            continue;
        };
        let all = total(&authority.each(&by_school));
        let share = |of: usize| {
            if all[of] > 0 {
                all[of + 1] as f64 / all[of] as f64
            } else {
                0.0
            }
        };
        let against = |of: usize| -> BTreeMap<Urn, Against> {
            by_school
                .iter()
                .map(|(urn, steps)| (*urn, Against::share(steps[of + 1], steps[of], share(of))))
                .collect()
        };
        let (out, into) = (against(0), against(2));
        let spread = |each: &BTreeMap<Urn, Against>| {
            spread_of(&authority.each(each).into_iter().copied().collect::<Vec<_>>())
        };
        let (out_spread, into_spread) = (spread(&out), spread(&into));
        for spot in &context.spots {
            let inside = |each| -> Vec<Against> { spot.each(each).into_iter().copied().collect() };
            let (out_sum, out_z) = stands(&inside(&out), out_spread);
            let (_, into_z) = stands(&inside(&into), into_spread);
            let [mld, to_hidden, slcn, to_mld, through, through_hidden] = total(&spot.each(&by_school));
            let level = if mld < FEWEST || slcn < FEWEST {
                Level::TooFew
            } else if into_z.is_some_and(|z| z >= AMBER_Z) && !out_z.is_some_and(|z| z >= AMBER_Z) {
                Level::Amber
            } else {
                Level::None
            };
            let evidence = format!(
                "at the next census {} with MLD had SLCN or SEMH ({:.1} expected at the authority's rate), and {} with SLCN \
                 had MLD; through a change of phase {} with MLD had SLCN or SEMH",
                share_in_words(to_hidden, mld),
                out_sum.expected,
                share_in_words(to_mld, slcn),
                share_in_words(through_hidden, through)
            );
            let wording = match level {
                Level::TooFew => "too few pupils could be followed to say.".to_owned(),
                Level::Amber => format!(
                    "pupils move from communication needs to MLD more often than elsewhere in the authority ({to_mld} of \
                     {slcn}), and not back."
                ),
                _ => format!(
                    "{to_hidden} of {mld} pupils with MLD had a communication or mental health need a year on."
                ),
            };
            let counts = (Some(to_hidden), Some(out_sum.expected));
            found.push(finding(
                context.key(spot, cut),
                PAGE.id,
                level,
                into_z,
                counts,
                &evidence,
                &wording,
            ));
        }
    }
    found
}

fn total(schools: &[&Steps]) -> [u64; 6] {
    schools.iter().fold([0; 6], |sum, one| {
        std::array::from_fn(|at| sum[at] + u64::from(one[at]))
    })
}

#[cfg(test)]
mod tests {
    use super::total;

    #[test]
    fn steps_add_up_over_schools() {
        assert_eq!(
            total(&[&[1, 2, 3, 4, 5, 6], &[10, 0, 0, 0, 0, 1]]),
            [11, 2, 3, 4, 5, 7]
        );
        assert_eq!(total(&[]), [0; 6]);
    }
}
