//! The blank sheet of an audit: which records to look at, with columns to fill in. Counts, never names of pupils.

use senlens_flags::rules::AuditPlanRow;
use senlens_model::{GeographicLevel, csv_field};
use senlens_pupils::AUDIT_COLUMNS;
use std::fmt::Write as _;

/// Where a run leaves the sheet.
pub(crate) const SHEET: &str = "audit/sheet.csv";

/// The sheet as text: the plan's schools line by line, what was looked at and found left blank. A marking names a last
/// column without values.
pub(crate) fn blank(plan: &[AuditPlanRow], marking: Option<&str>) -> String {
    let mut text = AUDIT_COLUMNS.join(",");
    let end = if let Some(marking) = marking {
        text.push(',');
        text.push_str(&csv_field(marking));
        ","
    } else {
        ""
    };
    text.push('\n');
    for row in plan {
        if row.key.place.level != GeographicLevel::School {
            continue;
        }
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},,,,,{end}",
            row.key.place.code,
            csv_field(&row.key.place.name),
            csv_field(row.key.sen_provision.as_str()),
            row.recorded.as_str(),
            row.held,
            row.to_look_at
        );
    }
    text
}
