//! Which count each row of a table speaks of.

use super::count_table::CountTable;
use super::layout::{ALL_SCHOOLS, BLOCK, BOTH, PLAN, ROLL, STATE_FUNDED, SUPPORT, TOTAL, WITH_NEED, offset};
use crate::declare::{CodedColumn, ColumnKind, Disclosure, Role, ValueKind, Worded};
use crate::tables::KEY_COLUMNS;
use crate::{Cell, ColumnData, Table};
use senlens_compare::{Adjustment, Base, Comparator};
use senlens_model::{
    AcademicYear, Coverage, GeographicLevel, NeedCut, Phase, PhaseCut, PlaceCode, ProvisionCut,
};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of a table of places, with what each is about.
pub(crate) struct Rows<'t> {
    table: &'t Table,
    periods: Keys<'t, AcademicYear>,
    levels: Keys<'t, GeographicLevel>,
    areas: &'t CodedColumn,
    coverages: Keys<'t, Coverage>,
    phases: Keys<'t, PhaseCut>,
    provisions: Keys<'t, ProvisionCut>,
    needs: Option<Keys<'t, NeedCut>>,
    bases: Option<Keys<'t, Base>>,
}

/// A column of keys with its distinct values read once.
struct Keys<'t, W> {
    codes: &'t [u32],
    values: Vec<W>,
}

impl<'t, W: for<'a> Worded<Read<'a> = W> + Copy> Keys<'t, W> {
    fn of(column: &'t CodedColumn) -> Option<Self> {
        let values = column.values().iter().map(W::read).collect::<Option<_>>()?;
        Some(Self {
            codes: column.codes(),
            values,
        })
    }

    fn get(&self, row: usize) -> W {
        self.values[self.codes[row] as usize]
    }
}

impl<'t> Rows<'t> {
    /// The rows of a table; none for a table that does not say year, coverage, place, phase and provision.
    pub(crate) fn of(table: &'t Table) -> Option<Self> {
        if !table.schema().has_key {
            return None;
        }
        let [period, coverage, level, area, _, phase, provision, ..] = table.columns() else {
            return None;
        };
        Some(Self {
            table,
            periods: Keys::of(coded(&period.data)?)?,
            levels: Keys::of(coded(&level.data)?)?,
            areas: coded(&area.data)?,
            coverages: Keys::of(coded(&coverage.data)?)?,
            phases: Keys::of(coded(&phase.data)?)?,
            provisions: Keys::of(coded(&provision.data)?)?,
            needs: own_key(table, ValueKind::NeedCut).and_then(Keys::of),
            bases: own_key(table, ValueKind::Base).and_then(Keys::of),
        })
    }

    pub(crate) fn table(&self) -> &'t Table {
        self.table
    }

    pub(crate) fn disclosure(&self) -> Disclosure {
        self.table.schema().disclosure
    }

    pub(crate) fn period(&self, row: usize) -> AcademicYear {
        self.periods.get(row)
    }

    pub(crate) fn place(&self, row: usize) -> PlaceCode {
        (self.levels.get(row), self.areas.text(row).to_owned())
    }

    /// The distinct places of rows of a period.
    pub(crate) fn places(&self, period: AcademicYear, into: &mut BTreeSet<PlaceCode>) {
        let mut seen = BTreeSet::new();
        for row in 0..self.table.rows() {
            if self.period(row) == period && seen.insert((self.levels.get(row), self.areas.codes()[row])) {
                into.insert(self.place(row));
            }
        }
    }

    /// The slot of a row's phase and coverage.
    pub(crate) fn slot(&self, row: usize) -> usize {
        self.phase(row).unwrap_or_else(|| match self.coverages.get(row) {
            Coverage::StateFunded => STATE_FUNDED,
            Coverage::AllSchools => ALL_SCHOOLS,
        })
    }

    /// The position of a row's phase, if it is of one.
    pub(crate) fn phase(&self, row: usize) -> Option<usize> {
        match self.phases.get(row) {
            PhaseCut::Total => None,
            PhaseCut::Of(wanted) => Phase::ALL.iter().position(|phase| *phase == wanted),
        }
    }

    pub(crate) fn level(&self, row: usize) -> GeographicLevel {
        self.levels.get(row)
    }

    /// The position of a row's provision.
    pub(crate) fn provision(&self, row: usize) -> usize {
        match self.provisions.get(row) {
            ProvisionCut::SenSupport => SUPPORT,
            ProvisionCut::Plan => PLAN,
            ProvisionCut::Total => BOTH,
        }
    }

    pub(crate) fn base(&self, row: usize) -> Option<Base> {
        self.bases.as_ref().map(|bases| bases.get(row))
    }

    /// Whom a row compares its place with, and within what; none for a table that compares no place with another.
    pub(crate) fn reference(&self, row: usize) -> Option<(Comparator, &'t Adjustment)> {
        let comparator = self.key_of_kind::<Comparator>(row)?;
        Some((comparator, self.key_of_kind::<Adjustment>(row)?))
    }

    /// A row's own key of a type, if its table has one.
    pub(crate) fn key_of_kind<W: Worded>(&self, row: usize) -> Option<W::Read<'t>> {
        W::read(own_key(self.table, W::KIND)?.value(row))
    }

    /// The nodes of a count table, by the code of a row's level and area.
    pub(crate) fn nodes(&self, count_table: &CountTable) -> NodeOfRow {
        let by_place: BTreeMap<&PlaceCode, usize> = count_table
            .nodes
            .iter()
            .enumerate()
            .map(|(number, node)| (&node.place, number))
            .collect();
        let mut known: BTreeMap<(GeographicLevel, u32), usize> = BTreeMap::new();
        let nodes = (0..self.table.rows())
            .map(|row| {
                let key = (self.levels.get(row), self.areas.codes()[row]);
                *known
                    .entry(key)
                    .or_insert_with(|| by_place.get(&self.place(row)).copied().unwrap_or(usize::MAX))
            })
            .collect();
        NodeOfRow(nodes)
    }

    /// The count of a row's events.
    pub(crate) fn events(&self, row: usize, block: usize) -> Option<usize> {
        let need = match (self.needs.as_ref()?.get(row), self.base(row)) {
            (NeedCut::Total, Some(Base::SenWithNeed)) => WITH_NEED,
            (NeedCut::Total, _) => TOTAL,
            (NeedCut::Of(need), _) => need.index(),
        };
        Some(block * BLOCK + offset(self.provision(row), need))
    }

    /// The count of a row's base.
    pub(crate) fn population(&self, row: usize, block: usize) -> Option<usize> {
        let within = match self.base(row)? {
            Base::Pupils => ROLL,
            Base::Sen => offset(self.provision(row), TOTAL),
            Base::SenWithNeed => offset(self.provision(row), WITH_NEED),
        };
        Some(block * BLOCK + within)
    }

    /// The counts in the table's column of a role, if it has one.
    pub(crate) fn counts(&self, role: Role) -> Option<&'t [Cell<u64>]> {
        self.table.of_role(role).find_map(|data| match data {
            ColumnData::Count(cells) => Some(cells.as_slice()),
            ColumnData::Coded(_) | ColumnData::Number(_) => None,
        })
    }
}

/// The column of a table's own keys of a type, if it has one.
fn own_key(table: &Table, kind: ValueKind) -> Option<&CodedColumn> {
    let own = table.columns().iter().skip(KEY_COLUMNS.len());
    own.filter(|column| column.schema.role == Role::Key && column.schema.kind == ColumnKind::Key(kind))
        .find_map(|column| coded(&column.data))
}

fn coded(data: &ColumnData) -> Option<&CodedColumn> {
    match data {
        ColumnData::Coded(column) => Some(column),
        ColumnData::Count(_) | ColumnData::Number(_) => None,
    }
}

/// The node of each row; a place of another year has none.
pub(crate) struct NodeOfRow(Vec<usize>);

impl NodeOfRow {
    pub(crate) fn get(&self, row: usize) -> Option<usize> {
        (self.0[row] != usize::MAX).then_some(self.0[row])
    }
}
