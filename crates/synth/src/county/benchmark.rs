//! The invented England as a tidy table of the form the Department publishes (2026 format).

use super::england::{InventedAuthority, PhaseCounts};
use super::long_layout::{PLAN, SUPPORT, label};
use super::margins::STATE_PHASES;
use super::names::{self, REGIONS};
use super::school::NeedCounts;
use super::{County, WriteError};
use senlens_model::{GeographicLevel, Phase};
use std::io::Write;

/// England's code: comparisons look for it.
pub(super) const COUNTRY_CODE: &str = "E92000001";

/// England's name.
pub(super) const COUNTRY_NAME: &str = "England";

const TOTAL: &str = "Total";
const NO_SEN: &str = "No SEN provision";

/// The columns: those of the Department's tables by phase, provision and need, without constituencies, year groups
/// and percentages.
pub(super) const HEADER: [&str; 14] = [
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_name",
    "region_code",
    "old_la_code",
    "la_name",
    "new_la_code",
    "phase_type_grouping",
    "sen_provision",
    "sen_primary_need",
    "pupil_count",
];

type Phases = [PhaseCounts; STATE_PHASES];

/// Writes England, its regions and its authorities.
pub(super) fn write(county: &County, writer: impl Write) -> Result<(), WriteError> {
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record(HEADER)?;
    let mut authorities: Vec<&InventedAuthority> =
        county.others().iter().chain([county.authority()]).collect();
    authorities.sort_by_key(|authority| authority.la_code);
    let sum = |region: Option<usize>| {
        let mut phases = Phases::default();
        let members = authorities
            .iter()
            .filter(|a| region.is_none_or(|region| a.region == region));
        for authority in members {
            phases
                .iter_mut()
                .zip(&authority.phases)
                .for_each(|(sum, more)| sum.add(more));
        }
        phases
    };
    let year = county.year().to_string();
    let start = |level: GeographicLevel, region: Option<usize>, authority: Option<&InventedAuthority>| {
        let text = |authority_says: Option<String>| authority_says.unwrap_or_default();
        [
            year.clone(),
            "Academic year".to_owned(),
            level.as_str().to_owned(),
            COUNTRY_CODE.to_owned(),
            COUNTRY_NAME.to_owned(),
            text(region.map(|region| REGIONS[region].to_owned())),
            text(region.map(|region| names::region_code(region).to_string())),
            text(authority.map(|authority| authority.la_code.to_string())),
            text(authority.map(|authority| authority.name.clone())),
            text(authority.map(|authority| authority.area_code.to_string())),
        ]
    };
    write_place(
        &mut csv,
        &start(GeographicLevel::National, None, None),
        &sum(None),
    )?;
    for region in 0..REGIONS.len() {
        write_place(
            &mut csv,
            &start(GeographicLevel::Regional, Some(region), None),
            &sum(Some(region)),
        )?;
    }
    for authority in &authorities {
        let start = start(
            GeographicLevel::LocalAuthority,
            Some(authority.region),
            Some(authority),
        );
        write_place(&mut csv, &start, &authority.phases)?;
    }
    csv.flush()?;
    Ok(())
}

fn write_place(
    csv: &mut csv::Writer<impl Write>,
    start: &[String; 10],
    phases: &Phases,
) -> Result<(), csv::Error> {
    let mut all = PhaseCounts::default();
    for phase in phases {
        all.add(phase);
    }
    let named = Phase::ALL
        .iter()
        .zip(phases)
        .map(|(phase, counts)| (phase.as_str(), counts));
    for (phase, counts) in [(TOTAL, &all)].into_iter().chain(named) {
        let [support, plans] = counts.sen;
        let mut both = support;
        both.add(plans);
        let no_sen = counts.pupils - both.total();
        let mut row = |provision: &str, need: &str, pupils: u32| {
            let last = [phase, provision, need, &pupils.to_string()];
            csv.write_record(start.iter().map(String::as_str).chain(last))
        };
        row(TOTAL, TOTAL, counts.pupils)?;
        row(NO_SEN, TOTAL, no_sen)?;
        let provisions: [(&str, NeedCounts); 2] = [(SUPPORT, support), (PLAN, plans)];
        for (provision, needs) in provisions {
            row(provision, TOTAL, needs.total())?;
            for (need, pupils) in needs.iter() {
                row(provision, label(need), pupils)?;
            }
        }
        // The Department's total over provisions is the whole roll, so its needs are those of both.
        for (need, pupils) in both.iter() {
            row(TOTAL, label(need), pupils)?;
        }
    }
    Ok(())
}
