//! Runs a command: calls the library, and says on stderr what it did. One command, one file.

mod attack;
mod cells;
mod check;
mod demo;
mod doctor;
mod explain;
mod init;
mod output;
mod progress;
mod run;
mod schema;
mod synth;

use crate::arguments::Command;
use miette::Report;
pub(crate) use output::{harmless, say, say_report};
use std::process::ExitCode;

/// Exit code: something was found.
const FINDINGS: u8 = 1;
/// Exit code: could not run.
pub(crate) const COULD_NOT_RUN: u8 = 2;

pub(crate) fn run(command: Command) -> Result<ExitCode, Report> {
    match command {
        Command::Demo { out, seed } => demo::run(&out, seed),
        Command::Run(arguments) => run::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Init { area, out } => init::run(area.as_deref(), &out),
        Command::Synth(arguments) => synth::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Cells(arguments) => cells::run(&arguments),
        Command::Attack { folders, public } => attack::run(&folders, public),
        Command::Explain { topic } => explain::run(topic.as_deref()),
        Command::Schema { name } => schema::run(name.as_deref()),
    }
}
