//! Which school a row is of: the columns every school table shares.

use crate::{
    column_selector::{ColumnSelector, Labels, Row, Text},
    layout::column,
    row_authority::{AuthorityClaims, AuthorityColumns},
};
use senlens_files::{Header, Screening, without_controls};
use senlens_files::{Note, counted};
use senlens_model::{
    AcademicYear, AreaCode, LaCode, Laestab, Missing, ParseError, Phase, School, SpecialistProvision, Urn,
    fold,
};
use std::str::FromStr;

/// Where a school's identity stands.
#[derive(Debug)]
pub(super) struct IdentityColumns {
    pub(super) level: Text,
    pub(super) year: Text,
    pub(super) urn: Text,
    pub(super) laestab: Text,
    pub(super) name: Text,
    pub(super) phase: Text,
    pub(super) kind: Text,
    pub(super) la_code: Text,
    pub(super) la_name: Text,
    pub(super) la_area_code: Text,
    pub(super) region_code: Text,
    pub(super) region_name: Text,
    pub(super) district_code: Text,
    pub(super) district_name: Text,
}

impl IdentityColumns {
    /// In the Department's own layouts.
    pub(super) fn of_department(header: &Header, selector: &mut ColumnSelector) -> Self {
        let mut text = |aliases| selector.text(header, aliases);
        Self {
            level: text(column::LEVEL),
            year: text(column::YEAR),
            urn: text(column::URN),
            laestab: text(column::LAESTAB),
            name: text(column::SCHOOL_NAME),
            phase: text(column::PHASE),
            kind: text(column::KIND),
            la_code: text(column::LA_CODE),
            la_name: text(column::LA_NAME),
            la_area_code: text(column::LA_AREA_CODE),
            region_code: text(column::REGION_CODE),
            region_name: text(column::REGION_NAME),
            district_code: text(column::DISTRICT_CODE),
            district_name: text(column::DISTRICT_NAME),
        }
    }
}

/// Reads identities, and remembers what was odd about them.
#[derive(Debug, Default)]
pub(super) struct IdentityReader {
    years: Labels<AcademicYear>,
    phases: Labels<Phase>,
    claims: AuthorityClaims,
    swapped_regions: u64,
    repaired: u64,
    no_district: Vec<Urn>,
}

impl IdentityReader {
    /// Whether the row is of a school, not of an area that the table also counts, nor a total below the schools.
    pub(super) fn is_school_row(columns: &IdentityColumns, row: &Row<'_>) -> bool {
        let level = columns.level.of(row.fields);
        (level.is_empty() || level.eq_ignore_ascii_case("school")) && !Self::is_total_row(columns, row)
    }

    /// A row without a number of its own that is called a total, or that has no name either.
    fn is_total_row(columns: &IdentityColumns, row: &Row<'_>) -> bool {
        let fields = row.fields;
        let (urn, laestab, name) = (
            columns.urn.of(fields),
            columns.laestab.of(fields),
            columns.name.of(fields),
        );
        let has_number = urn
            .bytes()
            .chain(laestab.bytes())
            .any(|byte| byte.is_ascii_digit());
        let is_nameless =
            urn.is_empty() && laestab.is_empty() && name.is_empty() && columns.name.is_carried();
        let labels = [
            urn,
            laestab,
            name,
            columns.la_name.of(fields),
            columns.year.of(fields),
            columns.district_name.of(fields),
        ];
        !has_number && (is_nameless || labels.into_iter().any(is_sum))
    }

    /// The year of a row, or of the options where the table carries none.
    pub(super) fn year(
        &mut self,
        columns: &IdentityColumns,
        given: Option<AcademicYear>,
        row: &Row<'_>,
        screening: &mut Screening,
    ) -> Option<AcademicYear> {
        if !columns.year.is_carried() {
            return given;
        }
        let text = columns.year.of(row.fields);
        let year = self.years.get(text, |text| text.parse().ok());
        if year.is_none() {
            row.wrong(
                &columns.year,
                text,
                "not an academic year (such as 202223)",
                "",
                screening,
            );
        }
        year
    }

    /// The URN of a row, with numeric formatting damage (`1e+05`) mended.
    pub(super) fn urn(
        &mut self,
        columns: &IdentityColumns,
        row: &Row<'_>,
        screening: &mut Screening,
    ) -> Option<Urn> {
        let text = columns.urn.of(row.fields);
        let urn = parsed::<Urn>(&columns.urn, text, row, screening)?;
        self.repaired += u64::from(!text.bytes().all(|byte| byte.is_ascii_digit()));
        Some(urn)
    }

    /// The school of a row.
    pub(super) fn school(
        &mut self,
        urn: Urn,
        columns: &IdentityColumns,
        row: &Row<'_>,
        screening: &mut Screening,
    ) -> Option<School> {
        let phase_text = columns.phase.of(row.fields);
        let of_label = self.phases.get(phase_text, |text| text.parse().ok());
        let phase = of_label.or_else(|| Phase::of_register(phase_text, columns.kind.of(row.fields)));
        if phase.is_none() {
            let remedy = "a phase is one of: State-funded nursery, State-funded primary, State-funded secondary, \
                          State-funded special school, Non-maintained special school, State-funded AP school, \
                          Independent school; a mapping file may say it ([values.phase_type_grouping], such as \
                          \"Not applicable\" = \"State-funded special school\") or name the column of the type of \
                          establishment (type_of_establishment)";
            let rule = "not a phase the Department uses";
            row.wrong(&columns.phase, phase_text, rule, remedy, screening);
        }
        let la_code = parsed::<LaCode>(&columns.la_code, columns.la_code.of(row.fields), row, screening);
        let laestab = parsed_or_none::<Laestab>(&columns.laestab, row, screening)?;
        let la_area_code = parsed_or_none::<AreaCode>(&columns.la_area_code, row, screening)?;
        let (region_code, region_name) = self.region(columns, row, screening)?;
        let district_code = parsed_or_none::<AreaCode>(&columns.district_code, row, screening)?;
        if columns.district_code.is_carried() && district_code.is_none() {
            self.no_district.push(urn);
        }
        if let Some(la_code) = la_code {
            let of_authority = AuthorityColumns {
                la_code: &columns.la_code,
                name: &columns.la_name,
                area_code: &columns.la_area_code,
                laestab: &columns.laestab,
            };
            let of_laestab = laestab.map(Laestab::la);
            self.claims
                .check(la_code, of_laestab, &of_authority, row, screening);
        }
        Some(School {
            urn,
            laestab,
            name: without_controls(columns.name.of(row.fields)).into_owned(),
            phase: phase?,
            la_code: la_code?,
            la_name: without_controls(columns.la_name.of(row.fields)).into_owned(),
            la_area_code,
            region_code,
            region_name,
            district_name: district_code.and_then(|_| given(columns.district_name.of(row.fields))),
            district_code,
            specialist: None::<SpecialistProvision>,
        })
    }

    /// Region code and name, put right where each stands in the other's column.
    fn region(
        &mut self,
        columns: &IdentityColumns,
        row: &Row<'_>,
        screening: &mut Screening,
    ) -> Option<(Option<AreaCode>, Option<String>)> {
        let (code, name) = (
            columns.region_code.of(row.fields),
            columns.region_name.of(row.fields),
        );
        if let Ok(code_in_name) = name.parse::<AreaCode>()
            && code.parse::<AreaCode>().is_err()
        {
            self.swapped_regions += 1;
            return Some((Some(code_in_name), given(code)));
        }
        Some((
            parsed_or_none::<AreaCode>(&columns.region_code, row, screening)?,
            given(name),
        ))
    }

    /// What was odd about the identities of a file.
    pub(super) fn notes(&self, file: &str, columns: &IdentityColumns, notes: &mut Vec<Note>) {
        if self.repaired > 0 {
            let rows = counted(self.repaired, "row", "rows");
            notes.push(Note::about(
                file,
                format!("a URN damaged by number formatting was repaired in {rows}"),
            ));
        }
        if self.swapped_regions > 0 {
            let rows = counted(self.swapped_regions, "row", "rows");
            notes.push(Note::about(
                file,
                format!(
                    "region_code and region_name stand in each other's column in {rows}; they were put right"
                ),
            ));
        }
        if !columns.district_code.is_carried() {
            notes.push(Note::about(
                file,
                "there is no column of districts: schools lie in no part of their authority",
            ));
        } else if !self.no_district.is_empty() {
            /// URNs a note names.
            const NAMED: usize = 10;
            let mut urns = self.no_district.clone();
            urns.sort_unstable();
            urns.dedup();
            let named: Vec<String> = urns.iter().take(NAMED).map(ToString::to_string).collect();
            let more = match urns.len().saturating_sub(NAMED) {
                0 => String::new(),
                rest => format!(" and {rest} more"),
            };
            notes.push(Note::about(
                file,
                format!(
                    "{} no known district and so lie in no part of their authority: URN {}{more}",
                    counted(urns.len() as u64, "school has", "schools have"),
                    named.join(", "),
                ),
            ));
        }
    }
}

/// Whether a label is that of a sum: `Total`, `Grand total`, `All schools`, `Essex total`.
fn is_sum(label: &str) -> bool {
    let folded = fold(label);
    folded.split(' ').any(|word| word == "total")
        || folded == "sum"
        || folded == "all"
        || folded.starts_with("all school")
}

/// Text that says something; none for symbols, blanks and "Unknown".
pub(crate) fn given(text: &str) -> Option<String> {
    (!is_not_known(text)).then(|| without_controls(text).into_owned())
}

fn is_not_known(text: &str) -> bool {
    Missing::from_symbol(text).is_some() || fold(text) == "unknown"
}

fn parsed<T: FromStr<Err = ParseError>>(
    column: &Text,
    text: &str,
    row: &Row<'_>,
    screening: &mut Screening,
) -> Option<T> {
    text.parse()
        .map_err(|error: ParseError| row.wrong(column, text, &format!("not {}", error.rule), "", screening))
        .ok()
}

/// A code, none where none is given; nothing at all when it is wrong.
#[expect(
    clippy::option_option,
    reason = "not given and wrong are two things, and only one goes on"
)]
fn parsed_or_none<T: FromStr<Err = ParseError>>(
    column: &Text,
    row: &Row<'_>,
    screening: &mut Screening,
) -> Option<Option<T>> {
    let text = column.of(row.fields);
    match text.parse() {
        Ok(code) => Some(Some(code)),
        Err(_) if is_not_known(text) => Some(None),
        Err(error) => {
            let error: ParseError = error;
            row.wrong(column, text, &format!("not {}", error.rule), "", screening);
            None
        }
    }
}
