//! Sound files of every layout, mutated at random and read: whatever comes of it is a message or counts that balance,
//! never a panic. Two seconds a reader; for longer, from the same seeds on:
//!
//! ```text
//! SENLENS_FUZZ_SECONDS=300 cargo nextest run --release --workspace -E 'binary(pupils_mutated)'
//! ```
//! Coverage does not guide it: the targets in `tests/fuzz` do that, where a nightly compiler is at hand.

use senlens_pupils::cells_file::{read_cells, write_cells};
use senlens_pupils::{
    EstablishmentLinks, Mapping, PupilOptions, SchoolDirectory, read_pupils, suggest_mapping,
};
use senlens_synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// `SplitMix64` (Steele, Lea and Flood 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }
}

/// Bytes that formats care for.
const ODD: [&[u8]; 16] = [
    b"\0",
    b"\"",
    b"<",
    b">",
    b"&",
    b"</",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"\r",
    b"\n",
    b",",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\xef\xbb\xbf",
    b"[",
];

/// One to eight small damages.
fn mutated(sound: &[u8], draws: &mut Draws) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for _ in 0..=draws.below(8) {
        let at = draws.below(bytes.len());
        let magnitude = draws.below(10);
        let length = 1 + draws.below(1 << magnitude);
        let end = (at + length).min(bytes.len());
        match draws.below(8) {
            0 => bytes.truncate(at),
            1 => {
                bytes.drain(at..end);
            }
            2 => {
                let piece = bytes[at..end].to_vec();
                let to = draws.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            3 => {
                let odd = ODD[draws.below(ODD.len())];
                bytes.splice(at..at, odd.iter().copied());
            }
            4 => bytes[at..end].fill(u8::try_from(draws.below(256)).expect("a byte")),
            5 => {
                let odd = ODD[draws.below(ODD.len())];
                let end = (at + odd.len()).min(bytes.len());
                bytes[at..end].copy_from_slice(&odd[..end - at]);
            }
            _ => {
                let bit = draws.below(8);
                bytes[at] ^= 1 << bit;
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// A few sound schools' pupils in every layout.
fn sound(folder: &Path) -> SchoolDirectory {
    let settings = PupilSettings {
        seed: 3,
        pupils: 1_000,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule: 1,
    };
    write_pupils(folder, &settings, &PupilLayout::ALL).expect("written");
    SchoolDirectory::read(&folder.join("schools.csv"), None).expect("schools")
}

/// The start of a text file, a few hundred rows; the end of a file is not repaired.
fn start_of(path: &Path, most: usize) -> Vec<u8> {
    let mut bytes = fs::read(path).expect("there");
    bytes.truncate(most);
    bytes
}

fn seconds() -> Duration {
    let asked = std::env::var("SENLENS_FUZZ_SECONDS").ok();
    Duration::from_secs(asked.and_then(|text| text.parse().ok()).unwrap_or(2))
}

/// Reads mutations until the time is over; a panic tells the seed.
fn mutate(sound: &[Vec<u8>], mut read: impl FnMut(&[u8])) {
    let start = Instant::now();
    for seed in 0u64.. {
        if start.elapsed() > seconds() && seed >= 20 {
            #[expect(clippy::print_stdout, reason = "how much was tried is worth knowing")]
            {
                println!("{seed} mutations");
            }
            return;
        }
        let mut draws = Draws(seed);
        let one = &sound[draws.below(sound.len())];
        let bytes = mutated(one, &mut draws);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(&bytes)));
        assert!(result.is_ok(), "seed {seed}");
    }
}

fn pupils_of(layout: &str, file: &str, most: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let schools = sound(folder.path());
    let sound = [start_of(&folder.path().join(layout).join(file), most)];
    let path = folder.path().join("mutated");
    mutate(&sound, |bytes| {
        fs::write(&path, bytes).expect("written");
        let options = PupilOptions::new(&schools).expect("a key");
        if let Ok(reading) = read_pupils(std::slice::from_ref(&path), &options) {
            let mut accepted = 0;
            for account in &reading.accounts {
                let rejected: u64 = account.rejected().values().sum();
                assert_eq!(account.read(), account.accepted() + rejected);
                accepted += account.accepted();
            }
            let counted: u64 = reading
                .cells
                .cells()
                .iter()
                .map(|cell| u64::from(cell.pupils))
                .sum();
            assert_eq!(accepted, counted);
        }
    });
}

#[test]
fn census_xml() {
    pupils_of("xml-authority", "census_202223.xml", usize::MAX);
}

#[test]
fn extract_csv() {
    pupils_of("csv", "pupils_202223.csv", 20_000);
}

#[test]
fn extract_parquet() {
    pupils_of("parquet", "pupils_202223.parquet", usize::MAX);
}

#[test]
fn extract_arrow() {
    pupils_of("arrow", "pupils_202223.arrow", usize::MAX);
}

#[test]
fn plans() {
    let folder = tempfile::tempdir().expect("a folder");
    let schools = sound(folder.path());
    let sound = [start_of(&folder.path().join("sen2.xml"), usize::MAX)];
    let pupils = folder.path().join("csv/pupils_202223.csv");
    fs::write(&pupils, start_of(&pupils, 5_000)).expect("written");
    let path = folder.path().join("mutated.xml");
    mutate(&sound, |bytes| {
        fs::write(&path, bytes).expect("written");
        let plans = [path.clone()];
        let mut options = PupilOptions::new(&schools).expect("a key");
        options.plans = &plans;
        if let Ok(reading) = read_pupils(std::slice::from_ref(&pupils), &options) {
            for account in &reading.accounts {
                let rejected: u64 = account.rejected().values().sum();
                assert_eq!(account.read(), account.accepted() + rejected);
            }
        }
    });
}

#[test]
fn mappings_schools_and_links() {
    let folder = tempfile::tempdir().expect("a folder");
    sound(folder.path());
    let sound = [
        start_of(&folder.path().join("mapped-csv/mapping.toml"), usize::MAX),
        start_of(&folder.path().join("schools.csv"), 5_000),
        b"URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n100001,140001,A,Successor,01-09-2020\n".to_vec(),
    ];
    mutate(&sound, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(mapping) = Mapping::parse(&text) {
            assert_eq!(Mapping::parse(&mapping.to_toml()).as_ref(), Ok(&mapping));
        }
        let headers: Vec<String> = text.split(',').map(str::to_owned).collect();
        let suggested = suggest_mapping(&headers);
        assert!(suggested.columns.len() <= headers.len());
        let _ = SchoolDirectory::parse("schools", bytes.to_vec(), None);
        let _ = EstablishmentLinks::parse("links", bytes.to_vec());
    });
}

#[test]
fn cells_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let schools = sound(folder.path());
    let options = PupilOptions::new(&schools).expect("a key");
    let reading = read_pupils(&[folder.path().join("csv/pupils_202223.csv")], &options).expect("read");
    let path = folder.path().join("cells.parquet");
    write_cells(&reading.cells, &path).expect("written");
    let table = b"time_period,urn,laestab,phase,sen_provision,primary_need,pupils\n\
        202223,100001,8812001,State-funded primary,SEN support,MLD,7\n\
        202223,100001,8812001,State-funded primary,No SEN,,70\n"
        .to_vec();
    let sound = [start_of(&path, usize::MAX), table];
    mutate(&sound, |bytes| {
        fs::write(&path, bytes).expect("written");
        if let Ok(reading) = read_cells(std::slice::from_ref(&path), None) {
            assert!(reading.cells.cells().len() as u64 <= reading.accounts[0].accepted());
        }
    });
}
