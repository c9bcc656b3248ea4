//! More pupils than stay in memory: what lies aside meanwhile has no name, and nothing is left of it.

use senlens::synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use senlens_tests::{binary, said};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// More than [`senlens::pupils`] keeps in memory of a year.
const PUPILS: u32 = 340_000;

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).expect("readable").next().is_none()
}

#[test]
fn what_lies_aside_has_no_name_and_is_gone_after_a_kill() {
    let inputs = tempfile::tempdir().expect("a folder");
    let settings = PupilSettings {
        seed: 5,
        pupils: PUPILS,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule: 0,
    };
    write_pupils(inputs.path(), &settings, &[PupilLayout::Parquet]).expect("written");
    let aside = tempfile::tempdir().expect("a folder");
    let command = |aside: &Path| {
        let mut command = Command::new(binary());
        command
            .env("TMPDIR", aside)
            .args(["check"])
            .arg(inputs.path().join("parquet"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    let run = |aside: &Path| -> Output { command(aside).output().expect("starts") };

    // Where nothing can be kept aside, the program says what to do; so the input is large enough for this test.
    let refused = run(Path::new("/nowhere/at/all"));
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("TMPDIR"), "{}", said(&refused));

    let start = Instant::now();
    let done = run(aside.path());
    let took = start.elapsed();
    assert!(done.status.success(), "{}", said(&done));
    assert!(is_empty(aside.path()));
    for at in 1..10u32 {
        let mut child = command(aside.path()).spawn().expect("starts");
        std::thread::sleep(took.max(Duration::from_millis(50)) * at / 10);
        // At work, too, there is no name to open.
        assert!(is_empty(aside.path()));
        let _ = child.kill();
        child.wait().expect("ends");
        assert!(is_empty(aside.path()), "killed after {at} tenths");
    }
}
