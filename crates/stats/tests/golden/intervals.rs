//! Files 01: intervals for a proportion.

use crate::support::{Ledger, Row, Table};
use senlens_stats::{Confidence, CountOf, Interval, interval};

type Method = fn(CountOf, Confidence) -> Option<Interval>;

fn count(row: Row<'_>) -> CountOf {
    CountOf::new(row.count("x"), row.count("n")).unwrap()
}

/// Both limits of each row against columns `{prefix}lower{suffix}` and `{prefix}upper{suffix}`.
fn limits(
    ledger: &mut Ledger,
    table: &Table,
    method: Method,
    prefix: &str,
    levels: &[(&str, Confidence)],
    tolerance: f64,
    floor: f64,
) {
    for row in table.rows() {
        let count = count(row);
        for (suffix, confidence) in levels {
            let ours = method(count, *confidence).unwrap();
            let label = format!("{}/{} {suffix}", count.events(), count.population());
            let lower = row.number(&format!("{prefix}lower{suffix}"));
            let upper = row.number(&format!("{prefix}upper{suffix}"));
            if lower.is_nan() && upper.is_nan() {
                continue;
            }
            ledger.close(
                &format!("{prefix}lower"),
                &label,
                ours.lower,
                lower,
                tolerance,
                floor,
            );
            ledger.close(
                &format!("{prefix}upper"),
                &label,
                ours.upper,
                upper,
                tolerance,
                floor,
            );
        }
    }
}

const BOTH: [(&str, Confidence); 2] = [("95", Confidence::P95), ("998", Confidence::P998)];

/// `phe_proportion` subtracts roots that nearly cancel at x small and n large, so its lower limits lose figures there: the
/// relative 1e-12 is asked of values above 1e-4 and the matching absolute difference below.
const PHE_FLOOR: f64 = 1e-4;

pub(crate) fn wilson_phe(ledger: &mut Ledger) {
    let table = Table::golden("01_wilson_phe");
    let levels = [
        ("95", Confidence::P95),
        ("99", Confidence::P99),
        ("998", Confidence::P998),
    ];
    limits(ledger, &table, interval::wilson, "", &levels, 1e-12, PHE_FLOOR);
    for row in table.rows() {
        ledger.relative(
            "value",
            row.text("x"),
            count(row).share().unwrap(),
            row.number("value"),
            1e-15,
        );
    }
}

pub(crate) fn wilson_phe_grouped(ledger: &mut Ledger) {
    for row in Table::golden("01_wilson_phe_grouped_pct").rows() {
        for (suffix, confidence) in [("95_0cl", Confidence::P95), ("99_8cl", Confidence::P998)] {
            let ours = interval::wilson(count(row), confidence).unwrap().scaled(100.0);
            ledger.relative("value", row.text("area"), ours.value, row.number("value"), 1e-12);
            ledger.relative(
                "lower",
                row.text("area"),
                ours.lower,
                row.number(&format!("lower{suffix}")),
                1e-12,
            );
            ledger.relative(
                "upper",
                row.text("area"),
                ours.upper,
                row.number(&format!("upper{suffix}")),
                1e-12,
            );
        }
    }
}

pub(crate) fn clopper_pearson(ledger: &mut Ledger) {
    let table = Table::golden("01_clopper_pearson_r_binom_test");
    limits(ledger, &table, interval::clopper_pearson, "", &BOTH, 1e-9, 1e-300);
}

pub(crate) fn wilson_r(ledger: &mut Ledger) {
    let table = Table::golden("01_wilson_r_prop_test");
    limits(
        ledger,
        &table,
        interval::wilson,
        "wilson_",
        &[("95", Confidence::P95)],
        1e-12,
        PHE_FLOOR,
    );
    // R drops the correction where x is exactly n/2; we follow Newcombe, and scipy, and keep it.
    let as_r: Method = |count, confidence| {
        if 2 * count.events() == count.population() {
            interval::wilson(count, confidence)
        } else {
            interval::wilson_corrected(count, confidence)
        }
    };
    limits(
        ledger,
        &table,
        as_r,
        "wilson_cc_",
        &[("95", Confidence::P95)],
        1e-12,
        PHE_FLOOR,
    );
}

pub(crate) fn statsmodels(ledger: &mut Ledger) {
    let table = Table::golden("01_intervals_statsmodels");
    limits(
        ledger,
        &table,
        interval::wilson,
        "wilson_",
        &BOTH,
        1e-12,
        PHE_FLOOR,
    );
    limits(
        ledger,
        &table,
        interval::clopper_pearson,
        "beta_",
        &BOTH,
        1e-9,
        1e-300,
    );
    limits(
        ledger,
        &table,
        interval::jeffreys,
        "jeffreys_",
        &BOTH,
        1e-9,
        1e-300,
    );
    limits(
        ledger,
        &table,
        interval::agresti_coull,
        "agresti_coull_",
        &BOTH,
        1e-12,
        PHE_FLOOR,
    );
    limits(ledger, &table, interval::wald, "normal_", &BOTH, 1e-12, PHE_FLOOR);
}

pub(crate) fn scipy(ledger: &mut Ledger) {
    let table = Table::golden("01_intervals_scipy_midp");
    let level = [("95", Confidence::P95)];
    // scipy finds its exact limits by Brent's method to an absolute 2e-12, so small ones lose figures there.
    limits(
        ledger,
        &table,
        interval::clopper_pearson,
        "exact_",
        &level,
        1e-9,
        1e-2,
    );
    limits(
        ledger,
        &table,
        interval::wilson,
        "wilson_",
        &level,
        1e-12,
        PHE_FLOOR,
    );
    limits(
        ledger,
        &table,
        interval::wilson_corrected,
        "wilsoncc_",
        &level,
        1e-12,
        PHE_FLOOR,
    );
    limits(ledger, &table, interval::mid_p, "midp_", &level, 1e-9, 1e-300);
}
