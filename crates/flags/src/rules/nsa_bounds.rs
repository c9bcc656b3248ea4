//! I12, NSA and missing codes: how many on SEN support have no assessed need, and how the balance of MLD against SLCN and
//! SEMH changes when they are counted with one need or another.

use super::indicator::{AMBER_Z, Context, finding, share_in_words, sum_of_known};
use super::log_ratio_balance::{Balance, balance, of_schools, squared_error};
use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{Dimension, Need, NeedCut, ProvisionCut, Urn};
use std::collections::BTreeMap;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::NsaBounds,
    indicator: "I12",
    title: "Bounds from pupils not assessed",
    looks_for: "places where pupils without an assessed or recorded need are so many that another way of counting them would \
                turn the balance of MLD against SLCN and SEMH.",
    method: "The share of pupils at the provision whose need is NSA or missing, and the log-ratio balance with none of them \
             counted, all as MLD, all as SLCN and SEMH (half each), and in proportion; expectations as they are, so the \
             second and third are bounds; the standard error is that of `log_ratio_balance`. Amber where the balance would call for a look under one way of counting and not \
             under another.",
    sources: "Manski 2003 on bounds from missing data; the Department's NSA code of 2014, a category of its own in its \
              denominators.",
    does_not_cover: "whom the comparator has not assessed: expected numbers are of recorded needs.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::Roll),
    ],
    codes: Codes {
        all: &[Need::Mld, Need::Slcn, Need::Semh],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "the Department's school-level files and pupil records; areas only.",
};

/// The balance with the `unassessed` pupils counted in four ways: not at all, as MLD, as SLCN and SEMH, and in proportion
/// to the `all` others.
fn reassigned(own: &Balance, unassessed: f64, all: f64) -> [Balance; 4] {
    let with = |more: [f64; 3]| Balance {
        observed: std::array::from_fn(|need| own.observed[need] + more[need]),
        expected: own.expected,
    };
    let part = if all > 0.0 { unassessed / all } else { 0.0 };
    [
        *own,
        with([unassessed, 0.0, 0.0]),
        with([0.0, 0.5 * unassessed, 0.5 * unassessed]),
        with(own.observed.map(|count| part * count)),
    ]
}

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let benchmarks = context.benchmarks();
    let mut found = Vec::new();
    for cut in context.cuts() {
        if cut == ProvisionCut::Plan {
            // A plan follows an assessment: the code is for SEN support.
            continue;
        }
        let by_school: BTreeMap<Urn, Option<[u64; 2]>> = context
            .schools()
            .map(|each| {
                let count = |need| each.tally.events(cut, NeedCut::Of(need));
                let counts = || {
                    Some([
                        count(Need::Nsa)? + count(Need::Missing)?,
                        each.tally.events(cut, NeedCut::Total)?,
                    ])
                };
                (each.school.urn, counts())
            })
            .collect();
        let of_schools = of_schools(context, benchmarks, cut);
        for spot in context.areas() {
            let Some(own) = balance(benchmarks, spot, cut) else {
                continue;
            };
            let Some([unassessed, sen]) = sum_of_known(spot.each(&by_school)) else {
                continue;
            };
            let ways = reassigned(&own, unassessed as f64, (sen - unassessed) as f64);
            let error = squared_error(&own, &spot.each(&of_schools)).sqrt();
            let calls: Vec<bool> = ways.iter().map(|way| way.delta() / error >= AMBER_Z).collect();
            let level = if sen == 0 {
                Level::TooFew
            } else if calls.iter().any(|call| *call != calls[0]) {
                Level::Amber
            } else {
                Level::None
            };
            let [none, to_mld, to_hidden, in_proportion] = ways.map(|way| way.delta());
            let evidence = format!(
                "no assessed or recorded need: {}; balance of MLD {none:.2} as recorded, {to_mld:.2} with all of them MLD, \
                 {to_hidden:.2} with all SLCN or SEMH, {in_proportion:.2} in proportion",
                share_in_words(unassessed, sen)
            );
            let wording = match level {
                Level::TooFew => "no pupils with special educational needs to judge.".to_owned(),
                Level::Amber => format!(
                    "{unassessed} of {sen} pupils have no assessed need: enough that what they are would decide whether MLD \
                     is high against other needs."
                ),
                _ => format!(
                    "{unassessed} of {sen} pupils have no assessed need: too few to change what is said of MLD."
                ),
            };
            let score = (sen > 0).then(|| unassessed as f64 / sen as f64);
            let counts = (Some(unassessed), None);
            found.push(finding(
                context.key(spot, cut),
                PAGE.id,
                level,
                score,
                counts,
                &evidence,
                &wording,
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Balance, reassigned};

    #[test]
    fn all_ways_of_counting_bound_the_balance() {
        let own = Balance {
            observed: [40.0, 30.0, 30.0],
            expected: [30.0; 3],
        };
        let [none, to_mld, to_hidden, in_proportion] = reassigned(&own, 20.0, 200.0);
        for (way, wanted) in [
            (&to_mld, [60.0, 30.0, 30.0]),
            (&to_hidden, [40.0, 40.0, 40.0]),
            (&in_proportion, [44.0, 33.0, 33.0]),
        ] {
            for (seen, wanted) in way.observed.iter().zip(wanted) {
                assert!((seen - wanted).abs() < 1e-12, "{way:?}");
            }
        }
        assert!(to_hidden.delta() < none.delta() && none.delta() < to_mld.delta());
        // In proportion the ratios of needs stay: ln(44.5/33.5) against ln(40.5/30.5).
        assert!((in_proportion.delta() - none.delta()).abs() < 0.01);
    }
}
