//! Talk to stderr, data to stdout.

use miette::{Report, miette};
use senlens::Outcome;
use std::io::{IsTerminal, Write};

/// Talk goes to stderr; if nobody can hear it, the run is none the worse.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Data goes to stdout; a reader who hangs up (`| head`) has what it wanted.
pub(super) fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A fault of the library's, as the terminal shows it.
pub(super) fn report(error: &senlens::Error) -> Report {
    miette!("{error}")
}

/// What a run read, left and noticed.
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
