//! Plans by need in columns (`number_mld` and its like): the education, health and care plans release.

use super::{
    areas::{AreaColumns, Areas},
    group::{Group, cells},
};
use crate::{
    ReadOptions,
    column_selector::{ColumnSelector, Labels, Row, Text},
    counts::{Carried, PlaceCounts, ProvisionCounts},
    labels::is_total,
    layout::{Layout, LayoutPage, Reads, column, lacking, missing_columns},
    number::Symbols,
    schools::{count_at, note_symbols},
    table::Table,
};
use senlens_files::{Header, Note, Problem, Reading, RowAccount, Screening};
use senlens_model::{AcademicYear, Covers, Need};
use std::collections::BTreeMap;

pub(crate) static PAGE: LayoutPage = LayoutPage {
    layout: Layout::TidyByNeed,
    in_words: "table of areas, plans by need",
    is: |header| header.find(column::LEVEL).is_some() && number_columns(header).count() >= 3,
    needs: &[
        ("time_period", column::YEAR),
        ("geographic_level", column::LEVEL),
        ("ehc_plans", column::EHC_PLAN),
    ],
    read: Reads::Areas(read),
};

/// Columns `number_mld`, `number_slcn` and so on, with their needs.
fn number_columns(header: &Header) -> impl Iterator<Item = (usize, Need)> {
    header.after_prefix("number_").filter_map(|(index, rest)| {
        let label = if rest == "need_unknown" { "missing" } else { rest };
        Some((index, label.parse().ok()?))
    })
}

fn read(table: &Table, options: &ReadOptions) -> Result<Reading, Screening> {
    let missing = missing_columns(&table.header, Layout::TidyByNeed);
    if !missing.is_empty() {
        return Err(lacking(&table.file, Layout::TidyByNeed, &missing));
    }
    let mut selector = ColumnSelector::default();
    let columns = AreaColumns::new(&table.header, &mut selector);
    let mut slot = |aliases: &[&str]| selector.slot(table.header.find(aliases).expect("checked to be there"));
    let (year, plans) = (slot(column::YEAR), slot(column::EHC_PLAN));
    let topic = selector.text(&table.header, &["breakdown_topic"]);
    let needs: Vec<(usize, Need)> = number_columns(&table.header)
        .map(|(column, need)| (selector.slot(column), need))
        .collect();

    let mut account = table.account(Layout::TidyByNeed.in_words());
    let mut years = Labels::<AcademicYear>::default();
    let mut totals = Labels::<bool>::default();
    let (mut symbols, mut screening, mut areas) = (Symbols::default(), Screening::new(), Areas::default());
    let mut groups: BTreeMap<Group, (PlaceCounts, u64)> = BTreeMap::new();
    table.each_row(selector.columns(), |number, fields| {
        let row = Row {
            number,
            fields,
            table,
            selector: &selector,
        };
        if fields.iter().all(|field| field.is_empty()) {
            account.reject(RowAccount::BLANK, 1);
            return;
        }
        if !totals
            .get(topic.of(fields), |text| Some(is_total(text)))
            .unwrap_or(false)
        {
            account.reject(RowAccount::TOTAL, 1);
            return;
        }
        let Some(of_year) = years.get(fields[year], |text| text.parse().ok()) else {
            let rule = "not an academic year (such as 202223)";
            row.wrong(&Text::Slot(year), fields[year], rule, "", &mut screening);
            return;
        };
        if options.year.is_some_and(|wanted| wanted != of_year) {
            account.reject(RowAccount::OTHER_YEAR, 1);
            return;
        }
        let Some(place) = areas.of_row(&columns, &row, &mut screening) else {
            account.reject(super::OTHER_LEVEL, 1);
            return;
        };
        let mut plan = ProvisionCounts {
            total: count_at(plans, &row, &mut symbols, &mut screening),
            ..Default::default()
        };
        for (slot, need) in &needs {
            plan.needs[*need] = count_at(*slot, &row, &mut symbols, &mut screening);
        }
        let counts = PlaceCounts {
            plan,
            ..Default::default()
        };
        match groups.insert(Group::of(place, of_year), (counts, number)) {
            None => account.accept(1),
            Some((_, earlier)) => screening.push(
                Problem::of_file(&table.file, "an area has two rows for one year")
                    .at_row(number)
                    .seen(&format!("{}, first in row {earlier}", areas.name(place)))
                    .remedy("keep one of them, or the rows of all plans alone"),
            ),
        }
    })?;
    if !screening.is_clean() {
        return Err(screening);
    }
    let mut notes = table.notes.clone();
    notes.push(Note::about(
        &table.file,
        "these are plans of all ages from 0 to 25 by the authority responsible: not the pupils of its schools",
    ));
    if !needs.iter().any(|(_, need)| *need == Need::Ds) {
        notes.push(Note::about(
            &table.file,
            "Down syndrome has no column of its own and is counted under other",
        ));
    }
    note_symbols(table, &selector, &symbols, &mut notes);
    let carried = Carried {
        need: true,
        roll: false,
        apart: true,
        rounded_to: None,
    };
    let groups = groups
        .into_iter()
        .map(|(group, (counts, _))| (group, counts))
        .collect();
    let cells = cells(
        groups,
        areas,
        carried,
        &[],
        Covers::PlansKept,
        options.kind,
        &account,
        &mut notes,
    )?;
    Ok(Reading {
        cells,
        accounts: vec![account],
        notes,
    })
}
