//! The shared data files, which are not part of this repository.
#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

use std::path::{Path, PathBuf};

/// A shared data file; nothing, said plainly, where the folder is not there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SENLENS_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = folder.join("data").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("not run: needs SENLENS_SHARED ({name})");
    None
}
