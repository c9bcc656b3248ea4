//! Damaged files never make a reader fall over, and whatever is read balances.

use crate::{
    invented::{joined, long_rows, plain, wide},
    packed::{gzipped, parquet, zipped},
};
use proptest::prelude::*;
use senlens_files::RowAccount;
use senlens_published::{ReadOptions, detect, read_benchmark, read_neighbours, read_schools};
use std::fs;

const LA: &str = "la_name,phase_type_grouping,primary_need,number_of_pupils\n\
                  Essex,State-funded primary,MLD,5\n\
                  \"Bristol, City of\",Total,\"Social, emotional and mental health\",7\n\
                  Kent,State-funded secondary,Total,x\n";
const TIDY: &str = "time_period,geographic_level,country_code,country_name,old_la_code,new_la_code,la_name,sex,\
                    phase_type_grouping,sen_provision,sen_primary_need,pupil_count,nc_year_1_pupil_count\n\
                    202425,National,E92000001,England,,,,Total,Total,All pupils,Total,100,40\n\
                    202425,National,E92000001,England,,,,Male,Total,SEN support,MLD,5,2\n\
                    202425,Local authority,E92000001,England,881,E10000012,Essex,Total,Total,SEN support,MLD,5,z\n";
const BY_NEED: &str = "time_period,geographic_level,breakdown_topic,ehc_plans,number_mld,number_slcn,number_need_unknown\n\
                       202425,National,All EHC plans,10,4,5,1\n202425,National,Sex,x,2,c,0\n";
const NEIGHBOURS: &str = "Essex,Kent,Suffolk\nKent,Essex,Kent\nSuffolk,Suffolk,Essex\n,,\n";

fn seeds() -> Vec<Vec<u8>> {
    let schools = [plain(100_000), plain(100_001)];
    let (header, rows) = long_rows(&schools[..1]);
    let long = joined(&header, &rows);
    let wide = wide(&schools);
    vec![
        wide.clone().into_bytes(),
        long.clone().into_bytes(),
        LA.as_bytes().to_vec(),
        TIDY.as_bytes().to_vec(),
        BY_NEED.as_bytes().to_vec(),
        NEIGHBOURS.as_bytes().to_vec(),
        gzipped(long.as_bytes()),
        zipped(&[("a.csv", wide.as_bytes())]),
        parquet(&wide),
    ]
}

fn damaged(mut bytes: Vec<u8>, edits: &[(u16, u8, u8)]) -> Vec<u8> {
    const TELLING: &[u8] = b",\"\n\r\0;z-1.\xe9\xff";
    for (at, kind, byte) in edits {
        if bytes.is_empty() {
            break;
        }
        let at = usize::from(*at) % bytes.len();
        match kind % 5 {
            0 => bytes[at] = *byte,
            1 => bytes[at] = TELLING[usize::from(*byte) % TELLING.len()],
            2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, TELLING[usize::from(*byte) % TELLING.len()]),
            _ => bytes.truncate(at.max(bytes.len() / 2)),
        }
    }
    bytes
}

fn balance(accounts: &[RowAccount]) -> Result<(), TestCaseError> {
    for account in accounts {
        prop_assert_eq!(
            account.read(),
            account.accepted() + account.rejected().values().sum::<u64>()
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_damage_makes_a_reader_fall_over(
        seed in 0..9_usize,
        edits in proptest::collection::vec(any::<(u16, u8, u8)>(), 1..6),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("damaged.csv");
        fs::write(&path, damaged(seeds().swap_remove(seed), &edits)).expect("written");
        let paths = [path.clone()];
        let options = ReadOptions { year: Some("202223".parse().expect("a year")), ..ReadOptions::default() };
        for options in [&ReadOptions::default(), &options] {
            match read_schools(&paths, options) {
                Ok(reading) => balance(&reading.accounts)?,
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
            match read_benchmark(&paths, options) {
                Ok(readings) => for reading in readings {
                    balance(&reading.accounts)?;
                },
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
        if let Ok(neighbours) = read_neighbours(&path, "a list", "2025-05-01") {
            balance(&[neighbours.account])?;
        }
        let _any_answer_will_do = detect(&paths);
    }
}

#[test]
fn a_parquet_with_any_one_byte_changed_is_read_or_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("changed.parquet");
    let sound = parquet(LA);
    let options = ReadOptions {
        year: Some("202223".parse().expect("a year")),
        ..ReadOptions::default()
    };
    for at in 0..sound.len() {
        for changed in [sound[at] ^ 1, sound[at] ^ 0x80, 0xff] {
            let mut bytes = sound.clone();
            bytes[at] = changed;
            fs::write(&path, bytes).expect("written");
            if let Err(error) = read_benchmark(std::slice::from_ref(&path), &options) {
                let message = error.to_string();
                assert!(message.contains("changed.parquet"), "byte {at}: {message}");
            }
        }
    }
}
