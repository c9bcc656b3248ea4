//! `senlens run`

use super::output::{report, say_outcome};
use crate::arguments;
use miette::{IntoDiagnostic, Report, miette};
use senlens::model::Combine;
use senlens::{Config, Outcome};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(arguments: &arguments::Run) -> Result<ExitCode, Report> {
    let config = config(arguments)?;
    let outcome = senlens::run(&config).map_err(|error| report(&error))?;
    say_outcome(&outcome);
    if let Some(path) = &arguments.timings {
        write_timings(&outcome, path)?;
    }
    Ok(ExitCode::SUCCESS)
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
    if let Some(area) = &run.area {
        config.area.clone_from(area);
    }
    config.mapping = run.mapping.clone().combine(config.mapping);
    if let Some(year) = &run.year {
        config.year = Some(year.parse().map_err(|error| miette!("--year: {error}"))?);
    }
    config.date = run.date.combine(config.date);
    config.audit_results = run.audit_results.clone().combine(config.audit_results);
    config.masking.action_date = run.action_date.combine(config.masking.action_date);
    config.scope = run.scope.unwrap_or(config.scope);
    config.coverage = run.coverage.unwrap_or(config.coverage);
    config.audience = run.audience.unwrap_or(config.audience);
    Ok(config)
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
