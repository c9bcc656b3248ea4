//! Which schools of the list have no record: a return that is not there goes unnoticed otherwise.

use super::{schools::SchoolDirectory, tally::YearCounts};
use senlens_files::{Note, counted, grouped};
use senlens_model::{AcademicYear, Coverage, LaCode, School};
use std::collections::BTreeMap;

/// How many schools are named.
const NAMED: usize = 10;

/// An authority's schools of the list, and those of them with a record.
#[derive(Default)]
struct Returned<'a> {
    with: usize,
    without: Vec<&'a School>,
}

/// A note for each year and authority of whose schools some have records and some have none. Of an authority with few
/// schools in the input (a neighbour's) nothing is said: its returns were not asked for.
pub(crate) fn notes(schools: &SchoolDirectory, counts: &BTreeMap<AcademicYear, YearCounts>) -> Vec<Note> {
    let mut notes = Vec::new();
    for (year, pupils) in counts {
        let mut authorities: BTreeMap<LaCode, Returned<'_>> = BTreeMap::new();
        for (at, (school, pupils)) in (0u32..).zip(schools.schools().iter().zip(pupils)) {
            let is_current = schools.by_urn(school.urn) == Some(at);
            if !Coverage::StateFunded.counts(school.phase) || !is_current {
                continue;
            }
            let authority = authorities.entry(school.la_code).or_default();
            if pupils.is_empty() {
                authority.without.push(school);
            } else {
                authority.with += 1;
            }
        }
        let most = authorities
            .values()
            .map(|authority| authority.with)
            .max()
            .unwrap_or(0);
        for authority in authorities.values() {
            let (Some(first), true) = (authority.without.first(), 2 * authority.with > most) else {
                continue;
            };
            let all = authority.with + authority.without.len();
            let mut names: Vec<String> = authority
                .without
                .iter()
                .take(NAMED)
                .map(|school| format!("{} ({})", school.name, school.urn))
                .collect();
            let more = authority.without.len().saturating_sub(NAMED);
            if more > 0 {
                names.push(format!("and {} more", grouped(more as u64)));
            }
            notes.push(Note {
                file: None,
                text: format!(
                    "{year}: of {} of {} in the list of schools {} no pupil record here: {}",
                    counted(all as u64, "school", "schools"),
                    first.la_name,
                    if authority.without.len() == 1 {
                        "1 has".to_owned()
                    } else {
                        format!("{} have", grouped(authority.without.len() as u64))
                    },
                    names.join(", ")
                ),
            });
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::notes;
    use crate::SchoolDirectory;
    use senlens_model::{Phase, School};
    use std::collections::BTreeMap;

    fn school(urn: u32, la: u16, phase: Phase) -> School {
        School {
            urn: urn.to_string().parse().expect("a URN"),
            laestab: None,
            name: format!("School {urn}"),
            phase,
            la_code: la.to_string().parse().expect("an authority"),
            la_name: format!("Authority {la}"),
            la_area_code: None,
            region_code: None,
            region_name: None,
            district_code: None,
            district_name: None,
            specialist: None,
        }
    }

    #[test]
    fn schools_without_a_record_are_named_and_neighbours_are_not() {
        let directory = SchoolDirectory::new(
            [
                school(100_001, 881, Phase::Primary),
                school(100_002, 881, Phase::Primary),
                school(100_003, 881, Phase::Secondary),
                school(100_004, 881, Phase::Independent),
                school(100_005, 883, Phase::Primary),
                school(100_006, 883, Phase::Primary),
            ],
            None,
        );
        let year = "202223".parse().expect("a year");
        let of = |pupils: [usize; 6]| {
            let counts = pupils.map(|pupils| vec![0; pupils]).to_vec();
            notes(&directory, &BTreeMap::from([(year, counts)]))
        };
        let told = of([30, 20, 0, 0, 1, 0]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(
            told[0].text,
            "202223: of 3 schools of Authority 881 in the list of schools 1 has no pupil record here: School 100003 \
             (100003)"
        );
        assert!(of([30, 20, 9, 0, 0, 0]).is_empty());
    }
}
