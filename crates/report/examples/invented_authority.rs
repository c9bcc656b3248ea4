//! Writes the pages of an invented authority, one folder for each kind of input, to look at:
//! `cargo run --release -p senlens-report --example invented_authority FOLDER`.

use senlens_report::{Options, ReportError, write};
use senlens_testing::publication::{Kind, released};
use std::path::PathBuf;

fn main() -> Result<(), ReportError> {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("out"), PathBuf::from);
    for kind in Kind::ALL {
        write(
            &released(kind),
            &folder.join(format!("{kind:?}")),
            &Options::default(),
        )?;
    }
    Ok(())
}
