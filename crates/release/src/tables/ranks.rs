//! Table `ranks`.

use super::key_columns::{counts, key_columns, numbers, text, text_of};
use crate::{Table, TextColumn};
use senlens_compare::RankRow;

/// One row an authority, need, base and adjustment.
pub fn ranks(rows: &[RankRow]) -> Table {
    let mut adjustment = TextColumn::default();
    for row in rows {
        adjustment.push(&row.adjustment.to_string());
    }
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("base", rows.iter().map(|row| row.base.as_str())),
        text("adjustment", adjustment),
        counts("observed", rows.iter().map(|row| Some(row.observed))),
        numbers("expected", rows.iter().map(|row| Some(row.expected))),
        numbers("ratio", rows.iter().map(|row| Some(row.ratio))),
        numbers("shrunken_ratio", rows.iter().map(|row| Some(row.shrunken_ratio))),
        numbers("shrunken_lower", rows.iter().map(|row| Some(row.shrunken_lower))),
        numbers("shrunken_upper", rows.iter().map(|row| Some(row.shrunken_upper))),
        numbers(
            "probability_above",
            rows.iter().map(|row| Some(row.probability_above)),
        ),
        numbers("rank", rows.iter().map(|row| Some(row.rank))),
        numbers("rank_lower", rows.iter().map(|row| Some(row.rank_lower))),
        numbers("rank_upper", rows.iter().map(|row| Some(row.rank_upper))),
        counts("units", rows.iter().map(|row| Some(row.units))),
        numbers("confidence", rows.iter().map(|row| Some(row.confidence))),
    ]);
    Table::new("ranks", columns)
}
