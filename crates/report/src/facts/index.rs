//! Rows of the two large tables by what they are about.
//!
//! Only what a chart or sentence may quote is kept, since the rest is nearly all of the table: no rate of a school is
//! quoted, and of authorities other than the paper's only some rows.

use super::{At, Of};
use senlens_model::{GeographicLevel, PhaseCut, ProvisionCut};
use senlens_release::tables::{Benchmarks, Rates, RowKey};
use senlens_release::{About, Adjustment, Comparator, Declared, TableOf};
use std::collections::{HashMap, HashSet};

/// A place by level and code.
type PlaceKey<'a> = (GeographicLevel, &'a str);

/// The places of a table, in its order.
#[derive(Default)]
struct Places<'a> {
    ordered: Vec<PlaceKey<'a>>,
    seen: HashSet<PlaceKey<'a>>,
}

impl<'a> Places<'a> {
    fn add(&mut self, key: RowKey<'a>) {
        if self.seen.insert((key.level, key.code)) {
            self.ordered.push((key.level, key.code));
        }
    }

    fn codes_at(&self, wanted: GeographicLevel) -> impl Iterator<Item = &'a str> {
        self.ordered
            .iter()
            .filter(move |(level, _)| *level == wanted)
            .map(|(_, code)| *code)
    }
}

/// What a row is about, where a page may quote it.
fn quoted<'a, T: Declared>(table: TableOf<'a, T>, row: usize, about: &About) -> Option<RowKey<'a>> {
    let key = table.key(row)?;
    let of_the_paper = key.time_period == about.time_period && key.coverage == about.coverage;
    (of_the_paper && key.level != GeographicLevel::School).then_some(key)
}

/// Whether a row is of an authority other than the paper's, of which only totals are quoted, and is not of totals.
fn is_detail_of_another(key: RowKey<'_>, about: &About) -> bool {
    key.level == GeographicLevel::LocalAuthority
        && key.code != about.authority_code
        && (key.phase != PhaseCut::Total || key.provision != ProvisionCut::Total)
}

/// Rows of `rates`.
pub(super) struct RateIndex<'a> {
    pub(super) table: TableOf<'a, Rates>,
    rows: HashMap<(PlaceKey<'a>, Of), usize>,
    places: Places<'a>,
}

impl<'a> RateIndex<'a> {
    pub(super) fn new(table: TableOf<'a, Rates>, about: &About) -> Self {
        let mut index = Self {
            table,
            rows: HashMap::new(),
            places: Places::default(),
        };
        for row in 0..table.rows() {
            let Some(key) = quoted(table, row, about).filter(|key| !is_detail_of_another(*key, about)) else {
                continue;
            };
            let (Some(need), Some(base)) = (
                table.get(row, Rates::primary_need()),
                table.get(row, Rates::base()),
            ) else {
                continue;
            };
            index.places.add(key);
            index
                .rows
                .entry(((key.level, key.code), of(key, need, base)))
                .or_insert(row);
        }
        index
    }

    pub(super) fn row(&self, at: At<'_>, of: Of) -> Option<usize> {
        self.rows.get(&((at.level, at.code), of)).copied()
    }

    pub(super) fn codes_at(&self, level: GeographicLevel) -> impl Iterator<Item = &'a str> {
        self.places.codes_at(level)
    }
}

/// Rows of `benchmarks`.
pub(super) struct BenchmarkIndex<'a> {
    pub(super) table: TableOf<'a, Benchmarks>,
    rows: HashMap<(PlaceKey<'a>, Of, Comparator, &'a Adjustment), usize>,
    places: Places<'a>,
    adjustments: HashSet<&'a Adjustment>,
}

impl<'a> BenchmarkIndex<'a> {
    pub(super) fn new(table: TableOf<'a, Benchmarks>, about: &About) -> Self {
        let mut index = Self {
            table,
            rows: HashMap::new(),
            places: Places::default(),
            adjustments: HashSet::new(),
        };
        for row in 0..table.rows() {
            let Some(adjustment) = table.get(row, Benchmarks::adjustment()) else {
                continue;
            };
            index.adjustments.insert(adjustment);
            let Some(key) = quoted(table, row, about) else {
                continue;
            };
            let (Some(need), Some(base), Some(comparator)) = (
                table.get(row, Benchmarks::primary_need()),
                table.get(row, Benchmarks::base()),
                table.get(row, Benchmarks::comparator()),
            ) else {
                continue;
            };
            let of_another = key.level == GeographicLevel::LocalAuthority && key.code != about.authority_code;
            let against_england = comparator == Comparator::England && adjustment.strata().is_empty();
            if is_detail_of_another(key, about) || (of_another && !against_england) {
                continue;
            }
            index.places.add(key);
            index
                .rows
                .entry(((key.level, key.code), of(key, need, base), comparator, adjustment))
                .or_insert(row);
        }
        index
    }

    pub(super) fn row(
        &self,
        at: At<'_>,
        of: Of,
        comparator: Comparator,
        adjustment: &Adjustment,
    ) -> Option<usize> {
        self.rows
            .get(&((at.level, at.code), of, comparator, adjustment))
            .copied()
    }

    pub(super) fn codes_at(&self, level: GeographicLevel) -> impl Iterator<Item = &'a str> {
        self.places.codes_at(level)
    }

    /// Every adjustment, the one with most strata first.
    pub(super) fn adjustments(&self) -> Vec<&'a Adjustment> {
        let mut adjustments: Vec<&Adjustment> = self.adjustments.iter().copied().collect();
        adjustments.sort_by(|a, b| {
            let strata = |adjustment: &Adjustment| adjustment.strata().len();
            strata(b)
                .cmp(&strata(a))
                .then_with(|| a.to_string().cmp(&b.to_string()))
        });
        adjustments
    }
}

fn of(key: RowKey<'_>, need: senlens_model::NeedCut, base: senlens_release::Base) -> Of {
    Of {
        phase: key.phase,
        provision: key.provision,
        need,
        base,
    }
}
