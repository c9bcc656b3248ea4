//! `senlens check`

use super::FINDINGS;
use super::output::{in_line, print, print_data, say};
use super::progress::Progress;
use crate::arguments::{Check, Format};
use miette::{Report, miette};
use senlens::files::{Error, RowAccount};
use senlens::model::{AcademicYear, SourceKind};
use senlens::published::{Layout, Mapping, ReadOptions, detect, read_benchmark, read_schools};
use senlens::pupils::{
    self, Level, Levels, PupilOptions, PupilReport, Purpose, SchoolDirectory, column_names, is_pupil_file,
    read_pupils, schools_of_records, suggest_mapping,
};
use senlens::school_directory;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(arguments: &Check) -> Result<ExitCode, Report> {
    for path in &arguments.files {
        is_readable(path)?;
    }
    if arguments.suggest_mapping {
        let [file] = &arguments.files[..] else {
            return Err(miette!("--suggest-mapping looks at one file: give one"));
        };
        return suggest(file);
    }
    let year = match &arguments.year {
        Some(year) => Some(year.parse().map_err(|error| miette!("--year: {error}"))?),
        None => None,
    };
    let are_pupils = arguments.schools.is_some() || arguments.files.iter().any(|file| is_pupil_file(file));
    if are_pupils {
        return pupils(arguments, year);
    }
    if !arguments.rules.is_empty() {
        return Err(unused("--rule", "pupil records"));
    }
    if arguments.format != Format::Text {
        return Err(unused("--format", "pupil records"));
    }
    published(arguments, year)
}

/// What is wrong with a mapping file.
pub(super) fn of_mapping(path: &Path, error: &Error) -> Report {
    miette!(
        "`{}`: {error}\n  hint: `senlens check FILE --suggest-mapping` prints one for pupil records",
        path.display()
    )
}

/// An option that would be passed over.
pub(super) fn unused(option: &str, needs: &str) -> Report {
    miette!("{option} was given and would not be used: it goes with {needs}")
}

/// Refuses a pipe or a device, which could be waited for without end.
pub(super) fn is_readable(path: &Path) -> Result<(), Report> {
    senlens::files::is_no_pipe(path, &path.display().to_string()).map_err(|problem| wrong(&problem.into()))
}

pub(super) fn wrong(error: &Error) -> Report {
    miette!("{error}")
}

/// Proposes a mapping from the names of an extract's columns.
fn suggest(file: &Path) -> Result<ExitCode, Report> {
    match column_names(file).map_err(|error| wrong(&error))? {
        Some(names) => print(suggest_mapping(&names).to_toml().trim_end())?,
        None => say("a census return in XML needs no mapping: its names are fixed"),
    }
    Ok(ExitCode::SUCCESS)
}

fn options<'a>(
    directory: &'a SchoolDirectory,
    mapping: Option<&'a pupils::Mapping>,
    year: Option<AcademicYear>,
    levels: &Levels,
) -> Result<PupilOptions<'a>, Report> {
    Ok(PupilOptions {
        mapping,
        year,
        levels: levels.clone(),
        purpose: Purpose::Screen,
        ..PupilOptions::new(directory).map_err(|error| wrong(&error))?
    })
}

/// Screens pupil records against the rules.
fn pupils(arguments: &Check, year: Option<AcademicYear>) -> Result<ExitCode, Report> {
    let mapping = match &arguments.mapping {
        Some(path) => {
            Some(pupils::Mapping::parse(&text_of(path)?).map_err(|error| of_mapping(path, &error))?)
        }
        None => None,
    };
    let levels = levels(&arguments.rules)?;
    let directory = match &arguments.schools {
        Some(schools) => {
            school_directory(schools, None)
                .map_err(|error| miette!("{error}"))?
                .1
        }
        None if arguments.files.iter().any(|file| file.as_os_str() == "-") => {
            return Err(miette!(
                "standard input can be read once only: name the schools with --schools"
            ));
        }
        None => {
            let nowhere = SchoolDirectory::new([], None);
            let options = options(&nowhere, mapping.as_ref(), year, &levels)?;
            let found = Progress::during("looking for the schools", || {
                schools_of_records(&arguments.files, &options)
            });
            say("no schools file (--schools): whether a school is one of the authority's is not looked at");
            found.map_err(|error| wrong(&error))?
        }
    };
    let options = options(&directory, mapping.as_ref(), year, &levels)?;
    let reading = Progress::during("reading the records", || read_pupils(&arguments.files, &options))
        .map_err(|error| wrong(&error))?;
    let report = PupilReport::of(&reading);
    let text = match arguments.format {
        Format::Text => report.to_text(),
        Format::Csv => report.to_csv(),
        Format::Html => report.to_html(),
        Format::Json => serde_json::to_string_pretty(&report).map_err(|error| miette!("{error}"))?,
    };
    match arguments.format {
        Format::Text => print(text.trim_end())?,
        Format::Csv | Format::Json | Format::Html => print_data(text.trim_end())?,
    }
    Ok(if report.is_clean() && report.is_complete() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FINDINGS)
    })
}

/// The rules' levels, as the command line changes them.
pub(super) fn levels(changes: &[String]) -> Result<Levels, Report> {
    let changes: BTreeMap<String, Level> = changes
        .iter()
        .map(|change| level(change))
        .collect::<Result<_, Report>>()?;
    Levels::with(&changes).map_err(|error| miette!("--rule: {error}"))
}

/// One change of a rule's level: `need_missing=reject`.
pub(super) fn level(change: &str) -> Result<(String, Level), Report> {
    let said = change
        .split_once('=')
        .and_then(|(rule, level)| Some((rule.trim().to_owned(), Level::parse(level.trim())?)));
    said.ok_or_else(|| {
        miette!("--rule is written like need_missing=reject (reject, note or ignore): `{change}`")
    })
}

/// Screens published tables, each by the layout its header shows.
fn published(arguments: &Check, year: Option<AcademicYear>) -> Result<ExitCode, Report> {
    let mapping = match &arguments.mapping {
        Some(path) => Some(Mapping::from_toml(&text_of(path)?).map_err(|error| of_mapping(path, &error))?),
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
        let read = Progress::during("reading the table", || {
            let of_areas = detect(paths).is_ok_and(|found| {
                found
                    .iter()
                    .any(|each| each.layout.is_some_and(Layout::is_of_areas))
            });
            if of_areas {
                read_benchmark(paths, &options)
            } else {
                read_schools(paths, &options).map(|reading| vec![reading])
            }
        });
        match read {
            Ok(readings) => {
                for reading in readings {
                    for account in &reading.accounts {
                        clean &= account
                            .rejected()
                            .keys()
                            .all(|reason| RowAccount::is_by_design(reason));
                        print(&format!(
                            "{} ({}): {} rows read, {} used",
                            in_line(account.file()),
                            account.layout(),
                            account.read(),
                            account.accepted()
                        ))?;
                        for (reason, rows) in account.rejected() {
                            print(&format!("  left out: {rows} ({reason})"))?;
                        }
                    }
                    for note in &reading.notes {
                        print(&format!("  note: {}", in_line(&note.to_string())))?;
                    }
                }
            }
            Err(error) => {
                clean = false;
                print(&error.to_string())?;
            }
        }
    }
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FINDINGS)
    })
}

/// The text of a file of settings.
pub(super) fn text_of(path: &Path) -> Result<String, Report> {
    senlens::text_of(path).map_err(|error| miette!("{error}"))
}
