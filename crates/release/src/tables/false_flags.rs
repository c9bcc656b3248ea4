//! Table `false_flags`.

use super::key_columns::{counts, key_columns, numbers, text_of};
use crate::Table;
use senlens_compare::FalseFlagRow;

/// One row a rule and size: how often a place of that size, exactly at the benchmark, would be flagged.
pub fn false_flags(rows: &[FalseFlagRow]) -> Table {
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("base", rows.iter().map(|row| row.base.as_str())),
        numbers("per_hundred", rows.iter().map(|row| Some(row.per_hundred))),
        text_of("rule", rows.iter().map(|row| row.rule.as_str())),
        counts("population", rows.iter().map(|row| Some(row.population))),
        numbers("confidence", rows.iter().map(|row| Some(row.confidence))),
        numbers("nominal", rows.iter().map(|row| Some(row.nominal))),
        counts("first_higher", rows.iter().map(|row| row.first_higher)),
        numbers("higher", rows.iter().map(|row| Some(row.higher))),
        numbers("lower", rows.iter().map(|row| Some(row.lower))),
    ]);
    Table::new("false_flags", columns)
}
