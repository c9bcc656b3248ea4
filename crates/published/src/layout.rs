//! Which layout a table has, told by its header alone, and what to say when it has none.

use crate::table::Table;
use senlens_files::{Error, Header, Problem, Screening, TABLE_EXTENSIONS, open_each};
use senlens_model::Need;
use serde::Serialize;
use std::path::PathBuf;

/// A layout of published files that we know.
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
    /// Authority by phase by need, SEN support and plans together, without a year (2022/23).
    LaPhaseNeed,
    /// Explore Education Statistics: areas by year, provision and need, one of each a row.
    Tidy,
    /// Explore Education Statistics: areas by year, one need a column (education, health and care plans).
    TidyByNeed,
    /// Statistical neighbours: one authority a column, nearest first.
    Neighbours,
    /// Links between URNs from Get Information about Schools.
    EstablishmentLinks,
    /// Records of pupils: not a published file.
    PupilRecords,
}

impl Layout {
    /// As a message names it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::SchoolWide => "wide school file",
            Self::SchoolLong => "long school file (2026 format)",
            Self::SchoolMapped => "table of schools, by mapping file",
            Self::LaPhaseNeed => "table of authorities by phase by need",
            Self::Tidy => "tidy table of areas",
            Self::TidyByNeed => "table of areas, plans by need",
            Self::Neighbours => "statistical neighbours",
            Self::EstablishmentLinks => "links between establishments",
            Self::PupilRecords => "pupil records",
        }
    }

    /// With which option of the command line such a file is given.
    pub fn option(self) -> &'static str {
        match self {
            Self::SchoolWide | Self::SchoolLong | Self::SchoolMapped => "--schools",
            Self::LaPhaseNeed | Self::Tidy | Self::TidyByNeed => "--benchmark",
            Self::Neighbours => "--neighbours",
            Self::EstablishmentLinks => "--links",
            Self::PupilRecords => "--pupils",
        }
    }

    /// The layout a header has, if it is one of ours (a mapped one cannot be told without its mapping).
    pub(crate) fn of(header: &Header) -> Option<Self> {
        let has = |aliases: &[&str]| header.find(aliases).is_some();
        let need = has(column::NEED);
        if has(&["upn", "uniquepupilnumber"]) {
            Some(Self::PupilRecords)
        } else if header.after_prefix("ehc_primary_need_").next().is_some()
            || header.after_prefix("sup_primary_need_").next().is_some()
        {
            Some(Self::SchoolWide)
        } else if has(column::URN) && need && has(column::PROVISION) {
            Some(Self::SchoolLong)
        } else if has(&["urn"]) && has(&["linkurn"]) && has(&["linktype"]) {
            Some(Self::EstablishmentLinks)
        } else if has(column::LEVEL) && number_columns(header).count() >= 3 {
            Some(Self::TidyByNeed)
        } else if has(column::LEVEL) && (need || has(column::PROVISION)) && !has(column::URN) {
            Some(Self::Tidy)
        } else if need && has(column::LA_NAME) && has(column::COUNT) && !has(column::LEVEL) {
            Some(Self::LaPhaseNeed)
        } else if looks_like_neighbours(header) {
            Some(Self::Neighbours)
        } else {
            None
        }
    }

    /// What a table of this layout must hold: the name to print, and the keys under which it goes.
    pub(crate) fn needs(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::SchoolWide => &[
                ("URN", column::URN),
                ("school_name", column::SCHOOL_NAME),
                ("phase_type_grouping", column::PHASE),
                ("old_la_code", column::LA_CODE),
                ("la_name", column::LA_NAME),
                ("Total pupils", column::PUPILS),
                ("SEN support", column::SEN_SUPPORT),
                ("EHC plan", column::EHC_PLAN),
            ],
            Self::SchoolLong => &[
                ("school_urn", column::URN),
                ("school_name", column::SCHOOL_NAME),
                ("phase_type_grouping", column::PHASE),
                ("old_la_code", column::LA_CODE),
                ("la_name", column::LA_NAME),
                ("sen_provision", column::PROVISION),
                ("sen_primary_need", column::NEED),
                ("pupil_count", column::COUNT),
            ],
            Self::LaPhaseNeed => &[
                ("la_name", column::LA_NAME),
                ("phase_type_grouping", column::PHASE),
                ("primary_need", column::NEED),
                ("number_of_pupils", column::COUNT),
            ],
            Self::Tidy => &[
                ("time_period", column::YEAR),
                ("geographic_level", column::LEVEL),
                ("sen_provision", column::PROVISION),
                ("pupil_count", column::COUNT),
            ],
            Self::TidyByNeed => &[
                ("time_period", column::YEAR),
                ("geographic_level", column::LEVEL),
                ("ehc_plans", column::EHC_PLAN),
            ],
            Self::SchoolMapped | Self::Neighbours | Self::EstablishmentLinks | Self::PupilRecords => &[],
        }
    }
}

/// The names under which a column has gone, era by era.
pub(crate) mod column {
    pub(crate) const YEAR: &[&str] = &["time_period"];
    pub(crate) const LEVEL: &[&str] = &["geographic_level"];
    pub(crate) const URN: &[&str] = &["school_urn", "urn"];
    pub(crate) const LAESTAB: &[&str] = &["school_laestab", "laestab", "laestab_number"];
    pub(crate) const SCHOOL_NAME: &[&str] = &["school_name", "schoolname"];
    pub(crate) const PHASE: &[&str] = &["phase_type_grouping", "education_phase", "phase"];
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
    pub(crate) const COUNT: &[&str] = &["pupil_count", "number_of_pupils", "headcount"];
}

/// Columns `number_mld`, `number_slcn` and so on, with their needs.
pub(crate) fn number_columns(header: &Header) -> impl Iterator<Item = (usize, Need)> {
    header.after_prefix("number_").filter_map(|(index, rest)| {
        let label = if rest == "need_unknown" { "missing" } else { rest };
        Some((index, label.parse().ok()?))
    })
}

fn looks_like_neighbours(header: &Header) -> bool {
    header.width() >= 10 && header.find(&["essex"]).is_some() && header.find(&["kent"]).is_some()
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
    let unopened = open_each(paths, &TABLE_EXTENSIONS, |opened| match Table::open(opened) {
        Ok(table) => found.push(Detected {
            layout: Layout::of(&table.header),
            columns: known_columns(&table.header),
            file: table.file,
        }),
        Err(wrong) => screening.append(wrong),
    });
    screening.extend(unopened);
    screening.into_result()?;
    Ok(found)
}

/// What is wrong with a table whose layout is none of those wanted.
pub(crate) fn wrong_layout(table: &Table, wanted: &[Layout]) -> Screening {
    let file = &table.file;
    if let Some(layout) = Layout::of(&table.header) {
        return Problem::of_file(file, "this is another kind of file")
            .seen(layout.in_words())
            .remedy(format!("give it with {}", layout.option()))
            .into();
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

/// How many columns there are, and which of them any layout has; no other name is quoted.
fn known_columns(header: &Header) -> String {
    let layouts = [
        Layout::SchoolWide,
        Layout::SchoolLong,
        Layout::LaPhaseNeed,
        Layout::Tidy,
        Layout::TidyByNeed,
    ];
    let needs = layouts.into_iter().flat_map(Layout::needs);
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
