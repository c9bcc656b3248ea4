//! `senlens run`

use super::output::{report, say_outcome};
use crate::arguments;
use miette::{IntoDiagnostic, Report, miette};
use senlens::{Audience, Config, Outcome, ScopeSetting};
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
    if !run.schools.is_empty() {
        config.schools.clone_from(&run.schools);
    }
    if !run.benchmark.is_empty() {
        config.benchmark.clone_from(&run.benchmark);
    }
    if !run.pupils.is_empty() {
        config.pupils.clone_from(&run.pupils);
    }
    if !run.plans.is_empty() {
        config.plans.clone_from(&run.plans);
    }
    if run.links.is_some() {
        config.links.clone_from(&run.links);
    }
    if !run.published.is_empty() {
        config.published.clone_from(&run.published);
    }
    if run.policy.is_some() {
        config.policy.clone_from(&run.policy);
    }
    if run.neighbours.is_some() {
        config.neighbours.clone_from(&run.neighbours);
    }
    for change in &run.rules {
        let (rule, level) = super::check::level(change)?;
        config.rules.insert(rule, level);
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
    config.date = run.date.or(config.date);
    if run.audit_results.is_some() {
        config.audit_results.clone_from(&run.audit_results);
    }
    config.masking.action_date = run.action_date.or(config.masking.action_date);
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

fn write_timings(outcome: &Outcome, path: &Path) -> Result<(), Report> {
    let stages: Vec<String> = outcome
        .timings
        .stages()
        .iter()
        .map(|(stage, took)| format!("  \"{}\": {:.6}", stage.as_str(), took.as_secs_f64()))
        .collect();
    fs::write(path, format!("{{\n{}\n}}\n", stages.join(",\n"))).into_diagnostic()
}
