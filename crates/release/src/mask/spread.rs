//! How many units are withheld of those that a spread rests on.

use crate::suppress::{BLOCK, Suppressed};
use senlens_model::GeographicLevel;
use std::collections::BTreeMap;

/// Numbers of withheld units, each worked out once.
#[derive(Default)]
pub(super) struct WithheldUnits {
    schools: BTreeMap<(usize, usize), usize>,
    areas: BTreeMap<(GeographicLevel, usize, usize, usize), usize>,
    beneath: BTreeMap<(usize, usize, usize), usize>,
}

impl WithheldUnits {
    /// Withheld units that a row's spread rests on: the other schools for a school, its own schools for a part or
    /// district, the other areas of its level for any area.
    pub(super) fn of(
        &mut self,
        year: &Suppressed,
        level: GeographicLevel,
        block: usize,
        events: usize,
        base: usize,
    ) -> usize {
        let hidden = |block: usize| {
            [events, base]
                .iter()
                .any(|within| year.why[block * BLOCK + within].is_some())
        };
        let units = |blocks: &[u32]| {
            blocks
                .iter()
                .filter(|unit| hidden(year.count_table.units[**unit as usize].block))
                .count()
        };
        if level == GeographicLevel::School {
            return *self.schools.entry((events, base)).or_insert_with(|| {
                year.count_table
                    .units
                    .iter()
                    .filter(|unit| hidden(unit.block))
                    .count()
            });
        }
        let slot = year.count_table.slot(block * BLOCK);
        let peers = *self.areas.entry((level, slot, events, base)).or_insert_with(|| {
            let nodes = year
                .count_table
                .nodes
                .iter()
                .enumerate()
                .filter(|(_, node)| node.place.0 == level);
            nodes
                .filter(|(number, _)| hidden(year.count_table.block(*number, slot)))
                .count()
        });
        let beneath = if matches!(level, GeographicLevel::District | GeographicLevel::Quadrant) {
            *self
                .beneath
                .entry((block, events, base))
                .or_insert_with(|| units(&year.count_table.units_in[block]))
        } else {
            0
        };
        peers + beneath
    }
}
