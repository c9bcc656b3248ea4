//! Section "What changed": since every earlier census the inputs hold, and since an action.

use crate::ReportError;
use crate::facts::Facts;
use crate::html::{Html, PageTable};
use crate::wording;
use senlens_release::tables::Change;
use senlens_release::{Cell, ColumnOf, Level, Number, Word};

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let Some((table, mut rows)) = facts.rows_of::<Change>().filter(|(_, rows)| !rows.is_empty()) else {
        html.paragraph(
            "This run tells no change between censuses. Give the schools of an earlier year too, and it tells what changed, \
             and what only looks changed; papers for the public that are made from pupil records leave it out.",
        );
        return Ok(());
    };
    html.paragraph(
        "A figure can change because the whole country's does, because schools or year groups came and went, or because an \
         unusual year is followed by a usual one. Each is taken off and named; what is left is the place's own change, with \
         the range in which it lies 90 times in 100.",
    );
    let action_date = |row: usize| table.get(row, Change::action_date()).flatten();
    // Rows since an action first, then the latest earlier census.
    rows.sort_by(|one, other| {
        let action = |row: &usize| action_date(*row).is_none();
        let since = |row: &usize| table.get(*row, Change::since());
        action(one)
            .cmp(&action(other))
            .then(since(other).cmp(&since(one)))
    });
    let first = table.get(rows[0], Change::since());
    let told: Vec<&str> = rows
        .iter()
        .filter(|row| table.get(**row, Change::since()) == first)
        .map(|row| wording::said(table.cell(*row, Change::wording())))
        .collect();
    html.list(&told);
    let mut shown = PageTable::new("Change of pupils with MLD in every thousand on roll")
        .words("Place")
        .words("Since")
        .figures("Recorded")
        .figures("National drift")
        .figures("Mix of schools and ages")
        .figures("Falling back")
        .figures("Its own")
        .figures("Range")
        .words("Flag then, and now");
    for row in rows {
        let ratio = |column: ColumnOf<Change, Number>| wording::ratio(table.cell(row, column));
        let level = |column: ColumnOf<Change, Word<Level>>| match table.cell(row, column) {
            Cell::Shown(Level::None) => "no flag",
            other => wording::level(other),
        };
        let (Some(key), Some(since)) = (table.key(row), table.get(row, Change::since())) else {
            continue;
        };
        let since = since.in_words();
        shown.push(vec![
            key.name.to_owned(),
            match action_date(row) {
                None => since,
                Some(action) => format!("{since}, before {}", action.in_words()),
            },
            ratio(Change::recorded()),
            ratio(Change::national_drift()),
            ratio(Change::mix()),
            ratio(Change::regression_to_the_mean()),
            ratio(Change::own()),
            wording::range(
                table.cell(row, Change::own_lower()),
                table.cell(row, Change::own_upper()),
                wording::ratio,
            ),
            format!("{}, {}", level(Change::level_before()), level(Change::level())),
        ]);
    }
    html.table(&shown);
    html.paragraph_of("quiet", "Figures: tables/change.csv.");
    Ok(())
}
