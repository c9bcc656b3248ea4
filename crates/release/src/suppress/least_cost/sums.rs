//! A table as sums: every count is the sum of parts that no sum divides further.

use crate::Why;
use crate::suppress::count_table::{CountTable, DisclosureStatus, UNKNOWN};
use crate::suppress::layout::{BLOCK, BOTH, NEEDS, PLAN, ROLL, SUPPORT, TOTAL, WITH_NEED, is_type, offset};
use crate::suppress::moves::{as_school, needs_of};
use crate::suppress::protect::ProtectionLevel;
use crate::suppress::protection_interval::ProtectionInterval;
use std::collections::BTreeMap;

/// How a count stands before anything is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Stand {
    /// Readers know it.
    Known,
    /// It may be withheld, at a cost.
    Open(u64),
    /// It is withheld for itself, and a reader who knows that has it between two values.
    Small(i32, i32),
    /// No table has it, or it is withheld for another reason than its size.
    Withheld,
}

/// A count.
#[derive(Debug, Clone)]
pub(in crate::suppress) struct Count {
    /// Where it stands in the count table, as often as it is there.
    pub(super) cells: Vec<usize>,
    pub(super) value: i32,
    pub(super) stand: Stand,
    /// What it must keep once it is withheld.
    pub(in crate::suppress) interval: Option<ProtectionInterval>,
    /// Whether it must keep that against a reader who knows which counts are small.
    pub(in crate::suppress) from_a_reader_who_knows: bool,
    pub(super) parts: Vec<u32>,
}

/// Every count, and of what parts it is the sum.
#[derive(Debug, Clone, Default)]
pub(in crate::suppress) struct Sums {
    pub(in crate::suppress) counts: Vec<Count>,
    pub(in crate::suppress) number_of_parts: usize,
}

/// What is asked of the table's counts, by their cells.
pub(in crate::suppress) struct Terms<'a> {
    pub(in crate::suppress) protection: ProtectionLevel,
    pub(in crate::suppress) costs: &'a [u64],
    /// Why counts are withheld before any is chosen.
    pub(in crate::suppress) given: &'a [Option<Why>],
    pub(in crate::suppress) interval: &'a dyn Fn(usize) -> ProtectionInterval,
    pub(in crate::suppress) from_a_reader_who_knows: &'a dyn Fn(usize) -> bool,
}

impl Sums {
    /// The sums of a count table: its parts are pupils of a unit, at a provision, with a need, and those on roll without any.
    pub(in crate::suppress) fn of(count_table: &CountTable, terms: &Terms<'_>) -> Self {
        let needs = needs_of(count_table);
        let per_unit = 2 * needs.len() + 1;
        let part = |unit: u32, provision: usize, need: usize| {
            unit * to_u32(per_unit) + to_u32(provision * needs.len() + need)
        };
        let mut counts: BTreeMap<(Vec<u32>, i32), Count> = BTreeMap::new();
        let mut add = |parts: Vec<u32>, count: Count| {
            let key = (parts, count.value);
            match counts.get_mut(&key) {
                None => {
                    counts.insert(key, count);
                }
                Some(same) => same.join(count),
            }
        };
        for block in 0..count_table.node_of.len() {
            let units = &count_table.units_in[block];
            if units.is_empty() {
                continue;
            }
            let coarse = count_table.nodes[count_table.node_of[block] as usize].coarse;
            for within in 0..BLOCK {
                let cell = block * BLOCK + within;
                if count_table.value[cell] == UNKNOWN {
                    continue;
                }
                let mut parts = Vec::new();
                for unit in units {
                    if within == ROLL {
                        parts.extend((0..per_unit).map(|at| unit * to_u32(per_unit) + to_u32(at)));
                        continue;
                    }
                    let provisions: &[usize] = match within / NEEDS {
                        BOTH => &[SUPPORT, PLAN],
                        SUPPORT => &[SUPPORT],
                        _ => &[PLAN],
                    };
                    for provision in provisions {
                        for (at, need) in needs.iter().enumerate() {
                            let name = if coarse {
                                as_school(count_table, *need)
                            } else {
                                *need
                            };
                            let counted = match within % NEEDS {
                                TOTAL => true,
                                WITH_NEED => is_type(name),
                                own => own == name,
                            };
                            if counted {
                                parts.push(part(*unit, *provision, at));
                            }
                        }
                    }
                }
                if parts.is_empty() {
                    continue;
                }
                parts.sort_unstable();
                add(parts, Count::of(count_table, cell, terms));
            }
        }
        // Those on roll with no need at all are no fewer than none.
        for (number, unit) in count_table.units.iter().enumerate() {
            let all = count_table.value[unit.block * BLOCK + offset(BOTH, TOTAL)];
            if let (Some(roll), true) = (count_table.roll(unit.block), all != UNKNOWN) {
                let number = to_u32(number);
                add(
                    vec![number * to_u32(per_unit) + to_u32(per_unit - 1)],
                    Count {
                        cells: Vec::new(),
                        value: roll - all,
                        stand: Stand::Withheld,
                        interval: None,
                        from_a_reader_who_knows: false,
                        parts: Vec::new(),
                    },
                );
            }
        }
        let mut sums = Self {
            counts: Vec::new(),
            number_of_parts: count_table.units.len() * per_unit,
        };
        for ((parts, _), mut count) in counts {
            count.parts = parts;
            sums.counts.push(count);
        }
        sums.join_parts();
        sums
    }

    /// Parts that the very same counts count are one part.
    fn join_parts(&mut self) {
        let mut counted_by: Vec<Vec<u32>> = vec![Vec::new(); self.number_of_parts];
        for (number, count) in self.counts.iter().enumerate() {
            for part in &count.parts {
                counted_by[*part as usize].push(to_u32(number));
            }
        }
        let mut one: BTreeMap<&[u32], u32> = BTreeMap::new();
        let mut of_part = vec![None; self.number_of_parts];
        for (part, counts) in counted_by.iter().enumerate() {
            if !counts.is_empty() {
                let next = to_u32(one.len());
                of_part[part] = Some(*one.entry(counts).or_insert(next));
            }
        }
        self.number_of_parts = one.len();
        for count in &mut self.counts {
            count.parts = count
                .parts
                .iter()
                .filter_map(|part| of_part[*part as usize])
                .collect();
            count.parts.sort_unstable();
            count.parts.dedup();
        }
    }

    /// The shares of counts as shares of the cells that hold them.
    pub(super) fn by_cell(&self, shares: &[f64], cells: usize) -> Vec<f64> {
        let mut of_cells = vec![0.0; cells];
        for (count, share) in self.counts.iter().zip(shares) {
            for cell in &count.cells {
                of_cells[*cell] = *share;
            }
        }
        of_cells
    }

    /// Cells that only a reader who does not know which counts are small can be kept from.
    pub(super) fn ambiguous(&self) -> Vec<usize> {
        let is_asked = |count: &&Count| {
            count
                .interval
                .is_some_and(|interval| interval.asks_for_others(count.value))
        };
        let counts = self.counts.iter().filter(is_asked);
        counts
            .filter(|count| !count.from_a_reader_who_knows)
            .flat_map(|count| count.cells.iter().copied())
            .collect()
    }

    /// How many may be withheld.
    pub(in crate::suppress) fn open(&self) -> usize {
        let is_open = |count: &&Count| matches!(count.stand, Stand::Open(_));
        self.counts.iter().filter(is_open).count()
    }
}

impl Count {
    fn of(count_table: &CountTable, cell: usize, terms: &Terms<'_>) -> Self {
        let value = count_table.value[cell];
        let stand = match (count_table.status[cell], terms.given[cell]) {
            (DisclosureStatus::Fixed, _) => Stand::Known,
            (DisclosureStatus::Hidden, _) => Stand::Withheld,
            (DisclosureStatus::Published, Some(Why::SmallCount)) => {
                Stand::Small(terms.protection.least, terms.protection.greatest)
            }
            (DisclosureStatus::Published, Some(_)) => Stand::Withheld,
            (DisclosureStatus::Published, None) => Stand::Open(terms.costs[cell]),
        };
        let is_published = count_table.status[cell] == DisclosureStatus::Published;
        Self {
            cells: vec![cell],
            value,
            stand,
            interval: is_published.then(|| (terms.interval)(cell)),
            from_a_reader_who_knows: (terms.from_a_reader_who_knows)(cell),
            parts: Vec::new(),
        }
    }

    /// Takes in the same count of another place.
    fn join(&mut self, other: Self) {
        self.cells.extend(other.cells);
        self.from_a_reader_who_knows &= other.from_a_reader_who_knows;
        self.stand = match (self.stand, other.stand) {
            (Stand::Known, _) | (_, Stand::Known) => Stand::Known,
            (Stand::Open(cost), Stand::Open(more)) => Stand::Open(cost + more),
            (Stand::Small(low, high), _) | (_, Stand::Small(low, high)) => Stand::Small(low, high),
            // One that no table has binds nothing that the other does not.
            (Stand::Open(cost), Stand::Withheld) | (Stand::Withheld, Stand::Open(cost)) => Stand::Open(cost),
            (Stand::Withheld, Stand::Withheld) => Stand::Withheld,
        };
        self.interval = match (self.interval, other.interval) {
            (Some(ProtectionInterval::Nothing), _) | (_, Some(ProtectionInterval::Nothing)) => {
                Some(ProtectionInterval::Nothing)
            }
            (own, other) => own.or(other),
        };
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).expect("fewer than 4 billion parts")
}
