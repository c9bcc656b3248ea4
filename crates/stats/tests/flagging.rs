//! The chance of flagging a unit at the benchmark, against arithmetic done another way.

use senlens_stats::calibration::{
    FlaggingRule, chart, false_flags, false_flags_when_units_vary, largest_attainable,
};
use senlens_stats::{Confidence, CountOf, funnel};

const SIZES: [u64; 5] = [30, 100, 300, 1000, 3000];
const BENCHMARKS: [f64; 3] = [0.028, 0.1, 0.004];

/// Every binomial probability by the plain recurrence, which underflows for none of these sizes and benchmarks.
fn probabilities(size: u64, p: f64) -> Vec<f64> {
    let mut terms = vec![(1.0 - p).powi(i32::try_from(size).unwrap_or(i32::MAX))];
    for x in 0..size {
        let last = terms[terms.len() - 1];
        terms.push(last * ((size - x) as f64 / (x + 1) as f64) * (p / (1.0 - p)));
    }
    terms
}

/// The largest upper tail and the largest lower tail not above nominal, by adding up.
fn attainable(size: u64, p: f64, nominal: f64) -> (f64, f64) {
    let terms = probabilities(size, p);
    let largest = |terms: &mut dyn Iterator<Item = &f64>| {
        let (mut sum, mut best) = (0.0, 0.0);
        for term in terms {
            sum += term;
            if sum > nominal {
                break;
            }
            best = sum;
        }
        best
    };
    (largest(&mut terms.iter().rev()), largest(&mut terms.iter()))
}

#[test]
fn ours_flags_with_the_largest_attainable_chance_not_above_nominal() {
    for confidence in [Confidence::P998, Confidence::P95] {
        for size in SIZES {
            for benchmark in BENCHMARKS {
                let ours = false_flags(FlaggingRule::ExactTail, size, benchmark, confidence).expect("a size");
                let (high, low) = attainable(size, benchmark, confidence.tail());
                let label = format!("{size} at {benchmark}, {confidence}");
                assert!(
                    (ours.high - high).abs() < 1e-9 && (ours.low - low).abs() < 1e-9,
                    "{label}: {ours:?}"
                );
                let (most_high, most_low) = largest_attainable(size, benchmark, confidence.tail());
                assert!(
                    (most_high - high).abs() < 1e-9 && (most_low - low).abs() < 1e-9,
                    "{label}"
                );
                assert!(ours.high <= confidence.tail() * (1.0 + 1e-12), "{label}");
                // And it is the rule a unit is really judged by: its position changes just at the thresholds.
                let position = |x| {
                    let count = CountOf::new(x, size).expect("no more than all");
                    funnel::binomial(count, benchmark)
                        .expect("people")
                        .position(confidence)
                };
                let first = ours.first_high.expect("some count is high");
                assert_eq!(position(first), funnel::Position::Higher, "{label}");
                assert_eq!(position(first - 1), funnel::Position::Similar, "{label}");
                if let Some(last) = ours.last_low {
                    assert_eq!(position(last), funnel::Position::Lower, "{label}");
                    assert_ne!(position(last + 1), funnel::Position::Lower, "{label}");
                }
                let mid = false_flags(FlaggingRule::MidP, size, benchmark, confidence).expect("a size");
                assert!(mid.high >= ours.high && mid.low >= ours.low, "{label}");
            }
        }
    }
}

/// The figures quoted with the golden files, to the digits quoted.
#[test]
fn the_other_rules_err_as_quoted() {
    let high = |rule, size| {
        false_flags(rule, size, 0.028, Confidence::P998)
            .expect("a size")
            .high
    };
    for (size, normal, arcsine, exact) in [
        (30, 0.0094, 0.000_16, 0.000_16),
        (100, 0.0072, 0.000_12, 0.000_52),
        (300, 0.0023, 0.000_37, 0.000_94),
    ] {
        assert!(
            (high(FlaggingRule::NormalLines, size) - normal).abs() < 0.000_05,
            "normal {size}"
        );
        assert!(
            (high(FlaggingRule::ArcsineLines, size) - arcsine).abs() < 0.000_005,
            "arcsine {size}"
        );
        assert!(
            (high(FlaggingRule::ExactTail, size) - exact).abs() < 0.000_005,
            "exact {size}"
        );
    }
}

#[test]
fn a_chart_has_every_rule_and_no_unit_without_people() {
    let rows = chart(&[0, 30, 100], 0.028, Confidence::P95);
    assert_eq!(rows.len(), 2 * FlaggingRule::ALL.len());
    assert!(rows.iter().all(|row| row.high.is_finite() && row.low.is_finite()));
    assert_eq!(
        false_flags(FlaggingRule::ExactTail, 0, 0.1, Confidence::P95),
        None
    );
    assert_eq!(
        false_flags(FlaggingRule::ExactTail, 10, f64::NAN, Confidence::P95),
        None
    );
}

#[test]
fn where_units_vary_a_plain_rule_flags_too_many_and_the_predictive_one_does_not() {
    let plain = false_flags_when_units_vary(FlaggingRule::ExactTail, 1000, 0.15, 0.01, Confidence::P95)
        .expect("both");
    assert!(plain.high > 0.2, "{plain:?}");
    // The predictive tail at the same spread flags at most nominal.
    let flagged: f64 = (0..=1000)
        .filter_map(|x| {
            let count = CountOf::new(x, 1000).ok()?;
            let tail = funnel::predictive_binomial(count, 0.15, 0.01)?;
            (tail.position(Confidence::P95) == funnel::Position::Higher).then(|| {
                senlens_stats::special::beta_binomial::probability(x, 1000, 0.15 * 99.0, 0.85 * 99.0)
            })
        })
        .sum();
    assert!(flagged <= 0.025 && flagged > 0.024, "{flagged}");
    assert_eq!(
        false_flags_when_units_vary(FlaggingRule::ExactTail, 10, 0.1, 1.0, Confidence::P95),
        None
    );
}
