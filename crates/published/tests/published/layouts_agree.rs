//! The same schools in the wide and the long layout, in any order of rows, are the same cells.

use crate::invented::{Invented, any_schools, joined, long_rows, plain, wide};
use proptest::prelude::*;
use senlens_files::{Error, Reading, RowAccount};
use senlens_model::{Need, Provision};
use senlens_published::{Mapping, ReadOptions, read_schools};
use std::{fs, path::PathBuf};

fn read(name: &str, text: &str) -> Reading {
    tried(name, text).expect("sound")
}

fn tried(name: &str, text: &str) -> Result<Reading, Error> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("written");
    read_schools(&[path], &ReadOptions::default())
}

fn balance(account: &RowAccount, rows: usize) -> Result<(), TestCaseError> {
    let rejected: u64 = account.rejected().values().sum();
    prop_assert_eq!(account.read(), account.accepted() + rejected);
    prop_assert_eq!(account.read(), rows as u64);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn wide_and_long_are_the_same_cells((schools, seed) in (any_schools(), any::<u64>())) {
        let (header, mut rows) = long_rows(&schools);
        // Needs that exceed their totals in many schools are refused in either layout.
        let Ok(from_wide) = tried("wide.csv", &wide(&schools)) else {
            prop_assert!(tried("long.csv", &joined(&header, &rows)).is_err());
            return Ok(());
        };
        let from_long = read("long.csv", &joined(&header, &rows));
        prop_assert_eq!(&from_wide.cells, &from_long.cells);
        balance(&from_wide.accounts[0], schools.len())?;
        balance(&from_long.accounts[0], rows.len())?;

        // Any other order of rows is the same table.
        let mut state = seed | 1;
        for at in (1..rows.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let other = usize::try_from(state >> 33).expect("31 bits") % (at + 1);
            rows.swap(at, other);
        }
        prop_assert_eq!(&from_wide.cells, &read("shuffled.csv", &joined(&header, &rows)).cells);
    }
}

#[test]
fn a_plain_school_is_counted_as_printed() {
    let reading = read("wide.csv", &wide(&[plain(100_000)]));
    let cells: Vec<_> = reading
        .cells
        .cells()
        .iter()
        .map(|cell| (cell.sen_provision, cell.primary_need, cell.pupils))
        .collect();
    assert_eq!(
        cells,
        [
            (Provision::NoSen, None, 175),
            (Provision::SenSupport, Some(Need::Mld), 12),
            (Provision::SenSupport, Some(Need::Slcn), 8),
            (Provision::Plan, Some(Need::Asd), 5),
        ]
    );
    let (header, rows) = long_rows(&[plain(100_000)]);
    let notes: Vec<String> = read("long.csv", &joined(&header, &rows))
        .notes
        .into_iter()
        .map(|note| note.text)
        .collect();
    assert_eq!(
        notes,
        ["a URN damaged by number formatting was repaired in 31 rows"]
    );
}

#[test]
fn zero_rows_of_the_long_layout_may_be_absent() {
    let schools = [plain(100_001)];
    let (header, rows) = long_rows(&schools);
    let without: Vec<String> = rows.into_iter().filter(|row| !row.ends_with(",0,1.5")).collect();
    assert_eq!(
        read("long.csv", &joined(&header, &without)).cells,
        read("wide.csv", &wide(&schools)).cells
    );
}

#[test]
fn a_kind_of_provision_that_describes_the_school_loses_no_row() {
    let school = Invented {
        unit: true,
        ..plain(100_001)
    };
    let (header, rows) = long_rows(std::slice::from_ref(&school));
    let described: Vec<String> = rows
        .into_iter()
        .filter(|row| !row.contains(",SEN unit,") && !row.contains(",Resourced provision,"))
        .map(|row| row.replacen(",All pupils,", ",SEN unit,", 1))
        .collect();
    let reading = read("long.csv", &joined(&header, &described));
    assert_eq!(reading.cells, read("wide.csv", &wide(&[school])).cells);
}

#[test]
fn files_of_several_kinds_are_put_together_on_what_they_share() {
    let folder = tempfile::tempdir().expect("a folder");
    let with_needs = folder.path().join("wide.csv");
    fs::write(&with_needs, wide(&[plain(100_001)])).expect("written");
    let without: PathBuf = folder.path().join("own.csv");
    fs::write(&without, "School,URN,Roll,K,E\nOur school,100002,100,10,2\n").expect("written");
    let mapping = Mapping::from_toml(
        "description = 'our own'\n[columns]\nurn = 'URN'\nschool_name = 'School'\npupils = 'Roll'\n\
         sen_support = 'K'\nehc_plan = 'E'\n[constants]\ntime_period = '202223'\n\
         phase_type_grouping = 'State-funded primary'\nold_la_code = '881'\nla_name = 'Essex'\n",
    );
    let options = ReadOptions {
        mapping: Some(mapping.expect("sound")),
        ..ReadOptions::default()
    };
    let reading = read_schools(&[with_needs, without], &options).expect("sound");
    let cells: Vec<_> = reading
        .cells
        .cells()
        .iter()
        .map(|cell| (cell.place.0, cell.sen_provision, cell.primary_need, cell.pupils))
        .collect();
    assert_eq!(
        cells,
        [
            (0, Provision::NoSen, None, 175),
            (0, Provision::SenSupport, None, 20),
            (0, Provision::Plan, None, 5),
            (1, Provision::NoSen, None, 88),
            (1, Provision::SenSupport, None, 10),
            (1, Provision::Plan, None, 2),
        ]
    );
    let left_out = reading
        .notes
        .iter()
        .filter(|note| note.text.starts_with("its needs were left out"));
    assert_eq!(left_out.count(), 1);
}
