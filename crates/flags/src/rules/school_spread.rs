//! I11, school spread: one culture or a few schools. How much schools differ, and how much of a place's excess is at the
//! ten schools with most.

use super::indicator::{Context, finding};
use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{Dimension, GeographicLevel, Need, NeedCut, Urn};
use senlens_stats::shrink::gamma_poisson;
use std::collections::BTreeSet;

/// Schools that make "a few".
const A_FEW: usize = 10;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::SchoolSpread,
    indicator: "I11",
    title: "Spread between schools",
    looks_for: "whether an area's MLD beyond expectation comes from a few schools or from all of them.",
    method: "Each school's count over what is expected of it in its authority, shrunk towards the middle (gamma-Poisson); the \
             part of the area's excess that lies in its ten schools with most; the standard deviation of the shrunken log \
             ratios. The table `school_variation` has the mixed model's median odds ratio and intraclass correlation where \
             pupil records are given. Context: never calls for a review.",
    sources: "Clayton and Kaldor 1987; Larsen and Merlo 2005 on the median odds ratio; docs/indicators.md, I11.",
    does_not_cover: "why: a school with a unit stands high for its intake.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::Roll),
    ],
    codes: Codes {
        all: &[Need::Mld],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "the Department's school-level files and pupil records; areas only.",
};

/// What the schools of an area show together.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape {
    schools: usize,
    /// Sum of the schools' counts beyond expectation, schools below it left out.
    excess: f64,
    /// Part of it in the ten schools with most.
    in_a_few: f64,
    /// Standard deviation of the log of the shrunken ratios; none where schools vary no more than chance.
    spread: Option<f64>,
}

fn shape(schools: &[(u64, f64)]) -> Shape {
    let mut excess: Vec<f64> = schools
        .iter()
        .map(|(observed, expected)| (*observed as f64 - expected).max(0.0))
        .collect();
    excess.sort_by(|one, other| other.total_cmp(one));
    let all: f64 = excess.iter().sum();
    let few: f64 = excess.iter().take(A_FEW).sum();
    let spread = gamma_poisson(schools).ok().and_then(|fit| {
        let logs: Vec<f64> = schools
            .iter()
            .filter_map(|(observed, expected)| Some(libm::log(fit.posterior(*observed, *expected)?.mean())))
            .collect();
        if logs.len() < 2 {
            return None;
        }
        let mean = logs.iter().sum::<f64>() / logs.len() as f64;
        let squares: f64 = logs.iter().map(|log| (log - mean) * (log - mean)).sum();
        Some((squares / (logs.len() - 1) as f64).sqrt())
    });
    Shape {
        schools: schools.len(),
        excess: all,
        in_a_few: if all > 0.0 { few / all } else { 0.0 },
        spread,
    }
}

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let benchmarks = context.benchmarks();
    let mut found = Vec::new();
    for cut in context.cuts() {
        // Schools that withhold a count are the small ones: without them the others do not tell how schools differ.
        let withheld: BTreeSet<Urn> = context
            .schools()
            .filter(|each| each.tally.events(cut, NeedCut::Of(Need::Mld)).is_none())
            .map(|each| each.school.urn)
            .collect();
        for spot in context.areas() {
            if spot.schools.iter().any(|urn| withheld.contains(urn)) {
                continue;
            }
            let codes: Vec<String> = spot.schools.iter().map(ToString::to_string).collect();
            let schools: Vec<(u64, f64)> = codes
                .iter()
                .filter_map(|code| {
                    let key = (
                        GeographicLevel::School,
                        code.as_str(),
                        cut,
                        NeedCut::Of(Need::Mld),
                    );
                    benchmarks.get(&key).map(|row| (row.observed, row.expected))
                })
                .collect();
            let shape = shape(&schools);
            let level = if shape.schools <= A_FEW {
                Level::TooFew
            } else {
                Level::None
            };
            let differ = shape.spread.map_or_else(
                || "schools vary no more than chance".to_owned(),
                |spread| format!("standard deviation {spread:.2} between schools on the log scale"),
            );
            let evidence = format!(
                "{} schools, {:.0} pupils with MLD beyond what is expected at those above it, {:.0}% of them in ten schools; \
                 {differ}",
                shape.schools,
                shape.excess,
                100.0 * shape.in_a_few
            );
            let wording = match level {
                Level::TooFew => "too few schools to tell a culture from a few.".to_owned(),
                _ => format!(
                    "ten schools hold {:.0}% of the MLD beyond expectation at schools above it.",
                    100.0 * shape.in_a_few
                ),
            };
            let score = Some(shape.in_a_few);
            found.push(finding(
                context.key(spot, cut),
                PAGE.id,
                level,
                score,
                (None, None),
                &evidence,
                &wording,
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn the_excess_of_a_few_schools_differs_from_that_of_a_culture() {
        // Twenty schools, ten expected each: all excess in one school, or one pupil more at each.
        let mut few = vec![(10, 10.0); 19];
        few.push((30, 10.0));
        let one = shape(&few);
        assert!((one.excess - 20.0).abs() < 1e-12 && (one.in_a_few - 1.0).abs() < 1e-12);
        let culture = shape(&[(11, 10.0); 20]);
        assert!((culture.excess - 20.0).abs() < 1e-12 && (culture.in_a_few - 0.5).abs() < 1e-12);
        assert_eq!(culture.spread, None);
    }
}
