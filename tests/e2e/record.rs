//! `run.json` says what a run was made from: every file that it read, with the hash of its bytes.

use senlens::synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use senlens_tests::{said, senlens};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

#[test]
fn every_file_that_a_run_reads_is_in_its_record_with_its_hash() {
    let home = tempfile::tempdir().expect("a folder");
    let settings = PupilSettings {
        seed: 8,
        pupils: 300,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule: 0,
    };
    write_pupils(home.path(), &settings, &[PupilLayout::Csv]).expect("written");
    for (name, text) in [
        (
            "links.csv",
            "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n100001,100002,Invented School,Predecessor,01-09-2021\n",
        ),
        (
            "neighbours.csv",
            "Essex,Kent,Suffolk\nKent,Essex,Essex\nSuffolk,Suffolk,Kent\n",
        ),
        ("own.toml", "la_code = \"881\"\n"),
        (
            "run.toml",
            "pupils = ['csv']\nschools = ['schools.csv']\nplans = ['sen2.xml']\nlinks = 'links.csv'\narea = './own.toml'\n\
             neighbours = 'neighbours.csv'\nmapping = 'names.toml'\nout = 'out'\n",
        ),
    ] {
        fs::write(home.path().join(name), text).expect("written");
    }
    let records = home
        .path()
        .join("csv/pupils_202223.csv")
        .to_string_lossy()
        .into_owned();
    let mapping = senlens(&["check", &records, "--suggest-mapping"]).stdout;
    fs::write(home.path().join("names.toml"), mapping).expect("written");
    let configuration = home.path().join("run.toml").to_string_lossy().into_owned();
    let output = senlens(&["run", &configuration]);
    assert!(output.status.success(), "{}", said(&output));
    let text = fs::read_to_string(home.path().join("out/run.json")).expect("there");
    let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut hashes: BTreeMap<&str, &str> = BTreeMap::new();
    for list in ["inputs", "also_read"] {
        for each in record[list].as_array().expect("a list") {
            let word = |key: &str| each[key].as_str().expect("text");
            hashes.insert(word("file"), word("sha256"));
        }
    }
    for file in [
        "csv/pupils_202223.csv",
        "schools.csv",
        "sen2.xml",
        "links.csv",
        "neighbours.csv",
        "own.toml",
        "names.toml",
        "run.toml",
    ] {
        let bytes = fs::read(home.path().join(file)).expect("there");
        let mut hash = String::new();
        for byte in Sha256::digest(&bytes) {
            write!(hash, "{byte:02x}").expect("writing to a String does not fail");
        }
        let found = hashes.get(file).or_else(|| hashes.get(file.rsplit('/').next()?));
        assert_eq!(found.copied(), Some(hash.as_str()), "{file}: {hashes:?}");
    }
}
