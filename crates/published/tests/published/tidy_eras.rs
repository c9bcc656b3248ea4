//! Tidy tables of every era: other names, other labels, the same cells.

use senlens_files::{Reading, RowAccount};
use senlens_model::{
    CountedPlace, Dimension, Ethnicity, GeographicLevel, NcYear, Need, Phase, Provision, Sex,
};
use senlens_published::{ReadOptions, read_benchmark};
use std::{fmt::Write as _, fs};

fn read(text: &str) -> Reading {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("table.csv");
    fs::write(&path, text).expect("written");
    let mut readings = read_benchmark(&[path], &ReadOptions::default()).expect("sound");
    assert_eq!(readings.len(), 1);
    readings.pop().expect("one")
}

const GEOGRAPHY: &str = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,\
                         region_name,old_la_code,new_la_code,la_name";
const ENGLAND: &str = "202324,Academic year,National,E92000001,England,,,,,";
const EAST: &str = "202324,Academic year,Regional,E92000001,England,E12000006,East of England,,,";
const ESSEX: &str =
    "202324,Academic year,Local authority,E92000001,England,E12000006,East of England,881,E10000012,Essex";

/// What each era calls the columns and the labels.
struct Era {
    name: &'static str,
    provision: &'static str,
    need: &'static str,
    count: &'static str,
    labels: [&'static str; 4],
    mld: &'static str,
    semh: &'static str,
}

const ERAS: [Era; 5] = [
    Era {
        name: "2019/20",
        provision: "pupil_sen_status",
        need: "primary_need",
        count: "number_of_pupils",
        labels: [
            "Total",
            "No SEN",
            "SEN No Statement or EHC",
            "SEN Statement or EHC",
        ],
        mld: "Moderate Learning Difficulty",
        semh: "Social Emotional and Mental Health",
    },
    Era {
        name: "to 2023/24",
        provision: "pupil_sen_status",
        need: "primary_need",
        count: "number_of_pupils",
        labels: ["Total", "No SEN", "SEN support", "EHC plans"],
        mld: "Moderate Learning Difficulty",
        semh: "\"Social, Emotional and Mental Health\"",
    },
    Era {
        name: "2024/25",
        provision: "sen_status",
        need: "sen_primary_need",
        count: "number_of_pupils",
        labels: ["Total", "No SEN", "SEN support", "EHC plan"],
        mld: "Moderate learning difficulty",
        semh: "\"Social, emotional and mental health\"",
    },
    Era {
        name: "2026 format",
        provision: "sen_provision",
        need: "sen_primary_need",
        count: "pupil_count",
        labels: [
            "All pupils",
            "No SEN provision",
            "SEN support / SEN without an EHC plan",
            "\"Education, health and care plan\"",
        ],
        mld: "Moderate learning difficulty",
        semh: "\"Social, emotional and mental health\"",
    },
    Era {
        name: "cross-tabulation",
        provision: "sen_provision",
        need: "sen_primary_need",
        count: "pupil_count",
        labels: [
            "Total",
            "No identified SEN",
            "SEN Support",
            "\"Education, health and care plans\"",
        ],
        mld: "Moderate Learning Difficulty",
        semh: "\"Social, Emotional and Mental Health\"",
    },
];

/// England and Essex by provision and need, with totals, percentages and a breakdown beside them.
fn table(era: &Era) -> String {
    let Era {
        provision,
        need,
        count,
        labels: [all, none, support, plan],
        mld,
        semh,
        ..
    } = era;
    let mut out = format!("{GEOGRAPHY},phase_type_grouping,{provision},{need},{count},pupil_percent,house\n");
    for (place, times) in [(ENGLAND, 10), (EAST, 2), (ESSEX, 1)] {
        for (phase, of_phase) in [
            ("Total", 2),
            ("State-funded primary", 1),
            ("State-funded secondary", 1),
        ] {
            for house in ["Total", "Red"] {
                let rows = [
                    (all, "Total", 100),
                    (none, "Total", 80),
                    (support, "Total", 15),
                    (support, mld, 9),
                    (support, semh, 6),
                    (plan, "Total", 5),
                    (plan, mld, 1),
                    (plan, semh, 3),
                ];
                for (label, need, pupils) in rows {
                    let pupils = pupils * times * of_phase;
                    writeln!(out, "{place},{phase},{label},{need},{pupils},1.5,{house}").expect("to memory");
                }
            }
        }
    }
    out
}

#[test]
fn every_era_gives_the_same_cells() {
    let mut first: Option<Reading> = None;
    for era in &ERAS {
        let reading = read(&table(era));
        let [account] = &reading.accounts[..] else {
            panic!("one file")
        };
        // A place and phase has eight rows: the roll, no SEN and four needs count; two totals do not.
        assert_eq!(
            (account.read(), account.accepted()),
            (3 * 3 * 2 * 8, 3 * 2 * 6),
            "{}",
            era.name
        );
        assert_eq!(
            account.rejected().get(RowAccount::TOTAL),
            Some(&(144 - 36)),
            "{}",
            era.name
        );
        let expected = first.get_or_insert_with(|| reading.clone());
        assert_eq!(reading.cells, expected.cells, "{}", era.name);
    }
    let cells = first.expect("eras").cells;
    assert_eq!(cells.places().len(), 3);
    let CountedPlace::Area {
        level,
        code,
        la_code,
        region_code,
        ..
    } = &cells.places()[2]
    else {
        panic!("an area")
    };
    assert_eq!(*level, GeographicLevel::LocalAuthority);
    assert_eq!(la_code.expect("given").to_string(), "881");
    assert_eq!(code.expect("given").as_str(), "E10000012");
    assert_eq!(region_code.expect("given").as_str(), "E12000006");
    let essex: Vec<_> = cells
        .cells()
        .iter()
        .filter(|cell| cell.place.0 == 2 && cell.phase == Some(Phase::Primary))
        .map(|cell| (cell.sen_provision, cell.primary_need, cell.pupils))
        .collect();
    assert_eq!(
        essex,
        [
            (Provision::NoSen, None, 80),
            (Provision::SenSupport, Some(Need::Mld), 9),
            (Provision::SenSupport, Some(Need::Semh), 6),
            // Of a need that has no row here.
            (Provision::Plan, None, 1),
            (Provision::Plan, Some(Need::Mld), 1),
            (Provision::Plan, Some(Need::Semh), 3),
        ]
    );
    for dimension in [
        Dimension::Roll,
        Dimension::Phase,
        Dimension::Provision,
        Dimension::PrimaryNeed,
    ] {
        assert!(cells.dimensions().carry(dimension), "{dimension:?}");
    }
}

#[test]
fn year_groups_in_columns_are_a_dimension() {
    let text = format!(
        "{GEOGRAPHY},sen_status,sen_primary_need,number_of_pupils,nc_reception,nc_year_1,nc_year_1_percent,nc_not_followed\n\
         {ESSEX},Total,Total,100,40,50,50.0,8\n\
         {ESSEX},No SEN,Total,80,35,40,50.0,5\n\
         {ESSEX},SEN support,Total,20,5,10,50.0,3\n\
         {ESSEX},SEN support,Moderate learning difficulty,20,5,10,50.0,3\n"
    );
    let reading = read(&text);
    let cells: Vec<_> = reading
        .cells
        .cells()
        .iter()
        .map(|cell| (cell.nc_year, cell.sen_provision, cell.pupils))
        .collect();
    let mut expected = vec![
        (None, Provision::SenSupport, 2),
        (Some(NcYear::Reception), Provision::NoSen, 35),
        (Some(NcYear::Reception), Provision::SenSupport, 5),
        (Some(NcYear::Year(1)), Provision::NoSen, 40),
        (Some(NcYear::Year(1)), Provision::SenSupport, 10),
        (Some(NcYear::NotFollowed), Provision::NoSen, 5),
        (Some(NcYear::NotFollowed), Provision::SenSupport, 3),
    ];
    let mut cells = cells;
    cells.sort_unstable();
    expected.sort_unstable();
    assert_eq!(cells, expected);
    assert!(reading.cells.dimensions().carry(Dimension::NcYear));
}

#[test]
fn a_full_cross_tabulation_is_carried_and_margins_are_not() {
    let header = format!("{GEOGRAPHY},sex,ethnicity,sen_provision,sen_primary_need,pupil_count\n");
    let rows = |pairs: &[(&str, &str)]| {
        let mut rows = String::new();
        for (sex, ethnicity) in pairs {
            for (label, pupils) in [
                ("Total,Total", 10),
                ("SEN Support,Moderate Learning Difficulty", 2),
                ("No identified SEN,Total", 8),
            ] {
                writeln!(rows, "{ENGLAND},{sex},{ethnicity},{label},{pupils}").expect("to memory");
            }
        }
        rows
    };
    let margins = [
        ("Total", "Total"),
        ("Male", "Total"),
        ("Total", "White - White British"),
    ];
    let reading = read(&format!("{header}{}", rows(&margins)));
    let total: u32 = reading.cells.cells().iter().map(|cell| cell.pupils).sum();
    assert_eq!(total, 10, "margins would count every pupil twice");
    assert!(!reading.cells.dimensions().carry(Dimension::Sex));

    let crossed = [
        margins.as_slice(),
        &[("Male", "White - White British"), ("Female", "Chinese")],
    ]
    .concat();
    let reading = read(&format!("{header}{}", rows(&crossed)));
    assert!(reading.cells.dimensions().carry(Dimension::Sex));
    assert!(reading.cells.dimensions().carry(Dimension::Ethnicity));
    let keys: Vec<_> = reading
        .cells
        .cells()
        .iter()
        .filter(|cell| cell.sen_provision == Provision::SenSupport)
        .map(|cell| (cell.sex, cell.ethnicity, cell.pupils))
        .collect();
    assert_eq!(
        keys,
        [
            (Some(Sex::Female), Some(Ethnicity::Chne), 2),
            (Some(Sex::Male), Some(Ethnicity::Wbri), 2),
        ]
    );
}

#[test]
fn a_total_of_the_pupils_with_sen_is_not_taken_for_the_roll() {
    let text = format!(
        "{GEOGRAPHY},sen_status,sen_primary_need,number_of_pupils\n\
         {ESSEX},Total,Total,20\n\
         {ESSEX},SEN support,Total,15\n\
         {ESSEX},SEN support,Moderate learning difficulty,15\n\
         {ESSEX},EHC plan,Total,5\n\
         {ESSEX},EHC plan,Moderate learning difficulty,5\n"
    );
    let reading = read(&text);
    assert!(!reading.cells.dimensions().carry(Dimension::Roll));
    let total: u32 = reading.cells.cells().iter().map(|cell| cell.pupils).sum();
    assert_eq!(total, 20);
    let [account] = &reading.accounts[..] else {
        panic!("one file")
    };
    assert_eq!((account.read(), account.accepted()), (5, 2));
}

#[test]
fn needs_without_provisions_stand_together() {
    let text = format!(
        "{GEOGRAPHY},phase_type_grouping,primary_need,number_of_pupils\n\
         {ESSEX},Total,Total,20\n{ESSEX},Total,Moderate learning difficulty,15\n"
    );
    let reading = read(&text);
    let cells: Vec<_> = reading
        .cells
        .cells()
        .iter()
        .map(|cell| (cell.sen_provision, cell.primary_need, cell.pupils))
        .collect();
    assert_eq!(
        cells,
        [
            // The table has no rows of other needs: what is left of the total has a need that is not known.
            (Provision::Total, None, 5),
            (Provision::Total, Some(Need::Mld), 15),
        ]
    );
}

#[test]
fn constituencies_are_no_level_of_ours() {
    let pcon = ESSEX.replace("Local authority", "Parliamentary constituency");
    let text = format!(
        "{GEOGRAPHY},pcon_code,sen_status,number_of_pupils\n{ESSEX},,SEN support,15\n{pcon},E14000001,SEN support,15\n"
    );
    let [account] = &read(&text).accounts[..] else {
        panic!("one file")
    };
    assert_eq!(account.rejected().get("geographic level not used"), Some(&1));
}
