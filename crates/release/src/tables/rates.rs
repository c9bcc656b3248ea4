//! Table `rates`.

use super::key_columns::{counts, key_columns, numbers, text_of};
use crate::Table;
use senlens_compare::RateRow;

/// One row a place, phase, provision, need and base.
pub fn rates(rows: &[RateRow]) -> Table {
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("base", rows.iter().map(|row| row.base.as_str())),
        counts("events", rows.iter().map(|row| Some(row.events))),
        counts("population", rows.iter().map(|row| Some(row.population))),
        numbers("per_hundred", rows.iter().map(|row| row.per_hundred)),
        numbers("lower", rows.iter().map(|row| row.lower)),
        numbers("upper", rows.iter().map(|row| row.upper)),
        numbers("confidence", rows.iter().map(|row| Some(row.confidence))),
        text_of("method", rows.iter().map(|row| row.method)),
    ]);
    Table::new("rates", columns)
}
