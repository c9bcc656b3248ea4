//! Solves a count from a figure made of it: a rate, the ends of an interval, a ratio with its expected number.

use crate::count::{Count, CountKey};
use crate::evidence::{Evidence, Figure, Knowledge, Known, Row};
use crate::report::{AttackReport, Finding};
use senlens_model::{GeographicLevel, Need, NeedCut, Phase, PhaseCut, ProvisionCut};
use std::collections::BTreeMap;

/// Figures made from a row's count and base together.
const OF_BOTH: [&str; 14] = [
    "per_hundred",
    "lower",
    "upper",
    "ratio",
    "ratio_lower",
    "ratio_upper",
    "z",
    "z_adjusted",
    "p_value",
    "q_value",
    "displaced_pupils",
    "shrunken_ratio",
    "probability_above",
    "rank",
];

/// Words made from them.
const WORDS_OF_BOTH: [&str; 2] = ["position", "position_998"];

/// Figures of all units of a level together.
const OF_ALL_UNITS: [&str; 3] = ["phi", "phi_winsorised", "z_adjusted"];

/// The normal quantile of the 95% intervals.
const Z95: f64 = 1.959_963_984_540_054;

/// Solves what figures give away; what they say of counts that no table holds is added to what is known.
pub(crate) fn solve(evidence: &Evidence, knowledge: &mut Knowledge, report: &mut AttackReport) {
    let mut found: Vec<(CountKey, f64)> = Vec::new();
    let mut withheld_units: BTreeMap<(GeographicLevel, ProvisionCut, Count, String), CountKey> =
        BTreeMap::new();
    for row in &evidence.rows {
        if let (Some(events), Some(base)) = (row.events(), &row.base)
            && row.header.at("rule").is_none()
            && knowledge.get(&events).is_some_and(|known| known.withheld)
        {
            withheld_units
                .entry((row.level, row.provision, events.count, base.clone()))
                .or_insert(events);
        }
    }
    for row in &evidence.rows {
        let mut say = |count: &CountKey, column: &str, solved: Option<f64>| {
            report.findings.push(Finding::Figure {
                count: count.clone(),
                column: column.to_owned(),
                file: row.header.file.clone(),
                solved,
            });
        };
        if row.header.at("rule").is_some() {
            judge_rule(row, knowledge, &mut say);
            continue;
        }
        if row.header.at("spread").is_some() {
            continue;
        }
        let Some(events) = row.events() else {
            continue;
        };
        // A chart's data may leave out of whom a rate is a share.
        let population = row.population().unwrap_or_else(|| events.of(Count::Rest));
        let is_withheld = |key: &CountKey| knowledge.get(key).is_some_and(|known| known.withheld);
        let exact = |key: &CountKey| {
            knowledge
                .get(key)
                .filter(|known| known.is_exact())
                .map(|known| known.low)
        };
        let blamed = if is_withheld(&events) {
            Some(&events)
        } else if is_withheld(&population) {
            Some(&population)
        } else {
            None
        };
        if let Some(count) = blamed {
            for column in OF_BOTH {
                if let Some(figure) = row.figure(column).number() {
                    let solved = solved(
                        row,
                        column,
                        figure,
                        count == &events,
                        exact(&events),
                        exact(&population),
                    );
                    say(count, column, solved);
                }
            }
            for column in WORDS_OF_BOTH {
                if row.figure(column) == Figure::Word {
                    say(count, column, None);
                }
            }
        }
        for column in OF_ALL_UNITS {
            let group = (
                row.level,
                row.provision,
                events.count,
                row.base.clone().unwrap_or_default(),
            );
            // Where no spread was taken, the adjusted z is z itself.
            let is_z = column == "z_adjusted" && row.figure(column) == row.figure("z");
            if let (Some(_), Some(unit)) = (row.figure(column).number(), withheld_units.get(&group))
                && !is_z
                && matches!(
                    row.level,
                    GeographicLevel::School | GeographicLevel::LocalAuthority
                )
            {
                say(unit, column, None);
            }
        }
        if let Some(base) = base_from_expected(row, knowledge) {
            if is_withheld(&population) {
                say(&population, "expected", Some(base));
            } else if !knowledge.contains_key(&population) {
                found.push((population, base));
            }
        }
    }
    for (key, value) in found {
        knowledge.entry(key).or_insert(Known {
            low: value,
            high: value,
            withheld: false,
            public: false,
        });
    }
}

/// What a rule says where the count it is named for is withheld.
fn judge_rule(row: &Row, knowledge: &Knowledge, say: &mut impl FnMut(&CountKey, &str, Option<f64>)) {
    let own = row.of_need(NeedCut::Of(Need::Mld));
    // An area is judged by its mainstream schools: beside the total that tells its other phases.
    let phases = Phase::ALL.into_iter().map(|phase| CountKey {
        phase: PhaseCut::Of(phase),
        coverage: None,
        ..own.clone()
    });
    let is_whole = own.level != GeographicLevel::School && own.phase == PhaseCut::Total;
    let of_phases = phases.filter(|_| is_whole);
    let mut read = [own.clone()].into_iter().chain(of_phases);
    let Some(mld) = read.find(|key| knowledge.get(key).is_some_and(|known| known.withheld)) else {
        return;
    };
    for column in [
        "score",
        "probability",
        "observed",
        "displaced_pupils",
        "displaced_lower",
        "displaced_upper",
        "given_departure",
    ] {
        if let Some(figure) = row.figure(column).number() {
            say(&mld, column, (column == "observed").then_some(figure));
        }
    }
    for column in ["level", "evidence", "wording", "called"] {
        if row.figure(column) == Figure::Word {
            say(&mld, column, None);
        }
    }
}

/// The withheld one of a row's two counts, from a figure made of both.
fn solved(
    row: &Row,
    column: &str,
    figure: f64,
    events_withheld: bool,
    events: Option<f64>,
    population: Option<f64>,
) -> Option<f64> {
    let expected = row.figure("expected").number();
    if !events_withheld {
        return match column {
            "per_hundred" if figure > 0.0 => Some((100.0 * events? / figure).round()),
            _ => None,
        };
    }
    match column {
        "per_hundred" => Some((figure * population? / 100.0).round()),
        "ratio" => Some((figure * expected?).round()),
        "lower" | "upper" => {
            let population = population?;
            let most = population.min(100_000.0);
            let mut events = 0.0;
            while events <= most {
                let (lower, upper) = wilson(events, population);
                let end = if column == "lower" { lower } else { upper };
                if (100.0 * end - figure).abs() < 1e-6 {
                    return Some(events);
                }
                events += 1.0;
            }
            None
        }
        _ => None,
    }
}

/// Wilson's interval of a share.
fn wilson(events: f64, population: f64) -> (f64, f64) {
    let share = events / population;
    let square = Z95 * Z95;
    let middle = share + square / (2.0 * population);
    let half = Z95 * (share * (1.0 - share) / population + square / (4.0 * population * population)).sqrt();
    let scale = 1.0 + square / population;
    ((middle - half) / scale, (middle + half) / scale)
}

/// The base of a row, from what is expected of it at England's rate.
fn base_from_expected(row: &Row, knowledge: &Knowledge) -> Option<f64> {
    let expected = row.figure("expected").number()?;
    if expected <= 0.0 || !row.compares_crudely_with_england() {
        return None;
    }
    let england = knowledge
        .keys()
        .find(|key| key.level == GeographicLevel::National && key.time_period == row.time_period)?;
    let (events, population) = (row.events()?, row.population()?);
    let of = |key: &CountKey| {
        let mut key = key.in_place(GeographicLevel::National, &england.code);
        if key.phase == PhaseCut::Total {
            key.coverage = Some(row.coverage);
        }
        knowledge
            .get(&key)
            .filter(|known| known.is_exact())
            .map(|known| known.low)
    };
    let (events, population) = (of(&events)?, of(&population)?);
    (events > 0.0).then(|| (expected * population / events).round())
}
