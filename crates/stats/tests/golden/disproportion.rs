//! Files 07: disproportionality.

use crate::support::{Ledger, Table};
use senlens_stats::disproportionality::{
    Comparator, MinimumRule, Place, haldane, odds_ratio, risk_comparison, small_sample,
};
use senlens_stats::{Confidence, CountOf, two_sample};
use std::collections::BTreeMap;

pub(crate) fn risk_ratio(ledger: &mut Ledger) {
    for row in Table::golden("07_risk_ratio").rows() {
        let label = row.text("case");
        let group = CountOf::new(row.count("x1"), row.count("n1")).unwrap();
        let comparison = CountOf::new(row.count("x0"), row.count("n0")).unwrap();
        let ours = risk_comparison(group, comparison, Confidence::P95).unwrap();
        ledger.near("risk1", label, ours.risk, row.number("risk1"), 1e-15);
        ledger.near("risk0", label, ours.comparison_risk, row.number("risk0"), 1e-15);
        ledger.near(
            "risk_diff",
            label,
            ours.difference,
            row.number("risk_diff"),
            1e-15,
        );
        ledger.relative(
            "p_fisher_two",
            label,
            ours.p_value,
            row.number("p_fisher_two"),
            1e-10,
        );
        ledger.near(
            "rr_haldane",
            label,
            haldane(group, comparison),
            row.number("rr_haldane"),
            1e-12,
        );
        let Some(ratio) = ours.ratio else {
            // Without events there is a ratio of 0 and no limits on the log scale.
            assert!(
                row.number("rr").to_bits() == 0
                    && !row.number("lo").is_finite() | (row.number("hi").is_nan())
            );
            continue;
        };
        let test = two_sample::log_ratio(group, comparison, Confidence::P95).unwrap();
        let small = small_sample(group, comparison, Confidence::P95).unwrap();
        let odds = odds_ratio(group, comparison, Confidence::P95).unwrap();
        for (name, value) in [
            ("rr", ratio.value),
            ("se_log", test.log_error),
            ("lo", ratio.lower),
            ("hi", ratio.upper),
            ("epitools_rr", ratio.value),
            ("epitools_lo", ratio.lower),
            ("epitools_hi", ratio.upper),
            ("epitools_small_rr", small.value),
            ("epitools_small_lo", small.lower),
            ("epitools_small_hi", small.upper),
            ("odds_ratio", odds.value),
        ] {
            ledger.near(name, label, value, row.number(name), 1e-12);
        }
    }
}

pub(crate) fn districts(ledger: &mut Ledger) {
    let input = Table::golden("07_disproportionality_input");
    let mut districts: BTreeMap<&str, Vec<(&str, CountOf)>> = BTreeMap::new();
    let mut wider: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for row in input.rows() {
        let (group, x, n) = (row.text("group"), row.count("x"), row.count("n"));
        districts
            .entry(row.text("district"))
            .or_default()
            .push((group, CountOf::new(x, n).unwrap()));
        let total = wider.entry(group).or_default();
        total.0 += x;
        total.1 += n;
    }
    let output = Table::golden("07_disproportionality_output");
    for (district, groups) in &districts {
        let counts = groups.iter().map(|(_, count)| *count).collect();
        let all = groups
            .iter()
            .map(|(group, _)| CountOf::new(wider[group].0, wider[group].1).unwrap())
            .collect();
        let ours = Place::new(counts, all)
            .unwrap()
            .groups(MinimumRule::default())
            .unwrap();
        for ((name, _), group) in groups.iter().zip(ours) {
            let row = output
                .rows()
                .find(|row| row.text("district") == *district && row.text("group") == *name)
                .unwrap();
            let label = format!("{district} {name}");
            for (column, value) in [
                ("x_comp", group.others.events() as f64),
                ("n_comp", group.others.population() as f64),
                ("risk", group.risk),
                ("risk_comp", group.other_risk),
                ("risk_ratio", group.risk_ratio),
                ("alt_risk_ratio", group.alternate_risk_ratio),
                ("weighted_risk_ratio", group.weighted_risk_ratio),
                ("state_risk_comp", group.wider_others.share().unwrap()),
                ("composition_pct_of_identified", 100.0 * group.share_of_events),
                ("composition_pct_of_enrolled", 100.0 * group.share_of_population),
                ("excess_over_state_comp", group.excess),
            ] {
                ledger.near(column, &label, value, row.number(column), 1e-12);
            }
            let rule = match group.comparator {
                Comparator::OtherGroups => "risk_ratio",
                Comparator::WiderArea => "alternate",
                Comparator::None => "not_calculated_group_below_min",
            };
            ledger.same("rule_cell10_n30", &label, rule, row.text("rule_cell10_n30"));
        }
    }
}
