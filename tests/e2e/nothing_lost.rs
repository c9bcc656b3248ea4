//! Nothing of the user's is lost: an output never replaces an input, nor a file that a run of ours did not write.

use senlens::synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use senlens_tests::{binary, said, senlens};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

struct Desk {
    _home: tempfile::TempDir,
    folder: PathBuf,
}

impl Desk {
    /// A demo in `demo/` and its inputs beside it.
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().to_owned();
        let demo = folder.join("demo").to_string_lossy().into_owned();
        let output = senlens(&["demo", "--out", &demo]);
        assert!(output.status.success(), "{}", said(&output));
        for name in ["schools.csv", "benchmark.csv", "area.toml"] {
            fs::copy(folder.join("demo/inputs").join(name), folder.join(name)).expect("copied");
        }
        Self { _home: home, folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }

    fn run(&self, out: &str, more: &[&str]) -> Output {
        let (schools, area, out) = (self.path("schools.csv"), self.path("area.toml"), self.path(out));
        let mut arguments = vec!["run", "--schools", &schools, "--area", &area, "--out", &out];
        arguments.extend(more);
        senlens(&arguments)
    }
}

fn refused(output: &Output, says: &[&str]) {
    let message = said(output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    // Reports wrap their lines: what is said is compared without white space.
    let words: String = message.replace('│', " ").split_whitespace().collect();
    for each in says {
        assert!(
            words.contains(&each.replace(' ', "")),
            "`{each}` is not said:\n{message}"
        );
    }
}

#[test]
fn the_audit_loop_keeps_the_sheet_that_was_filled_in() {
    let desk = Desk::new();
    let output = desk.run("report", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let sheet = desk.folder.join("report/audit/sheet.csv");
    let blank = fs::read_to_string(&sheet).expect("a sheet");
    let mut lines: Vec<String> = blank.lines().map(str::to_owned).collect();
    // Ends in five blanks and the marking's.
    lines[1] = lines[1].strip_suffix(",,,,,,").expect("blank").to_owned() + ",1,1,0,0,0,";
    let filled = lines.join("\n") + "\n";
    fs::write(&sheet, &filled).expect("filled in");

    // As an input, and as a file that was changed.
    let sheet_path = sheet.to_string_lossy().into_owned();
    refused(
        &desk.run("report", &["--audit-results", &sheet_path]),
        &["sheet.csv", "input", "hint:"],
    );
    refused(&desk.run("report", &[]), &["audit/sheet.csv", "changed", "hint:"]);
    assert_eq!(fs::read_to_string(&sheet).expect("there"), filled);
    let output = desk.run("audited", &["--audit-results", &sheet_path]);
    assert!(output.status.success(), "{}", said(&output));
    // The record says which sheet it was.
    let record = fs::read_to_string(desk.folder.join("audited/run.json")).expect("there");
    let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    let also: Vec<&str> = record["also_read"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|each| each["what"].as_str().expect("a word"))
        .collect();
    assert_eq!(also, ["area", "audit sheet"]);
}

#[test]
fn inputs_in_the_output_folder_and_files_beside_the_results_stay() {
    let desk = Desk::new();
    refused(
        &senlens(&[
            "run",
            "--schools",
            &desk.path("demo/inputs/schools.csv"),
            "--area",
            &desk.path("area.toml"),
            "--out",
            &desk.path("demo"),
        ]),
        &["schools.csv", "input"],
    );
    fs::write(desk.folder.join("demo/minutes.txt"), "of the meeting").expect("written");
    refused(&desk.run("demo", &[]), &["minutes.txt", "hint:"]);
    fs::remove_file(desk.folder.join("demo/minutes.txt")).expect("gone");
    let output = desk.run("demo", &[]);
    assert!(
        output.status.success(),
        "a run of ours may be replaced: {}",
        said(&output)
    );

    for record in [
        "{}",
        "{\"schema_version\": \"2.0.0\", \"record_sha256\": \"\", \"files\": []}",
    ] {
        let folder = desk.folder.join("thesis");
        fs::create_dir_all(&folder).expect("made");
        fs::write(folder.join("run.json"), record).expect("written");
        fs::write(folder.join("chapter1.txt"), "years of work").expect("written");
        refused(&desk.run("thesis", &[]), &["thesis", "hint:"]);
        assert_eq!(fs::read_dir(&folder).expect("there").count(), 2);
    }
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_followed_and_those_to_nothing_refused() {
    let desk = Desk::new();
    std::os::unix::fs::symlink(desk.folder.join("nowhere"), desk.folder.join("dangling")).expect("linked");
    refused(&desk.run("dangling", &[]), &["dangling", "symbolic link"]);
    assert!(!desk.folder.join("nowhere").exists());
    std::os::unix::fs::symlink(desk.folder.join("demo"), desk.folder.join("link")).expect("linked");
    let before = fs::read(desk.folder.join("demo/run.json")).expect("there");
    let output = desk.run("link", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let link = desk.folder.join("link");
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert_ne!(
        fs::read(desk.folder.join("demo/run.json")).expect("there"),
        before
    );
}

#[cfg(unix)]
#[test]
fn an_internal_run_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    fn modes(folder: &Path, found: &mut Vec<(PathBuf, u32)>) {
        for entry in fs::read_dir(folder).expect("there") {
            let path = entry.expect("readable").path();
            found.push((
                path.clone(),
                fs::metadata(&path).expect("there").permissions().mode() & 0o777,
            ));
            if path.is_dir() {
                modes(&path, found);
            }
        }
    }
    let desk = Desk::new();
    fs::create_dir(desk.folder.join("private")).expect("made");
    fs::set_permissions(desk.folder.join("private"), fs::Permissions::from_mode(0o700)).expect("set");
    for (out, audience, folders, files) in [
        ("internal", "internal", 0o700, 0o600),
        ("public", "public", 0o755, 0o644),
        ("private", "public", 0o700, 0o644),
    ] {
        let output = desk.run(out, &["--audience", audience]);
        assert!(output.status.success(), "{}", said(&output));
        let place = desk.folder.join(out);
        let own = fs::metadata(&place).expect("there").permissions().mode() & 0o777;
        assert_eq!(own, folders, "{out}");
        let mut found = Vec::new();
        modes(&place, &mut found);
        assert!(found.len() > 50);
        for (path, mode) in found {
            let expected = match (path.is_dir(), out) {
                // Nobody enters the private folder; what is in it is as the umask says.
                (true, "private") => 0o755,
                (true, _) => folders,
                (false, _) => files,
            };
            assert_eq!(mode, expected, "{}", path.display());
        }
    }
}

#[test]
fn cells_synth_and_timings_overwrite_nothing() {
    let desk = Desk::new();
    let schools = desk.path("schools.csv");
    let before = fs::read(&schools).expect("there");
    refused(
        &senlens(&["cells", &schools, "--out", &schools]),
        &["schools.csv", "input"],
    );
    let thesis = desk.path("thesis.txt");
    fs::write(&thesis, "years of work").expect("written");
    refused(
        &senlens(&["cells", &schools, "--out", &thesis]),
        &["thesis.txt", "hint:"],
    );
    refused(
        &desk.run("out", &["--timings", &thesis]),
        &["thesis.txt", "hint:"],
    );
    refused(
        &desk.run("out", &["--timings", &schools]),
        &["schools.csv", "input"],
    );
    refused(
        &senlens(&["synth", "--out", &desk.folder.to_string_lossy()]),
        &["not empty", "hint:"],
    );
    assert_eq!(fs::read(&schools).expect("there"), before);
    assert_eq!(fs::read_to_string(&thesis).expect("there"), "years of work");
    assert!(!desk.folder.join("out").exists());

    // What is ours is written anew.
    let cells = desk.path("cells.parquet");
    // Independent schools do not state their needs, and a file of cells has no place for what is not known.
    let stated = desk.path("stated.csv");
    let text = fs::read_to_string(&schools).expect("there");
    let lines = text.lines().filter(|line| !line.contains("Independent school"));
    fs::write(&stated, lines.collect::<Vec<_>>().join("\n") + "\n").expect("written");
    for _ in 0..2 {
        let output = senlens(&["cells", &stated, "--out", &cells]);
        assert!(output.status.success(), "{}", said(&output));
        let timings = desk.path("timings.json");
        let output = desk.run("out", &["--timings", &timings]);
        assert!(output.status.success(), "{}", said(&output));
        assert!(
            fs::read_to_string(&timings)
                .expect("there")
                .contains("\"report\"")
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&cells).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "small counts are their owner's");
    }
    let left: Vec<_> = fs::read_dir(&desk.folder)
        .expect("there")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn timings_that_cannot_be_written_stop_the_run() {
    let desk = Desk::new();
    refused(
        &desk.run("out", &["--timings", &desk.path("demo")]),
        &["--timings"],
    );
    if cfg!(target_os = "linux") {
        refused(&desk.run("out", &["--timings", "/dev/full"]), &["--timings"]);
        refused(
            &desk.run("out", &["--timings", "/proc/nowhere/timings.json"]),
            &["--timings"],
        );
    }
    assert!(!desk.folder.join("out").exists());
}

#[test]
fn a_failed_run_leaves_no_new_folders() {
    let desk = Desk::new();
    fs::write(desk.folder.join("bad.csv"), "a,b\n1,2\n").expect("written");
    let out = desk.path("new/deeper/out");
    let output = senlens(&[
        "run",
        "--schools",
        &desk.path("bad.csv"),
        "--area",
        &desk.path("area.toml"),
        "--out",
        &out,
    ]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(!desk.folder.join("new").exists());
}

/// SIGINT, SIGTERM and SIGHUP at five moments of a run: nothing is left, neither folder nor new parents.
#[cfg(unix)]
#[test]
fn a_signal_leaves_no_temporary_folder() {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    let home = tempfile::tempdir().expect("a folder");
    let settings = PupilSettings {
        seed: 5,
        pupils: 1_000,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule: 0,
    };
    write_pupils(home.path(), &settings, &[PupilLayout::Csv]).expect("written");
    fs::create_dir(home.path().join("temporary")).expect("made");
    let listing = |folder: &Path| {
        let mut names: Vec<_> = fs::read_dir(folder)
            .expect("there")
            .map(|entry| entry.expect("readable").file_name())
            .collect();
        names.sort();
        names
    };
    let before = listing(home.path());
    let start = || {
        Command::new(binary())
            .arg("run")
            .arg("--pupils")
            .arg(home.path().join("csv"))
            .arg("--schools")
            .arg(home.path().join("schools.csv"))
            .args(["--area", "essex", "--out"])
            .arg(home.path().join("new/out"))
            .env("TMPDIR", home.path().join("temporary"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts")
    };
    let clock = Instant::now();
    assert!(start().wait().expect("ends").success());
    let took = clock.elapsed();
    fs::remove_dir_all(home.path().join("new")).expect("gone");
    let mut ended_by_signal = 0;
    for (number, signal) in [(2, "INT"), (15, "TERM"), (1, "HUP")] {
        for at in 1..6u32 {
            let mut child = start();
            std::thread::sleep((took * at / 6).max(Duration::from_millis(20)));
            let sent = Command::new("kill")
                .args(["-s", signal, &child.id().to_string()])
                .stderr(Stdio::null())
                .status();
            assert!(sent.is_ok(), "kill is there");
            let status = child.wait().expect("ends");
            if status.success() {
                fs::remove_dir_all(home.path().join("new")).expect("a run that was done");
            } else {
                assert_eq!(status.signal(), Some(number), "{status:?}");
                ended_by_signal += 1;
            }
            assert_eq!(listing(home.path()), before, "SIG{signal} at {at} sixths");
            assert!(listing(&home.path().join("temporary")).is_empty());
        }
    }
    assert!(ended_by_signal >= 6, "{ended_by_signal}");
}

/// Of a pupil extract, a row with a field too many is set aside: `check` says so by its exit code too.
#[test]
fn a_check_ends_with_1_where_rows_were_not_counted() {
    let home = tempfile::tempdir().expect("a folder");
    let settings = PupilSettings {
        seed: 6,
        pupils: 300,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule: 0,
    };
    write_pupils(home.path(), &settings, &[PupilLayout::Csv]).expect("written");
    let schools = home.path().join("schools.csv").to_string_lossy().into_owned();
    let text = fs::read_to_string(home.path().join("csv/pupils_202223.csv")).expect("there");
    let mut lines: Vec<&str> = text.lines().collect();
    let longer = format!("{},x", lines[100]);
    let file = home.path().join("pupils.csv");
    let check = |code: i32| {
        let file = file.to_string_lossy().into_owned();
        let output = senlens(&["check", &file, "--schools", &schools]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{text}{}", said(&output));
        text
    };
    fs::write(&file, lines.join("\n")).expect("written");
    check(0);
    lines[100] = &longer;
    fs::write(&file, lines.join("\n")).expect("written");
    assert!(check(1).contains("1 not counted"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    use std::process::{Command, Stdio};
    let desk = Desk::new();
    for arguments in [
        vec!["schema", "config"],
        vec!["explain"],
        vec!["--help"],
        vec!["check", &desk.path("schools.csv")],
    ] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("Linux has it");
        let status = Command::new(binary())
            .args(&arguments)
            .stdout(full)
            .stderr(Stdio::null())
            .status()
            .expect("starts");
        assert_eq!(status.code(), Some(2), "{arguments:?}");
    }
}

/// A pipe that nobody writes to would be waited for without end.
#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_as_inputs() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    let desk = Desk::new();
    let pipe = desk.path("pipe.csv");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .expect("mkfifo is there")
            .success()
    );
    let (schools, area, out) = (desk.path("schools.csv"), desk.path("area.toml"), desk.path("out"));
    let run = ["run", "--out", &out];
    let mut trials: Vec<Vec<&str>> = Vec::new();
    for option in ["--schools", "--benchmark", "--pupils", "--plans"] {
        trials.push([&run[..], &["--area", &area, option, &pipe]].concat());
    }
    for option in [
        "--area",
        "--mapping",
        "--neighbours",
        "--links",
        "--audit-results",
        "--policy",
    ] {
        trials.push(
            [
                &run[..],
                &["--schools", &schools, "--audience", "public", option, &pipe],
            ]
            .concat(),
        );
    }
    trials.push([&run[..], &["--area", &area, "--schools", "/dev/zero"]].concat());
    trials.push([&run[..], &[pipe.as_str()]].concat());
    trials.push(vec!["check", &pipe]);
    trials.push(vec!["check", "--schools", &pipe, &schools]);
    trials.push(vec!["check", "--mapping", &pipe, &schools]);
    trials.push(vec!["cells", &pipe, "--out", &out]);
    trials.push(vec!["cells", &schools, "--mapping", &pipe, "--out", &out]);
    trials.push(vec!["attack", &pipe]);
    let demo = desk.path("demo");
    trials.push(vec!["attack", &demo, "--public", &pipe]);
    for arguments in trials {
        let mut child = Command::new(binary())
            .args(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let clock = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("known") {
                break status;
            }
            if clock.elapsed() > Duration::from_mins(1) {
                child.kill().expect("ends");
                child.wait().expect("ends");
                panic!("hangs: {arguments:?}");
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut message = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().expect("piped"), &mut message).expect("text");
        assert_eq!(status.code(), Some(2), "{arguments:?}: {message}");
        let words: String = message.replace('│', " ").split_whitespace().collect();
        assert!(words.contains("notafile"), "{arguments:?}: {message}");
    }
    assert!(!desk.folder.join("out").exists());
}
