//! Files 06: adjusted p-values.

use crate::support::{Ledger, Table};
use senlens_stats::multiplicity as m;
use std::collections::BTreeMap;

type Adjust = fn(&[f64]) -> Vec<f64>;

fn check(ledger: &mut Ledger, file: &str, methods: &[(&str, Adjust)]) {
    let table = Table::golden(file);
    let mut sets: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for row in table.rows() {
        sets.entry(row.text("set")).or_default().push(row);
    }
    for (set, rows) in sets {
        let p_values: Vec<f64> = rows.iter().map(|row| row.number("p")).collect();
        for (name, adjust) in methods {
            for (row, ours) in rows.iter().zip(adjust(&p_values)) {
                let label = format!("{set} {}", row.text("i"));
                ledger.near(name, &label, ours, row.number(name), 1e-14);
            }
        }
    }
}

pub(crate) fn r(ledger: &mut Ledger) {
    check(
        ledger,
        "06_padjust_r",
        &[
            ("bonferroni", m::bonferroni),
            ("holm", m::holm),
            ("hochberg", m::hochberg),
            ("hommel", m::hommel),
            ("BH", m::benjamini_hochberg),
            ("BY", m::benjamini_yekutieli),
        ],
    );
}

pub(crate) fn statsmodels(ledger: &mut Ledger) {
    check(
        ledger,
        "06_padjust_statsmodels",
        &[
            ("bonferroni", m::bonferroni),
            ("holm", m::holm),
            ("hochberg", m::hochberg),
            ("hommel", m::hommel),
            ("BH", m::benjamini_hochberg),
            ("BY", m::benjamini_yekutieli),
            ("sidak", m::sidak),
            ("holm_sidak", m::holm_sidak),
            ("tsbh", |p| m::two_stage(p, 0.05)),
        ],
    );
}
