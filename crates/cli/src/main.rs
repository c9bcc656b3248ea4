//! The command line: takes arguments, prints messages and data, sets the exit code. It computes nothing.

mod arguments;
mod commands;
mod signals;

use clap::Parser;
use std::io::Write;
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
            let printed = error.print().and_then(|()| std::io::stdout().flush());
            let is_full = printed.is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe);
            return ExitCode::from(if is_full { commands::COULD_NOT_RUN } else { code });
        }
    };
    if let Err(error) = signals::clear_up_when_ended() {
        commands::say(&format!(
            "note: signals cannot be waited for ({error}); a run that is stopped leaves a temporary folder, which the next \
             removes"
        ));
    }
    match commands::run(arguments.command) {
        Ok(code) => code,
        Err(report) => {
            // Colour is ours; whatever else a message holds must not command the terminal.
            let report = miette::miette!("{}", commands::harmless(&report.to_string()));
            commands::say_report(&format!("{report:?}"));
            ExitCode::from(commands::COULD_NOT_RUN)
        }
    }
}
