//! Takes the files of one or several runs, as any reader has them; gives every withheld count that a reader could
//! recover, or narrow beyond the policy. It shares no code with `release`, so that it does not share its faults.

mod count;
mod drawn;
mod equations;
mod evidence;
mod figures;
mod places;
mod policy;
mod programme;
mod ranges;
mod read;
mod reduced;
mod report;
mod words;

pub use count::{Count, CountKey};
pub use places::{PlaceCode, Places, PlacesError};
pub use policy::ReadersPolicy;
pub use report::{AttackReport, Finding};

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the attacker has beside the files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The policy; read from the `run.json` of the runs when left out.
    pub policy: Option<ReadersPolicy>,
    /// Which place lies in which, as public registers say, and whose counts the Department publishes.
    pub places: Places,
    /// Files of public totals, in the form of the table `rates`.
    pub public: Vec<PathBuf>,
    /// Counts known to be withheld for themselves: a stronger attacker than any reader of the files.
    pub known_small: BTreeSet<CountKey>,
}

/// An attack that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttackError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: String,
    },
    /// There is nothing to attack.
    #[error("no table of a run in {}: expected tables/*.csv", path.display())]
    NoTables {
        /// The folder.
        path: PathBuf,
    },
    /// No folder was given, or neither the options nor any `run.json` says what the policy is.
    #[error("the policy is not known: no run.json with a policy, and none given")]
    NoPolicy,
    /// The solver failed.
    #[error("the solver gave up: {0}")]
    Solver(String),
}

/// Attacks the released files of one or several runs together.
///
/// Every table (CSV, and Parquet with the statistics it keeps of each column), chart (its data, its words and where its
/// marks stand against the axis), page, record, workbook and document is read. Each withheld count becomes an unknown,
/// each sum between counts an equation, and linear programming gives the range of every unknown, one independent
/// component at a time. A picture in pixels is read for its words alone: it is drawn from an SVG that lies beside it.
///
/// # Errors
/// When a folder cannot be read or holds no tables, the policy is not known, or the solver fails.
pub fn attack(folders: &[PathBuf], options: &Options) -> Result<AttackReport, AttackError> {
    let mut evidence = evidence::Evidence::default();
    let mut policy = options.policy;
    for folder in folders {
        let run = read::read_run(folder, &mut evidence)?;
        policy = policy.or(run);
    }
    let policy = policy.ok_or(AttackError::NoPolicy)?;
    for path in &options.public {
        read::read_table(path, &mut evidence, evidence::From::Public)?;
    }
    evidence.give_schools_their_phase();
    attack_evidence(&evidence, policy, options)
}

/// The name of a file or folder, for findings.
fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn attack_evidence(
    evidence: &evidence::Evidence,
    policy: ReadersPolicy,
    options: &Options,
) -> Result<AttackReport, AttackError> {
    let mut report = AttackReport {
        policy,
        files: evidence.files.clone(),
        withheld: 0,
        unknowns: 0,
        equations: 0,
        components: 0,
        largest_component: 0,
        already_public: 0,
        notes: Vec::new(),
        findings: Vec::new(),
    };
    let mut knowledge = evidence.knowledge(policy, &mut report);
    figures::solve(evidence, &mut knowledge, &mut report);
    ranges::find(&knowledge, options, &mut report)?;
    let in_rows = drawn::find(evidence, &knowledge, &mut report);
    words::find(evidence, &in_rows, &knowledge, policy, &mut report);
    report
        .findings
        .extend(evidence.remnants.iter().map(|remnant| Finding::Remnant {
            file: remnant.file.clone(),
            column: remnant.column.clone(),
            value: remnant.value.clone(),
        }));
    report.findings.sort_by_cached_key(ToString::to_string);
    report.findings.dedup();
    Ok(report)
}
