//! Files 08: shrinkage.

use crate::support::{Ledger, Table};
use senlens_stats::shrink::{self, BetaBinomialFit};
use senlens_stats::{Convergence, CountOf};

fn counts(table: &Table) -> Vec<CountOf> {
    table
        .rows()
        .map(|row| CountOf::new(row.count("num"), row.count("den")).unwrap())
        .collect()
}

pub(crate) fn spdep(ledger: &mut Ledger) {
    let table = Table::golden("08_eb_spdep_marshall");
    let counts = counts(&table);
    let poisson = shrink::marshall(&counts).unwrap();
    let binomial = shrink::marshall_binomial(&counts).unwrap();
    for ((row, poisson), binomial) in table.rows().zip(poisson).zip(binomial) {
        let label = row.text("grp");
        ledger.relative(
            "eb_poisson",
            label,
            poisson.shrunken,
            row.number("eb_poisson"),
            1e-12,
        );
        ledger.relative(
            "eb_binomial",
            label,
            binomial.shrunken,
            row.number("eb_binomial"),
            1e-12,
        );
        ledger.relative("raw", label, poisson.raw, row.number("raw"), 1e-15);
        ledger.relative("raw", label, binomial.raw, row.number("raw_b"), 1e-15);
    }
}

pub(crate) fn esda(ledger: &mut Ledger) {
    let table = Table::golden("08_eb_esda");
    for (row, ours) in table.rows().zip(shrink::marshall(&counts(&table)).unwrap()) {
        ledger.relative(
            "eb_esda",
            row.text("grp"),
            ours.shrunken,
            row.number("eb_esda"),
            1e-12,
        );
    }
}

fn fits() -> (Table, BetaBinomialFit, BetaBinomialFit) {
    let table = Table::golden("08_betabinomial_posteriors");
    let counts = counts(&table);
    let likelihood = shrink::beta_binomial(&counts).unwrap();
    assert_eq!(likelihood.convergence, Convergence::Converged);
    (table, likelihood, shrink::kleinman(&counts).unwrap())
}

/// VGAM stops when its likelihood stops moving, which leaves about six figures of the shapes.
const VGAM: f64 = 1e-7;

pub(crate) fn beta_binomial_fit(ledger: &mut Ledger) {
    let (_, likelihood, moments) = fits();
    for row in Table::golden("08_betabinomial_fit").rows() {
        let method = row.text("method");
        let (ours, tolerance) = if method == "betabinom_ML_VGAM" {
            (likelihood, VGAM)
        } else {
            (moments, 1e-12)
        };
        for (name, value) in [
            ("mu", ours.mean),
            ("rho", ours.correlation),
            ("alpha", ours.a),
            ("beta", ours.b),
        ] {
            ledger.relative(
                &format!("{name} {method}"),
                method,
                value,
                row.number(name),
                tolerance,
            );
        }
        ledger.relative("loglik", method, ours.log_likelihood, row.number("loglik"), 1e-11);
    }
}

pub(crate) fn beta_binomial_posteriors(ledger: &mut Ledger) {
    let (table, likelihood, moments) = fits();
    for row in table.rows() {
        let count = CountOf::new(row.count("num"), row.count("den")).unwrap();
        for (name, fit, tolerance) in [("ml", likelihood, 2.0 * VGAM), ("mom", moments, 1e-9)] {
            let posterior = fit.posterior(count).unwrap();
            let mut compare = |column: &str, ours: f64| {
                let column = format!("{name}_{column}");
                ledger.near(&column, row.text("grp"), ours, row.number(&column), tolerance);
            };
            compare("mean", posterior.mean());
            compare("q025", posterior.quantile(0.025));
            compare("q975", posterior.quantile(0.975));
            compare("p_gt_mu", posterior.above(fit.mean));
            if name == "ml" {
                compare("q001", posterior.quantile(0.001));
                compare("q999", posterior.upper_quantile(0.001));
            }
        }
    }
}

/// `glm.nb`, behind eBayes, stops when its likelihood stops moving.
const GLM_NB: f64 = 1e-7;

fn gamma_poisson() -> (Table, shrink::GammaPoissonFit) {
    let table = Table::golden("08_eb_spatialepi_gamma_poisson");
    let counts: Vec<(u64, f64)> = table
        .rows()
        .map(|row| (row.count("num"), row.number("E")))
        .collect();
    let fit = shrink::gamma_poisson(&counts).unwrap();
    assert_eq!(fit.convergence, Convergence::Converged);
    (table, fit)
}

pub(crate) fn gamma_poisson_pars(ledger: &mut Ledger) {
    let (_, fit) = gamma_poisson();
    for row in Table::golden("08_eb_spatialepi_pars").rows() {
        ledger.relative("alpha", "", fit.shape, row.number("alpha"), GLM_NB);
        ledger.relative("beta", "", fit.mean, row.number("beta"), GLM_NB);
        ledger.relative(
            "beta_raw",
            "",
            libm::log(fit.mean),
            row.number("beta_raw"),
            1e2 * GLM_NB,
        );
    }
}

pub(crate) fn gamma_poisson_units(ledger: &mut Ledger) {
    let (table, fit) = gamma_poisson();
    for row in table.rows() {
        let posterior = fit.posterior(row.count("num"), row.number("E")).unwrap();
        ledger.relative("RR", row.text("grp"), posterior.mean(), row.number("RR"), GLM_NB);
        ledger.relative(
            "RRmed",
            row.text("grp"),
            posterior.quantile(0.5),
            row.number("RRmed"),
            GLM_NB,
        );
    }
}
