//! Table `sensitivity`.

use super::key_columns::{counts, key_columns, numbers, text_of};
use crate::Table;
use senlens_flags::rules::SensitivityFinding;

/// One row a part or authority and variation of its verdict.
pub fn sensitivity(rows: &[SensitivityFinding]) -> Table {
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("variation", rows.iter().map(|row| row.variation.as_str())),
        text_of("level", rows.iter().map(|row| row.level.as_str())),
        numbers("probability", rows.iter().map(|row| Some(row.probability))),
        counts("schools", rows.iter().map(|row| Some(row.schools))),
        numbers(
            "displaced_pupils",
            rows.iter().map(|row| Some(row.displaced.pupils)),
        ),
        numbers(
            "displaced_lower",
            rows.iter().map(|row| Some(row.displaced.lower)),
        ),
        numbers(
            "displaced_upper",
            rows.iter().map(|row| Some(row.displaced.upper)),
        ),
        text_of(
            "left_out",
            rows.iter().map(|row| row.left_out.as_deref().unwrap_or_default()),
        ),
        text_of("wording", rows.iter().map(|row| row.wording.as_str())),
    ]);
    Table::new("sensitivity", columns)
}
