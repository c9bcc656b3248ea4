//! Absence, suspensions, language goals and attainment joined to an extract: from the file to the findings.

use senlens_tests::tables::TextTable;
use senlens_tests::{said, senlens};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const YEARS: [&str; 2] = ["202122", "202223"];

/// Invents pupils by the command; gives what `truth.csv` says, by what, year and where.
fn invent(folder: &Path, more: &[&str]) -> BTreeMap<(String, String, String), u64> {
    let out = folder.to_string_lossy().into_owned();
    let mut words = vec!["synth", "--layout", "csv", "--pupils", "20000", "--out", &out];
    words.extend(["--years", "202122,202223"]);
    words.extend(more);
    let output = senlens(&words);
    assert!(output.status.success(), "{}", said(&output));
    let mut truth = csv::Reader::from_path(folder.join("truth.csv")).expect("the truth");
    truth
        .records()
        .map(|row| {
            let row = row.expect("CSV");
            let text = |at: usize| row[at].to_owned();
            ((text(0), text(2), text(3)), row[4].parse().expect("a count"))
        })
        .collect()
}

fn run(folder: &Path) -> String {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let output = senlens(&[
        "run",
        "--pupils",
        &path("csv"),
        "--schools",
        &path("schools.csv"),
        "--area",
        "essex",
        "--audience",
        "internal",
        "--out",
        &path("out"),
    ]);
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

const RULES: [(&str, &str); 3] = [
    ("semh_proxies", "Suspended"),
    ("slcn_proxies", "LanguageGoals"),
    ("over_identification_check", "ExpectedStandard"),
];

#[test]
fn what_is_joined_to_an_extract_reaches_the_findings() {
    let folder = tempfile::tempdir().expect("a folder");
    let truth = invent(folder.path(), &["--marks", "--plant", "one-in-ten"]);
    let words = run(folder.path());
    for (rule, _) in RULES {
        assert!(!words.contains(rule), "{rule} could run: {words}");
    }
    let flags = TextTable::of_run(&folder.path().join("out"), "flags");
    let sum = |what: &str| -> u64 {
        let of_year = truth
            .iter()
            .filter(|((name, year, _), _)| name == what && year == YEARS[1]);
        of_year.map(|(_, count)| count).sum()
    };
    for (rule, mark) in RULES {
        let (of, with) = (
            sum(&format!("MLD with {mark} known")),
            sum(&format!("MLD that bear it ({mark})")),
        );
        assert!(with > 5 && of > with, "{mark}: {with} of {of}");
        let of_rule = flags.rows_where(&[("rule", rule), ("geographic_level", "Local authority")]);
        assert!(!of_rule.is_empty(), "{rule}");
        for row in of_rule {
            let said = &row["evidence"];
            assert!(
                said.contains(&format!("{with} of {of} (")),
                "{rule}: {with} of {of}: {said}"
            );
        }
        assert!(
            flags
                .rows_where(&[("rule", rule), ("geographic_level", "School")])
                .len()
                > 20
        );
    }
}

/// The gate has no rule for these, so a public run leaves them out: public tables are the same bytes with and without.
#[test]
fn no_public_table_knows_of_it() {
    let public = |more: &[&str]| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let (out, csv, sen2) = (path("."), path("csv"), path("sen2"));
        let mut words = vec![
            "synth", "--layout", "csv", "--pupils", "8000", "--seed", "11", "--out", &out,
        ];
        words.extend(["--years", "202122,202223"]);
        words.extend(more);
        let output = senlens(&words);
        assert!(output.status.success(), "{}", said(&output));
        let header = fs::read_to_string(folder.path().join("csv/pupils_202223.csv")).expect("there");
        let output = senlens(&[
            "run",
            "--pupils",
            &csv,
            "--plans",
            &sen2,
            "--schools",
            &path("schools.csv"),
            "--year",
            "202223",
            "--area",
            "essex",
            "--audience",
            "public",
            "--date",
            "2026-01-31",
            "--out",
            &path("public"),
        ]);
        assert!(output.status.success(), "{}", said(&output));
        let tables: BTreeMap<String, Vec<u8>> = fs::read_dir(folder.path().join("public/tables"))
            .expect("tables")
            .map(|entry| {
                let path = entry.expect("readable").path();
                (
                    path.display()
                        .to_string()
                        .rsplit('/')
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                    fs::read(path).expect("there"),
                )
            })
            .collect();
        (header.lines().next().unwrap_or_default().to_owned(), tables)
    };
    let ((header, with), (plain, without)) = (public(&["--marks"]), public(&[]));
    assert!(
        header.starts_with(&plain) && header.ends_with("ExpectedStandard"),
        "{header}"
    );
    assert!(with.len() >= 8 && with == without);
}

#[test]
fn without_it_the_run_says_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let truth = invent(folder.path(), &[]);
    assert!(truth.keys().all(|(what, _, _)| !what.starts_with("MLD with")));
    let words = run(folder.path());
    assert!(
        words.contains("semh_proxies") && words.contains("slcn_proxies"),
        "{words}"
    );
}

/// `--years` and `--dirty` of `senlens synth`: the years are there, and `check` finds what `truth.csv` says was planted.
#[test]
fn years_and_dirt_of_synth_are_what_check_finds() {
    let folder = tempfile::tempdir().expect("a folder");
    let truth = invent(folder.path(), &["--marks", "--dirty", "3"]);
    let schools = folder.path().join("schools.csv").to_string_lossy().into_owned();
    for year in YEARS {
        let file = folder.path().join(format!("csv/pupils_{year}.csv"));
        let text = fs::read_to_string(&file).expect("a file a year");
        assert!(text.lines().skip(1).all(|line| line.starts_with(year)));
        let output = senlens(&[
            "check",
            &file.to_string_lossy(),
            "--schools",
            &schools,
            "--format",
            "json",
        ]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let rules = report["rules"].as_array().expect("rules");
        let found: BTreeMap<String, u64> = rules
            .iter()
            .map(|rule| {
                let id = rule["rule"].as_str().expect("an id").to_owned();
                (id, rule["records"].as_u64().expect("a count"))
            })
            .collect();
        let planted: BTreeMap<String, u64> = truth
            .iter()
            .filter(|((what, at, _), _)| what == "breaks a rule" && at == year)
            .map(|((_, _, rule), count)| (rule.clone(), *count))
            .collect();
        assert!(planted.len() > 30 && planted.values().all(|count| *count == 3));
        assert_eq!(found, planted, "{year}");
    }
}
