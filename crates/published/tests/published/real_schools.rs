//! School files as the Department published them: real figures, summed apart from this program
//! from "Special educational needs in England", 2022/23.

use crate::shared::shared;
use senlens_files::{Reading, RowAccount};
use senlens_model::{Need, Provision};
use senlens_published::{Mapping, ReadOptions, read_schools};

fn pupils(reading: &Reading, provision: Provision) -> u64 {
    let cells = reading.cells.cells().iter();
    cells
        .filter(|cell| cell.sen_provision == provision)
        .map(|cell| u64::from(cell.pupils))
        .sum()
}

#[test]
fn the_spine_gives_englands_counts() {
    let Some(path) = shared("school_spine_sen_2022_23.csv") else {
        return;
    };
    let mapping = include_str!("../../../../tests/mappings/school_spine_2022_23.toml");
    let options = ReadOptions {
        mapping: Some(Mapping::from_toml(mapping).expect("ours")),
        ..ReadOptions::default()
    };
    let reading = read_schools(&[path], &options).expect("sound");
    let all: u64 = reading
        .cells
        .cells()
        .iter()
        .map(|cell| u64::from(cell.pupils))
        .sum();
    assert_eq!(reading.cells.places().len(), 24_442);
    assert_eq!(all, 9_073_829);
    assert_eq!(pupils(&reading, Provision::SenSupport), 1_183_074);
    assert_eq!(pupils(&reading, Provision::Plan), 389_074);
    assert_eq!(pupils(&reading, Provision::NotStated), 588);
    let not_stated = reading
        .cells
        .cells()
        .iter()
        .filter(|cell| cell.sen_provision == Provision::NotStated);
    assert_eq!(not_stated.count(), 7);
    let [account] = &reading.accounts[..] else {
        panic!("one file")
    };
    assert_eq!((account.read(), account.accepted()), (24_442, 24_442));
}

#[test]
fn the_wide_fixture_is_read_and_its_faults_are_told() {
    let Some(path) = shared("dfe_school_sen_wide_layout_synthetic.csv") else {
        return;
    };
    let reading = read_schools(&[path], &ReadOptions::default()).expect("sound");
    let [account] = &reading.accounts[..] else {
        panic!("one file")
    };
    assert_eq!((account.read(), account.accepted()), (24_442, 60));
    assert_eq!(account.rejected().get(RowAccount::BLANK), Some(&24_382));
    let school = reading.cells.places()[0].school().expect("a school");
    assert_eq!(school.region_code.expect("put right").as_str(), "E12000001");
    assert_eq!(school.region_name.as_deref(), Some("North East"));
    let missing: u64 = reading
        .cells
        .cells()
        .iter()
        .filter(|cell| cell.primary_need == Some(Need::Missing))
        .map(|cell| u64::from(cell.pupils))
        .sum();
    assert!(missing >= 98, "the first school alone has 98: {missing}");
}
