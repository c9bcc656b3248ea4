//! What the program prints about itself. (As an integration test it also has the program built for tests/e2e.)

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

#[test]
fn the_funnel_explains_how_often_it_errs() {
    // Chances of a false flag at a 2.8% benchmark, nominal 0.001: 30, 100 and 300 pupils (exact binomial sums).
    let page = help(&["explain", "funnel"]);
    let row = |rule: &str| {
        page.lines()
            .find(|line| line.starts_with(rule))
            .unwrap_or_default()
            .to_owned()
    };
    for (rule, chances) in [
        ("exact_tail", ["0.00016", "0.00052", "0.00094"]),
        ("normal_lines", ["0.00942", "0.00719", "0.00228"]),
    ] {
        for chance in chances {
            assert!(row(rule).contains(chance), "{rule} {chance}: {}", row(rule));
        }
    }
    assert!(help(&["explain", "masking"]).contains("masking"));
    assert!(help(&["explain", "substitution"]).contains("Does not cover"));
}

#[test]
fn the_code_lists_tell_their_years() {
    let page = help(&["explain", "codes"]);
    for (code, years) in [
        ("BESD", "to 2013/14"),
        ("DS", "from 2024/25"),
        ("S", "to spring 2017/18"),
    ] {
        let row = page.lines().find(|line| line.split(' ').next() == Some(code));
        assert!(row.is_some_and(|row| row.ends_with(years)), "{code}: {page}");
    }
    assert!(page.contains("2014/15, all counts by need:") && page.contains("authorities 909, 942, 943"));
    assert!(page.lines().all(|line| line == line.trim_end()), "{page}");
}
