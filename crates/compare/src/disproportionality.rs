//! Table `disproportionality`: whether a sex, pupils eligible for free school meals, an ethnicity or a language is
//! identified more often than all other pupils of the place, crude and within the other characteristics the cells carry.

use crate::figures::{Figure, figures};
use crate::tally::PhaseTally;
use crate::{Base, Inputs, Key};
use rayon::prelude::*;
use senlens_model::{
    AcademicYear, Cell, Coverage, Dimension, Dimensions, Ethnicity, FreeSchoolMeals, GeographicLevel,
    Geography, Language, NcYear, Need, NeedCut, PhaseCut, Place, ProvisionCut, Sex,
};
use senlens_stats::disproportionality::{
    Comparator, MinimumRule, Place as Groups, StratumPair, Streak, adjusted_odds_ratio, odds_ratio,
    risk_comparison, streak,
};
use senlens_stats::{Confidence, CountOf, Interval};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The needs looked at.
const NEEDS: [NeedCut; 5] = [
    NeedCut::Total,
    NeedCut::Of(Need::Mld),
    NeedCut::Of(Need::Slcn),
    NeedCut::Of(Need::Semh),
    NeedCut::Of(Need::Asd),
];

/// The characteristics by which pupils are grouped, with the words of the table.
const CHARACTERISTICS: [(Dimension, &str); 4] = [
    (Dimension::Sex, "sex"),
    (Dimension::FreeSchoolMeals, "fsm"),
    (Dimension::Ethnicity, "ethnicity"),
    (Dimension::Language, "language"),
];

/// A risk ratio above this, three years running, is marked.
const THRESHOLD: f64 = 2.0;
const YEARS_RUNNING: usize = 3;

/// One group against all others of its place.
#[derive(Debug, Clone, PartialEq)]
pub struct DisproportionalityRow {
    /// What the row is about.
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// The characteristic (`sex`, `fsm`, `ethnicity`, `language`).
    pub characteristic: &'static str,
    /// The group, such as `Female` or `WBRI`.
    pub group: String,
    /// Pupils of the group with the need.
    pub events: u64,
    /// Pupils of the group on roll.
    pub population: u64,
    /// All other pupils of the place whose group is known, with the need.
    pub other_events: u64,
    /// All other pupils of the place whose group is known, on roll.
    pub other_population: u64,
    /// What the group is compared with: `other_groups`, `wider_area` where those are too few, `none` where it is too
    /// small itself.
    pub comparator: &'static str,
    /// The group's risk over the others', with limits.
    pub risk_ratio: Option<Interval>,
    /// The group's risk over that of the other groups in the wider area (the authority).
    pub alternate_risk_ratio: Option<f64>,
    /// The risk ratio with the others weighted as in the wider area.
    pub weighted_risk_ratio: Option<f64>,
    /// The group's odds over the others', with limits.
    pub odds_ratio: Option<Interval>,
    /// The same within strata of the other characteristics, by logistic regression.
    pub adjusted_odds_ratio: Option<Interval>,
    /// What it is adjusted for, such as `nc_year+sex`; empty where nothing.
    pub adjusted_for: String,
    /// Fisher's exact two-sided p-value of the crude comparison.
    pub p_value: Option<f64>,
    /// Whether the risk ratio has been above 2 in each of the last three years: `yes`, `no`, `unknown`.
    pub above_two_for_three_years: &'static str,
}

/// The group of a cell in one characteristic; none where it is not known: it is neither in the group nor of the others.
fn group_of(cell: &Cell, dimension: Dimension) -> Option<String> {
    match dimension {
        Dimension::Sex => cell
            .sex
            .filter(|sex| *sex != Sex::Unknown)
            .map(|sex| format!("{sex:?}")),
        Dimension::FreeSchoolMeals => match cell.fsm? {
            FreeSchoolMeals::Eligible => Some("Eligible".to_owned()),
            FreeSchoolMeals::NotEligible => Some("Not eligible".to_owned()),
            FreeSchoolMeals::Unknown => None,
        },
        Dimension::Ethnicity => cell
            .ethnicity
            .filter(|ethnicity| !matches!(ethnicity, Ethnicity::Refu | Ethnicity::Nobt))
            .map(|ethnicity| ethnicity.as_str().to_owned()),
        Dimension::Language => match cell.language? {
            Language::English => Some("English".to_owned()),
            Language::Other => Some("Other than English".to_owned()),
            Language::Unclassified => None,
        },
        _ => None,
    }
}

type Strata = BTreeMap<(Option<NcYear>, Option<Sex>, Option<FreeSchoolMeals>), PhaseTally>;
/// Groups of one characteristic, in order, each by strata of the others.
type ByGroup = BTreeMap<String, Strata>;
type Places = BTreeMap<(GeographicLevel, String), (Arc<Place>, ByGroup)>;

/// Compares the groups of the authority and of its parts.
pub(crate) fn disproportionality(inputs: &Inputs<'_>, geography: &Geography) -> Vec<DisproportionalityRow> {
    let Some(cells) = inputs.schools else {
        return Vec::new();
    };
    let carried = cells.dimensions();
    if !(carried.carry(Dimension::Roll) && carried.carry(Dimension::PrimaryNeed)) {
        return Vec::new();
    }
    let years: Vec<AcademicYear> = cells
        .years()
        .into_iter()
        .filter(|year| *year <= inputs.year)
        .collect();
    CHARACTERISTICS
        .into_iter()
        .filter(|(dimension, _)| carried.carry(*dimension))
        .flat_map(|(dimension, word)| {
            let of_years: Vec<Places> = years
                .iter()
                .rev()
                .take(YEARS_RUNNING)
                .rev()
                .map(|year| places_of(inputs, geography, *year, dimension))
                .collect();
            compare_groups(inputs, carried, dimension, word, &of_years)
        })
        .collect()
}

/// The area's places in one year, each with its groups.
fn places_of(inputs: &Inputs<'_>, geography: &Geography, year: AcademicYear, dimension: Dimension) -> Places {
    let mut places = Places::new();
    let Some(cells) = inputs.schools else {
        return places;
    };
    let mut count = |cell: &Cell, add: &dyn Fn(&mut PhaseTally)| {
        let Some(school) = cells.place(cell.place).school() else {
            return;
        };
        let counted = Coverage::StateFunded.counts(school.phase)
            && geography.is_of_authority(school)
            && cell.time_period == year;
        let Some(group) = group_of(cell, dimension).filter(|_| counted) else {
            return;
        };
        // A group is not adjusted for itself.
        let stratum = (
            cell.nc_year,
            cell.sex.filter(|_| dimension != Dimension::Sex),
            cell.fsm.filter(|_| dimension != Dimension::FreeSchoolMeals),
        );
        // A district's groups are too few to compare.
        let compared = |place: &&Arc<Place>| place.level != GeographicLevel::District;
        for place in geography.places_of(school).filter(compared) {
            let (_, groups) = places
                .entry((place.level, place.code.clone()))
                .or_insert_with(|| (Arc::clone(place), ByGroup::new()));
            add(groups
                .entry(group.clone())
                .or_default()
                .entry(stratum)
                .or_default());
        }
    };
    for cell in cells.cells() {
        count(cell, &|tally| tally.add_cell(cell));
    }
    for unknown in cells.unknown() {
        count(&unknown.cell, &|tally| tally.add_unknown(unknown));
    }
    places
}

/// Pupils of a group with a need, of all; none of none where a count of it is not known, so that nothing is compared.
fn count(strata: &Strata, figure: Figure) -> CountOf {
    let sum = |of: &dyn Fn(&PhaseTally) -> Option<u64>| strata.values().map(of).sum::<Option<u64>>();
    let events = sum(&|tally| figure.events(tally));
    let population = sum(&|tally| figure.population(tally));
    let (events, population) = events.zip(population).unwrap_or_default();
    CountOf::new(events, population).expect("pupils with a need are on roll")
}

fn compare_groups(
    inputs: &Inputs<'_>,
    carried: Dimensions,
    dimension: Dimension,
    word: &'static str,
    of_years: &[Places],
) -> Vec<DisproportionalityRow> {
    let Some(latest) = of_years.last() else {
        return Vec::new();
    };
    let authority = (GeographicLevel::LocalAuthority, inputs.area.area_code.to_string());
    let adjusted_for: Vec<&str> = [
        (Dimension::NcYear, "nc_year"),
        (Dimension::Sex, "sex"),
        (Dimension::FreeSchoolMeals, "fsm"),
    ]
    .into_iter()
    .filter(|(other, _)| *other != dimension && carried.carry(*other))
    .map(|(_, word)| word)
    .collect();
    let adjusted_for = adjusted_for.join("+");
    // Every group anywhere in the area, so that places and years are compared group by group.
    let groups: BTreeSet<&String> = of_years
        .iter()
        .flat_map(|places| places.values())
        .flat_map(|(_, groups)| groups.keys())
        .collect();
    if groups.len() < 2 {
        return Vec::new();
    }
    let figures: Vec<Figure> = figures(&NEEDS, &[Base::Pupils])
        .into_iter()
        .filter(|figure| figure.provision == ProvisionCut::Total || carried.carry(Dimension::Provision))
        .collect();
    let places: Vec<_> = latest.iter().collect();
    places
        .into_par_iter()
        .flat_map_iter(|(at, (place, by_group))| {
            let (groups, adjusted_for, authority) = (&groups, &adjusted_for, &authority);
            figures.iter().flat_map(move |figure| {
                let empty = Strata::new();
                let counts = |places: &Places, at: &(GeographicLevel, String)| -> Vec<CountOf> {
                    let found = places.get(at);
                    groups
                        .iter()
                        .map(|group| {
                            let strata = found.and_then(|(_, by_group)| by_group.get(*group));
                            count(strata.unwrap_or(&empty), *figure)
                        })
                        .collect()
                };
                let compared = |places: &Places| {
                    Groups::new(counts(places, at), counts(places, authority))
                        .and_then(|place| place.groups(MinimumRule::default()))
                        .unwrap_or_default()
                };
                let by_year: Vec<_> = of_years.iter().map(compared).collect();
                let now = compared(latest);
                let rows: Vec<DisproportionalityRow> = groups
                    .iter()
                    .zip(&now)
                    .enumerate()
                    .filter(|(_, (_, found))| found.count.population() > 0)
                    .map(|(position, (group, found))| {
                        let ratios: Vec<Option<f64>> = by_year
                            .iter()
                            .map(|year| {
                                let group = year.get(position)?;
                                (group.comparator == Comparator::OtherGroups).then_some(group.risk_ratio)
                            })
                            .collect();
                        let enough = found.comparator == Comparator::OtherGroups;
                        let comparison = risk_comparison(found.count, found.others, Confidence::P95);
                        let own = by_group.get(*group).unwrap_or(&empty);
                        let adjusted = (enough && !adjusted_for.is_empty())
                            .then(|| {
                                adjusted_odds_ratio(&pairs(own, by_group, group, *figure), Confidence::P95)
                                    .ok()
                            })
                            .flatten()
                            .filter(senlens_stats::disproportionality::AdjustedOdds::converged);
                        DisproportionalityRow {
                            key: Key {
                                time_period: inputs.year,
                                coverage: Coverage::StateFunded,
                                place: Arc::clone(place),
                                phase: PhaseCut::Total,
                                sen_provision: figure.provision,
                            },
                            primary_need: figure.need,
                            characteristic: word,
                            group: (*group).clone(),
                            events: found.count.events(),
                            population: found.count.population(),
                            other_events: found.others.events(),
                            other_population: found.others.population(),
                            comparator: found.comparator.as_str(),
                            risk_ratio: comparison.filter(|_| enough).and_then(|each| each.ratio),
                            alternate_risk_ratio: (found.comparator != Comparator::None)
                                .then_some(found.alternate_risk_ratio),
                            weighted_risk_ratio: enough.then_some(found.weighted_risk_ratio),
                            odds_ratio: enough
                                .then(|| odds_ratio(found.count, found.others, Confidence::P95))
                                .flatten(),
                            adjusted_odds_ratio: adjusted.map(|adjusted| adjusted.odds_ratio),
                            adjusted_for: adjusted_for.clone(),
                            p_value: comparison.filter(|_| enough).map(|each| each.p_value),
                            above_two_for_three_years: match streak(&ratios, THRESHOLD, YEARS_RUNNING) {
                                Streak::Yes => "yes",
                                Streak::No => "no",
                                Streak::Unknown => "unknown",
                            },
                        }
                    })
                    .collect();
                rows
            })
        })
        .collect()
}

/// A group and all others, stratum by stratum.
fn pairs(own: &Strata, all: &ByGroup, group: &str, figure: Figure) -> Vec<StratumPair> {
    let mut others: BTreeMap<_, Option<(u64, u64)>> = BTreeMap::new();
    for (name, strata) in all {
        for (stratum, tally) in strata.iter().filter(|_| name != group) {
            let sums: &mut Option<(u64, u64)> = others.entry(*stratum).or_insert(Some((0, 0)));
            let here = figure.events(tally).zip(figure.population(tally));
            *sums = sums
                .zip(here)
                .map(|(sums, here)| (sums.0 + here.0, sums.1 + here.1));
        }
    }
    own.iter()
        .filter_map(|(stratum, tally)| {
            let (events, population) = (*others.get(stratum)?)?;
            Some(StratumPair {
                group: CountOf::new(figure.events(tally)?, figure.population(tally)?).ok()?,
                comparison: CountOf::new(events, population).ok()?,
            })
        })
        .collect()
}
