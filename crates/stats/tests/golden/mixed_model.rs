//! Files 10: random-intercept logistic regression.

use crate::support::{Ledger, Table};
use senlens_stats::glm::Design;
use senlens_stats::mixed::{Integration, MixedFit, UnitCells, fit};
use senlens_stats::{Convergence, CountOf};
use std::collections::BTreeMap;

fn cells(null: bool) -> (UnitCells, Vec<String>) {
    let table = Table::golden("10_glmer_input");
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for row in table.rows() {
        let next = names.len();
        names.entry(row.text("school").to_owned()).or_insert(next);
    }
    let units: Vec<usize> = table.rows().map(|row| names[row.text("school")]).collect();
    let rows: Vec<Vec<f64>> = table
        .rows()
        .map(|row| {
            if null {
                vec![1.0]
            } else {
                vec![1.0, row.number("male"), row.number("fsm"), row.number("ks")]
            }
        })
        .collect();
    let counts: Vec<CountOf> = table
        .rows()
        .map(|row| CountOf::new(row.count("x"), row.count("n")).unwrap())
        .collect();
    let mut order = vec![String::new(); names.len()];
    for (name, unit) in names {
        order[unit] = name;
    }
    (
        UnitCells::new(&units, &Design::from_rows(&rows).unwrap(), &counts).unwrap(),
        order,
    )
}

fn fitted(nodes: u64, null: bool) -> (MixedFit, Vec<String>) {
    let (cells, names) = cells(null);
    let integration = if nodes == 1 {
        Integration::Laplace
    } else {
        Integration::Adaptive(usize::try_from(nodes).unwrap())
    };
    let fit = fit(&cells, integration).unwrap();
    assert_eq!(fit.convergence, Convergence::Converged);
    (fit, names)
}

pub(crate) fn fixed(ledger: &mut Ledger) {
    for row in Table::golden("10_glmer_fixed_sd").rows() {
        let nodes = row.count("nAGQ");
        let (null, term) = match row.text("term").strip_prefix("null:") {
            Some(term) => (true, term),
            None => (false, row.text("term")),
        };
        let (fit, _) = fitted(nodes, null);
        let label = format!("{nodes} {}", row.text("term"));
        match ["(Intercept)", "male", "fsm", "ks"]
            .iter()
            .position(|name| *name == term)
        {
            Some(column) => {
                ledger.near(
                    "estimate",
                    &label,
                    fit.coefficients[column],
                    row.number("estimate"),
                    1e-5,
                );
                // lme4's errors come from second differences of its deviance.
                ledger.near("se", &label, fit.standard_error(column), row.number("se"), 1e-5);
            }
            None => ledger.near("sd", &label, fit.sd, row.number("estimate"), 1e-5),
        }
        if nodes == 1 {
            ledger.relative("loglik", &label, fit.log_likelihood, row.number("loglik"), 1e-9);
            assert!(
                fit.log_likelihood >= row.number("loglik") - 1e-7,
                "lme4 found a higher likelihood"
            );
        }
    }
}

pub(crate) fn units(ledger: &mut Ledger) {
    let mut fits: BTreeMap<u64, (MixedFit, Vec<String>)> = BTreeMap::new();
    for row in Table::golden("10_glmer_blups").rows() {
        let nodes = row.count("nAGQ");
        let (fit, names) = fits.entry(nodes).or_insert_with(|| fitted(nodes, false));
        let unit = names.iter().position(|name| name == row.text("school")).unwrap();
        let label = format!("{nodes} {}", row.text("school"));
        ledger.near("blup", &label, fit.units[unit].effect, row.number("blup"), 1e-4);
        ledger.near(
            "cond_se",
            &label,
            fit.units[unit].standard_error,
            row.number("cond_se"),
            1e-4,
        );
    }
}
