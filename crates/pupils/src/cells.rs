//! The tally's numbers, one a pupil, sorted and counted into cells in order of school and year.

use crate::{key::CellKey, schools::SchoolDirectory, tally::YearCounts};
use rayon::prelude::*;
use senlens_files::{Error, Problem};
use senlens_model::{AcademicYear, Cell, Cells, CountedPlace, Dimensions, PlaceIndex, SourceKind};
use std::collections::BTreeMap;

/// One school's numbers, by year.
type YearKeys = Vec<(AcademicYear, Vec<u32>)>;

/// Schools whose cells are made together.
const SCHOOLS_AT_ONCE: usize = 512;

/// Sorts one school's numbers, with what is not counted masked out of them; how many differ.
fn runs(keys: &mut [u32], mask: u32) -> usize {
    for key in keys.iter_mut() {
        *key &= mask;
    }
    keys.sort_unstable();
    keys.chunk_by(|one, other| one == other).count()
}

/// Sorts each school's numbers and counts the runs: cells come out in order.
pub(crate) fn of_counts(
    schools: &SchoolDirectory,
    dimensions: Dimensions,
    mut counts: BTreeMap<AcademicYear, YearCounts>,
) -> Result<Cells, Error> {
    let mask = CellKey::mask(dimensions);
    let years: Vec<AcademicYear> = counts.keys().copied().collect();
    // One list a school, its years in order, so that the cells are in order of place.
    let mut by_school: Vec<YearKeys> = vec![Vec::new(); schools.schools().len()];
    for year in years {
        let of_year = counts.remove(&year).unwrap_or_default();
        for (school, keys) in by_school.iter_mut().zip(of_year) {
            if !keys.is_empty() {
                school.push((year, keys));
            }
        }
    }
    let counted: Vec<(usize, YearKeys)> = by_school
        .into_iter()
        .enumerate()
        .filter(|(_, years)| !years.is_empty())
        .collect();
    let places: Vec<CountedPlace> = counted
        .iter()
        .map(|(school, _)| CountedPlace::School(schools.schools()[*school].clone()))
        .collect();
    let mut counted = counted;
    let lengths: Vec<usize> = counted
        .par_iter_mut()
        .map(|(_, years)| years.iter_mut().map(|(_, keys)| runs(keys, mask)).sum())
        .collect();
    // The cells are by far the most that is held: room is made once, and filled from some schools at a time.
    let mut rows: Vec<Cell> = Vec::with_capacity(lengths.iter().sum());
    let mut place = 0u32;
    for some in counted.chunks_mut(SCHOOLS_AT_ONCE) {
        let of_some: Vec<Vec<Cell>> = some
            .par_iter_mut()
            .enumerate()
            .map(|(at, (school, years))| {
                let place = place.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
                let phase = schools.schools()[*school].phase;
                let mut cells = Vec::new();
                for (year, keys) in std::mem::take(years) {
                    for run in keys.chunk_by(|one, other| one == other) {
                        let pupils = u32::try_from(run.len()).unwrap_or(u32::MAX);
                        cells.push(CellKey(run[0]).cell(PlaceIndex(place), year, phase, pupils));
                    }
                }
                cells
            })
            .collect();
        place = place.saturating_add(u32::try_from(of_some.len()).unwrap_or(u32::MAX));
        for cells in of_some {
            rows.extend(cells);
        }
    }
    Cells::new(SourceKind::Pupils, dimensions, places, rows)
        .map_err(|error| Problem::of_file("the counts", error.to_string()).into())
}
