//! What the documents say of the code, held against it.

use senlens::flags::RuleId;
use senlens_tests::root;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every page of documentation that we write by hand.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![root()];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("readable").path();
            let name = path.file_name().expect("named").to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && name != "target" {
                todo.push(path);
            } else if path.extension().is_some_and(|kind| kind == "md") {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 10, "{found:?}");
    found
}

#[test]
fn every_indicator_has_its_rule_and_its_chapter() {
    let page = fs::read_to_string(root().join("docs/indicators.md")).expect("there");
    for rule in RuleId::ALL {
        let number = rule.page().indicator;
        if number.is_empty() {
            continue;
        }
        let row = format!("| {number} | `{rule}` |");
        assert!(page.contains(&row), "docs/indicators.md lacks `{row}`");
        let chapter = format!("## {number} ");
        assert!(page.contains(&chapter), "docs/indicators.md lacks `{chapter}`");
    }
}

/// Links between documents, and to files, lead somewhere.
#[test]
fn links_lead_to_files_that_are_there() {
    for document in documents() {
        let text = fs::read_to_string(&document).expect("text");
        for (target, _) in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || target.contains("://") || target.contains(' ') {
                continue;
            }
            let path = document.parent().unwrap_or(Path::new("")).join(file);
            assert!(path.exists(), "{}: no `{target}`", document.display());
        }
    }
}

/// Paths that documents name in code type are there: `crates/…`, `docs/…`, `tests/…`, `data-schemas/…`.
#[test]
fn paths_that_documents_name_are_there() {
    for document in documents() {
        let text = fs::read_to_string(&document).expect("text");
        for word in text.split('`').skip(1).step_by(2) {
            let is_path = ["crates/", "docs/", "tests/", "data-schemas/", "notebooks-export/"]
                .iter()
                .any(|folder| word.starts_with(folder))
                && !word.contains([' ', '*', '{', '<', '…']);
            assert!(
                !is_path || root().join(word).exists(),
                "{}: no `{word}`",
                document.display()
            );
        }
    }
}

/// The README's first command names no program: the workspace must leave cargo one to choose.
#[test]
fn cargo_run_is_the_program() {
    let readme = fs::read_to_string(root().join("README.md")).expect("there");
    assert!(readme.contains("cargo run --release -- demo"));
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let workspace: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let defaults = list(&workspace["workspace_default_members"]);
    let programs: Vec<String> = list(&workspace["packages"])
        .iter()
        .filter(|package| defaults.contains(&package["id"]))
        .flat_map(|package| list(&package["targets"]))
        .filter(|target| list(&target["kind"]).contains(&Value::from("bin")))
        .map(|target| target["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(programs, ["senlens"]);
}
