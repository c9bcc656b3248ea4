//! Section "How firm the verdict is": the verdict on the authority and its parts under every variation.

use super::figure;
use crate::ReportError;
use crate::charts::{self, sensitivity};
use crate::facts::Facts;
use crate::html::{Html, PageTable};
use crate::wording;
use senlens_release::{Cell, Level};

pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let Some(place) = sensitivity::focus(facts) else {
        html.paragraph(
            "No verdict on the authority or its parts could be varied: that needs counts by type of need for single \
             schools, and stays out of papers for the public that are made from pupil records.",
        );
        return Ok(());
    };
    html.paragraph(
        "A verdict rests on choices: whom to count, what to make of pupils not yet assessed, which schools to include, \
         how likely masking was thought before any count was seen. Below each choice is changed, one at a time, and the \
         verdict reached again.",
    );
    html.paragraph_of("about", wording::said(place.wording));
    figure(
        html,
        facts,
        charts::SENSITIVITY,
        "The chart cannot be drawn from these figures.",
    )?;
    let heads: Vec<_> = facts
        .sensitivity()
        .iter()
        .filter(|row| row.variation == place.variation)
        .collect();
    let mut table = PageTable::new("Probability of masking, and the flag it gives").words("What is varied");
    for head in &heads {
        table = table.figures(head.key.name);
    }
    for row in sensitivity::rows_of(facts, place) {
        let mut cells = vec![wording::variation(row.variation).to_owned()];
        for head in &heads {
            let there = sensitivity::rows_of(facts, head)
                .into_iter()
                .find(|other| other.variation == row.variation);
            cells.push(there.map_or_else(
                || "z".to_owned(),
                |there| {
                    let probability = wording::probability(there.probability);
                    match there.level {
                        Cell::Shown(flag @ (Level::Red | Level::Amber)) => format!("{probability} ({flag})"),
                        _ => probability,
                    }
                },
            ));
        }
        table.push(cells);
    }
    html.table(&table);
    let others: Vec<&str> = heads
        .iter()
        .filter(|head| !head.is_of_the_place_of(place))
        .map(|head| wording::said(head.wording))
        .collect();
    html.list(&others);
    html.paragraph_of(
        "quiet",
        "Special schools are never judged, so none is left out here. Pupils not assessed are those on SEN support without \
         a specialist assessment of their type of need, and those without a recorded type. Figures: \
         tables/sensitivity.csv.",
    );
    Ok(())
}
