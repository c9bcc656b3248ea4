//! Count once, analyse often: a run on counted cells is the run on the records they were counted from.

use senlens::model::Cells;
use senlens::pupils::SchoolDirectory;
use senlens::pupils::cells_file::{Dialect, cells_query, read_cells};
use senlens::synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use senlens_tests::{said, senlens};
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn invent(folder: &Path, pupils: u32, dirty_records_a_rule: u32) {
    let settings = PupilSettings {
        seed: 7,
        pupils,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule,
    };
    write_pupils(
        folder,
        &settings,
        &[PupilLayout::Csv, PupilLayout::Parquet, PupilLayout::Xml],
    )
    .expect("written");
}

fn words<'a>(fixed: &[&'a str], paths: &'a [(&'a str, String)]) -> Vec<&'a str> {
    let mut words = fixed.to_vec();
    for (flag, path) in paths {
        words.extend([*flag, path.as_str()]);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn a_run_on_cells_is_the_run_on_the_records() {
    let folder = tempfile::tempdir().expect("a folder");
    invent(folder.path(), 8_000, 2);
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    for layout in ["csv", "parquet"] {
        let counted = path(&format!("{layout}.parquet"));
        let output = senlens(&words(
            &["cells"],
            &[
                ("", path(layout)),
                ("--schools", path("schools.csv")),
                ("--out", counted.clone()),
            ],
        ));
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("not for publication"), "{}", said(&output));
    }
    let (one, other) = (fs::read(path("csv.parquet")), fs::read(path("parquet.parquet")));
    assert!(
        one.expect("there") == other.expect("there"),
        "the same cells, the same bytes"
    );
    let run = |pupils: &str, schools: bool, audience: &str, out: &str| {
        let mut given = vec![("--pupils", path(pupils)), ("--out", path(out))];
        if schools {
            given.push(("--schools", path("schools.csv")));
        }
        senlens(&words(
            &["run", "--area", "essex", "--audience", audience],
            &given,
        ))
    };
    for (pupils, schools, out) in [
        ("csv", true, "a"),
        ("csv.parquet", true, "b"),
        ("csv.parquet", false, "c"),
    ] {
        let output = run(pupils, schools, "internal", out);
        assert!(output.status.success(), "{}", said(&output));
    }
    let page = fs::read_to_string(path("c/report.html")).expect("the page");
    assert!(
        page.contains("Official-sensitive: not for publication"),
        "cells of pupils are marked"
    );
    let mut tables = 0;
    for entry in fs::read_dir(path("a/tables")).expect("tables") {
        let name = entry.expect("a table").file_name().to_string_lossy().into_owned();
        let read = |out: &str| fs::read(path(&format!("{out}/tables/{name}"))).expect("a table");
        for out in ["b", "c"] {
            // What is made of links between years is not in cells.
            let there = Path::new(&path(&format!("{out}/tables/{name}"))).exists();
            assert!(!there || read("a") == read(out), "{name} of {out}");
            tables += u32::from(there);
        }
    }
    assert!(tables >= 12, "{tables} tables compared");
    let public = run("csv.parquet", false, "public", "d");
    let is_withheld = fs::read_to_string(path("d/tables/rates.csv")).map(|rates| rates.contains(",c,"));
    assert!(
        is_withheld.unwrap_or(!public.status.success()),
        "a public run on cells passes the gate: {}",
        said(&public)
    );
    let mixed = senlens(&words(
        &["run", "--area", "essex"],
        &[
            ("--pupils", path("csv")),
            ("--pupils", path("csv.parquet")),
            ("--schools", path("schools.csv")),
            ("--out", path("e")),
        ],
    ));
    assert!(said(&mixed).contains("counted twice"), "{}", said(&mixed));
}

/// One school's returns as a folder, as a zip of the folder, and the same pupils as Arrow on standard input.
#[test]
fn a_folder_a_zip_and_standard_input_count_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = PupilSettings {
        seed: 7,
        pupils: 8_000,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule: 0,
    };
    write_pupils(folder.path(), &settings, &[PupilLayout::Arrow, PupilLayout::Xml]).expect("written");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let mut zip = zip::ZipWriter::new(fs::File::create(path("returns.zip")).expect("made"));
    for entry in fs::read_dir(path("xml/202223")).expect("returns") {
        let entry = entry.expect("a return");
        zip.start_file(
            entry.file_name().to_string_lossy(),
            zip::write::SimpleFileOptions::default(),
        )
        .expect("started");
        zip.write_all(&fs::read(entry.path()).expect("read"))
            .expect("written");
    }
    zip.finish().expect("closed");
    // A stream has no end to read from, as a file has: it begins where the file's messages do.
    let file = fs::File::open(path("arrow/pupils_202223.arrow")).expect("there");
    let reader = arrow::ipc::reader::FileReader::try_new(file, None).expect("Arrow");
    let stream = fs::File::create(path("stream")).expect("made");
    let mut writer = arrow::ipc::writer::StreamWriter::try_new(stream, &reader.schema()).expect("a writer");
    for batch in reader {
        writer.write(&batch.expect("a batch")).expect("written");
    }
    writer.finish().expect("written");
    let mut counted = Vec::new();
    for (from, input) in [("xml/202223", None), ("returns.zip", None), ("-", Some("stream"))] {
        let out = path("cells.parquet");
        let schools = path("schools.csv");
        let from = if from == "-" { from.to_owned() } else { path(from) };
        let mut command = Command::new(senlens_tests::binary());
        command.args(["cells", &from, "--schools", &schools, "--out", &out]);
        if let Some(input) = input {
            command.stdin(fs::File::open(path(input)).expect("there"));
        }
        let output = command.output().expect("starts");
        assert!(output.status.success(), "{}", said(&output));
        counted.push(fs::read(&out).expect("cells"));
    }
    assert!(counted[0] == counted[1] && counted[1] == counted[2]);
}

#[test]
fn pupil_records_without_a_schools_file_are_screened_but_not_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    invent(folder.path(), 8_000, 0);
    let xml = folder.path().join("xml/202223").to_string_lossy().into_owned();
    let check = senlens(&["check", &xml]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    assert!(said(&check).contains("--schools"), "{}", said(&check));
    let out = folder.path().join("cells.parquet").to_string_lossy().into_owned();
    let cells = senlens(&["cells", &xml, "--out", &out]);
    assert_eq!(cells.status.code(), Some(2));
    assert!(said(&cells).contains("--schools"), "{}", said(&cells));
}

#[test]
fn a_rule_can_be_set_to_reject_note_or_ignore() {
    let folder = tempfile::tempdir().expect("a folder");
    invent(folder.path(), 8_000, 2);
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let check = |rules: &[&str]| {
        let (csv, schools) = (path("csv"), path("schools.csv"));
        let mut words = vec!["check", &csv, "--schools", &schools, "--format", "json"];
        for rule in rules {
            words.extend(["--rule", rule]);
        }
        let output = senlens(&words);
        (
            String::from_utf8_lossy(&output.stdout).into_owned(),
            said(&output),
        )
    };
    let level = |report: &str| {
        let report: serde_json::Value = serde_json::from_str(report).expect("JSON");
        let rules = report["rules"].as_array().expect("rules").clone();
        let found = rules.iter().find(|rule| rule["rule"] == "need_missing");
        found.map(|rule| rule["level"].as_str().expect("a level").to_owned())
    };
    assert_eq!(level(&check(&[]).0).as_deref(), Some("note"));
    assert_eq!(
        level(&check(&["need_missing=reject"]).0).as_deref(),
        Some("reject")
    );
    assert_eq!(level(&check(&["need_missing=ignore"]).0), None);
    assert!(
        check(&["need_missing=perhaps"])
            .1
            .contains("reject, note or ignore")
    );
    assert!(check(&["nead_missing=note"]).1.contains("no such rule"));
}

/// Records and schools in a folder, and the cells that we count of them.
fn counted_by_us(folder: &Path) -> Cells {
    invent(folder, 30_000, 0);
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let ours = senlens(&words(
        &["cells"],
        &[
            ("", path("csv")),
            ("--schools", path("schools.csv")),
            ("--out", path("ours.parquet")),
        ],
    ));
    assert!(ours.status.success(), "{}", said(&ours));
    let ours = cells_of(folder, "ours.parquet");
    assert!(ours.cells().len() > 9_000);
    ours
}

fn cells_of(folder: &Path, name: &str) -> Cells {
    let schools = SchoolDirectory::read(&folder.join("schools.csv"), None).expect("schools");
    let reading = read_cells(&[folder.join(name)], Some(&schools)).expect("cells");
    reading.cells
}

#[expect(clippy::print_stderr, reason = "a test that was not run must say so")]
fn not_run(needs: &str) {
    eprintln!("not run: needs {needs}");
}

/// The query printed for each dialect gives the same cells: `DuckDB` runs its own, and those of the others as sqlglot
/// reads them. Needs a Python with both: `SENLENS_PYTHON=venv/bin/python`.
#[test]
fn the_query_of_every_dialect_counts_the_same_cells() {
    let Some(python) = std::env::var_os("SENLENS_PYTHON") else {
        return not_run("SENLENS_PYTHON, a Python with duckdb and sqlglot");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let ours = counted_by_us(folder.path());
    for dialect in Dialect::ALL {
        let query = folder.path().join(format!("{dialect}.sql"));
        fs::write(query, cells_query(dialect)).expect("written");
    }
    let script = "import duckdb, sqlglot, sys; f = sys.argv[1]; c = duckdb.connect()
c.execute(f\"create view pupils as select * from '{f}/parquet/pupils_202223.parquet'\")
c.execute(f\"create view schools as select * from read_csv('{f}/schools.csv', all_varchar = true)\")
for dialect in sys.argv[2:]:
    query = open(f'{f}/{dialect}.sql').read()
    if dialect != 'duckdb':
        [query] = sqlglot.transpile(query, read=dialect, write='duckdb')
    c.execute(f\"copy ({query}) to '{f}/{dialect}.parquet'\")
    c.execute(f\"copy ({query}) to '{f}/{dialect}.csv'\")
";
    let output = Command::new(python)
        .args(["-c", script])
        .arg(folder.path())
        .args(Dialect::ALL.map(Dialect::as_str))
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}", said(&output));
    for dialect in Dialect::ALL {
        for kind in ["parquet", "csv"] {
            let theirs = cells_of(folder.path(), &format!("{dialect}.{kind}"));
            assert!(theirs == ours, "{dialect}, {kind}");
        }
    }
}

/// A real `PostgreSQL` runs the query printed for it. Needs a database to make temporary tables in:
/// `SENLENS_PSQL="psql -h /tmp -U me a_database"`.
#[test]
fn postgres_counts_the_same_cells() {
    let Ok(psql) = std::env::var("SENLENS_PSQL") else {
        return not_run("SENLENS_PSQL, a psql command with a database");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let ours = counted_by_us(folder.path());
    let mut script = String::from("\\set ON_ERROR_STOP on\n");
    for (table, file) in [("pupils", "csv/pupils_202223.csv"), ("schools", "schools.csv")] {
        let text = fs::read_to_string(folder.path().join(file)).expect("there");
        let (header, rows) = text.split_once('\n').expect("a header");
        let columns: Vec<String> = header
            .trim()
            .split(',')
            .map(|name| format!("{name} text"))
            .collect();
        let _ = write!(
            script,
            "create temporary table {table} ({});\ncopy {table} from stdin csv;\n{rows}\\.\n",
            columns.join(", ")
        );
    }
    let _ = write!(
        script,
        "copy (\n{}) to stdout csv header;\n",
        cells_query(Dialect::Postgres)
    );
    let mut words = psql.split_whitespace();
    let mut child = Command::new(words.next().expect("a command"))
        .args(words)
        .arg("--quiet")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psql starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(script.as_bytes()).expect("psql listens");
    drop(stdin);
    let output = child.wait_with_output().expect("psql ends");
    assert!(output.status.success(), "{}", said(&output));
    fs::write(folder.path().join("postgres.csv"), &output.stdout).expect("written");
    assert!(cells_of(folder.path(), "postgres.csv") == ours);
}
