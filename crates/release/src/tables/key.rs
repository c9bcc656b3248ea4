//! The columns that every table of places begins with: year, coverage, place, phase and provision.

use crate::declare::{ColumnSchema, ColumnType, Key, Role, Text, Unit};
use crate::{ColumnData, Table};
use senlens_model::{AcademicYear, Coverage, GeographicLevel, PhaseCut, ProvisionCut};

type Period = Key<AcademicYear>;
type Universe = Key<Coverage>;
type LevelKey = Key<GeographicLevel>;
type Open = Key<Text>;
type PhaseKey = Key<PhaseCut>;
type ProvisionKey = Key<ProvisionCut>;

/// Their declarations, in order.
pub const KEY_COLUMNS: [ColumnSchema; 7] = [
    key::<Period>("time_period", Unit::Code, "The academic year, as 202223."),
    key::<Universe>(
        "coverage",
        Unit::Code,
        "The schools covered: `state_funded` (with non-maintained special schools) or `all_schools`.",
    ),
    key::<LevelKey>(
        "geographic_level",
        Unit::Code,
        "The kind of place, in the Department's words; `Quadrant` is a part of an authority.",
    ),
    key::<Open>(
        "area_code",
        Unit::Code,
        "The place: URN of a school, name of a part in the area file, nine-character code of any other.",
    ),
    key::<Open>("area_name", Unit::Name, "The name of the place."),
    key::<PhaseKey>(
        "phase",
        Unit::Code,
        "The phase of the schools counted, in the Department's words, or `Total`; a school's is its own.",
    ),
    key::<ProvisionKey>(
        "sen_provision",
        Unit::Code,
        "The provision of the pupils counted, in the Department's words; `Total` is SEN support and plans together.",
    ),
];

const fn key<K: ColumnType>(name: &'static str, unit: Unit, meaning: &'static str) -> ColumnSchema {
    ColumnSchema {
        name,
        kind: K::KIND,
        unit,
        role: Role::Key,
        meaning,
    }
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowKey<'a> {
    /// The academic year.
    pub time_period: AcademicYear,
    /// The universe of schools.
    pub coverage: Coverage,
    /// The level of the place.
    pub level: GeographicLevel,
    /// Its code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
    /// All phases, or one.
    pub phase: PhaseCut,
    /// SEN support and plans, together or apart.
    pub provision: ProvisionCut,
}

/// The cells of the key columns, in their order: for the declaration of a table alone.
#[doc(hidden)]
pub fn key_cells<'a>(keys: impl Iterator<Item = &'a senlens_compare::Key>) -> Vec<ColumnData> {
    let mut cells = [
        Period::empty(),
        Universe::empty(),
        LevelKey::empty(),
        Open::empty(),
        Open::empty(),
        PhaseKey::empty(),
        ProvisionKey::empty(),
    ];
    for key in keys {
        let [period, coverage, level, code, name, phase, provision] = &mut cells;
        Period::push(period, key.time_period);
        Universe::push(coverage, key.coverage);
        LevelKey::push(level, key.place.level);
        Open::push(code, &key.place.code);
        Open::push(name, &key.place.name);
        PhaseKey::push(phase, key.phase);
        ProvisionKey::push(provision, key.sen_provision);
    }
    cells.into()
}

/// What a row of a table is about; none for a table that does not begin with these columns.
pub(crate) fn key_of(table: &Table, row: usize) -> Option<RowKey<'_>> {
    if !table.schema().has_key {
        return None;
    }
    let [period, coverage, level, code, name, phase, provision, ..] = table.columns() else {
        return None;
    };
    Some(RowKey {
        time_period: Period::read(&period.data, row)?,
        coverage: Universe::read(&coverage.data, row)?,
        level: LevelKey::read(&level.data, row)?,
        code: Open::read(&code.data, row)?,
        name: Open::read(&name.data, row)?,
        phase: PhaseKey::read(&phase.data, row)?,
        provision: ProvisionKey::read(&provision.data, row)?,
    })
}
