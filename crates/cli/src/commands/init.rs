//! `senlens init`

use super::output::{report, say};
use miette::{Report, miette};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Writes a configuration and an area file to begin with; never over a file that is there.
pub(super) fn run(area: Option<&str>, out: &Path) -> Result<ExitCode, Report> {
    let files = senlens::init(area).map_err(|error| report(&error))?;
    let present: Vec<String> = files
        .iter()
        .map(|(name, _)| out.join(name))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| format!("`{}`", path.display()))
        .collect();
    if !present.is_empty() {
        return Err(miette!(
            "nothing was written: {} {} there already; move {}, or choose another folder with --out",
            present.join(" and "),
            if present.len() == 1 { "is" } else { "are" },
            if present.len() == 1 {
                "it away"
            } else {
                "them away"
            },
        ));
    }
    let cannot = |path: &Path, error: std::io::Error| miette!("cannot write `{}`: {error}", path.display());
    fs::create_dir_all(out).map_err(|error| cannot(out, error))?;
    for (name, text) in &files {
        let path = out.join(name);
        let written = fs::File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| cannot(&path, error))?;
        say(&format!("wrote {}", path.display()));
    }
    say(&format!(
        "next: name your files in {0}, then `senlens run {0}`; or put them into a folder, see `senlens doctor FOLDER`, then \
         `senlens run {0} FOLDER`",
        out.join(&files[0].0).display()
    ));
    Ok(ExitCode::SUCCESS)
}
