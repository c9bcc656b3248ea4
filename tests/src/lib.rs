//! What the end-to-end tests share: where things are, and how to run the program as a user would.

pub mod cases;
pub mod tables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the project")
        .to_owned()
}

/// A file of the shared real data (`SENLENS_SHARED`, by default `../shared` beside the project), or none with a plain
/// word on stderr that what needs it was not run.
pub fn shared(path: &str) -> Option<PathBuf> {
    let home = std::env::var_os("SENLENS_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let file = home.join(path);
    if file.exists() {
        return Some(file);
    }
    #[expect(clippy::print_stderr, reason = "a test that was not run must say so")]
    {
        eprintln!("not run: needs SENLENS_SHARED with {path}");
    }
    None
}

/// Runs the program with arguments, as built beside this test.
///
/// # Panics
/// When it cannot be started.
pub fn senlens(arguments: &[&str]) -> Output {
    Command::new(binary())
        .args(arguments)
        .output()
        .expect("the program starts")
}

/// The program, built in the same profile as this test.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let profile = test
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in deps/ beside the program");
    profile.join(format!("senlens{}", std::env::consts::EXE_SUFFIX))
}

/// What the program said on stderr.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every file below a folder, in order of path.
///
/// # Panics
/// When a folder cannot be read.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(next) = todo.pop() {
        for entry in std::fs::read_dir(&next).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                todo.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The bytes of every file below a folder, by its path within.
///
/// # Panics
/// When a file cannot be read.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    files_below(folder)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(folder).expect("below it");
            let bytes = std::fs::read(&path).expect("readable");
            (name.to_string_lossy().into_owned(), bytes)
        })
        .collect()
}
