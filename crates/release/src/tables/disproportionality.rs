//! Table `disproportionality`.

use super::key_columns::{counts, key_columns, limits, numbers, text_of};
use crate::Table;
use senlens_compare::DisproportionalityRow;

/// One row a place, need, characteristic and group: the group against all other pupils of the place.
pub fn disproportionality(rows: &[DisproportionalityRow]) -> Table {
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("characteristic", rows.iter().map(|row| row.characteristic)),
        text_of("group", rows.iter().map(|row| row.group.as_str())),
        counts("events", rows.iter().map(|row| Some(row.events))),
        counts("population", rows.iter().map(|row| Some(row.population))),
        counts("other_events", rows.iter().map(|row| Some(row.other_events))),
        counts(
            "other_population",
            rows.iter().map(|row| Some(row.other_population)),
        ),
        text_of("comparator", rows.iter().map(|row| row.comparator)),
    ]);
    columns.extend(limits(
        ["risk_ratio", "risk_ratio_lower", "risk_ratio_upper"],
        rows.iter().map(|row| row.risk_ratio),
    ));
    columns.extend([
        numbers(
            "alternate_risk_ratio",
            rows.iter().map(|row| row.alternate_risk_ratio),
        ),
        numbers(
            "weighted_risk_ratio",
            rows.iter().map(|row| row.weighted_risk_ratio),
        ),
    ]);
    columns.extend(limits(
        ["odds_ratio", "odds_ratio_lower", "odds_ratio_upper"],
        rows.iter().map(|row| row.odds_ratio),
    ));
    columns.extend(limits(
        ["adjusted_odds_ratio", "adjusted_lower", "adjusted_upper"],
        rows.iter().map(|row| row.adjusted_odds_ratio),
    ));
    columns.extend([
        text_of("adjusted_for", rows.iter().map(|row| row.adjusted_for.as_str())),
        numbers("p_value", rows.iter().map(|row| row.p_value)),
        text_of(
            "above_two_for_three_years",
            rows.iter().map(|row| row.above_two_for_three_years),
        ),
        numbers("confidence", rows.iter().map(|_| Some(0.95))),
    ]);
    Table::new("disproportionality", columns)
}
