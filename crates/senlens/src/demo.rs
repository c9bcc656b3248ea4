//! The whole run on an invented county: no input, no network.

use crate::run::prepare_with;
use crate::{Config, Error, Outcome, OutputError, Stage, TemporaryFolder};
use senlens_model::SourceKind;
use senlens_synth::county;
use std::fs;
use std::path::Path;

/// The seed of the county that the README and the tests show.
pub const DEMO_SEED: u64 = 20_260_131;

/// Invents a county from a seed, runs the whole pipeline on it and leaves its folder at `out`, the invented inputs in
/// `inputs/` beside the results.
///
/// # Errors
/// When the folder cannot be written.
pub fn demo(out: &Path, seed: u64) -> Result<Outcome, Error> {
    demo_watched(out, seed, &|_| ())
}

/// As [`demo`], and tells `watcher` as each stage begins.
///
/// # Errors
/// As [`demo`].
pub fn demo_watched(out: &Path, seed: u64, watcher: &dyn Fn(Stage)) -> Result<Outcome, Error> {
    let invented = county::demo(seed).expect("a county can be written to memory");
    let home = TemporaryFolder::new().map_err(|error| refused(out, error))?;
    let files = [
        ("schools.csv", &invented.schools_csv[..]),
        ("benchmark.csv", &invented.benchmark_csv[..]),
        ("area.toml", invented.area_toml.as_bytes()),
    ];
    for (name, bytes) in files {
        fs::write(home.path().join(name), bytes).map_err(|error| refused(home.path(), error))?;
    }
    let mut config = Config::writing_to(out.to_owned());
    config.schools.push(home.path().join("schools.csv"));
    config.benchmark.push(home.path().join("benchmark.csv"));
    config.area = Some(home.path().join("area.toml").to_string_lossy().into_owned());
    config.year = Some(invented.year);
    let prepared = prepare_with(&config, SourceKind::Invented, watcher, |folder| {
        let inputs = folder.join("inputs");
        fs::create_dir(&inputs).map_err(|error| refused(&inputs, error))?;
        for (name, bytes) in files {
            fs::write(inputs.join(name), bytes).map_err(|error| refused(&inputs, error))?;
        }
        Ok(())
    })?;
    prepared.publish()
}

fn refused(path: &Path, error: std::io::Error) -> Error {
    OutputError::Refused {
        path: path.to_owned(),
        error,
    }
    .into()
}
