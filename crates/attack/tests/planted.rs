//! Leaks planted in what was released: the attack finds every one.

#![expect(clippy::unwrap_used, reason = "tests and what helps them")]

mod county;

use county::{Shape, county, policy, readers, write};
use senlens_attack::{AttackReport, Finding, Options, Places, attack};
use senlens_release::{Policy, Publication, Released, release};
use std::fs;
use std::io::Write as _;
use std::path::Path;

fn shape() -> Shape {
    Shape {
        parts: vec![1],
        schools: (6, 6),
        density: 1.0,
        public_authority: false,
        independents: false,
        authorities: 1,
    }
}

struct Run {
    folder: tempfile::TempDir,
    places: Places,
    policy: Policy,
    truth: Publication,
}

impl Run {
    fn new() -> Self {
        let invented = county(&shape(), 11);
        let policy = policy(5, "none", "shown");
        let truth = invented.publication.clone();
        let (released, _) = release(invented.publication, &invented.sources, &policy).unwrap();
        let folder = tempfile::tempdir().unwrap();
        write(&released, folder.path());
        Self {
            folder,
            places: invented.places,
            policy,
            truth,
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn attack(&self) -> AttackReport {
        self.attack_with(&[])
    }

    fn attack_with(&self, more: &[&Path]) -> AttackReport {
        let mut folders = vec![self.path().to_owned()];
        folders.extend(more.iter().map(|path| (*path).to_owned()));
        let options = Options {
            policy: Some(readers(&self.policy)),
            places: self.places.clone(),
            ..Options::default()
        };
        attack(&folders, &options).unwrap()
    }

    /// A school's count of a need that is withheld: its name, the row's fields in rates.csv, and the true figures.
    fn withheld(&self) -> (String, usize, u64, f64) {
        let truth = self.truth.table("rates").unwrap();
        for (row, fields) in self.rates().iter().skip(1).enumerate() {
            let is_mld = truth.text(row, "primary_need") == "MLD" && truth.text(row, "base") == "pupils";
            if is_mld && truth.text(row, "geographic_level") == "School" && fields[9] == "c" {
                let events = truth.count(row, "events").figure().unwrap();
                let per_hundred = truth.number(row, "per_hundred").figure().unwrap();
                return (
                    truth.text(row, "area_name").to_owned(),
                    row + 1,
                    events,
                    per_hundred,
                );
            }
        }
        panic!("the county withholds a school's MLD")
    }

    /// The fields of rates.csv, its heading first.
    fn rates(&self) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_path(self.path().join("tables/rates.csv"))
            .unwrap();
        reader
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect()
    }

    fn write_rates(&self, lines: &[Vec<String>]) {
        let mut writer = csv::Writer::from_path(self.path().join("tables/rates.csv")).unwrap();
        for line in lines {
            writer.write_record(line).unwrap();
        }
        writer.flush().unwrap();
    }

    /// Puts a figure into a field of rates.csv.
    fn plant(&self, line: usize, field: usize, figure: &str) {
        let mut lines = self.rates();
        figure.clone_into(&mut lines[line][field]);
        self.write_rates(&lines);
    }
}

#[test]
fn what_the_gate_lets_out_holds_before_anything_is_planted() {
    let report = Run::new().attack();
    assert!(report.held(), "{report}");
    assert!(report.withheld > 100);
    assert_eq!(readers(&policy(5, "none", "shown")).minimum_count, 5);
}

#[test]
fn a_withheld_count_shown_in_one_table() {
    let run = Run::new();
    let (_, line, events, _) = run.withheld();
    run.plant(line, 9, &events.to_string());
    let report = run.attack();
    assert!(
        report.findings.iter().any(
            |f| matches!(f, Finding::ShownElsewhere { value, .. } if (value - events as f64).abs() < 0.5)
        ),
        "{report}"
    );
}

#[test]
fn a_withheld_count_given_back_by_its_margins() {
    // Every count that protects another is shown again: a hand that suppresses only the small ones does this.
    let run = Run::new();
    let truth = run.truth.table("rates").unwrap();
    let mut lines = run.rates();
    let mut shown_again = 0;
    for (row, fields) in lines.iter_mut().skip(1).enumerate() {
        for (field, name) in [(9, "events"), (10, "population")] {
            let count = truth.count(row, name).figure().unwrap();
            if fields[field] == "c" && !(1..5).contains(&count) {
                fields[field] = count.to_string();
                shown_again += 1;
            }
        }
    }
    assert!(shown_again > 0);
    run.write_rates(&lines);
    for table in ["benchmarks", "flags", "explanations"] {
        fs::remove_file(run.path().join(format!("tables/{table}.csv"))).unwrap();
    }
    let report = run.attack();
    let recovered = report
        .findings
        .iter()
        .filter(|f| matches!(f, Finding::Narrowed { low, high, .. } if high - low < 1e-6))
        .count();
    assert!(recovered > 0, "{report}");
}

#[test]
fn a_rate_an_interval_and_a_position_beside_a_withheld_count() {
    for (field, figure) in [(11, None), (12, Some("0.4"))] {
        let run = Run::new();
        let (_, line, events, per_hundred) = run.withheld();
        run.plant(
            line,
            field,
            &figure.map_or(per_hundred.to_string(), str::to_owned),
        );
        let report = run.attack();
        let found = report.findings.iter().find_map(|f| match f {
            Finding::Figure { solved, .. } => Some(*solved),
            _ => None,
        });
        assert!(found.is_some(), "{report}");
        if figure.is_none() {
            assert_eq!(found.unwrap(), Some(events as f64));
        }
    }
}

#[test]
fn a_tooltip_a_page_a_worksheet_and_a_chart_s_data() {
    let said = |run: &Run, name: &str| {
        let (school, _, events, _) = run.withheld();
        let words = format!("{school}: {} pupils with MLD", events + 1000);
        match name {
            "charts/bars.svg" => format!("<svg><g><title>{words}</title><rect height=\"3\"/></g></svg>"),
            "charts/points.svg" => {
                format!("<svg><circle data-name=\"{school} MLD\" data-count=\"1003\"/></svg>")
            }
            "report.html" => {
                format!("<table><tr><td>{school}</td><td>MLD</td><td><p>1003</p></td></tr></table>")
            }
            "charts/MLD.csv" => format!("name,pupils\n{school},1003\n"),
            _ => unreachable!("a file of this test"),
        }
    };
    for name in [
        "charts/bars.svg",
        "charts/points.svg",
        "report.html",
        "charts/MLD.csv",
    ] {
        let run = Run::new();
        let path = run.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, said(&run, name)).unwrap();
        let report = run.attack();
        assert!(
            report.findings.iter().any(|f| matches!(f, Finding::Words { .. })),
            "{name}: {report}"
        );
    }
    let run = Run::new();
    let (school, ..) = run.withheld();
    let file = fs::File::create(run.path().join("tables.xlsx")).unwrap();
    let mut archive = zip::ZipWriter::new(file);
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/sharedStrings.xml", options).unwrap();
    write!(archive, "<sst><si><t>{school}</t></si><si><t>MLD</t></si></sst>").unwrap();
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    write!(
        archive,
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>\
         <c r=\"C1\"><f>A9*1</f><v>1003</v></c></row></sheetData></worksheet>"
    )
    .unwrap();
    archive.finish().unwrap();
    let report = run.attack();
    assert!(
        report.findings.iter().any(|f| matches!(f, Finding::Words { .. })),
        "{report}"
    );
}

#[test]
fn a_second_run_that_shows_what_the_first_withheld() {
    let run = Run::new();
    let invented = county(&shape(), 11);
    let lower = policy(3, "none", "shown");
    let (released, _): (Released<Publication>, _) =
        release(invented.publication, &invented.sources, &lower).unwrap();
    let second = tempfile::tempdir().unwrap();
    write(&released, second.path());
    let report = run.attack_with(&[second.path()]);
    assert!(
        report
            .findings
            .iter()
            .any(|f| matches!(f, Finding::ShownElsewhere { .. })),
        "{report}"
    );
}
