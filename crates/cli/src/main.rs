//! The command line: arguments in, exit codes and talk out. Whatever it says, the library knew first.

mod arguments;
mod commands;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match arguments::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not faults.
            let code = if error.use_stderr() {
                commands::COULD_NOT_RUN
            } else {
                0
            };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match commands::carry_out(arguments.command) {
        Ok(code) => code,
        Err(report) => {
            commands::say(&format!("{report:?}"));
            ExitCode::from(commands::COULD_NOT_RUN)
        }
    }
}
