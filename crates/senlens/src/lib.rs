//! The whole run as one library call: a [`Config`] in, a folder with tables, charts, the page and its record out.
//! It calls the stages in order and prints nothing.

mod area;
mod audit_sheet;
mod config;
mod demo;
mod earlier_publication;
mod error;
mod gate;
mod init;
pub mod inputs;
mod output;
mod read;
mod record;
mod recut;
mod run;
mod schemas;
mod settings;
mod timings;

pub use area::area;
pub use config::{AdjustFor, Config, EvidenceSetting, MaskingSetting};
pub use demo::{DEMO_SEED, demo, demo_watched};
pub use error::Error;
pub use init::init;
pub use output::{
    OutputError, OutputFile, OutputFolder, Readers, Replaces, TemporaryFolder, remove_unfinished,
};
pub use read::{school_directory, text_of};
pub use record::{AlsoRead, FileRecord, InputRecord, RunRecord, SCHEMA_VERSION, TableRecord};
pub use run::{Outcome, Prepared, prepare, run, run_watched};
pub use schemas::schemas;
pub use senlens_model::{Audience, Scope};
pub use timings::{Stage, Timings};

pub use senlens_attack as attack;
pub use senlens_compare as compare;
pub use senlens_files as files;
pub use senlens_flags as flags;
pub use senlens_model as model;
pub use senlens_published as published;
pub use senlens_pupils as pupils;
pub use senlens_release as release;
pub use senlens_report as report;
pub use senlens_stats as stats;
pub use senlens_synth as synth;
