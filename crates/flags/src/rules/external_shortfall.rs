//! I14, external shortfall: recorded SLCN and SEMH beside what surveys of children find. Context.

use super::indicator::{Context, finding, is_mainstream};
use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{Dimension, NcYear, Need, ProvisionCut, Urn};
use std::collections::BTreeMap;

/// Children of year 1 with a language disorder of unknown origin, in every hundred: Norbury and others 2016.
const LANGUAGE_DISORDER: f64 = 0.0758;
/// Children of 8 to 16 with a probable mental disorder: NHS, Mental Health of Children and Young People 2023.
const MENTAL_DISORDER: f64 = 0.203;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::ExternalShortfall,
    indicator: "I14",
    title: "Recorded needs beside surveys",
    looks_for: "how far SLCN in year 1 and SEMH in years 4 to 11 fall short of what surveys of children find.",
    method: "Pupils with SLCN as the primary need in year 1 over 7.58% of those on roll; with SEMH in years 4 to 11 (about 8 \
             to 16) over 20.3%. Mainstream schools. Context: never calls for a review, since a diagnostic survey and a census \
             code measure different things.",
    sources: "Norbury and others 2016 (7.58%, 5.33 to 10.66, of unknown origin); NHS Digital 2023 (20.3% of 8 to 16); \
              Hartshorne, I CAN 2016, who found 3.04% recorded where 7.58% were expected.",
    does_not_cover: "needs recorded second, needs met without SEN support, and how children here differ from those surveyed.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::NcYear),
        Requires::Cells(Dimension::Roll),
    ],
    codes: Codes {
        all: &[],
        any: &[Need::Slcn, Need::Semh],
    },
    reads: Reads::EveryCount,
    runs_on: "pupil records; areas only.",
};

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let Some(cells) = context.inputs.schools else {
        return Vec::new();
    };
    // On roll in year 1, of them with SLCN; on roll in years 4 to 11, of them with SEMH.
    let mut by_school: BTreeMap<Urn, [u64; 4]> = BTreeMap::new();
    for cell in cells.cells() {
        let Some(school) = cells
            .place(cell.place)
            .school()
            .filter(|school| is_mainstream(school.phase))
        else {
            continue;
        };
        if cell.time_period != context.inputs.year {
            continue;
        }
        let (place, need) = match cell.nc_year {
            Some(NcYear::Year(1)) => (0, Need::Slcn),
            Some(NcYear::Year(4..=11)) => (2, Need::Semh),
            _ => continue,
        };
        let counts = by_school.entry(school.urn).or_default();
        counts[place] += u64::from(cell.pupils);
        if cell.sen_provision.is_sen() && cell.primary_need == Some(need) {
            counts[place + 1] += u64::from(cell.pupils);
        }
    }
    context
        .areas()
        .map(|spot| {
            let [young, slcn, older, semh] = spot
                .each(&by_school)
                .into_iter()
                .fold([0u64; 4], |sum, one| std::array::from_fn(|at| sum[at] + one[at]));
            let language = LANGUAGE_DISORDER * young as f64;
            let mental = MENTAL_DISORDER * older as f64;
            let level = if young == 0 && older == 0 { Level::TooFew } else { Level::None };
            let evidence = format!(
                "SLCN is recorded for {slcn} of {young} pupils of year 1, {language:.0} at the rate of a survey; SEMH for \
                 {semh} of {older} of years 4 to 11, {mental:.0} at the rate of a survey"
            );
            let wording = format!(
                "{slcn} pupils of year 1 have SLCN recorded, where a survey would find about {language:.0}; surveys and \
                 census codes measure different things."
            );
            let score = (language > 0.0).then(|| slcn as f64 / language);
            let key = context.key(spot, ProvisionCut::Total);
            let counts = (Some(slcn), Some(language));
            finding(key, PAGE.id, level, score, counts, &evidence, &wording)
        })
        .collect()
}
