//! Files 03: standardised ratios and rates, and quantile groups.

use crate::support::{Ledger, Table};
use senlens_stats::interval::byar_or_exact;
use senlens_stats::standardise::{self, DirectStratum, Stratum};
use senlens_stats::{Confidence, Interval};
use std::collections::BTreeMap;

const LEVELS: [(&str, Confidence); 2] = [("95_0cl", Confidence::P95), ("99_8cl", Confidence::P998)];

#[derive(Debug, Default)]
struct Unit {
    observed: u64,
    population: u64,
    strata: Vec<Stratum>,
    direct: Vec<DirectStratum>,
}

fn units() -> (BTreeMap<String, Unit>, f64) {
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    let mut reference = BTreeMap::new();
    for row in Table::golden("03_standardised_input").rows() {
        let unit = units.entry(row.text("area").to_owned()).or_default();
        let (observed, population) = (row.count("obs"), row.count("pop"));
        let (events, people) = (row.number("ref_obs"), row.number("ref_pop"));
        unit.observed += observed;
        unit.population += population;
        unit.strata.push(Stratum {
            population,
            reference_rate: events / people,
        });
        unit.direct.push(DirectStratum {
            observed,
            population,
            standard: people,
        });
        reference.insert(row.text("stratum").to_owned(), (events, people));
    }
    let (events, people) = reference
        .values()
        .fold((0.0, 0.0), |(e, p), (events, people)| (e + events, p + people));
    (units, events / people)
}

fn compare(ledger: &mut Ledger, label: &str, ours: Interval, golden: (f64, f64, f64), tolerance: f64) {
    ledger.relative("value", label, ours.value, golden.0, tolerance);
    ledger.relative("lower", label, ours.lower, golden.1, tolerance);
    ledger.relative("upper", label, ours.upper, golden.2, tolerance);
}

/// Exact limits come from a chi-squared quantile there, good to about 1e-10.
const TOLERANCE: f64 = 1e-9;

pub(crate) fn ratio(ledger: &mut Ledger) {
    let (units, _) = units();
    for row in Table::golden("03_isratio_phe").rows() {
        let unit = &units[row.text("area")];
        let expected = standardise::expected(&unit.strata).unwrap();
        ledger.relative(
            "expected",
            row.text("area"),
            expected,
            row.number("expected"),
            1e-12,
        );
        for (suffix, confidence) in LEVELS {
            // The option that gives the package's switch to exact limits below ten.
            let ours = byar_or_exact(unit.observed, confidence).scaled(1.0 / expected);
            let golden = (
                row.number("value"),
                row.number(&format!("lower{suffix}")),
                row.number(&format!("upper{suffix}")),
            );
            compare(ledger, row.text("area"), ours, golden, TOLERANCE);
            if unit.observed >= 10 {
                let ours = standardise::indirect_strata(unit.observed, &unit.strata, confidence).unwrap();
                compare(ledger, row.text("area"), ours, golden, TOLERANCE);
            }
        }
    }
}

pub(crate) fn rate(ledger: &mut Ledger) {
    let (units, reference) = units();
    for row in Table::golden("03_israte_phe").rows() {
        let unit = &units[row.text("area")];
        let expected = standardise::expected(&unit.strata).unwrap();
        ledger.relative(
            "ref_rate",
            row.text("area"),
            reference * 100.0,
            row.number("ref_rate"),
            1e-12,
        );
        for (suffix, confidence) in LEVELS {
            let ours =
                standardise::indirect_rate(unit.observed, expected, reference * 100.0, confidence).unwrap();
            let golden = (
                row.number("value"),
                row.number(&format!("lower{suffix}")),
                row.number(&format!("upper{suffix}")),
            );
            compare(ledger, row.text("area"), ours, golden, TOLERANCE);
        }
    }
}

pub(crate) fn direct(ledger: &mut Ledger) {
    let (units, _) = units();
    for row in Table::golden("03_dsr_phe").rows() {
        if row.number("value").is_nan() {
            // The package prints nothing below ten events; ours is checked by the components.
            assert!(row.count("total_count") < 10);
            continue;
        }
        let unit = &units[row.text("area")];
        for (suffix, confidence) in LEVELS {
            let ours = standardise::direct(&unit.direct, confidence)
                .unwrap()
                .rate
                .scaled(100.0);
            let golden = (
                row.number("value"),
                row.number(&format!("lower{suffix}")),
                row.number(&format!("upper{suffix}")),
            );
            compare(ledger, row.text("area"), ours, golden, TOLERANCE);
        }
    }
}

pub(crate) fn direct_components(ledger: &mut Ledger) {
    let (units, _) = units();
    for row in Table::golden("03_dsr_components").rows() {
        let ours = standardise::direct(&units[row.text("area")].direct, Confidence::P95).unwrap();
        ledger.relative("dsr", row.text("area"), ours.rate.value, row.number("dsr"), 1e-12);
        ledger.relative(
            "vardsr",
            row.text("area"),
            ours.variance,
            row.number("vardsr"),
            1e-12,
        );
        ledger.relative(
            "total_count",
            row.text("area"),
            ours.observed as f64,
            row.number("total_count"),
            0.0,
        );
    }
}

pub(crate) fn quantile_groups(ledger: &mut Ledger) {
    let table = Table::golden("03_quantile_phe");
    let values: Vec<f64> = table.rows().map(|row| row.number("v")).collect();
    let ours = senlens_stats::quantile::groups(&values, 10, senlens_stats::quantile::First::Highest);
    for (row, group) in table.rows().zip(ours) {
        let group = group.map_or(String::new(), |group| group.to_string());
        ledger.same("quantile", row.text("area"), &group, row.text("quantile"));
    }
}
