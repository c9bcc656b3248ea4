//! What alike pupils of an area have in common besides their needs, and the cells made of a table's groups.

use super::areas::Areas;
use crate::{
    counts::{Carried, Counted, PlaceCounts, Reconciliation, cells_of, rounded_to},
    number::{MOST_IN_AN_AUTHORITY, MOST_PUPILS},
    schools::note_reconciliation,
};
use senlens_files::{Note, Problem, RowAccount, counted, grouped};
use senlens_model::{
    AcademicYear, Cell, Cells, CountedPlace, Covers, Dimension, Dimensions, Ethnicity, FreeSchoolMeals,
    GeographicLevel, Language, NcYear, Phase, PlaceIndex, Provision, Sex, SourceKind,
};
use std::collections::BTreeMap;

/// A group of pupils of one area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Group {
    pub(super) place: usize,
    pub(super) year: AcademicYear,
    pub(super) phase: Option<Phase>,
    pub(super) nc_year: Option<NcYear>,
    pub(super) sex: Option<Sex>,
    pub(super) fsm: Option<FreeSchoolMeals>,
    pub(super) ethnicity: Option<Ethnicity>,
    pub(super) language: Option<Language>,
}

impl Group {
    pub(super) fn of(place: usize, year: AcademicYear) -> Self {
        Self {
            place,
            year,
            phase: None,
            nc_year: None,
            sex: None,
            fsm: None,
            ethnicity: None,
            language: None,
        }
    }

    fn cell(&self, place: PlaceIndex) -> Cell {
        Cell {
            nc_year: self.nc_year,
            sex: self.sex,
            fsm: self.fsm,
            ethnicity: self.ethnicity,
            language: self.language,
            ..Cell::new(place, self.year, self.phase, Provision::NoSen, 0)
        }
    }
}

/// Makes the cells of a table's groups. `more` are the dimensions it carries besides need, roll and provision.
#[expect(
    clippy::too_many_arguments,
    reason = "each layout's reader has found each of them apart"
)]
pub(super) fn cells(
    groups: BTreeMap<Group, PlaceCounts>,
    areas: Areas,
    carried: Carried,
    more: &[Dimension],
    covers: Covers,
    kind: SourceKind,
    account: &RowAccount,
    notes: &mut Vec<Note>,
) -> Result<Cells, Problem> {
    let mut reconciliation = Reconciliation::default();
    let mut counted_cells = Counted::default();
    let mut unusable: BTreeMap<&'static str, u64> = BTreeMap::new();
    let (places, went) = areas.in_order();
    let carried = Carried {
        rounded_to: rounded_to(groups.values()),
        ..carried
    };
    for (group, mut counts) in groups {
        counts.forget_absent_needs();
        let like = group.cell(PlaceIndex(went[group.place]));
        if let Err(why) = cells_of(&counts, like, carried, &mut reconciliation, &mut counted_cells) {
            *unusable.entry(why.reason()).or_default() += 1;
        }
    }
    for (reason, groups) in unusable {
        let groups = counted(groups, "group of pupils is", "groups of pupils are");
        notes.push(Note::about(
            account.file(),
            format!("{groups} left out: {reason}"),
        ));
    }
    note_reconciliation(account.file(), &reconciliation, carried, "group", "groups", notes);
    screen_sums(&places, &counted_cells.cells, account)?;
    let mut dimensions = Dimensions::of(more);
    for (dimension, is_carried) in [
        (Dimension::Roll, carried.roll),
        (Dimension::PrimaryNeed, carried.need),
        (Dimension::Provision, carried.apart),
    ] {
        if is_carried {
            dimensions = dimensions.with(dimension);
        }
    }
    Ok(Cells::new(kind, dimensions, places, counted_cells.cells)
        .and_then(|cells| cells.with_unknown(counted_cells.unknown))
        .expect("every cell names an area just found, and provisions are apart or together throughout")
        .from_source(account.file(), covers))
}

/// Refuses an area with more pupils in a year than any of its kind has.
fn screen_sums(places: &[CountedPlace], cells: &[Cell], account: &RowAccount) -> Result<(), Problem> {
    let mut sums: BTreeMap<(PlaceIndex, AcademicYear), u64> = BTreeMap::new();
    for cell in cells {
        *sums.entry((cell.place, cell.time_period)).or_default() += u64::from(cell.pupils);
    }
    for ((place, year), pupils) in sums {
        let CountedPlace::Area { level, name, .. } = &places[place.0 as usize] else {
            continue;
        };
        let most = match level {
            GeographicLevel::National | GeographicLevel::Regional => MOST_PUPILS,
            _ => MOST_IN_AN_AUTHORITY,
        };
        if pupils > u64::from(most) {
            return Err(Problem::of_file(
                account.file(),
                format!(
                    "an area has more pupils than any of its kind ({} are taken at most)",
                    grouped(u64::from(most))
                ),
            )
            .seen(&format!("{name} in {year}: {}", grouped(pupils)))
            .remedy("put the number right: one is damaged, or rows stand twice"));
        }
    }
    Ok(())
}
