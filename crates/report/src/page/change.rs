//! Section "What changed": since every earlier census the inputs hold, and since an action.

use crate::ReportError;
use crate::facts::Facts;
use crate::html::{Html, PageTable};
use crate::words;

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let Some((table, mut rows)) = facts.rows_of("change").filter(|(_, rows)| !rows.is_empty()) else {
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
    // Rows since an action first, then the latest earlier census.
    rows.sort_by(|one, other| {
        let action = |row: &usize| table.text(*row, "action_date").is_empty();
        let since = |row: &usize| table.text(*row, "since").to_owned();
        action(one)
            .cmp(&action(other))
            .then(since(other).cmp(&since(one)))
    });
    let first = table.text(rows[0], "since");
    let told: Vec<&str> = rows
        .iter()
        .filter(|row| table.text(**row, "since") == first)
        .map(|row| table.text(*row, "wording"))
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
        let ratio = |name: &str| words::ratio(table.number(row, name));
        let level = |name: &str| match table.text(row, name) {
            "none" => "no flag".to_owned(),
            other => other.to_owned(),
        };
        let action = table.text(row, "action_date");
        let since = words::academic_year(table.text(row, "since"));
        shown.push(vec![
            table.text(row, "area_name").to_owned(),
            if action.is_empty() {
                since
            } else {
                format!("{since}, before {}", words::date(action))
            },
            ratio("recorded"),
            ratio("national_drift"),
            ratio("mix"),
            ratio("regression_to_the_mean"),
            ratio("own"),
            words::range(
                table.number(row, "own_lower"),
                table.number(row, "own_upper"),
                words::ratio,
            ),
            format!("{}, {}", level("level_before"), level("level")),
        ]);
    }
    html.table(&shown);
    html.paragraph_of("quiet", "Figures: tables/change.csv.");
    Ok(())
}
