//! Table `school_variation`.

use super::key_columns::{counts, key_columns, limits, numbers, text_of};
use crate::Table;
use senlens_compare::SchoolVariationRow;

/// One row for the authority (how far its schools differ), for each part and for each school (how it stands), a need and
/// provision at a time.
pub fn school_variation(rows: &[SchoolVariationRow]) -> Table {
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text_of("primary_need", rows.iter().map(|row| row.primary_need.as_str())),
        text_of("adjusted_for", rows.iter().map(|row| row.adjusted_for.as_str())),
        counts("schools", rows.iter().map(|row| Some(row.schools))),
        counts("events", rows.iter().map(|row| Some(row.events))),
        counts("population", rows.iter().map(|row| Some(row.population))),
        numbers("school_sd", rows.iter().map(|row| row.school_sd)),
    ]);
    columns.extend(limits(
        ["intraclass_correlation", "icc_lower", "icc_upper"],
        rows.iter().map(|row| row.intraclass_correlation),
    ));
    columns.extend(limits(
        ["median_odds_ratio", "mor_lower", "mor_upper"],
        rows.iter().map(|row| row.median_odds_ratio),
    ));
    columns.extend([
        numbers("schools_differ_p", rows.iter().map(|row| row.schools_differ_p)),
        numbers("parts_differ_p", rows.iter().map(|row| row.parts_differ_p)),
    ]);
    columns.extend(limits(
        ["odds_ratio", "odds_ratio_lower", "odds_ratio_upper"],
        rows.iter().map(|row| row.odds_ratio),
    ));
    columns.extend([
        text_of("convergence", rows.iter().map(|row| row.convergence)),
        numbers("confidence", rows.iter().map(|_| Some(0.95))),
    ]);
    Table::new("school_variation", columns)
}
