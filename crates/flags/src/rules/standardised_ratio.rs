//! I2, standardised ratio: pupils with MLD over those expected of such pupils, held to how much such places differ.

use super::indicator::{Context, finding};
use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_compare::{BenchmarkRow, Comparator, Position};
use senlens_model::{Dimension, Need, NeedCut};

/// With fewer pupils than this expected to have MLD, the ratio cannot say.
const MINIMUM_EXPECTED: f64 = 1.0;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::StandardisedRatio,
    indicator: "I2",
    title: "Standardised ratio of MLD",
    looks_for: "more pupils with MLD than a place's own pupils lead one to expect: indirect standardisation within phase, \
                and within year group, sex and free school meals where the cells carry them.",
    method: "Observed over expected; Byar's interval for the ratio. Amber: higher at 95%; red: higher at 99.8%. Each \
             count is judged by its exact binomial tail, or by the beta-binomial tail that allows for how much places of \
             its kind differ. Schools are held against their own authority, areas against England where the input \
             covers it.",
    sources: "Breslow and Day 1987; Spiegelhalter 2005 on overdispersion; Strand and Lindorff 2018 on allowing for age, \
              sex and poverty first.",
    does_not_cover: "whether other needs are lower in exchange (`substitution`, `log_ratio_balance`, `masking` ask that), and \
             needs that a whole comparator hides.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::Roll),
    ],
    codes: Codes {
        all: &[Need::Mld],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "the Department's school-level files and pupil records.",
};

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let benchmarks = context.benchmarks();
    let mut found = Vec::new();
    for cut in context.cuts() {
        for spot in &context.spots {
            let place = &spot.place;
            let row = benchmarks.get(&(place.level, place.code.as_str(), cut, NeedCut::Of(Need::Mld)));
            found.extend(row.map(|row| judge(context.key(spot, cut), row)));
        }
    }
    found
}

fn judge(key: senlens_compare::Key, row: &BenchmarkRow) -> Finding {
    let level = if row.expected < MINIMUM_EXPECTED {
        Level::TooFew
    } else if row.position_998 == Position::Higher {
        Level::Red
    } else if row.position == Position::Higher {
        Level::Amber
    } else {
        Level::None
    };
    let against = if row.comparator == Comparator::England {
        "England"
    } else {
        "the authority"
    };
    let limits = match (row.ratio, row.ratio_lower, row.ratio_upper) {
        (Some(ratio), Some(lower), Some(upper)) => format!(", ratio {ratio:.2} ({lower:.2} to {upper:.2})"),
        _ => String::new(),
    };
    let evidence = format!(
        "{} pupils with MLD against {:.1} expected at {against}'s rates within {}{limits}",
        row.observed, row.expected, row.adjustment
    );
    let wording = match level {
        Level::TooFew => "too few pupils to say.".to_owned(),
        Level::Red | Level::Amber => format!(
            "more pupils with MLD ({}) than expected ({:.0}); this alone says nothing of other needs.",
            row.observed, row.expected
        ),
        _ => format!(
            "pupils with MLD ({}) are no more than expected ({:.0}) of such a place.",
            row.observed, row.expected
        ),
    };
    let counts = (Some(row.observed), Some(row.expected));
    finding(
        key,
        PAGE.id,
        level,
        row.z_adjusted.or(row.z),
        counts,
        &evidence,
        &wording,
    )
}
