//! What the program says of itself. (Being an integration test, it also has the program built for tests/e2e.)

use std::process::Command;

fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_senlens"))
        .args(arguments)
        .output()
        .expect("the program starts");
    assert!(output.stderr.is_empty(), "help is an answer, not a fault");
    String::from_utf8(output.stdout).expect("help is text")
}

#[test]
fn help_reads_well() {
    insta::assert_snapshot!(help(&["--help"]));
}

#[test]
fn run_help_reads_well() {
    insta::assert_snapshot!(help(&["run", "--help"]));
}

#[test]
fn a_slip_on_the_command_line_is_exit_2_and_names_the_remedy() {
    let output = Command::new(env!("CARGO_BIN_EXE_senlens"))
        .args(["run", "--scools", "x"])
        .output()
        .expect("starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("--scools") && said.contains("--schools"), "{said}");
}
