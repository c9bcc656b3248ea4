//! `senlens cells`

use super::check::{is_readable, levels, of_mapping, text_of, unused, wrong};
use super::output::{in_line, print, say};
use super::progress::Progress;
use crate::arguments::Cells;
use miette::{Report, miette};
use senlens::files::Reading;
use senlens::model::{AcademicYear, MARKING, SourceKind};
use senlens::published::{Mapping, ReadOptions, read_schools};
use senlens::pupils::cells_file::{ABOUT_CELLS, Dialect, cells_query, is_cells_file, write_cells};
use senlens::pupils::{self, PupilOptions, PupilReport, is_pupil_file, read_pupils};
use senlens::{OutputFile, Readers, school_directory};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(arguments: &Cells) -> Result<ExitCode, Report> {
    if let Some(dialect) = &arguments.emit_sql {
        let dialect: Dialect = dialect.parse().map_err(|error| miette!("--emit-sql: {error}"))?;
        print(cells_query(dialect).trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    let year = match &arguments.year {
        Some(year) => Some(year.parse().map_err(|error| miette!("--year: {error}"))?),
        None => None,
    };
    let out = arguments.out.as_deref().expect("asked for unless the query is");
    let given = [&arguments.schools, &arguments.links, &arguments.mapping];
    let mut inputs = arguments.files.clone();
    inputs.extend(given.into_iter().flatten().cloned());
    for path in &inputs {
        is_readable(path)?;
    }
    let out_file = OutputFile::new(out, Readers::Owner, &inputs, is_cells_file)
        .map_err(|error| miette!("--out: {error}"))?;
    let are_pupils = arguments.schools.is_some() || arguments.files.iter().any(|file| is_pupil_file(file));
    let reading = if are_pupils {
        let Some(schools) = &arguments.schools else {
            return Err(miette!(
                "pupil records need a schools file (--schools) with URN, LAESTAB, phase and district of each school: \
                 the Department's school-level file is one. Without it, `senlens check` screens them"
            ));
        };
        pupils(arguments, schools, year)?
    } else {
        for (option, is_given) in [
            ("--links", arguments.links.is_some()),
            ("--rule", !arguments.rules.is_empty()),
        ] {
            if is_given {
                return Err(unused(option, "pupil records"));
            }
        }
        published(arguments, year)?
    };
    for account in &reading.accounts {
        say(&format!(
            "read {} ({}): {} rows, {} used",
            in_line(account.file()),
            account.layout(),
            account.read(),
            account.accepted()
        ));
        for (reason, rows) in account.rejected() {
            say(&format!("  left out: {rows} ({reason})"));
        }
    }
    for note in &reading.notes {
        say(&format!("note: {}", in_line(&note.to_string())));
    }
    write_cells(&reading.cells, out_file.path()).map_err(|error| wrong(&error))?;
    out_file.publish().map_err(|error| miette!("--out: {error}"))?;
    say(&format!(
        "wrote {}: {} cells ({ABOUT_CELLS}). {MARKING}",
        out.display(),
        reading.cells.cells().len()
    ));
    Ok(ExitCode::SUCCESS)
}

fn pupils(arguments: &Cells, schools: &Path, year: Option<AcademicYear>) -> Result<Reading, Report> {
    let (_, directory) =
        school_directory(schools, arguments.links.as_deref()).map_err(|error| miette!("{error}"))?;
    let mapping = match &arguments.mapping {
        Some(path) => {
            Some(pupils::Mapping::parse(&text_of(path)?).map_err(|error| of_mapping(path, &error))?)
        }
        None => None,
    };
    let options = PupilOptions {
        mapping: mapping.as_ref(),
        year,
        levels: levels(&arguments.rules)?,
        ..PupilOptions::new(&directory).map_err(|error| wrong(&error))?
    };
    let reading = Progress::during("reading the records", || read_pupils(&arguments.files, &options))
        .map_err(|error| wrong(&error))?;
    let report = PupilReport::of(&reading);
    if !report.is_clean() {
        say("some records break rules: `senlens check` says which");
    }
    Ok(Reading {
        cells: reading.cells,
        accounts: reading.accounts,
        notes: reading.notes,
    })
}

fn published(arguments: &Cells, year: Option<AcademicYear>) -> Result<Reading, Report> {
    let mapping = match &arguments.mapping {
        Some(path) => Some(Mapping::from_toml(&text_of(path)?).map_err(|error| of_mapping(path, &error))?),
        None => None,
    };
    let options = ReadOptions {
        mapping,
        year,
        kind: SourceKind::Published,
    };
    Progress::during("reading the table", || read_schools(&arguments.files, &options))
        .map_err(|error| wrong(&error))
}
