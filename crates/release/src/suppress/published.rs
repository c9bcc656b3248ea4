//! What earlier publications of the same records showed and withheld: every reader knows the counts shown, and the
//! counts withheld are withheld again.
//!
//! A second publication that withholds other counts than the first can give both away together. So whatever the first
//! shows is taken as it is when counts to withhold are chosen, as if the Department had published it, and each count that
//! it withholds is protected again.

use super::count_table::{CountTable, DisclosureStatus, UNKNOWN};
use super::{Rows, counts_of};
use crate::policy::{PolicyRules, Rounding};
use crate::{Cell, CountsRecord, ReleaseError};
use senlens_model::AcademicYear;
use std::collections::{BTreeMap, BTreeSet};

/// Enters what earlier publications say of a year's counts; gives those that were withheld and are in a table again.
///
/// # Errors
/// When a table holds a word that is not of its list.
pub(super) fn enter_published(
    published: &[Rows<'_>],
    period: AcademicYear,
    count_table: &mut CountTable,
    phase_of_school: &mut BTreeMap<usize, usize>,
    rules: &PolicyRules,
    record: &mut CountsRecord,
) -> Result<BTreeSet<usize>, ReleaseError> {
    let (mut shown, mut withheld) = (BTreeMap::new(), BTreeSet::new());
    for rows in published {
        counts_of(rows, period, count_table, phase_of_school, |_, cell, count| {
            match count {
                Cell::Shown(figure) | Cell::Rounded(figure) => {
                    shown.insert(cell, figure);
                }
                Cell::Withheld(_) => {
                    withheld.insert(cell);
                }
                Cell::NotApplicable | Cell::NotAvailable => {}
            }
            Ok(())
        })?;
    }
    for (cell, figure) in shown {
        let figure = i32::try_from(figure).unwrap_or(i32::MAX);
        let value = count_table.value[cell];
        match count_table.status[cell] {
            DisclosureStatus::Fixed => {}
            DisclosureStatus::Hidden if value == UNKNOWN => {
                count_table.value[cell] = figure;
                count_table.status[cell] = DisclosureStatus::Fixed;
            }
            DisclosureStatus::Hidden | DisclosureStatus::Published
                if is_same(figure, value, rules.rounding) =>
            {
                count_table.status[cell] = DisclosureStatus::Fixed;
                record.shown_before += 1;
            }
            // Other records than then: the count of today is another.
            DisclosureStatus::Hidden | DisclosureStatus::Published => record.changed_since += 1,
        }
    }
    withheld.retain(|cell| count_table.status[*cell] == DisclosureStatus::Published);
    record.withheld_before += withheld.len() as u64;
    Ok(withheld)
}

/// Whether a figure shown is a count, as it is or rounded.
fn is_same(figure: i32, count: i32, rounding: Rounding) -> bool {
    let rounded = u64::try_from(count).map(|count| rounding.round(count));
    figure == count
        || rounded.is_ok_and(|rounded| i64::from(figure) == i64::try_from(rounded).unwrap_or(i64::MAX))
}
