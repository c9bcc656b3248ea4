//! Which count a row of a table speaks of.

use super::frame::Frame;
use super::layout::{ALL_SCHOOLS, BLOCK, BOTH, PLAN, ROLL, STATE_FUNDED, SUPPORT, TOTAL, WITH_NEED, offset};
use crate::structure::PlaceCode;
use crate::{ColumnData, ReleaseError, Table, TextColumn};
use senlens_model::{GeographicLevel, Need, Phase};
use std::collections::{BTreeMap, BTreeSet};

/// The level of a word of the contract.
pub(crate) fn level_of(word: &str) -> Option<GeographicLevel> {
    [
        GeographicLevel::National,
        GeographicLevel::Regional,
        GeographicLevel::LocalAuthority,
        GeographicLevel::Quadrant,
        GeographicLevel::District,
        GeographicLevel::School,
    ]
    .into_iter()
    .find(|level| level.as_str() == word)
}

/// The base of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfWhom {
    Pupils,
    Sen,
    SenWithNeed,
}

/// The words of one table's keys, read once.
pub(crate) struct Keys<'t> {
    table: &'t Table,
    period: &'t TextColumn,
    levels: Words<'t, GeographicLevel>,
    codes: &'t TextColumn,
    coverage: Words<'t, usize>,
    phases: Words<'t, Option<usize>>,
    provisions: Words<'t, usize>,
    needs: Option<Words<'t, usize>>,
    bases: Option<Words<'t, OfWhom>>,
}

struct Words<'t, T> {
    column: &'t TextColumn,
    values: Vec<T>,
}

impl<T: Copy> Words<'_, T> {
    fn get(&self, row: usize) -> T {
        self.values[self.column.codes()[row] as usize]
    }
}

fn column<'t>(table: &'t Table, name: &'static str) -> Option<&'t TextColumn> {
    match table.column(name) {
        Some(ColumnData::Text(text)) => Some(text),
        _ => None,
    }
}

fn words<'t, T>(
    table: &'t Table,
    name: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<Words<'t, T>>, ReleaseError> {
    let Some(column) = column(table, name) else {
        return Ok(None);
    };
    let values = column
        .texts()
        .iter()
        .map(|text| {
            read(text).ok_or_else(|| ReleaseError::UnknownWord {
                table: table.name(),
                column: name,
                text: text.clone(),
            })
        })
        .collect::<Result<Vec<T>, _>>()?;
    Ok(Some(Words { column, values }))
}

impl<'t> Keys<'t> {
    /// Reads the words of a table's keys; none for a table that speaks of no place.
    ///
    /// # Errors
    /// When a word is not in the contract.
    pub(crate) fn read(table: &'t Table) -> Result<Option<Self>, ReleaseError> {
        let levels = words(table, "geographic_level", level_of)?;
        let coverage = words(table, "coverage", |text| match text {
            "state_funded" => Some(STATE_FUNDED),
            "all_schools" => Some(ALL_SCHOOLS),
            _ => None,
        })?;
        let phases = words(table, "phase", |text| {
            if text == "Total" {
                return Some(None);
            }
            Phase::ALL
                .iter()
                .position(|phase| phase.as_str() == text)
                .map(Some)
        })?;
        let provisions = words(table, "sen_provision", |text| match text {
            "SEN support" => Some(SUPPORT),
            "Education, health and care plan" => Some(PLAN),
            "Total" => Some(BOTH),
            _ => None,
        })?;
        let needs = words(table, "primary_need", |text| {
            if text == "Total" {
                return Some(TOTAL);
            }
            Need::ALL.iter().position(|need| need.as_str() == text)
        })?;
        let bases = words(table, "base", |text| match text {
            "pupils" => Some(OfWhom::Pupils),
            "sen" => Some(OfWhom::Sen),
            "sen_with_need" => Some(OfWhom::SenWithNeed),
            _ => None,
        })?;
        let (period, codes) = (column(table, "time_period"), column(table, "area_code"));
        Ok(match (period, levels, codes, coverage, phases, provisions) {
            (Some(period), Some(levels), Some(codes), Some(coverage), Some(phases), Some(provisions)) => {
                Some(Self {
                    table,
                    period,
                    levels,
                    codes,
                    coverage,
                    phases,
                    provisions,
                    needs,
                    bases,
                })
            }
            _ => None,
        })
    }

    pub(crate) fn table(&self) -> &'t Table {
        self.table
    }

    pub(crate) fn period(&self, row: usize) -> &'t str {
        self.period.get(row)
    }

    pub(crate) fn place(&self, row: usize) -> PlaceCode {
        (self.levels.get(row), self.codes.get(row).to_owned())
    }

    /// The distinct places of rows of a period.
    pub(crate) fn places(&self, period: &str, into: &mut BTreeSet<PlaceCode>) {
        let mut seen = BTreeSet::new();
        for row in 0..self.table.rows() {
            if self.period(row) == period && seen.insert((self.levels.get(row), self.codes.codes()[row])) {
                into.insert(self.place(row));
            }
        }
    }

    /// The slot of a row's phase and coverage.
    pub(crate) fn slot(&self, row: usize) -> usize {
        self.phases.get(row).unwrap_or_else(|| self.coverage.get(row))
    }

    /// The phase of a row, if it is of one.
    pub(crate) fn phase(&self, row: usize) -> Option<usize> {
        self.phases.get(row)
    }

    pub(crate) fn level(&self, row: usize) -> GeographicLevel {
        self.levels.get(row)
    }

    pub(crate) fn provision(&self, row: usize) -> usize {
        self.provisions.get(row)
    }

    pub(crate) fn need(&self, row: usize) -> Option<usize> {
        self.needs.as_ref().map(|needs| needs.get(row))
    }

    pub(crate) fn base(&self, row: usize) -> Option<OfWhom> {
        self.bases.as_ref().map(|bases| bases.get(row))
    }

    /// The nodes of a frame, by the code of a row's level and area.
    pub(crate) fn nodes(&self, frame: &Frame) -> NodeOfRow {
        let by_place: BTreeMap<&PlaceCode, usize> = frame
            .nodes
            .iter()
            .enumerate()
            .map(|(number, node)| (&node.place, number))
            .collect();
        let mut known: BTreeMap<(GeographicLevel, u32), usize> = BTreeMap::new();
        let nodes = (0..self.table.rows())
            .map(|row| {
                let key = (self.levels.get(row), self.codes.codes()[row]);
                *known
                    .entry(key)
                    .or_insert_with(|| by_place.get(&self.place(row)).copied().unwrap_or(usize::MAX))
            })
            .collect();
        NodeOfRow(nodes)
    }

    /// The count of a row's events.
    pub(crate) fn events(&self, row: usize, block: usize) -> Option<usize> {
        let need = match (self.need(row)?, self.base(row)) {
            (TOTAL, Some(OfWhom::SenWithNeed)) => WITH_NEED,
            (need, _) => need,
        };
        Some(block * BLOCK + offset(self.provision(row), need))
    }

    /// The count of a row's base.
    pub(crate) fn population(&self, row: usize, block: usize) -> Option<usize> {
        let within = match self.base(row)? {
            OfWhom::Pupils => ROLL,
            OfWhom::Sen => offset(self.provision(row), TOTAL),
            OfWhom::SenWithNeed => offset(self.provision(row), WITH_NEED),
        };
        Some(block * BLOCK + within)
    }
}

/// The node of each row; a place of another year has none.
pub(crate) struct NodeOfRow(Vec<usize>);

impl NodeOfRow {
    pub(crate) fn get(&self, row: usize) -> Option<usize> {
        (self.0[row] != usize::MAX).then_some(self.0[row])
    }
}
