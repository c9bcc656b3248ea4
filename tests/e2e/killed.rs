//! A run killed at any moment leaves its folder as it was, or whole; and the next start clears up.

use senlens::synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use senlens_tests::{binary, files, said};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What stands beside the output folder.
fn beside(home: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(home)
        .expect("readable")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_killed_run_leaves_the_folder_as_it_was_and_the_next_clears_up() {
    let inputs = tempfile::tempdir().expect("a folder");
    let settings = PupilSettings {
        seed: 5,
        pupils: 1_000,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule: 0,
    };
    write_pupils(inputs.path(), &settings, &[PupilLayout::Csv]).expect("written");
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let command = |date: &str| {
        let mut command = Command::new(binary());
        command
            .args(["run", "--area", "essex", "--date", date, "--pupils"])
            .arg(inputs.path().join("csv"))
            .arg("--schools")
            .arg(inputs.path().join("schools.csv"))
            .arg("--out")
            .arg(&out)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let run = |date: &str| {
        let output = command(date).stderr(Stdio::piped()).output().expect("starts");
        assert!(output.status.success(), "{}", said(&output));
    };
    run("2026-01-31");
    let old = files(&out);
    let start = Instant::now();
    run("2026-02-28");
    let took = start.elapsed();
    let new = files(&out);
    assert!(old.len() > 15 && old.keys().eq(new.keys()) && old != new);
    run("2026-01-31");
    assert!(files(&out) == old, "same input, same bytes");

    // Five moments over the whole run and nine about its end, where the folder takes its place.
    let early = (0..5u32).map(|at| took * at / 5);
    let late = (0..9u32).map(|at| took * 17 / 20 + took * at / 27);
    let (mut left_as_it_was, mut left_half_written) = (0, 0);
    for wait in early.chain(late) {
        let mut child = command("2026-02-28").spawn().expect("starts");
        std::thread::sleep(wait);
        // SIGKILL: the program cannot know of it. One that has ended already is none the worse.
        let _ = child.kill();
        child.wait().expect("ends");
        let now = files(&out);
        assert!(
            now == old || now == new,
            "after {wait:?}: neither as it was nor whole: {:?}",
            now.keys()
        );
        left_as_it_was += u32::from(now == old);
        left_half_written += u32::from(beside(home.path()).len() > 1);
        if now == new {
            run("2026-01-31");
            assert_eq!(beside(home.path()), ["out"], "the next start clears up");
        }
    }
    assert!(
        left_as_it_was > 2,
        "{left_as_it_was}: the run was killed before its end"
    );
    assert!(
        left_half_written > 1,
        "{left_half_written}: the run was killed while it wrote"
    );
    run("2026-01-31");
    assert_eq!(beside(home.path()), ["out"], "the next start clears up");
    assert!(files(&out) == old);
    // A moment that chance cannot hit: moved aside, and not yet in place.
    fs::rename(&out, home.path().join(".out.senlens-before")).expect("moved");
    let mut child = command("2026-02-28").spawn().expect("starts");
    std::thread::sleep(Duration::from_millis(300).min(took / 3));
    let _ = child.kill();
    child.wait().expect("ends");
    run("2026-02-28");
    assert!(files(&out) == new);
    assert_eq!(beside(home.path()), ["out"]);
}
