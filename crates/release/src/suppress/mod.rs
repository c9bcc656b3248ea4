//! Suppression: which counts of a publication stay withheld, so that no reader can recover them.

mod bound;
mod cheapest;
mod choose;
mod cost;
mod count_table;
mod cross_phase_moves;
mod layout;
mod least_cost;
mod moves;
mod primary;
mod protect;
mod protection_interval;
mod public;
mod published;
mod rows;
mod suppress_phase;

pub(crate) use count_table::{CountTable, DisclosureStatus, UNKNOWN};
pub(crate) use layout::{ALL_SCHOOLS, BLOCK, BOTH, PLAN, ROLL, STATE_FUNDED, SUPPORT, TOTAL, offset};
pub(crate) use rows::Rows;

use crate::declare::{Disclosure, Role};
use crate::policy::{PolicyRules, Zeros};
use crate::structure::Structure;
use crate::{Cell, CountsRecord, Exception, ReleaseError, Why};
use choose::choose;
use layout::{need_word, provision_word};
use primary::primaries;
use protect::ProtectionLevel;
use published::enter_published;
use senlens_model::AcademicYear;
use std::collections::{BTreeMap, BTreeSet};

/// The counts of one year and what is withheld of them.
#[derive(Debug)]
pub(crate) struct Suppressed {
    pub(crate) count_table: CountTable,
    /// For each count, why it is withheld.
    pub(crate) why: Vec<Option<Why>>,
}

/// Chooses what to withhold of one year's counts, given what earlier publications showed and withheld of them.
///
/// # Errors
/// When the tables disagree.
pub(crate) fn suppress(
    tables: &[Rows<'_>],
    published: &[Rows<'_>],
    period: AcademicYear,
    structure: &Structure,
    rules: &PolicyRules,
    record: &mut CountsRecord,
    used: &mut BTreeSet<usize>,
) -> Result<Suppressed, ReleaseError> {
    let mut places = BTreeSet::new();
    for rows in tables.iter().chain(published) {
        rows.places(period, &mut places);
    }
    let mut count_table = CountTable::new(&places, structure)?;
    let mut phase_of_school = BTreeMap::new();
    for rows in tables {
        counts_of(
            rows,
            period,
            &mut count_table,
            &mut phase_of_school,
            |count_table, cell, count| {
                count
                    .figure()
                    .map_or(Ok(()), |count| count_table.enter(cell, count))
            },
        )?;
    }
    let withheld_before = enter_published(
        published,
        period,
        &mut count_table,
        &mut phase_of_school,
        rules,
        record,
    )?;
    count_table.close(&phase_of_school)?;
    count_table.fix_empty();
    for (number, exception) in rules.exceptions.iter().enumerate() {
        if except(&mut count_table, exception) {
            used.insert(number);
        }
    }
    let protection = ProtectionLevel {
        least: i32::from(rules.zeros == Zeros::Shown),
        greatest: i32::try_from(rules.minimum_count).expect("at most 100") - 1,
    };
    let mut given = primaries(&count_table, protection, rules.dominance_percent);
    let primary: BTreeSet<usize> = given.iter().map(|(cell, _)| *cell).collect();
    let again = withheld_before.difference(&primary);
    given.extend(again.map(|cell| (*cell, Why::Protects)));
    let choice = choose(&count_table, &given, protection);
    let pattern = choice.pattern;
    let is_ours = |cell: &usize| {
        count_table.status[*cell] != DisclosureStatus::Hidden
            && !count_table.nodes[count_table.node(*cell)].public
    };
    let total = (0..count_table.value.len()).filter(is_ours).count();
    let withheld = pattern.why.iter().flatten().count();
    record.counts += total as u64;
    record.primary += primary.len() as u64;
    record.secondary += (withheld - primary.len()) as u64;
    record.secondary_cost += choice.cost;
    record.secondary_cost_at_least += choice.at_least;
    record.bounded_by_public_totals += pattern.bounded.len() as u64;
    record.withheld_with_their_phase += pattern.whole;
    record.held_by_ambiguity += pattern.ambiguous.len() as u64;
    Ok(Suppressed {
        count_table,
        why: pattern.why,
    })
}

/// Gives every count of a year's rows of a table, and notes the phases of schools.
fn counts_of(
    rows: &Rows<'_>,
    period: AcademicYear,
    count_table: &mut CountTable,
    phase_of_school: &mut BTreeMap<usize, usize>,
    mut with: impl FnMut(&mut CountTable, usize, Cell<u64>) -> Result<(), ReleaseError>,
) -> Result<(), ReleaseError> {
    let nodes = rows.nodes(count_table);
    let (events, population) = match rows.disclosure() {
        Disclosure::OwnCounts => (rows.counts(Role::Events), rows.counts(Role::Population)),
        // What a rule says it observed is made of counts that the other tables carry; the sizes at which a funnel's
        // lines are drawn count no pupils. The rest does not leave.
        Disclosure::Rule
        | Disclosure::LinesOverAuthorities
        | Disclosure::Internal
        | Disclosure::BehindTheGate => (None, None),
    };
    for row in 0..rows.table().rows() {
        if rows.period(row) != period {
            continue;
        }
        let node = nodes.get(row).expect("every place of the period has a node");
        if count_table.nodes[node].coarse
            && let Some(phase) = rows.phase(row)
        {
            phase_of_school.insert(node, phase);
        }
        let block = count_table.block(node, rows.slot(row));
        for (cells, cell) in [
            (events, rows.events(row, block)),
            (population, rows.population(row, block)),
        ] {
            if let (Some(cells), Some(cell)) = (cells, cell) {
                with(count_table, cell, cells[row])?;
            }
        }
    }
    Ok(())
}

/// Lets the counts of an exception through; whether there were any.
fn except(count_table: &mut CountTable, exception: &Exception) -> bool {
    let mut any = false;
    for cell in 0..count_table.value.len() {
        let within = cell % BLOCK;
        if count_table.status[cell] != DisclosureStatus::Published || within == ROLL {
            continue;
        }
        let place = &count_table.nodes[count_table.node(cell)].place;
        let slot = count_table.slot(cell);
        let phase =
            if slot < senlens_model::Phase::ALL.len() && !count_table.nodes[count_table.node(cell)].coarse {
                Some(senlens_model::Phase::ALL[slot].as_str())
            } else {
                None
            };
        let protection = |wanted: &Option<String>, is: Option<&str>| {
            wanted
                .as_deref()
                .is_none_or(|wanted| is.is_none_or(|is| is == wanted))
        };
        let provision = provision_word(within / layout::NEEDS);
        if place.0.as_str() == exception.geographic_level
            && place.1 == exception.area_code
            && protection(&exception.phase, phase)
            && protection(&exception.sen_provision, Some(provision))
            && protection(&exception.primary_need, Some(need_word(within % layout::NEEDS)))
        {
            count_table.status[cell] = DisclosureStatus::Fixed;
            any = true;
        }
    }
    any
}
