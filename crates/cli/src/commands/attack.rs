//! `senlens attack`

use super::FINDINGS;
use super::check::is_readable;
use super::output::print;
use super::progress::Progress;
use miette::{IntoDiagnostic, Report, miette};
use senlens::attack::{Options, Places, attack};
use std::path::PathBuf;
use std::process::ExitCode;

pub(super) fn run(folders: &[PathBuf], public: Vec<PathBuf>) -> Result<ExitCode, Report> {
    for path in folders.iter().chain(&public) {
        is_readable(path)?;
    }
    let mut text = String::new();
    for folder in folders {
        // A public run says which place lies in which; any reader could look it up.
        let places = folder.join("places.csv");
        if places.exists() {
            let of_run = std::fs::read_to_string(&places).into_diagnostic()?;
            let lines = if text.is_empty() {
                of_run.as_str()
            } else {
                of_run.split_once('\n').map_or("", |(_, rest)| rest)
            };
            text.push_str(lines);
        }
    }
    let places = Places::parse(&text).map_err(|error| miette!("{error}"))?;
    let options = Options {
        places,
        public,
        ..Options::default()
    };
    let report =
        Progress::during("attacking", || attack(folders, &options)).map_err(|error| miette!("{error}"))?;
    print(report.to_string().trim_end())?;
    Ok(if report.held() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FINDINGS)
    })
}
