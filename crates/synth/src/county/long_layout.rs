//! The Department's long school-level layout (2026 format): a row for each school, provision and need.
//!
//! Columns and labels as in the preview of "School underlying data file 2025 (2026 format)" on Explore Education
//! Statistics. That file has 31 rows a school: all pupils, and for SEN support and plans each all needs and one row a
//! need, zeros among them. In 2022/23, without Down syndrome, these are 29.

use super::school::{NeedCounts, SenCounts};
use super::wide_layout::{Flags, identity};
use super::{County, WriteError};
use crate::wide_columns::provided_needs;
use senlens_model::Need;
use std::io::Write;

/// The label of a total in this layout.
const ALL_PUPILS: &str = "All pupils";

/// SEN support as this format calls it.
pub(super) const SUPPORT: &str = "SEN support / SEN without an EHC plan";

/// A plan as this format calls it.
pub(super) const PLAN: &str = "Education, health and care plan";

const IDENTITY: [&str; 32] = [
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_name",
    "region_code",
    "old_la_code",
    "new_la_code",
    "la_name",
    "school_urn",
    "estab",
    "school_name",
    "school_laestab",
    "open_date",
    "sex_of_school_description",
    "phase_type_grouping",
    "establishment_type",
    "middle_school",
    "all_through",
    "hospital_school",
    "religious_denomination",
    "admissions_policy",
    "district_administrative_code",
    "district_administrative_name",
    "pcon_code",
    "pcon_name",
    "ward_code",
    "ward_name",
    "urban_rural",
    "school_postcode",
    "lsoa11",
];

/// Every column of the layout, in order.
pub(super) fn header() -> Vec<String> {
    let mut columns: Vec<String> = IDENTITY.map(str::to_owned).to_vec();
    columns.extend(provided_needs().map(|need| format!("provision_for_{}", need.as_str().to_lowercase())));
    columns.extend(
        [
            "specialist_provision_unit_type",
            "sen_provision",
            "sen_primary_need",
            "pupil_count",
        ]
        .map(str::to_owned),
    );
    columns
}

/// A need as this format writes it: sentence case.
pub(super) fn label(need: Need) -> &'static str {
    match need {
        Need::Spld => "Specific learning difficulty",
        Need::Mld => "Moderate learning difficulty",
        Need::Sld => "Severe learning difficulty",
        Need::Pmld => "Profound and multiple learning difficulty",
        Need::Semh => "Social, emotional and mental health",
        Need::Slcn => "Speech, language and communications needs",
        Need::Hi => "Hearing impairment",
        Need::Vi => "Vision impairment",
        Need::Msi => "Multi-sensory impairment",
        Need::Pd => "Physical disability",
        Need::Asd => "Autistic spectrum disorder",
        Need::Oth => "Other difficulty/disability",
        Need::Nsa => "SEN support but no specialist assessment of type of need",
        Need::Ds => "Down syndrome",
        Need::Besd | Need::Missing => "Missing",
    }
}

/// Writes the schools.
pub(super) fn write(county: &County, writer: impl Write) -> Result<(), WriteError> {
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record(header())?;
    for school in county.schools() {
        let mut same = identity(county, school, Flags::Said);
        let answer = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
        same.extend(provided_needs().map(|need| answer(school.specialist.is_for(need))));
        same.push(ALL_PUPILS.to_owned());
        let mut row = |provision: &str, need: &str, pupils: &str| {
            let last = [provision, need, pupils];
            csv.write_record(same.iter().map(String::as_str).chain(last))
        };
        row(ALL_PUPILS, ALL_PUPILS, &school.pupils.to_string())?;
        let (support, plans) = match school.sen {
            SenCounts::ByNeed { support, plans } => (Some(support), Some(plans)),
            SenCounts::WithoutNeed { .. } => (None, None),
        };
        for (provision, total, needs) in [
            (SUPPORT, school.sen.support(), support),
            (PLAN, school.sen.plans(), plans),
        ] {
            row(provision, ALL_PUPILS, &total.to_string())?;
            for (need, pupils) in needs.unwrap_or_default().iter() {
                let counted = needs.map(|_: NeedCounts| pupils.to_string());
                row(provision, label(need), counted.as_deref().unwrap_or("z"))?;
            }
        }
    }
    csv.flush()?;
    Ok(())
}
