//! The Department's wide school-level layout of 2022/23: a row a school, a column for each need and provision.

use super::names::{self, REGIONS};
use super::school::{CountySchool, NeedCounts, SenCounts};
use super::{County, WriteError};
use crate::wide_columns::{NEEDS, header, provided_needs};
use senlens_model::GeographicLevel;
use std::io::Write;

/// Writes the schools.
pub(super) fn write(county: &County, writer: impl Write) -> Result<(), WriteError> {
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record(header())?;
    for school in county.schools() {
        let mut row = identity(county, school, Flags::Blank);
        row.push(school.pupils.to_string());
        row.push(school.sen.support().to_string());
        row.push(school.sen.plans().to_string());
        match school.sen {
            SenCounts::ByNeed { support, plans } => {
                let numbers = |counts: NeedCounts| counts.iter().map(|(_, pupils)| pupils.to_string());
                row.extend(numbers(plans));
                row.extend(numbers(support));
            }
            SenCounts::WithoutNeed { .. } => row.extend(std::iter::repeat_n("z".to_owned(), 2 * NEEDS.len())),
        }
        let flag = |yes: bool| if yes { "1" } else { "0" }.to_owned();
        row.extend(provided_needs().map(|need| flag(school.specialist.is_for(need))));
        row.push(flag(school.specialist.unit));
        row.push(flag(school.specialist.resourced_provision));
        csv.write_record(row)?;
    }
    csv.flush()?;
    Ok(())
}

/// How a layout says that a school is no middle, all-through or hospital school, and that it has no opening date.
#[derive(Debug, Clone, Copy)]
pub(super) enum Flags {
    /// Leaves the cell blank (2022/23).
    Blank,
    /// Says `No`, and `z` for the date (2026 format).
    Said,
}

/// The values of the identity columns, which both layouts give in the same order.
pub(super) fn identity(county: &County, school: &CountySchool, flags: Flags) -> Vec<String> {
    let authority = county.authority();
    let about = &school.description;
    let (no, undated) = match flags {
        Flags::Blank => ("", ""),
        Flags::Said => ("No", "z"),
    };
    let sex = "Mixed";
    let establishment = school.laestab.get() % 10_000;
    let constituency = about.ward / 20;
    let mut row = vec![
        county.year().to_string(),
        "Academic year".to_owned(),
        GeographicLevel::School.as_str().to_owned(),
        super::benchmark::COUNTRY_CODE.to_owned(),
        super::benchmark::COUNTRY_NAME.to_owned(),
        REGIONS[authority.region].to_owned(),
        names::region_code(authority.region).to_string(),
        authority.la_code.to_string(),
        authority.area_code.to_string(),
        authority.name.clone(),
        school.urn.to_string(),
        format!("{establishment:04}"),
        school.name.clone(),
        school.laestab.to_string(),
        about.open_date.clone().unwrap_or_else(|| undated.to_owned()),
        sex.to_owned(),
        school.phase.as_str().to_owned(),
        about.establishment_type.to_owned(),
    ];
    row.extend([no, no, no].map(str::to_owned));
    row.extend([
        about.denomination.to_owned(),
        about.admissions_policy.to_owned(),
        school.district_code.to_string(),
        school.district_name.to_owned(),
        format!("E14{:06}", 9_001 + constituency),
        format!("{} constituency {}", authority.name, constituency + 1),
        format!("E05{:06}", 99_001 + about.ward),
        format!("{} ward {}", school.district_name, about.ward % 10 + 1),
        about.urban_rural.to_owned(),
        about.postcode.clone(),
        format!("E01{:06}", 99_001 + about.ward),
    ]);
    row
}
