//! The released figures that a chart or a sentence quotes, found by what they are about. Nothing is computed.

mod index;
mod rows;

pub(crate) use rows::{Benchmark, Bounds, FalseFlag, Flag, FunnelLines, Rate, Varied};

use index::{BenchmarkIndex, RateIndex};
use rows::Weighed;
use senlens_model::{GeographicLevel, Need, NeedCut, PhaseCut, ProvisionCut};
use senlens_release::tables::{
    Benchmarks, Explanations, FalseFlags, Flags, FunnelLimits, Ranges, Rates, Sensitivity,
};
use senlens_release::{
    About, Adjustment, Base, Cell, Comparator, Declared, Explanation, Publication, TableOf,
};

/// A place that figures are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At<'a> {
    pub(crate) level: GeographicLevel,
    pub(crate) code: &'a str,
}

/// What a rate or a benchmark is of, beside its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Of {
    pub(crate) phase: PhaseCut,
    pub(crate) provision: ProvisionCut,
    pub(crate) need: NeedCut,
    pub(crate) base: Base,
}

impl Of {
    /// Pupils with MLD among those of a base, all phases, SEN support and plans together.
    pub(crate) fn mld(base: Base) -> Self {
        Self::need(NeedCut::Of(Need::Mld), base)
    }

    /// Pupils with any need among all pupils, all phases, SEN support and plans together.
    pub(crate) fn any_need() -> Self {
        Self::need(NeedCut::Total, Base::Pupils)
    }

    /// A need among pupils of a base, all phases, SEN support and plans together.
    pub(crate) fn need(need: NeedCut, base: Base) -> Self {
        Self {
            phase: PhaseCut::Total,
            provision: ProvisionCut::Total,
            need,
            base,
        }
    }
}

/// The released figures. Only rows of the paper's year and coverage are seen.
pub(crate) struct Facts<'a> {
    pub(crate) about: &'a About,
    publication: &'a Publication,
    rates: Option<RateIndex<'a>>,
    benchmarks: Option<BenchmarkIndex<'a>>,
    flags: Vec<Flag<'a>>,
    explanations: Vec<Weighed<'a>>,
    sensitivity: Vec<Varied<'a>>,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(publication: &'a Publication) -> Self {
        let about = &publication.about;
        let mut facts = Self {
            about,
            publication,
            rates: publication
                .table::<Rates>()
                .map(|table| RateIndex::new(table, about)),
            benchmarks: publication
                .table::<Benchmarks>()
                .map(|table| BenchmarkIndex::new(table, about)),
            flags: Vec::new(),
            explanations: Vec::new(),
            sensitivity: Vec::new(),
        };
        facts.flags = facts.every::<Flags, _>(Flag::read);
        facts.explanations = facts.every::<Explanations, _>(Weighed::read);
        facts.sensitivity = facts.every::<Sensitivity, _>(Varied::read);
        facts
    }

    /// Every row of a table, read; none where there is no such table.
    fn every<T: Declared, R>(&self, read: fn(TableOf<'a, T>, usize) -> Option<R>) -> Vec<R> {
        let Some((table, rows)) = self.rows_of::<T>() else {
            return Vec::new();
        };
        rows.into_iter().filter_map(|row| read(table, row)).collect()
    }

    /// A table that may be there, with its rows of the paper's year and coverage.
    pub(crate) fn rows_of<T: Declared>(&self) -> Option<(TableOf<'a, T>, Vec<usize>)> {
        let table = self.publication.table::<T>()?;
        let of_the_paper = |row: &usize| {
            table.key(*row).is_some_and(|key| {
                key.time_period == self.about.time_period && key.coverage == self.about.coverage
            })
        };
        Some((table, (0..table.rows()).filter(of_the_paper).collect()))
    }

    /// The rate of a place.
    pub(crate) fn rate(&self, at: At<'_>, of: Of) -> Option<Rate<'a>> {
        let index = self.rates.as_ref()?;
        Rate::read(index.table, index.row(at, of)?)
    }

    /// Between what bounds the shares of the paper's places lie of which a count is not known, in the table's order: all
    /// phases, SEN support and plans together.
    pub(crate) fn bounds(&self, base: Base) -> Vec<Bounds<'a>> {
        let mut bounds = self.every::<Ranges, _>(Bounds::read);
        bounds.retain(|row| row.level != GeographicLevel::School && row.of == Of::need(row.of.need, base));
        bounds
    }

    /// The rates of every place of a level, in the table's order.
    pub(crate) fn rates_at(&self, level: GeographicLevel, of: Of) -> Vec<Rate<'a>> {
        let Some(index) = &self.rates else {
            return Vec::new();
        };
        index
            .codes_at(level)
            .filter_map(|code| self.rate(At { level, code }, of))
            .collect()
    }

    /// A place against a comparator.
    pub(crate) fn benchmark(
        &self,
        at: At<'_>,
        of: Of,
        comparator: Comparator,
        adjustment: &Adjustment,
    ) -> Option<Benchmark> {
        let index = self.benchmarks.as_ref()?;
        let row = index.row(at, of, comparator, adjustment)?;
        Some(Benchmark::read(index.table, row))
    }

    /// A place against England without adjustment.
    pub(crate) fn against_england(&self, at: At<'_>, of: Of) -> Option<Benchmark> {
        self.benchmark(at, of, Comparator::England, &Adjustment::crude())
    }

    /// Every adjustment the benchmarks hold, the one with most strata first and the crude one last.
    pub(crate) fn adjustments(&self) -> Vec<&'a Adjustment> {
        self.benchmarks
            .as_ref()
            .map_or_else(Vec::new, BenchmarkIndex::adjustments)
    }

    /// The lines of a funnel of a need, each kind of spread and confidence a pair.
    pub(crate) fn funnel_lines(&self, of: Of) -> Vec<FunnelLines> {
        let Some((table, rows)) = self.rows_of::<FunnelLimits>() else {
            return Vec::new();
        };
        let mut lines: Vec<FunnelLines> = Vec::new();
        for row in rows {
            FunnelLines::add(&mut lines, table, row, of);
        }
        lines
    }

    /// How often rules flag places that are at the benchmark.
    pub(crate) fn false_flags(&self) -> Vec<FalseFlag<'a>> {
        let Some(table) = self.publication.table::<FalseFlags>() else {
            return Vec::new();
        };
        (0..table.rows())
            .filter_map(|row| FalseFlag::read(table, row))
            .collect()
    }

    /// The findings, in the table's order.
    pub(crate) fn flags(&self) -> &[Flag<'a>] {
        &self.flags
    }

    /// The rival explanations weighed for a finding, the likeliest first.
    pub(crate) fn explanations_of(&self, flag: &Flag<'_>) -> Vec<(Explanation, Cell<f64>)> {
        let mut weighed: Vec<(Explanation, Cell<f64>)> = self
            .explanations
            .iter()
            .filter(|row| row.is_of(flag))
            .map(|row| (row.explanation, row.probability))
            .collect();
        let order = |cell: &Cell<f64>| cell.figure().unwrap_or(-1.0);
        weighed.sort_by(|(_, a), (_, b)| order(b).total_cmp(&order(a)));
        weighed
    }

    /// What a finding most likely is if it is not ordinary variation, and how likely that then is.
    pub(crate) fn called(&self, flag: &Flag<'_>) -> Option<(Explanation, Cell<f64>)> {
        self.explanations
            .iter()
            .find(|row| row.called && row.is_of(flag))
            .map(|row| (row.explanation, row.given_departure))
    }

    /// The verdicts under every variation, in the table's order.
    pub(crate) fn sensitivity(&self) -> &[Varied<'a>] {
        &self.sensitivity
    }

    /// The authority of the paper.
    pub(crate) fn own(&self) -> At<'a> {
        At {
            level: GeographicLevel::LocalAuthority,
            code: &self.about.authority_code,
        }
    }

    /// Its region.
    pub(crate) fn region(&self) -> At<'a> {
        At {
            level: GeographicLevel::Regional,
            code: &self.about.region_code,
        }
    }

    /// England: the one place of its level.
    pub(crate) fn england(&self) -> At<'a> {
        let level = GeographicLevel::National;
        let of_rates = self.rates.as_ref().and_then(|index| index.codes_at(level).next());
        let code = of_rates.or_else(|| {
            self.benchmarks
                .as_ref()
                .and_then(|index| index.codes_at(level).next())
        });
        At {
            level,
            code: code.unwrap_or_default(),
        }
    }
}
