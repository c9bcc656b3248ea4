//! What may be shown of one row.

use super::derived_from;
use super::spread::WithheldUnits;
use crate::declare::{Disclosure, Role};
use crate::policy::PolicyRules;
use crate::suppress::{
    ALL_SCHOOLS, BLOCK, BOTH, DisclosureStatus, PLAN, ROLL, Rows, STATE_FUNDED, SUPPORT, Suppressed, TOTAL,
    UNKNOWN, offset,
};
use crate::{ColumnData, Table, Why};
use senlens_compare::{Base, Comparator, Stratum};
use senlens_flags::RuleId;
use senlens_flags::rules::Reads;
use senlens_model::{GeographicLevel, NeedCut, Phase};

/// Why each kind of figure of one row is withheld, if it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct MayShow {
    /// The count itself, or what a rule observed.
    pub(super) events: Option<Why>,
    /// The base of its rate.
    pub(super) population: Option<Why>,
    /// What it is expected to be.
    pub(super) expected: Option<Why>,
    /// Whatever is made of these.
    pub(super) derived: Option<Why>,
    /// Whatever rests on the spread.
    pub(super) spread: Option<Why>,
    /// Positions.
    pub(super) position: Option<Why>,
    /// Whether its figures are rounded: not those that are public already.
    pub(super) rounds: bool,
    /// By what figures made of the base alone change when it is rounded.
    pub(super) base_rounded: f64,
}

impl MayShow {
    /// A row that is shown or withheld as a whole.
    fn whole(why: Option<Why>, rounds: bool) -> Self {
        Self {
            events: why,
            population: why,
            expected: why,
            derived: why,
            spread: why,
            position: why,
            rounds,
            base_rounded: 1.0,
        }
    }
}

/// What may be shown of a row of a place.
pub(super) fn may_show(
    rows: &Rows<'_>,
    row: usize,
    node: usize,
    year: &Suppressed,
    rules: &PolicyRules,
    units: &mut WithheldUnits,
) -> MayShow {
    match rows.disclosure() {
        Disclosure::OwnCounts => of_own_counts(rows, row, node, year, rules, units),
        Disclosure::Rule => of_a_rule(rows, row, node, year),
        Disclosure::LinesOverAuthorities => of_lines(rows, row, node, year, units),
        // Such tables do not come so far; were one to, nothing in it is known to be safe.
        Disclosure::Internal | Disclosure::BehindTheGate => MayShow::whole(Some(Why::Derived), false),
    }
}

/// A row that a rule made: withheld with any count that it reads.
fn of_a_rule(rows: &Rows<'_>, row: usize, node: usize, year: &Suppressed) -> MayShow {
    let count_table = &year.count_table;
    let block = count_table.block(node, rows.slot(row));
    let provision = rows.provision(row);
    // A rule that judges an area by its mainstream schools tells its other phases beside the total.
    let blocks: Vec<usize> = if count_table.nodes[node].coarse || rows.phase(row).is_some() {
        vec![block]
    } else {
        (0..Phase::ALL.len())
            .map(|phase| count_table.block(node, phase))
            .chain([block])
            .collect()
    };
    let reads = rule_reads(rows, row);
    // A rule on both provisions together reads them apart.
    let apart = reads
        .iter()
        .flat_map(|within| [SUPPORT, PLAN].map(|each| block * BLOCK + offset(each, *within)))
        .filter(|_| provision == BOTH);
    let why = reads
        .iter()
        .flat_map(|within| {
            blocks
                .iter()
                .map(move |block| block * BLOCK + offset(provision, *within))
        })
        .chain([block * BLOCK + ROLL])
        .chain(apart)
        .find_map(|cell| year.why[cell]);
    MayShow::whole(derived_from(why), !count_table.nodes[node].public)
}

/// The needs that a row's rule reads: every count of the place for a table that names no rule.
fn rule_reads(rows: &Rows<'_>, row: usize) -> Vec<usize> {
    let reads = rows
        .key_of_kind::<RuleId>(row)
        .map_or(Reads::EveryCount, |rule| rule.page().reads);
    match reads {
        Reads::Needs(needs) => needs
            .iter()
            .map(|need| match need {
                NeedCut::Total => TOTAL,
                NeedCut::Of(need) => need.index(),
            })
            .collect(),
        Reads::EveryCount => (0..TOTAL + 2).collect(),
    }
}

/// A point of a funnel's lines, which rest on all authorities together.
fn of_lines(
    rows: &Rows<'_>,
    row: usize,
    node: usize,
    year: &Suppressed,
    units: &mut WithheldUnits,
) -> MayShow {
    let block = year.count_table.block(node, rows.slot(row));
    let (Some(events), Some(population)) = (rows.events(row, block), rows.population(row, block)) else {
        return MayShow::whole(Some(Why::Derived), false);
    };
    let withheld = units.of(
        year,
        GeographicLevel::LocalAuthority,
        block,
        events % BLOCK,
        population % BLOCK,
    );
    MayShow::whole((withheld > 0).then_some(Why::Derived), false)
}

/// A row that counts a need among its base at its place.
fn of_own_counts(
    rows: &Rows<'_>,
    row: usize,
    node: usize,
    year: &Suppressed,
    rules: &PolicyRules,
    units: &mut WithheldUnits,
) -> MayShow {
    let count_table = &year.count_table;
    let block = count_table.block(node, rows.slot(row));
    let (Some(events_at), Some(population_at)) = (rows.events(row, block), rows.population(row, block))
    else {
        // A row without need or base: nothing in it is known to be safe.
        return MayShow::whole(Some(Why::Derived), false);
    };
    let (events, population) = (year.why[events_at], year.why[population_at]);
    let hidden_base = count_table.status[population_at] == DisclosureStatus::Hidden;
    let base = count_table.value[population_at];
    let within_base = population_at % BLOCK;
    let expected = derived_from(population)
        .or(hidden_base.then_some(Why::Derived))
        .or_else(|| withheld_reference(rows, row, node, year, within_base));
    let small_base = base != UNKNOWN
        && u64::from(base.max(0).unsigned_abs()) < rules.minimum_denominator
        && count_table.status[population_at] != DisclosureStatus::Fixed;
    let derived = derived_from(events)
        .or(expected)
        .or(small_base.then_some(Why::SmallBase));
    let (mut of_spread, mut position) = (derived, derived);
    if derived.is_none() && rests_on_a_spread(rows.table(), row) {
        let withheld = units.of(year, rows.level(row), block, events_at % BLOCK, within_base);
        if withheld > 0 {
            of_spread = Some(Why::Derived);
            if withheld < rules.minimum_withheld_units {
                position = Some(Why::Derived);
            }
        }
    }
    let rounds = count_table.status[events_at] != DisclosureStatus::Fixed
        || count_table.status[population_at] != DisclosureStatus::Fixed;
    let base_rounded = if base > 0 && rounds {
        let base = u64::from(base.unsigned_abs());
        rules.rounding.round(base) as f64 / base as f64
    } else {
        1.0
    };
    MayShow {
        events,
        population,
        expected,
        derived,
        spread: of_spread,
        position,
        rounds,
        base_rounded,
    }
}

/// Whether a row rests on a spread: where its table tells how much the units differ, only if the row does.
fn rests_on_a_spread(table: &Table, row: usize) -> bool {
    let told = |data: &ColumnData| match data {
        ColumnData::Number(cells) => cells[row].figure().is_some(),
        ColumnData::Coded(_) | ColumnData::Count(_) => false,
    };
    if table.of_role(Role::Dispersion).next().is_some() {
        return table.of_role(Role::Dispersion).any(told);
    }
    table.of_role(Role::Spread).next().is_some()
}

/// Whether what a row is compared with is itself withheld, or what it is standardised by.
fn withheld_reference(
    rows: &Rows<'_>,
    row: usize,
    node: usize,
    year: &Suppressed,
    within_base: usize,
) -> Option<Why> {
    let count_table = &year.count_table;
    let (comparator, adjustment) = rows.reference(row)?;
    let crude = adjustment.strata().is_empty();
    let slots = |of: usize| -> Vec<usize> {
        if count_table.nodes[of].coarse {
            vec![0]
        } else if crude {
            vec![rows.slot(row)]
        } else {
            (0..Phase::ALL.len()).chain([STATE_FUNDED, ALL_SCHOOLS]).collect()
        }
    };
    let withheld = |of: usize, within: &[usize]| {
        slots(of).iter().any(|slot| {
            let block = count_table.block(of, *slot);
            within
                .iter()
                .any(|within| year.why[block * BLOCK + within].is_some())
        })
    };
    // Strata finer than phase are in no table: what a school's expectation says of them is not for a reader.
    let fine = !crude && adjustment.strata() != [Stratum::Phase];
    if fine && count_table.nodes[node].coarse && !count_table.nodes[node].public {
        return Some(Why::Derived);
    }
    if !count_table.nodes[node].coarse && withheld(node, &[within_base]) {
        return Some(Why::Derived);
    }
    if comparator == Comparator::OwnAuthority {
        let mut area = Some(node);
        while let Some(at) = area {
            if count_table.nodes[at].place.0 == GeographicLevel::LocalAuthority {
                let block = count_table.block(at, rows.slot(row));
                let events = rows.events(row, block)? % BLOCK;
                return withheld(at, &[events, within_base]).then_some(Why::Derived);
            }
            area = count_table.nodes[at].parent;
        }
    }
    // Own bases again, for a school judged by its neighbours in the same phase only.
    (rows.base(row) == Some(Base::SenWithNeed)
        && count_table.status[count_table.block(node, rows.slot(row)) * BLOCK + within_base]
            == DisclosureStatus::Hidden)
        .then_some(Why::Derived)
}
