//! Section "How the authority compares": England, region, statistical neighbours; by provision and by phase.

use super::figure;
use crate::ReportError;
use crate::charts;
use crate::facts::{At, Facts, Of};
use crate::html::{Html, PageTable};
use crate::wording;
use senlens_model::{GeographicLevel, Phase, PhaseCut, ProvisionCut};
use senlens_release::{Adjustment, Base, Cell, Comparator, Position};

/// Whom authorities are compared with, as in the tables.
const COMPARATORS: [Comparator; 3] = [Comparator::England, Comparator::Region, Comparator::Neighbours];

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
    let of = Of::mld(Base::Sen);
    let positions: Vec<Cell<Position>> = facts
        .rates_at(GeographicLevel::LocalAuthority, of)
        .iter()
        .filter_map(|rate| {
            let at = At {
                level: GeographicLevel::LocalAuthority,
                code: rate.area_code,
            };
            facts.against_england(at, of).map(|row| row.position)
        })
        .collect();
    if positions.len() > 1 {
        let number = |wanted: Position| {
            positions
                .iter()
                .filter(|position| **position == Cell::Shown(wanted))
                .count()
        };
        sentences.push(format!(
            "Once ordinary differences between authorities are allowed for, {} of {} are higher than expected, {} lower, and {} similar.",
            number(Position::Higher),
            wording::plural(positions.len(), "authority"),
            number(Position::Lower),
            number(Position::Similar)
        ));
    }
    if let Some(list) = &facts.about.neighbours {
        sentences.push(format!("Statistical neighbours: {list}."));
    }
    sentences
}

fn whose(facts: &Facts<'_>, comparator: Comparator) -> String {
    match comparator {
        Comparator::England => "England".to_owned(),
        Comparator::Region => facts.about.region.clone(),
        Comparator::Neighbours => "Statistical neighbours".to_owned(),
        Comparator::OwnAuthority => facts.about.authority.clone(),
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
        for (base, base_in_words) in [(Base::Sen, "pupils with SEN"), (Base::Pupils, "all pupils")] {
            let mut adjustments = facts.adjustments();
            adjustments.reverse();
            for adjustment in adjustments {
                let of = Of::mld(base);
                let Some(row) = facts.benchmark(facts.own(), of, comparator, adjustment) else {
                    continue;
                };
                table.push(vec![
                    whose(facts, comparator),
                    base_in_words.to_owned(),
                    adjustment_in_words(adjustment),
                    wording::count(row.observed),
                    wording::whole(row.expected),
                    wording::ratio(row.ratio),
                    wording::range(row.ratio_lower, row.ratio_upper, wording::ratio),
                    wording::position_short(row.position).to_owned(),
                ]);
            }
        }
    }
    table
}

fn adjustment_in_words(adjustment: &Adjustment) -> String {
    match adjustment.strata() {
        [] => "nothing else".to_owned(),
        strata => wording::strata(strata),
    }
}

/// A table of MLD shares, one row each of something, the authority first and what it is compared with after it.
fn shares(facts: &Facts<'_>, caption: &str, heading: &str, rows: &[(String, Of)]) -> PageTable {
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
        let elsewhere = |at| wording::share_of(facts.rate(at, *of).as_ref());
        table.push(vec![
            name.clone(),
            wording::count(rate.events),
            wording::count(rate.population),
            wording::percent(rate.per_hundred),
            wording::range(rate.lower, rate.upper, wording::percent),
            elsewhere(facts.region()),
            elsewhere(facts.england()),
        ]);
    }
    table
}

fn by_provision(facts: &Facts<'_>) -> PageTable {
    let rows = ProvisionCut::ALL.map(|provision| {
        let name = wording::with_capital(wording::provision(provision));
        (
            name,
            Of {
                provision,
                ..Of::mld(Base::Sen)
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
    let rows = Phase::ALL.map(|phase| {
        (
            phase.as_str().to_owned(),
            Of {
                phase: PhaseCut::Of(phase),
                ..Of::mld(Base::Sen)
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
