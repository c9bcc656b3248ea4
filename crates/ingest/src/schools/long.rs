//! One school, provision and need a row: the Department's 2026 format.

use super::{
    SchoolFile, SchoolRow,
    identity::{IdentityColumns, IdentityReader},
    specialist::{Flags, SpecialistColumns, is_all_pupils, unit_type},
    wide::{count_at, note_flags, note_symbols},
};
use crate::{
    Problem, ReadOptions, RowAccount, Screening,
    counts::PlaceCounts,
    gathering::{Gathering, is_counted},
    labels::{need_label, provision_label},
    layout::{Layout, column, lacking, missing_columns},
    number::Symbols,
    picker::{Labels, Picker, Row, Text},
    table::Table,
};
use senlens_model::{AcademicYear, Urn};
use std::collections::HashMap;

/// Reads a table in the long layout.
pub(super) fn read_long(table: &Table, options: &ReadOptions) -> Result<SchoolFile, Screening> {
    let mut missing = missing_columns(&table.header, Layout::SchoolLong);
    if table.header.find(column::YEAR).is_none() && options.year.is_none() {
        missing.push("time_period");
    }
    if !missing.is_empty() {
        return Err(lacking(&table.file, Layout::SchoolLong, &missing));
    }
    let mut picker = Picker::default();
    let mut slot = |aliases: &[&str]| picker.slot(table.header.find(aliases).expect("checked to be there"));
    let (provision, need, count) = (slot(column::PROVISION), slot(column::NEED), slot(column::COUNT));
    let unit = picker.text(&table.header, &["specialist_provision_unit_type"]);
    let identity = IdentityColumns::of_department(&table.header, &mut picker);
    let specialist = SpecialistColumns::of_department(&table.header, "provision_for_", &mut picker);
    let unit_splits_rows = unit_splits_rows(table, &unit, &picker)?;

    let mut account = table.account(Layout::SchoolLong.in_words());
    let mut identities = IdentityReader::default();
    let (mut symbols, mut flags) = (Symbols::default(), Flags::default());
    let (mut provisions, mut needs) = (Labels::default(), Labels::default());
    let mut screening = Screening::new();
    let mut schools: Vec<SchoolRow> = Vec::new();
    let mut gathered: Vec<Gathering> = Vec::new();
    let mut positions: HashMap<(AcademicYear, Urn), usize> = HashMap::new();
    table.each_row(picker.columns(), |number, fields| {
        let row = Row {
            number,
            fields,
            table,
            picker: &picker,
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
        let provision_is = provisions.get(fields[provision], provision_label);
        let need_is = needs.get(fields[need], need_label);
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
        let at = if let Some(at) = positions.get(&(year, urn)) {
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
            gathered.push(Gathering::default());
            positions.insert((year, urn), at);
            at
        };
        let own = &mut schools[at];
        let unit_text = unit.of(fields);
        if unit_splits_rows && !is_all_pupils(unit_text) {
            let here = count_at(count, &row, &mut symbols, &mut screening).unwrap_or(0);
            if here > 0 {
                add_unit(own, unit_text, &mut flags);
            }
            account.reject(RowAccount::TOTAL, 1);
            return;
        }
        if unit.is_carried() && !unit_splits_rows && own.rows == 0 {
            add_unit(own, unit_text, &mut flags);
        }
        let here = count_at(count, &row, &mut symbols, &mut screening);
        if let Err(earlier) = gathered[at].add(provision_is, need_is, here, number) {
            screening.push(
                Problem::of_file(&table.file, "a school has two rows for one provision and need")
                    .at_row(number)
                    .seen(&format!("URN {urn}, first in row {earlier}"))
                    .remedy("keep one of them"),
            );
            return;
        }
        if is_counted(provision_is, need_is, true, true) {
            own.rows += 1;
            account.accept(1);
        } else {
            account.reject(RowAccount::TOTAL, 1);
        }
    })?;
    for (own, gathering) in schools.iter_mut().zip(gathered) {
        own.counts = gathering.finished();
    }
    if !screening.is_clean() {
        return Err(screening);
    }
    let mut notes = table.notes.clone();
    identities.notes(&table.file, &identity, &mut notes);
    note_symbols(table, &picker, &symbols, &mut notes);
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

/// Whether some rows count pupils of all places and others those in a unit: only then does the column split rows.
fn unit_splits_rows(table: &Table, unit: &Text, picker: &Picker) -> Result<bool, Screening> {
    let Text::Slot(slot) = unit else { return Ok(false) };
    let mut all = false;
    table.each_row(&[picker.columns()[*slot]], |_, fields| {
        all |= !fields[0].is_empty() && is_all_pupils(fields[0]);
    })?;
    Ok(all)
}

fn add_unit(own: &mut SchoolRow, text: &str, flags: &mut Flags) {
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
