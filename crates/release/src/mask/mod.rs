//! Masks the tables: a withheld count takes with it every figure and word from which it could be had.

mod column;
mod row;
mod spread;

use crate::declare::{Disclosure, Role, Value};
use crate::policy::PolicyRules;
use crate::suppress::{Rows, Suppressed};
use crate::{Cell, Column, ColumnData, Table, TableRecord, Why};
use column::mask_column;
use row::{MayShow, may_show};
use senlens_model::AcademicYear;
use spread::WithheldUnits;
use std::collections::BTreeMap;

/// What prints where a word is withheld: the same symbol as for a figure.
pub const WITHHELD_WORD: &str = "c";

/// The tables and columns that the gate has a rule for; and the names of those that do not leave.
pub(crate) fn that_may_leave(tables: Vec<Table>) -> (Vec<Table>, Vec<String>) {
    let (mut leaving, mut left_out) = (Vec::new(), Vec::new());
    for table in tables {
        match table.schema().disclosure {
            Disclosure::OwnCounts | Disclosure::Rule | Disclosure::LinesOverAuthorities => {
                let (columns, internal): (Vec<&Column>, Vec<&Column>) = table
                    .columns()
                    .iter()
                    .partition(|column| may_leave(column.schema.role));
                left_out.extend(
                    internal
                        .iter()
                        .map(|column| format!("{}.{}", table.name(), column.schema.name)),
                );
                leaving.push(Table::new(table.schema(), columns.into_iter().cloned().collect()));
            }
            // Behind the gate lies nothing that could come to it.
            Disclosure::Internal | Disclosure::BehindTheGate => left_out.push(table.name().to_owned()),
        }
    }
    left_out.sort();
    (leaving, left_out)
}

/// Whether the gate has a rule for columns of a role.
fn may_leave(role: Role) -> bool {
    match role {
        Role::Key
        | Role::Setting
        | Role::Events
        | Role::Population
        | Role::Expected
        | Role::Derived(_)
        | Role::Dispersion
        | Role::Spread
        | Role::Position
        | Role::Model
        | Role::Verdict
        | Role::Sentence => true,
        Role::Internal => false,
    }
}

/// Masks a table; its record says what became of its figures.
pub(crate) fn mask(
    rows: &Rows<'_>,
    years: &BTreeMap<AcademicYear, Suppressed>,
    rules: &PolicyRules,
) -> (Table, TableRecord) {
    let table = rows.table();
    let mut may: Vec<Option<MayShow>> = vec![None; table.rows()];
    for (period, year) in years {
        let nodes = rows.nodes(&year.count_table);
        let mut units = WithheldUnits::default();
        for (row, slot) in may.iter_mut().enumerate() {
            if rows.period(row) == *period {
                let node = nodes.get(row).expect("every place of the period has a node");
                *slot = Some(may_show(rows, row, node, year, rules, &mut units));
            }
        }
    }
    let may: Vec<MayShow> = may
        .into_iter()
        .map(|row| row.expect("every row has its year"))
        .collect();
    let columns = table
        .columns()
        .iter()
        .map(|column| Column {
            schema: column.schema,
            data: mask_column(table, column, &may, rules),
        })
        .collect();
    let mut masked = Table::new(table.schema(), columns);
    match rows.disclosure() {
        Disclosure::Rule => masked = in_order_of_keys(&masked),
        Disclosure::OwnCounts
        | Disclosure::LinesOverAuthorities
        | Disclosure::Internal
        | Disclosure::BehindTheGate => {}
    }
    let record = record(&masked, table);
    (masked, record)
}

/// The rows in order of their keys: the order a rule ranked them in is a figure too.
fn in_order_of_keys(table: &Table) -> Table {
    let Some(rows) = Rows::of(table) else {
        return table.clone();
    };
    let keys: Vec<_> = table
        .columns()
        .iter()
        .filter(|column| column.schema.role == Role::Key)
        .filter_map(|column| match &column.data {
            ColumnData::Coded(text) => Some(text),
            ColumnData::Count(_) | ColumnData::Number(_) => None,
        })
        .collect();
    let mut order: Vec<usize> = (0..table.rows()).collect();
    // Levels from the largest to the smallest, then each key as it prints.
    order.sort_by(|a, b| {
        rows.level(*a).cmp(&rows.level(*b)).then_with(|| {
            keys.iter()
                .map(|key| key.text(*a))
                .cmp(keys.iter().map(|key| key.text(*b)))
        })
    });
    table.in_order(&order)
}

/// What became of the figures and words of a table.
fn record(masked: &Table, original: &Table) -> TableRecord {
    let mut record = TableRecord {
        table: masked.name().to_owned(),
        rows: masked.rows() as u64,
        ..TableRecord::default()
    };
    for (column, before) in masked.columns().iter().zip(original.columns()) {
        match (&column.data, &before.data) {
            (ColumnData::Coded(text), ColumnData::Coded(before)) => {
                let withheld = |column: &crate::declare::CodedColumn| {
                    (0..masked.rows())
                        .filter(|row| matches!(column.value(*row), Value::Withheld(_)))
                        .count() as u64
                };
                record.words_withheld += withheld(text) - withheld(before).min(withheld(text));
            }
            (ColumnData::Count(cells), _) => cells.iter().for_each(|cell| count_in(&mut record, *cell)),
            (ColumnData::Number(cells), _) => cells.iter().for_each(|cell| count_in(&mut record, *cell)),
            (ColumnData::Coded(_), ColumnData::Count(_) | ColumnData::Number(_)) => {}
        }
    }
    let withheld: u64 = record.withheld.values().sum();
    if record.figures > 0 {
        record.share_withheld = withheld as f64 / record.figures as f64;
    }
    record
}

fn count_in<T: Copy>(record: &mut TableRecord, cell: Cell<T>) {
    match cell {
        Cell::Shown(_) => record.shown += 1,
        Cell::Rounded(_) => record.rounded += 1,
        Cell::Withheld(why) => *record.withheld.entry(why).or_default() += 1,
        Cell::NotApplicable | Cell::NotAvailable => return,
    }
    record.figures += 1;
}

/// Whatever is made of a withheld count is withheld as derived from it.
fn derived_from(why: Option<Why>) -> Option<Why> {
    why.map(|_| Why::Derived)
}

#[cfg(test)]
mod tests;
