//! Times the reading of pupil records against rivals, on files that `senlens-synth` wrote.
//!
//! ```text
//! cargo bench --workspace --bench pupils -- FOLDER PUPILS [YEARS] [--python PYTHON]
//! ```
//! Invents PUPILS a year for YEARS years in FOLDER (unless they are there), then reads each layout five times and
//! prints medians in seconds. With a Python that has duckdb, polars and lxml, `rivals.py` runs in turn on the same
//! files and the ratios are printed.
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
};
use rayon::prelude::*;
use senlens_model::AcademicYear;
use senlens_pupils::{Linking, PupilOptions, SchoolDirectory, read_pupils};
use senlens_synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Instant,
};

const TIMES: usize = 5;

/// Seconds by the clock, and seconds of processor: the second is the fairer ratio on a machine with other work.
#[derive(Debug, Clone, Copy)]
struct Taken {
    clock: f64,
    processor: f64,
    /// The most memory held meanwhile, in MiB, where the system says.
    memory: u64,
}

fn once(run: impl FnOnce()) -> Taken {
    // Where the system can, the mark of the most memory starts again from here.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let (start, used) = (Instant::now(), processor_seconds());
    run();
    Taken {
        clock: start.elapsed().as_secs_f64(),
        processor: processor_seconds() - used,
        memory: most_memory() >> 10,
    }
}

fn median(mut run: impl FnMut()) -> Taken {
    let taken: Vec<Taken> = (0..TIMES).map(|_| once(&mut run)).collect();
    let middle = |of: fn(&Taken) -> f64| {
        let mut values: Vec<f64> = taken.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[TIMES / 2]
    };
    Taken {
        clock: middle(|taken| taken.clock),
        processor: middle(|taken| taken.processor),
        memory: taken.iter().map(|taken| taken.memory).max().unwrap_or(0),
    }
}

/// Processor time of this process and its threads, where the system says; a hundredth of a second is its grain.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let Some(folder) = words.first().map(PathBuf::from) else {
        println!("not run: give a folder, a number of pupils, and perhaps a number of years");
        return;
    };
    let pupils: u32 = words.get(1).and_then(|word| word.parse().ok()).unwrap_or(220_000);
    let years: u16 = words.get(2).and_then(|word| word.parse().ok()).unwrap_or(1);
    let python = words
        .iter()
        .position(|word| word == "--python")
        .and_then(|at| words.get(at + 1));
    let years: Vec<AcademicYear> = (0..years)
        .map(|year| AcademicYear::starting(2020 + year).expect("a year"))
        .collect();
    let is_large = pupils > 1_000_000;
    // England as XML is 12 GB a year: a county shows the same speed.
    let layouts: &[PupilLayout] = if is_large {
        &[PupilLayout::Parquet, PupilLayout::Csv]
    } else {
        &[
            PupilLayout::Parquet,
            PupilLayout::Csv,
            PupilLayout::XmlAuthority,
            PupilLayout::Xml,
        ]
    };
    if !folder.join("truth.csv").exists() {
        let settings = PupilSettings {
            seed: 1,
            pupils,
            years: years.clone(),
            masking: None,
            dirty_records_a_rule: 0,
        };
        let start = Instant::now();
        write_pupils(&folder, &settings, layouts).expect("written");
        println!("invented in {:.1} s", start.elapsed().as_secs_f64());
    }
    let schools = SchoolDirectory::read(&folder.join("schools.csv"), None).expect("schools");
    let mut figures: BTreeMap<String, Taken> = BTreeMap::new();
    let mut note = |name: &str, taken: Taken| {
        println!(
            "{name}: {:.3} s, {:.3} s of processor, at most {} MiB",
            taken.clock, taken.processor, taken.memory
        );
        figures.insert(name.to_owned(), taken);
    };
    let first = years[0];
    let parquet = folder.join(format!("parquet/pupils_{first}.parquet"));
    note(
        "parquet: bare decoding of nine columns",
        median(|| bare_decoding(&parquet)),
    );
    let count = |paths: &[PathBuf], linking: Linking| {
        let mut options = PupilOptions::new(&schools).expect("a key");
        if matches!(linking, Linking::Off) {
            // As the SQL does: counts, without looking at pupil numbers or dates of birth.
            let off = [
                "upn_missing",
                "upn_shape",
                "upn_check_letter",
                "upn_authority",
                "former_upn_shape",
                "born_unreadable",
                "born_impossible",
                "age_year_group",
            ];
            let off = off
                .into_iter()
                .map(|rule| (rule.to_owned(), senlens_pupils::Level::Ignore))
                .collect();
            options.levels = senlens_pupils::Levels::with(&off).expect("rules");
        }
        options.linking = linking;
        let reading = read_pupils(paths, &options).expect("read");
        assert!(!reading.cells.cells().is_empty());
        reading.cells.cells().len()
    };
    let one = std::slice::from_ref(&parquet);
    println!("cells: {}", count(one, Linking::Off));
    note(
        "parquet: cells",
        median(|| {
            count(one, Linking::Off);
        }),
    );
    note(
        "parquet: cells, every rule and links",
        median(|| {
            count(one, PupilOptions::new(&schools).expect("a key").linking);
        }),
    );
    for layout in &layouts[1..] {
        let path = match layout {
            PupilLayout::Csv => folder.join(format!("csv/pupils_{first}.csv")),
            PupilLayout::XmlAuthority => folder.join(format!("xml-authority/census_{first}.xml")),
            _ => folder.join("xml").join(first.to_string()),
        };
        let path = [path];
        note(
            &format!("{}: cells", layout.as_str()),
            median(|| {
                count(&path, Linking::Off);
            }),
        );
        if *layout == PupilLayout::XmlAuthority {
            let one_core = rayon::ThreadPoolBuilder::new()
                .num_threads(1)
                .build()
                .expect("a thread");
            note(
                "xml-authority: cells, one core",
                median(|| {
                    one_core.install(|| count(&path, Linking::Off));
                }),
            );
            note(
                "xml-authority: quick-xml tokenising, one core",
                median(|| tokenise(&path[0])),
            );
        }
    }
    for count_of_years in 1..=years.len() {
        let paths: Vec<PathBuf> = years[..count_of_years]
            .iter()
            .map(|year| folder.join(format!("parquet/pupils_{year}.parquet")))
            .collect();
        let linking = PupilOptions::new(&schools).expect("a key").linking;
        note(
            &format!("parquet: {count_of_years} years, every rule and links"),
            once(|| {
                count(&paths, linking);
            }),
        );
    }
    if let Some(python) = python {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/rivals.py");
        let said = Command::new(python)
            .arg(script)
            .arg(&folder)
            .arg(first.to_string())
            .output()
            .expect("python runs");
        print!(
            "{}{}",
            String::from_utf8_lossy(&said.stdout),
            String::from_utf8_lossy(&said.stderr)
        );
        for line in String::from_utf8_lossy(&said.stdout).lines() {
            let Some((name, seconds)) = line.rsplit_once(": ") else {
                continue;
            };
            let mut numbers = seconds.split(' ').filter_map(|word| word.parse().ok());
            if let (Some(clock), Some(processor)) = (numbers.next(), numbers.next()) {
                let memory = 0;
                figures.insert(
                    name.to_owned(),
                    Taken {
                        clock,
                        processor,
                        memory,
                    },
                );
            }
        }
    }
    for (ours, theirs) in [
        ("parquet: cells", "duckdb: the same count"),
        ("parquet: bare decoding of nine columns", "duckdb: the same count"),
        ("csv: cells", "polars: scan of the same columns"),
        (
            "xml-authority: cells, one core",
            "xml-authority: quick-xml tokenising, one core",
        ),
        ("xml-authority: cells, one core", "lxml: the same count"),
    ] {
        if let (Some(one), Some(other)) = (figures.get(ours), figures.get(theirs)) {
            println!(
                "ratio {ours} / {theirs}: {:.2}; of processor {:.2}",
                one.clock / other.clock,
                one.processor / other.processor
            );
        }
    }
}

/// Decodes the counted columns and throws them away: what no counting can be quicker than.
fn bare_decoding(path: &Path) {
    const COLUMNS: [&str; 9] = [
        "AcademicYear",
        "LAEstab",
        "Sex",
        "Ethnicity",
        "FSMeligible",
        "NCyearActual",
        "SENprovision",
        "PrimarySENtype",
        "SecondarySENtype",
    ];
    let metadata = ArrowReaderMetadata::load(&File::open(path).expect("there"), ArrowReaderOptions::new())
        .expect("Parquet");
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields: Vec<Field> = metadata
        .schema()
        .fields()
        .iter()
        .map(|field| {
            if COLUMNS.contains(&field.name().as_str()) {
                field.as_ref().clone().with_data_type(dictionary.clone())
            } else {
                field.as_ref().clone()
            }
        })
        .collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    let metadata =
        ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).expect("the same columns");
    let rows: usize = (0..metadata.metadata().num_row_groups())
        .into_par_iter()
        .map(|group| {
            let wanted = (0..metadata.schema().fields().len())
                .filter(|at| COLUMNS.contains(&metadata.schema().field(*at).name().as_str()));
            let mask = ProjectionMask::roots(metadata.parquet_schema(), wanted);
            let file = File::open(path).expect("there");
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
                .with_projection(mask)
                .with_row_groups(vec![group])
                .with_batch_size(1 << 15)
                .build()
                .expect("a reader")
                .map(|batch| batch.expect("a batch").num_rows())
                .sum::<usize>()
        })
        .sum();
    assert!(rows > 0);
}

fn tokenise(path: &Path) {
    let text = fs::read_to_string(path).expect("text");
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut events = 0u64;
    loop {
        match reader.read_event().expect("well formed") {
            quick_xml::events::Event::Eof => break,
            _ => events += 1,
        }
    }
    assert!(events > 0);
}

/// The most memory this process has held, in KiB, where the system says.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
