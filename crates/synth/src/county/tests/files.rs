//! What the written files hold.

use super::{SEEDS, default_county, invented_england};
use crate::county::benchmark::HEADER as BENCHMARK_HEADER;
use crate::county::long_layout::{self, PLAN, SUPPORT};
use crate::county::margins::{NEEDS, STATE_PHASES};
use crate::county::{County, NeedCounts, SenCounts, demo, names};
use crate::wide_columns;
use senlens_model::{AreaFile, Need, Phase, Provision};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

type Rows = Vec<BTreeMap<String, String>>;

fn rows(bytes: &[u8]) -> Rows {
    let mut reader = csv::Reader::from_reader(bytes);
    let header: Vec<String> = reader
        .headers()
        .expect("a header")
        .iter()
        .map(str::to_owned)
        .collect();
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row as long as the header");
            header
                .iter()
                .cloned()
                .zip(record.iter().map(str::to_owned))
                .collect()
        })
        .collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> u32 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column}: {}", row[column]))
}

fn wide(county: &County) -> Vec<u8> {
    let mut bytes = Vec::new();
    county.write_wide(&mut bytes).expect("memory");
    bytes
}

fn long(county: &County) -> Vec<u8> {
    let mut bytes = Vec::new();
    county.write_long(&mut bytes).expect("memory");
    bytes
}

fn benchmark(county: &County) -> Vec<u8> {
    let mut bytes = Vec::new();
    county.write_benchmark(&mut bytes).expect("memory");
    bytes
}

/// The shared folder's file, or none with a plain word that the test was not run.
fn shared(file: &str) -> Option<String> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var("SENLENS_SHARED").map_or(default, PathBuf::from);
    let text = std::fs::read_to_string(folder.join("data").join(file)).ok();
    if text.is_none() {
        #[expect(clippy::print_stdout, reason = "a test that was not run says so")]
        {
            println!("not run: needs SENLENS_SHARED");
        }
    }
    text
}

/// Fowler, Noll and Vo's hash (FNV-1a, 64 bits): enough to see that bytes have changed.
fn fingerprint(bytes: &[u8]) -> u64 {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, mix)
}

#[test]
fn the_demonstration_is_the_same_bytes_everywhere() {
    let demo = demo(1).expect("memory");
    let prints = [
        fingerprint(&demo.schools_csv),
        fingerprint(&demo.benchmark_csv),
        fingerprint(demo.area_toml.as_bytes()),
    ];
    // Change these only together with the county, and say so in CHANGELOG.md: every figure of the demonstration moves.
    assert_eq!(
        prints,
        [
            0xb212_b000_f796_5911,
            0xdb9b_5a76_2c38_9695,
            0xb02b_aba5_baf9_9ec6
        ],
        "{prints:#x?}"
    );
}

/// The header of the long file as its preview shows it: Explore Education Statistics, data set
/// 02b27d86-137f-41d6-b5b4-27fa758db84b, "School underlying data file 2025 (2026 format)".
const LONG_HEADER: &str = "time_period,time_identifier,geographic_level,country_code,country_name,region_name,\
region_code,old_la_code,new_la_code,la_name,school_urn,estab,school_name,school_laestab,open_date,\
sex_of_school_description,phase_type_grouping,establishment_type,middle_school,all_through,hospital_school,\
religious_denomination,admissions_policy,district_administrative_code,district_administrative_name,pcon_code,\
pcon_name,ward_code,ward_name,urban_rural,school_postcode,lsoa11,provision_for_spld,provision_for_mld,\
provision_for_sld,provision_for_pmld,provision_for_semh,provision_for_slcn,provision_for_hi,provision_for_vi,\
provision_for_msi,provision_for_pd,provision_for_asd,provision_for_oth,specialist_provision_unit_type,\
sen_provision,sen_primary_need,pupil_count";

#[test]
fn the_long_header_is_the_departments() {
    assert_eq!(long_layout::header().join(","), LONG_HEADER);
}

#[test]
fn the_benchmark_header_has_the_departments_columns() {
    // Those of data set 908e8681-70de-4d5e-a13e-f98e93d75e6a (language, 2026 format), less constituency, language and
    // percentage.
    let theirs = "time_period,time_identifier,geographic_level,country_code,country_name,region_name,region_code,\
                  old_la_code,la_name,new_la_code,phase_type_grouping,sen_provision,sen_primary_need,pupil_count";
    assert_eq!(BENCHMARK_HEADER.join(","), theirs);
}

#[test]
fn the_wide_header_is_the_departments() {
    let header = wide_columns::header();
    assert_eq!(header.len(), 75);
    let Some(text) = shared("dfe_school_sen_wide_layout_synthetic.csv") else {
        return;
    };
    let theirs = text
        .trim_start_matches('\u{feff}')
        .lines()
        .next()
        .expect("a header");
    assert_eq!(header.join(","), theirs);
}

#[test]
fn wide_and_long_say_the_same() {
    let county = default_county(4);
    let (wide, long) = (rows(&wide(&county)), rows(&long(&county)));
    let schools = wide.len();
    assert_eq!(schools, county.schools().len());
    assert_eq!(long.len(), schools * 29);
    let long: BTreeMap<(String, String, String), &BTreeMap<String, String>> = long
        .iter()
        .map(|row| {
            let key = (
                row["school_urn"].clone(),
                row["sen_provision"].clone(),
                row["sen_primary_need"].clone(),
            );
            (key, row)
        })
        .collect();
    assert_eq!(
        long.len(),
        schools * 29,
        "every row of the long file is of its own kind"
    );
    let provisions = [
        ("SUP", "SEN support", "SEN support / SEN without an EHC plan"),
        ("EHC", "EHC plan", "Education, health and care plan"),
    ];
    for row in &wide {
        let at =
            |provision: &str, need: &str| long[&(row["URN"].clone(), provision.to_owned(), need.to_owned())];
        let all = at("All pupils", "All pupils");
        assert_eq!(row["Total pupils"], all["pupil_count"]);
        for (wide_column, long_column) in [
            ("laestab", "school_laestab"),
            ("school_name", "school_name"),
            ("phase_type_grouping", "phase_type_grouping"),
            ("district_administrative_code", "district_administrative_code"),
            ("old_la_code", "old_la_code"),
            ("region_code", "region_code"),
        ] {
            assert_eq!(row[wide_column], all[long_column]);
        }
        let flags: u32 = row
            .keys()
            .filter(|c| c.to_lowercase().starts_with("prov_"))
            .map(|c| number(row, c))
            .sum();
        let answers = all
            .iter()
            .filter(|(c, a)| c.starts_with("provision_for_") && a.as_str() == "Yes")
            .count();
        assert_eq!(flags as usize, answers);
        assert!(flags > 0 || (row["SEN_Unit"] == "0" && row["RP_Unit"] == "0"));
        for (prefix, total, label) in provisions {
            assert_eq!(row[total], at(label, "All pupils")["pupil_count"]);
            let mut needs = 0;
            for need in NEEDS {
                let column = format!("{prefix}_Primary_need_{}", need.as_str().to_lowercase());
                let cell = &at(label, long_layout::label(need))["pupil_count"];
                assert_eq!(&row[&column], cell);
                needs += cell.parse().unwrap_or(0);
            }
            if row["phase_type_grouping"] == "Independent school" {
                assert!(row[&format!("{prefix}_Primary_need_mld")] == "z" && needs == 0);
            } else {
                assert_eq!(needs, number(row, total), "{}", row["school_name"]);
            }
        }
        assert!(number(row, "SEN support") + number(row, "EHC plan") <= number(row, "Total pupils"));
        assert_eq!(
            row["EHC_Primary_need_nsa"].parse().unwrap_or(0),
            0,
            "NSA is of SEN support alone"
        );
    }
}

#[test]
fn every_total_of_the_benchmark_is_the_sum_of_its_parts() {
    let county = default_county(4);
    let table = rows(&benchmark(&county));
    let mut by_key: BTreeMap<[String; 5], u32> = BTreeMap::new();
    for row in &table {
        let place = match row["geographic_level"].as_str() {
            "National" => "E92000001".to_owned(),
            "Regional" => row["region_code"].clone(),
            _ => row["new_la_code"].clone(),
        };
        let region = row["region_code"].clone();
        let [phase, provision, need] =
            ["phase_type_grouping", "sen_provision", "sen_primary_need"].map(|column| row[column].clone());
        let repeated = by_key.insert(
            [place, region, phase, provision, need],
            number(row, "pupil_count"),
        );
        assert_eq!(repeated, None);
    }
    // 162 places, six phases and all; roll, no SEN, and for each provision and both together a total or needs.
    assert_eq!(by_key.len(), (1 + 9 + 152) * 7 * (2 + 2 * 14 + 13));
    let needs = || NEEDS.map(long_layout::label);
    for ([place, region, phase, provision, need], pupils) in &by_key {
        let at = |phase: &str, provision: &str, need: &str| {
            by_key[&[
                place.clone(),
                region.clone(),
                phase.to_owned(),
                provision.to_owned(),
                need.to_owned(),
            ]]
        };
        if phase == "Total" {
            let phases = Phase::ALL.iter().take(STATE_PHASES);
            assert_eq!(
                *pupils,
                phases
                    .map(|phase| at(phase.as_str(), provision, need))
                    .sum::<u32>()
            );
        }
        if need == "Total" && provision != "Total" && provision != "No SEN provision" {
            assert_eq!(
                *pupils,
                needs().iter().map(|need| at(phase, provision, need)).sum::<u32>()
            );
        }
        let [no_sen, support, plan] = ["No SEN provision", SUPPORT, PLAN];
        if provision == "Total" && need == "Total" {
            let parts = [no_sen, support, plan].map(|provision| at(phase, provision, "Total"));
            assert_eq!(*pupils, parts.iter().sum::<u32>());
        } else if provision == "Total" {
            assert_eq!(*pupils, at(phase, support, need) + at(phase, plan, need));
        }
    }
    let sum_of = |level: &str| {
        let chosen = table.iter().filter(|row| row["geographic_level"] == level);
        chosen.map(|row| number(row, "pupil_count")).sum::<u32>()
    };
    assert_eq!(sum_of("National"), sum_of("Regional"));
    assert_eq!(sum_of("National"), sum_of("Local authority"));
    for label in needs() {
        assert!(label.parse::<Need>().is_ok(), "{label}");
    }
    for label in ["No SEN provision", SUPPORT, PLAN] {
        assert!(label.parse::<Provision>().is_ok(), "{label}");
    }
}

#[test]
fn the_benchmark_holds_the_county_as_its_schools_record_it() {
    let county = default_county(4);
    let mut support = NeedCounts::default();
    let mut pupils = 0;
    for school in county.schools() {
        if let SenCounts::ByNeed { support: own, .. } = school.sen {
            support.add(own);
            pupils += school.pupils;
        }
    }
    let table = rows(&benchmark(&county));
    let at = |provision: &str, need: &str| {
        let found = table.iter().find(|row| {
            row["la_name"] == names::COUNTY_NAME
                && row["phase_type_grouping"] == "Total"
                && row["sen_provision"] == provision
                && row["sen_primary_need"] == need
        });
        number(found.expect("the county's row"), "pupil_count")
    };
    assert_eq!(at("Total", "Total"), pupils);
    for (need, own) in support.iter() {
        assert_eq!(at(SUPPORT, long_layout::label(need)), own);
    }
}

#[test]
fn the_area_file_reads_back() {
    let county = default_county(4);
    let area = AreaFile::from_toml(&county.area_toml()).expect("an area file");
    assert_eq!(area, county.area_file());
    assert_eq!((area.parts.len(), area.districts.len()), (4, 12));
    let neighbours = &area
        .neighbours_at("202223".parse().expect("a year"))
        .expect("before the census")
        .la_codes;
    assert_eq!(neighbours.iter().collect::<BTreeSet<_>>().len(), 10);
    for neighbour in neighbours {
        assert!(county.others().iter().any(|other| other.la_code == *neighbour));
    }
    for school in county.schools() {
        let part = area
            .part_of(school.district_code)
            .expect("every district lies in a part");
        assert_eq!(part.name, school.quadrant);
    }
}

#[test]
fn nothing_invented_is_real() {
    let (Some(spine), Some(districts)) = (
        shared("school_spine_sen_2022_23.csv"),
        shared("lad_la_region.csv"),
    ) else {
        return;
    };
    let spine = rows(spine.as_bytes());
    let districts = rows(districts.as_bytes());
    let real = |table: &Rows, column: &str| -> BTreeSet<String> {
        table.iter().map(|row| row[column].to_lowercase()).collect()
    };
    let none_of = |real: &BTreeSet<String>, invented: &str| {
        assert!(!real.contains(&invented.to_lowercase()), "{invented} is real");
    };
    let (school_names, urns) = (real(&spine, "school_name"), real(&spine, "urn"));
    let (postcodes, laestabs) = (real(&spine, "school_postcode"), real(&spine, "laestab"));
    let mut areas: BTreeSet<String> = [
        "lad_code",
        "lad_name",
        "new_la_code",
        "la_name",
        "region_code",
        "region_name",
    ]
    .iter()
    .flat_map(|column| real(&districts, column))
    .collect();
    for column in [
        "ward_code",
        "ward_name",
        "parl_con_code",
        "parl_con_name",
        "district_administrative_name",
    ] {
        areas.extend(real(&spine, column));
    }
    let numbers = real(&districts, "old_la_code");
    for seed in SEEDS {
        let county = default_county(seed);
        for school in county.schools() {
            none_of(&school_names, &school.name);
            none_of(&urns, &school.urn.to_string());
            none_of(&laestabs, &school.laestab.to_string());
            none_of(&postcodes, &school.description.postcode);
            none_of(&areas, school.district_name);
            none_of(&areas, school.district_code.as_str());
        }
        for row in rows(&wide(&county)) {
            for column in [
                "ward_code",
                "ward_name",
                "parlc_code",
                "parlc_name",
                "region_code",
                "region_name",
            ] {
                none_of(&areas, &row[column]);
            }
        }
        for authority in invented_england(&county) {
            none_of(&areas, &authority.name);
            none_of(&areas, authority.area_code.as_str());
            none_of(&numbers, &authority.la_code.to_string());
        }
    }
}
