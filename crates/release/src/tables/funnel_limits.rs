//! Table `funnel_limits`.

use super::key_columns::{counts, key_columns, numbers, text_of};
use crate::Table;
use senlens_compare::FunnelLimitRow;

/// One row a need, base, spread, confidence and size of authority.
pub fn funnel_limits(rows: &[FunnelLimitRow]) -> Table {
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("base", rows.iter().map(|row| row.base.as_str())),
        text_of("spread", rows.iter().map(|row| row.spread.as_str())),
        numbers("confidence", rows.iter().map(|row| Some(row.confidence))),
        counts("population", rows.iter().map(|row| Some(row.population))),
        numbers("lower", rows.iter().map(|row| row.lower)),
        numbers("upper", rows.iter().map(|row| row.upper)),
    ]);
    Table::new("funnel_limits", columns)
}
