//! Which layout a table has, told by its header alone, and what to say when it has none.
//!
//! Each layout is a page in the file of its reader: its words, the columns it is known by, those it needs, how it is read.
//! [`PAGES`] is the list of them, in the order in which a header is held against them.

use crate::{
    Mapping, ReadOptions, benchmark,
    look_alikes::{self, Publication},
    neighbours, register_of_schools, schools,
    table::Table,
};
use senlens_files::{Error, Header, Problem, Reading, Screening, TABLE_EXTENSIONS, open_each};
use serde::Serialize;
use std::{collections::BTreeSet, path::PathBuf};

/// A layout of files that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Layout {
    /// One school a row, one need and provision a column (to 2024/25).
    SchoolWide,
    /// One school, provision and need a row (2026 format).
    SchoolLong,
    /// One school a row, read through a mapping file.
    SchoolMapped,
    /// One school a row, School Action, School Action Plus and statements in columns (to 2013/14).
    SchoolBefore2014,
    /// Authority by phase by need, SEN support and plans together, without a year (2022/23).
    LaPhaseNeed,
    /// Explore Education Statistics: areas by year, provision and need, one of each a row.
    Tidy,
    /// Explore Education Statistics: areas by year and kind of school, provision in columns (to 2023/24).
    ProvisionInColumns,
    /// Explore Education Statistics: areas by year, one need a column (education, health and care plans).
    TidyByNeed,
    /// Statistical neighbours: one authority a column, nearest first.
    Neighbours,
    /// The register of schools from Get Information about Schools: a list of schools without their pupils' needs.
    RegisterOfSchools,
    /// Links between URNs from Get Information about Schools.
    EstablishmentLinks,
    /// Records of pupils: not a published file.
    PupilRecords,
    /// A table of another publication, which looks like one of these and counts something else.
    Another(Publication),
}

/// What is known of one layout.
pub(crate) struct LayoutPage {
    pub(crate) layout: Layout,
    /// As a message names it.
    pub(crate) in_words: &'static str,
    /// Whether a header is this layout's, unless it is that of a page before.
    pub(crate) is: fn(&Header) -> bool,
    /// What a table of this layout must hold: the name to print, and the keys under which it goes.
    pub(crate) needs: &'static [(&'static str, &'static [&'static str])],
    pub(crate) read: Reads,
}

/// How a layout is read.
pub(crate) enum Reads {
    /// As schools.
    Schools(fn(&Table, &ReadOptions) -> Result<schools::SchoolFile, Screening>),
    /// As areas.
    Areas(fn(&Table, &ReadOptions) -> Result<Reading, Screening>),
    /// By an option of its own.
    By(&'static str),
    /// Not at all: what to do instead.
    Refused(&'static str),
}

/// Every layout. A header is of the first whose `is` says so.
static PAGES: [&LayoutPage; 12] = [
    &LayoutPage {
        layout: Layout::PupilRecords,
        in_words: "pupil records",
        is: |header| header.find(&["upn", "uniquepupilnumber"]).is_some(),
        needs: &[],
        read: Reads::By("--pupils"),
    },
    &schools::WIDE,
    &schools::BEFORE_2014,
    &schools::LONG,
    &register_of_schools::PAGE,
    &LayoutPage {
        layout: Layout::EstablishmentLinks,
        in_words: "links between establishments",
        is: |header| {
            ["urn", "linkurn", "linktype"]
                .iter()
                .all(|key| header.find(&[key]).is_some())
        },
        needs: &[],
        read: Reads::By("--links"),
    },
    &benchmark::TIDY_BY_NEED,
    &benchmark::TIDY,
    &benchmark::PROVISION_IN_COLUMNS,
    &benchmark::LA_PHASE_NEED,
    &neighbours::PAGE,
    &schools::MAPPED,
];

impl Layout {
    /// As a message names it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Another(publication) => publication.in_words(),
            _ => self.page().map_or("", |page| page.in_words),
        }
    }

    /// With which option of the command line such a file is given; none for one that is not read.
    pub fn option(self) -> Option<&'static str> {
        match self.page()?.read {
            Reads::Schools(_) => Some("--schools"),
            Reads::Areas(_) => Some("--benchmark"),
            Reads::By(option) => Some(option),
            Reads::Refused(_) => None,
        }
    }

    /// Whether it is read as a table of areas.
    pub fn is_of_areas(self) -> bool {
        self.page()
            .is_some_and(|page| matches!(page.read, Reads::Areas(_)))
    }

    /// Whether it is read as a table of schools with their pupils with special educational needs.
    pub fn is_of_schools(self) -> bool {
        self.page()
            .is_some_and(|page| matches!(page.read, Reads::Schools(_)))
    }

    /// The layout a header has, if it is one we know (a mapped one cannot be told without its mapping).
    pub(crate) fn of(header: &Header) -> Option<Self> {
        look_alikes::publication_of(header)
            .map(Self::Another)
            .or_else(|| {
                PAGES
                    .iter()
                    .find(|page| (page.is)(header))
                    .map(|page| page.layout)
            })
    }

    pub(crate) fn page(self) -> Option<&'static LayoutPage> {
        PAGES.iter().find(|page| page.layout == self).copied()
    }

    fn needs(self) -> &'static [(&'static str, &'static [&'static str])] {
        self.page().map_or(&[], |page| page.needs)
    }
}

/// Whether a row's fields are the names of a table we know: the columns that a mapping file names, or those of a layout.
pub(crate) fn is_header(names: &[String], mapping: Option<&Mapping>) -> bool {
    let mut names = names.to_vec();
    // Two columns of one name are told once the header is found.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for name in &mut names {
        if !seen.insert(name.clone()) {
            name.clear();
        }
    }
    let Ok(header) = Header::new("", 1, names) else {
        return false;
    };
    mapping.is_some_and(|mapping| header.find_loosely(&mapping.columns.urn).is_some())
        || Layout::of(&header).is_some()
}

/// The names under which a column has gone, era by era.
pub(crate) mod column {
    pub(crate) const YEAR: &[&str] = &["time_period"];
    pub(crate) const LEVEL: &[&str] = &["geographic_level"];
    pub(crate) const URN: &[&str] = &["school_urn", "urn"];
    pub(crate) const LAESTAB: &[&str] = &["school_laestab", "laestab", "laestab_number"];
    pub(crate) const SCHOOL_NAME: &[&str] = &["school_name", "schoolname"];
    pub(crate) const PHASE: &[&str] = &["phase_type_grouping", "education_phase", "phase"];
    pub(crate) const KIND: &[&str] = &["type_of_establishment", "typeofestablishment_name"];
    pub(crate) const LA_CODE: &[&str] = &["old_la_code", "la_code"];
    pub(crate) const LA_NAME: &[&str] = &["la_name"];
    pub(crate) const LA_AREA_CODE: &[&str] = &["new_la_code"];
    pub(crate) const REGION_CODE: &[&str] = &["region_code"];
    pub(crate) const REGION_NAME: &[&str] = &["region_name"];
    pub(crate) const DISTRICT_CODE: &[&str] = &["district_administrative_code", "lad_code"];
    pub(crate) const DISTRICT_NAME: &[&str] = &["district_administrative_name", "lad_name"];
    pub(crate) const PUPILS: &[&str] = &["total_pupils", "headcount_of_pupils", "number_of_pupils"];
    pub(crate) const SEN_SUPPORT: &[&str] = &["sen_support"];
    pub(crate) const EHC_PLAN: &[&str] = &["ehc_plan", "ehc_plans", "statement_ehc_plan", "ehc_plan_total"];
    pub(crate) const PROVISION: &[&str] = &["sen_provision", "sen_status", "pupil_sen_status"];
    pub(crate) const NEED: &[&str] = &["sen_primary_need", "primary_need"];
    /// Counts of pupils. The release of 2025/26 has another name in each of its tables.
    pub(crate) const COUNT: &[&str] = &[
        "pupil_count",
        "total_pupil_count",
        "age_total_pupil_count",
        "nc_year_total_pupil_count",
        "sex_total_pupil_count",
        "number_of_pupils",
        "headcount",
    ];
}

/// What a file is, as far as its header tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// The file, as given; `a.zip/b.csv` inside a zip.
    pub file: String,
    /// Its layout, or none of ours.
    pub layout: Option<Layout>,
    /// How many columns it has, and which of them any layout has. No other name is told: in a file without a header they are
    /// values of the first row, and may be a pupil's.
    pub columns: String,
}

/// Says what each of the files is.
///
/// # Errors
/// When a file cannot be opened or is no table at all.
pub fn detect(paths: &[PathBuf]) -> Result<Vec<Detected>, Error> {
    let mut screening = Screening::new();
    let mut found = Vec::new();
    let unopened = open_each(paths, &TABLE_EXTENSIONS, |opened| {
        match Table::open(opened, |names| is_header(names, None)) {
            Ok(table) => found.push(Detected {
                layout: Layout::of(&table.header),
                columns: known_columns(&table.header),
                file: table.file,
            }),
            Err(wrong) => screening.append(wrong),
        }
    });
    screening.extend(unopened);
    screening.into_result()?;
    Ok(found)
}

/// What is wrong with a table whose layout is none of those wanted.
pub(crate) fn wrong_layout(table: &Table, wanted: &[Layout]) -> Screening {
    let file = &table.file;
    if let Some(layout) = Layout::of(&table.header) {
        return of_another_kind(file, layout).into();
    }
    let nearest = wanted
        .iter()
        .filter(|layout| !layout.needs().is_empty())
        .map(|layout| (missing_columns(&table.header, *layout), *layout))
        .min_by_key(|(missing, layout)| missing.len() * 100 / layout.needs().len());
    if let Some((missing, layout)) = nearest
        && missing.len() * 2 < layout.needs().len()
    {
        return lacking(file, layout, &missing);
    }
    let known: Vec<&str> = wanted.iter().map(|layout| layout.in_words()).collect();
    Problem::of_file(file, "not a layout we know")
        .at_row(1)
        .seen(&known_columns(&table.header))
        .remedy(format!(
            "known here are: {}; any other table of schools can be read with a mapping file (--mapping)",
            known.join("; ")
        ))
        .into()
}

/// How many columns there are, and which of them any layout has; no other name is quoted: in a file without a header they are
/// values of the first row.
fn known_columns(header: &Header) -> String {
    let needs = PAGES.iter().flat_map(|page| page.needs);
    let mut known: Vec<usize> = needs.filter_map(|(_, aliases)| header.find(aliases)).collect();
    known.sort_unstable();
    known.dedup();
    let names: Vec<&str> = known.into_iter().map(|index| header.name(index)).collect();
    let columns = match header.width() {
        1 => "1 column".to_owned(),
        width => format!("{width} columns"),
    };
    if names.is_empty() {
        format!("{columns}, none of a name we know")
    } else {
        format!("{columns}, of which we know {}", names.join(", "))
    }
}

/// Says what a file is, and what to do with it.
fn of_another_kind(file: &str, layout: Layout) -> Problem {
    let problem = |rule: &str, remedy: String| {
        Problem::of_file(file, rule)
            .seen(layout.in_words())
            .remedy(remedy)
    };
    match (layout, layout.page().map(|page| &page.read), layout.option()) {
        (Layout::Another(publication), ..) => problem(
            "this is a table of another publication, which senlens does not read",
            publication.instead().to_owned(),
        ),
        (_, Some(Reads::Refused(instead)), _) => {
            problem("this is a file that senlens does not read", (*instead).to_owned())
        }
        (Layout::RegisterOfSchools, ..) => problem(
            "this is a list of schools, without counts of pupils with special educational needs",
            register_of_schools::INSTEAD.to_owned(),
        ),
        (_, _, Some(option)) => problem("this is another kind of file", format!("give it with {option}")),
        (_, _, None) => Problem::of_file(file, "this is another kind of file").seen(layout.in_words()),
    }
}

/// The columns a layout needs and a header lacks.
pub(crate) fn missing_columns(header: &Header, layout: Layout) -> Vec<&'static str> {
    let lacks = |aliases: &[&str]| header.find(aliases).is_none();
    layout
        .needs()
        .iter()
        .filter(|(_, aliases)| lacks(aliases))
        .map(|(name, _)| *name)
        .collect()
}

/// Says which columns are missing for a layout.
pub(crate) fn lacking(file: &str, layout: Layout, missing: &[&str]) -> Screening {
    let mut needed: Vec<&str> = layout.needs().iter().map(|(name, _)| *name).collect();
    match layout {
        Layout::SchoolWide => needed.extend([
            "EHC_Primary_need_*",
            "SUP_Primary_need_*",
            "time_period (or --year)",
        ]),
        Layout::SchoolLong => needed.push("time_period (or --year)"),
        _ => {}
    }
    let needed = needed.join(", ");
    let mut screening = Screening::new();
    screening.extend(missing.iter().map(|column| {
        Problem::of_file(file, "a column is missing")
            .seen(column)
            .remedy(format!("a {} has the columns {needed}", layout.in_words()))
    }));
    screening
}
