//! `senlens demo`

use super::output::{report, say_outcome};
use miette::Report;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(out: &Path, seed: u64) -> Result<ExitCode, Report> {
    let outcome = senlens::demo(out, seed).map_err(|error| report(&error))?;
    say_outcome(&outcome);
    Ok(ExitCode::SUCCESS)
}
