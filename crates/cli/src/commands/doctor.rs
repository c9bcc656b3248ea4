//! `senlens doctor`

use super::check::is_readable;
use super::output::{in_line, print, print_data, report};
use super::progress::Progress;
use crate::arguments::Doctor;
use miette::{Report, miette};
use senlens::Config;
use senlens::inputs::{Choice, FoundFile, Question, choose, look, questions};
use senlens::model::AreaFile;
use serde::Serialize;
use std::process::ExitCode;

/// What was found out, as a program reads it.
#[derive(Serialize)]
struct Diagnosis<'a> {
    files: &'a [FoundFile],
    run: &'a [Choice],
    missing: &'a [Question],
}

pub(super) fn run(arguments: &Doctor) -> Result<ExitCode, Report> {
    let area = match &arguments.area {
        Some(area) => Some(senlens::area(area).map_err(|error| report(&error))?),
        None => None,
    };
    for path in &arguments.paths {
        is_readable(path)?;
    }
    let mut found = Progress::during("looking at the files", || look(&arguments.paths))
        .map_err(|error| report(&error))?;
    found.iter_mut().for_each(FoundFile::screen_records);
    let mut config = Config::writing_to("report".into());
    config.area.clone_from(&arguments.area);
    let choices = choose(&found, area.as_ref(), &mut config);
    let missing = questions(&found, &choices);
    if arguments.json {
        let diagnosis = Diagnosis {
            files: &found,
            run: &choices,
            missing: &missing,
        };
        let text = serde_json::to_string_pretty(&diagnosis).map_err(|error| miette!("{error}"))?;
        print_data(&text)?;
    } else {
        tell(&found, &choices, &missing, area.as_ref())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(
    found: &[FoundFile],
    choices: &[Choice],
    missing: &[Question],
    area: Option<&AreaFile>,
) -> Result<(), Report> {
    if found.is_empty() {
        print("there is no file here")?;
    }
    for (file, choice) in found.iter().zip(choices) {
        print(&format!(
            "{}: {}",
            in_line(&file.path.to_string_lossy()),
            file.layout
        ))?;
        let said = facts(file);
        if !said.is_empty() {
            print(&format!("  {}", said.join("; ")))?;
        }
        match (choice.option, &choice.unused) {
            (Some(option), _) => print(&format!("  a run uses it ({option})"))?,
            (None, Some(reason)) => print(&format!("  a run leaves it: {reason}"))?,
            (None, None) => {}
        }
    }
    let used = choices.iter().filter(|choice| choice.option.is_some()).count();
    print("")?;
    print(&match (used, area) {
        (0, _) => "A run could not begin: none of these is a table of schools or of areas, or pupil records."
            .to_owned(),
        (used, Some(area)) => format!(
            "A run for {} would use {used} of {} files.",
            area.name,
            found.len()
        ),
        (used, None) => format!(
            "A run would use {used} of {} files, and needs --area; with it, `senlens doctor` sees whether they hold its schools.",
            found.len()
        ),
    })?;
    if !missing.is_empty() {
        print("")?;
        print("What could be answered if one more file were there:")?;
        for question in missing {
            print(&format!(
                "- {}: {} ({})",
                question.answer, question.file, question.source
            ))?;
        }
    }
    Ok(())
}

/// What is known of a file beside its layout.
fn facts(file: &FoundFile) -> Vec<String> {
    let mut facts = Vec::new();
    let years: Vec<String> = file.years.iter().map(ToString::to_string).collect();
    if !years.is_empty() {
        facts.push(years.join(", "));
    }
    if let (Some(rows), Some(used)) = (file.rows, file.used) {
        facts.push(if rows == used {
            format!("{rows} rows")
        } else {
            format!("{rows} rows, {used} of use")
        });
    }
    if let Some(schools) = file.schools {
        facts.push(format!("{schools} schools"));
    }
    if let Some(coverage) = &file.coverage {
        facts.push(coverage.clone());
    }
    match file.authorities.len() {
        0 => {}
        1 => facts.push("1 authority".to_owned()),
        several => facts.push(format!("{several} authorities")),
    }
    if file.schools.is_some() && file.problem.is_none() {
        facts.push(if file.carries_needs {
            "with types of need".to_owned()
        } else {
            "without types of need".to_owned()
        });
    }
    facts
}
