//! What lies in the folders and files that someone points at: what each is, what a run would do with it, and what could be
//! answered if one more were there.

mod choose;
mod look;
mod questions;

pub use choose::{Choice, choose};
pub use look::look;
pub use questions::{Question, questions};

use senlens_model::{AcademicYear, LaCode};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What a file is, as far as it matters to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// A table of schools with their pupils with special educational needs.
    Schools,
    /// A list of schools without counts: what pupil records are counted at.
    SchoolList,
    /// A published table of authorities, regions or England.
    Benchmark,
    /// Pupil records of a census.
    Pupils,
    /// Cells counted from pupil records.
    Cells,
    /// Plans: a SEN2 return, or a module of one.
    Plans,
    /// Lists of statistical neighbours.
    Neighbours,
    /// Links between schools and their predecessors.
    Links,
    /// An area file.
    Area,
    /// A configuration of a run.
    Configuration,
    /// A mapping file.
    Mapping,
    /// A folder that a run of ours wrote.
    Report,
    /// None of these.
    Other,
}

impl Role {
    /// As printed.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Schools => "table of schools",
            Self::SchoolList => "list of schools",
            Self::Benchmark => "published table of areas",
            Self::Pupils => "pupil records",
            Self::Cells => "counted cells",
            Self::Plans => "plans (SEN2)",
            Self::Neighbours => "statistical neighbours",
            Self::Links => "links between schools",
            Self::Area => "area file",
            Self::Configuration => "configuration",
            Self::Mapping => "mapping file",
            Self::Report => "folder that senlens wrote",
            Self::Other => "not a file senlens reads",
        }
    }
}

/// One file (or a folder that is not gone into), and what was found out about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What it is.
    pub role: Role,
    /// Its layout, in words.
    pub layout: String,
    /// The years it holds, where it says them.
    pub years: Vec<AcademicYear>,
    /// How many rows it has.
    pub rows: Option<u64>,
    /// How many of them count.
    pub used: Option<u64>,
    /// Which universe of schools it holds, in words.
    pub coverage: Option<String>,
    /// How many schools it holds.
    pub schools: Option<usize>,
    /// The authorities it speaks of.
    #[serde(skip)]
    pub authorities: BTreeSet<LaCode>,
    /// Whether it carries types of need.
    pub carries_needs: bool,
    /// Why it cannot be read as it is.
    pub problem: Option<String>,
}

impl FoundFile {
    /// A file of which no more is known than what it is.
    pub(crate) fn new(path: PathBuf, role: Role, layout: impl Into<String>) -> Self {
        Self {
            path,
            role,
            layout: layout.into(),
            years: Vec::new(),
            rows: None,
            used: None,
            coverage: None,
            schools: None,
            authorities: BTreeSet::new(),
            carries_needs: false,
            problem: None,
        }
    }

    /// Its name without its folder.
    pub fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap_or(self.path.as_os_str())
            .to_string_lossy()
            .into_owned()
    }
}
