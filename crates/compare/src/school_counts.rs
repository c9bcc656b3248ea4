//! The schools of a year, with their counts.

use crate::tally::{Known, PhaseTally};
use senlens_model::{
    AcademicYear, AreaFile, Cells, Dimension, PlaceIndex, Provision, ProvisionCut, ProvisionMap, School,
};
use std::collections::BTreeMap;

/// A school with its counts.
#[derive(Debug, Clone)]
pub struct SchoolCounts<'a> {
    /// The school.
    pub school: &'a School,
    /// Its counts.
    pub tally: PhaseTally,
    /// Pupils of whom the source does not say whether they have special educational needs.
    pub not_stated: u64,
    /// Pupils of whom it says that they have none.
    no_sen: u64,
    /// How many counts it gives.
    pub(crate) counts: u32,
}

impl SchoolCounts<'_> {
    /// Whether the source says which of its pupils have special educational needs. A table that leaves a school's numbers
    /// out says of none that they have none; one pupil's unreadable record does not make a school unknown.
    pub fn is_stated(&self) -> bool {
        self.not_stated == 0 || self.no_sen > 0
    }
}

/// The schools of a year in order of URN, and what of them is known.
pub(crate) fn schools_of(cells: &Cells, year: AcademicYear) -> (Vec<SchoolCounts<'_>>, Known) {
    let mut schools: BTreeMap<PlaceIndex, SchoolCounts<'_>> = BTreeMap::new();
    let mut last: Option<(PlaceIndex, SchoolCounts<'_>)> = None;
    for cell in cells.cells().iter().filter(|cell| cell.time_period == year) {
        // Cells come in order of place.
        if last.as_ref().is_none_or(|(place, _)| *place != cell.place) {
            schools.extend(last.take());
            last = school_at(cells, cell.place).map(|school| (cell.place, school));
        }
        let Some((_, own)) = &mut last else { continue };
        own.tally.add_cell(cell);
        own.counts += 1;
        match cell.sen_provision {
            Provision::NotStated => own.not_stated += u64::from(cell.pupils),
            Provision::NoSen => own.no_sen += u64::from(cell.pupils),
            Provision::SenSupport | Provision::Plan | Provision::Total => {}
        }
    }
    schools.extend(last);
    for unknown in cells.unknown().iter().filter(|one| one.cell.time_period == year) {
        let place = unknown.cell.place;
        if !schools.contains_key(&place) {
            schools.extend(school_at(cells, place).map(|school| (place, school)));
        }
        if let Some(own) = schools.get_mut(&place) {
            own.tally.add_unknown(unknown);
        }
    }
    let mut schools: Vec<SchoolCounts<'_>> = schools.into_values().collect();
    for each in &mut schools {
        if !each.is_stated() && !each.tally.has_unknown() {
            each.tally.not_returned();
        }
    }
    schools.sort_by_key(|each| each.school.urn);
    (
        schools,
        Known::from_dimensions(cells.dimensions(), provisions_of(cells)),
    )
}

fn school_at(cells: &Cells, place: PlaceIndex) -> Option<SchoolCounts<'_>> {
    let school = cells.place(place).school()?;
    Some(SchoolCounts {
        school,
        tally: PhaseTally::default(),
        not_stated: 0,
        no_sen: 0,
        counts: 0,
    })
}

/// Which provisions cells cover.
pub(crate) fn provisions_of(cells: &Cells) -> ProvisionMap<bool> {
    let any = |provision| cells.cells().iter().any(|cell| cell.sen_provision == provision);
    let apart = cells.dimensions().carry(Dimension::Provision);
    ProvisionMap::from_fn(|cut| match (cut, apart) {
        (ProvisionCut::Total, true) => any(Provision::SenSupport) && any(Provision::Plan),
        (ProvisionCut::Total, false) => any(Provision::Total),
        (ProvisionCut::SenSupport, _) => apart && any(Provision::SenSupport),
        (ProvisionCut::Plan, _) => apart && any(Provision::Plan),
    })
}

/// A note of schools that lie in no district or part, and why.
pub(crate) fn unplaced_note(schools: &[&SchoolCounts<'_>], why: &str, area: &AreaFile) -> Option<String> {
    if schools.is_empty() {
        return None;
    }
    let pupils: u64 = schools.iter().filter_map(|each| each.tally.roll()).sum();
    let listed: Vec<String> = schools
        .iter()
        .take(5)
        .map(|each| each.school.urn.to_string())
        .collect();
    let more = if schools.len() > 5 {
        format!(" and {} more", schools.len() - 5)
    } else {
        String::new()
    };
    let (count, why) = match schools.len() {
        1 => (
            "1 school".to_owned(),
            why.replacen("have", "has", 1).replacen("lie", "lies", 1),
        ),
        several => (format!("{several} schools"), why.to_owned()),
    };
    Some(format!(
        "{count} of {} ({pupils} pupils; URN {}{more}) {why}: counted in the authority, left out of its districts \
         or {}s.",
        area.name,
        listed.join(", "),
        area.part_word
    ))
}
