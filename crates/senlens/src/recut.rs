//! Authorities that were split or merged after the census: their schools, as the authorities of today would have them.
//!
//! In January 2022 Cumbria was one authority. Whoever asks for Cumberland, or whose statistical neighbours include it,
//! is given the schools in the districts that became Cumberland.

use crate::Error;
use crate::read::Read;
use senlens_model::{AcademicYear, AreaFile, Authority, Cells, Dimension, KnownDistrict, LaCode};
use std::collections::{BTreeMap, BTreeSet};

/// Gives the schools of split or merged authorities to their successors, where the area is one or has one among its
/// neighbours, and leaves out of its lists the neighbours that are still not in the input for that reason.
///
/// # Errors
/// When the area itself came into being after the census and the schools do not say in which district they lie.
pub(crate) fn recut(area: &mut AreaFile, read: &mut Read) -> Result<(), Error> {
    let year = read.year;
    let came_later = |la_code: &LaCode| {
        Authority::numbered(*la_code)
            .and_then(Authority::since)
            .is_some_and(|since| since >= year.january())
    };
    let own = came_later(&area.la_code);
    let neighbours = area.neighbours_at(year).map(|list| list.la_codes.clone());
    let neighbours: Vec<LaCode> = neighbours.into_iter().flatten().filter(came_later).collect();
    if !own && neighbours.is_empty() {
        return Ok(());
    }
    // Needs of the neighbours come with their schools, or not at all: a published table knows the old authority alone.
    let carries_needs = read
        .schools
        .as_ref()
        .is_some_and(|schools| schools.dimensions().carry(Dimension::PrimaryNeed));
    let mut wanted: BTreeSet<LaCode> = BTreeSet::new();
    wanted.extend(own.then_some(area.la_code));
    wanted.extend(neighbours.iter().filter(|_| carries_needs));
    let mut given = BTreeSet::new();
    if let Some(schools) = read.schools.take() {
        let (schools, moved) = moved(schools, &wanted, area.la_code);
        read.schools = Some(schools);
        for ((from, to), schools) in &moved {
            given.insert(*to);
            read.notes.push(note(*from, *to, *schools));
        }
    }
    if own && !given.contains(&area.la_code) {
        return Err(too_early(area, year));
    }
    let absent: Vec<LaCode> = neighbours.into_iter().filter(|la| !given.contains(la)).collect();
    if !absent.is_empty() {
        let names: Vec<&str> = absent.iter().map(|la| name_of(*la)).collect();
        read.notes.push(format!(
            "Left out of the statistical neighbours, as no authority at the census of January {}: {}.",
            year.january(),
            names.join(", ")
        ));
        for list in &mut area.neighbours {
            list.la_codes.retain(|la| !absent.contains(la));
        }
    }
    Ok(())
}

/// The schools of the predecessors of the wanted authorities under their successors, and how many went from whom to whom.
fn moved(
    schools: Cells,
    wanted: &BTreeSet<LaCode>,
    own: LaCode,
) -> (Cells, BTreeMap<(LaCode, LaCode), usize>) {
    // A predecessor that is itself the area stays whole.
    let of_whom: BTreeSet<LaCode> = wanted
        .iter()
        .filter_map(|la_code| Authority::numbered(*la_code))
        .flat_map(Authority::predecessors)
        .map(|predecessor| predecessor.la_code)
        .filter(|la_code| *la_code != own)
        .collect();
    let mut counts = BTreeMap::new();
    let schools = schools.with_schools(|school| {
        let Some(district) = school.district_code.filter(|_| of_whom.contains(&school.la_code)) else {
            return;
        };
        let successor = KnownDistrict::coded(district)
            .filter(|known| known.la_code == school.la_code)
            .find_map(|known| Authority::numbered(known.now?));
        if let Some(successor) = successor {
            *counts.entry((school.la_code, successor.la_code)).or_default() += 1;
            school.la_code = successor.la_code;
            school.la_name.clone_from(&successor.name);
            school.la_area_code = successor.area_codes.first().copied();
        }
    });
    (schools, counts)
}

fn name_of(la_code: LaCode) -> &'static str {
    Authority::numbered(la_code).map_or("", |authority| authority.name.as_str())
}

fn note(from: LaCode, to: LaCode, schools: usize) -> String {
    let since = Authority::numbered(to)
        .and_then(Authority::since)
        .unwrap_or_default();
    let schools = if schools == 1 {
        "1 school".to_owned()
    } else {
        format!("{schools} schools")
    };
    let (from, to) = (name_of(from), name_of(to));
    format!(
        "{to} has been an authority since 1 April {since}. Its counts before are of the {schools} in the districts it took \
         over from {from}, and {from} is not shown."
    )
}

fn too_early(area: &AreaFile, year: AcademicYear) -> Error {
    let known = Authority::numbered(area.la_code);
    let since = known.and_then(Authority::since).unwrap_or_default();
    let before: Vec<&str> = known
        .into_iter()
        .flat_map(Authority::predecessors)
        .map(|predecessor| predecessor.name.as_str())
        .collect();
    Error::Area {
        area: area.name.clone(),
        message: format!(
            "{} has been an authority since 1 April {since}, and the census compared is of January {}; the input has no \
             school in the districts it took over. Give a file of schools with districts, or choose {}",
            area.name,
            year.january(),
            before.join(" or ")
        ),
    }
}
