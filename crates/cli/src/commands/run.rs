//! `senlens run`

use super::check::is_readable;
use super::output::{report, say_outcome};
use super::progress::Progress;
use crate::arguments;
use miette::{Report, miette};
use senlens::inputs::{choose, look};
use senlens::model::{AcademicYear, Combine};
use senlens::{Config, Outcome, OutputFile, Readers, Stage};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) fn run(arguments: &arguments::Run) -> Result<ExitCode, Report> {
    let progress = Progress::begin();
    let config = config(arguments)?;
    let timings = match &arguments.timings {
        Some(path) => Some(timings_file(path, &config)?),
        None => None,
    };
    let prepared = senlens::prepare(&config, &|stage| progress.stage(stage)).map_err(|error| {
        progress.end();
        report(&error)
    })?;
    progress.end();
    // What cannot be written stops the run before its folder takes its place.
    if let Some(file) = &timings {
        let text = timings_text(prepared.outcome());
        fs::write(file.path(), text).map_err(|error| miette!("cannot write --timings: {error}"))?;
    }
    let outcome = prepared.publish().map_err(|error| report(&error))?;
    if let Some(file) = timings {
        file.publish().map_err(|error| miette!("--timings: {error}"))?;
    }
    say_outcome(&outcome);
    Ok(ExitCode::SUCCESS)
}

fn config(run: &arguments::Run) -> Result<Config, Report> {
    for path in &run.inputs {
        is_readable(path)?;
    }
    let (configuration, inputs) = configuration_among(&run.inputs)?;
    let is_configured = configuration.is_some();
    let mut config = match configuration {
        Some(config) => config,
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
    if !inputs.is_empty() {
        let area = match &config.area {
            Some(area) => Some(senlens::area(area).map_err(|error| report(&error))?),
            None => None,
        };
        let found = look(&inputs).map_err(|error| report(&error))?;
        choose(&found, area.as_ref(), &mut config);
        if config.schools.is_empty() && config.pupils.is_empty() && config.benchmark.is_empty() {
            return Err(miette!(
                "no file here is one that a run could begin with; `senlens doctor` says what each is\n{}",
                config.unused.join("\n")
            ));
        }
    }
    if is_configured && config.schools.is_empty() && config.pupils.is_empty() && config.benchmark.is_empty() {
        return Err(miette!(
            "the configuration names no files to read\n  hint: name them in it (`schools = [...]`), or give the folder that holds \
             them beside it: `senlens run CONFIG.toml FOLDER`"
        ));
    }
    Ok(config)
}

/// The configuration among the inputs, if one is given, and the files and folders beside it. Alone, a TOML file is meant as a
/// configuration, and what is wrong with it is told; beside others it may be a mapping.
fn configuration_among(inputs: &[PathBuf]) -> Result<(Option<Config>, Vec<PathBuf>), Report> {
    let is_toml = |path: &PathBuf| {
        path.extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
    };
    let mut configuration: Option<(Config, &PathBuf)> = None;
    let mut others = Vec::new();
    for path in inputs {
        if !is_toml(path) {
            others.push(path.clone());
            continue;
        }
        let text = super::check::text_of(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        match (Config::from_toml(&text, folder), &configuration) {
            (Ok(_), Some((_, first))) => {
                return Err(miette!(
                    "`{}` and `{}` are two configurations: give one",
                    first.display(),
                    path.display()
                ));
            }
            (Ok(mut config), None) => {
                config.read_from = Some(path.clone());
                configuration = Some((config, path));
            }
            (Err(message), _) if inputs.len() == 1 => {
                return Err(miette!(
                    "`{}`: {message}\n  hint: `senlens schema config` prints the form of a configuration",
                    path.display()
                ));
            }
            (Err(_), _) => others.push(path.clone()),
        }
    }
    Ok((configuration.map(|(config, _)| config), others))
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

/// The file for the timings: new, or one of ours, and none of the inputs.
fn timings_file(path: &Path, config: &Config) -> Result<OutputFile, Report> {
    let is_ours = |path: &Path| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let stages: Option<BTreeMap<String, f64>> = serde_json::from_str(&text).ok();
        stages.is_some_and(|stages| stages.contains_key(Stage::Ingest.as_str()))
    };
    OutputFile::new(path, Readers::AsUsual, &config.read_paths(), is_ours)
        .map_err(|error| miette!("--timings: {error}"))
}

fn timings_text(outcome: &Outcome) -> String {
    let stages: Vec<String> = outcome
        .timings
        .stages()
        .iter()
        .map(|(stage, took)| format!("  \"{}\": {:.6}", stage.as_str(), took.as_secs_f64()))
        .collect();
    format!("{{\n{}\n}}\n", stages.join(",\n"))
}
