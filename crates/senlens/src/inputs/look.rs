//! Tells what files are by their headers and first bytes; tables are read, so that their years and rows are known.

use super::{FoundFile, Role};
use crate::{Config, Error};
use senlens_files::{MOST_FILES, RowAccount};
use senlens_model::{AreaFile, Cells, CountedPlace, Coverage, Dimension};
use senlens_published::{
    Layout, Mapping, ReadOptions, detect, read_benchmark, read_neighbours, read_school_list, read_schools,
};
use senlens_pupils::cells_file::is_cells_file;
use senlens_pupils::{EstablishmentLinks, is_plans_file, is_pupil_file, screen_pupils};
use std::fs;
use std::path::{Path, PathBuf};

/// Looks at every file under the paths, in order of name. Folders are gone into, but for hidden ones and those that a run
/// of ours wrote.
///
/// # Errors
/// When a path is not there or a folder cannot be listed. What is wrong with single files stands in
/// [`FoundFile::problem`].
pub fn look(paths: &[PathBuf]) -> Result<Vec<FoundFile>, Error> {
    let mut found = Vec::new();
    for path in paths {
        gather(path, &mut found)?;
    }
    Ok(found)
}

fn gather(path: &Path, found: &mut Vec<FoundFile>) -> Result<(), Error> {
    let cannot = |error| Error::Read {
        path: path.to_owned(),
        error,
    };
    if fs::metadata(path).map_err(cannot)?.is_file() {
        found.push(one(path));
        return Ok(());
    }
    if path.join(crate::output::RECORD).is_file() {
        let mut report = FoundFile::new(path.to_owned(), Role::Report, Role::Report.in_words());
        report.problem = Some("not gone into: it holds results, not inputs".to_owned());
        found.push(report);
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(cannot)?;
    entries.sort();
    let hidden = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
    };
    for entry in entries.into_iter().filter(|entry| !hidden(entry)) {
        if found.len() >= MOST_FILES {
            return Err(Error::Setting(format!(
                "there are more than {MOST_FILES} files under `{}`; point at the folder that holds the inputs alone",
                path.display()
            )));
        }
        // What is neither file nor folder (a pipe, a broken link) is named, not opened.
        match fs::metadata(&entry) {
            Ok(kind) if kind.is_file() || kind.is_dir() => gather(&entry, found)?,
            _ => found.push(FoundFile::new(entry, Role::Other, "neither a file nor a folder")),
        }
    }
    Ok(())
}

/// What one file is.
fn one(path: &Path) -> FoundFile {
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let other = |layout: &str| FoundFile::new(path.to_owned(), Role::Other, layout);
    match extension.as_deref() {
        Some("toml") => return settings(path),
        Some("xml") => {
            let role = if is_plans_file(path) {
                Role::Plans
            } else {
                Role::Pupils
            };
            return FoundFile::new(path.to_owned(), role, format!("{}, XML", role.in_words()));
        }
        Some(
            "md" | "pdf" | "docx" | "doc" | "geojson" | "json" | "svg" | "png" | "html" | "py" | "r" | "sql",
        )
        | None => {
            return other("not a table");
        }
        _ => {}
    }
    if is_cells_file(path) {
        let mut cells = FoundFile::new(path.to_owned(), Role::Cells, Role::Cells.in_words());
        cells.carries_needs = true;
        return cells;
    }
    if is_plans_file(path) {
        return FoundFile::new(path.to_owned(), Role::Plans, "SEN2 module");
    }
    let layouts = match detect(&[path.to_owned()]) {
        Ok(detected) => detected,
        Err(_) if is_pupil_file(path) => return pupils(path),
        Err(error) => {
            let mut unread = other("cannot be read as a table");
            unread.problem = Some(first_of(path, &error.to_string()));
            return unread;
        }
    };
    let layout = layouts.iter().find_map(|each| each.layout);
    match layout {
        Some(Layout::PupilRecords) => pupils(path),
        Some(layout) if layout.is_of_schools() => schools(path, layout),
        Some(layout) if layout.is_of_areas() => benchmark(path, layout),
        Some(Layout::RegisterOfSchools) => school_list(path),
        Some(Layout::Neighbours) => neighbours(path),
        Some(Layout::EstablishmentLinks) => links(path),
        Some(layout) => other(layout.in_words()),
        None if is_pupil_file(path) => pupils(path),
        None => {
            let columns = layouts.first().map_or("nothing", |each| each.columns.as_str());
            let mut unknown = other("a table in no layout we know");
            unknown.problem = Some(format!(
                "it has {columns}; a table of schools can be read with --schools and --mapping"
            ));
            unknown
        }
    }
}

fn pupils(path: &Path) -> FoundFile {
    let mut found = FoundFile::new(path.to_owned(), Role::Pupils, "extract of pupil records");
    found.carries_needs = true;
    found
}

/// What a TOML file sets.
fn settings(path: &Path) -> FoundFile {
    let Ok(text) = fs::read_to_string(path) else {
        return FoundFile::new(path.to_owned(), Role::Other, "cannot be read as text");
    };
    let has_columns = toml::from_str::<toml::Table>(&text).is_ok_and(|table| table.contains_key("columns"));
    let role = if AreaFile::from_toml(&text).is_ok() {
        Role::Area
    } else if Config::from_toml(&text, Path::new("")).is_ok() {
        Role::Configuration
    } else if Mapping::from_toml(&text).is_ok() || has_columns {
        Role::Mapping
    } else {
        Role::Other
    };
    let mut found = FoundFile::new(path.to_owned(), role, role.in_words());
    if role == Role::Other {
        "TOML that is neither configuration, area file nor mapping".clone_into(&mut found.layout);
        found.problem = AreaFile::from_toml(&text)
            .err()
            .map(|error| first_of(path, &error.to_string()));
    }
    found
}

fn schools(path: &Path, layout: Layout) -> FoundFile {
    let mut found = FoundFile::new(path.to_owned(), Role::Schools, layout.in_words());
    let paths = [path.to_owned()];
    match read_schools(&paths, &ReadOptions::default()) {
        Ok(reading) => {
            found.take(&reading.cells, &reading.accounts);
            let schools = reading.cells.places().iter().filter_map(CountedPlace::school);
            let independent = schools
                .clone()
                .filter(|school| !Coverage::StateFunded.counts(school.phase))
                .count();
            found.schools = Some(schools.count());
            found.coverage = Some(match independent {
                0 => "state-funded and non-maintained special schools".to_owned(),
                number => format!("all schools, {number} of them independent"),
            });
        }
        Err(error) => found.problem = Some(first_of(path, &error.to_string())),
    }
    found
}

fn school_list(path: &Path) -> FoundFile {
    let layout = Layout::RegisterOfSchools;
    let mut found = FoundFile::new(path.to_owned(), Role::SchoolList, layout.in_words());
    match read_school_list(path) {
        Ok(list) => {
            found.rows = Some(list.account.read());
            found.used = Some(list.account.accepted());
            found.schools = Some(list.schools.len());
            found.authorities = list.schools.iter().map(|school| school.la_code).collect();
        }
        Err(error) => found.problem = Some(first_of(path, &error.to_string())),
    }
    found
}

fn benchmark(path: &Path, layout: Layout) -> FoundFile {
    let mut found = FoundFile::new(path.to_owned(), Role::Benchmark, layout.in_words());
    // A table without a year is read as if it were of one, to see what it holds; the year is not told.
    let undated = layout == Layout::LaPhaseNeed;
    let options = ReadOptions {
        year: undated.then(|| "202223".parse().expect("a year of our era")),
        ..ReadOptions::default()
    };
    match read_benchmark(&[path.to_owned()], &options) {
        Ok(readings) => {
            for reading in &readings {
                found.take(&reading.cells, &reading.accounts);
            }
            if undated {
                found.years.clear();
            }
        }
        Err(error) => found.problem = Some(first_of(path, &error.to_string())),
    }
    found
}

fn neighbours(path: &Path) -> FoundFile {
    let mut found = FoundFile::new(path.to_owned(), Role::Neighbours, Layout::Neighbours.in_words());
    match read_neighbours(path, "", "2000-01-01") {
        Ok(lists) => {
            found.rows = Some(lists.account.read());
            found.used = Some(lists.account.accepted());
            let named = lists
                .authorities
                .iter()
                .filter_map(|(name, _)| senlens_model::Authority::named(name));
            found.authorities = named.map(|authority| authority.la_code).collect();
        }
        Err(error) => found.problem = Some(first_of(path, &error.to_string())),
    }
    found
}

fn links(path: &Path) -> FoundFile {
    let mut found = FoundFile::new(
        path.to_owned(),
        Role::Links,
        Layout::EstablishmentLinks.in_words(),
    );
    if let Err(error) = EstablishmentLinks::read(path) {
        found.problem = Some(first_of(path, &error.to_string()));
    }
    found
}

impl FoundFile {
    /// Takes how many pupil records there are and of which years, by a screening that needs no list of schools. A run counts
    /// them anyway; whoever only asks waits for it.
    pub fn screen_records(&mut self) {
        if self.role != Role::Pupils || self.problem.is_some() {
            return;
        }
        match screen_pupils(std::slice::from_ref(&self.path)) {
            Ok(reading) => self.take(&reading.cells, &reading.accounts),
            Err(error) => self.problem = Some(first_of(&self.path, &error.to_string())),
        }
        self.carries_needs = true;
        // The authorities of pupil records are their schools', which a list of schools names.
        self.authorities.clear();
    }

    /// Takes what was read.
    fn take(&mut self, cells: &Cells, accounts: &[RowAccount]) {
        self.years.extend(cells.years());
        self.years.sort_unstable();
        self.years.dedup();
        let read: u64 = accounts.iter().map(RowAccount::read).sum();
        let used: u64 = accounts.iter().map(RowAccount::accepted).sum();
        self.rows = Some(self.rows.unwrap_or_default().max(read));
        self.used = Some(self.used.unwrap_or_default() + used);
        self.carries_needs |= cells.dimensions().carry(Dimension::PrimaryNeed);
        self.authorities
            .extend(cells.places().iter().filter_map(|place| match place {
                CountedPlace::School(school) => Some(school.la_code),
                CountedPlace::Area { la_code, name, .. } => {
                    la_code.or_else(|| senlens_model::Authority::named(name).map(|known| known.la_code))
                }
            }));
    }
}

/// The first line of a message, which says most, without the path of the file: where it lies is not told in a record.
fn first_of(path: &Path, message: &str) -> String {
    // A message of several problems begins with their number and the file.
    let is_total = |line: &&str| {
        line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(" problems in ")
            || (line.starts_with(&*path.display().to_string()) && !line.contains(": "))
    };
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines.find(|line| !is_total(line)).unwrap_or_default();
    let of_file = line.strip_prefix(&*path.display().to_string());
    of_file
        .map_or(line, |rest| rest.trim_start_matches([',', ':', ' ']))
        .trim_end_matches('.')
        .to_owned()
}
