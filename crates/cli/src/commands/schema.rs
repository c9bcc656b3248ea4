//! `senlens schema`

use super::output::print;
use miette::{Report, miette};
use std::process::ExitCode;

pub(super) fn run(name: Option<&str>) -> Result<ExitCode, Report> {
    let schemas = senlens::schemas();
    match name {
        None => {
            for (name, _) in &schemas {
                print(name)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Some(wanted) => match schemas.iter().find(|(name, _)| name == wanted) {
            Some((_, text)) => {
                print(text.trim_end())?;
                Ok(ExitCode::SUCCESS)
            }
            None => {
                let names: Vec<&str> = schemas.iter().map(|(name, _)| name.as_str()).collect();
                Err(miette!(
                    "no such schema; there are {}: `{wanted}`",
                    names.join(", ")
                ))
            }
        },
    }
}
