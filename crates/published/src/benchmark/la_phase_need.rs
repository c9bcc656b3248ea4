//! Authority by phase by need, SEN support and plans added together, names only and no year: the file of 2022/23.

use super::{
    areas::Areas,
    group::{Group, cells},
};
use crate::{
    ReadOptions,
    column_selector::{ColumnSelector, Labels, Row, Text},
    counts::Carried,
    labels::is_total,
    layout::{Layout, LayoutPage, Reads, column, lacking, missing_columns},
    long_table::PlaceFromRows,
    number::Symbols,
    schools::{count_at, note_symbols},
    table::Table,
};
use senlens_files::{Note, Problem, Reading, RowAccount, Screening};
use senlens_model::{Covers, Dimension, NeedLabel, Phase, ProvisionLabel};
use std::collections::BTreeMap;

pub(crate) static PAGE: LayoutPage = LayoutPage {
    layout: Layout::LaPhaseNeed,
    in_words: "table of authorities by phase by need",
    is: |header| {
        let has = |keys: &[&str]| header.find(keys).is_some();
        has(column::NEED) && has(column::LA_NAME) && has(column::COUNT) && !has(column::LEVEL)
    },
    needs: &[
        ("la_name", column::LA_NAME),
        ("phase_type_grouping", column::PHASE),
        ("primary_need", column::NEED),
        ("number_of_pupils", column::COUNT),
    ],
    read: Reads::Areas(read),
};

fn read(table: &Table, options: &ReadOptions) -> Result<Reading, Screening> {
    let missing = missing_columns(&table.header, Layout::LaPhaseNeed);
    if !missing.is_empty() {
        return Err(lacking(&table.file, Layout::LaPhaseNeed, &missing));
    }
    let Some(year) = options.year else {
        return Err(
            Problem::of_file(&table.file, "this table does not say of which year it is")
                .remedy(
                    "say the year with the file, such as --benchmark FILE@202223, or give the school-level file of the \
                     same year: where its totals are the table's, the year is too",
                )
                .into(),
        );
    };
    let mut selector = ColumnSelector::default();
    let mut slot = |aliases: &[&str]| selector.slot(table.header.find(aliases).expect("checked to be there"));
    let (la_name, phase) = (slot(column::LA_NAME), slot(column::PHASE));
    let (need, count) = (slot(column::NEED), slot(column::COUNT));
    let mut account = table.account(Layout::LaPhaseNeed.in_words());
    let (mut phases, mut needs) = (Labels::<Option<Phase>>::default(), Labels::default());
    let (mut symbols, mut screening, mut areas) = (Symbols::default(), Screening::new(), Areas::default());
    let mut groups: BTreeMap<Group, PlaceFromRows> = BTreeMap::new();
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
        if fields[la_name].is_empty() {
            let rule = "an authority without a name";
            row.wrong(&Text::Slot(la_name), "", rule, "", &mut screening);
            return;
        }
        if is_total(fields[la_name]) || fields[la_name].eq_ignore_ascii_case("England") {
            account.reject(RowAccount::TOTAL, 1);
            return;
        }
        let of_phase = phases.get(fields[phase], |text| match text.parse() {
            Ok(phase) => Some(Some(phase)),
            Err(_) => is_total(text).then_some(None),
        });
        let of_need = needs.get(fields[need], |text| text.parse().ok());
        if of_phase.is_none() {
            let rule = "not a phase the Department uses";
            row.wrong(&Text::Slot(phase), fields[phase], rule, "", &mut screening);
        }
        if of_need.is_none() {
            let rule = "not a type of need the Department uses";
            row.wrong(&Text::Slot(need), fields[need], rule, "", &mut screening);
        }
        let pupils = count_at(count, &row, &mut symbols, &mut screening);
        let (Some(of_phase), Some(of_need)) = (of_phase, of_need) else {
            return;
        };
        let (Some(of_phase), NeedLabel::Of(_)) = (of_phase, of_need) else {
            account.reject(RowAccount::TOTAL, 1);
            return;
        };
        let group = Group {
            phase: Some(of_phase),
            ..Group::of(areas.by_name(fields[la_name]), year)
        };
        let place = groups.entry(group).or_default();
        match place.add(ProvisionLabel::AllSen, of_need, pupils, number) {
            Ok(()) => account.accept(1),
            Err(earlier) => screening.push(
                Problem::of_file(&table.file, "an authority has two rows for one phase and need")
                    .at_row(number)
                    .seen(&format!("{}, first in row {earlier}", fields[la_name]))
                    .remedy("keep one of them"),
            ),
        }
    })?;
    if !screening.is_clean() {
        return Err(screening);
    }
    let mut notes = table.notes.clone();
    notes.push(Note::about(
        &table.file,
        format!(
            "the file does not say its year, and was taken to be of {}",
            year.in_words()
        ),
    ));
    notes.push(Note::about(
        &table.file,
        "SEN support and plans stand added together; a phase and need without a row has no pupils",
    ));
    note_symbols(table, &selector, &symbols, &mut notes);
    let carried = Carried {
        need: true,
        roll: false,
        apart: false,
        rounded_to: None,
    };
    let groups = groups
        .into_iter()
        .map(|(group, place)| (group, place.finished()))
        .collect();
    let cells = cells(
        groups,
        areas,
        carried,
        &[Dimension::Phase],
        Covers::Phases,
        options.kind,
        &account,
        &mut notes,
    )?
    .of_assumed_year();
    Ok(Reading {
        cells,
        accounts: vec![account],
        notes,
    })
}
