//! Damaged files over every reader, made by a seeded script: each is refused with a message that names the file, says
//! what was seen and what to do; exit 2; nothing written.

use arrow::array::{ArrayRef, StringArray};
use arrow::record_batch::RecordBatch;
use senlens_tests::{binary, said, senlens};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Numbers that are the same on every machine (Steele and others 2014, `SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % end as u64).expect("below a usize")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Table,
    Toml,
    Xml,
    Columns,
}

/// A reader: a sound file, and the words that have it read.
struct Reader {
    name: &'static str,
    form: Form,
    file: PathBuf,
    words: Vec<String>,
}

struct Desk {
    home: tempfile::TempDir,
    readers: Vec<Reader>,
}

impl Desk {
    fn path(&self, name: &str) -> String {
        self.home.path().join(name).to_string_lossy().into_owned()
    }

    fn new() -> Self {
        let mut desk = Self {
            home: tempfile::tempdir().expect("a folder"),
            readers: Vec::new(),
        };
        for words in [
            "synth --pupils 20000 --out wide",
            "synth --pupils 20000 --layout long --out long",
            "synth --layout csv --pupils 600 --years 202223 --seed 3 --out csv",
            "synth --layout parquet --pupils 600 --years 202223 --seed 3 --out parquet",
            "synth --layout arrow --pupils 600 --years 202223 --seed 3 --out arrow",
            "synth --layout xml-authority --pupils 600 --years 202223 --seed 3 --out xml",
            "demo --out demo",
        ] {
            let output = Command::new(binary())
                .args(words.split(' '))
                .current_dir(desk.home.path())
                .output()
                .expect("starts");
            assert!(output.status.success(), "{words}: {}", said(&output));
        }
        // Independent schools do not state their needs, and a file of cells has no place for what is not known.
        let schools = fs::read_to_string(desk.path("wide/schools.csv")).expect("schools");
        let stated = schools
            .lines()
            .filter(|line| !line.contains("Independent school"));
        fs::write(
            desk.path("stated.csv"),
            stated.collect::<Vec<_>>().join("\n") + "\n",
        )
        .expect("written");
        let cells = [
            "cells",
            &desk.path("stated.csv"),
            "--out",
            &desk.path("wide/cells.parquet"),
        ];
        assert!(senlens(&cells).status.success());
        let sheet = fs::read_to_string(desk.path("demo/audit/sheet.csv")).expect("a sheet");
        let mut lines: Vec<String> = sheet.lines().map(str::to_owned).collect();
        for line in &mut lines[1..4] {
            // Ends in five blanks and the marking's.
            *line = line.strip_suffix(",,,,,,").expect("blank").to_owned() + ",1,1,0,0,0,";
        }
        fs::write(desk.path("filled.csv"), lines.join("\n") + "\n").expect("written");
        fs::write(
            desk.path("links.csv"),
            "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n100001,100002,Invented School,Predecessor,01-09-2021\n\
             100003,100004,Invented Academy,Successor,01-09-2021\n",
        )
        .expect("written");
        fs::write(
            desk.path("config.toml"),
            "schools = ['wide/schools.csv']\narea = 'wide/area.toml'\nout = 'out'\nyear = '202223'\n",
        )
        .expect("written");
        fs::write(
            desk.path("neighbours.csv"),
            "Essex,Kent,Hampshire,Suffolk,Norfolk\nKent,Essex,Kent,Norfolk,Suffolk\nHampshire,Hampshire,Essex,Essex,Essex\n",
        )
        .expect("written");
        fs::write(
            desk.path("mapping.toml"),
            "description = 'the county by mapping'\n[columns]\nurn = 'URN'\nschool_name = 'school_name'\n\
             pupils = 'Total pupils'\nsen_support = 'SEN support'\nehc_plan = 'EHC plan'\n\
             time_period = 'time_period'\nphase_type_grouping = 'phase_type_grouping'\nold_la_code = 'old_la_code'\n\
             la_name = 'la_name'\nnew_la_code = 'new_la_code'\nregion_code = 'region_code'\n\
             region_name = 'region_name'\n\
             district_administrative_code = 'district_administrative_code'\n\
             district_administrative_name = 'district_administrative_name'\n\
             [columns.sen_support_needs]\nMLD = 'SUP_Primary_need_mld'\n\
             [columns.ehc_plan_needs]\nMLD = 'EHC_Primary_need_mld'\n",
        )
        .expect("written");
        fs::write(
            desk.path("policy.toml"),
            senlens::release::Policy::preset("public")
                .expect("built in")
                .text(),
        )
        .expect("written");
        desk.add_readers();
        desk
    }

    fn add_readers(&mut self) {
        let (schools, area) = (self.path("wide/schools.csv"), self.path("wide/area.toml"));
        let (demo_schools, demo_area) = (
            self.path("demo/inputs/schools.csv"),
            self.path("demo/inputs/area.toml"),
        );
        let run = ["run", "--area", &area, "--schools"];
        let of_pupils = ["run", "--area", "essex", "--schools"];
        let pupil_schools = self.path("csv/schools.csv");
        let records = self.path("csv/csv");
        let find = |folder: &str, extension: &str| -> PathBuf {
            let mut files: Vec<PathBuf> = fs::read_dir(self.path(folder))
                .expect("there")
                .map(|entry| entry.expect("readable").path())
                .filter(|path| path.extension().is_some_and(|found| found == extension))
                .collect();
            files.sort();
            files.remove(0)
        };
        let file = |name: &str| PathBuf::from(self.path(name));
        // The damaged file takes the place of `{}`.
        let readers: Vec<(&'static str, Form, PathBuf, Vec<&str>)> = vec![
            (
                "wide",
                Form::Table,
                file("wide/schools.csv"),
                [&run[..], &["{}"]].concat(),
            ),
            (
                "long",
                Form::Table,
                file("long/schools.csv"),
                [&run[..], &["{}"]].concat(),
            ),
            (
                "benchmark",
                Form::Table,
                file("wide/benchmark.csv"),
                [&run[..], &[&schools, "--benchmark", "{}"]].concat(),
            ),
            (
                "sheet",
                Form::Table,
                file("filled.csv"),
                vec![
                    "run",
                    "--area",
                    &demo_area,
                    "--schools",
                    &demo_schools,
                    "--audit-results",
                    "{}",
                ],
            ),
            (
                "links",
                Form::Table,
                file("links.csv"),
                [
                    &of_pupils[..],
                    &[&pupil_schools, "--pupils", &records, "--links", "{}"],
                ]
                .concat(),
            ),
            (
                "neighbours",
                Form::Table,
                file("neighbours.csv"),
                [
                    &of_pupils[..],
                    &[&pupil_schools, "--pupils", &records, "--neighbours", "{}"],
                ]
                .concat(),
            ),
            (
                "mapping",
                Form::Toml,
                file("mapping.toml"),
                [&run[..], &[&schools, "--mapping", "{}"]].concat(),
            ),
            (
                "pupils",
                Form::Table,
                find("csv/csv", "csv"),
                [&of_pupils[..], &[&pupil_schools, "--pupils", "{}"]].concat(),
            ),
            (
                "directory",
                Form::Table,
                file("csv/schools.csv"),
                [&of_pupils[..], &["{}", "--pupils", &records]].concat(),
            ),
            (
                "return",
                Form::Xml,
                find("xml/xml-authority", "xml"),
                [&of_pupils[..], &[&pupil_schools, "--pupils", "{}"]].concat(),
            ),
            (
                "sen2",
                Form::Xml,
                file("csv/sen2.xml"),
                [
                    &of_pupils[..],
                    &[&pupil_schools, "--pupils", &records, "--plans", "{}"],
                ]
                .concat(),
            ),
            (
                "parquet",
                Form::Columns,
                find("parquet/parquet", "parquet"),
                [&of_pupils[..], &[&pupil_schools, "--pupils", "{}"]].concat(),
            ),
            (
                "arrow",
                Form::Columns,
                find("arrow/arrow", "arrow"),
                [&of_pupils[..], &[&pupil_schools, "--pupils", "{}"]].concat(),
            ),
            (
                "cells",
                Form::Columns,
                file("wide/cells.parquet"),
                vec!["run", "--area", &area, "--pupils", "{}"],
            ),
            (
                "area",
                Form::Toml,
                file("wide/area.toml"),
                vec!["run", "--schools", &schools, "--area", "{}"],
            ),
            ("config", Form::Toml, file("config.toml"), vec!["run", "{}"]),
            (
                "policy",
                Form::Toml,
                file("policy.toml"),
                [&run[..], &[&schools, "--audience", "public", "--policy", "{}"]].concat(),
            ),
        ];
        let readers = readers
            .into_iter()
            .map(|(name, form, file, words)| Reader {
                name,
                form,
                file,
                words: words.into_iter().map(str::to_owned).collect(),
            })
            .collect();
        self.readers = readers;
    }

    /// Reads a file in the place of the reader's own, from the desk's folder.
    fn read(&self, reader: &Reader, file: &Path) -> std::process::Output {
        let file = file.to_string_lossy();
        Command::new(binary())
            .args(reader.words.iter().map(|word| word.replace("{}", &file)))
            .args(["--out", &self.path("out")])
            .current_dir(self.home.path())
            .output()
            .expect("starts")
    }
}

/// One way to damage bytes: its name, what the message must say beside the file's name, and the bytes.
type Damage = (&'static str, &'static [&'static str], Vec<u8>);

fn damages(form: Form, bytes: &[u8], chance: &mut Chance) -> Vec<Damage> {
    let mut all: Vec<Damage> = vec![
        ("nothing", &[], Vec::new()),
        (
            "noise",
            &[],
            (0..2_000)
                .map(|_| u8::try_from(chance.below(256)).expect("a byte"))
                .collect(),
        ),
        (
            "page",
            &[],
            b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n".to_vec(),
        ),
        (
            "picture",
            &[],
            [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0; 300]].concat(),
        ),
    ];
    let half = bytes[..bytes.len() / 2].to_vec();
    match form {
        Form::Table => {
            let text = String::from_utf8(bytes.to_vec()).expect("text");
            let lines: Vec<&str> = text.lines().collect();
            let at = 1 + chance.below(lines.len() - 1);
            let with_line = |line: String| {
                let mut all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
                all[at] = line;
                (all.join("\n") + "\n").into_bytes()
            };
            let comma = lines[at].find(',').expect("fields");
            let (first, rest) = lines[at].split_at(comma);
            // Half a file, cut within a row.
            let mut cut = bytes.len() / 2;
            while bytes[cut] == b'\n' || bytes[cut - 1] == b'\n' {
                cut += 1;
            }
            let row_end = text[..cut].rfind('\n').expect("a row");
            let third = text[row_end..].match_indices(',').nth(2).expect("fields").0;
            all.push(("half", &["row"], bytes[..row_end + third].to_vec()));
            all.push(("header", &[], (lines[0].to_owned() + "\n").into_bytes()));
            all.push(("quote", &["row"], with_line(format!("\"{first}{rest}"))));
            all.push(("extra", &["row"], with_line(format!("{first},{first}{rest}"))));
            all.push(("nul", &[], with_line(format!("{first}\0{rest}"))));
            let headless = (lines[1..].join("\n") + "\n").into_bytes();
            all.push(("headless", &[], headless));
        }
        Form::Toml => {
            let text = String::from_utf8(bytes.to_vec()).expect("text");
            all.push(("unknown", &["line"], format!("shcools = 1\n{text}").into_bytes()));
            all.push(("open", &["line"], format!("out = 'x\n{text}").into_bytes()));
            all.push(("csv", &["line"], b"urn,name\n100001,School\n".to_vec()));
        }
        Form::Xml => {
            let text = String::from_utf8(bytes.to_vec()).expect("text");
            let close = text.rfind("</").expect("a closing tag");
            all.push(("half", &[], half));
            all.push(("open", &[], text.as_bytes()[..close].to_vec()));
            all.push((
                "other",
                &[],
                b"<?xml version=\"1.0\"?><rss><channel/></rss>".to_vec(),
            ));
            let middle = text[text.len() / 2..].find('<').expect("a tag") + text.len() / 2;
            all.push((
                "tag",
                &[],
                [&text[..middle], "<Pupil", &text[middle..]].concat().into_bytes(),
            ));
        }
        Form::Columns => {
            all.push(("half", &[], half));
            all.push(("start", &[], bytes[..8].to_vec()));
            all.push(("end", &[], bytes[..bytes.len() - 1].to_vec()));
            let mut length = bytes.to_vec();
            let from = bytes.len() - 8;
            length[from..from + 4].copy_from_slice(&[0xff; 4]);
            all.push(("length", &[], length));
        }
    }
    all
}

#[test]
fn a_hundred_damaged_files_are_refused_with_a_message() {
    let desk = Desk::new();
    let mut chance = Chance(20_260_131);
    let mut faults = Vec::new();
    let mut count = 0;
    for reader in &desk.readers {
        // Sound as it is: what is refused below is refused for its damage.
        let output = desk.read(reader, &reader.file);
        assert!(output.status.success(), "{}: {}", reader.name, said(&output));
        fs::remove_dir_all(desk.path("out")).expect("gone");
        let bytes = fs::read(&reader.file).expect("there");
        let extension = reader
            .file
            .extension()
            .expect("has one")
            .to_string_lossy()
            .into_owned();
        for (damage, says, damaged) in damages(reader.form, &bytes, &mut chance) {
            // Of a pupil extract, one row with a field too many is set aside and counted.
            if reader.name == "pupils" && damage == "extra" {
                continue;
            }
            let name = format!("{}_{damage}.{extension}", reader.name);
            let file = PathBuf::from(desk.path(&name));
            fs::write(&file, &damaged).expect("written");
            let output = desk.read(reader, &file);
            count += 1;
            let message = said(&output);
            let words = message.replace('│', " ");
            let words: String = words.split_whitespace().collect();
            let fault = |what: &str| format!("{name}: {what} ({:?})\n{message}", output.status.code());
            if output.status.code() != Some(2) {
                faults.push(fault("exit 2"));
            } else if !words.contains(&name) {
                faults.push(fault("the file is not named"));
            } else if !["hint:", "tomendit:"].iter().any(|lead| words.contains(lead)) {
                faults.push(fault("no word of what to do"));
            } else if words.contains("panicked") {
                faults.push(fault("panicked"));
            } else if let Some(unsaid) = says.iter().find(|said| !words.contains(*said)) {
                faults.push(fault(&format!("`{unsaid}` is not said")));
            }
            if fs::remove_dir_all(desk.path("out")).is_ok() {
                faults.push(fault("something was written"));
            }
            fs::remove_file(&file).expect("gone");
        }
    }
    assert!(count >= 100, "{count} damaged files");
    assert!(
        faults.is_empty(),
        "{} of {count}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// A school file as Parquet, from the columns of a CSV text.
fn parquet_of(text: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let columns = header.iter().enumerate().map(|(at, name)| {
        let values: StringArray = rows.iter().map(|row| Some(row[at].to_owned())).collect();
        (name.to_owned(), Arc::new(values) as ArrayRef)
    });
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    bytes
}

/// A Parquet with one byte changed is read or refused; nothing aborts, hangs or panics. One without rows is refused.
#[test]
fn a_parquet_with_one_byte_changed_is_read_or_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    assert!(
        senlens(&["synth", "--pupils", "20000", "--out", &path("wide")])
            .status
            .success()
    );
    let text = fs::read_to_string(path("wide/schools.csv")).expect("there");
    let sound = parquet_of(&text);
    let file = path("schools.parquet");
    let mut chance = Chance(7);
    for trial in 0..60 {
        let mut bytes = sound.clone();
        // Half of them in the footer, where the shape of everything is said.
        let at = if trial % 2 == 0 {
            chance.below(bytes.len())
        } else {
            bytes.len() - 1 - chance.below(bytes.len().min(3_000))
        };
        bytes[at] ^= u8::try_from(1 + chance.below(255)).expect("a byte");
        fs::write(&file, &bytes).expect("written");
        let output = senlens(&["check", &file]);
        let message = [
            said(&output),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        ]
        .concat();
        assert!(
            matches!(output.status.code(), Some(0..=2)),
            "byte {at}: {:?}\n{message}",
            output.status
        );
        assert!(!message.contains("panicked"), "byte {at}: {message}");
    }
    let header = text.lines().next().expect("a header").to_owned() + "\n";
    fs::write(&file, parquet_of(&header)).expect("written");
    let output = senlens(&[
        "run",
        "--schools",
        &file,
        "--area",
        &path("wide/area.toml"),
        "--out",
        &path("out"),
    ]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("schools.parquet"), "{}", said(&output));
}
