//! Reads every input that the configuration names into counts, with an account of every row.

use crate::{Config, Error};
use senlens_compare::compare_totals;
use senlens_files::{Note, Reading, RowAccount, is_no_pipe, without_controls};
use senlens_model::{
    AcademicYear, AuditedRecords, Cells, DiscordanceCount, MarkCount, SourceKind, TransitionCount,
};
use senlens_published::{
    Layout, Mapping, ReadOptions, SchoolList, detect, read_benchmark, read_school_list, read_schools,
};
use senlens_pupils::cells_file::{is_cells_file, read_cells};
use senlens_pupils::read_audit;
use senlens_pupils::{EstablishmentLinks, Levels, PupilOptions, PupilReport, SchoolDirectory, read_pupils};
use senlens_release::SourceNote;
use std::fs;
use std::path::{Path, PathBuf};

/// What was read.
pub(crate) struct Read {
    /// Cells by school.
    pub(crate) schools: Option<Cells>,
    /// Cells of published tables.
    pub(crate) benchmarks: Vec<Cells>,
    /// What the schools' cells were counted from.
    pub(crate) kind: SourceKind,
    /// Steps of pupils between censuses.
    pub(crate) transitions: Vec<TransitionCount>,
    /// What plans name for pupils of each state at the census before.
    pub(crate) discordance: Vec<DiscordanceCount>,
    /// Pupils who bear a mark, by year.
    pub(crate) marks: Vec<(AcademicYear, MarkCount)>,
    /// What an audit found.
    pub(crate) audited: Vec<AuditedRecords>,
    /// The inputs, for the reader of the results.
    pub(crate) sources: Vec<SourceNote>,
    /// What was noticed.
    pub(crate) notes: Vec<String>,
    /// The year compared.
    pub(crate) year: AcademicYear,
}

/// Reads the inputs.
pub(crate) fn read(config: &Config, kind: SourceKind) -> Result<Read, Error> {
    let mut read = Read {
        schools: None,
        benchmarks: Vec::new(),
        kind,
        transitions: Vec::new(),
        discordance: Vec::new(),
        marks: Vec::new(),
        audited: Vec::new(),
        sources: Vec::new(),
        notes: Vec::new(),
        year: config
            .year
            .unwrap_or(AcademicYear::starting(2022).expect("a year of our era")),
    };
    let mut years: Vec<AcademicYear> = Vec::new();
    if !config.pupils.is_empty() {
        years = read.pupils(config)?;
    } else if !config.schools.is_empty() {
        let mut options = ReadOptions {
            mapping: mapping(config)?,
            year: config.year,
            kind,
        };
        // Several files may be of several years: then the year asked for is compared with the others.
        let apart = config.schools.len() > 1;
        if apart {
            options.year = None;
        }
        let reading = match read_schools(&config.schools, &options) {
            Err(_) if apart && config.year.is_some() => {
                options.year = config.year;
                read_schools(&config.schools, &options)
            }
            reading => reading,
        };
        let Reading {
            cells,
            accounts,
            notes,
        } = reading?;
        years = cells.years();
        let (name, covers) = (sources_of(&accounts, &config.schools), cells.covers());
        read.schools = Some(cells.from_source(&name, covers));
        read.take(&config.schools, &accounts, &notes);
    }
    if !config.benchmark.is_empty() {
        let only = if years.len() == 1 {
            years.first().copied()
        } else {
            None
        };
        let mut of_tables: Vec<AcademicYear> = Vec::new();
        for given in &config.benchmark {
            let (path, said) = dated(given);
            let paths = [path];
            let options = |year| ReadOptions {
                mapping: None,
                year,
                kind,
            };
            let readings = match said.or(config.year).or(only) {
                None if years.len() > 1 && !says_its_year(&paths) => {
                    read.dated_by_totals(&paths, &years, options)?
                }
                year => read_benchmark(&paths, &options(year))?,
            };
            for reading in readings {
                let Reading {
                    cells,
                    accounts,
                    notes,
                } = reading;
                let mut notes = notes;
                if cells.year_is_assumed() && said.is_none() {
                    notes.push(date_by_totals(&read, &cells, &paths)?);
                }
                of_tables.extend(cells.years());
                read.take(&paths, &accounts, &notes);
                let name = without_folder(cells.source(), &paths);
                let covers = cells.covers();
                read.benchmarks.push(cells.from_source(&name, covers));
            }
        }
        if years.is_empty() {
            of_tables.sort_unstable();
            of_tables.dedup();
            years = of_tables;
        }
    }
    if let Some(path) = &config.audit_results {
        read.audited = read_audit(path)?;
        read.notes.push(format!(
            "An audit of {} records was read.",
            read.audited
                .iter()
                .map(|one| u64::from(one.looked_at))
                .sum::<u64>()
        ));
    }
    match (config.year, &years[..]) {
        (Some(year), _) => read.year = year,
        (None, [only]) => read.year = *only,
        (None, several) => {
            // The comparison refuses an input without a year, and names what it looked for.
            if let Some(latest) = several.iter().max() {
                read.year = *latest;
                let years: Vec<String> = several.iter().map(ToString::to_string).collect();
                read.notes.push(format!(
                    "The inputs hold several years ({}): {latest} is compared, the others show change over time. Choose \
                     another with --year.",
                    years.join(", ")
                ));
            }
        }
    }
    Ok(read)
}

/// A benchmark as given: `table.csv@202223` is a table that does not say its year, with its year. A file whose name is that
/// is taken first.
pub(crate) fn dated(given: &Path) -> (PathBuf, Option<AcademicYear>) {
    let split = || {
        let (path, year) = given.to_str()?.rsplit_once('@')?;
        Some((PathBuf::from(path), year.parse().ok()?))
    };
    match split() {
        Some((path, year)) if !given.exists() => (path, Some(year)),
        _ => (given.to_owned(), None),
    }
}

/// Whether every table says its year. One that cannot be told by its header is left to its reader.
fn says_its_year(paths: &[PathBuf]) -> bool {
    !detect(paths).is_ok_and(|found| found.iter().any(|each| each.layout == Some(Layout::LaPhaseNeed)))
}

/// Dates a table that does not say its year by the schools: where both count as many pupils with special educational needs
/// in most authorities, they are of one year. Gives what to tell of it.
fn date_by_totals(read: &Read, table: &Cells, paths: &[PathBuf]) -> Result<Note, Error> {
    let file = without_folder(table.source(), paths);
    let undated = |why: String| Error::Undated {
        file: file.clone(),
        why,
    };
    let Some(schools) = &read.schools else {
        return Err(undated("no schools are given that could show it".to_owned()));
    };
    let Some(year) = table.years().first().copied() else {
        return Err(undated("it is empty".to_owned()));
    };
    let found = compare_totals(schools, table, year)?;
    if !found.mostly_the_same() {
        return Err(undated(format!(
            "its totals are those of the schools of {year} in {} of the {} that both hold",
            found.same,
            if found.met == 1 {
                "1 authority".to_owned()
            } else {
                format!("{} authorities", found.met)
            }
        )));
    }
    Ok(Note::about(
        table.source(),
        format!(
            "it does not say its year; it is of {year}, since it has as many pupils with special educational needs as the \
             schools in {} of {} authorities",
            found.same, found.met
        ),
    ))
}

/// The files that were read, without their folders.
fn sources_of(accounts: &[RowAccount], given: &[PathBuf]) -> String {
    let names: Vec<String> = accounts
        .iter()
        .map(|account| without_folder(account.file(), given))
        .collect();
    names.join(", ")
}

/// The mapping for school tables, if one was given.
fn mapping(config: &Config) -> Result<Option<Mapping>, Error> {
    match &config.mapping {
        Some(path) => Mapping::from_toml(&text_of(path)?)
            .map(Some)
            .map_err(|error| of_mapping(path, &error)),
        None => Ok(None),
    }
}

/// What is wrong with a mapping file.
fn of_mapping(path: &Path, error: &senlens_files::Error) -> Error {
    Error::Setting(format!(
        "`{}`: {error}\n  hint: README.md shows a mapping; `senlens check FILE --suggest-mapping` prints one for pupil records",
        path.display()
    ))
}

/// The text of a file of settings.
///
/// # Errors
/// When it cannot be read, is no text, or larger than any settings.
pub fn text_of(path: &Path) -> Result<String, Error> {
    const LARGEST: u64 = 16 << 20;
    is_no_pipe(path, &path.display().to_string())?;
    let refused = |error| Error::Read {
        path: path.to_owned(),
        error,
    };
    if fs::metadata(path).map_err(refused)?.len() > LARGEST {
        return Err(Error::Setting(format!(
            "`{}` is no file of settings: it is larger than {} MiB\n  hint: give the TOML file",
            path.display(),
            LARGEST >> 20
        )));
    }
    fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => Error::Setting(format!(
            "`{}` is no text (UTF-8)\n  hint: give the TOML file, saved as UTF-8",
            path.display()
        )),
        _ => refused(error),
    })
}

/// The schools that pupil records belong to, from the schools file.
fn school_list(config: &Config) -> Result<(SchoolList, SchoolDirectory), Error> {
    let Some(path) = config.schools.first() else {
        let pupils: Vec<String> = config
            .pupils
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        return Err(Error::Setting(format!(
            "pupil records need a schools file: {}\n  hint: give --schools, with URN, LAESTAB, phase and district of each \
             school (the Department's school-level file is one, and the register from Get Information about Schools). \
             `senlens check` screens records without it. A file of cells needs none: if this is one, it is damaged",
            pupils.join(", ")
        )));
    };
    school_directory(path, config.links.as_deref())
}

/// Reads the schools that pupil records may belong to, in any layout and kind of file; with links between schools, former
/// ones are found as what they have become.
///
/// # Errors
/// When a file cannot be read or holds no school.
pub fn school_directory(path: &Path, links: Option<&Path>) -> Result<(SchoolList, SchoolDirectory), Error> {
    let links = match links {
        Some(path) => Some(EstablishmentLinks::read(path)?),
        None => None,
    };
    let list = read_school_list(path)?;
    let directory = SchoolDirectory::new(list.schools.iter().cloned(), links.as_ref());
    Ok((list, directory))
}

impl Read {
    /// Reads pupil records; gives their years.
    fn pupils(&mut self, config: &Config) -> Result<Vec<AcademicYear>, Error> {
        if config.pupils.iter().any(|path| is_cells_file(path)) {
            return self.cells(config);
        }
        let (list, directory) = school_list(config)?;
        let mapping = match &config.mapping {
            Some(path) => Some(
                senlens_pupils::Mapping::parse(&text_of(path)?).map_err(|error| of_mapping(path, &error))?,
            ),
            None => None,
        };
        let options = PupilOptions {
            mapping: mapping.as_ref(),
            year: config.year,
            plans: &config.plans,
            levels: Levels::with(&config.rules).map_err(|error| Error::Setting(error.to_string()))?,
            ..PupilOptions::new(&directory)?
        };
        let reading = read_pupils(&config.pupils, &options)?;
        for rule in &PupilReport::of(&reading).rules {
            let records = if rule.records == 1 {
                "1 record".to_owned()
            } else {
                format!("{} records", rule.records)
            };
            self.notes.push(format!(
                "{records}: {} ({}). {}",
                rule.sentence, rule.rule, rule.remedy
            ));
        }
        let years = reading.cells.years();
        let given: Vec<PathBuf> = config.pupils.iter().chain(&config.plans).cloned().collect();
        self.take(&given, &reading.accounts, &reading.notes);
        self.take(&config.schools, &[], &list.notes);
        self.schools = Some(reading.cells);
        self.transitions = reading.transitions;
        self.discordance = reading.discordance;
        self.marks = reading.marks;
        self.kind = SourceKind::Pupils;
        Ok(years)
    }

    /// Reads a table that does not say its year as one of the year whose schools have its totals in the most authorities, the
    /// latest where there are two.
    fn dated_by_totals(
        &self,
        paths: &[PathBuf],
        years: &[AcademicYear],
        options: impl Fn(Option<AcademicYear>) -> ReadOptions,
    ) -> Result<Vec<Reading>, Error> {
        let mut best: Option<(usize, Vec<Reading>)> = None;
        for year in years {
            let readings = read_benchmark(paths, &options(Some(*year)))?;
            let mut same = 0;
            for reading in readings.iter().filter(|reading| reading.cells.year_is_assumed()) {
                if let Some(schools) = &self.schools {
                    same += compare_totals(schools, &reading.cells, *year)?.same;
                }
            }
            if best.as_ref().is_none_or(|(most, _)| same >= *most) {
                best = Some((same, readings));
            }
        }
        Ok(best.map_or_else(Vec::new, |(_, readings)| readings))
    }

    /// Reads cells counted before; gives their years.
    fn cells(&mut self, config: &Config) -> Result<Vec<AcademicYear>, Error> {
        if !config.pupils.iter().all(|path| is_cells_file(path)) {
            return Err(Error::Setting(
                "counted cells and pupil records are not read together: pupils might be counted twice"
                    .to_owned(),
            ));
        }
        if !config.plans.is_empty() {
            return Err(Error::Setting(
                "plans are joined to pupil records, not to counted cells: give the records with --pupils"
                    .to_owned(),
            ));
        }
        let directory = match config.schools.first() {
            Some(_) => Some(school_list(config)?.1),
            None => None,
        };
        let reading = read_cells(&config.pupils, directory.as_ref())?;
        let years = reading.cells.years();
        self.take(&config.pupils, &reading.accounts, &reading.notes);
        self.kind = reading.cells.kind();
        self.schools = Some(reading.cells);
        Ok(years)
    }

    /// Takes notes about files, under their names alone: a path could identify the user.
    fn take(&mut self, given: &[PathBuf], accounts: &[RowAccount], notes: &[Note]) {
        self.sources.extend(accounts.iter().map(|account| {
            SourceNote {
                name: without_folder(account.file(), given),
                layout: account.layout().to_owned(),
                sha256: account.sha256().to_owned(),
                read: account.read(),
                accepted: account.accepted(),
                rejected: account
                    .rejected()
                    .iter()
                    .map(|(reason, rows)| (reason.clone(), *rows))
                    .collect(),
            }
        }));
        self.notes.extend(notes.iter().map(|note| match &note.file {
            Some(file) => format!("{}: {}", without_folder(file, given), note.text),
            None => note.text.clone(),
        }));
    }
}

/// A file as given (`/data/a.zip/b.csv` for one inside a zip) without the folder it lay in (`a.zip/b.csv`), as charts and
/// the page can print it.
fn without_folder(file: &str, given: &[PathBuf]) -> String {
    let file = Path::new(file);
    let mut folders = given.iter().filter_map(|path| path.parent());
    let rest = folders.find_map(|folder| file.strip_prefix(folder).ok());
    without_controls(&rest.unwrap_or(file).to_string_lossy()).into_owned()
}
