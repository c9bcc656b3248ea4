//! `run.json`: what a run was made from and what it wrote.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the form of run.json; the first number changes when a reader must.
pub const SCHEMA_VERSION: &str = "2.0.0";

/// What a run was made from and what it wrote: `run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunRecord {
    /// Version of this form.
    pub schema_version: String,
    /// The program and its version.
    pub program: String,
    /// The year compared.
    pub time_period: String,
    /// The authority's name.
    pub authority: String,
    /// Its GSS code.
    pub area_code: String,
    /// `internal` or `public`.
    pub audience: String,
    /// The marking every page, sheet, chart and file carries, if any.
    pub marking: Option<String>,
    /// The date of the paper, if given.
    pub date: Option<String>,
    /// Whether every pupil is invented.
    pub invented: bool,
    /// `area` or `all`.
    pub scope: String,
    /// The universe of the page.
    pub coverage: String,
    /// The list of statistical neighbours used, if any.
    pub neighbours: Option<String>,
    /// The text of the release policy.
    pub policy: String,
    /// SHA-256 of that text.
    pub policy_sha256: String,
    /// What the gate did, where pupils' counts went to the public.
    pub release: Option<serde_json::Value>,
    /// The inputs.
    pub inputs: Vec<InputRecord>,
    /// The tables.
    pub tables: Vec<TableRecord>,
    /// What was read beside the inputs: configuration, area, list of schools, mapping, policy, links, neighbours, audit sheet,
    /// earlier publications.
    pub also_read: Vec<AlsoRead>,
    /// Every file written but this one. A later run takes this folder's place only while they are as they were written.
    pub files: Vec<FileRecord>,
    /// What the reader should know.
    pub notes: Vec<String>,
    /// SHA-256 of this file's text with nothing between these quotation marks.
    pub record_sha256: String,
}

/// A file that a run wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileRecord {
    /// Its place in the folder, with `/`.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A file that says how a run is to be made, or what is known beside the counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlsoRead {
    /// What it is: `configuration`, `area`, `list of schools`, `mapping`, `policy`, `links`, `neighbours`, `audit sheet` or
    /// `earlier publication` (its run.json).
    pub what: String,
    /// File name, without its folder.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// One input with its row accounting: `read` is `accepted` and all of `rejected` together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InputRecord {
    /// File name, without its folder.
    pub file: String,
    /// What it was read as.
    pub layout: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows read.
    pub read: u64,
    /// Rows used.
    pub accepted: u64,
    /// Rows left out, by reason.
    pub rejected: BTreeMap<String, u64>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableRecord {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: usize,
}
