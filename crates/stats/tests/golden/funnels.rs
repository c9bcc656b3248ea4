//! Files 04 and 05: funnel limits and funnels with overdispersion.

use crate::support::{Ledger, Row, Table};
use senlens_stats::funnel::transformed::{Drawing, Ratio, Robust, Scale, lines_at, transformed};
use senlens_stats::funnel::{self, Position, limits};
use senlens_stats::{Confidence, CountOf};

/// A quantile line from the exact distribution divides by one probability, so it keeps about nine figures far out.
const INTERPOLATED: f64 = 1e-9;

pub(crate) fn binomial_lines(ledger: &mut Ledger) {
    for row in Table::golden("04_funnel_exact_binomial_spiegelhalter").rows() {
        let (n, theta) = (row.count("n"), row.number("theta"));
        let label = format!("{n} {theta}");
        for (lower, upper, confidence) in [
            ("0.025", "0.975", Confidence::P95),
            ("0.001", "0.999", Confidence::P998),
        ] {
            let ours = limits::binomial(n, theta, confidence).unwrap();
            ledger.near(
                "y lower",
                &label,
                ours.lower,
                row.number(&format!("y_{lower}")),
                INTERPOLATED,
            );
            ledger.near(
                "y upper",
                &label,
                ours.upper,
                row.number(&format!("y_{upper}")),
                INTERPOLATED,
            );
            for p in [lower, upper] {
                let r = senlens_stats::special::binomial::quantile(p.parse().unwrap(), n, theta).unwrap();
                ledger.same(
                    "r",
                    &label,
                    &r.to_string(),
                    &row.count(&format!("r_{p}")).to_string(),
                );
            }
        }
    }
}

pub(crate) fn poisson_lines(ledger: &mut Ledger) {
    for row in Table::golden("04_funnel_exact_poisson_spiegelhalter").rows() {
        let expected = row.number("expected");
        for (lower, upper, confidence) in [
            ("0.025", "0.975", Confidence::P95),
            ("0.001", "0.999", Confidence::P998),
        ] {
            let ours = limits::poisson(expected, confidence).unwrap();
            let label = row.text("expected");
            ledger.near(
                "y lower",
                label,
                ours.lower,
                row.number(&format!("y_{lower}")),
                INTERPOLATED,
            );
            ledger.near(
                "y upper",
                label,
                ours.upper,
                row.number(&format!("y_{upper}")),
                INTERPOLATED,
            );
        }
    }
}

pub(crate) fn proportion_lines(ledger: &mut Ledger) {
    for row in Table::golden("04_funnel_limits_phe_prop_pct").rows() {
        let label = row.text("Population");
        for (name, confidence) in [("2s", Confidence::P95), ("3s", Confidence::P998)] {
            let benchmark = row.number("baseline") / 100.0;
            let ours = limits::normal(row.number("Population"), benchmark, confidence).unwrap();
            // The package cuts its lines at 0 and 100 per cent.
            let (lower, upper) = (100.0 * ours.lower.max(0.0), 100.0 * ours.upper.min(1.0));
            ledger.near(
                "lower",
                label,
                lower,
                row.number(&format!("lower_{name}_limit")),
                1e-12,
            );
            ledger.near(
                "upper",
                label,
                upper,
                row.number(&format!("upper_{name}_limit")),
                1e-12,
            );
        }
    }
}

/// The package finds its Poisson limits by bisection, to about 1e-5 of the expectation or absolutely below one: the lines
/// are compared as the expectations they stand for.
const BISECTION: f64 = 1e-5;

pub(crate) fn rate_lines(ledger: &mut Ledger) {
    for row in Table::golden("04_funnel_limits_phe_rate_crude").rows() {
        let label = row.text("Events");
        let per_person = row.number("baseline") / 1e5;
        for (name, confidence) in [("2s", Confidence::P95), ("3s", Confidence::P998)] {
            let line = limits::for_count(row.count("Events"), confidence);
            let compare = |ledger: &mut Ledger, side: &str, expected: f64, ratio: f64| {
                let population = row.number(&format!("{side}_{name}_population_1_year"));
                ledger.near(
                    &format!("{side} population"),
                    label,
                    expected,
                    population * per_person,
                    BISECTION,
                );
                let limit = row.number(&format!("{side}_{name}_limit"));
                let (ours, golden) = (1.0 / ratio, per_person * 1e5 / limit);
                ledger.near(&format!("{side} limit"), label, ours, golden, BISECTION);
            };
            compare(ledger, "lower", line.expected_on_lower, line.lower_ratio());
            compare(ledger, "upper", line.expected_on_upper, line.upper_ratio());
        }
    }
}

pub(crate) fn ratio_lines(ledger: &mut Ledger) {
    for row in Table::golden("04_funnel_limits_phe_ratio_isr").rows() {
        let label = row.text("Observed_events");
        for (name, confidence) in [("2s", Confidence::P95), ("3s", Confidence::P998)] {
            let line = limits::for_count(row.count("Observed_events"), confidence);
            let compare = |ledger: &mut Ledger, side: &str, expected: f64, ratio: f64| {
                let golden = row.number(&format!("{side}_{name}_exp_events"));
                ledger.near(&format!("{side} expected"), label, expected, golden, BISECTION);
                let limit = row.number(&format!("{side}_{name}_limit"));
                ledger.near(
                    &format!("{side} limit"),
                    label,
                    1.0 / ratio,
                    100.0 / limit,
                    BISECTION,
                );
            };
            compare(ledger, "lower", line.expected_on_lower, line.lower_ratio());
            compare(ledger, "upper", line.expected_on_upper, line.upper_ratio());
        }
    }
}

fn significance(inner: Position, outer: Position) -> &'static str {
    match (outer, inner) {
        (Position::Higher, _) => "High (0.001)",
        (Position::Lower, _) => "Low (0.001)",
        (_, Position::Higher) => "High (0.025)",
        (_, Position::Lower) => "Low (0.025)",
        _ => "Not significant",
    }
}

/// The package judges a proportion by its normal lines, which we draw but do not judge by.
pub(crate) fn significance_proportion(ledger: &mut Ledger) {
    for row in Table::golden("04_funnel_significance_phe_prop").rows() {
        let count = CountOf::new(row.count("x"), row.count("n")).unwrap();
        let position = |confidence| {
            let lines = limits::normal(row.number("n"), row.number("baseline"), confidence).unwrap();
            let share = count.share().unwrap();
            if share > lines.upper {
                Position::Higher
            } else if share < lines.lower {
                Position::Lower
            } else {
                Position::Similar
            }
        };
        let ours = significance(position(Confidence::P95), position(Confidence::P998));
        ledger.same(
            "significance by normal lines",
            row.text("unit"),
            ours,
            row.text("significance"),
        );
        for (name, confidence) in [("2s", Confidence::P95), ("3s", Confidence::P998)] {
            let lines = limits::normal(row.number("n"), row.number("baseline"), confidence).unwrap();
            ledger.near(
                "lower",
                row.text("unit"),
                lines.lower,
                row.number(&format!("lower_{name}")),
                1e-14,
            );
            ledger.near(
                "upper",
                row.text("unit"),
                lines.upper,
                row.number(&format!("upper_{name}")),
                1e-14,
            );
        }
    }
}

pub(crate) fn significance_ratio(ledger: &mut Ledger) {
    for row in Table::golden("04_funnel_significance_phe_ratio").rows() {
        let tail = funnel::poisson(row.count("observed"), row.number("expected")).unwrap();
        let ours = significance(tail.position(Confidence::P95), tail.position(Confidence::P998));
        ledger.same("significance", row.text("unit"), ours, row.text("significance"));
    }
}

/// The package rounds its multipliers to 1.959964 and 3.090232.
const ROUNDED_MULTIPLIERS: f64 = 1e-7;

struct Case {
    name: &'static str,
    scale: Scale,
    robust: Robust,
    multiplier: f64,
    /// Whether the package was asked for overdispersion; it reports phi and tau squared as 0 where not.
    adjusted: bool,
    /// Which of the lines judge: 95% or 99.8%.
    outer: bool,
}

const WINSORISED: Robust = Robust::Winsorised(0.1);
const TRIMMED: Robust = Robust::Trimmed(0.1);

const CASES: [Case; 14] = [
    case("medpar_SR_SHMI_95", Scale::LogRatio, TRIMMED, 1.0, true, false),
    case(
        "medpar_SR_SHMI_99_noround",
        Scale::LogRatio,
        TRIMMED,
        1.0,
        true,
        true,
    ),
    case("medpar_SR_CQC_99", Scale::RootRatio, WINSORISED, 1.0, true, true),
    case(
        "medpar_SR_CQC_95_mult100_trim05",
        Scale::RootRatio,
        Robust::Winsorised(0.05),
        100.0,
        true,
        false,
    ),
    case(
        "medpar_SR_unadjusted_99",
        Scale::LogRatio,
        TRIMMED,
        1.0,
        false,
        true,
    ),
    case(
        "synth_PR_99",
        Scale::ArcsineProportion,
        WINSORISED,
        1.0,
        true,
        true,
    ),
    case(
        "synth_PR_95",
        Scale::ArcsineProportion,
        WINSORISED,
        1.0,
        true,
        false,
    ),
    case(
        "synth_PR_95_mult100",
        Scale::ArcsineProportion,
        WINSORISED,
        100.0,
        true,
        false,
    ),
    case(
        "synth_PR_unadjusted_95",
        Scale::ArcsineProportion,
        WINSORISED,
        1.0,
        false,
        false,
    ),
    case(
        "synth_PR_null_95",
        Scale::ArcsineProportion,
        WINSORISED,
        1.0,
        true,
        false,
    ),
    case("synth_SR_SHMI_99", Scale::LogRatio, TRIMMED, 1.0, true, true),
    case("synth_SR_CQC_99", Scale::RootRatio, WINSORISED, 1.0, true, true),
    case("synth_SR_CQC_95", Scale::RootRatio, WINSORISED, 1.0, true, false),
    case(
        "synth_RC_99",
        Scale::LogRatioOfCounts,
        WINSORISED,
        1.0,
        true,
        true,
    ),
];

const fn case(
    name: &'static str,
    scale: Scale,
    robust: Robust,
    multiplier: f64,
    adjusted: bool,
    outer: bool,
) -> Case {
    Case {
        name,
        scale,
        robust,
        multiplier,
        adjusted,
        outer,
    }
}

/// Every `FunnelPlotR` case of the summary has one of ours.
pub(crate) fn funnelplotr_summary(ledger: &mut Ledger) {
    let summary = Table::golden("05_funnelplotr_summary");
    assert_eq!(summary.rows().len(), CASES.len());
    for row in summary.rows() {
        let case = CASES.iter().find(|case| case.name == row.text("case")).unwrap();
        let units = Table::golden(&format!("05_funnelplotr_{}_units", case.name));
        let ours = fitted(case, &units);
        ledger.near("target", case.name, ours.target, row.number("target"), 1e-13);
        if case.adjusted {
            ledger.relative("phi", case.name, ours.phi, row.number("phi"), 1e-12);
            ledger.close(
                "tau2",
                case.name,
                ours.tau_squared,
                row.number("tau2"),
                1e-12,
                1e-6,
            );
        }
        let outliers: Vec<&str> = units
            .rows()
            .zip(&ours.units)
            .filter(|(unit, placed)| outlying(case, *unit, placed, ours.tau_squared))
            .map(|(unit, _)| unit.text("group"))
            .collect();
        ledger.same("outliers", case.name, &outliers.join(";"), row.text("outliers"));
        ledger.same(
            "n_outliers",
            case.name,
            &outliers.len().to_string(),
            row.text("n_outliers"),
        );
    }
}

fn fitted(case: &Case, units: &Table) -> funnel::transformed::Transformed {
    let ratios: Vec<Ratio> = units
        .rows()
        .map(|row| Ratio {
            numerator: row.number("numerator"),
            denominator: row.number("denominator"),
        })
        .collect();
    let mut ours = transformed(&ratios, case.scale, case.robust, Drawing::FunnelPlotR).unwrap();
    if !case.adjusted {
        ours.tau_squared = 0.0;
    }
    ours
}

fn outlying(case: &Case, unit: Row<'_>, placed: &funnel::transformed::Placed, tau_squared: f64) -> bool {
    let share = unit.number("numerator") / unit.number("denominator");
    let lines = if case.adjusted && tau_squared > 0.0 {
        placed.adjusted
    } else {
        placed.plain
    };
    let (lower, upper) = if case.outer {
        (lines[2], lines[3])
    } else {
        (lines[0], lines[1])
    };
    share > upper || share < lower
}

pub(crate) fn funnelplotr_units(ledger: &mut Ledger) {
    for case in &CASES {
        let table = Table::golden(&format!("05_funnelplotr_{}_units", case.name));
        let ours = fitted(case, &table);
        for (row, placed) in table.rows().zip(&ours.units) {
            let label = format!("{} {}", case.name, row.text("group"));
            ledger.near("z", &label, placed.z, row.number("Uzscore"), 1e-12);
            if case.adjusted {
                ledger.near("z robust", &label, placed.z_robust, row.number("Wuzscore"), 1e-12);
            }
            ledger.relative("s", &label, placed.standard_error, row.number("s"), 1e-14);
            let lines = |ledger: &mut Ledger, quantity: &str, ours: [f64; 4], columns: [&str; 4]| {
                for (line, column) in ours.iter().zip(columns) {
                    let golden = row.number(column) / case.multiplier;
                    ledger.near(
                        quantity,
                        &format!("{label} {column}"),
                        *line,
                        golden,
                        ROUNDED_MULTIPLIERS,
                    );
                }
            };
            if case.adjusted {
                lines(
                    ledger,
                    "adjusted lines",
                    placed.adjusted,
                    ["OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL"],
                );
            }
            lines(
                ledger,
                "plain lines",
                placed.plain,
                ["LCL95", "UCL95", "LCL99", "UCL99"],
            );
        }
    }
}

pub(crate) fn funnelplotr_limits(ledger: &mut Ledger) {
    for case in &CASES {
        let units = Table::golden(&format!("05_funnelplotr_{}_units", case.name));
        let ours = fitted(case, &units);
        let sum = |column: &str| units.rows().map(|row| row.number(column)).sum::<f64>();
        let pooled = sum("numerator") / sum("denominator");
        let table = Table::golden(&format!("05_funnelplotr_{}_limits", case.name));
        let at: Vec<f64> = table.rows().map(|row| row.number("number_seq")).collect();
        let lines = lines_at(&at, case.scale, Drawing::FunnelPlotR, pooled, ours.tau_squared);
        for (row, (plain, adjusted)) in table.rows().zip(lines) {
            let compare = |ledger: &mut Ledger, quantity: &str, ours: [f64; 4], columns: [&str; 4]| {
                for (line, column) in ours.iter().zip(columns) {
                    let golden = row.number(column) / case.multiplier;
                    let label = format!("{} {} {column}", case.name, row.text("number_seq"));
                    ledger.near(quantity, &label, *line, golden, ROUNDED_MULTIPLIERS);
                }
            };
            if case.adjusted {
                compare(
                    ledger,
                    "adjusted lines",
                    adjusted,
                    ["odll95", "odul95", "odll998", "odul998"],
                );
            }
            compare(ledger, "plain lines", plain, ["ll95", "ul95", "ll998", "ul998"]);
        }
    }
}
