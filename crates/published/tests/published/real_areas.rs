//! Area tables as the Department published them: real figures, summed apart from this program from
//! "Special educational needs in England", 2022/23.

use crate::shared::shared;
use senlens_files::{Reading, RowAccount};
use senlens_model::authority_key;
use senlens_model::{CountedPlace, Dimension, Need, Provision};
use senlens_published::{ReadOptions, read_benchmark, read_neighbours};

fn pupils(reading: &Reading, place: &str, need: Option<Need>) -> u64 {
    let cells = reading.cells.cells().iter();
    cells
        .filter(|cell| need.is_none() || cell.primary_need == need)
        .filter(|cell| match reading.cells.place(cell.place) {
            CountedPlace::Area { name, .. } => place.is_empty() || name == place,
            CountedPlace::School(_) => false,
        })
        .map(|cell| u64::from(cell.pupils))
        .sum()
}

fn balance(account: &RowAccount) {
    let rejected: u64 = account.rejected().values().sum();
    assert_eq!(account.read(), account.accepted() + rejected);
}

#[test]
fn authority_by_phase_by_need() {
    let Some(path) = shared("sen_la_phase_need_2022_23.csv") else {
        return;
    };
    let options = ReadOptions {
        year: Some("202223".parse().expect("a year")),
        ..ReadOptions::default()
    };
    let readings = read_benchmark(&[path], &options).expect("sound");
    let [reading] = &readings[..] else {
        panic!("one table")
    };
    assert_eq!(reading.cells.places().len(), 152);
    assert_eq!(pupils(reading, "", None), 1_453_576);
    assert_eq!(pupils(reading, "", Some(Need::Mld)), 222_273);
    assert_eq!(pupils(reading, "Essex", Some(Need::Mld)), 5_804);
    assert_eq!(pupils(reading, "Essex", None), 34_461);
    assert!(
        reading
            .cells
            .cells()
            .iter()
            .all(|cell| cell.sen_provision == Provision::Total)
    );
    assert!(!reading.cells.dimensions().carry(Dimension::Provision));
    let [account] = &reading.accounts[..] else {
        panic!("one file")
    };
    assert_eq!((account.read(), account.accepted()), (7_064, 7_064));
}

#[test]
fn plans_by_need() {
    let Some(path) = shared("ehc_plans_by_need_2025.csv") else {
        return;
    };
    let readings = read_benchmark(&[path], &ReadOptions::default()).expect("sound");
    let [reading] = &readings[..] else {
        panic!("one table")
    };
    assert_eq!(reading.cells.places().len(), 1 + 9 + 153);
    for (place, plans, mld) in [
        ("England", 638_745, 67_861),
        ("East of England", 72_487, 10_031),
        ("Essex", 14_240, 1_254),
    ] {
        assert_eq!(pupils(reading, place, None), plans, "{place}");
        assert_eq!(pupils(reading, place, Some(Need::Mld)), mld, "{place}");
    }
    let [account] = &reading.accounts[..] else {
        panic!("one file")
    };
    balance(account);
    assert_eq!((account.read(), account.accepted()), (13_939, 163));
    assert_eq!(account.rejected().get(RowAccount::TOTAL), Some(&13_776));
}

#[test]
fn neighbours_by_name() {
    let Some(path) = shared("stat_neighbours.csv") else {
        return;
    };
    let neighbours =
        read_neighbours(&path, "Department for Education, May 2025", "2025-05-01").expect("sound");
    assert_eq!(neighbours.authorities.len(), 153);
    let keys: std::collections::BTreeSet<String> = neighbours
        .authorities
        .iter()
        .map(|(name, _)| authority_key(name))
        .collect();
    assert_eq!(keys.len(), 153, "no two authorities share a key");
    assert_eq!(
        neighbours.of("Essex").expect("there"),
        [
            "Kent",
            "West Sussex",
            "Gloucestershire",
            "North Somerset",
            "Suffolk",
            "Hampshire",
            "Warwickshire",
            "Somerset",
            "Bexley",
            "Wiltshire",
        ]
    );
    assert!(neighbours.of("County Durham").is_some() && neighbours.of("Bedford").is_some());
    assert_eq!(
        (neighbours.account.read(), neighbours.account.accepted()),
        (11, 10)
    );
}
