//! Table `corrected_prevalence`.

use super::key_columns::{counts, key_columns, numbers, text_of};
use crate::Table;
use senlens_flags::rules::CorrectedRow;

/// One row a part or authority and need, where an audit was given.
pub fn corrected_prevalence(rows: &[CorrectedRow]) -> Table {
    let per_hundred = |pupils: f64, row: &CorrectedRow| {
        (row.population > 0).then(|| 100.0 * pupils / row.population as f64)
    };
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.need.as_str())),
        counts("recorded", rows.iter().map(|row| Some(row.recorded))),
        numbers("pupils", rows.iter().map(|row| Some(row.pupils))),
        numbers("lower", rows.iter().map(|row| Some(row.lower))),
        numbers("upper", rows.iter().map(|row| Some(row.upper))),
        counts("population", rows.iter().map(|row| Some(row.population))),
        numbers("per_hundred", rows.iter().map(|row| per_hundred(row.pupils, row))),
        numbers(
            "per_hundred_lower",
            rows.iter().map(|row| per_hundred(row.lower, row)),
        ),
        numbers(
            "per_hundred_upper",
            rows.iter().map(|row| per_hundred(row.upper, row)),
        ),
        counts("looked_at", rows.iter().map(|row| Some(row.looked_at))),
        numbers("confidence", rows.iter().map(|row| Some(row.confidence))),
        text_of("wording", rows.iter().map(|row| row.wording.as_str())),
    ]);
    Table::new("corrected_prevalence", columns)
}
