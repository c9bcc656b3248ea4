//! Carries a command out: calls the library, and says on stderr what it did. One command, one file.

mod attack;
mod cells;
mod check;
mod demo;
mod explain;
mod run;
mod schema;
mod synth;
mod talk;

use crate::arguments::Command;
use miette::Report;
use std::process::ExitCode;
pub(crate) use talk::say;

/// Exit code: something was found.
const FINDINGS: u8 = 1;
/// Exit code: could not run.
pub(crate) const COULD_NOT_RUN: u8 = 2;

pub(crate) fn carry_out(command: Command) -> Result<ExitCode, Report> {
    match command {
        Command::Demo { out, seed } => demo::carry_out(&out, seed),
        Command::Run(arguments) => run::carry_out(&arguments),
        Command::Synth(arguments) => synth::carry_out(&arguments),
        Command::Check(arguments) => check::carry_out(&arguments),
        Command::Cells(arguments) => cells::carry_out(&arguments),
        Command::Attack { folders, public } => attack::carry_out(&folders, public),
        Command::Explain { topic } => explain::carry_out(topic.as_deref()),
        Command::Schema { name } => schema::carry_out(name.as_deref()),
    }
}
