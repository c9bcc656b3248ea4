//! Carries a command out: calls the library, and says on stderr what it did.

use crate::arguments::{self, Command};
use miette::{IntoDiagnostic, Report, miette};
use senlens::{Audience, Config, Outcome, ScopeSetting};
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

/// Exit code: could not run.
pub(crate) const COULD_NOT_RUN: u8 = 2;

pub(crate) fn carry_out(command: Command) -> Result<ExitCode, Report> {
    match command {
        Command::Demo { out, seed } => {
            let outcome = senlens::demo(&out, seed).map_err(report)?;
            say_outcome(&outcome);
        }
        Command::Run(run) => {
            let config = config(&run)?;
            let outcome = senlens::run(&config).map_err(report)?;
            say_outcome(&outcome);
            if let Some(path) = &run.timings {
                write_timings(&outcome, path)?;
            }
        }
        Command::Schema { name } => schema(name.as_deref())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Talk goes to stderr; if nobody can hear it, the run is none the worse.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Data goes to stdout; a reader who hangs up (`| head`) has what it wanted.
fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn report(error: senlens::Error) -> Report {
    miette!("{error}")
}

fn config(run: &arguments::Run) -> Result<Config, Report> {
    let mut config = match &run.config {
        Some(path) => {
            let text = fs::read_to_string(path)
                .map_err(|error| miette!("cannot read `{}`: {error}", path.display()))?;
            let folder = path.parent().unwrap_or(Path::new(""));
            Config::from_toml(&text, folder).map_err(|message| miette!("`{}`: {message}", path.display()))?
        }
        None => {
            let out = run
                .out
                .clone()
                .ok_or_else(|| miette!("say where to write: --out DIR"))?;
            Config::writing_to(out)
        }
    };
    if let Some(out) = &run.out {
        config.out.clone_from(out);
    }
    if !run.schools.is_empty() {
        config.schools.clone_from(&run.schools);
    }
    if !run.benchmark.is_empty() {
        config.benchmark.clone_from(&run.benchmark);
    }
    if run.neighbours.is_some() {
        config.neighbours.clone_from(&run.neighbours);
    }
    if let Some(area) = &run.area {
        config.area.clone_from(area);
    }
    if run.mapping.is_some() {
        config.mapping.clone_from(&run.mapping);
    }
    if let Some(year) = &run.year {
        config.year = Some(year.parse().map_err(|error| miette!("--year: {error}"))?);
    }
    if run.date.is_some() {
        config.date.clone_from(&run.date);
    }
    match run.scope {
        Some(arguments::Scope::Area) => config.scope = ScopeSetting::Area,
        Some(arguments::Scope::All) => config.scope = ScopeSetting::All,
        None => {}
    }
    match run.coverage {
        Some(arguments::Coverage::StateFunded) => config.coverage = senlens::model::Coverage::StateFunded,
        Some(arguments::Coverage::AllSchools) => config.coverage = senlens::model::Coverage::AllSchools,
        None => {}
    }
    match run.audience {
        Some(arguments::Audience::Internal) => config.audience = Audience::Internal,
        Some(arguments::Audience::Public) => config.audience = Audience::Public,
        None => {}
    }
    Ok(config)
}

fn say_outcome(outcome: &Outcome) {
    let record = &outcome.record;
    for input in &record.inputs {
        say(&format!(
            "read {} ({}): {} rows, {} used",
            input.file, input.layout, input.read, input.accepted
        ));
        for (reason, rows) in &input.rejected {
            say(&format!("  left out: {rows} ({reason})"));
        }
    }
    for note in &record.notes {
        say(&format!("note: {note}"));
    }
    let took: Vec<String> = outcome
        .timings
        .stages()
        .iter()
        .map(|(stage, took)| format!("{} {:.2} s", stage.as_str(), took.as_secs_f64()))
        .collect();
    say(&format!("took {}", took.join(", ")));
    let page = outcome.out.join("report.html");
    let hint = if std::io::stderr().is_terminal() {
        "open it in a browser"
    } else {
        "the committee page"
    };
    say(&format!(
        "wrote {}: {} files; {} ({hint})",
        outcome.out.display(),
        record.files.len() + 1,
        page.display()
    ));
}

fn write_timings(outcome: &Outcome, path: &Path) -> Result<(), Report> {
    let stages: Vec<String> = outcome
        .timings
        .stages()
        .iter()
        .map(|(stage, took)| format!("  \"{}\": {:.6}", stage.as_str(), took.as_secs_f64()))
        .collect();
    fs::write(path, format!("{{\n{}\n}}\n", stages.join(",\n"))).into_diagnostic()
}

fn schema(name: Option<&str>) -> Result<(), Report> {
    let schemas = senlens::schemas();
    match name {
        None => {
            for (name, _) in &schemas {
                print(name);
            }
            Ok(())
        }
        Some(wanted) => match schemas.iter().find(|(name, _)| *name == wanted) {
            Some((_, text)) => {
                print(text.trim_end());
                Ok(())
            }
            None => {
                let names: Vec<&str> = schemas.iter().map(|(name, _)| *name).collect();
                Err(miette!(
                    "no such schema; there are {}: `{wanted}`",
                    names.join(", ")
                ))
            }
        },
    }
}
