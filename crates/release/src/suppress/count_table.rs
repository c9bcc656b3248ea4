//! The distinct counts behind the tables of one year, each once, and the tree of places they belong to.

use super::layout::{
    ALL_SCHOOLS, AREA_SLOTS, BLOCK, BOTH, NEEDS, OTHER, PROVISIONS, ROLL, STATE_FUNDED, TOTAL, WITH_NEED,
    is_type, need_word, offset, provision_word,
};
use crate::ReleaseError;
use crate::structure::Structure;
use senlens_model::{GeographicLevel, Need, Phase, PlaceCode};
use std::collections::{BTreeMap, BTreeSet};

/// What stands between a count and a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DisclosureStatus {
    /// In no table: free to be anything the relations allow.
    Hidden,
    /// In a table, and may be withheld.
    Published,
    /// Public whatever we do.
    Fixed,
}

/// A place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) place: PlaceCode,
    pub(crate) parent: Option<usize>,
    pub(crate) public: bool,
    /// Its first block.
    pub(crate) first: usize,
    /// A school, whose rows carry only some needs.
    pub(crate) coarse: bool,
    has_children: bool,
}

/// The smallest place whose counts add up to all others: a school, or where there are none an area by phase. An area
/// without pupils on roll is none: it would seem to hide pupils that it does not have.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) node: usize,
    /// Its own block.
    pub(crate) block: usize,
    /// Its phase; none for an area known only in total.
    pub(crate) phase: Option<usize>,
    /// Slots of an area's blocks that count it.
    pub(crate) slots: Vec<usize>,
    /// The places it lies in, nearest first.
    pub(crate) ancestors: Vec<usize>,
}

/// The counts of one year.
#[derive(Debug)]
pub(crate) struct CountTable {
    pub(crate) nodes: Vec<Node>,
    /// The node of each block.
    pub(crate) node_of: Vec<u32>,
    pub(crate) value: Vec<i32>,
    pub(crate) status: Vec<DisclosureStatus>,
    pub(crate) units: Vec<Unit>,
    /// For each block, the units it counts.
    pub(crate) units_in: Vec<Vec<u32>>,
    /// Needs that schools carry.
    pub(crate) carried: [bool; NEEDS],
    /// Needs that some place carries.
    pub(crate) present: Vec<usize>,
    /// Whether schools show pupils with a type of need apart.
    pub(crate) with_need: bool,
}

/// No value known.
pub(crate) const UNKNOWN: i32 = -1;

impl CountTable {
    /// An empty table of these places.
    ///
    /// # Errors
    /// When a place lies in itself.
    pub(crate) fn new(places: &BTreeSet<PlaceCode>, structure: &Structure) -> Result<Self, ReleaseError> {
        let index: BTreeMap<&PlaceCode, usize> =
            places.iter().enumerate().map(|(i, place)| (place, i)).collect();
        let mut nodes = Vec::with_capacity(places.len());
        let mut node_of = Vec::new();
        for (number, place) in places.iter().enumerate() {
            // A parent without rows of its own gives way to the nearest one that has them.
            let mut parent = structure.parent(place);
            let mut steps = 0;
            while let Some(found) = parent {
                steps += 1;
                if found == place || steps > 16 {
                    return Err(ReleaseError::Circle {
                        place: place.1.clone(),
                    });
                }
                if index.contains_key(found) {
                    break;
                }
                parent = structure.parent(found);
            }
            let coarse = place.0 == GeographicLevel::School;
            nodes.push(Node {
                place: place.clone(),
                parent: parent.map(|parent| index[parent]),
                public: structure.counts_are_public(place),
                first: node_of.len(),
                coarse,
                has_children: false,
            });
            let number = u32::try_from(number).expect("fewer than 4 billion places");
            node_of.extend(std::iter::repeat_n(number, if coarse { 1 } else { AREA_SLOTS }));
        }
        for number in 0..nodes.len() {
            if let Some(parent) = nodes[number].parent {
                nodes[parent].has_children = true;
            }
        }
        let counts = node_of.len() * BLOCK;
        Ok(Self {
            nodes,
            value: vec![UNKNOWN; counts],
            status: vec![DisclosureStatus::Hidden; counts],
            units: Vec::new(),
            units_in: vec![Vec::new(); node_of.len()],
            node_of,
            carried: [false; NEEDS],
            present: Vec::new(),
            with_need: false,
        })
    }

    /// The block of a place for a slot; a school has but one.
    pub(crate) fn block(&self, node: usize, slot: usize) -> usize {
        let node = &self.nodes[node];
        if node.coarse {
            node.first
        } else {
            node.first + slot
        }
    }

    /// Enters a count that a table shows.
    ///
    /// # Errors
    /// When another table shows another.
    pub(crate) fn enter(&mut self, cell: usize, count: u64) -> Result<(), ReleaseError> {
        let value = i32::try_from(count).unwrap_or(i32::MAX);
        if self.status[cell] != DisclosureStatus::Hidden && self.value[cell] != value {
            return Err(ReleaseError::Disagreement {
                count: self.describe(cell),
                first: u64::from(self.value[cell].unsigned_abs()),
                second: count,
            });
        }
        self.value[cell] = value;
        self.status[cell] = if self.nodes[self.node(cell)].public {
            DisclosureStatus::Fixed
        } else {
            DisclosureStatus::Published
        };
        Ok(())
    }

    /// Once all are entered: finds the units, and what their rows leave out.
    ///
    /// # Errors
    /// When needs sum to more than their total.
    pub(crate) fn close(&mut self, phase_of_school: &BTreeMap<usize, usize>) -> Result<(), ReleaseError> {
        let mut present = BTreeSet::new();
        for cell in 0..self.value.len() {
            if self.status[cell] == DisclosureStatus::Hidden || cell % BLOCK == ROLL {
                continue;
            }
            let need = cell % BLOCK % NEEDS;
            if self.nodes[self.node(cell)].coarse {
                self.carried[need] = true;
            }
            if need < TOTAL {
                present.insert(need);
            }
        }
        self.with_need = self.carried[WITH_NEED];
        self.present = present.into_iter().collect();
        for number in 0..self.nodes.len() {
            let node = &self.nodes[number];
            let mut ancestors = Vec::new();
            let mut parent = node.parent;
            while let Some(found) = parent {
                if ancestors.len() > 16 {
                    return Err(ReleaseError::Circle {
                        place: node.place.1.clone(),
                    });
                }
                ancestors.push(found);
                parent = self.nodes[found].parent;
            }
            let first = node.first;
            if node.coarse {
                let phase = phase_of_school.get(&number).copied();
                self.add_unit(number, first, phase, ancestors);
            } else if !node.has_children {
                let shown = |slot: usize| {
                    let from = (first + slot) * BLOCK;
                    self.status[from..from + BLOCK]
                        .iter()
                        .any(|s| *s != DisclosureStatus::Hidden)
                        && self.roll(first + slot) != Some(0)
                };
                let phases: Vec<usize> = (0..Phase::ALL.len()).filter(|phase| shown(*phase)).collect();
                if phases.is_empty() {
                    for slot in [STATE_FUNDED, ALL_SCHOOLS] {
                        if shown(slot) {
                            self.add_unit(number, first + slot, None, ancestors.clone());
                            break;
                        }
                    }
                } else {
                    for phase in phases {
                        self.add_unit(number, first + phase, Some(phase), ancestors.clone());
                    }
                }
            }
        }
        self.fill_hidden()
    }

    fn add_unit(&mut self, node: usize, block: usize, phase: Option<usize>, ancestors: Vec<usize>) {
        let slots = match phase {
            Some(phase) if Phase::ALL[phase] == Phase::Independent => vec![phase, ALL_SCHOOLS],
            Some(phase) => vec![phase, STATE_FUNDED, ALL_SCHOOLS],
            None => vec![STATE_FUNDED, ALL_SCHOOLS],
        };
        let number = u32::try_from(self.units.len()).expect("fewer than 4 billion units");
        self.units_in[block].push(number);
        let own = if self.nodes[node].coarse || phase.is_none() {
            None
        } else {
            Some(node)
        };
        for area in own.iter().chain(&ancestors) {
            for slot in &slots {
                let at = self.nodes[*area].first + slot;
                if at != block {
                    self.units_in[at].push(number);
                }
            }
        }
        self.units.push(Unit {
            node,
            block,
            phase,
            slots,
            ancestors,
        });
    }

    /// A place without a school of a phase, or a school without a pupil, has no pupil to protect: its zeros are shown.
    pub(crate) fn fix_empty(&mut self) {
        for block in 0..self.node_of.len() {
            if self.units_in[block].is_empty() || self.roll(block) == Some(0) {
                let from = block * BLOCK;
                for cell in from..from + BLOCK {
                    if self.status[cell] == DisclosureStatus::Published && self.value[cell] == 0 {
                        self.status[cell] = DisclosureStatus::Fixed;
                    }
                }
            }
        }
    }

    /// What a school's rows leave out follows from its totals.
    fn fill_hidden(&mut self) -> Result<(), ReleaseError> {
        for unit in 0..self.units.len() {
            let (node, block) = (self.units[unit].node, self.units[unit].block);
            if !self.nodes[node].coarse {
                continue;
            }
            for provision in 0..PROVISIONS {
                let cell = |need| block * BLOCK + offset(provision, need);
                let known = |need| (self.value[cell(need)] != UNKNOWN).then(|| self.value[cell(need)]);
                let sum = |typed: bool| -> i32 {
                    (0..TOTAL)
                        .filter(|need| self.carried[*need] && (!typed || is_type(*need)))
                        .filter_map(known)
                        .sum()
                };
                let (other, missing) = match (known(TOTAL), known(WITH_NEED)) {
                    (Some(total), Some(with_need)) => {
                        let untyped = sum(false) - sum(true);
                        (with_need - sum(true), total - with_need - untyped)
                    }
                    (Some(total), None) => (total - sum(false), 0),
                    // Nothing to draw on: a move may not lower it.
                    (None, _) => (0, 0),
                };
                if other < 0 || missing < 0 {
                    return Err(ReleaseError::MoreThanWhole {
                        place: self.describe(cell(TOTAL)),
                        excess: u64::from(other.min(missing).unsigned_abs()),
                    });
                }
                let missing_at = cell(Need::Missing.index());
                self.value[cell(OTHER)] = other;
                if self.status[missing_at] == DisclosureStatus::Hidden {
                    self.value[missing_at] = missing;
                }
            }
        }
        Ok(())
    }

    /// Whether the needs that areas carry make up the total wherever all of them are known.
    pub(crate) fn needs_are_complete(&self) -> bool {
        let mut any = false;
        for block in (0..self.node_of.len()).filter(|block| !self.nodes[self.node_of[*block] as usize].coarse)
        {
            for provision in 0..PROVISIONS {
                let known = |need: usize| {
                    let value = self.value[block * BLOCK + offset(provision, need)];
                    (value != UNKNOWN).then_some(value)
                };
                let sum: Option<i32> = self.present.iter().map(|need| known(*need)).sum();
                if let (Some(total), Some(sum)) = (known(TOTAL), sum) {
                    if total != sum {
                        return false;
                    }
                    any = true;
                }
            }
        }
        any
    }

    /// The node of a count.
    pub(crate) fn node(&self, cell: usize) -> usize {
        self.node_of[cell / BLOCK] as usize
    }

    /// The slot of a count in its place.
    pub(crate) fn slot(&self, cell: usize) -> usize {
        cell / BLOCK - self.nodes[self.node(cell)].first
    }

    /// The roll of a unit's block, if known.
    pub(crate) fn roll(&self, block: usize) -> Option<i32> {
        let roll = self.value[block * BLOCK + ROLL];
        (roll != UNKNOWN).then_some(roll)
    }

    /// A count in words, for messages.
    pub(crate) fn describe(&self, cell: usize) -> String {
        let node = &self.nodes[self.node(cell)];
        let phase = if node.coarse {
            ""
        } else {
            match self.slot(cell) {
                STATE_FUNDED => ", state-funded",
                ALL_SCHOOLS => ", all schools",
                phase => return self.words(cell, &format!(", {}", Phase::ALL[phase])),
            }
        };
        self.words(cell, phase)
    }

    fn words(&self, cell: usize, phase: &str) -> String {
        let node = &self.nodes[self.node(cell)];
        let within = cell % BLOCK;
        let what = if within == ROLL {
            "pupils on roll".to_owned()
        } else {
            format!(
                "{}, {}",
                provision_word(within / NEEDS),
                need_word(within % NEEDS)
            )
        };
        format!("{} {}{phase}: {what}", node.place.0, node.place.1)
    }

    /// Whether a count is of both provisions together and of all needs: no larger than the roll.
    pub(crate) fn is_all_sen(within: usize) -> bool {
        within == offset(BOTH, TOTAL)
    }
}
