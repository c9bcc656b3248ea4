//! Table `change`.

use super::key_columns::{key_columns, numbers, text, text_of};
use crate::{Table, TextColumn};
use senlens_flags::rules::ChangeRow;

/// One row a part or authority and earlier census.
pub fn change(rows: &[ChangeRow]) -> Table {
    let mut since = TextColumn::default();
    let mut action_dates = TextColumn::default();
    for row in rows {
        since.push(&row.since.to_string());
        action_dates.push(&row.action_date.map(|date| date.to_string()).unwrap_or_default());
    }
    let number =
        |name, pick: &dyn Fn(&ChangeRow) -> f64| numbers(name, rows.iter().map(|row| Some(pick(row))));
    let mut columns = key_columns(rows.iter().map(|row| &row.key));
    columns.extend([
        text("since", since),
        text("action_date", action_dates),
        text_of("level_before", rows.iter().map(|row| row.levels[0].as_str())),
        text_of("level", rows.iter().map(|row| row.levels[1].as_str())),
        number("probability_before", &|row| row.probabilities[0]),
        number("probability", &|row| row.probabilities[1]),
        number("recorded", &|row| row.change.recorded),
        number("national_drift", &|row| row.change.national_drift),
        number("mix", &|row| row.change.mix),
        number("regression_to_the_mean", &|row| row.change.regression_to_the_mean),
        number("own", &|row| row.change.own.difference),
        number("own_lower", &|row| row.change.own.lower),
        number("own_upper", &|row| row.change.own.upper),
        number("displaced_per_thousand", &|row| {
            row.change.displaced_per_thousand.difference
        }),
        number("displaced_lower", &|row| row.change.displaced_per_thousand.lower),
        number("displaced_upper", &|row| row.change.displaced_per_thousand.upper),
        number("masked_share", &|row| row.change.masked_share.difference),
        number("masked_share_lower", &|row| row.change.masked_share.lower),
        number("masked_share_upper", &|row| row.change.masked_share.upper),
        text_of("reference", rows.iter().map(|row| row.reference)),
        text_of(
            "mix_of",
            rows.iter().map(|row| {
                if row.by_year_group {
                    "phase+nc_year"
                } else {
                    "phase"
                }
            }),
        ),
        text_of("wording", rows.iter().map(|row| row.wording.as_str())),
    ]);
    Table::new("change", columns)
}
