//! The command line: takes arguments, prints messages and data, sets the exit code. It computes nothing.

mod arguments;
mod commands;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match arguments::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are output, not errors.
            let code = if error.use_stderr() {
                commands::COULD_NOT_RUN
            } else {
                0
            };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match commands::run(arguments.command) {
        Ok(code) => code,
        Err(report) => {
            commands::say(&format!("{report:?}"));
            ExitCode::from(commands::COULD_NOT_RUN)
        }
    }
}
