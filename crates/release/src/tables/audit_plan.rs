//! Table `audit_plan`.

use super::key_columns::{counts, key_columns, numbers, text_of};
use crate::Table;
use senlens_flags::rules::AuditPlanRow;

/// One row a school, provision and recorded need to look at, and one a recorded need for all.
pub fn audit_plan(rows: &[AuditPlanRow]) -> Table {
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("recorded", rows.iter().map(|row| row.recorded.as_str())),
        text_of("group", rows.iter().map(|row| row.group)),
        counts("held", rows.iter().map(|row| Some(row.held))),
        counts("to_look_at", rows.iter().map(|row| Some(row.to_look_at))),
        numbers("margin", rows.iter().map(|row| row.margin)),
        text_of("wording", rows.iter().map(|row| row.wording.as_str())),
    ]);
    Table::new("audit_plan", columns)
}
