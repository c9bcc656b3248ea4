//! Tables `trends` and `yearly`.

use super::key_columns::{counts, key_columns, limits, numbers, text, text_of};
use crate::{Table, TextColumn};
use senlens_compare::{TrendRow, YearRow};

/// One row a place, need and base: the course of a share over the years given.
pub fn trends(rows: &[TrendRow]) -> Table {
    let mut first_year = TextColumn::default();
    for row in rows {
        first_year.push(&row.first_year.to_string());
    }
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("base", rows.iter().map(|row| row.base.as_str())),
        text("first_year", first_year),
        counts("years", rows.iter().map(|row| Some(row.years))),
    ]);
    columns.extend(limits(
        ["odds_ratio_per_year", "lower", "upper"],
        rows.iter().map(|row| Some(row.odds_ratio_per_year)),
    ));
    columns.extend([
        numbers("dispersion", rows.iter().map(|row| row.dispersion)),
        numbers("p_value", rows.iter().map(|row| Some(row.p_value))),
        numbers(
            "cochran_armitage_z",
            rows.iter().map(|row| row.cochran_armitage_z),
        ),
    ]);
    columns.extend(limits(
        [
            "against_england",
            "against_england_lower",
            "against_england_upper",
        ],
        rows.iter().map(|row| row.against_england),
    ));
    columns.extend([
        numbers("against_england_p", rows.iter().map(|row| row.against_england_p)),
        counts("longest_run", rows.iter().map(|row| row.longest_run)),
        numbers("confidence", rows.iter().map(|_| Some(0.95))),
    ]);
    Table::new("trends", columns)
}

/// One row a place, need, base and year: where the year lies about the pooled share, and the change from the year before.
pub fn yearly(rows: &[YearRow]) -> Table {
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    let share = |row: &YearRow| 100.0 * row.events as f64 / row.population as f64;
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("base", rows.iter().map(|row| row.base.as_str())),
        counts("events", rows.iter().map(|row| Some(row.events))),
        counts("population", rows.iter().map(|row| Some(row.population))),
        numbers("per_hundred", rows.iter().map(|row| Some(share(row)))),
        numbers("centre", rows.iter().map(|row| Some(row.centre))),
        numbers("lower_limit", rows.iter().map(|row| row.lower_limit)),
        numbers("upper_limit", rows.iter().map(|row| row.upper_limit)),
        text_of("position", rows.iter().map(|row| row.position.as_str())),
    ]);
    columns.extend(limits(
        ["change", "change_lower", "change_upper"],
        rows.iter().map(|row| row.change),
    ));
    columns.extend([
        numbers("change_p", rows.iter().map(|row| row.change_p)),
        numbers("confidence", rows.iter().map(|_| Some(0.95))),
    ]);
    Table::new("yearly", columns)
}
