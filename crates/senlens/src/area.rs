//! Finds the area: built in, or a file.

use crate::Error;
use senlens_model::{AcademicYear, AreaFile, Authority, LaCode, NeighbourList};
use senlens_published::{authority_key, read_neighbours};
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

/// The area's own neighbours from a file that lists them for every authority. Such a file does not say from when it
/// holds; whoever gives it says that it does.
pub(crate) fn neighbours(path: &Path, area: &AreaFile, year: AcademicYear) -> Result<NeighbourList, Error> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let date = format!("{}-01-01", year.january());
    let lists = read_neighbours(path, &name, &date)?;
    let fault = |message: String| Error::Setting(format!("`{name}`: {message}"));
    let own = lists
        .authorities
        .iter()
        .find(|(authority, _)| authority_key(authority) == authority_key(&area.name));
    let (_, neighbours) = own.ok_or_else(|| fault(format!("no column for {}", area.name)))?;
    let la_codes = neighbours
        .iter()
        .map(|neighbour| match Authority::named(neighbour) {
            Some(authority) => Ok(authority.la_code),
            None => Err(fault(format!(
                "no authority of this name is known: `{neighbour}`"
            ))),
        });
    let la_codes = la_codes.collect::<Result<Vec<LaCode>, Error>>()?;
    Ok(NeighbourList {
        list: format!("{name}, as given with the run"),
        date: lists.date,
        la_codes,
    })
}
