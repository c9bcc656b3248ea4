//! Like with like in more than phase: expectations within year group, sex and free school meals, where the cells carry
//! them. Indirect standardisation as in [`crate::expect`], with strata of the pupils instead of the schools; and, beside
//! it, the directly standardised rate: what the comparator's pupils would show at the place's rates.

use crate::benchmarks::{Family, Unit, compare_family, dispersion_of};
use crate::expectation::Expectation;
use crate::figures::{Figure, figures};
use crate::tally::PhaseTally;
use crate::{Adjustment, Base, BenchmarkRow, Comparator, Inputs, Stratum};
use rayon::prelude::*;
use senlens_model::{
    AcademicYear, Cell, Cells, CountedPlace, Coverage, Dimension, Ethnicity, FreeSchoolMeals,
    GeographicLevel, Geography, NcYear, Need, NeedCut, PhaseCut, Place, Sex,
};
use senlens_stats::standardise::{DirectStratum, direct};
use senlens_stats::{Confidence, Interval};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The needs compared within case mix.
const NEEDS: [NeedCut; 5] = [
    NeedCut::Total,
    NeedCut::Of(Need::Mld),
    NeedCut::Of(Need::Slcn),
    NeedCut::Of(Need::Semh),
    NeedCut::Of(Need::Asd),
];

/// The strata that may be used, with the dimensions that carry them. Phase has its own place: see [`crate::expect`].
const STRATA: [(Dimension, Stratum); 4] = [
    (Dimension::NcYear, Stratum::NcYear),
    (Dimension::Sex, Stratum::Sex),
    (Dimension::FreeSchoolMeals, Stratum::FreeSchoolMeals),
    (Dimension::Ethnicity, Stratum::Ethnicity),
];

/// Pupils alike in what is adjusted for; a dimension that is not adjusted for is the same for all.
type CaseMix = (
    Option<NcYear>,
    Option<Sex>,
    Option<FreeSchoolMeals>,
    Option<Ethnicity>,
);

/// Counts of one place by case mix.
type ByCaseMix = BTreeMap<CaseMix, PhaseTally>;

/// What one stratum of a place adds to what is expected of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ContributionRow {
    /// What the row is about.
    pub key: crate::Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Whom the place is compared with.
    pub comparator: Comparator,
    /// How the expected number was made.
    pub adjustment: Adjustment,
    /// The stratum, such as `7, Female, not eligible`.
    pub stratum: String,
    /// Pupils of the stratum on roll.
    pub population: u64,
    /// Pupils of the stratum with the need.
    pub observed: u64,
    /// Pupils of the stratum expected to have it.
    pub expected: f64,
}

/// A place's rate at another's mix of pupils.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardisedRateRow {
    /// What the row is about.
    pub key: crate::Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Whose mix of pupils is the standard.
    pub standard: Comparator,
    /// The strata.
    pub adjustment: Adjustment,
    /// Pupils with the need.
    pub events: u64,
    /// Pupils on roll.
    pub population: u64,
    /// The crude rate per hundred.
    pub crude_per_hundred: f64,
    /// The rate per hundred at the standard's mix, with Dobson's limits.
    pub per_hundred: Interval,
}

/// Rows of `benchmarks`, `contributions` and `standardised_rates`, and a note where a stratum is missing.
#[derive(Debug, Clone, Default)]
pub(crate) struct CaseMixRows {
    pub(crate) benchmarks: Vec<BenchmarkRow>,
    pub(crate) standardised: Vec<StandardisedRateRow>,
    pub(crate) contributions: Vec<ContributionRow>,
    pub(crate) notes: Vec<String>,
}

/// Compares the area's schools, districts, parts and itself with England (where a published table carries the strata)
/// and with its own authority.
pub(crate) fn case_mix(inputs: &Inputs<'_>, geography: &Geography) -> CaseMixRows {
    let mut rows = CaseMixRows::default();
    let Some(cells) = inputs.schools else { return rows };
    let own = cells.dimensions();
    let england = inputs.benchmarks.iter().find(|table| {
        STRATA
            .iter()
            .any(|(dimension, _)| own.carry(*dimension) && table.dimensions().carry(*dimension))
            && table.dimensions().carry(Dimension::Roll)
            && table.dimensions().carry(Dimension::PrimaryNeed)
    });
    if !(own.carry(Dimension::Roll) && own.carry(Dimension::PrimaryNeed)) {
        return rows;
    }
    compare_within(inputs, geography, cells, None, &mut rows);
    if let Some(table) = england {
        compare_within(inputs, geography, cells, Some(table), &mut rows);
    }
    rows
}

/// What one figure adds: rows of three tables, and places without pupils in a stratum.
type Made = (
    Vec<BenchmarkRow>,
    Vec<ContributionRow>,
    Vec<StandardisedRateRow>,
    BTreeSet<String>,
);

/// Against a published table of England, or (with none) against the authority itself.
fn compare_within(
    inputs: &Inputs<'_>,
    geography: &Geography,
    cells: &Cells,
    table: Option<&Cells>,
    rows: &mut CaseMixRows,
) {
    let carried = |dimension| {
        cells.dimensions().carry(dimension) && table.is_none_or(|table| table.dimensions().carry(dimension))
    };
    let strata: Vec<Stratum> = STRATA
        .iter()
        .filter(|(dimension, stratum)| carried(*dimension) && inputs.adjust_for.contains(stratum))
        .map(|(_, stratum)| *stratum)
        .collect();
    if strata.is_empty() {
        return;
    }
    let mix_of = |cell: &Cell| -> CaseMix {
        let within = |stratum| strata.contains(&stratum);
        (
            cell.nc_year.filter(|_| within(Stratum::NcYear)),
            cell.sex.filter(|_| within(Stratum::Sex)),
            cell.fsm.filter(|_| within(Stratum::FreeSchoolMeals)),
            cell.ethnicity.filter(|_| within(Stratum::Ethnicity)),
        )
    };
    let places = places_of(inputs, geography, cells, &mix_of);
    let own = (GeographicLevel::LocalAuthority, inputs.area.area_code.to_string());
    let reference = match table {
        Some(table) => england_of(table, inputs.year, &mix_of),
        None => places
            .get(&own)
            .map(|(_, counts)| counts.clone())
            .unwrap_or_default(),
    };
    let comparator = if table.is_some() {
        Comparator::England
    } else {
        Comparator::OwnAuthority
    };
    let adjustment = Adjustment::within(&strata);
    let missing = missing_strata(&places, &reference);
    if !missing.is_empty() {
        rows.notes.push(format!(
            "Adjusted for {adjustment}, {comparator} has no pupils in these strata, so places with such pupils are not \
             compared: {}.",
            missing.join("; ")
        ));
    }
    let levels = [
        GeographicLevel::LocalAuthority,
        GeographicLevel::Quadrant,
        GeographicLevel::District,
        GeographicLevel::School,
    ];
    let made: Vec<Made> = figures(&NEEDS, &[Base::Pupils])
        .into_par_iter()
        .map(|figure| {
            let (mut benchmarks, mut contributions) = (Vec::new(), Vec::new());
            let (mut standardised, mut sparse) = (Vec::new(), BTreeSet::new());
            for level in levels {
                if comparator == Comparator::OwnAuthority && level == GeographicLevel::LocalAuthority {
                    continue;
                }
                let family = Family {
                    coverage: Coverage::StateFunded,
                    phase: PhaseCut::Total,
                    figure,
                    comparator,
                    adjustment: adjustment.clone(),
                };
                let mut units = Vec::new();
                for (place, counts) in places
                    .iter()
                    .filter(|(key, _)| key.0 == level)
                    .map(|(_, found)| found)
                {
                    let Some((expectation, parts)) = expected(counts, &reference, figure) else {
                        continue;
                    };
                    if level != GeographicLevel::School {
                        match directly(counts, &reference, figure) {
                            Some(per_hundred) => standardised.push(StandardisedRateRow {
                                key: family.key(inputs, Arc::clone(place)),
                                primary_need: figure.need,
                                standard: comparator,
                                adjustment: adjustment.clone(),
                                events: expectation.observed,
                                population: expectation.population,
                                crude_per_hundred: 100.0 * expectation.observed as f64
                                    / expectation.population as f64,
                                per_hundred,
                            }),
                            None => {
                                sparse.insert(place.name.clone());
                            }
                        }
                        for (mix, population, observed, expected) in parts {
                            contributions.push(ContributionRow {
                                key: family.key(inputs, Arc::clone(place)),
                                primary_need: figure.need,
                                comparator,
                                adjustment: adjustment.clone(),
                                stratum: name_of(mix),
                                population,
                                observed,
                                expected,
                            });
                        }
                    }
                    units.push(Unit::shown(Arc::clone(place), expectation));
                }
                let dispersion = dispersion_of(&units);
                compare_family(inputs, &family, units, dispersion, &mut benchmarks);
            }
            (benchmarks, contributions, standardised, sparse)
        })
        .collect();
    let mut without = BTreeSet::new();
    for (benchmarks, contributions, standardised, sparse) in made {
        rows.benchmarks.extend(benchmarks);
        rows.contributions.extend(contributions);
        rows.standardised.extend(standardised);
        without.extend(sparse);
    }
    if !without.is_empty() {
        let places: Vec<String> = without.into_iter().collect();
        rows.notes.push(format!(
            "Not directly standardised for {adjustment} to {comparator}: places without pupils in one of its strata \
             ({}). Their ratios of observed to expected need no such stratum and stand.",
            places.join(", ")
        ));
    }
}

/// The rate per hundred at the reference's mix of pupils; none where the place has no pupils in one of its strata.
fn directly(counts: &ByCaseMix, reference: &ByCaseMix, figure: Figure) -> Option<Interval> {
    let empty = PhaseTally::default();
    let strata: Option<Vec<DirectStratum>> = reference
        .iter()
        .map(|(mix, theirs)| {
            let own = counts.get(mix).unwrap_or(&empty);
            Some(DirectStratum {
                observed: figure.events(own)?,
                population: figure.population(own)?,
                standard: figure.population(theirs)? as f64,
            })
        })
        .collect();
    let rate = direct(&strata?, Confidence::P95).ok()?.rate;
    Some(Interval {
        value: 100.0 * rate.value,
        lower: 100.0 * rate.lower,
        upper: 100.0 * rate.upper,
        ..rate
    })
}

type Places = BTreeMap<(GeographicLevel, String), (Arc<Place>, ByCaseMix)>;

/// The area's places, each with its counts by case mix.
fn places_of(
    inputs: &Inputs<'_>,
    geography: &Geography,
    cells: &Cells,
    mix_of: &impl Fn(&Cell) -> CaseMix,
) -> Places {
    let mut places = Places::new();
    let mut count = |cell: &Cell, add: &dyn Fn(&mut PhaseTally)| {
        let Some(school) = cells.place(cell.place).school() else {
            return;
        };
        let counted = Coverage::StateFunded.counts(school.phase);
        if !counted || cell.time_period != inputs.year || !geography.is_of_authority(school) {
            return;
        }
        let mix = mix_of(cell);
        let mut add_to = |place: &Arc<Place>| {
            let key = (place.level, place.code.clone());
            let (_, counts) = places
                .entry(key)
                .or_insert_with(|| (Arc::clone(place), ByCaseMix::new()));
            add(counts.entry(mix).or_default());
        };
        geography.places_of(school).for_each(&mut add_to);
        add_to(&Arc::new(Place::of_school(school)));
    };
    for cell in cells.cells() {
        count(cell, &|tally| tally.add_cell(cell));
    }
    for unknown in cells.unknown() {
        count(&unknown.cell, &|tally| tally.add_unknown(unknown));
    }
    places
}

fn england_of(table: &Cells, year: AcademicYear, mix_of: &impl Fn(&Cell) -> CaseMix) -> ByCaseMix {
    let mut england = ByCaseMix::new();
    let in_england = |cell: &Cell| {
        let national = matches!(
            table.place(cell.place),
            CountedPlace::Area {
                level: GeographicLevel::National,
                ..
            }
        );
        national && cell.time_period == year
    };
    for cell in table.cells().iter().filter(|cell| in_england(cell)) {
        england.entry(mix_of(cell)).or_default().add_cell(cell);
    }
    for unknown in table.unknown().iter().filter(|one| in_england(&one.cell)) {
        england
            .entry(mix_of(&unknown.cell))
            .or_default()
            .add_unknown(unknown);
    }
    england
}

type Part = (CaseMix, u64, u64, f64);

/// What the reference leads one to expect; none when it has no pupils in a stratum in which the place has some.
fn expected(counts: &ByCaseMix, reference: &ByCaseMix, figure: Figure) -> Option<(Expectation, Vec<Part>)> {
    let mut total = Expectation {
        observed: 0,
        population: 0,
        expected: 0.0,
        variance: 0.0,
    };
    let mut parts = Vec::with_capacity(counts.len());
    for (mix, tally) in counts {
        let (observed, population) = (figure.events(tally)?, figure.population(tally)?);
        if population == 0 {
            continue;
        }
        let theirs = reference.get(mix)?;
        let of = figure.population(theirs).filter(|of| *of > 0)?;
        let share = figure.events(theirs)? as f64 / of as f64;
        let expected = population as f64 * share;
        total.observed += observed;
        total.population += population;
        total.expected += expected;
        total.variance += expected * (1.0 - share);
        parts.push((*mix, population, observed, expected));
    }
    Some((total, parts))
}

/// The strata in which the area has pupils and the reference has none, named.
fn missing_strata(places: &Places, reference: &ByCaseMix) -> Vec<String> {
    let mut missing: Vec<CaseMix> = Vec::new();
    for (_, counts) in places.values() {
        missing.extend(
            counts
                .iter()
                .filter(|(mix, tally)| {
                    tally.roll() != Some(0)
                        && reference.get(mix).is_none_or(|theirs| theirs.roll() == Some(0))
                })
                .map(|(mix, _)| *mix),
        );
    }
    missing.sort_unstable();
    missing.dedup();
    missing.into_iter().map(name_of).collect()
}

fn name_of((year, sex, fsm, ethnicity): CaseMix) -> String {
    let ethnicity = ethnicity.map(|ethnicity| ethnicity.in_words().to_owned());
    let year = year.map(|year| format!("year {year}"));
    let sex = sex.map(|sex| format!("{sex:?}").to_lowercase());
    let fsm = fsm.map(|fsm| match fsm {
        FreeSchoolMeals::Eligible => "free school meals".to_owned(),
        FreeSchoolMeals::NotEligible => "no free school meals".to_owned(),
        FreeSchoolMeals::Unknown => "free school meals not known".to_owned(),
    });
    [year, sex, fsm, ethnicity]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::{ByCaseMix, directly, expected, name_of};
    use crate::Base;
    use crate::figures::Figure;
    use crate::tally::PhaseTally;
    use senlens_model::{
        Cell, Ethnicity, FreeSchoolMeals, NcYear, Need, NeedCut, PlaceIndex, Provision, ProvisionCut, Sex,
    };

    const MLD: Figure = Figure {
        provision: ProvisionCut::Total,
        need: NeedCut::Of(Need::Mld),
        base: Base::Pupils,
    };

    fn counts(years: &[(u8, u32, u32)]) -> ByCaseMix {
        let mut counts = ByCaseMix::new();
        for (year, mld, others) in years {
            let mut tally = PhaseTally::default();
            let time = "202223".parse().expect("a year");
            let cell = Cell::new(PlaceIndex(0), time, None, Provision::SenSupport, *mld);
            tally.add_cell(&Cell {
                primary_need: Some(Need::Mld),
                ..cell
            });
            tally.add_cell(&Cell {
                sen_provision: Provision::NoSen,
                pupils: *others,
                ..cell
            });
            counts.insert((Some(NcYear::Year(*year)), None, None, None), tally);
        }
        counts
    }

    #[test]
    fn an_old_roll_is_not_an_excess() {
        // MLD rises with age: 1% in year 1, 5% in year 10. A school of year 10 alone has 5 of 100, as expected.
        let reference = counts(&[(1, 10, 990), (10, 50, 950)]);
        let (expectation, parts) =
            expected(&counts(&[(10, 5, 95)]), &reference, MLD).expect("every stratum is there");
        assert!((expectation.expected - 5.0).abs() < 1e-12 && expectation.observed == 5);
        assert_eq!(parts.len(), 1);
    }

    #[test]
    fn a_stratum_the_reference_lacks_is_not_guessed() {
        let reference = counts(&[(1, 10, 990)]);
        assert!(expected(&counts(&[(1, 1, 99), (14, 1, 9)]), &reference, MLD).is_none());
    }

    #[test]
    fn a_place_at_the_standards_mix() {
        // Rates of 2% and 10%; the standard has three times as many of the second: (1 x 2 + 3 x 10) / 4 = 8%.
        let own = counts(&[(1, 2, 98), (10, 10, 90)]);
        let standard = counts(&[(1, 1, 99), (10, 1, 299)]);
        let rate = directly(&own, &standard, MLD).expect("every stratum is there");
        assert!((rate.value - 8.0).abs() < 1e-12 && rate.lower < 8.0 && rate.upper > 8.0);
        assert!(directly(&counts(&[(1, 2, 98)]), &standard, MLD).is_none());
    }

    #[test]
    fn strata_have_names() {
        let mix = (
            Some(NcYear::Year(7)),
            Some(Sex::Female),
            Some(FreeSchoolMeals::NotEligible),
            None,
        );
        assert_eq!(name_of(mix), "year 7, female, no free school meals");
        let mix = (None, None, None, Some(Ethnicity::Wiri));
        assert_eq!(name_of(mix), "White Irish");
    }
}
