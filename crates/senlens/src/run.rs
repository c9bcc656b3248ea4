//! Runs the stages in order: read, compare, find, release, report.

use crate::output::{self, OutputFolder, RECORD, Readers, Replaces};
use crate::read::{Read, read};
use crate::record::{AlsoRead, FileRecord, InputRecord, RunRecord, SCHEMA_VERSION, TableRecord};
use crate::settings::check_settings;
use crate::timings::{Clock, Stage, Timings};
use crate::{Audience, Config, Error, area, audit_sheet, gate, recut};
use senlens_compare::{Comparison, Inputs, Stratum, compare};
use senlens_files::{sha256_of, without_controls};
use senlens_flags::joint::EvidenceKind;
use senlens_flags::rules::{self, Action, Masking, MaskingOptions, PupilEvidence};
use senlens_model::{AreaFile, Dimension, MarkCount, SourceKind, last_spring_census_before};
use senlens_release::{About, Policy, Publication, ReleaseRecord, Released, tables};
use std::fs;
use std::path::{Path, PathBuf};

/// What a run left.
#[derive(Debug)]
pub struct Outcome {
    /// The folder.
    pub out: PathBuf,
    /// Its record, as in run.json.
    pub record: RunRecord,
    /// What went out.
    pub publication: Released<Publication>,
    /// How long each stage took.
    pub timings: Timings,
}

/// Runs the whole pipeline and leaves its folder at [`Config::out`]; a run that fails leaves it as it was.
///
/// # Errors
/// What is wrong with the inputs, the area or the settings, or why the folder could not be written.
///
/// # Examples
/// ```no_run
/// let mut config = senlens::Config::writing_to("report".into());
/// config.schools.push("sen_school_level.csv".into());
/// let outcome = senlens::run(&config)?;
/// println!("{} tables", outcome.record.tables.len());
/// # Ok::<(), senlens::Error>(())
/// ```
pub fn run(config: &Config) -> Result<Outcome, Error> {
    run_watched(config, &|_| ())
}

/// As [`run`], and tells `watcher` as each stage begins.
///
/// # Errors
/// As [`run`].
pub fn run_watched(config: &Config, watcher: &dyn Fn(Stage)) -> Result<Outcome, Error> {
    prepare(config, watcher)?.publish()
}

/// As [`run_watched`], and holds the folder back, for a caller that has something to do before it takes its place.
///
/// # Errors
/// As [`run`].
pub fn prepare(config: &Config, watcher: &dyn Fn(Stage)) -> Result<Prepared, Error> {
    prepare_with(config, SourceKind::Published, watcher, |_| Ok(()))
}

/// A run that is done and not yet in its place. Dropped, it leaves nothing.
#[derive(Debug)]
pub struct Prepared {
    pending: OutputFolder,
    outcome: Outcome,
}

impl Prepared {
    /// What the run will leave.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Puts the folder in its place, in one step.
    ///
    /// # Errors
    /// When the system refuses, or what stood in its place was changed in the meantime.
    pub fn publish(self) -> Result<Outcome, Error> {
        self.pending.publish()?;
        Ok(self.outcome)
    }
}

/// Runs on inputs of a kind; `add` may write more into the folder before it takes its place.
pub(crate) fn prepare_with(
    config: &Config,
    kind: SourceKind,
    watcher: &dyn Fn(Stage),
    add: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<Prepared, Error> {
    let mut timings = Clock::watched_by(watcher);
    check_settings(config)?;
    let area_file = area::find(config.area.as_deref())?;
    let readers = match config.audience {
        Audience::Internal => Readers::Owner,
        Audience::Public => Readers::AsUsual,
    };
    // Refuses a folder that is not ours before hours of work, not after.
    let pending = OutputFolder::new(&config.out, Replaces::Run, readers, &config.read_paths())?;
    let also_read = also_read(config)?;

    let mut read = timings.time(Stage::Ingest, || read(config, kind))?;
    read.notes
        .extend(config.unused.iter().map(|unused| format!("Not used: {unused}.")));
    let area_file = settle_area(config, area_file, &mut read)?;
    let policy = gate::policy(config)?;
    let protected = gate::protects(config, read.kind, &policy);
    let adjust_for: Vec<Stratum> = config.adjust_for.iter().map(|each| each.stratum()).collect();
    let inputs = Inputs {
        schools: read.schools.as_ref(),
        benchmarks: &read.benchmarks,
        area: &area_file,
        year: read.year,
        scope: config.scope,
        coverage: config.coverage,
        adjust_for: &adjust_for,
    };
    let comparison = timings.time(Stage::Compare, || compare(&inputs))?;
    let found = timings.time(Stage::Flags, || {
        find(config, &inputs, &comparison, &read, protected)
    })?;
    let structure = gate::structure(&comparison.atlas);
    let (publication, release) = timings.time(Stage::Release, || {
        let publication = publication(config, &policy, &inputs, &comparison, &found, &read);
        gate::release_under(
            publication,
            read.kind,
            &structure,
            &policy,
            protected,
            &config.published,
        )
    })?;
    timings.time(Stage::Report, || {
        senlens_report::write(&publication, pending.path(), &senlens_report::Options::default())
    })?;
    add(pending.path())?;
    if !protected && !found.audit_plan.is_empty() {
        let sheet = pending.path().join(audit_sheet::SHEET);
        let folder = sheet.parent().expect("the sheet lies in a folder of its own");
        fs::create_dir_all(folder).map_err(|error| refused(folder, error))?;
        write(
            &sheet,
            &audit_sheet::blank(&found.audit_plan, publication.get().about.audience.marking()),
        )?;
    }
    if protected {
        write(&pending.path().join(gate::PLACES), &gate::places_file(&structure))?;
    }
    let files = output::list(pending.path()).map_err(|error| refused(pending.path(), error))?;
    let record = record(config, &policy, &publication, release.as_ref(), also_read, files);
    write_record(&record, &pending.path().join(RECORD))?;
    if protected {
        timings.time(Stage::Attack, || {
            gate::audit_before_publication(pending.path(), &config.published, &structure)
        })?;
    }
    Ok(Prepared {
        pending,
        outcome: Outcome {
            out: config.out.clone(),
            record,
            publication,
            timings: timings.into_timings(),
        },
    })
}

/// The hashes of what is read beside the inputs.
fn also_read(config: &Config) -> Result<Vec<AlsoRead>, Error> {
    config
        .also_read()
        .into_iter()
        .map(|(what, path)| {
            let sha256 = sha256_of(&path, &path.display().to_string())?;
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let file = without_controls(&file);
            Ok(AlsoRead {
                what: what.to_owned(),
                file: file.into_owned(),
                sha256,
            })
        })
        .collect()
}

/// The area as it was at the census compared, with the neighbours to compare with; schools of authorities that were later
/// split or merged go to their successors where one is asked for.
fn settle_area(config: &Config, area: AreaFile, read: &mut Read) -> Result<AreaFile, Error> {
    area::existed(&area, read.year)?;
    let mut area = area.at(read.year);
    if let Some(path) = &config.neighbours {
        area.neighbours = vec![area::neighbours(path, &area, read.year)?];
    }
    recut::recut(&mut area, read)?;
    read.notes.extend(area::of_later_neighbours(&area, read.year));
    if let Some(schools) = &read.schools {
        read.notes.extend(area::agrees_with(&area, schools, read.year)?);
    }
    Ok(area)
}

/// The findings of every rule. What pupils beyond their primary needs, plans and audits say stays out of a run that
/// must be protected: the gate judges counts of primary needs alone, and a probability could give the others away.
fn find(
    config: &Config,
    inputs: &Inputs<'_>,
    comparison: &Comparison<'_>,
    read: &Read,
    protected: bool,
) -> Result<Masking, Error> {
    let of_year = read.marks.iter().filter(|(year, _)| *year == read.year);
    let marks: Vec<MarkCount> = of_year.map(|(_, count)| *count).collect();
    let mut evidence = PupilEvidence {
        marks: &marks,
        transitions: &read.transitions,
        discordance: &read.discordance,
        audited: &read.audited,
        kinds: EvidenceKind::ALL.map(|kind| config.masking.evidence.iter().any(|each| each.kind() == kind)),
    };
    if protected {
        evidence = PupilEvidence {
            kinds: EvidenceKind::ALL.map(|_| false),
            ..PupilEvidence::default()
        };
    }
    let action = match &config.masking.action_date {
        Some(date) => Some(Action {
            date: *date,
            before: last_spring_census_before(*date).ok_or_else(|| {
                Error::Setting(format!("no census of ours lies before this date: `{date}`"))
            })?,
        }),
        None => None,
    };
    let options = MaskingOptions {
        evidence,
        audit_margin: f64::from(config.masking.audit_margin) / 100.0,
        action,
    };
    let mut found = rules::masking(inputs, comparison, &options);
    found.findings.extend(rules::substitution(inputs, comparison));
    if protected {
        found.notes.push(senlens_release::PUBLIC_VERDICT.to_owned());
        found
            .notes
            .extend(gate::not_yet_published(inputs, &comparison.atlas));
    } else if inputs.schools.is_some() {
        let beside = rules::indicators(inputs, comparison, &options.evidence);
        found.findings.extend(beside.findings);
        found.notes.extend(beside.notes);
    }
    Ok(found)
}

fn publication(
    config: &Config,
    policy: &Policy,
    inputs: &Inputs<'_>,
    comparison: &Comparison<'_>,
    found: &Masking,
    read: &Read,
) -> Publication {
    let area = inputs.area;
    let about = About {
        authority: area.name.clone(),
        authority_code: area.area_code.to_string(),
        region: area.region_name.clone(),
        region_code: area.region_code.to_string(),
        region_authorities: region_authorities(area, comparison),
        part_word: area.part_word.clone(),
        geography: comparison.atlas.geography.clone(),
        time_period: inputs.year,
        coverage: config.coverage,
        date: config.date.map(|date| date.to_string()),
        neighbours: comparison.neighbours.as_ref().map(|list| list.list.clone()),
        neighbour_authorities: comparison
            .neighbours
            .iter()
            .flat_map(|list| &list.la_codes)
            .filter_map(|la_code| comparison.atlas.authorities.get(la_code))
            .map(|area| area.place.code.clone())
            .collect(),
        audience: config.audience,
        invented: read.kind == SourceKind::Invented,
        needs_by_school: inputs
            .schools
            .is_some_and(|cells| cells.dimensions().carry(Dimension::PrimaryNeed)),
        sources: read.sources.clone(),
        notes: read
            .notes
            .iter()
            .chain(&comparison.notes)
            .chain(&found.notes)
            .cloned()
            .collect(),
        policy: policy_note(config, policy, read.kind),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let tables = tables::of_run(tables::Source { comparison, found });
    Publication { about, tables }
}

fn policy_note(config: &Config, policy: &Policy, kind: SourceKind) -> String {
    match kind {
        SourceKind::Published | SourceKind::Invented => {
            "Published counts: nothing is withheld and nothing rounded. The \
             Department publishes its SEN files without suppression."
                .to_owned()
        }
        SourceKind::Pupils if gate::protects(config, kind, policy) => format!(
            "{}\n# SHA-256 of this policy: {}",
            policy.text().trim_end(),
            policy.sha256()
        ),
        SourceKind::Pupils => {
            "Counts of pupil records, for use inside the authority: nothing is withheld.".to_owned()
        }
    }
}

fn region_authorities(area: &AreaFile, comparison: &Comparison<'_>) -> Vec<String> {
    let atlas = &comparison.atlas;
    let in_region = atlas
        .region_of
        .iter()
        .filter(|(_, region)| region.code == area.region_code);
    in_region
        .filter_map(|(la_code, _)| atlas.authorities.get(la_code))
        .map(|area| area.place.code.clone())
        .collect()
}

fn record(
    config: &Config,
    policy: &Policy,
    publication: &Released<Publication>,
    release: Option<&ReleaseRecord>,
    also_read: Vec<AlsoRead>,
    files: Vec<FileRecord>,
) -> RunRecord {
    let Publication { about, tables } = publication.get();
    RunRecord {
        schema_version: SCHEMA_VERSION.to_owned(),
        program: format!("senlens {}", about.version),
        time_period: about.time_period.to_string(),
        authority: about.authority.clone(),
        area_code: about.authority_code.clone(),
        audience: about.audience.as_str().to_owned(),
        marking: about.audience.marking().map(str::to_owned),
        date: about.date.clone(),
        invented: about.invented,
        scope: config.scope.as_str().to_owned(),
        coverage: about.coverage.to_string(),
        neighbours: about.neighbours.clone(),
        policy: policy.text().to_owned(),
        policy_sha256: policy.sha256().to_owned(),
        release: release.map(|record| serde_json::to_value(record).expect("a record is plain data")),
        inputs: about
            .sources
            .iter()
            .map(|source| InputRecord {
                file: source.name.clone(),
                layout: source.layout.clone(),
                sha256: source.sha256.clone(),
                read: source.read,
                accepted: source.accepted,
                rejected: source.rejected.iter().cloned().collect(),
            })
            .collect(),
        tables: tables
            .iter()
            .map(|table| TableRecord {
                name: table.name().to_owned(),
                rows: table.rows(),
            })
            .collect(),
        also_read,
        files,
        notes: about.notes.clone(),
        record_sha256: String::new(),
    }
}

fn write_record(record: &RunRecord, path: &Path) -> Result<(), Error> {
    let mut text = serde_json::to_string_pretty(record).expect("a record is plain data");
    text.push('\n');
    write(path, &output::sealed(&text))
}

fn refused(path: &Path, error: std::io::Error) -> Error {
    crate::OutputError::Refused {
        path: path.to_owned(),
        error,
    }
    .into()
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|error| refused(path, error))
}
