//! Pupil records through the whole run: nothing that could point at a child leaves, and a public run holds against its
//! own attack.

use senlens::synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use senlens_tests::tables::TextTable;
use senlens_tests::{files_below, said, senlens, shared};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What of the invented records must never leave: pupil numbers, names, dates of birth, postcodes.
fn secrets(folder: &Path) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    for path in files_below(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "csv"))
    {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_path(&path)
            .expect("CSV");
        let header = reader.headers().expect("a header").clone();
        let columns: Vec<usize> = header
            .iter()
            .enumerate()
            .filter(|(_, name)| {
                ["UPN", "SURNAME", "FORENAME", "DOB", "POSTCODE"]
                    .iter()
                    .any(|part| name.to_uppercase().contains(part))
            })
            .map(|(at, _)| at)
            .collect();
        for record in reader.records() {
            let record = record.expect("a row");
            secrets.extend(
                columns
                    .iter()
                    .filter_map(|at| record.get(*at))
                    .filter(|text| text.len() >= 6)
                    .map(str::to_owned),
            );
        }
    }
    secrets
}

struct Home {
    folder: tempfile::TempDir,
    secrets: BTreeSet<String>,
}

impl Home {
    fn new() -> Self {
        Self::of(8_000, 2)
    }

    fn of(pupils: u32, dirty_records_a_rule: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = PupilSettings {
            seed: 11,
            pupils,
            years: ["202122", "202223"]
                .map(|year| year.parse().expect("a year"))
                .to_vec(),
            masking: None,
            dirty_records_a_rule,
        };
        write_pupils(folder.path(), &settings, &[PupilLayout::Csv]).expect("written");
        let mut secrets = secrets(&folder.path().join("csv"));
        secrets.extend(self::secrets(&folder.path().join("sen2")));
        assert!(
            secrets.len() > 10_000,
            "there is something to hide: {}",
            secrets.len()
        );
        Self { folder, secrets }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn run(&self, audience: &str, out: &str) -> std::process::Output {
        self.run_beside(audience, out, &[])
    }

    fn run_beside(&self, audience: &str, out: &str, more: &[&str]) -> std::process::Output {
        let (pupils, plans, schools) = (self.path("csv"), self.path("sen2"), self.path("schools.csv"));
        let own = [
            "run",
            "--pupils",
            &pupils,
            "--plans",
            &plans,
            "--schools",
            &schools,
            "--year",
            "202223",
            "--area",
            "essex",
            "--audience",
            audience,
            "--out",
            &self.path(out),
        ];
        senlens(&[&own, more].concat())
    }

    /// The first secret that a text holds, if any.
    fn told(&self, text: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(text);
        let words: BTreeSet<&str> = text
            .split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '/'))
            .collect();
        self.secrets
            .iter()
            .find(|secret| words.contains(secret.as_str()))
            .cloned()
    }
}

#[test]
fn no_number_name_date_of_birth_or_postcode_leaves() {
    let home = Home::new();
    let output = home.run("internal", "out");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(home.told(&output.stderr), None, "the talk");
    let written = files_below(&home.folder.path().join("out"));
    assert!(written.len() > 15, "{written:?}");
    for path in written {
        assert_eq!(
            home.told(&fs::read(&path).expect("readable")),
            None,
            "{}",
            path.display()
        );
    }
    let (pupils, schools) = (home.path("csv"), home.path("schools.csv"));
    for format in ["text", "csv", "json", "html"] {
        let check = senlens(&["check", &pupils, "--schools", &schools, "--format", format]);
        assert_eq!(check.status.code(), Some(1), "dirt was planted: {}", said(&check));
        assert_eq!(home.told(&check.stdout), None, "check as {format}");
        assert_eq!(home.told(&check.stderr), None, "check as {format}");
    }
}

#[test]
fn an_internal_run_is_marked_and_its_rows_are_accounted_for() {
    let home = Home::new();
    let output = home.run("internal", "out");
    assert!(output.status.success(), "{}", said(&output));
    let out = home.folder.path().join("out");
    let page = fs::read_to_string(out.join("report.html")).expect("the page");
    assert!(page.contains("Official-sensitive: not for publication"));
    // What pupil records say beyond counts stands in the verdict's evidence and in rules of its own.
    let flags = TextTable::of_run(&out, "flags");
    let own = flags.row_where(&[
        ("rule", "masking"),
        ("geographic_level", "Local authority"),
        ("sen_provision", "Total"),
    ]);
    for words in ["as the second need", "at one census and a need at the next"] {
        assert!(own["evidence"].contains(words), "{own:?}");
    }
    for rule in ["secondary_need_depth", "recoding", "over_identification_check"] {
        assert!(!flags.rows_where(&[("rule", rule)]).is_empty(), "{rule}");
    }
    let record = fs::read_to_string(out.join("run.json")).expect("the record");
    let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    assert_eq!(record["marking"], "Official-sensitive: not for publication");
    for input in record["inputs"].as_array().expect("inputs") {
        let rejected: u64 = input["rejected"]
            .as_object()
            .expect("reasons")
            .values()
            .filter_map(serde_json::Value::as_u64)
            .sum();
        assert_eq!(
            input["read"].as_u64(),
            input["accepted"].as_u64().map(|accepted| accepted + rejected),
            "{input}"
        );
    }
}

#[test]
fn every_file_of_an_internal_run_is_marked() {
    let home = Home::new();
    let output = home.run("internal", "out");
    assert!(output.status.success(), "{}", said(&output));
    let marking = b"Official-sensitive: not for publication";
    let written = files_below(&home.folder.path().join("out"));
    let kinds: BTreeSet<String> = written
        .iter()
        .filter_map(|path| Some(path.extension()?.to_string_lossy().into_owned()))
        .collect();
    let expected = ["csv", "html", "json", "parquet", "png", "svg", "txt"];
    assert_eq!(kinds, expected.map(str::to_owned).into());
    for path in written {
        let bytes = fs::read(&path).expect("readable");
        assert!(
            bytes.windows(marking.len()).any(|window| window == marking),
            "{} does not say that it is not for publication",
            path.display()
        );
    }
}

#[test]
fn counted_cells_and_what_a_check_says_are_marked() {
    let home = Home::new();
    let marking = "Official-sensitive: not for publication";
    let (pupils, schools, cells) = (
        home.path("csv"),
        home.path("schools.csv"),
        home.path("cells.parquet"),
    );
    let counted = senlens(&["cells", &pupils, "--schools", &schools, "--out", &cells]);
    assert!(counted.status.success(), "{}", said(&counted));
    assert!(said(&counted).contains(marking), "{}", said(&counted));
    let bytes = fs::read(&cells).expect("readable");
    assert!(
        bytes
            .windows(marking.len())
            .any(|window| window == marking.as_bytes())
    );
    for format in ["text", "csv", "json", "html"] {
        let check = senlens(&["check", &pupils, "--schools", &schools, "--format", format]);
        assert_eq!(check.status.code(), Some(1), "dirt was planted: {}", said(&check));
        let text = String::from_utf8_lossy(&check.stdout);
        assert!(text.contains(marking), "check as {format}: {text}");
        if format == "csv" {
            // A last column without values: no figure moves.
            let mut rows = csv::ReaderBuilder::new().from_reader(text.as_bytes());
            assert_eq!(rows.headers().expect("a header").get(9), Some(marking));
            let values: BTreeSet<String> = rows
                .records()
                .map(|row| row.expect("a row")[9].to_owned())
                .collect();
            assert_eq!(values, BTreeSet::from([String::new()]));
        }
    }
}

#[test]
fn a_public_run_beside_the_department_s_table_shows_other_authorities_as_published_and_holds() {
    let Some(benchmark) = shared("data/sen_la_phase_need_2022_23.csv") else {
        return;
    };
    let home = Home::of(8_000, 0);
    let benchmark = format!("{}@202223", benchmark.display());
    let output = home.run_beside("public", "public", &["--benchmark", &benchmark]);
    assert!(output.status.success(), "{}", said(&output));
    let folder = home.folder.path().join("public");
    let page = fs::read_to_string(folder.join("report.html")).expect("the page");
    assert!(!page.contains("do not publish this before the Department"));
    let attack = senlens(&["attack", &folder.to_string_lossy()]);
    assert_eq!(attack.status.code(), Some(0), "{}", said(&attack));
    let rates = TextTable::of_run(&folder, "rates");
    // What the Department publishes stands, however small; the county's own schools and districts are protected.
    let mut withheld = BTreeSet::new();
    for row in &rates.rows {
        if row["events"] == "c" {
            withheld.insert(row["geographic_level"].clone());
        }
    }
    let own = ["Local authority district", "Quadrant", "School"].map(str::to_owned);
    assert_eq!(withheld, BTreeSet::from(own));
    let hartlepool = rates.row_where(&[
        ("area_code", "E06000001"),
        ("phase", "State-funded AP school"),
        ("primary_need", "MLD"),
        ("sen_provision", "Total"),
        ("base", "sen"),
    ]);
    assert_eq!(hartlepool["events"], "1", "as in the Department's file");
}

#[test]
fn a_public_run_of_a_small_and_a_larger_county_holds_against_its_own_attack() {
    for (pupils, schools, judged) in [(8_000, 21, 1), (30_000, 59, 3)] {
        let home = Home::of(pupils, 0);
        let output = home.run("public", "public");
        assert!(output.status.success(), "{pupils} pupils: {}", said(&output));
        let folder = home.folder.path().join("public");
        let attack = senlens(&["attack", &folder.to_string_lossy()]);
        assert_eq!(
            attack.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&attack.stdout)
        );
        // What the gate cannot judge is not there, in a table, a sentence or a probability.
        for table in ["sensitivity", "audit_plan", "change", "corrected_prevalence"] {
            assert!(!folder.join(format!("tables/{table}.csv")).exists(), "{table}");
        }
        assert!(!folder.join("audit").exists(), "the plan counts records");
        let flags = TextTable::of_run(&folder, "flags");
        for row in &flags.rows {
            assert!(
                ["masking", "substitution"].contains(&row["rule"].as_str()),
                "{row:?}"
            );
            for words in ["second need", "at the next", "plans begun"] {
                assert!(!row["evidence"].contains(words), "{row:?}");
            }
        }
        for path in files_below(&folder) {
            assert_eq!(
                home.told(&fs::read(&path).expect("readable")),
                None,
                "{}",
                path.display()
            );
        }
        // Something useful is left: of every school its roll, of every district what is not small.
        let mut rates = csv::Reader::from_path(folder.join("tables/rates.csv")).expect("a table");
        let header = rates.headers().expect("a header").clone();
        let at = |name: &str| header.iter().position(|column| column == name).expect(name);
        let (level, need, base) = (at("geographic_level"), at("primary_need"), at("base"));
        let (events, population) = (at("events"), at("population"));
        let (mut seen, mut withheld, mut shown, mut districts) = (BTreeSet::new(), 0, 0, BTreeSet::new());
        for row in rates.records().map(|row| row.expect("a row")) {
            if &row[level] == "School" && &row[base] == "pupils" {
                seen.insert(row[at("area_code")].to_owned());
                assert_ne!(&row[population], "c", "a roll stands in the register");
                match row[events].parse::<u64>() {
                    Ok(count) => {
                        assert!(!(1..5).contains(&count), "{row:?}");
                        shown += 1;
                    }
                    Err(_) => withheld += 1,
                }
            }
            if &row[level] == "Local authority district" && &row[need] == "MLD" && &row[events] != "c" {
                districts.insert(row[at("area_code")].to_owned());
            }
        }
        assert_eq!(seen.len(), schools);
        assert!(
            withheld > 0 && shown > withheld / 2,
            "{shown} shown, {withheld} withheld"
        );
        assert_eq!(districts.len(), judged, "districts with a count of MLD");
    }
}
