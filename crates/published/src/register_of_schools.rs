//! The list of schools that pupil records are counted at: which schools there are, of which phase, in which district. Any
//! table of schools will do, and the register that Get Information about Schools gives (`edubasealldata`).

use crate::{
    column_selector::{ColumnSelector, Text},
    layout::{Layout, LayoutPage, Reads, column, is_header},
    schools::given,
    table::Table,
};
use senlens_files::{
    Error, Header, Note, Problem, RowAccount, Screening, TABLE_EXTENSIONS, counted, open_each,
};
use senlens_model::{AreaCode, LaCode, Laestab, Phase, School, Urn, fold};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// How the register is known, and what it is for.
pub(crate) static PAGE: LayoutPage = LayoutPage {
    layout: Layout::RegisterOfSchools,
    in_words: "list of schools from Get Information about Schools",
    is: |header| {
        let has = |key: &str| header.find(&[key]).is_some();
        has("urn") && (has("phaseofeducation_name") || has("establishmentnumber"))
    },
    needs: &[],
    read: Reads::By("--schools, beside --pupils"),
};

/// What to do with the register where counts are wanted.
pub(crate) const INSTEAD: &str = "it says which schools pupil records belong to: give it with --schools beside --pupils; for counts \
                                  by school give the school-level file of \"Special educational needs in England\"";

/// Why a row of the register is not used.
const NO_PHASE: &str = "not a school that the Department counts pupils at (by its phase and type)";
const NOT_OPEN: &str = "a school that is not open yet";
const REPLACED: &str = "a closed school whose number another has taken on";
const REPEATED: &str = "a school that stands above";
const NO_SCHOOL: &str = "neither a URN nor a name: no school";

/// A list of schools, in order of URN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolList {
    /// The schools.
    pub schools: Vec<School>,
    /// What became of the rows.
    pub account: RowAccount,
    /// What was noticed.
    pub notes: Vec<Note>,
}

struct Columns {
    urn: Text,
    laestab: Text,
    establishment: Text,
    name: Text,
    phase: Text,
    kind: Text,
    status: Text,
    la_code: Text,
    la_name: Text,
    la_area_code: Text,
    region_code: Text,
    region_name: Text,
    district_code: Text,
    district_name: Text,
}

impl Columns {
    fn of(header: &Header, selector: &mut ColumnSelector) -> Self {
        let mut text = |aliases: &[&[&str]]| selector.text(header, &aliases.concat());
        Self {
            urn: text(&[column::URN]),
            laestab: text(&[column::LAESTAB, &["dfe_number", "dfe_no", "la_estab"]]),
            establishment: text(&[&["establishmentnumber", "establishment_number", "estab"]]),
            name: text(&[
                column::SCHOOL_NAME,
                &["establishmentname", "establishment_name", "school", "name"],
            ]),
            phase: text(&[column::PHASE, &["phaseofeducation_name", "phase_of_education"]]),
            kind: text(&[column::KIND]),
            status: text(&[&["establishmentstatus_name", "establishment_status"]]),
            la_code: text(&[column::LA_CODE, &["la"]]),
            la_name: text(&[column::LA_NAME]),
            la_area_code: text(&[column::LA_AREA_CODE, &["gsslacode_name"]]),
            region_code: text(&[column::REGION_CODE]),
            region_name: text(&[column::REGION_NAME, &["gor_name"]]),
            district_code: text(&[
                column::DISTRICT_CODE,
                &["districtadministrative_code", "district_code"],
            ]),
            district_name: text(&[
                column::DISTRICT_NAME,
                &["districtadministrative_name", "district_name"],
            ]),
        }
    }

    fn missing(&self) -> Vec<&'static str> {
        let has_number =
            self.laestab.is_carried() || (self.la_code.is_carried() && self.establishment.is_carried());
        [
            ("URN", self.urn.is_carried()),
            ("laestab (or LA (code) with EstablishmentNumber)", has_number),
            (
                "phase_type_grouping (or PhaseOfEducation (name) with TypeOfEstablishment (name))",
                self.phase.is_carried() || self.kind.is_carried(),
            ),
        ]
        .into_iter()
        .filter_map(|(name, is_there)| (!is_there).then_some(name))
        .collect()
    }
}

/// Reads the schools that pupil records may belong to: URN, LAESTAB, phase and district of each. Of two schools with one
/// LAESTAB the open one stands.
///
/// # Errors
/// When the file cannot be opened, lacks a column, or holds no school.
pub fn read_school_list(path: &Path) -> Result<SchoolList, Error> {
    let mut screening = Screening::new();
    let mut lists = Vec::new();
    let unopened = open_each(&[path.to_owned()], &TABLE_EXTENSIONS, |opened| {
        let found = opened.found;
        let read = Table::open(opened, |names| is_list(names) || is_header(names, None)).and_then(|table| {
            let mut selector = ColumnSelector::default();
            let columns = Columns::of(&table.header, &mut selector);
            if found == senlens_files::Found::Among && !columns.missing().is_empty() {
                return Ok(None);
            }
            read_table(&table, &columns, &selector).map(Some)
        });
        match read {
            Ok(list) => lists.extend(list),
            Err(wrong) => screening.append(wrong),
        }
    });
    screening.extend(unopened);
    screening.into_result()?;
    let name = path.display().to_string();
    match lists.len() {
        1 => Ok(lists.remove(0)),
        0 => Err(unusable(&name, "there is no list of schools in it").into()),
        _ => Err(
            Problem::of_file(&name, "there is more than one list of schools in it")
                .remedy("give one file")
                .into(),
        ),
    }
}

/// Whether a row's fields are the names of a list's columns.
fn is_list(names: &[String]) -> bool {
    Header::new("", 1, names.to_vec()).is_ok_and(|header| {
        Columns::of(&header, &mut ColumnSelector::default())
            .missing()
            .is_empty()
    })
}

fn unusable(file: &str, rule: &str) -> Problem {
    Problem::of_file(file, rule).remedy(
        "pupil records need a list of schools with the columns URN, laestab and phase_type_grouping, and \
         district_administrative_code for parts: the Department's school-level file is one, and the register from Get \
         Information about Schools",
    )
}

fn read_table(table: &Table, columns: &Columns, selector: &ColumnSelector) -> Result<SchoolList, Screening> {
    let missing = columns.missing();
    if !missing.is_empty() {
        let mut screening = Screening::new();
        screening.extend(
            missing
                .into_iter()
                .map(|column| unusable(&table.file, "a column of a list of schools is missing").seen(column)),
        );
        return Err(screening);
    }
    let layout = Layout::of(&table.header).unwrap_or(Layout::RegisterOfSchools);
    let mut account = table.account(&format!("{}, as the list of schools", layout.in_words()));
    let mut schools: BTreeMap<Urn, (School, bool)> = BTreeMap::new();
    let mut unread = 0;
    table.each_row(selector.columns(), |_, fields| {
        let text = |column: &Text| -> String { column.of(fields).to_owned() };
        if fields.iter().all(|field| field.is_empty()) {
            return account.reject(RowAccount::BLANK, 1);
        }
        let Ok(urn) = columns.urn.of(fields).parse::<Urn>() else {
            unread += 1;
            return account.reject(NO_SCHOOL, 1);
        };
        if schools.contains_key(&urn) {
            return account.reject(REPEATED, 1);
        }
        let status = fold(columns.status.of(fields));
        if status.starts_with("proposed") {
            return account.reject(NOT_OPEN, 1);
        }
        let Some(phase) = Phase::of_register(columns.phase.of(fields), columns.kind.of(fields)) else {
            return account.reject(NO_PHASE, 1);
        };
        let own_laestab = columns.laestab.of(fields).parse::<Laestab>().ok();
        let la_code: Option<LaCode> = columns.la_code.of(fields).parse().ok();
        let of_parts = || {
            let establishment: u32 = columns.establishment.of(fields).parse().ok()?;
            format!("{}{establishment:04}", la_code?).parse::<Laestab>().ok()
        };
        let laestab = own_laestab.or_else(of_parts);
        let Some(la_code) = la_code.or(laestab.map(Laestab::la)) else {
            unread += 1;
            return account.reject(NO_SCHOOL, 1);
        };
        let district_code: Option<AreaCode> = columns.district_code.of(fields).parse().ok();
        account.accept(1);
        let school = School {
            urn,
            laestab,
            name: text(&columns.name),
            phase,
            la_code,
            la_name: text(&columns.la_name),
            la_area_code: columns.la_area_code.of(fields).parse().ok(),
            region_code: columns.region_code.of(fields).parse().ok(),
            region_name: given(columns.region_name.of(fields)),
            district_name: district_code.and_then(|_| given(columns.district_name.of(fields))),
            district_code,
            specialist: None,
        };
        schools.insert(urn, (school, status == "closed"));
    })?;
    let open: BTreeSet<Laestab> = schools
        .values()
        .filter(|(_, is_closed)| !is_closed)
        .filter_map(|(school, _)| school.laestab)
        .collect();
    let before = schools.len();
    schools.retain(|_, (school, is_closed)| {
        !*is_closed || school.laestab.is_none_or(|laestab| !open.contains(&laestab))
    });
    account.reject_after_all(REPLACED, (before - schools.len()) as u64);
    if schools.is_empty() {
        return Err(unusable(&table.file, "no school of this file has a URN and a phase").into());
    }
    let mut notes = table.notes.clone();
    let without = schools
        .values()
        .filter(|(school, _)| school.laestab.is_none())
        .count() as u64;
    if without > 0 {
        notes.push(Note::about(
            &table.file,
            format!(
                "{} no readable LAESTAB: {} records are found by URN alone",
                counted(without, "school has", "schools have"),
                if without == 1 { "its" } else { "their" }
            ),
        ));
    }
    if unread > 0 {
        notes.push(Note::about(
            &table.file,
            format!(
                "{} no URN or no authority that can be read",
                counted(unread, "row has", "rows have")
            ),
        ));
    }
    Ok(SchoolList {
        schools: schools.into_values().map(|(school, _)| school).collect(),
        account,
        notes,
    })
}
