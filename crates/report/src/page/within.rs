//! Section "Within the authority": its parts and districts.

use super::figure;
use crate::ReportError;
use crate::charts::{self, need_ratios};
use crate::facts::{Facts, Of};
use crate::html::{Html, PageTable};
use crate::places::{Spot, places, word_for_places};
use crate::wording;
use senlens_model::{Need, NeedCut};
use senlens_release::Base;

pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let places = places(facts);
    if places.is_empty() {
        html.paragraph(
            "The input does not say where in the authority schools lie, so its parts cannot be compared.",
        );
        return Ok(());
    }
    if let Some(comparison) = need_ratios::comparison(facts, &places) {
        html.paragraph(&format!(
            "Schools count where they stand, not where their pupils live. The number expected is that at {}.",
            need_ratios::expected_in_words(&comparison, facts)
        ));
        let otherwise = "No place has figures on MLD that may be shown.";
        figure(html, facts, charts::NEED_RATIOS, otherwise)?;
        for need in need_ratios::NEEDS {
            let table = need_table(facts, &places, &comparison, need);
            if !table.is_empty() {
                html.table(&table);
            }
        }
    } else {
        html.paragraph(if facts.about.needs_by_school {
            "The input holds nothing to compare single types of need with. So this section counts all special educational \
             needs (SEN) together. Schools count where they stand, not where their pupils live."
        } else {
            "The input gives no types of need for single schools. So this section counts all special educational needs \
             (SEN) together, and nothing here says where in the authority MLD is recorded most. Schools count where \
             they stand, not where their pupils live."
        });
        figure(
            html,
            facts,
            charts::SEN_RATES,
            "No place has a rate that may be shown.",
        )?;
    }
    let table = sen_table(facts, &places);
    if !table.is_empty() {
        html.table(&table);
    }
    Ok(())
}

fn heading(facts: &Facts<'_>, places: &[Spot]) -> String {
    let word = word_for_places(facts, places);
    let name = wording::with_capital(word);
    if word == "district" {
        name
    } else {
        format!("{name} or district")
    }
}

fn kind(facts: &Facts<'_>, spot: &Spot) -> String {
    let word = if spot.is_part() {
        &facts.about.part_word
    } else {
        "district"
    };
    wording::with_capital(word)
}

fn need_table(
    facts: &Facts<'_>,
    places: &[Spot],
    comparison: &need_ratios::Comparison<'_>,
    need: Need,
) -> PageTable {
    let mut table = PageTable::new(format!(
        "{} ({need}): counted and expected",
        wording::need_heading(need)
    ))
    .words(heading(facts, places))
    .figures("Counted")
    .figures("Expected")
    .figures("Ratio")
    .figures("Range of the ratio")
    .words("Position")
    .words("Kind");
    for spot in places {
        let of = Of::need(NeedCut::Of(need), Base::Pupils);
        let Some(row) = facts.benchmark(spot.at(), of, comparison.comparator, comparison.adjustment) else {
            continue;
        };
        table.push(vec![
            spot.name.clone(),
            wording::count(row.observed),
            wording::whole(row.expected),
            wording::ratio(row.ratio),
            wording::range(row.ratio_lower, row.ratio_upper, wording::ratio),
            wording::position_short(row.position).to_owned(),
            kind(facts, spot),
        ]);
    }
    table
}

fn sen_table(facts: &Facts<'_>, places: &[Spot]) -> PageTable {
    let mut table = PageTable::new("Special educational needs as a whole")
        .words(heading(facts, places))
        .figures("Pupils on roll")
        .figures("With SEN")
        .figures("Share")
        .figures("Range of the share")
        .words("Kind");
    for spot in places {
        let Some(rate) = facts.rate(spot.at(), Of::any_need()) else {
            continue;
        };
        table.push(vec![
            spot.name.clone(),
            wording::count(rate.population),
            wording::count(rate.events),
            wording::percent(rate.per_hundred),
            wording::range(rate.lower, rate.upper, wording::percent),
            kind(facts, spot),
        ]);
    }
    table
}
