//! The arguments of the command line.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use senlens::model::{Audience, Coverage, Date, ParseError, Scope};
use std::path::PathBuf;
use std::str::FromStr;

/// Are we identifying too many children with moderate learning difficulty, and is that hiding other needs?
#[derive(Debug, Parser)]
#[command(name = "senlens", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole run on an invented county: no input needed
    Demo {
        /// Folder to write
        #[arg(long, default_value = "senlens-demo", value_name = "DIR")]
        out: PathBuf,
        /// Seed of the county
        #[arg(long, default_value_t = senlens::DEMO_SEED)]
        seed: u64,
    },
    /// Compare an authority's schools with England, and write tables, charts and the committee page
    Run(Box<Run>),
    /// Say what each file is, what a run would do with it, and what could be answered with one more
    Doctor(Doctor),
    /// Write a configuration and an area file, ready to edit: never over a file that is there
    Init {
        /// The authority: name (kent), number (886) or code (E10000016)
        #[arg(long, value_name = "AREA")]
        area: Option<String>,
        /// Folder to write them into
        #[arg(long, default_value = ".", value_name = "DIR")]
        out: PathBuf,
    },
    /// Invent schools, with the truth of what was planted in them
    Synth(Synth),
    /// Screen inputs, and report all that is wrong: exit 1 when anything is
    Check(Check),
    /// Count pupils once, to analyse often: a file of cells that `run --pupils` takes in place of the records
    Cells(Cells),
    /// Try to recover what a release withheld: exit 1 when anything is
    Attack {
        /// Folders of runs that a reader could have together
        #[arg(required = true, value_name = "DIR")]
        folders: Vec<PathBuf>,
        /// Tables of public totals, in the form of the table rates
        #[arg(long, value_name = "FILE")]
        public: Vec<PathBuf>,
    },
    /// Print how a rule or a method works, and how often it errs
    Explain {
        /// A rule, or the funnel; without it, their names
        #[arg(value_name = "RULE")]
        topic: Option<String>,
    },
    /// Print the schema of a format that senlens owns
    Schema {
        /// Which one; without it, their names
        name: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// A folder or files, recognised by their headers, a configuration (TOML), or both. What options name wins
    #[arg(value_name = "FOLDER|FILE|CONFIG.toml")]
    pub(crate) inputs: Vec<PathBuf>,
    /// School-level file: the Department's wide or long layout, or any other with --mapping
    #[arg(long, value_name = "FILE")]
    pub(crate) schools: Vec<PathBuf>,
    /// Pupil records: census XML, CSV, Parquet or Arrow; a file, folder or zip (--schools then names the schools); or a
    /// file of cells
    #[arg(long, value_name = "PATH")]
    pub(crate) pupils: Vec<PathBuf>,
    /// SEN2 files or folders, to join plans to the census before
    #[arg(long, value_name = "PATH")]
    pub(crate) plans: Vec<PathBuf>,
    /// Links between schools, as Get Information about Schools exports them
    #[arg(long, value_name = "FILE")]
    pub(crate) links: Option<PathBuf>,
    /// Published table at authority, regional or national level; one that does not say its year as FILE@202223
    #[arg(long, value_name = "FILE")]
    pub(crate) benchmark: Vec<PathBuf>,
    /// List of statistical neighbours, one authority a column
    #[arg(long, value_name = "FILE")]
    pub(crate) neighbours: Option<PathBuf>,
    /// The authority: name (kent), number (886) or code (E10000016), or an area file
    #[arg(long, value_name = "AREA")]
    pub(crate) area: Option<String>,
    /// How the columns of a school file that is no official layout are named (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Year to compare: 202223 is the census of January 2023
    #[arg(long)]
    pub(crate) year: Option<String>,
    /// Date of the paper, such as 2026-01-31
    #[arg(long)]
    pub(crate) date: Option<Date>,
    /// Whose schools get rows
    #[arg(long, value_parser = words::<Scope>(Scope::ALL.map(Scope::as_str)))]
    pub(crate) scope: Option<Scope>,
    /// Universe of schools the page speaks of
    #[arg(long, value_parser = words::<Coverage>(Coverage::ALL.map(Coverage::as_str)))]
    pub(crate) coverage: Option<Coverage>,
    /// For whom the run writes
    #[arg(long, value_parser = words::<Audience>(Audience::ALL.map(Audience::as_str)))]
    pub(crate) audience: Option<Audience>,
    /// Release policy (TOML) in place of the audience's own
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Folder of an earlier public run on the same records, which this one must not open
    #[arg(long, value_name = "DIR")]
    pub(crate) published: Vec<PathBuf>,
    /// Audit sheet that was filled in (a run writes it blank: audit/sheet.csv)
    #[arg(long, value_name = "FILE")]
    pub(crate) audit_results: Option<PathBuf>,
    /// Date of an action on identification, such as 2022-05-17: tells what changed since the census before it
    #[arg(long, value_name = "DATE")]
    pub(crate) action_date: Option<Date>,
    /// What becomes of pupil records that break a rule: reject, note or ignore, such as `need_missing=reject`
    #[arg(long = "rule", value_name = "RULE=LEVEL")]
    pub(crate) rules: Vec<String>,
    /// Write how long each stage took (JSON)
    #[arg(long, value_name = "FILE")]
    pub(crate) timings: Option<PathBuf>,
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Folders or files to look at
    #[arg(required = true, value_name = "FOLDER")]
    pub(crate) paths: Vec<PathBuf>,
    /// The authority a run would be for: name, number or code, or an area file
    #[arg(long, value_name = "AREA")]
    pub(crate) area: Option<String>,
    /// As JSON, for a program
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files to screen
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Schools that pupil records belong to; without it, whether a school is known is not looked at
    #[arg(long, value_name = "FILE")]
    pub(crate) schools: Option<PathBuf>,
    /// How columns are named (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Year of files that do not say it
    #[arg(long)]
    pub(crate) year: Option<String>,
    /// What becomes of pupil records that break a rule: reject, note or ignore, such as `need_missing=reject`
    #[arg(long = "rule", value_name = "RULE=LEVEL")]
    pub(crate) rules: Vec<String>,
    /// Form of the report
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
    /// Propose a mapping for the columns of a pupil extract, and stop
    #[arg(long)]
    pub(crate) suggest_mapping: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Cells {
    /// Pupil records, or the Department's school-level files
    #[arg(required_unless_present = "emit_sql", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Schools that pupil records belong to
    #[arg(long, value_name = "FILE")]
    pub(crate) schools: Option<PathBuf>,
    /// Links between schools, as Get Information about Schools exports them
    #[arg(long, value_name = "FILE")]
    pub(crate) links: Option<PathBuf>,
    /// How columns are named (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Year of files that do not say it
    #[arg(long)]
    pub(crate) year: Option<String>,
    /// What becomes of pupil records that break a rule: reject, note or ignore, such as `need_missing=reject`
    #[arg(long = "rule", value_name = "RULE=LEVEL")]
    pub(crate) rules: Vec<String>,
    /// Parquet file to write: it holds small counts, so it says of itself that it is internal
    #[arg(long, required_unless_present = "emit_sql", value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print the same count as a query for pupil records in a database, and stop
    #[arg(
        long,
        value_name = "duckdb|postgres|tsql|bigquery",
        conflicts_with_all = ["files", "schools", "links", "mapping", "year", "rules", "out"]
    )]
    pub(crate) emit_sql: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Csv,
    Json,
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// What to invent, and what to plant in it
    #[arg(long, default_value = "county")]
    pub(crate) plant: Plant,
    /// Seed: the same seed gives the same bytes
    #[arg(long, default_value_t = senlens::DEMO_SEED)]
    pub(crate) seed: u64,
    /// How many pupils (220,000 in the county; 20,000 where pupils are written)
    #[arg(long, value_name = "N")]
    pub(crate) pupils: Option<u32>,
    /// Years of pupils, such as 202021,202122: the same pupils grow up and move; with `--ends`, years of schools
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "202122,202223",
        value_name = "YEARS"
    )]
    pub(crate) years: Vec<String>,
    /// Census after which the planted masking ends: writes an England's schools of every one of `--years`, the same
    /// schools with other pupils, as `schools_YEAR.csv` and `truth_YEAR.csv`
    #[arg(long, value_name = "YEAR")]
    pub(crate) ends: Option<String>,
    /// How many pupil records a year break each rule that `check` knows; truth.csv says which
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) dirty: u32,
    /// Join absence, suspensions, language goals and attainment to the extracts (CSV, Parquet, Arrow)
    #[arg(long)]
    pub(crate) marks: bool,
    /// Layout: the county's schools, or invented pupils over several years with their plans
    #[arg(long, default_value = "wide")]
    pub(crate) layout: Layout,
}

/// What to invent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Plant {
    /// A county of 550 schools, one quadrant of it masking, and authorities to compare it with
    County,
    /// An England of 20,000 mainstream schools, none masking
    Nobody,
    /// The same, one school in ten masking
    OneInTen,
    /// The same, one quadrant of Essex masking
    OneQuadrant,
    /// One school in ten masking, another identifying more of everything
    MoreOfEverything,
    /// One school in ten masking, another with a surge of autism
    AsdSurge,
    /// One school in ten masking, another with a unit for MLD
    SpecialistUnits,
    /// One school in ten masking, school effects with heavy tails
    HeavyTails,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    /// The Department's school-level file, needs in columns
    Wide,
    /// The Department's school-level file, needs in rows
    Long,
    /// Pupils: census XML, one file a school
    Xml,
    /// Pupils: census XML, one file a year
    XmlAuthority,
    /// Pupils: CSV with National Pupil Database names
    Csv,
    /// Pupils: CSV with a system's own names, and its mapping
    MappedCsv,
    /// Pupils: Parquet
    Parquet,
    /// Pupils: Arrow
    Arrow,
}

/// A setting by the words that the library reads.
fn words<T>(words: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = ParseError> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|text| text.parse())
}
