//! On a terminal the first word comes within half a second; in a pipe there are results and notes alone.

use senlens_tests::{binary, said, senlens};
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs the program on a terminal of its own (`script` makes one); gives all that it shows, and when the first word came.
fn on_a_terminal(arguments: &[&str]) -> (String, Duration) {
    let line = format!("{} {}", binary().display(), arguments.join(" "));
    let clock = Instant::now();
    let mut child = Command::new("script")
        .args(["-qefc", &line, "/dev/null"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script is there");
    let mut shown = Vec::new();
    let mut first = None;
    let mut stdout = child.stdout.take().expect("piped");
    let mut bytes = [0; 4096];
    loop {
        let read = stdout.read(&mut bytes).expect("readable");
        if read == 0 {
            break;
        }
        shown.extend_from_slice(&bytes[..read]);
        if shown
            .windows(7)
            .any(|word| word == b"looking" || word == b"reading")
        {
            first.get_or_insert_with(|| clock.elapsed());
        }
    }
    child.wait().expect("ends");
    let shown = String::from_utf8_lossy(&shown).into_owned();
    let first = first.unwrap_or_else(|| panic!("{arguments:?} says nothing while it works: {shown}"));
    (shown, first)
}

#[test]
fn the_first_word_comes_at_once_on_a_terminal_and_never_in_a_pipe() {
    let home = tempfile::tempdir().expect("a folder");
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let county = path("county");
    let output = senlens(&["synth", "--pupils", "20000", "--out", &county]);
    assert!(output.status.success(), "{}", said(&output));
    let (schools, out) = (path("county/schools.csv"), path("out"));
    for arguments in [
        // Refused once the schools are read: the county is not Essex.
        vec!["run", "--schools", &schools, "--area", "essex", "--out", &out],
        vec!["doctor", &county],
        vec!["check", &schools],
    ] {
        let tries: Vec<(String, Duration)> = (0..5).map(|_| on_a_terminal(&arguments)).collect();
        // The machine may be busy with other tests: one try in five is in time.
        let soonest = tries.iter().map(|(_, first)| *first).min().expect("five");
        assert!(soonest < Duration::from_millis(500), "{arguments:?}: {soonest:?}");
        for (shown, _) in &tries {
            // The bar is taken away before anything is told.
            let last = shown.rfind("[=").or_else(|| shown.rfind("=]")).expect("a bar");
            assert!(shown[last..].contains("\u{1b}[2K"), "{shown:?}");
        }
        let output = senlens(&arguments);
        let both = said(&output) + &String::from_utf8_lossy(&output.stdout);
        assert!(!both.contains(['\u{1b}', '\r']), "{both:?}");
        assert!(!both.contains("looking at"), "{both:?}");
    }
}
