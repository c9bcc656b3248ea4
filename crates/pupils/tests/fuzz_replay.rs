//! Where fuzzing starts from, and what it found, read in every test run: whatever comes of it is a message or counts that
//! balance, never a panic and never a long wait. `tests/fuzz/replay` holds it, a folder a target (`tests/fuzz/README.md`).

use senlens_pupils::{
    EstablishmentLinks, Mapping, PupilOptions, SchoolDirectory, read_pupils, suggest_mapping,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const SCHOOLS: &[u8] =
    b"school_urn,school_laestab,school_name,phase_type_grouping\n100001,8812001,Invented,State-funded primary\n";

/// The kept inputs of a target.
fn kept(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fuzz/replay")
        .join(target);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    assert!(files.len() >= 5, "{target}: {} inputs", files.len());
    files
}

/// As `senlens_fuzz::read` does.
fn read(start: &[u8], target: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let schools = SchoolDirectory::parse("schools", SCHOOLS.to_vec(), None).expect("schools");
    let input = folder.path().join("input");
    let sound = folder.path().join("sound.csv");
    fs::write(
        &sound,
        "AcademicYear,LAEstab,UPN,SENprovision\n202223,8812001,G881200100001,K\n",
    )
    .expect("written");
    for file in kept(target) {
        let bytes = [start, &fs::read(&file).expect("readable")].concat();
        fs::write(&input, bytes).expect("written");
        let mut options = PupilOptions::new(&schools).expect("a key");
        let plans = [input.clone()];
        let paths = if target == "plans" {
            options.plans = &plans;
            [sound.clone()]
        } else {
            [input.clone()]
        };
        let begun = Instant::now();
        if let Ok(reading) = read_pupils(&paths, &options) {
            for account in &reading.accounts {
                let rejected: u64 = account.rejected().values().sum();
                assert_eq!(
                    account.read(),
                    account.accepted() + rejected,
                    "{}",
                    file.display()
                );
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{}", file.display());
    }
}

#[test]
fn census_xml() {
    read(b"<", "census_xml");
}

#[test]
fn extract_csv() {
    read(b"", "extract_csv");
}

#[test]
fn extract_parquet() {
    read(b"PAR1", "extract_parquet");
}

#[test]
fn extract_arrow() {
    read(b"ARROW1", "extract_arrow");
}

#[test]
fn plans() {
    read(b"", "plans");
}

#[test]
fn mapping() {
    for file in kept("mapping") {
        let bytes = fs::read(&file).expect("readable");
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(mapping) = Mapping::parse(&text) {
            assert_eq!(
                Mapping::parse(&mapping.to_toml()).as_ref(),
                Ok(&mapping),
                "{}",
                file.display()
            );
        }
        let headers: Vec<String> = text.split(',').map(str::to_owned).collect();
        let suggested = suggest_mapping(&headers);
        assert!(suggested.columns.len() <= headers.len());
        let _ = SchoolDirectory::parse("schools", bytes.clone(), None);
        let _ = EstablishmentLinks::parse("links", bytes);
    }
}
