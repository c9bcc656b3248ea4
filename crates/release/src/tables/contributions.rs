//! Table `contributions`.

use super::key_columns::{counts, key_columns, numbers, text, text_of};
use crate::{Table, TextColumn};
use senlens_compare::ContributionRow;

/// One row an area, need, comparator and stratum of its pupils: what each adds to what is observed and expected.
pub fn contributions(rows: &[ContributionRow]) -> Table {
    let mut adjustment = TextColumn::default();
    for row in rows {
        adjustment.push(&row.adjustment.to_string());
    }
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("comparator", rows.iter().map(|row| row.comparator.as_str())),
        text("adjustment", adjustment),
        text_of("stratum", rows.iter().map(|row| row.stratum.as_str())),
        counts("population", rows.iter().map(|row| Some(row.population))),
        counts("observed", rows.iter().map(|row| Some(row.observed))),
        numbers("expected", rows.iter().map(|row| Some(row.expected))),
    ]);
    Table::new("contributions", columns)
}
