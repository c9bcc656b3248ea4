//! Tables `trends` and `yearly`: whether shares rise or fall over the censuses given, how fast against the rest of
//! England, and whether a year stands out. No line is drawn across a break in what was counted.

use crate::atlas::{AreaCounts, Atlas};
use crate::figures::{Figure, figures};
use crate::{Base, Inputs, Key};
use senlens_model::breaks::{self, Effect};
use senlens_model::{
    AcademicYear, Coverage, Extent, GeographicLevel, LaCode, Need, NeedCut, PhaseCut, Place,
};
use senlens_stats::funnel::Position as Tail;
use senlens_stats::trend::{
    Break, Change, Point, Series, SeriesError, changes, cochran_armitage, logistic_trend, run_chart,
    slope_difference,
};
use senlens_stats::{Confidence, CountOf, Interval};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::Position;

/// The needs whose course is followed.
const NEEDS: [NeedCut; 6] = [
    NeedCut::Total,
    NeedCut::Of(Need::Mld),
    NeedCut::Of(Need::Slcn),
    NeedCut::Of(Need::Semh),
    NeedCut::Of(Need::Asd),
    NeedCut::Of(Need::Spld),
];

/// The course of one share over the years.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendRow {
    /// What the row is about; the year is the last of the series.
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Of whom the share is.
    pub base: Base,
    /// The first year of the series.
    pub first_year: AcademicYear,
    /// How many years have pupils in them.
    pub years: u64,
    /// The odds of a year over those of the year before, with limits that allow for years varying more than chance.
    pub odds_ratio_per_year: Interval,
    /// Pearson's chi-squared over its degrees of freedom about the line; none with two years.
    pub dispersion: Option<f64>,
    /// The p-value of the slope with that allowance; without it where there are two years.
    pub p_value: f64,
    /// Cochran and Armitage's standardised trend, which makes no such allowance.
    pub cochran_armitage_z: Option<f64>,
    /// The same slope over that of the rest of England, where the inputs cover England in the same years.
    pub against_england: Option<Interval>,
    /// Its p-value.
    pub against_england_p: Option<f64>,
    /// The longest run of years on one side of the pooled share.
    pub longest_run: Option<u64>,
}

/// One year of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct YearRow {
    /// What the row is about.
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// Of whom the share is.
    pub base: Base,
    /// Pupils with the need.
    pub events: u64,
    /// Pupils of the base.
    pub population: u64,
    /// The pooled share of all years of the series, per hundred: the centre of the run chart.
    pub centre: f64,
    /// The year's exact 95% limits about the centre, per hundred; none where no count lies beyond.
    pub lower_limit: Option<f64>,
    /// The upper of them.
    pub upper_limit: Option<f64>,
    /// Where the year lies by its exact tail.
    pub position: Position,
    /// The share less the year before's, in points per hundred, with Newcombe's 95% limits.
    pub change: Option<Interval>,
    /// The p-value of that change.
    pub change_p: Option<f64>,
}

/// Rows of both tables, and what could not be said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trends {
    pub(crate) courses: Vec<TrendRow>,
    pub(crate) years: Vec<YearRow>,
    pub(crate) notes: Vec<String>,
}

/// One place's counts on one universe, year by year.
type Course = (Arc<Place>, Vec<(AcademicYear, CountOf)>);

/// Follows England, the region, the authority, its parts and districts over every year the inputs hold.
pub(crate) fn trends(inputs: &Inputs<'_>) -> Trends {
    let mut found = Trends::default();
    let years: BTreeSet<AcademicYear> = inputs
        .schools
        .into_iter()
        .chain(inputs.benchmarks)
        .flat_map(senlens_model::Cells::years)
        .collect();
    if years.len() < 2 {
        return found;
    }
    // A year without the authority (a table of England alone, say) has no place to follow.
    let atlases: Vec<(AcademicYear, Atlas<'_>)> = years
        .into_iter()
        .filter_map(|year| Some((year, Atlas::new(&Inputs { year, ..*inputs }).ok()?)))
        .collect();
    let mut refused: BTreeSet<String> = BTreeSet::new();
    let mut limited: BTreeSet<String> = BTreeSet::new();
    for figure in figures(&NEEDS, &[Base::Pupils, Base::Sen]) {
        let courses = courses(inputs, &atlases, figure);
        let england = courses
            .iter()
            .find(|(place, _)| place.level == GeographicLevel::National)
            .map(|(_, counts)| counts.clone());
        for (place, counts) in &courses {
            let key = |year: AcademicYear| Key {
                time_period: year,
                coverage: inputs.coverage,
                place: Arc::clone(place),
                phase: PhaseCut::Total,
                sen_provision: figure.provision,
            };
            let breaks = Breaks::of(figure.need, place, inputs.area.la_code);
            match breaks.series(counts) {
                Ok(series) => {
                    limited.extend(breaks.limits(counts));
                    let rest = (place.level != GeographicLevel::National)
                        .then(|| breaks.series(&without(england.as_deref()?, counts)?).ok())
                        .flatten();
                    add(&mut found, figure, counts, &series, rest.as_ref(), key);
                }
                Err(error @ SeriesError::AcrossBreak { .. }) => {
                    refused.insert(error.to_string());
                }
                // A place with pupils in one year has no course.
                Err(_) => {}
            }
        }
    }
    found.notes.extend(
        refused
            .into_iter()
            .map(|reason| format!("No trend was drawn: {reason}."))
            .chain(limited),
    );
    found
}

/// The breaks that touch the course of one need at one place.
struct Breaks {
    need: NeedCut,
    touching: Vec<&'static breaks::Break>,
}

impl Breaks {
    fn of(need: NeedCut, place: &Place, own: LaCode) -> Self {
        let within_own = !matches!(place.level, GeographicLevel::National | GeographicLevel::Regional);
        let touches =
            |found: &&breaks::Break| found.touches_need(need) || (within_own && found.touches_authority(own));
        Self {
            need,
            touching: breaks::all().iter().filter(touches).collect(),
        }
    }

    fn series(&self, counts: &[(AcademicYear, CountOf)]) -> Result<Series, SeriesError> {
        let points = counts.iter().map(|(year, count)| Point {
            year: i32::from(year.january()),
            count: *count,
        });
        let stops = self.touching.iter().filter(|found| found.effect == Effect::Stops);
        let stops: Vec<Break> = stops
            .map(|found| Break {
                first_year: i32::from(found.first_year.january()),
                reason: &found.why,
            })
            .collect();
        Series::new(points.collect(), &stops)
    }

    /// What the reader of a course that runs across a lesser break should know.
    fn limits(&self, counts: &[(AcademicYear, CountOf)]) -> Vec<String> {
        let (Some((first, _)), Some((last, _))) = (counts.first(), counts.last()) else {
            return Vec::new();
        };
        let limits = self
            .touching
            .iter()
            .filter(|found| found.effect == Effect::Limits && found.lies_between(*first, *last));
        let told = limits.map(|found| match self.need {
            NeedCut::Of(need) if found.touches_need(self.need) => format!(
                "Trends of {need} run across {}: {}.",
                found.first_year.in_words(),
                found.why
            ),
            _ => format!(
                "Trends run across {}: {}.",
                found.first_year.in_words(),
                found.why
            ),
        });
        told.collect()
    }
}

/// England in the years of a place, without the place: two courses that share no pupil.
fn without(
    england: &[(AcademicYear, CountOf)],
    place: &[(AcademicYear, CountOf)],
) -> Option<Vec<(AcademicYear, CountOf)>> {
    let england: BTreeMap<AcademicYear, CountOf> = england.iter().copied().collect();
    place
        .iter()
        .map(|(year, own)| {
            let all = england.get(year)?;
            let rest = CountOf::new(
                all.events().checked_sub(own.events())?,
                all.population().checked_sub(own.population())?,
            );
            Some((*year, rest.ok()?))
        })
        .collect()
}

fn add(
    found: &mut Trends,
    figure: Figure,
    counts: &[(AcademicYear, CountOf)],
    series: &Series,
    rest: Option<&Series>,
    key: impl Fn(AcademicYear) -> Key,
) {
    let confidence = Confidence::P95;
    let populated: Vec<AcademicYear> = counts
        .iter()
        .filter(|(_, count)| count.population() > 0)
        .map(|(year, _)| *year)
        .collect();
    let (Some(first), Some(last)) = (populated.first(), populated.last()) else {
        return;
    };
    let chart = run_chart(series, 0, confidence);
    if let Some(chart) = &chart {
        let mut of_year: BTreeMap<i32, Change> = changes(series, confidence)
            .into_iter()
            .map(|change| (change.to.year, change))
            .collect();
        for (year, point) in populated.iter().zip(&chart.points) {
            let change = of_year.remove(&point.point.year);
            let lines = point.lines.as_ref();
            found.years.push(YearRow {
                key: key(*year),
                primary_need: figure.need,
                base: figure.base,
                events: point.point.count.events(),
                population: point.point.count.population(),
                centre: 100.0 * chart.centre,
                lower_limit: lines.map(|lines| 100.0 * lines.lower),
                upper_limit: lines.map(|lines| 100.0 * lines.upper),
                position: match point.position {
                    Tail::Higher => Position::Higher,
                    Tail::Similar => Position::Similar,
                    Tail::Lower => Position::Lower,
                },
                change_p: change.as_ref().map(|change| change.p_value),
                change: change.map(|change| per_hundred(change.difference)),
            });
        }
    }
    // No events, or only events: there is no line.
    let Ok(trend) = logistic_trend(series, confidence) else {
        return;
    };
    if !trend.converged() {
        return;
    }
    let difference = rest.and_then(|rest| slope_difference(series, rest, confidence).ok());
    found.courses.push(TrendRow {
        key: key(*last),
        primary_need: figure.need,
        base: figure.base,
        first_year: *first,
        years: populated.len() as u64,
        odds_ratio_per_year: trend.odds_ratio_per_year,
        dispersion: trend.dispersion,
        p_value: trend.quasi_p_value.unwrap_or(trend.likelihood_ratio_p),
        cochran_armitage_z: cochran_armitage(series).map(|test| test.z),
        against_england: difference
            .as_ref()
            .map(|difference| difference.ratio_of_odds_ratios),
        against_england_p: difference.map(|difference| difference.p_value),
        longest_run: chart.map(|chart| chart.longest_run as u64),
    });
}

fn per_hundred(interval: Interval) -> Interval {
    Interval {
        value: 100.0 * interval.value,
        lower: 100.0 * interval.lower,
        upper: 100.0 * interval.upper,
        ..interval
    }
}

/// Every place with its counts in each year in which they are known.
fn courses(inputs: &Inputs<'_>, atlases: &[(AcademicYear, Atlas<'_>)], figure: Figure) -> Vec<Course> {
    let mut courses: BTreeMap<(GeographicLevel, String), Course> = BTreeMap::new();
    for (year, atlas) in atlases {
        let region = atlas.regions.get(&inputs.area.region_code);
        let own = atlas.authorities.get(&inputs.area.la_code);
        let areas = atlas.england.iter().chain(region).chain(own);
        for area in areas.chain(&atlas.parts).chain(atlas.districts.values()) {
            let Some(count) = count(area, inputs.coverage, figure) else {
                continue;
            };
            courses
                .entry((area.place.level, area.place.code.clone()))
                .or_insert_with(|| (Arc::clone(&area.place), Vec::new()))
                .1
                .push((*year, count));
        }
    }
    courses.into_values().collect()
}

fn count(area: &AreaCounts, coverage: Coverage, figure: Figure) -> Option<CountOf> {
    let share = area.share(coverage, PhaseCut::Total, figure)?;
    // Which schools a part holds may change from year to year.
    let whole = matches!(share.universe().extent, Extent::Whole | Extent::Unchecked);
    share.count().filter(|_| whole)
}
