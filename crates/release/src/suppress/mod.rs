//! Suppression: which counts of a publication stay withheld, so that no reader can have them back.

mod bound;
mod cheapest;
mod choose;
mod coarsen;
mod cost;
mod demand;
mod frame;
mod keys;
mod layout;
mod least_cost;
mod moves;
mod primary;
mod protect;
mod public;
mod published;
mod swaps;

pub(crate) use frame::{Frame, Standing, UNKNOWN};
pub(crate) use keys::{Keys, OfWhom, level_of};
pub(crate) use layout::{ALL_SCHOOLS, BLOCK, BOTH, PLAN, ROLL, STATE_FUNDED, SUPPORT, TOTAL, offset};

use crate::policy::{PolicyRules, Zeros};
use crate::structure::Structure;
use crate::{CountsRecord, Exception, ReleaseError, Why};
use choose::choose;
use layout::{need_word, provision_word};
use primary::primaries;
use protect::Asked;
use published::enter_published;
use std::collections::{BTreeMap, BTreeSet};

/// The counts of one year and what is withheld of them.
#[derive(Debug)]
pub(crate) struct Suppressed {
    pub(crate) frame: Frame,
    /// For each count, why it is withheld.
    pub(crate) why: Vec<Option<Why>>,
}

/// Chooses what to withhold of one year's counts, given what earlier publications showed and withheld of them.
///
/// # Errors
/// When the tables disagree.
pub(crate) fn suppress(
    tables: &[Keys<'_>],
    published: &[Keys<'_>],
    period: &str,
    structure: &Structure,
    rules: &PolicyRules,
    record: &mut CountsRecord,
    used: &mut BTreeSet<usize>,
) -> Result<Suppressed, ReleaseError> {
    let mut places = BTreeSet::new();
    for keys in tables.iter().chain(published) {
        keys.places(period, &mut places);
    }
    let mut frame = Frame::new(&places, structure)?;
    let mut phase_of_school = BTreeMap::new();
    for keys in tables {
        counts_of(
            keys,
            period,
            &mut frame,
            &mut phase_of_school,
            |frame, cell, count| count.figure().map_or(Ok(()), |count| frame.enter(cell, count)),
        )?;
    }
    let withheld_before =
        enter_published(published, period, &mut frame, &mut phase_of_school, rules, record)?;
    frame.close(&phase_of_school)?;
    frame.fix_empty();
    for (number, exception) in rules.exceptions.iter().enumerate() {
        if except(&mut frame, exception) {
            used.insert(number);
        }
    }
    let asked = Asked {
        least: i32::from(rules.zeros == Zeros::Shown),
        greatest: i32::try_from(rules.minimum_count).expect("at most 100") - 1,
    };
    let mut given = primaries(&frame, asked, rules.dominance_percent);
    let primary: BTreeSet<usize> = given.iter().map(|(cell, _)| *cell).collect();
    let again = withheld_before.difference(&primary);
    given.extend(again.map(|cell| (*cell, Why::Protects)));
    let choice = choose(&frame, &given, asked);
    let pattern = choice.pattern;
    let is_ours =
        |cell: &usize| frame.standing[*cell] != Standing::Hidden && !frame.nodes[frame.node(*cell)].public;
    let total = (0..frame.value.len()).filter(is_ours).count();
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
        frame,
        why: pattern.why,
    })
}

/// Gives every count of a year's rows of a table, and notes the phases of schools.
fn counts_of(
    keys: &Keys<'_>,
    period: &str,
    frame: &mut Frame,
    phase_of_school: &mut BTreeMap<usize, usize>,
    mut with: impl FnMut(&mut Frame, usize, crate::Cell<u64>) -> Result<(), ReleaseError>,
) -> Result<(), ReleaseError> {
    let table = keys.table();
    let nodes = keys.nodes(frame);
    let counts = |name: &str| match table.column(name) {
        Some(crate::ColumnData::Count(cells)) => Some(cells),
        _ => None,
    };
    let is_flags = table.column("rule").is_some();
    let is_lines = table.column("spread").is_some();
    let (events, population) = (
        counts("events").or_else(|| counts("observed")),
        counts("population"),
    );
    for row in 0..table.rows() {
        if keys.period(row) != period {
            continue;
        }
        let node = nodes.get(row).expect("every place of the period has a node");
        if frame.nodes[node].coarse
            && let Some(phase) = keys.phase(row)
        {
            phase_of_school.insert(node, phase);
        }
        // What a rule says it observed is made of counts that the other tables carry; the sizes at which a funnel's
        // lines are drawn count nobody.
        if is_flags || is_lines {
            continue;
        }
        let block = frame.block(node, keys.slot(row));
        for (cells, cell) in [
            (events, keys.events(row, block)),
            (population, keys.population(row, block)),
        ] {
            if let (Some(cells), Some(cell)) = (cells, cell) {
                with(frame, cell, cells[row])?;
            }
        }
    }
    Ok(())
}

/// Lets the counts of an exception through; whether there were any.
fn except(frame: &mut Frame, exception: &Exception) -> bool {
    let mut any = false;
    for cell in 0..frame.value.len() {
        let within = cell % BLOCK;
        if frame.standing[cell] != Standing::Published || within == ROLL {
            continue;
        }
        let place = &frame.nodes[frame.node(cell)].place;
        let slot = frame.slot(cell);
        let phase = if slot < senlens_model::Phase::ALL.len() && !frame.nodes[frame.node(cell)].coarse {
            Some(senlens_model::Phase::ALL[slot].as_str())
        } else {
            None
        };
        let asked = |wanted: &Option<String>, is: Option<&str>| {
            wanted
                .as_deref()
                .is_none_or(|wanted| is.is_none_or(|is| is == wanted))
        };
        let provision = provision_word(within / layout::NEEDS);
        if place.0.as_str() == exception.geographic_level
            && place.1 == exception.area_code
            && asked(&exception.phase, phase)
            && asked(&exception.sen_provision, Some(provision))
            && asked(&exception.primary_need, Some(need_word(within % layout::NEEDS)))
        {
            frame.standing[cell] = Standing::Fixed;
            any = true;
        }
    }
    any
}
