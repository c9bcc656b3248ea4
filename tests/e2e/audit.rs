//! The audit loop and the change since an earlier census, on the county of the demo whose truth is known.

use senlens::synth::county::{County, CountySettings};
use senlens_tests::tables::{TextTable, number};
use senlens_tests::{said, senlens};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

struct Demo {
    _home: tempfile::TempDir,
    folder: PathBuf,
}

impl Demo {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("demo");
        let output = senlens(&["demo", "--out", &folder.to_string_lossy()]);
        assert!(output.status.success(), "{}", said(&output));
        Self { _home: home, folder }
    }

    /// A run on the demo's inputs, with more arguments.
    fn run(&self, out: &Path, more: &[&str]) -> Output {
        let input = |name: &str| {
            self.folder
                .join("inputs")
                .join(name)
                .to_string_lossy()
                .into_owned()
        };
        let (schools, benchmark, area) = (input("schools.csv"), input("benchmark.csv"), input("area.toml"));
        let out = out.to_string_lossy();
        let mut arguments = vec![
            "run",
            "--schools",
            &schools,
            "--benchmark",
            &benchmark,
            "--area",
            &area,
            "--year",
            "202223",
            "--out",
            &out,
        ];
        arguments.extend(more);
        senlens(&arguments)
    }
}

/// Numbers that are the same on every machine (Steele and others 2014, `SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ (z >> 31)) % u64::from(end)).expect("below a u32")
    }
}

/// Fills in the sheet as an auditor who errs never would: records are drawn at random, without putting back, from each
/// masked school's records of MLD, of which as many are of other needs as there are in truth. (Rounding each line's share
/// instead would find nothing wherever one record is drawn of a school that moved less than half.)
fn fill_in(sheet: &str, moved: &BTreeMap<String, (u32, u32)>) -> String {
    let mut reader = csv::Reader::from_reader(sheet.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("written");
    let mut chance = Chance(20_260_131);
    for line in reader.records() {
        let mut line: Vec<String> = line.expect("a line").iter().map(str::to_owned).collect();
        let (held, draws): (u32, u32) = (
            line[4].parse().expect("a count"),
            line[5].parse().expect("a count"),
        );
        let mut found = [0u32; 4];
        match (line[3].as_str(), line[2].as_str(), moved.get(&line[0])) {
            ("MLD", "SEN support", Some((slcn, semh))) => {
                let mut left = [held - slcn - semh, *slcn, *semh];
                for _ in 0..draws {
                    let mut place = chance.below(left.iter().sum());
                    let need = left
                        .iter()
                        .position(|many| {
                            let here = place < *many;
                            place = place.saturating_sub(*many);
                            here
                        })
                        .expect("the place lies among what is left");
                    left[need] -= 1;
                    found[need] += 1;
                }
            }
            ("MLD", ..) => found[0] = draws,
            ("SLCN", ..) => found[1] = draws,
            ("SEMH", ..) => found[2] = draws,
            _ => found[3] = draws,
        }
        line[6] = draws.to_string();
        for (cell, count) in line[7..].iter_mut().zip(found) {
            *cell = count.to_string();
        }
        writer.write_record(&line).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("written")).expect("text")
}

#[test]
fn an_audit_corrects_the_numbers_and_makes_the_verdict_surer() {
    let demo = Demo::new();
    let county = County::invent(senlens::DEMO_SEED, &CountySettings::default());
    let truth = county.truth();
    let moved: BTreeMap<String, (u32, u32)> = truth
        .schools
        .iter()
        .map(|school| (school.urn.to_string(), (school.moved_slcn, school.moved_semh)))
        .collect();
    let sheet = fs::read_to_string(demo.folder.join("audit/sheet.csv")).expect("a sheet");
    assert!(sheet.lines().count() > 50, "a plan of some lines");
    let filled = demo.folder.with_file_name("filled.csv");
    fs::write(&filled, fill_in(&sheet, &moved)).expect("written");
    let out = demo.folder.with_file_name("audited");
    let output = demo.run(&out, &["--audit-results", &filled.to_string_lossy()]);
    assert!(output.status.success(), "{}", said(&output));

    let corrected = TextTable::of_run(&out, "corrected_prevalence");
    let (slcn, semh) = moved
        .values()
        .fold((0, 0), |(slcn, semh), one| (slcn + one.0, semh + one.1));
    for (need, change) in [
        ("MLD", -f64::from(slcn + semh)),
        ("SLCN", f64::from(slcn)),
        ("SEMH", f64::from(semh)),
    ] {
        let row = corrected.row_where(&[("geographic_level", "Local authority"), ("primary_need", need)]);
        let true_number = number(row, "recorded") + change;
        // One draw of three 95% intervals misses one in seven times; half as wide again, hardly ever. How often they
        // cover is measured where many audits are simulated: crates/study/src/tests/audit.rs.
        let half = 0.75 * (number(row, "upper") - number(row, "lower"));
        assert!(
            (number(row, "pupils") - true_number).abs() <= half,
            "{need}: {true_number} in {row:?}"
        );
        // Nearer to the truth than what is recorded.
        let (before, after) = (change.abs(), (number(row, "pupils") - true_number).abs());
        assert!(after < before, "{need}: {after} from the truth, {before} before");
    }
    let masking = |run: &Path, name: &str| {
        let flags = TextTable::of_run(run, "flags");
        let row = flags.row_where(&[
            ("rule", "masking"),
            ("geographic_level", "Quadrant"),
            ("area_code", name),
            ("sen_provision", "Total"),
        ]);
        (
            row["level"].clone(),
            number(row, "score"),
            row["evidence"].clone(),
        )
    };
    let planted = truth.quadrant.expect("masking is planted");
    let (level, _, evidence) = masking(&out, planted);
    assert_eq!(level, "red");
    assert!(evidence.contains("an audit found SLCN or SEMH in"), "{evidence}");
    let page = fs::read_to_string(out.join("report.html")).expect("the page");
    assert!(page.contains("What the audit found"));
}

#[test]
fn a_sheet_that_contradicts_itself_is_refused_with_its_place() {
    let demo = Demo::new();
    let sheet = fs::read_to_string(demo.folder.join("audit/sheet.csv")).expect("a sheet");
    let mut lines: Vec<String> = sheet.lines().map(str::to_owned).collect();
    lines[3] = lines[3].trim_end_matches(',').to_owned() + ",1,0,0,0,0,";
    let filled = demo.folder.with_file_name("filled.csv");
    fs::write(&filled, lines.join("\n")).expect("written");
    let out = demo.folder.with_file_name("audited");
    let output = demo.run(&out, &["--audit-results", &filled.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let message = said(&output);
    for part in ["filled.csv", "row 4", "looked_at", "needs found"] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert!(!out.exists());
}

#[test]
fn nothing_changed_where_nothing_did() {
    let demo = Demo::new();
    let text = fs::read_to_string(demo.folder.join("inputs/schools.csv")).expect("the schools");
    let earlier = demo.folder.with_file_name("earlier.csv");
    fs::write(&earlier, text.replace("202223", "202122")).expect("written");
    let out = demo.folder.with_file_name("changed");
    let output = demo.run(
        &out,
        &[
            "--schools",
            &earlier.to_string_lossy(),
            "--action-date",
            "2022-05-17",
        ],
    );
    assert!(output.status.success(), "{}", said(&output));
    let change = TextTable::of_run(&out, "change");
    assert!(change.rows.len() >= 4, "{:?}", change.rows);
    for row in &change.rows {
        assert_eq!(
            (row["since"].as_str(), row["action_date"].as_str()),
            ("202122", "2022-05-17")
        );
        assert!(number(row, "recorded").abs() < 1e-9, "{row:?}");
        assert!(
            number(row, "own_lower") < 0.0 && number(row, "own_upper") > 0.0,
            "{row:?}"
        );
        let parts: f64 = ["national_drift", "mix", "regression_to_the_mean", "own"]
            .iter()
            .map(|name| number(row, name))
            .sum();
        assert!((parts - number(row, "recorded")).abs() < 1e-6, "{row:?}");
    }
    let page = fs::read_to_string(out.join("report.html")).expect("the page");
    assert!(page.contains("before 17 May 2022"));
}
