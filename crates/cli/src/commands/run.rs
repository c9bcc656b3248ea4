//! `senlens run`

use super::output::{report, say_outcome};
use super::progress::Progress;
use crate::arguments;
use miette::{IntoDiagnostic, Report, miette};
use senlens::inputs::{choose, look};
use senlens::model::{AcademicYear, Combine};
use senlens::{Config, Outcome};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(arguments: &arguments::Run) -> Result<ExitCode, Report> {
    let progress = Progress::begin();
    let config = config(arguments)?;
    let outcome = senlens::run_watched(&config, &|stage| progress.stage(stage)).map_err(|error| {
        progress.end();
        report(&error)
    })?;
    progress.end();
    say_outcome(&outcome);
    if let Some(path) = &arguments.timings {
        write_timings(&outcome, path)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn config(run: &arguments::Run) -> Result<Config, Report> {
    let configuration = match &run.inputs[..] {
        [only]
            if only
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) =>
        {
            Some(only)
        }
        _ => None,
    };
    let mut config = match configuration {
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
    config.schools = run.schools.clone().combine(config.schools);
    config.benchmark = run.benchmark.clone().combine(config.benchmark);
    config.pupils = run.pupils.clone().combine(config.pupils);
    config.plans = run.plans.clone().combine(config.plans);
    config.links = run.links.clone().combine(config.links);
    config.published = run.published.clone().combine(config.published);
    config.policy = run.policy.clone().combine(config.policy);
    config.neighbours = run.neighbours.clone().combine(config.neighbours);
    for change in &run.rules {
        let (rule, level) = super::check::level(change)?;
        config.rules.insert(rule, level);
    }
    if run.area.is_some() {
        config.area.clone_from(&run.area);
    }
    config.mapping = run.mapping.clone().combine(config.mapping);
    if let Some(text) = &run.year {
        config.year = Some(year(text)?);
    }
    config.date = run.date.combine(config.date);
    config.audit_results = run.audit_results.clone().combine(config.audit_results);
    config.masking.action_date = run.action_date.combine(config.masking.action_date);
    config.scope = run.scope.unwrap_or(config.scope);
    config.coverage = run.coverage.unwrap_or(config.coverage);
    config.audience = run.audience.unwrap_or(config.audience);
    if configuration.is_none() && !run.inputs.is_empty() {
        let area = match &config.area {
            Some(area) => Some(senlens::area(area).map_err(|error| report(&error))?),
            None => None,
        };
        let found = look(&run.inputs).map_err(|error| report(&error))?;
        choose(&found, area.as_ref(), &mut config);
        if config.schools.is_empty() && config.pupils.is_empty() && config.benchmark.is_empty() {
            return Err(miette!(
                "no file here is one that a run could begin with; `senlens doctor` says what each is\n{}",
                config.unused.join("\n")
            ));
        }
    }
    Ok(config)
}

/// The year of `--year`. A calendar year alone could be either of two, so both are named.
pub(super) fn year(text: &str) -> Result<AcademicYear, Report> {
    let calendar: Option<u16> = text.trim().parse().ok();
    let calendar = calendar.filter(|year| (1990..=2098).contains(year));
    if let Some((january, september)) = calendar.and_then(|year| {
        Some((
            AcademicYear::starting(year - 1).ok()?,
            AcademicYear::starting(year).ok()?,
        ))
    }) {
        return Err(miette!(
            "--year: say {january} for the census of January {text}, or {september} for the school year that began in \
             September {text}: `{text}`"
        ));
    }
    text.parse().map_err(|error| miette!("--year: {error}"))
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
