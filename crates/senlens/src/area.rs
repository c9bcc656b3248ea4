//! Finds the area: built in, or a file.

use crate::Error;
use senlens_model::AreaFile;
use std::path::Path;

/// The area of a name or path.
pub(crate) fn find(area: &str) -> Result<AreaFile, Error> {
    if let Some(preset) = AreaFile::preset(area) {
        return Ok(preset);
    }
    let fault = |message: String| Error::Area {
        area: area.to_owned(),
        message,
    };
    let path = Path::new(area);
    if !path.exists() {
        let built_in: Vec<&str> = AreaFile::PRESETS.iter().map(|(name, _)| *name).collect();
        return Err(fault(format!(
            "no such area: not built in (there is {}) and not a file; `senlens schema area` prints the form of an area file",
            built_in.join(", ")
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| Error::Read {
        path: path.to_owned(),
        error,
    })?;
    AreaFile::from_toml(&text).map_err(|error| fault(error.to_string()))
}
