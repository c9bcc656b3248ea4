//! Prints messages to stderr and data to stdout.

use miette::{Report, miette};
use senlens::Outcome;
use std::borrow::Cow;
use std::io::{ErrorKind, IsTerminal, Write};

/// Prints a message to stderr. A closed stderr does not stop the run.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", harmless(text));
}

/// Prints the report of a run that failed, with its colours.
pub(crate) fn say_report(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints text for people to stdout, harmless to their terminal.
pub(super) fn print(text: &str) -> Result<(), Report> {
    print_data(&harmless(text))
}

/// Prints data to stdout as it is. A reader that closes the pipe (`| head`) has what it wanted; a full disk is an error.
pub(super) fn print_data(text: &str) -> Result<(), Report> {
    let mut stdout = std::io::stdout().lock();
    let printed = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(miette!("cannot write to standard output: {error}"))
        }
        _ => Ok(()),
    }
}

/// The text with characters that command a terminal, or turn the direction of reading, as their codes: names of files
/// and values of cells are shown, never obeyed.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let commands = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(commands) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if commands(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// A name within a line: what would end the line stands as its code too.
pub(super) fn in_line(text: &str) -> String {
    harmless(text).replace('\n', "\\u{a}")
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
            in_line(&input.file),
            input.layout,
            input.read,
            input.accepted
        ));
        for (reason, rows) in &input.rejected {
            say(&format!("  left out: {rows} ({reason})"));
        }
    }
    for note in &record.notes {
        say(&format!("note: {}", in_line(note)));
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

#[cfg(test)]
mod tests {
    use super::{harmless, in_line};

    #[test]
    fn nothing_commands_the_terminal() {
        for (text, shown) in [
            (
                "St Mary\u{2019}s, Caf\u{e9}\n\trow 2",
                "St Mary\u{2019}s, Caf\u{e9}\n\trow 2",
            ),
            ("a\u{1b}]0;title\u{7}b", "a\\u{1b}]0;title\\u{7}b"),
            ("a\u{9b}31mb", "a\\u{9b}31mb"),
            ("a\rb", "a\\u{d}b"),
            ("a\u{202e}vsc.b", "a\\u{202e}vsc.b"),
        ] {
            assert_eq!(harmless(text), shown, "{text:?}");
        }
        assert_eq!(in_line("a\nnote: all is well"), "a\\u{a}note: all is well");
    }
}
