//! Leaks are planted in what was released; the attack must find every one.

#![expect(clippy::unwrap_used, reason = "tests and what helps them")]

use senlens_attack::{AttackReport, Count, CountKey, Finding, Options, Places, attack};
use senlens_model::{GeographicLevel, NeedCut, PhaseCut, ProvisionCut};
use senlens_release::{Policy, Publication, Released, release};
use senlens_testing::county::{AsRead, Shape, county, policy, readers, write};
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
    /// Counts held only while a reader does not know which are small.
    ambiguous: u64,
}

impl Run {
    fn new() -> Self {
        Self::of(&shape(), 11)
    }

    fn of(shape: &Shape, seed: u64) -> Self {
        let invented = county(shape, seed);
        let policy = policy(5, "none", "shown");
        let truth = invented.publication.clone();
        let (released, record) = release(invented.publication, &invented.sources, &policy).unwrap();
        let folder = tempfile::tempdir().unwrap();
        write(&released, folder.path());
        Self {
            folder,
            places: invented.places,
            policy,
            truth,
            ambiguous: record.counts.held_by_ambiguity,
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
        let truth = AsRead::of(&self.truth, "rates");
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
    let truth = AsRead::of(&run.truth, "rates");
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
fn of_the_only_child_in_the_authority_nobody_learns_where() {
    // The Department says how few children of the authority have a rare need. If zeros stand everywhere but in one district,
    // the withheld count there says where they are.
    let shape = Shape {
        parts: vec![2, 2],
        schools: (5, 8),
        public_authority: true,
        ..shape()
    };
    let (mut planted, mut few) = (0, 0);
    for seed in 0..6 {
        let run = Run::of(&shape, seed);
        let truth = AsRead::of(&run.truth, "rates");
        let lines = run.rates();
        let same = |row: usize, other: usize| {
            ["phase", "coverage", "sen_provision", "primary_need", "base"]
                .iter()
                .all(|name| truth.text(row, name) == truth.text(other, name))
        };
        let few_of = |row: usize| {
            let of_all = truth.text(row, "geographic_level") == "Local authority"
                && truth.text(row, "primary_need") != "Total"
                && truth.text(row, "phase") == "Total";
            of_all && (1..4).contains(&truth.count(row, "events").figure().unwrap())
        };
        assert!(run.attack().held(), "seed {seed}");
        for whole in (0..truth.rows()).filter(|row| few_of(*row)) {
            let districts: Vec<usize> = (0..truth.rows())
                .filter(|row| truth.text(*row, "geographic_level") == "Local authority district")
                .filter(|row| same(*row, whole))
                .collect();
            let withheld: Vec<usize> = districts
                .iter()
                .copied()
                .filter(|row| lines[row + 1][9] == "c")
                .collect();
            few += 1;
            assert!(withheld.len() != 1, "seed {seed}: {:?}", lines[whole + 1]);
            let children = |row: &usize| truth.count(*row, "events").figure().unwrap() > 0;
            if withheld.iter().filter(|row| children(row)).count() != 1 {
                continue;
            }
            // The zeros are shown again, wherever the same districts' rows say them.
            let mut opened = lines.clone();
            for (row, fields) in opened.iter_mut().skip(1).enumerate() {
                if fields[9] == "c" && truth.count(row, "events").figure() == Some(0) {
                    "0".clone_into(&mut fields[9]);
                }
            }
            let planted_run = Run::of(&shape, seed);
            planted_run.write_rates(&opened);
            let report = planted_run.attack();
            let found = report
                .findings
                .iter()
                .any(|finding| matches!(finding, Finding::Narrowed { .. }));
            assert!(found, "seed {seed}: {report}");
            planted += 1;
            break;
        }
    }
    assert!(few > 5 && planted > 2, "{few} {planted}");
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

impl Run {
    /// The name of a school whose count of MLD, both provisions together, is withheld, and the count.
    fn withheld_in_all(&self) -> (String, u64) {
        let truth = AsRead::of(&self.truth, "rates");
        let lines = self.rates();
        let found = lines.iter().skip(1).enumerate().find(|(row, fields)| {
            truth.text(*row, "geographic_level") == "School"
                && truth.text(*row, "primary_need") == "MLD"
                && truth.text(*row, "base") == "pupils"
                && truth.text(*row, "sen_provision") == "Total"
                && fields[9] == "c"
        });
        let (row, _) = found.expect("the county withholds a school's MLD");
        (
            truth.text(row, "area_name").to_owned(),
            truth.count(row, "events").figure().unwrap(),
        )
    }

    fn write_file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_bar_s_length_a_column_s_height_and_a_point_against_the_axis() {
    let ticks_along = "<text x=\"100\" y=\"92\" font-size=\"10\">0</text>\
        <text x=\"200\" y=\"92\" font-size=\"10\">10</text><text x=\"300\" y=\"92\" font-size=\"10\">20</text>";
    let ticks_up = "<text x=\"5\" y=\"93.5\" font-size=\"10\">0</text><text x=\"5\" y=\"-6.5\" font-size=\"10\">10</text>";
    for (marks, stands_at) in [
        (
            "<text x=\"10\" y=\"50\" font-size=\"10\">SCHOOL</text><rect x=\"100\" y=\"42\" width=\"30\" height=\"8\"/>",
            3.0,
        ),
        (
            "<text x=\"10\" y=\"50\" font-size=\"10\">SCHOOL</text><circle cx=\"140\" cy=\"46\" r=\"3\"/>",
            4.0,
        ),
        (
            "<text x=\"60\" y=\"103\" font-size=\"10\">SCHOOL</text>\
             <rect x=\"55\" y=\"60\" width=\"10\" height=\"30\"/>",
            3.0,
        ),
    ] {
        let run = Run::new();
        let (school, _) = run.withheld_in_all();
        let ticks = if marks.contains("103") {
            ticks_up
        } else {
            ticks_along
        };
        let svg = format!(
            "<svg><title>Pupils with MLD by school</title>{}{ticks}</svg>",
            marks.replace("SCHOOL", &school)
        );
        run.write_file("charts/bars.svg", svg);
        let report = run.attack();
        let drawn = report.findings.iter().find_map(|finding| match finding {
            Finding::Drawn { stands_at, .. } => *stands_at,
            _ => None,
        });
        assert!(
            drawn.is_some_and(|figure| (figure - stands_at).abs() < 0.1),
            "{marks}: {drawn:?} in {report}"
        );
    }
}

#[test]
fn a_number_in_a_row_of_a_drawing_a_record_and_a_picture() {
    let run = Run::new();
    let (school, _) = run.withheld_in_all();
    run.write_file(
        "charts/rows.svg",
        format!(
            "<svg><title>By school</title><text x=\"80\" y=\"20\" font-size=\"10\">Moderate learning</text>\
             <text x=\"80\" y=\"33\" font-size=\"10\">difficulty (MLD)</text>\
             <text x=\"10\" y=\"50\" font-size=\"10\">{school}</text>\
             <text x=\"120\" y=\"50\" font-size=\"10\">1003</text></svg>"
        ),
    );
    run.write_file(
        "notes.json",
        format!("{{\"rows\": [{{\"name\": \"{school}\", \"need\": \"MLD\", \"pupils\": 1003}}]}}"),
    );
    let said = format!("Comment\0{school}: 1003 with MLD");
    let length = u32::try_from(said.len()).unwrap().to_be_bytes();
    let picture = [
        b"\x89PNG\r\n\x1a\n",
        &length[..],
        b"tEXt",
        said.as_bytes(),
        b"0000",
    ]
    .concat();
    run.write_file("charts/rows.png", picture);
    let report = run.attack();
    for name in ["rows.svg", "notes.json", "rows.png"] {
        assert!(
            report
                .findings
                .iter()
                .any(|f| matches!(f, Finding::Words { file, .. } if file == name)),
            "{name}: {report}"
        );
    }
}

#[test]
fn a_chart_s_data_that_leaves_out_the_keys_its_rows_share() {
    let run = Run::new();
    let (school, events) = run.withheld_in_all();
    let urn = school.split(' ').nth(1).unwrap();
    run.write_file(
        "charts/observed.csv",
        format!(
            "geographic_level,area_code,area_name,primary_need,observed\nSchool,{urn},{school},MLD,{events}\n"
        ),
    );
    let report = run.attack();
    assert!(
        report.findings.iter().any(
            |f| matches!(f, Finding::ShownElsewhere { value, .. } if (value - events as f64).abs() < 0.5)
        ),
        "{report}"
    );
}

#[test]
fn a_value_and_a_column_s_statistics_in_parquet() {
    use parquet::data_type::Int64Type;
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use std::sync::Arc;

    // One count is shown, but the file's statistics say that the greatest is another.
    let run = Run::new();
    let schema = Arc::new(parse_message_type("message counts { REQUIRED INT64 events; }").unwrap());
    let file = fs::File::create(run.path().join("tables/counts.parquet")).unwrap();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(file, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column
        .typed::<Int64Type>()
        .write_batch_with_statistics(&[12], None, None, Some(&3), Some(&12), None)
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let report = run.attack();
    assert!(
        report.findings.iter().any(
            |f| matches!(f, Finding::Remnant { column, value, .. } if column == "events" && value == "3")
        ),
        "{report}"
    );

    // A withheld count, null in CSV and given in Parquet.
    let run = Run::new();
    let (_, line, events, _) = run.withheld();
    let lines = run.rates();
    let keys: Vec<usize> = (0..9).collect();
    let fields: Vec<arrow::datatypes::Field> = keys
        .iter()
        .map(|at| arrow::datatypes::Field::new(&lines[0][*at], arrow::datatypes::DataType::Utf8, false))
        .chain([arrow::datatypes::Field::new(
            "events",
            arrow::datatypes::DataType::Int64,
            true,
        )])
        .collect();
    let columns: Vec<arrow::array::ArrayRef> = keys
        .iter()
        .map(|at| Arc::new(arrow::array::StringArray::from(vec![lines[line][*at].clone()])) as _)
        .chain([Arc::new(arrow::array::Int64Array::from(vec![
            i64::try_from(events).unwrap(),
        ])) as _])
        .collect();
    let batch =
        arrow::array::RecordBatch::try_new(Arc::new(arrow::datatypes::Schema::new(fields)), columns).unwrap();
    let file = fs::File::create(run.path().join("tables/rates.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let report = run.attack();
    assert!(
        report.findings.iter().any(
            |f| matches!(f, Finding::ShownElsewhere { value, .. } if (value - events as f64).abs() < 0.5)
        ),
        "{report}"
    );
}

#[test]
fn the_same_run_twice_tells_no_more_than_once() {
    let run = Run::new();
    let report = run.attack_with(&[run.path()]);
    assert!(report.held(), "{report}");
}

#[test]
fn one_who_knows_which_counts_are_small_finds_no_more_where_nothing_hangs_on_ambiguity() {
    // What the record counts as held by ambiguity apart, a reader told which counts are small learns nothing.
    let run = Run::new();
    let truth = AsRead::of(&run.truth, "rates");
    let mut small = std::collections::BTreeSet::new();
    for row in 0..truth.rows() {
        let count = truth.count(row, "events").figure().unwrap();
        let is_school = truth.text(row, "geographic_level") == "School";
        if is_school && (1..5).contains(&count) && truth.text(row, "base") == "pupils" {
            let need = truth.text(row, "primary_need");
            small.insert(CountKey {
                time_period: "202223".to_owned(),
                level: GeographicLevel::School,
                code: truth.text(row, "area_code").to_owned(),
                phase: PhaseCut::Of(truth.text(row, "phase").parse().unwrap()),
                coverage: None,
                provision: ProvisionCut::ALL
                    .into_iter()
                    .find(|provision| provision.as_str() == truth.text(row, "sen_provision"))
                    .unwrap(),
                count: Count::Need(if need == "Total" {
                    NeedCut::Total
                } else {
                    NeedCut::Of(need.parse().unwrap())
                }),
            });
        }
    }
    assert!(small.len() > 30, "{}", small.len());
    let options = Options {
        policy: Some(readers(&run.policy)),
        places: run.places.clone(),
        known_small: small.clone(),
        ..Options::default()
    };
    let report = attack(&[run.path().to_owned()], &options).unwrap();
    let narrowed = report.findings.len() as u64;
    assert!(
        narrowed <= run.ambiguous,
        "{narrowed} of {}: {report}",
        run.ambiguous
    );
    // Told a falsehood, that a count of a hundred is small, the reader would find the sums contradict one another or
    // ranges too narrow: what is told is used.
    let all: std::collections::BTreeSet<CountKey> = small
        .iter()
        .cloned()
        .map(|key| CountKey {
            count: Count::Need(NeedCut::Total),
            ..key
        })
        .collect();
    let told = Options {
        known_small: all,
        ..options
    };
    assert!(!attack(&[run.path().to_owned()], &told).unwrap().held());
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
