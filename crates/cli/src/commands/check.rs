//! `senlens check`

use super::FINDINGS;
use super::talk::{print, say};
use crate::arguments::{Check, Format};
use miette::{Report, miette};
use senlens::ingest::pupil::{
    self, PupilOptions, PupilReport, SchoolDirectory, column_names, read_pupils, suggest_mapping,
};
use senlens::ingest::{Error, Layout, Mapping, ReadOptions, detect, read_benchmark, read_schools};
use senlens::model::{AcademicYear, SourceKind};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn carry_out(arguments: &Check) -> Result<ExitCode, Report> {
    if arguments.suggest_mapping {
        return suggest(&arguments.files[0]);
    }
    let year = match &arguments.year {
        Some(year) => Some(year.parse().map_err(|error| miette!("--year: {error}"))?),
        None => None,
    };
    match &arguments.schools {
        Some(schools) => pupils(arguments, schools, year),
        None => published(arguments, year),
    }
}

fn wrong(error: &Error) -> Report {
    miette!("{error}")
}

/// Proposes a mapping from the names of an extract's columns.
fn suggest(file: &Path) -> Result<ExitCode, Report> {
    match column_names(file).map_err(|error| wrong(&error))? {
        Some(names) => print(suggest_mapping(&names).to_toml().trim_end()),
        None => say("a census return in XML needs no mapping: its names are fixed"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Screens pupil records against the rules.
fn pupils(arguments: &Check, schools: &Path, year: Option<AcademicYear>) -> Result<ExitCode, Report> {
    let directory = SchoolDirectory::read(schools, None).map_err(|error| wrong(&error))?;
    let mapping = match &arguments.mapping {
        Some(path) => Some(pupil::Mapping::parse(&text_of(path)?).map_err(|error| wrong(&error))?),
        None => None,
    };
    let usual = PupilOptions::new(&directory).map_err(|error| wrong(&error))?;
    let options = PupilOptions {
        mapping: mapping.as_ref(),
        year,
        ..usual
    };
    let reading = read_pupils(&arguments.files, &options).map_err(|error| wrong(&error))?;
    let report = PupilReport::of(&reading);
    let text = match arguments.format {
        Format::Text => report.to_text(),
        Format::Csv => report.to_csv(),
        Format::Html => report.to_html(),
        Format::Json => serde_json::to_string_pretty(&report).map_err(|error| miette!("{error}"))?,
    };
    print(text.trim_end());
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FINDINGS)
    })
}

/// Screens published tables, each by the layout its header shows.
fn published(arguments: &Check, year: Option<AcademicYear>) -> Result<ExitCode, Report> {
    let mapping = match &arguments.mapping {
        Some(path) => Some(Mapping::from_toml(&text_of(path)?).map_err(|error| wrong(&error))?),
        None => None,
    };
    let options = ReadOptions {
        mapping,
        year,
        kind: SourceKind::Published,
    };
    let mut clean = true;
    for file in &arguments.files {
        let paths = std::slice::from_ref(file);
        let of_areas = detect(paths).is_ok_and(|found| {
            found.iter().any(|each| {
                matches!(
                    each.layout,
                    Some(Layout::LaPhaseNeed | Layout::Tidy | Layout::TidyByNeed)
                )
            })
        });
        let read = if of_areas {
            read_benchmark(paths, &options)
        } else {
            read_schools(paths, &options).map(|reading| vec![reading])
        };
        match read {
            Ok(readings) => {
                for reading in readings {
                    for account in &reading.accounts {
                        print(&format!(
                            "{} ({}): {} rows read, {} used",
                            account.file(),
                            account.layout(),
                            account.read(),
                            account.accepted()
                        ));
                        for (reason, rows) in account.rejected() {
                            print(&format!("  left out: {rows} ({reason})"));
                        }
                    }
                    for note in &reading.notes {
                        print(&format!("  note: {note}"));
                    }
                }
            }
            Err(error) => {
                clean = false;
                print(&error.to_string());
            }
        }
    }
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FINDINGS)
    })
}

fn text_of(path: &Path) -> Result<String, Report> {
    std::fs::read_to_string(path).map_err(|error| miette!("cannot read `{}`: {error}", path.display()))
}
