//! File 02: intervals for a count.

use crate::support::{Ledger, Table};
use senlens_stats::{Confidence, interval};

pub(crate) fn byar_exact(ledger: &mut Ledger) {
    for row in Table::golden("02_byar_exact_poisson").rows() {
        let x = row.count("x");
        let label = x.to_string();
        for (level, confidence) in [("95", Confidence::P95), ("998", Confidence::P998)] {
            let byar = interval::byar(x, confidence);
            let exact = interval::exact_poisson(x, confidence);
            let phe = interval::byar_or_exact(x, confidence);
            for (name, ours, tolerance) in [
                ("byar", byar, 1e-12),
                ("exact", exact, 1e-9),
                ("phe_rate", phe, 1e-9),
            ] {
                let lower = row.number(&format!("{name}_lower{level}"));
                // Byar's formula has no lower limit at 0 events, nor where its cube is negative: ours is 0.
                let lower = if lower.is_nan() { 0.0 } else { lower };
                ledger.relative(&format!("{name}_lower"), &label, ours.lower, lower, tolerance);
                let upper = row.number(&format!("{name}_upper{level}"));
                ledger.relative(&format!("{name}_upper"), &label, ours.upper, upper, tolerance);
            }
        }
        let method = if phe_is_exact(x) { "Exact" } else { "Byars" };
        ledger.same("method", &label, method, row.text("method"));
    }
}

fn phe_is_exact(x: u64) -> bool {
    interval::byar_or_exact(x, Confidence::P95).method == senlens_stats::Method::ExactPoisson
}
