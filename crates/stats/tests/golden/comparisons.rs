//! Files 09: tests of one and of two shares, and logistic regression.

use crate::support::{Ledger, Row, Table};
use senlens_stats::glm::{Design, Family, fit};
use senlens_stats::one_sample::one_sample as one_sample_test;
use senlens_stats::{Confidence, Convergence, CountOf, two_sample};

pub(crate) fn one_sample(ledger: &mut Ledger) {
    for row in Table::golden("09_one_sample_binomial").rows() {
        let count = CountOf::new(row.count("x"), row.count("n")).unwrap();
        let label = format!("{}/{} at {}", row.text("x"), row.text("n"), row.text("p0"));
        let ours = one_sample_test(count, row.number("p0")).unwrap();
        for (name, value) in [
            ("two", ours.exact),
            ("gt", ours.greater),
            ("lt", ours.less),
            ("mid_gt", ours.mid_greater),
            ("mid_lt", ours.mid_less),
            ("mid_two_doubled", ours.mid_p),
        ] {
            // Mid-P by arithmetic there is one tail less half a term, which loses figures when the other is near one.
            let floor = if name.starts_with("mid") { 1e-6 } else { 1e-300 };
            ledger.close(name, &label, value, row.number(name), 1e-10, floor);
        }
        ledger.near("z", &label, ours.z, row.number("z"), 1e-12);
        ledger.close(
            "score_two",
            &label,
            ours.score,
            row.number("score_two"),
            1e-11,
            1e-300,
        );
    }
}

fn pair(row: Row<'_>) -> (CountOf, CountOf, String) {
    let label = format!(
        "{}/{} {}/{}",
        row.text("x1"),
        row.text("n1"),
        row.text("x2"),
        row.text("n2")
    );
    let first = CountOf::new(row.count("x1"), row.count("n1")).unwrap();
    (
        first,
        CountOf::new(row.count("x2"), row.count("n2")).unwrap(),
        label,
    )
}

/// R's `fisher.test` finds odds ratios by `uniroot` with its default tolerance of 1.2e-4.
const UNIROOT: f64 = 1e-3;

pub(crate) fn two_sample(ledger: &mut Ledger) {
    for row in Table::golden("09_two_sample_proportions").rows() {
        let (first, second, label) = pair(row);
        let pooled = two_sample::pooled(first, second).unwrap();
        let fisher = two_sample::fisher(first, second).unwrap();
        let odds = two_sample::odds_ratio(first, second, Confidence::P95).unwrap();
        let wald = two_sample::wald(first, second, Confidence::P95).unwrap();
        let newcombe = two_sample::newcombe(first, second, Confidence::P95).unwrap();
        for (name, value, tolerance) in [
            ("diff", newcombe.value, 1e-14),
            ("z_pooled", pooled.z, 1e-12),
            ("p_z", pooled.p_value, 1e-12),
            ("chisq", pooled.chi_squared, 1e-12),
            ("p_chisq", pooled.p_value, 1e-12),
            ("chisq_yates", pooled.yates, 1e-12),
            ("p_yates", pooled.yates_p_value, 1e-12),
            ("fisher_two", fisher.two_sided, 1e-10),
            ("fisher_gt", fisher.greater, 1e-10),
            ("fisher_or_cmle", odds.value, UNIROOT),
            ("fisher_or_lo", odds.lower, UNIROOT),
            ("fisher_or_hi", odds.upper, UNIROOT),
            ("wald_lo", wald.lower, 1e-13),
            ("wald_hi", wald.upper, 1e-13),
            ("newcombe_lo", newcombe.lower, 1e-13),
            ("newcombe_hi", newcombe.upper, 1e-13),
        ] {
            ledger.near(name, &label, value, row.number(name), tolerance);
        }
    }
}

pub(crate) fn two_sample_statsmodels(ledger: &mut Ledger) {
    let level = Confidence::P95;
    for row in Table::golden("09_two_sample_statsmodels").rows() {
        let (first, second, label) = pair(row);
        let pooled = two_sample::pooled(first, second).unwrap();
        ledger.near("ztest_z", &label, pooled.z, row.number("ztest_z"), 1e-10);
        ledger.near("ztest_p", &label, pooled.p_value, row.number("ztest_p"), 1e-10);
        // Score limits are found by Brent's method there.
        for (name, interval, tolerance) in [
            ("diff_newcomb", two_sample::newcombe(first, second, level), 1e-12),
            ("diff_wald", two_sample::wald(first, second, level), 1e-12),
            (
                "diff_agresti-caffo",
                two_sample::agresti_caffo(first, second, level),
                1e-12,
            ),
            (
                "diff_score",
                two_sample::difference_score(first, second, level),
                1e-9,
            ),
            (
                "ratio_log",
                two_sample::log_ratio(first, second, level).map(|test| test.ratio),
                1e-12,
            ),
            (
                "ratio_log-adjusted",
                two_sample::log_ratio_adjusted(first, second, level).map(|test| test.ratio),
                1e-12,
            ),
            ("ratio_score", two_sample::ratio_score(first, second, level), 1e-9),
        ] {
            let (lower, upper) = (
                row.number(&format!("{name}_lo")),
                row.number(&format!("{name}_hi")),
            );
            if lower.is_nan() && upper.is_nan() {
                // The package gives none: its score limits fail without events and in lopsided tables.
                continue;
            }
            if let Some(ours) = interval {
                ledger.near(name, &label, ours.lower, lower, tolerance);
                ledger.near(name, &label, ours.upper, upper, tolerance);
            } else {
                // Without events there is no logarithm: neither has limits.
                assert!(
                    !(lower.is_finite() && lower > 0.0 && upper.is_finite()),
                    "{name} {label}"
                );
            }
        }
        let log = two_sample::log_ratio(first, second, level).map_or(f64::NAN, |test| test.p_value);
        let golden = row.number("ratio_test_log_p");
        if !log.is_nan() {
            ledger.near("ratio_test_log_p", &label, log, golden, 1e-12);
        }
        let adjusted = two_sample::log_ratio_adjusted(first, second, level)
            .unwrap()
            .p_value;
        ledger.near(
            "ratio_test_log-adjusted_p",
            &label,
            adjusted,
            row.number("ratio_test_log-adjusted_p"),
            1e-12,
        );
        for (name, test) in [
            (
                "barnard_p",
                two_sample::barnard as fn(CountOf, CountOf) -> Option<f64>,
            ),
            ("boschloo_p", two_sample::boschloo),
        ] {
            if !row.text(name).is_empty() {
                ledger.near(name, &label, test(first, second).unwrap(), row.number(name), 1e-6);
            }
        }
    }
}

fn logistic_fit() -> (Table, senlens_stats::glm::Fit) {
    let table = Table::golden("09_logistic_input");
    let rows: Vec<[f64; 6]> = table
        .rows()
        .map(|row| {
            let male = if row.text("sex") == "M" { 1.0 } else { 0.0 };
            let year = row.number("year");
            [1.0, male, row.number("fsm"), year, year * year, row.number("eal")]
        })
        .collect();
    let counts: Vec<CountOf> = table
        .rows()
        .map(|row| CountOf::new(row.count("x"), row.count("n")).unwrap())
        .collect();
    let fitted = fit(&Design::from_rows(&rows).unwrap(), Family::Logistic(&counts)).unwrap();
    assert_eq!(fitted.convergence, Convergence::Converged);
    (table, fitted)
}

/// R stops when the deviance moves by less than 1e-8 of itself, and its errors are those of the step before.
const GLM: f64 = 1e-7;

pub(crate) fn logistic(ledger: &mut Ledger) {
    let (_, fitted) = logistic_fit();
    for (column, row) in Table::golden("09_logistic_output").rows().enumerate() {
        let label = row.text("term");
        ledger.relative(
            "estimate",
            label,
            fitted.coefficients[column],
            row.number("estimate"),
            GLM,
        );
        ledger.relative("se", label, fitted.standard_error(column), row.number("se"), GLM);
        ledger.relative("z", label, fitted.z(column), row.number("z"), GLM);
        // A p-value of 1e-270 moves by hundreds of times what its z does.
        ledger.relative("p", label, fitted.p_value(column), row.number("p"), 1e3 * GLM);
        ledger.relative("deviance", label, fitted.deviance, row.number("deviance"), 1e-11);
        ledger.relative(
            "null_deviance",
            label,
            fitted.null_deviance,
            row.number("null_deviance"),
            1e-12,
        );
        ledger.relative("aic", label, fitted.aic(), row.number("aic"), 1e-12);
        ledger.relative(
            "loglik",
            label,
            fitted.log_likelihood,
            row.number("loglik"),
            1e-12,
        );
    }
}

pub(crate) fn logistic_fitted(ledger: &mut Ledger) {
    let (_, fitted) = logistic_fit();
    for (at, row) in Table::golden("09_logistic_fitted").rows().enumerate() {
        let label = at.to_string();
        ledger.near("fitted", &label, fitted.fitted[at], row.number("fitted"), 1e-10);
        ledger.near("hat", &label, fitted.leverages[at], row.number("hat"), GLM);
        ledger.near("pearson", &label, fitted.pearson[at], row.number("pearson"), GLM);
        ledger.near(
            "dev",
            &label,
            fitted.deviance_residuals[at],
            row.number("dev"),
            GLM,
        );
    }
}
