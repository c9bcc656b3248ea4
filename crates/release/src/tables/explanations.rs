//! Table `explanations`.

use super::key_columns::{key_columns, numbers, text_of};
use crate::Table;
use senlens_flags::ExplanationRow;

/// One row a place, provision and explanation. `given_departure`: its probability if the place is not one of ordinary
/// variation; `called`: `yes` for the likeliest of those other than ordinary variation.
pub fn explanations(rows: &[ExplanationRow]) -> Table {
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("rule", rows.iter().map(|row| row.rule)),
        text_of("explanation", rows.iter().map(|row| row.explanation.as_str())),
        numbers("probability", rows.iter().map(|row| Some(row.probability))),
        numbers("given_departure", rows.iter().map(|row| row.given_departure)),
        text_of(
            "called",
            rows.iter().map(|row| if row.called { "yes" } else { "no" }),
        ),
    ]);
    Table::new("explanations", columns)
}
