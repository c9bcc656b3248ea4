//! Rows of released tables, as charts and sentences quote them.

use super::Of;
use senlens_model::{GeographicLevel, PhaseCut};
use senlens_release::tables::{
    Benchmarks, Explanations, FalseFlags, Flags, FunnelLimits, Ranges, Rates, RowKey, Sensitivity,
};
use senlens_release::{
    Cell, Explanation, FlaggingRule, Level, Position, RuleId, Spread, TableOf, Variation, YesNo,
};

/// A row of `rates`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rate<'a> {
    pub(crate) area_code: &'a str,
    pub(crate) area_name: &'a str,
    pub(crate) events: Cell<u64>,
    pub(crate) population: Cell<u64>,
    pub(crate) per_hundred: Cell<f64>,
    pub(crate) lower: Cell<f64>,
    pub(crate) upper: Cell<f64>,
}

impl<'a> Rate<'a> {
    pub(super) fn read(table: TableOf<'a, Rates>, row: usize) -> Option<Self> {
        let key = table.key(row)?;
        Some(Self {
            area_code: key.code,
            area_name: key.name,
            events: table.cell(row, Rates::events()),
            population: table.cell(row, Rates::population()),
            per_hundred: table.cell(row, Rates::per_hundred()),
            lower: table.cell(row, Rates::lower()),
            upper: table.cell(row, Rates::upper()),
        })
    }
}

/// A row of `ranges`: a share of which a count is not known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bounds<'a> {
    pub(crate) level: GeographicLevel,
    pub(crate) area_code: &'a str,
    pub(crate) area_name: &'a str,
    pub(crate) of: Of,
    /// At least and at most so many.
    pub(crate) events: [Cell<u64>; 2],
    pub(crate) population: [Cell<u64>; 2],
    pub(crate) per_hundred: [Cell<f64>; 2],
}

impl<'a> Bounds<'a> {
    pub(super) fn read(table: TableOf<'a, Ranges>, row: usize) -> Option<Self> {
        let key = table.key(row)?;
        let of = Of {
            phase: key.phase,
            provision: key.provision,
            need: table.get(row, Ranges::primary_need())?,
            base: table.get(row, Ranges::base())?,
        };
        Some(Self {
            level: key.level,
            area_code: key.code,
            area_name: key.name,
            of,
            events: [
                table.cell(row, Ranges::events_least()),
                table.cell(row, Ranges::events_most()),
            ],
            population: [
                table.cell(row, Ranges::population_least()),
                table.cell(row, Ranges::population_most()),
            ],
            per_hundred: [
                table.cell(row, Ranges::per_hundred_least()),
                table.cell(row, Ranges::per_hundred_most()),
            ],
        })
    }
}

/// A row of `benchmarks`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Benchmark {
    pub(crate) observed: Cell<u64>,
    pub(crate) expected: Cell<f64>,
    pub(crate) ratio: Cell<f64>,
    pub(crate) ratio_lower: Cell<f64>,
    pub(crate) ratio_upper: Cell<f64>,
    pub(crate) phi_winsorised: Cell<f64>,
    pub(crate) position: Cell<Position>,
    pub(crate) position_998: Cell<Position>,
}

impl Benchmark {
    pub(super) fn read(table: TableOf<'_, Benchmarks>, row: usize) -> Self {
        Self {
            observed: table.cell(row, Benchmarks::observed()),
            expected: table.cell(row, Benchmarks::expected()),
            ratio: table.cell(row, Benchmarks::ratio()),
            ratio_lower: table.cell(row, Benchmarks::ratio_lower()),
            ratio_upper: table.cell(row, Benchmarks::ratio_upper()),
            phi_winsorised: table.cell(row, Benchmarks::phi_winsorised()),
            position: table.cell(row, Benchmarks::position()),
            position_998: table.cell(row, Benchmarks::position_998()),
        }
    }
}

/// A row of `flags`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Flag<'a> {
    pub(crate) key: RowKey<'a>,
    pub(crate) rule: RuleId,
    pub(crate) level: Cell<Level>,
    pub(crate) score: Cell<f64>,
    pub(crate) probability: Cell<f64>,
    pub(crate) observed: Cell<u64>,
    pub(crate) expected: Cell<f64>,
    pub(crate) displaced: Cell<f64>,
    pub(crate) displaced_lower: Cell<f64>,
    pub(crate) displaced_upper: Cell<f64>,
    pub(crate) evidence: Cell<&'a str>,
    pub(crate) wording: Cell<&'a str>,
}

impl<'a> Flag<'a> {
    pub(super) fn read(table: TableOf<'a, Flags>, row: usize) -> Option<Self> {
        Some(Self {
            key: table.key(row)?,
            rule: table.get(row, Flags::rule())?,
            level: table.cell(row, Flags::level()),
            score: table.cell(row, Flags::score()),
            probability: table.cell(row, Flags::probability()),
            observed: table.cell(row, Flags::observed()),
            expected: table.cell(row, Flags::expected()),
            displaced: table.cell(row, Flags::displaced_pupils()),
            displaced_lower: table.cell(row, Flags::displaced_lower()),
            displaced_upper: table.cell(row, Flags::displaced_upper()),
            evidence: table.cell(row, Flags::evidence()),
            wording: table.cell(row, Flags::wording()),
        })
    }

    /// Whether the row is of the place as a whole: a school's phase is its own, a larger place's `Total`.
    pub(crate) fn phase_is_whole(&self) -> bool {
        self.key.level == GeographicLevel::School || self.key.phase == PhaseCut::Total
    }

    /// Whether the finding calls for a review.
    pub(crate) fn calls(&self) -> bool {
        match self.level {
            Cell::Shown(Level::Red | Level::Amber) | Cell::Rounded(Level::Red | Level::Amber) => true,
            Cell::Shown(Level::None | Level::TooFew | Level::NotApplicable)
            | Cell::Rounded(Level::None | Level::TooFew | Level::NotApplicable)
            | Cell::Withheld(_)
            | Cell::NotApplicable
            | Cell::NotAvailable => false,
        }
    }
}

/// One explanation weighed for one place: a row of `explanations`.
pub(super) struct Weighed<'a> {
    key: RowKey<'a>,
    rule: RuleId,
    pub(super) explanation: Explanation,
    pub(super) probability: Cell<f64>,
    pub(super) given_departure: Cell<f64>,
    pub(super) called: bool,
}

impl<'a> Weighed<'a> {
    pub(super) fn read(table: TableOf<'a, Explanations>, row: usize) -> Option<Self> {
        Some(Self {
            key: table.key(row)?,
            rule: table.get(row, Explanations::rule())?,
            explanation: table.get(row, Explanations::explanation())?,
            probability: table.cell(row, Explanations::probability()),
            given_departure: table.cell(row, Explanations::given_departure()),
            called: table.cell(row, Explanations::called()) == Cell::Shown(YesNo::Yes),
        })
    }

    pub(super) fn is_of(&self, flag: &Flag<'_>) -> bool {
        self.key == flag.key && self.rule == flag.rule
    }
}

/// A row of `sensitivity`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Varied<'a> {
    pub(crate) key: RowKey<'a>,
    pub(crate) variation: Variation,
    pub(crate) level: Cell<Level>,
    pub(crate) probability: Cell<f64>,
    pub(crate) displaced: Cell<f64>,
    pub(crate) wording: Cell<&'a str>,
}

impl<'a> Varied<'a> {
    pub(super) fn read(table: TableOf<'a, Sensitivity>, row: usize) -> Option<Self> {
        Some(Self {
            key: table.key(row)?,
            variation: table.get(row, Sensitivity::variation())?,
            level: table.cell(row, Sensitivity::level()),
            probability: table.cell(row, Sensitivity::probability()),
            displaced: table.cell(row, Sensitivity::displaced_pupils()),
            wording: table.cell(row, Sensitivity::wording()),
        })
    }

    /// Whether two rows are of one place.
    pub(crate) fn is_of_the_place_of(&self, other: &Varied<'_>) -> bool {
        (self.key.level, self.key.code) == (other.key.level, other.key.code)
    }
}

/// One pair of lines of a funnel, from the smallest authority to the largest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FunnelLines {
    pub(crate) spread: Spread,
    /// Pupils, and the shares below and above which an authority of that size is lower or higher.
    pub(crate) sizes: Vec<(Cell<u64>, Cell<f64>, Cell<f64>)>,
    pub(crate) confidence: f64,
}

impl FunnelLines {
    /// Adds a row of `funnel_limits` to its pair of lines, if it is of the need and base.
    pub(super) fn add(
        lines: &mut Vec<Self>,
        table: TableOf<'_, FunnelLimits>,
        row: usize,
        of: Of,
    ) -> Option<()> {
        let key = table.key(row)?;
        let is_of = Of {
            phase: key.phase,
            provision: key.provision,
            need: table.get(row, FunnelLimits::primary_need())?,
            base: table.get(row, FunnelLimits::base())?,
        };
        if is_of != of {
            return None;
        }
        let spread = table.get(row, FunnelLimits::spread())?;
        let confidence = table.cell(row, FunnelLimits::confidence()).figure()?;
        let size = (
            table.cell(row, FunnelLimits::population()),
            table.cell(row, FunnelLimits::lower()),
            table.cell(row, FunnelLimits::upper()),
        );
        match lines
            .iter_mut()
            .find(|line| line.spread == spread && (line.confidence - confidence).abs() < 1e-9)
        {
            Some(line) => line.sizes.push(size),
            None => lines.push(Self {
                spread,
                sizes: vec![size],
                confidence,
            }),
        }
        Some(())
    }

    /// The upper line where it is flattest.
    pub(crate) fn highest_at_the_largest(&self) -> Option<f64> {
        self.sizes.last().and_then(|(.., upper)| upper.figure())
    }
}

/// How often one rule flags a place that is at the benchmark, at one size: a row of `false_flags`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FalseFlag<'a> {
    /// The place at whose share every unit is taken to be.
    pub(crate) area_name: &'a str,
    pub(crate) per_hundred: f64,
    pub(crate) rule: FlaggingRule,
    pub(crate) population: u64,
    pub(crate) nominal: f64,
    pub(crate) higher: f64,
    pub(crate) lower: f64,
}

impl<'a> FalseFlag<'a> {
    pub(super) fn read(table: TableOf<'a, FalseFlags>, row: usize) -> Option<Self> {
        Some(Self {
            area_name: table.key(row)?.name,
            per_hundred: table.cell(row, FalseFlags::per_hundred()).figure()?,
            rule: table.get(row, FalseFlags::rule())?,
            population: table.cell(row, FalseFlags::population()).figure()?,
            nominal: table.cell(row, FalseFlags::nominal()).figure()?,
            higher: table.cell(row, FalseFlags::higher()).figure()?,
            lower: table.cell(row, FalseFlags::lower()).figure()?,
        })
    }
}
