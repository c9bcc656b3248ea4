//! Table `benchmarks`.

use super::key_columns::{counts, key_columns, numbers, text, text_of};
use crate::{Table, TextColumn};
use senlens_compare::BenchmarkRow;

/// One row a place, phase, provision, need, base, comparator and adjustment.
pub fn benchmarks(rows: &[BenchmarkRow]) -> Table {
    let mut adjustment = TextColumn::default();
    for row in rows {
        adjustment.push(&row.adjustment.to_string());
    }
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("base", rows.iter().map(|row| row.base.as_str())),
        text_of("comparator", rows.iter().map(|row| row.comparator.as_str())),
        text("adjustment", adjustment),
        counts("observed", rows.iter().map(|row| Some(row.observed))),
        numbers("expected", rows.iter().map(|row| Some(row.expected))),
        numbers("ratio", rows.iter().map(|row| row.ratio)),
        numbers("ratio_lower", rows.iter().map(|row| row.ratio_lower)),
        numbers("ratio_upper", rows.iter().map(|row| row.ratio_upper)),
        numbers("confidence", rows.iter().map(|row| Some(row.confidence))),
        numbers("z", rows.iter().map(|row| row.z)),
        numbers("phi", rows.iter().map(|row| row.phi)),
        numbers("phi_winsorised", rows.iter().map(|row| row.phi_winsorised)),
        numbers("z_adjusted", rows.iter().map(|row| row.z_adjusted)),
        numbers("p_value", rows.iter().map(|row| row.p_value)),
        numbers("q_value", rows.iter().map(|row| row.q_value)),
        text_of("position", rows.iter().map(|row| row.position.as_str())),
        text_of("position_998", rows.iter().map(|row| row.position_998.as_str())),
    ]);
    Table::new("benchmarks", columns)
}
