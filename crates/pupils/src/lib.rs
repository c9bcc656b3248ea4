//! Pupil records: what an authority's own census returns, extracts and plans say, counted.
//!
//! In come paths of any layout (census XML, CSV, Parquet, Arrow, SEN2), a directory of schools and the level of each
//! rule; out come [`Cells`](senlens_model::Cells) of [`SourceKind::Pupils`](senlens_model::SourceKind::Pupils), an account of every row, what the rules found, and counts of
//! transitions between years and of plans that disagree with the census. Records live in memory while they are
//! counted, pupil numbers as a keyed hash; nothing that leaves holds a number, a name, a date of birth or a postcode.

#![expect(
    clippy::result_large_err,
    reason = "a problem ends the reading of its file, so it is made once, not once a row"
)]

mod audit;
mod cells;
pub mod cells_file;
mod coded;
mod codes;
mod columns;
mod csv;
mod date;
mod establishment_links;
mod findings;
mod item;
mod key;
mod link;
mod linked_years;
mod mapping;
mod missing_returns;
mod options;
mod people;
mod plan;
mod read;
mod reading;
mod record;
mod report;
mod report_page;
mod row;
mod rules;
mod schools;
mod source;
mod tally;
mod upn;
mod xml;
mod year;

pub use audit::{AUDIT_COLUMNS, parse_audit, read_audit};
pub use establishment_links::EstablishmentLinks;
pub use findings::PupilFinding;
pub use item::Item;
pub use link::HashKey;
pub use mapping::{Mapping, suggest_mapping};
pub use options::{Linking, PupilOptions, Purpose};
pub use read::{column_names, is_plans_file, is_pupil_file, read_pupils, schools_of_records, screen_pupils};
pub use reading::PupilReading;
pub use report::{PupilReport, RuleSummary};
pub use rules::{Level, Levels, NoSuchRule, RULES, Rule, RuleIndex};
pub use schools::SchoolDirectory;
pub use senlens_model::{DiscordanceCount, Moved, SenState, Term, TransitionCount};
