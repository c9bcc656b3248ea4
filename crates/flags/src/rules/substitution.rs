//! The substitution test: more MLD than expected, where SLCN or SEMH is less than expected and SEN as a whole is not
//! more.
//!
//! Does not cover: a place whose MLD is high because every need is (that is general identification); masking spread thinly
//! over all schools of an area (its expectations are met on average); a surge of autism that lowers SLCN and SEMH without
//! raising MLD. The joint model weighs those.
//!
//! Source: docs/indicators.md, I3; limits allow for how much such places ordinarily differ.

use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::{Displaced, Finding, Level};
use senlens_compare::{Base, BenchmarkRow, Comparator, Comparison, Inputs, Key, Position};
use senlens_model::{Coverage, Dimension, GeographicLevel, Need, NeedCut, ProvisionCut};
use senlens_stats::{Confidence, interval};
use std::collections::HashMap;

/// The rule.
const SUBSTITUTION: RuleId = RuleId::Substitution;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: SUBSTITUTION,
    indicator: "I3",
    title: "The substitution test",
    looks_for: "more pupils recorded with MLD than expected, where SLCN or SEMH is less than expected and special educational \
                needs as a whole are not more.",
    method: "Schools against their own authority, districts, parts and authorities against England, within phase of school. \
             Each count is judged by its exact binomial tail, or, where places of its kind differ more than chance allows, by \
             the beta-binomial tail that allows for it. Red: MLD higher at 99.8%. Amber: MLD higher at 95%. Both only when \
             SLCN or SEMH is lower at 95% and SEN is not higher. Displaced pupils: the smaller of the excess of MLD and the \
             shortfall of SLCN and SEMH, an upper bound on what would need another code for the counts to match, not an \
             estimate of misdiagnosis.",
    sources: "docs/indicators.md, I3; Byar's limits (Breslow and Day 1987) for the range of displaced pupils.",
    does_not_cover: "a place whose MLD is high because everything is; masking spread evenly over an authority's schools; a surge of \
             autism that lowers the others without raising MLD. The rule `masking` weighs those.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::Roll),
    ],
    codes: Codes {
        all: &[Need::Mld],
        any: &[Need::Slcn, Need::Semh],
    },
    reads: Reads::Needs(&[
        NeedCut::Of(Need::Mld),
        NeedCut::Of(Need::Slcn),
        NeedCut::Of(Need::Semh),
        NeedCut::Total,
    ]),
    runs_on: "the Department's school-level files and pupil records.",
};

/// With fewer pupils than this expected to have MLD, the test cannot say.
const MINIMUM_EXPECTED: f64 = 1.0;

/// Confidence of the range of pupils displaced.
const DISPLACED_CONFIDENCE: f64 = 0.90;

/// The four comparisons the test looks at.
#[derive(Clone, Copy, Default)]
struct Four<'a> {
    mld: Option<&'a BenchmarkRow>,
    slcn: Option<&'a BenchmarkRow>,
    semh: Option<&'a BenchmarkRow>,
    all: Option<&'a BenchmarkRow>,
}

/// Applies the test to every place that has benchmarks, and says where it cannot be applied.
///
/// Schools are held against their own authority, parts, districts and authorities against England (or, where the
/// inputs do not cover England, their own authority), within phase, as a share of all pupils.
pub fn substitution(inputs: &Inputs<'_>, comparison: &Comparison<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if !PAGE.codes.lacking(inputs.year).is_empty() {
        return found;
    }
    let england = comparison.atlas.england.is_some();
    let comparator_of = |level| match level {
        GeographicLevel::School => Comparator::OwnAuthority,
        GeographicLevel::Quadrant | GeographicLevel::District if !england => Comparator::OwnAuthority,
        _ => Comparator::England,
    };
    let mut order: Vec<&Key> = Vec::new();
    let mut fours: HashMap<&Key, Four<'_>> = HashMap::new();
    for row in &comparison.benchmarks {
        let level = row.key.place.level;
        let at_school = level == GeographicLevel::School;
        let of_interest = matches!(
            row.primary_need,
            NeedCut::Total | NeedCut::Of(Need::Mld | Need::Slcn | Need::Semh)
        );
        if !of_interest
            || row.base != Base::Pupils
            || row.comparator != comparator_of(level)
            || row.adjustment.strata().is_empty()
            || matches!(level, GeographicLevel::National | GeographicLevel::Regional)
            || (!at_school && row.key.coverage != Coverage::StateFunded)
        {
            continue;
        }
        let four = fours.entry(&row.key).or_insert_with(|| {
            order.push(&row.key);
            Four::default()
        });
        match row.primary_need {
            NeedCut::Total => four.all = Some(row),
            NeedCut::Of(Need::Mld) => four.mld = Some(row),
            NeedCut::Of(Need::Slcn) => four.slcn = Some(row),
            NeedCut::Of(_) => four.semh = Some(row),
        }
    }
    for key in order {
        // Other authorities are there to compare with, not to be judged.
        let place = &key.place;
        let another =
            place.level == GeographicLevel::LocalAuthority && place.code != inputs.area.area_code.as_str();
        if !another {
            found.push(judge(key, fours[key]));
        }
    }
    found
}

fn judge(key: &Key, four: Four<'_>) -> Finding {
    let blank = |level, evidence: String, wording: String| Finding {
        key: key.clone(),
        rule: SUBSTITUTION,
        level,
        score: None,
        probability: None,
        observed: None,
        expected: None,
        displaced: None,
        evidence,
        wording,
    };
    let Four {
        mld: Some(mld),
        slcn: Some(slcn),
        semh: Some(semh),
        all: Some(all),
    } = four
    else {
        return blank(
            Level::NotApplicable,
            format!("{SUBSTITUTION} 1: the input has no counts by type of need for this place and provision"),
            "Cannot be said: the input has no counts by type of need here.".to_owned(),
        );
    };
    let lower = |row: &BenchmarkRow| row.position == Position::Lower;
    let donors_low = lower(slcn) || lower(semh);
    let everything_high = all.position == Position::Higher;
    let level = if mld.expected < MINIMUM_EXPECTED {
        Level::TooFew
    } else if !donors_low || everything_high {
        Level::None
    } else if mld.position_998 == Position::Higher {
        Level::Red
    } else if mld.position == Position::Higher {
        Level::Amber
    } else {
        Level::None
    };
    Finding {
        score: score(mld, slcn, semh),
        observed: Some(mld.observed),
        expected: Some(mld.expected),
        displaced: Some(displaced(mld, slcn, semh)),
        ..blank(
            level,
            evidence(mld, slcn, semh, all),
            wording(key, level, everything_high),
        )
    }
}

/// The log-ratio balance with case mix: how far MLD stands above SLCN and SEMH, in ratios to what is expected.
fn score(mld: &BenchmarkRow, slcn: &BenchmarkRow, semh: &BenchmarkRow) -> Option<f64> {
    // Half a pupil keeps an empty count from deciding everything.
    let log_ratio = |row: &BenchmarkRow| libm::log((row.observed as f64 + 0.5) / (row.expected + 0.5));
    let balance = log_ratio(mld) - f64::midpoint(log_ratio(slcn), log_ratio(semh));
    let score = libm::sqrt(2.0 / 3.0) * balance;
    score.is_finite().then_some(score)
}

/// Pupils that would need another code for the counts to match what is expected, with a range that holds at least
/// as often as it says: MLD, SLCN and SEMH each at Byar's limit.
fn displaced(mld: &BenchmarkRow, slcn: &BenchmarkRow, semh: &BenchmarkRow) -> Displaced {
    let confidence = Confidence::try_from(DISPLACED_CONFIDENCE).unwrap_or(Confidence::P95);
    let limits = |row: &BenchmarkRow| {
        let limits = interval::byar(row.observed, confidence);
        (limits.lower, row.observed as f64, limits.upper)
    };
    let (mld_low, mld_seen, mld_high) = limits(mld);
    let (slcn_low, slcn_seen, slcn_high) = limits(slcn);
    let (semh_low, semh_seen, semh_high) = limits(semh);
    let pupils = |mld_count: f64, slcn_count: f64, semh_count: f64| {
        let excess = (mld_count - mld.expected).max(0.0);
        let shortfall = (slcn.expected - slcn_count).max(0.0) + (semh.expected - semh_count).max(0.0);
        excess.min(shortfall)
    };
    Displaced {
        pupils: pupils(mld_seen, slcn_seen, semh_seen),
        lower: pupils(mld_low, slcn_high, semh_high),
        upper: pupils(mld_high, slcn_low, semh_low),
    }
}

fn evidence(mld: &BenchmarkRow, slcn: &BenchmarkRow, semh: &BenchmarkRow, all: &BenchmarkRow) -> String {
    let told = |name: &str, row: &BenchmarkRow| {
        let limits = match (row.ratio, row.ratio_lower, row.ratio_upper) {
            (Some(ratio), Some(lower), Some(upper)) => {
                format!(", ratio {ratio:.2} ({lower:.2} to {upper:.2})")
            }
            _ => String::new(),
        };
        format!(
            "{name} {} against {:.1} expected{limits}: {}",
            row.observed, row.expected, row.position
        )
    };
    let against = match mld.comparator {
        Comparator::England => "England",
        Comparator::Region => "the region",
        Comparator::Neighbours => "statistical neighbours",
        Comparator::OwnAuthority => "the authority",
    };
    format!(
        "{SUBSTITUTION} 1, against {against} within phase: {}; {}; {}; {}",
        told("MLD", mld),
        told("SLCN", slcn),
        told("SEMH", semh),
        told("all SEN", all)
    )
}

fn wording(key: &Key, level: Level, everything_high: bool) -> String {
    let name = &key.place.name;
    let among = match key.sen_provision {
        ProvisionCut::Total => "",
        ProvisionCut::SenSupport => " (SEN support)",
        ProvisionCut::Plan => " (plans)",
    };
    match level {
        Level::Red => format!(
            "{name}{among}: consistent with masking; sample audit recommended. Many more pupils are recorded with MLD \
             than expected, and fewer with communication or mental health needs."
        ),
        Level::Amber => format!(
            "{name}{among}: consistent with masking; sample audit recommended. More pupils are recorded with MLD than \
             expected, and fewer with communication or mental health needs."
        ),
        Level::TooFew => format!("{name}{among}: too few pupils for this test to say."),
        Level::None if everything_high => {
            format!(
                "{name}{among}: no sign of substitution; special educational needs as a whole are higher than expected."
            )
        }
        Level::None => format!("{name}{among}: no sign of substitution in the counts."),
        Level::NotApplicable => format!("{name}{among}: cannot be said."),
    }
}
