//! Section "How the authority compares": England, region, statistical neighbours; by provision and by phase.

use super::figure;
use crate::ReportError;
use crate::charts;
use crate::facts::{AUTHORITY, At, Facts, Of, TOTAL};
use crate::html::{Html, PageTable};
use crate::words;

/// Whom authorities are compared with, as in the tables.
const COMPARATORS: [&str; 3] = ["England", "region", "neighbours"];
const PROVISIONS: [&str; 3] = [TOTAL, "SEN support", "Education, health and care plan"];
const PHASES: [&str; 7] = [
    "State-funded nursery",
    "State-funded primary",
    "State-funded secondary",
    "State-funded special school",
    "Non-maintained special school",
    "State-funded AP school",
    "Independent school",
];

pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    html.list(&sentences(facts));
    figure(
        html,
        facts,
        charts::FUNNEL,
        "The shares of the authorities are not drawn: the input holds none, or none may be shown.",
    )?;
    let table = against(facts);
    if table.is_empty() {
        html.paragraph("The input holds nothing to compare the authority with.");
    } else {
        html.table(&table);
        html.paragraph_of(
            "quiet",
            "Expected: the pupils there would be at the rate of those compared with. The range of the ratio allows for \
             chance alone; the position allows for ordinary differences between authorities as well.",
        );
    }
    for table in [by_provision(facts), by_phase(facts)] {
        if !table.is_empty() {
            html.table(&table);
        }
    }
    Ok(())
}

fn sentences(facts: &Facts<'_>) -> Vec<String> {
    let mut sentences = Vec::new();
    let of = Of::need("MLD", "sen");
    let positions: Vec<String> = facts
        .rates_at(AUTHORITY, of)
        .iter()
        .filter_map(|rate| {
            let at = At {
                level: AUTHORITY,
                code: &rate.area_code,
            };
            facts
                .benchmark(at, of, "England", "crude")
                .map(|row| row.position)
        })
        .collect();
    if positions.len() > 1 {
        let number = |wanted: &str| positions.iter().filter(|position| *position == wanted).count();
        sentences.push(format!(
            "Once ordinary differences between authorities are allowed for, {} of {} are higher than expected, {} lower, and {} similar.",
            number("higher"),
            words::plural(positions.len(), "authority"),
            number("lower"),
            number("similar")
        ));
    }
    if let Some(list) = &facts.about.neighbours {
        sentences.push(format!("Statistical neighbours: {list}."));
    }
    sentences
}

fn whose(facts: &Facts<'_>, comparator: &str) -> String {
    match comparator {
        "region" => facts.about.region.clone(),
        "neighbours" => "Statistical neighbours".to_owned(),
        other => other.to_owned(),
    }
}

fn against(facts: &Facts<'_>) -> PageTable {
    let mut table = PageTable::new(format!("MLD in {}: counted and expected", facts.about.authority))
        .words("Compared with")
        .words("Share of")
        .words("Allowing for")
        .figures("Counted")
        .figures("Expected")
        .figures("Ratio")
        .figures("Range of the ratio")
        .words("Position");
    for comparator in COMPARATORS {
        for (base, base_in_words) in [("sen", "pupils with SEN"), ("pupils", "all pupils")] {
            let mut adjustments = facts.adjustments();
            adjustments.reverse();
            for adjustment in adjustments {
                let of = Of::need("MLD", base);
                let Some(row) = facts.benchmark(facts.own(), of, comparator, adjustment) else {
                    continue;
                };
                table.push(vec![
                    whose(facts, comparator),
                    base_in_words.to_owned(),
                    adjustment_in_words(adjustment),
                    words::count(row.observed),
                    words::whole(row.expected),
                    words::ratio(row.ratio),
                    words::range(row.ratio_lower, row.ratio_upper, words::ratio),
                    words::position_short(&row.position).to_owned(),
                ]);
            }
        }
    }
    table
}

fn adjustment_in_words(adjustment: &str) -> String {
    match adjustment {
        "crude" => "nothing else".to_owned(),
        "phase" => "phase of school".to_owned(),
        strata => {
            let named: Vec<&str> = strata.split('+').map(words::stratum).collect();
            words::list(&named)
        }
    }
}

/// A table of MLD shares, one row each of something, the authority first and what it is compared with after it.
fn shares(facts: &Facts<'_>, caption: &str, heading: &str, rows: &[(String, Of<'_>)]) -> PageTable {
    let own = &facts.about.authority;
    let mut table = PageTable::new(caption)
        .words(heading)
        .figures("MLD pupils")
        .figures("Pupils with SEN")
        .figures(format!("Share in {own}"))
        .figures("Range of the share")
        .figures(facts.about.region.clone())
        .figures("England");
    for (name, of) in rows {
        let Some(rate) = facts.rate(facts.own(), *of) else {
            continue;
        };
        let elsewhere = |at| words::share_of(facts.rate(at, *of).as_ref());
        table.push(vec![
            name.clone(),
            words::count(rate.events),
            words::count(rate.population),
            words::percent(rate.per_hundred),
            words::range(rate.lower, rate.upper, words::percent),
            elsewhere(facts.region()),
            elsewhere(facts.england()),
        ]);
    }
    table
}

fn by_provision(facts: &Facts<'_>) -> PageTable {
    let rows = PROVISIONS.map(|provision| {
        let name = words::with_capital(words::provision(provision));
        (
            name,
            Of {
                provision,
                ..Of::need("MLD", "sen")
            },
        )
    });
    shares(
        facts,
        "MLD as a share of pupils with SEN, by provision",
        "Provision",
        &rows,
    )
}

fn by_phase(facts: &Facts<'_>) -> PageTable {
    let rows = PHASES.map(|phase| {
        (
            phase.to_owned(),
            Of {
                phase,
                ..Of::need("MLD", "sen")
            },
        )
    });
    shares(
        facts,
        "MLD as a share of pupils with SEN, by phase of school",
        "Phase",
        &rows,
    )
}
