//! Changes since an earlier census in the authority and its parts, and how much of them is their own: rows of `change`.
//!
//! The change of the national rate, that of the mix of schools and of year groups, and regression to the mean are taken
//! off; the rest is the place's own change.

use super::rows::Rows;
use crate::Level;
use crate::joint::{
    AreaKey, AreaYear, Change, Difference, Effort, Judgement, School, Settings, area_spread, change, judge,
};
use senlens_compare::{Atlas, Base, Figure, Inputs, Key};
use senlens_model::breaks::{self, Break, Effect};
use senlens_model::{
    AcademicYear, Cells, Coverage, Date, Dimension, NcYear, Need, NeedCut, Phase, PhaseCut, ProvisionCut,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A date on which something was done about identification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The date.
    pub date: Date,
    /// The last census before it.
    pub before: AcademicYear,
}

/// How a place's verdict changed since an earlier census. Rates are pupils with MLD per thousand on roll at the schools
/// judged.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow {
    /// What the row is about; the year is the later.
    pub key: Key,
    /// The earlier census.
    pub since: AcademicYear,
    /// The date of an action, on the row that compares the last census before it with the year of the run.
    pub action_date: Option<Date>,
    /// Levels, earlier and later.
    pub levels: [Level; 2],
    /// Probabilities of masking, earlier and later.
    pub probabilities: [f64; 2],
    /// The parts of the change.
    pub change: Change,
    /// Whose rate is taken for the national one: `England` or `own_authority`.
    pub reference: &'static str,
    /// Whether the mix allows for year groups, not schools' phases alone.
    pub by_year_group: bool,
    /// The sentence for a reader.
    pub wording: String,
}

/// Shares of pupils with MLD by phase of school, of those a place is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Reference {
    primary: f64,
    secondary: f64,
    both: f64,
}

impl Reference {
    fn of(&self, phase: Phase) -> f64 {
        if phase == Phase::Secondary {
            self.secondary
        } else {
            self.primary
        }
    }

    fn from_counts(primary: (u64, u64), secondary: (u64, u64)) -> Option<Self> {
        let share = |(events, pupils): (u64, u64)| (pupils > 0).then(|| events as f64 / pupils as f64);
        let both = share((primary.0 + secondary.0, primary.1 + secondary.1))?;
        let found = Self {
            primary: share(primary).unwrap_or(both),
            secondary: share(secondary).unwrap_or(both),
            both,
        };
        (both > 0.0).then_some(found)
    }
}

/// The rates of England where the inputs cover it that year, else of the authority's own schools.
fn reference(atlas: &Atlas<'_>, own: senlens_model::LaCode) -> Option<(Reference, &'static str)> {
    let mld = Figure {
        provision: ProvisionCut::Total,
        need: NeedCut::Of(Need::Mld),
        base: Base::Pupils,
    };
    let in_england = |phase| {
        let england = atlas.england.as_ref()?;
        let share = england.share(Coverage::StateFunded, PhaseCut::Of(phase), mld)?;
        Some((share.events(), share.population()))
    };
    if let (Some(primary), Some(secondary)) = (in_england(Phase::Primary), in_england(Phase::Secondary))
        && let Some(found) = Reference::from_counts(primary, secondary)
    {
        return Some((found, "England"));
    }
    let of = |phase| {
        atlas
            .schools
            .iter()
            .filter(|each| each.school.la_code == own && each.school.phase == phase)
            .try_fold((0, 0), |(events, pupils), each| {
                Some((events + mld.events(&each.tally)?, pupils + each.tally.roll()?))
            })
    };
    Reference::from_counts(of(Phase::Primary)?, of(Phase::Secondary)?).map(|found| (found, "own_authority"))
}

/// The needs that a change is about.
const NEEDS: [Need; 3] = [Need::Mld, Need::Slcn, Need::Semh];

/// The break that forbids to compare an earlier census with the year of the run.
pub(super) fn stopped_by(inputs: &Inputs<'_>, since: AcademicYear) -> Option<&'static Break> {
    let of_needs = NEEDS
        .into_iter()
        .find_map(|need| breaks::stopping(NeedCut::Of(need), since, inputs.year));
    of_needs.or_else(|| breaks::stopping_authority(inputs.area.la_code, since, inputs.year))
}

/// What the reader of a change across a lesser break should know.
pub(super) fn limits(inputs: &Inputs<'_>, since: AcademicYear) -> Vec<String> {
    breaks::between(since, inputs.year)
        .filter(|found| found.effect == Effect::Limits)
        .filter(|found| {
            NEEDS
                .into_iter()
                .any(|need| found.touches_need(NeedCut::Of(need)))
                || found.touches_authority(inputs.area.la_code)
        })
        .map(|found| {
            format!(
                "The change since {} runs across {}: {}.",
                since.in_words(),
                found.first_year.in_words(),
                found.why
            )
        })
        .collect()
}

/// How much likelier MLD is among a school's pupils for their year groups alone, by URN and year: the authority's share
/// by year group over all years comparable with the year of the run, over its share of the phase.
type AgeIndex = BTreeMap<(u32, AcademicYear), f64>;

fn age_index(cells: &Cells, inputs: &Inputs<'_>) -> Option<AgeIndex> {
    let own = inputs.area.la_code;
    if !cells.dimensions().carry(Dimension::NcYear) {
        return None;
    }
    let mut shares: BTreeMap<(Phase, Option<NcYear>), [f64; 2]> = BTreeMap::new();
    let mut phases: BTreeMap<Phase, [f64; 2]> = BTreeMap::new();
    let years: BTreeSet<AcademicYear> = cells
        .years()
        .into_iter()
        .filter(|year| stopped_by(inputs, *year).is_none())
        .collect();
    let mine = |cell: &senlens_model::Cell| {
        cells
            .place(cell.place)
            .school()
            .filter(|school| school.la_code == own && years.contains(&cell.time_period))
    };
    for cell in cells.cells() {
        let Some(school) = mine(cell) else { continue };
        let pupils = f64::from(cell.pupils);
        let mld = cell.sen_provision.is_sen() && cell.primary_need == Some(Need::Mld);
        let with = if mld { pupils } else { 0.0 };
        let add = |sum: &mut [f64; 2]| {
            sum[0] += with;
            sum[1] += pupils;
        };
        add(shares.entry((school.phase, cell.nc_year)).or_default());
        add(phases.entry(school.phase).or_default());
    }
    let share = |[with, all]: &[f64; 2]| if *all > 0.0 { with / all } else { 0.0 };
    let mut sums: BTreeMap<(u32, AcademicYear), [f64; 2]> = BTreeMap::new();
    for cell in cells.cells() {
        let Some(school) = mine(cell) else { continue };
        let whole = share(&phases[&school.phase]);
        let index = if whole > 0.0 {
            share(&shares[&(school.phase, cell.nc_year)]) / whole
        } else {
            1.0
        };
        let sum = sums.entry((school.urn.get(), cell.time_period)).or_default();
        sum[0] += f64::from(cell.pupils) * index;
        sum[1] += f64::from(cell.pupils);
    }
    Some(
        sums.into_iter()
            .map(|(key, [weighed, pupils])| (key, if pupils > 0.0 { weighed / pupils } else { 1.0 }))
            .collect(),
    )
}

/// One census: its schools, their verdicts, and what is expected of each at national rates.
pub(super) struct Census<'a> {
    pub(super) atlas: &'a Atlas<'a>,
    pub(super) schools: &'a [School],
    pub(super) judgement: &'a Judgement,
}

/// Pupils on roll, and MLD expected, at an area's judged schools.
fn sums(
    census: &Census<'_>,
    year: AcademicYear,
    reference: &Reference,
    ages: Option<&AgeIndex>,
    area: AreaKey,
) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    let each = census.schools.iter().zip(&census.judgement.schools);
    for ((school, verdict), counts) in each.zip(&census.atlas.schools) {
        if !area.holds(school) || matches!(verdict.level, Level::NotApplicable | Level::TooFew) {
            continue;
        }
        let pupils = f64::from(school.pupils);
        let age = ages
            .and_then(|ages| ages.get(&(counts.school.urn.get(), year)))
            .copied()
            .unwrap_or(1.0);
        sums.0 += pupils;
        sums.1 += pupils * age * reference.of(counts.school.phase);
    }
    sums
}

/// Judges an earlier census, at the lower effort of rows beside the verdict.
pub(super) fn judge_earlier(schools: &[School], base: &Settings) -> Judgement {
    judge(
        schools,
        &Settings {
            effort: Effort::Quick,
            ..base.clone()
        },
    )
}

/// The rows of the authority and its parts since one earlier census.
pub(super) fn rows(
    rows: &Rows<'_>,
    now: &Census<'_>,
    (since, before): (AcademicYear, &Census<'_>),
    action: Option<&Action>,
) -> Vec<ChangeRow> {
    let own = rows.inputs.area.la_code;
    let (Some((then_rates, then_of)), Some((now_rates, now_of))) =
        (reference(before.atlas, own), reference(now.atlas, own))
    else {
        return Vec::new();
    };
    // Both years are compared with the same reference, or the change would be one of references.
    let (then_rates, now_rates, of) = if then_of == now_of {
        (then_rates, now_rates, then_of)
    } else {
        match (
            authority_rates(before.atlas, own),
            authority_rates(now.atlas, own),
        ) {
            (Some(then), Some(now)) => (then, now, "own_authority"),
            _ => return Vec::new(),
        }
    };
    let ages = rows
        .inputs
        .schools
        .and_then(|cells| age_index(cells, rows.inputs));
    let ages = ages.as_ref();
    let year = rows.inputs.year;
    let is_part = |area: AreaKey| matches!(area, AreaKey::Part(_));
    let national_then = |area: AreaKey| sums(before, since, &then_rates, ages, area).1;
    let mut found = Vec::new();
    for (area, place) in rows.authority_and_parts() {
        let (Some(earlier), Some(later)) = (before.judgement.of(area), now.judgement.of(area)) else {
            continue;
        };
        if of == "own_authority" && !is_part(area) {
            // Compared with itself the authority has no change of its own.
            continue;
        }
        let spread = if is_part(area) {
            area_spread(before.judgement, national_then, is_part)
        } else {
            area_spread(before.judgement, national_then, |other| {
                matches!(other, AreaKey::Authority(_))
            })
        };
        let (then_roll, then_expected) = sums(before, since, &then_rates, ages, area);
        let (now_roll, now_expected) = sums(now, year, &now_rates, ages, area);
        if then_roll <= 0.0 || now_roll <= 0.0 || then_expected <= 0.0 || now_expected <= 0.0 {
            continue;
        }
        let change = change(
            AreaYear {
                verdict: earlier,
                roll: then_roll,
                national: then_expected,
                national_rate: then_rates.both,
            },
            AreaYear {
                verdict: later,
                roll: now_roll,
                national: now_expected,
                national_rate: now_rates.both,
            },
            spread,
        );
        let masking =
            |verdict: &crate::joint::AreaVerdict| verdict.probabilities[crate::Explanation::Masking as usize];
        let action = action.filter(|action| action.before == since);
        let key = rows.key(Arc::clone(place), Coverage::StateFunded, PhaseCut::Total);
        found.push(ChangeRow {
            wording: wording(&key.place.name, (since, year), action, &change, of),
            key,
            since,
            action_date: action.map(|action| action.date),
            levels: [earlier.level, later.level],
            probabilities: [masking(earlier), masking(later)],
            change,
            reference: of,
            by_year_group: ages.is_some(),
        });
    }
    found
}

fn authority_rates(atlas: &Atlas<'_>, own: senlens_model::LaCode) -> Option<Reference> {
    let without_england = Atlas {
        england: None,
        ..atlas.clone()
    };
    reference(&without_england, own).map(|(found, _)| found)
}

fn wording(
    name: &str,
    (since, year): (AcademicYear, AcademicYear),
    action: Option<&Action>,
    change: &Change,
    reference: &str,
) -> String {
    let since_words = since.in_words();
    let span = match action {
        Some(action) => format!(
            "from {since_words}, before {}, to {}",
            action.date,
            year.in_words()
        ),
        None => format!("from {since_words} to {}", year.in_words()),
    };
    let drift = if reference == "England" {
        "England's own change"
    } else {
        "the authority's own change"
    };
    // No sign where nothing is left after rounding.
    let signed = |figure: f64| {
        if figure.abs() < 0.05 {
            "0.0".to_owned()
        } else {
            format!("{figure:+.1}")
        }
    };
    let points = |share: f64| {
        if (100.0 * share).abs() < 0.5 {
            "0".to_owned()
        } else {
            format!("{:+.0}", 100.0 * share)
        }
    };
    let range = |difference: &Difference| {
        format!(
            "{} ({} to {})",
            signed(difference.difference),
            signed(difference.lower),
            signed(difference.upper)
        )
    };
    let own = &change.own;
    let verdict = if own.lower > 0.0 {
        "It rose by more than chance explains"
    } else if own.upper < 0.0 {
        "It fell by more than chance explains"
    } else {
        "No change of its own can be told from chance"
    };
    let masked = &change.masked_share;
    format!(
        "{name}: {span} pupils recorded with MLD changed by {} in every thousand on roll. Of that {} is {drift}, {} its mix \
         of schools and ages, {} falling back after an unusual year, and {} its own. {verdict}. The share of its schools that \
         mask changed by {} points ({} to {}).",
        signed(change.recorded),
        signed(change.national_drift),
        signed(change.mix),
        signed(change.regression_to_the_mean),
        range(own),
        points(masked.difference),
        points(masked.lower),
        points(masked.upper)
    )
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn a_phase_without_pupils_takes_the_share_of_both() {
        let rates = Reference::from_counts((20, 1_000), (0, 0)).expect("pupils");
        assert!((rates.secondary - 0.02).abs() < 1e-12 && (rates.both - 0.02).abs() < 1e-12);
        let rates = Reference::from_counts((20, 1_000), (60, 1_000)).expect("pupils");
        assert!((rates.secondary - 0.06).abs() < 1e-12 && (rates.both - 0.04).abs() < 1e-12);
        assert_eq!(Reference::from_counts((0, 10), (0, 10)), None);
    }
}
