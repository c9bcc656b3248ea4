//! Prints messages to stderr and data to stdout.

use miette::{Report, miette};
use senlens::Outcome;
use std::io::{IsTerminal, Write};

/// Prints a message to stderr. A closed stderr does not stop the run.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints data to stdout. A reader that closes the pipe (`| head`) has what it wanted.
pub(super) fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// An error of the library, as the terminal shows it.
pub(super) fn report(error: &senlens::Error) -> Report {
    miette!("{error}")
}

/// Prints what a run read, left out, noted and wrote.
pub(super) fn say_outcome(outcome: &Outcome) {
    let record = &outcome.record;
    for input in &record.inputs {
        say(&format!(
            "read {} ({}): {} rows, {} used",
            input.file, input.layout, input.read, input.accepted
        ));
        for (reason, rows) in &input.rejected {
            say(&format!("  left out: {rows} ({reason})"));
        }
    }
    for note in &record.notes {
        say(&format!("note: {note}"));
    }
    let took: Vec<String> = outcome
        .timings
        .stages()
        .iter()
        .map(|(stage, took)| format!("{} {:.2} s", stage.as_str(), took.as_secs_f64()))
        .collect();
    say(&format!("took {}", took.join(", ")));
    let page = outcome.out.join("report.html");
    let hint = if std::io::stderr().is_terminal() {
        "open it in a browser"
    } else {
        "the committee page"
    };
    say(&format!(
        "wrote {}: {} files; {} ({hint})",
        outcome.out.display(),
        record.files.len() + 1,
        page.display()
    ));
}
