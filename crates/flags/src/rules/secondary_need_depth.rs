//! I5, secondary-need depth: of pupils with MLD first, how many have SLCN or SEMH as a second need, or none at all.

use super::indicator::{AMBER_Z, Against, Context, finding, share_in_words, spread_of, stands};
use super::page::{Codes, Reads, Requires, RulePage};
use super::pupil_evidence::is_hidden;
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_compare::Position;
use senlens_model::{Dimension, NcYear, Need, NeedCut, Provision, ProvisionCut, Urn};
use std::collections::BTreeMap;

/// With fewer pupils with MLD than this, a share of them means nothing.
const FEWEST: u64 = 10;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::SecondaryNeedDepth,
    indicator: "I5",
    title: "Depth of secondary needs",
    looks_for: "more MLD than expected whose pupils seldom have SLCN or SEMH as a second need: needs recorded as MLD and \
                nothing else. More MLD with many second needs of SLCN or SEMH is a practice of ranking them, not of missing \
                them.",
    method: "Of pupils with MLD as the primary need: with SLCN or SEMH ranked second, against the authority's share in the \
             same year group; and without any second need. Amber: MLD higher than expected (`standardised_ratio`) and \
             second needs lower at 95%, allowing for how much schools differ. Fewer than ten pupils: too few.",
    sources: "docs/indicators.md, I5; Strand and Lindsay 2016 (language needs are often second to others). No \
              published benchmark exists: the comparison is within the authority.",
    does_not_cover: "an authority where no school records secondary needs. This rule takes few secondary needs for the sign of \
             masking (a need that is not seen is not ranked second). The model (`masking`) takes many for it (a need that is \
             known and not put first is ranked second), but only as far as the data bear it out: it learns the strength from \
             the counts and audits of each school, and leaves secondary needs out where they show no relation, or the \
             reverse. So this rule is reported beside the verdict and never enters it; where the two disagree, an audit \
             decides.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::SecondaryNeed),
    ],
    codes: Codes {
        all: &[Need::Mld],
        any: &[Need::Slcn, Need::Semh],
    },
    reads: Reads::EveryCount,
    runs_on: "pupil records: the Department publishes primary needs alone.",
};

/// Pupils with MLD of one school by year group: all, with a hidden need second, without a second need.
type Depth = BTreeMap<Option<NcYear>, [u32; 3]>;

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let Some(cells) = context.inputs.schools else {
        return Vec::new();
    };
    let benchmarks = context.benchmarks();
    let mut found = Vec::new();
    for cut in context.cuts() {
        let mut by_school: BTreeMap<Urn, Depth> = BTreeMap::new();
        for cell in cells.cells() {
            let counted = match cut {
                ProvisionCut::Total => cell.sen_provision.is_sen(),
                ProvisionCut::SenSupport => cell.sen_provision == Provision::SenSupport,
                ProvisionCut::Plan => cell.sen_provision == Provision::Plan,
            };
            if cell.time_period != context.inputs.year || cell.primary_need != Some(Need::Mld) || !counted {
                continue;
            }
            let Some(school) = cells.place(cell.place).school() else {
                continue;
            };
            let depth = by_school
                .entry(school.urn)
                .or_default()
                .entry(cell.nc_year)
                .or_default();
            depth[0] += cell.pupils;
            depth[1] += if cell.secondary_need.is_some_and(is_hidden) {
                cell.pupils
            } else {
                0
            };
            depth[2] += if cell.secondary_need.is_none() {
                cell.pupils
            } else {
                0
            };
        }
        let Some(authority) = context.spots.iter().find(|spot| spot.is_authority()) else {
            continue;
        };
        let shares = shares_of(&authority.each(&by_school));
        let against: BTreeMap<Urn, Against> = by_school
            .iter()
            .map(|(urn, depth)| (*urn, expected(depth, &shares)))
            .collect();
        let spread = spread_of(&authority.each(&against).into_iter().copied().collect::<Vec<_>>());
        for spot in &context.spots {
            let inside: Vec<Against> = spot.each(&against).into_iter().copied().collect();
            let (sum, z) = stands(&inside, spread);
            let [all, hidden, none] = spot
                .each(&by_school)
                .into_iter()
                .flat_map(BTreeMap::values)
                .fold([0u64; 3], |sum, one| {
                    std::array::from_fn(|at| sum[at] + u64::from(one[at]))
                });
            let place = &spot.place;
            let mld_high = benchmarks
                .get(&(place.level, place.code.as_str(), cut, NeedCut::Of(Need::Mld)))
                .is_some_and(|row| row.position == Position::Higher);
            let level = if all < FEWEST {
                Level::TooFew
            } else if mld_high && z.is_some_and(|z| z <= -AMBER_Z) {
                Level::Amber
            } else {
                Level::None
            };
            let evidence = format!(
                "of pupils with MLD first {} have SLCN or SEMH second, {:.1} expected of their year groups in the authority; \
                 {} have no second need",
                share_in_words(hidden, all),
                sum.expected,
                share_in_words(none, all)
            );
            let wording = match level {
                Level::TooFew => "too few pupils with MLD to say.".to_owned(),
                Level::Amber => format!(
                    "more MLD than expected, and only {hidden} of {all} of its pupils have a communication or mental health \
                     need recorded beside it."
                ),
                _ => format!(
                    "{hidden} of {all} pupils with MLD have a communication or mental health need recorded beside it."
                ),
            };
            let counts = (Some(hidden), Some(sum.expected));
            let score = z.map(|z| -z);
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

/// The share with a hidden need second, by year group.
fn shares_of(schools: &[&Depth]) -> BTreeMap<Option<NcYear>, f64> {
    let mut sums: BTreeMap<Option<NcYear>, [f64; 2]> = BTreeMap::new();
    for (year, [all, hidden, _]) in schools.iter().flat_map(|depth| depth.iter()) {
        let [of, with] = sums.entry(*year).or_default();
        *of += f64::from(*all);
        *with += f64::from(*hidden);
    }
    sums.into_iter()
        .map(|(year, [of, with])| (year, if of > 0.0 { with / of } else { 0.0 }))
        .collect()
}

fn expected(depth: &Depth, shares: &BTreeMap<Option<NcYear>, f64>) -> Against {
    let mut sum = Against::default();
    for (year, [all, hidden, _]) in depth {
        let one = Against::share(*hidden, *all, shares.get(year).copied().unwrap_or(0.0));
        sum.observed += one.observed;
        sum.expected += one.expected;
        sum.variance += one.variance;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_within_year_groups_worked_by_hand() {
        // Year 2: 10 of 40 in the authority; year 9: 30 of 60. A school of 20 in year 2 and 10 in year 9: 5 + 5 expected,
        // variance 20*0.25*0.75 + 10*0.25 = 6.25.
        let school = |year: u8, all: u32, hidden: u32| -> Depth {
            BTreeMap::from([(Some(NcYear::Year(year)), [all, hidden, 0])])
        };
        let (young, old) = (school(2, 40, 10), school(9, 60, 30));
        let shares = shares_of(&[&young, &old]);
        let mut own = school(2, 20, 1);
        own.extend(school(9, 10, 2));
        let against = expected(&own, &shares);
        assert!((against.observed - 3.0).abs() < 1e-12);
        assert!((against.expected - 10.0).abs() < 1e-12);
        assert!((against.variance - 6.25).abs() < 1e-12);
    }
}
