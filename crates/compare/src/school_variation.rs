//! Table `school_variation`: how much mainstream schools of the authority differ in whom they identify once their pupils
//! are allowed for, whether its parts differ beyond that, and how each part and school stands. A random-intercept logistic
//! regression on the cells, a need and provision at a time.

use crate::figures::{Figure, figures};
use crate::tally::PhaseTally;
use crate::{Base, Inputs, Key};
use libm::exp;
use rayon::prelude::*;
use senlens_model::{
    Cell, Dimension, FreeSchoolMeals, GeographicLevel, Geography, NcYear, Need, NeedCut, Phase, PhaseCut,
    Place, ProvisionCut, School, Sex,
};
use senlens_stats::glm::Design;
use senlens_stats::mixed::{Integration, MixedFit, UnitCells, fit};
use senlens_stats::{Confidence, Convergence, CountOf, Interval, Method};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The needs looked at.
const NEEDS: [NeedCut; 5] = [
    NeedCut::Total,
    NeedCut::Of(Need::Mld),
    NeedCut::Of(Need::Slcn),
    NeedCut::Of(Need::Semh),
    NeedCut::Of(Need::Asd),
];

/// Fewer schools than this say too little of how schools differ.
const FEWEST_SCHOOLS: usize = 10;

/// The authority's mainstream schools together, one of its parts, or one school.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolVariationRow {
    /// What the row is about: the authority (how its schools vary), a part or a school (how it stands).
    pub key: Key,
    /// The need.
    pub primary_need: NeedCut,
    /// What the regression allows for, such as `phase+nc_year+sex+fsm`.
    pub adjusted_for: String,
    /// Schools in it.
    pub schools: u64,
    /// Pupils with the need.
    pub events: u64,
    /// Pupils on roll.
    pub population: u64,
    /// Authority: the standard deviation between schools on the log-odds scale, parts allowed for.
    pub school_sd: Option<f64>,
    /// Authority: the share of the latent variance that lies between schools.
    pub intraclass_correlation: Option<Interval>,
    /// Authority: the median odds ratio between two schools taken at random.
    pub median_odds_ratio: Option<Interval>,
    /// Authority: the p-value of whether schools vary at all; parts: absent.
    pub schools_differ_p: Option<f64>,
    /// Authority: the p-value of whether its parts differ beyond their schools' spread.
    pub parts_differ_p: Option<f64>,
    /// Part: odds over the mean of the parts. School: odds over the middle school of its part.
    pub odds_ratio: Option<Interval>,
    /// How the search for the maximum ended: `converged`, `at_boundary` (schools vary no more than chance),
    /// `not_converged` (no figures are given).
    pub convergence: &'static str,
}

/// What a cell is allowed for.
type Pattern = (
    Option<Phase>,
    Option<NcYear>,
    Option<Sex>,
    Option<FreeSchoolMeals>,
);

struct Unit<'a> {
    school: &'a School,
    part: Option<usize>,
    cells: BTreeMap<Pattern, PhaseTally>,
}

impl Unit<'_> {
    fn knows(&self, figure: Figure) -> bool {
        self.cells
            .values()
            .all(|tally| figure.events(tally).is_some() && figure.population(tally).is_some())
    }
}

/// Fits the authority's mainstream schools; no rows where there are too few or the roll is not known.
pub(crate) fn school_variation(inputs: &Inputs<'_>, geography: &Geography) -> Vec<SchoolVariationRow> {
    let Some(cells) = inputs.schools else {
        return Vec::new();
    };
    let carried = cells.dimensions();
    if !carried.carry(Dimension::Roll) {
        return Vec::new();
    }
    let units = units_of(inputs, geography);
    if units.len() < FEWEST_SCHOOLS {
        return Vec::new();
    }
    let figures: Vec<Figure> = figures(&NEEDS, &[Base::Pupils])
        .into_iter()
        .filter(|figure| carried.carry(Dimension::Provision) || figure.provision == ProvisionCut::Total)
        .filter(|figure| carried.carry(Dimension::PrimaryNeed) || figure.need == NeedCut::Total)
        // Schools that withhold a count are not like the others: without them the rest would look more alike than they are.
        .filter(|figure| units.iter().all(|unit| unit.knows(*figure)))
        .collect();
    figures
        .into_par_iter()
        .flat_map_iter(|figure| rows_of(inputs, &units, figure))
        .collect()
}

fn units_of<'a>(inputs: &Inputs<'a>, geography: &Geography) -> Vec<Unit<'a>> {
    let Some(cells) = inputs.schools else {
        return Vec::new();
    };
    let mut units: BTreeMap<u32, Unit<'a>> = BTreeMap::new();
    let mut count = |cell: &Cell, add: &dyn Fn(&mut PhaseTally)| {
        let Some(school) = cells.place(cell.place).school() else {
            return;
        };
        let mainstream = matches!(school.phase, Phase::Nursery | Phase::Primary | Phase::Secondary);
        if !geography.is_of_authority(school) || !mainstream || cell.time_period != inputs.year {
            return;
        }
        // A year group says which phase: beside it the phase would be a column too many.
        let phase = Some(school.phase).filter(|_| !cells.dimensions().carry(Dimension::NcYear));
        let pattern = (phase, cell.nc_year, cell.sex, cell.fsm);
        let unit = units.entry(cell.place.0).or_insert_with(|| Unit {
            school,
            part: geography.part_of(school),
            cells: BTreeMap::new(),
        });
        add(unit.cells.entry(pattern).or_default());
    };
    for cell in cells.cells() {
        count(cell, &|tally| tally.add_cell(cell));
    }
    for unknown in cells.unknown() {
        count(&unknown.cell, &|tally| tally.add_unknown(unknown));
    }
    let mut units: Vec<Unit<'a>> = units.into_values().collect();
    units.sort_by_key(|unit| unit.school.urn);
    units
}

/// The levels of one column that occur, the commonest first: it is the one the others are measured against.
fn levels<T: Ord + Copy>(values: impl Iterator<Item = (T, u64)>) -> Vec<T> {
    let mut pupils: BTreeMap<T, u64> = BTreeMap::new();
    for (value, many) in values {
        *pupils.entry(value).or_default() += many;
    }
    let mut found: Vec<(T, u64)> = pupils.into_iter().filter(|(_, many)| *many > 0).collect();
    found.sort_by_key(|(value, many)| (std::cmp::Reverse(*many), *value));
    found.into_iter().map(|(value, _)| value).collect()
}

/// Which levels get a column: all but the first, and of those only the ones on which the answer is not foregone.
#[derive(Clone)]
struct Columns {
    phases: Vec<Option<Phase>>,
    years: Vec<Option<NcYear>>,
    sexes: Vec<Option<Sex>>,
    meals: Vec<Option<FreeSchoolMeals>>,
    /// Parts by position, the first being the one the others are measured against.
    parts: Vec<usize>,
}

impl Columns {
    fn row(&self, pattern: Pattern, part: Option<usize>) -> Vec<f64> {
        let is = |yes: bool| f64::from(u8::from(yes));
        let mut row = vec![1.0];
        row.extend(self.phases.iter().skip(1).map(|level| is(*level == pattern.0)));
        row.extend(self.years.iter().skip(1).map(|level| is(*level == pattern.1)));
        row.extend(self.sexes.iter().skip(1).map(|level| is(*level == pattern.2)));
        row.extend(self.meals.iter().skip(1).map(|level| is(*level == pattern.3)));
        row.extend(self.parts.iter().skip(1).map(|level| is(Some(*level) == part)));
        row
    }

    fn adjusted_for(&self) -> String {
        let words = [
            (self.phases.len() > 1, "phase"),
            (self.years.len() > 1, "nc_year"),
            (self.sexes.len() > 1, "sex"),
            (self.meals.len() > 1, "fsm"),
        ];
        let words: Vec<&str> = words
            .into_iter()
            .filter(|(there, _)| *there)
            .map(|(_, word)| word)
            .collect();
        words.join("+")
    }
}

/// The cells that take part. A stratum (a year group, say) in which none or all are identified has no finite
/// odds: its pupils are left out, and say nothing of how schools differ.
fn telling(
    units: &[Unit<'_>],
    figure: Figure,
    with_parts: bool,
) -> (Vec<(usize, Pattern, CountOf)>, Columns) {
    let mut cells: Vec<(usize, Pattern, CountOf)> = units
        .iter()
        .enumerate()
        .filter(|(_, unit)| !with_parts || unit.part.is_some())
        .flat_map(|(at, unit)| {
            unit.cells.iter().filter_map(move |(pattern, tally)| {
                let count = CountOf::new(figure.events(tally)?, figure.population(tally)?).ok()?;
                (count.population() > 0).then_some((at, *pattern, count))
            })
        })
        .collect();
    loop {
        let before = cells.len();
        keep_telling(&mut cells, |(_, pattern, _)| pattern.0);
        keep_telling(&mut cells, |(_, pattern, _)| pattern.1);
        keep_telling(&mut cells, |(_, pattern, _)| pattern.2);
        keep_telling(&mut cells, |(_, pattern, _)| pattern.3);
        if with_parts {
            keep_telling(&mut cells, |(at, ..)| units[*at].part);
        }
        if cells.len() == before {
            break;
        }
    }
    let of = |cell: &(usize, Pattern, CountOf)| cell.2.population();
    let mut parts = Vec::new();
    if with_parts {
        parts = cells.iter().filter_map(|(at, ..)| units[*at].part).collect();
        parts.sort_unstable();
        parts.dedup();
    }
    let columns = Columns {
        phases: levels(cells.iter().map(|cell| (cell.1.0, of(cell)))),
        years: levels(cells.iter().map(|cell| (cell.1.1, of(cell)))),
        sexes: levels(cells.iter().map(|cell| (cell.1.2, of(cell)))),
        meals: levels(cells.iter().map(|cell| (cell.1.3, of(cell)))),
        parts,
    };
    (cells, columns)
}

fn keep_telling<K: Ord + Copy>(
    cells: &mut Vec<(usize, Pattern, CountOf)>,
    level: impl Fn(&(usize, Pattern, CountOf)) -> K,
) {
    let mut sums: BTreeMap<K, (u64, u64)> = BTreeMap::new();
    for cell in &*cells {
        let sum = sums.entry(level(cell)).or_default();
        sum.0 += cell.2.events();
        sum.1 += cell.2.others();
    }
    cells.retain(
        |cell| matches!(sums.get(&level(cell)), Some((events, others)) if *events > 0 && *others > 0),
    );
}

fn fitted(units: &[Unit<'_>], cells: &[(usize, Pattern, CountOf)], columns: &Columns) -> Option<MixedFit> {
    let numbers: Vec<usize> = cells.iter().map(|(at, ..)| *at).collect();
    let counts: Vec<CountOf> = cells.iter().map(|(.., count)| *count).collect();
    let rows: Vec<Vec<f64>> = cells
        .iter()
        .map(|(at, pattern, _)| columns.row(*pattern, units[*at].part))
        .collect();
    let design = Design::from_rows(&rows).ok()?;
    fit(
        &UnitCells::new(&numbers, &design, &counts).ok()?,
        Integration::Laplace,
    )
    .ok()
}

fn rows_of(inputs: &Inputs<'_>, units: &[Unit<'_>], figure: Figure) -> Vec<SchoolVariationRow> {
    let area = inputs.area;
    let with_parts =
        units.iter().filter(|unit| unit.part.is_some()).count() >= FEWEST_SCHOOLS && area.parts.len() > 1;
    let (cells, columns) = telling(units, figure, with_parts);
    let Some(found) = fitted(units, &cells, &columns) else {
        return Vec::new();
    };
    let place = Arc::new(Place {
        level: GeographicLevel::LocalAuthority,
        code: area.area_code.to_string(),
        name: area.name.clone(),
    });
    let base = |place: Arc<Place>, phase: PhaseCut, within: &dyn Fn(usize) -> bool| {
        let mut schools: Vec<usize> = cells
            .iter()
            .map(|(at, ..)| *at)
            .filter(|at| within(*at))
            .collect();
        schools.dedup();
        let sum = |part: fn(CountOf) -> u64| {
            cells
                .iter()
                .filter(|(at, ..)| within(*at))
                .map(|(.., count)| part(*count))
                .sum()
        };
        SchoolVariationRow {
            key: Key {
                time_period: inputs.year,
                coverage: inputs.coverage,
                place,
                phase,
                sen_provision: figure.provision,
            },
            primary_need: figure.need,
            adjusted_for: columns.adjusted_for(),
            schools: schools.len() as u64,
            events: sum(CountOf::events),
            population: sum(CountOf::population),
            school_sd: None,
            intraclass_correlation: None,
            median_odds_ratio: None,
            schools_differ_p: None,
            parts_differ_p: None,
            odds_ratio: None,
            convergence: word(found.convergence),
        }
    };
    let mut whole = base(place, PhaseCut::Total, &|_| true);
    if !matches!(
        found.convergence,
        Convergence::Converged | Convergence::AtBoundary
    ) {
        return vec![whole];
    }
    whole.school_sd = Some(found.sd);
    if found.convergence == Convergence::Converged {
        whole.intraclass_correlation = Some(found.intraclass_correlation(Confidence::P95));
        whole.median_odds_ratio = Some(found.median_odds_ratio(Confidence::P95));
    }
    whole.schools_differ_p = Some(found.variance_test().p_value);
    let mut rows = Vec::new();
    if columns.parts.len() > 1 {
        let without = Columns {
            parts: Vec::new(),
            ..columns.clone()
        };
        whole.parts_differ_p =
            fitted(units, &cells, &without).map(|nested| found.likelihood_ratio_p(&nested));
        for (position, part) in columns.parts.iter().enumerate() {
            let name = &area.parts[*part].name;
            let place = Arc::new(Place {
                level: GeographicLevel::Quadrant,
                code: name.clone(),
                name: name.clone(),
            });
            let mut row = base(place, PhaseCut::Total, &|at| units[at].part == Some(*part));
            row.odds_ratio = against_mean(&found, columns.parts.len(), position);
            rows.push(row);
        }
    }
    let mut schools: Vec<usize> = cells.iter().map(|(at, ..)| *at).collect();
    schools.dedup();
    for at in schools {
        let school = units[at].school;
        let mut row = base(
            Arc::new(Place::of_school(school)),
            PhaseCut::Of(school.phase),
            &|other| other == at,
        );
        row.odds_ratio = found
            .units
            .get(at)
            .map(|effect| effect.odds_ratio(Confidence::P95));
        rows.push(row);
    }
    rows.insert(0, whole);
    rows
}

/// A part's odds over the geometric mean of the parts': the coefficients of all but the first stand last in the fit.
fn against_mean(found: &MixedFit, parts: usize, position: usize) -> Option<Interval> {
    let columns = found.coefficients.len();
    let first = columns.checked_sub(parts - 1)?;
    // The contrast on the parts' columns: one for its own, less one over how many there are for each.
    let weight = |other: usize| f64::from(u8::from(other + 1 == position)) - 1.0 / parts as f64;
    let estimate: f64 = (0..parts - 1)
        .map(|other| weight(other) * found.coefficients[first + other])
        .sum();
    let mut variance = 0.0;
    for a in 0..parts - 1 {
        for b in 0..parts - 1 {
            variance += weight(a) * weight(b) * found.covariance[(first + a) * columns + first + b];
        }
    }
    let confidence = Confidence::P95;
    let half = confidence.z() * variance.sqrt();
    Some(Interval {
        value: exp(estimate),
        lower: exp(estimate - half),
        upper: exp(estimate + half),
        confidence,
        method: Method::LogOdds,
    })
}

fn word(convergence: Convergence) -> &'static str {
    match convergence {
        Convergence::Converged => "converged",
        Convergence::AtBoundary => "at_boundary",
        _ => "not_converged",
    }
}
