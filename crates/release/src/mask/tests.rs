use super::that_may_leave;
use crate::declare::{Count, Declared, Disclosure, Role, Unit};
use crate::tables::{Rates, SCHEMAS};
use crate::{Table, table};
use senlens_compare::RateRow;

table! {
    /// Rates with a column that no rule covers: one row a place.
    Told = "told" from RateRow, Disclosure::OwnCounts, key |row| &row.key;
    events: Count, Unit::Pupils, Role::Events, "Pupils." => |row| row.events;
    smallest_school: Count, Unit::Pupils, Role::Internal,
        "Pupils of the smallest school." => |row| row.events;
}

table! {
    /// A table that no rule covers: one row a postcode.
    PupilsByPostcode = "pupils_by_postcode" from RateRow, Disclosure::Internal, key |row| &row.key;
    pupils: Count, Unit::Pupils, Role::Events, "Pupils." => |row| row.events;
}

#[test]
fn a_table_or_column_without_a_rule_does_not_leave() {
    let (kept, left_out) = that_may_leave(vec![
        Told::table(&[]),
        PupilsByPostcode::table(&[]),
        Rates::table(&[]),
    ]);
    let columns: Vec<&str> = kept[0]
        .columns()
        .iter()
        .map(|column| column.schema.name)
        .collect();
    assert!(columns.contains(&"events") && !columns.contains(&"smallest_school"));
    assert_eq!(kept[1], Rates::table(&[]));
    assert_eq!(kept.len(), 2);
    assert_eq!(left_out, ["pupils_by_postcode", "told.smallest_school"]);
}

#[test]
fn the_tables_that_leave_a_suppressed_run_are_these() {
    let leave: Vec<&str> = SCHEMAS
        .iter()
        .filter(|schema| match schema.disclosure {
            Disclosure::OwnCounts | Disclosure::Rule | Disclosure::LinesOverAuthorities => true,
            Disclosure::Internal | Disclosure::BehindTheGate => false,
        })
        .map(|schema| schema.name)
        .collect();
    assert_eq!(
        leave,
        [
            "rates",
            "benchmarks",
            "ranks",
            "funnel_limits",
            "flags",
            "explanations"
        ]
    );
}

#[test]
fn a_table_judged_by_its_own_counts_says_which_they_are() {
    for schema in SCHEMAS
        .iter()
        .filter(|schema| schema.disclosure == Disclosure::OwnCounts)
    {
        let roles: Vec<Role> = schema.columns().map(|column| column.role).collect();
        assert!(schema.has_key && roles.contains(&Role::Events), "{}", schema.name);
    }
    assert!(Told::SCHEMA.has_key);
    assert!(Table::of::<Rates>(&Rates::table(&[])).is_some());
}
