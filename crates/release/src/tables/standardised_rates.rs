//! Table `standardised_rates`.

use super::key_columns::{counts, key_columns, limits, numbers, text, text_of};
use crate::{Table, TextColumn};
use senlens_compare::StandardisedRateRow;

/// One row an area, need and standard: its crude rate, and its rate at the standard's mix of pupils.
pub fn standardised_rates(rows: &[StandardisedRateRow]) -> Table {
    let mut adjustment = TextColumn::default();
    for row in rows {
        adjustment.push(&row.adjustment.to_string());
    }
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("standard", rows.iter().map(|row| row.standard.as_str())),
        text("adjustment", adjustment),
        counts("events", rows.iter().map(|row| Some(row.events))),
        counts("population", rows.iter().map(|row| Some(row.population))),
        numbers(
            "crude_per_hundred",
            rows.iter().map(|row| Some(row.crude_per_hundred)),
        ),
    ]);
    columns.extend(limits(
        ["per_hundred", "lower", "upper"],
        rows.iter().map(|row| Some(row.per_hundred)),
    ));
    columns.extend([
        numbers("confidence", rows.iter().map(|_| Some(0.95))),
        text_of("method", rows.iter().map(|_| "dobson")),
    ]);
    Table::new("standardised_rates", columns)
}
