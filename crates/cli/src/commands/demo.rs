//! `senlens demo`

use super::output::{report, say_outcome};
use super::progress::Progress;
use miette::Report;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(out: &Path, seed: u64) -> Result<ExitCode, Report> {
    let progress = Progress::begin();
    let outcome = senlens::demo_watched(out, seed, &|stage| progress.stage(stage)).map_err(|error| {
        progress.end();
        report(&error)
    })?;
    progress.end();
    say_outcome(&outcome);
    Ok(ExitCode::SUCCESS)
}
