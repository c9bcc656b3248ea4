//! One school, provision and need a row: the Department's 2026 format.

use super::{
    SchoolFile, SchoolRow,
    identity::{IdentityColumns, IdentityReader},
    specialist::{Flags, SpecialistColumns, is_all_pupils, unit_type},
    wide::{count_of_school, note_flags, note_symbols},
};
use crate::{
    ReadOptions,
    column_selector::{ColumnSelector, Labels, Row, Text},
    counts::PlaceCounts,
    layout::{Layout, LayoutPage, Reads, column, lacking, missing_columns},
    long_table::{PlaceFromRows, is_counted},
    number::Symbols,
    table::Table,
};
use senlens_files::{Problem, RowAccount, Screening};
use senlens_model::{AcademicYear, Urn};
use std::collections::HashMap;

pub(crate) static PAGE: LayoutPage = LayoutPage {
    layout: Layout::SchoolLong,
    in_words: "long school file (2026 format)",
    is: |header| {
        [column::URN, column::NEED, column::PROVISION]
            .iter()
            .all(|keys| header.find(keys).is_some())
    },
    needs: &[
        ("school_urn", column::URN),
        ("school_name", column::SCHOOL_NAME),
        ("phase_type_grouping", column::PHASE),
        ("old_la_code", column::LA_CODE),
        ("la_name", column::LA_NAME),
        ("sen_provision", column::PROVISION),
        ("sen_primary_need", column::NEED),
        ("pupil_count", column::COUNT),
    ],
    read: Reads::Schools(read_long),
};

/// Reads a table in the long layout.
fn read_long(table: &Table, options: &ReadOptions) -> Result<SchoolFile, Screening> {
    let mut missing = missing_columns(&table.header, Layout::SchoolLong);
    if table.header.find(column::YEAR).is_none() && options.year.is_none() {
        missing.push("time_period");
    }
    if !missing.is_empty() {
        return Err(lacking(&table.file, Layout::SchoolLong, &missing));
    }
    let mut selector = ColumnSelector::default();
    let mut slot = |aliases: &[&str]| selector.slot(table.header.find(aliases).expect("checked to be there"));
    let (provision, need, count) = (slot(column::PROVISION), slot(column::NEED), slot(column::COUNT));
    let unit = selector.text(&table.header, &["specialist_provision_unit_type"]);
    let identity = IdentityColumns::of_department(&table.header, &mut selector);
    let specialist = SpecialistColumns::of_department(&table.header, "provision_for_", &mut selector);

    let mut account = table.account(Layout::SchoolLong.in_words());
    let mut identities = IdentityReader::default();
    let (mut symbols, mut flags) = (Symbols::default(), Flags::default());
    let (mut provisions, mut needs) = (Labels::default(), Labels::default());
    let mut screening = Screening::new();
    let mut schools: Vec<SchoolRow> = Vec::new();
    let mut gathered: Vec<Vec<UnitRows>> = Vec::new();
    let mut positions: HashMap<(AcademicYear, Urn), usize> = HashMap::new();
    // What the first row of each school says of its authority and phase: the others must say the same.
    let mut said: Vec<[String; 2]> = Vec::new();
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
        if !IdentityReader::is_school_row(&identity, &row) {
            account.reject(RowAccount::TOTAL, 1);
            return;
        }
        let year = identities.year(&identity, options.year, &row, &mut screening);
        if options.year.is_some() && year.is_some() && year != options.year {
            account.reject(RowAccount::OTHER_YEAR, 1);
            return;
        }
        let provision_is = provisions.get(fields[provision], |text| text.parse().ok());
        let need_is = needs.get(fields[need], |text| text.parse().ok());
        if provision_is.is_none() {
            let rule = "not a provision the Department uses";
            row.wrong(
                &Text::Slot(provision),
                fields[provision],
                rule,
                "",
                &mut screening,
            );
        }
        if need_is.is_none() {
            let rule = "not a type of need the Department uses";
            row.wrong(&Text::Slot(need), fields[need], rule, "", &mut screening);
        }
        let Some(urn) = identities.urn(&identity, &row, &mut screening) else {
            return;
        };
        let (Some(year), Some(provision_is), Some(need_is)) = (year, provision_is, need_is) else {
            return;
        };
        let says = [identity.la_code.of(fields), identity.phase.of(fields)];
        let at = if let Some(at) = positions.get(&(year, urn)) {
            for (column, (first, here)) in [&identity.la_code, &identity.phase]
                .into_iter()
                .zip(said[*at].iter().zip(says))
            {
                if first != here {
                    let rule = "the rows of one school contradict each other";
                    let seen = format!("{here}, and {first} in row {} (URN {urn})", schools[*at].row);
                    let remedy = "put right whichever is wrong";
                    row.wrong(column, &seen, rule, remedy, &mut screening);
                }
            }
            *at
        } else {
            let Some(mut school) = identities.school(urn, &identity, &row, &mut screening) else {
                return;
            };
            school.specialist = specialist.read(fields, &mut flags);
            let at = schools.len();
            schools.push(SchoolRow {
                row: number,
                rows: 0,
                year,
                school,
                counts: PlaceCounts::default(),
            });
            gathered.push(Vec::new());
            said.push(says.map(str::to_owned));
            positions.insert((year, urn), at);
            at
        };
        let here = count_of_school(count, &row, &mut symbols, &mut screening);
        let rows = rows_of_unit(&mut gathered[at], unit.of(fields));
        if let Err(earlier) = rows.place.add(provision_is, need_is, here, number) {
            screening.push(
                Problem::of_file(&table.file, "a school has two rows for one provision and need")
                    .at_row(number)
                    .seen(&format!("URN {urn}, first in row {earlier}"))
                    .remedy("keep one of them"),
            );
            return;
        }
        rows.any_pupils |= here.known().is_some_and(|pupils| pupils > 0);
        if is_counted(provision_is, need_is, true, true) {
            rows.counted += 1;
        } else {
            rows.totals += 1;
        }
    })?;
    for (own, parts) in schools.iter_mut().zip(gathered) {
        let Some((main, others)) = main_rows(parts) else {
            let rule = "a school has rows by kind of specialist provision, and none for all its pupils";
            screening.push(
                Problem::of_file(&table.file, rule)
                    .at_row(own.row)
                    .seen(&format!("URN {}", own.school.urn))
                    .remedy("give the file with its rows of all pupils"),
            );
            continue;
        };
        // A kind in the rows of all pupils describes the school; in rows of its own it counts the pupils placed there.
        add_unit(own, &main.label, &mut flags);
        account.accept(main.counted);
        account.reject(RowAccount::TOTAL, main.totals);
        for other in others {
            if other.any_pupils {
                add_unit(own, &other.label, &mut flags);
            }
            account.reject(RowAccount::TOTAL, other.counted + other.totals);
        }
        own.rows = main.counted;
        own.counts = main.place.finished();
    }
    if !screening.is_clean() {
        return Err(screening);
    }
    let mut notes = table.notes.clone();
    identities.notes(&table.file, &identity, &mut notes);
    note_symbols(table, &selector, &symbols, &mut notes);
    note_flags(table, &flags, &mut notes);
    Ok(SchoolFile {
        account,
        schools,
        carries_need: true,
        carries_roll: true,
        carries_district: identity.district_code.is_carried(),
        notes,
    })
}

/// The rows of one school under one `specialist_provision_unit_type`.
#[derive(Default)]
struct UnitRows {
    label: String,
    place: PlaceFromRows,
    counted: u64,
    totals: u64,
    any_pupils: bool,
}

fn rows_of_unit<'a>(parts: &'a mut Vec<UnitRows>, label: &str) -> &'a mut UnitRows {
    let known = parts.iter().position(|part| part.label == label);
    let at = known.unwrap_or_else(|| {
        parts.push(UnitRows {
            label: label.to_owned(),
            ..UnitRows::default()
        });
        parts.len() - 1
    });
    &mut parts[at]
}

/// The rows that count all of a school's pupils, and the rest: those that say so, or the only ones there are.
fn main_rows(mut parts: Vec<UnitRows>) -> Option<(UnitRows, Vec<UnitRows>)> {
    let all = parts.iter().position(|part| is_all_pupils(&part.label));
    let at = all.or((parts.len() == 1).then_some(0))?;
    let main = parts.swap_remove(at);
    Some((main, parts))
}

fn add_unit(own: &mut SchoolRow, text: &str, flags: &mut Flags) {
    if is_all_pupils(text) {
        return;
    }
    match unit_type(text) {
        Some((false, false)) => {}
        Some((unit, resourced)) => {
            let provision = own.school.specialist.get_or_insert_default();
            provision.unit |= unit;
            provision.resourced_provision |= resourced;
        }
        None => flags.unread += 1,
    }
}
