//! A withheld count takes with it every figure and word from which it could be had.

use crate::policy::PolicyRules;
use crate::structure::Sources;
use crate::suppress::{
    ALL_SCHOOLS, BLOCK, BOTH, Keys, OfWhom, PLAN, ROLL, STATE_FUNDED, SUPPORT, Standing, Suppressed, TOTAL,
    UNKNOWN, offset,
};
use crate::{Cell, Column, ColumnData, Table, TableRecord, TextColumn, Why};
use senlens_model::{GeographicLevel, Need, Phase};
use std::collections::BTreeMap;

/// What prints where a word is withheld: the same symbol as for a figure.
pub const WITHHELD_WORD: &str = "c";

/// Columns of text that say nothing of any count.
const KEYS: [&str; 15] = [
    "time_period",
    "coverage",
    "geographic_level",
    "area_code",
    "area_name",
    "phase",
    "sen_provision",
    "primary_need",
    "base",
    "method",
    "comparator",
    "adjustment",
    "rule",
    "explanation",
    "spread",
];

/// Figures that rest on the spread over all units of a level, withheld ones too.
const SPREAD: [&str; 12] = [
    "phi",
    "phi_winsorised",
    "z_adjusted",
    "p_value",
    "q_value",
    "shrunken_ratio",
    "shrunken_lower",
    "shrunken_upper",
    "probability_above",
    "rank",
    "rank_lower",
    "rank_upper",
];

/// Words that rest on it.
const POSITIONS: [&str; 2] = ["position", "position_998"];

/// What may be shown of one row.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// The count itself, or what a rule observed.
    events: Option<Why>,
    /// The base of its rate.
    population: Option<Why>,
    /// What it is expected to be.
    expected: Option<Why>,
    /// Whatever is made of these.
    derived: Option<Why>,
    /// Whatever rests on the spread.
    spread: Option<Why>,
    /// Positions.
    position: Option<Why>,
    /// Whether its figures are rounded: not those that are public already.
    rounds: bool,
    /// By what figures made of the base alone change when it is rounded.
    base_rounded: f64,
}

/// Masks a table; its record says what became of its figures.
pub(crate) fn mask(
    keys: &Keys<'_>,
    years: &BTreeMap<String, Suppressed>,
    sources: &Sources,
    rules: &PolicyRules,
) -> (Table, TableRecord) {
    let table = keys.table();
    let is_model = table.column("rule").is_some();
    let mut rows: Vec<Option<Row>> = vec![None; table.rows()];
    for (period, year) in years {
        let nodes = keys.nodes(&year.frame);
        let mut spread = Spread::default();
        for (row, slot) in rows.iter_mut().enumerate() {
            if keys.period(row) == period {
                let node = nodes.get(row).expect("every place of the period has a node");
                *slot = Some(judge(keys, row, node, year, sources, rules, &mut spread));
            }
        }
    }
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|row| row.expect("every row has its year"))
        .collect();
    let columns = table
        .columns()
        .iter()
        .map(|column| Column {
            name: column.name,
            data: match &column.data {
                ColumnData::Text(text) if KEYS.contains(&column.name) => ColumnData::Text(text.clone()),
                ColumnData::Text(text) => ColumnData::Text(mask_words(column.name, text, &rows, rules)),
                ColumnData::Count(cells) => ColumnData::Count(mask_counts(column.name, cells, &rows, rules)),
                ColumnData::Number(cells) => {
                    ColumnData::Number(mask_numbers(table, column.name, cells, &rows, rules, is_model))
                }
            },
        })
        .collect();
    let mut masked = Table::new(table.name(), columns);
    if is_model {
        masked = in_order_of_keys(&masked);
    }
    let record = record(&masked, table);
    (masked, record)
}

/// How many units are withheld, by what a spread rests on.
#[derive(Default)]
struct Spread {
    schools: BTreeMap<(usize, usize), usize>,
    areas: BTreeMap<(GeographicLevel, usize, usize, usize), usize>,
    beneath: BTreeMap<(usize, usize, usize), usize>,
}

impl Spread {
    /// Withheld units that a row's spread rests on: the other schools for a school, its own schools for a part or
    /// district, the other areas of its level for any area.
    fn withheld(
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
                .filter(|unit| hidden(year.frame.units[**unit as usize].block))
                .count()
        };
        if level == GeographicLevel::School {
            return *self
                .schools
                .entry((events, base))
                .or_insert_with(|| year.frame.units.iter().filter(|unit| hidden(unit.block)).count());
        }
        let slot = year.frame.slot(block * BLOCK);
        let peers = *self.areas.entry((level, slot, events, base)).or_insert_with(|| {
            let nodes = year
                .frame
                .nodes
                .iter()
                .enumerate()
                .filter(|(_, node)| node.place.0 == level);
            nodes
                .filter(|(number, _)| hidden(year.frame.block(*number, slot)))
                .count()
        });
        let beneath = if matches!(level, GeographicLevel::District | GeographicLevel::Quadrant) {
            *self
                .beneath
                .entry((block, events, base))
                .or_insert_with(|| units(&year.frame.units_in[block]))
        } else {
            0
        };
        peers + beneath
    }
}

fn judge(
    keys: &Keys<'_>,
    row: usize,
    node: usize,
    year: &Suppressed,
    sources: &Sources,
    rules: &PolicyRules,
    spread: &mut Spread,
) -> Row {
    let frame = &year.frame;
    let block = frame.block(node, keys.slot(row));
    let derived_from = |why: Option<Why>| why.map(|_| Why::Derived);
    let provision = keys.provision(row);
    let table = keys.table();
    if table.column("rule").is_some() {
        // A rule that judges an area by its mainstream schools tells its other phases beside the total.
        let blocks: Vec<usize> = if frame.nodes[node].coarse || keys.phase(row).is_some() {
            vec![block]
        } else {
            (0..Phase::ALL.len())
                .map(|phase| frame.block(node, phase))
                .chain([block])
                .collect()
        };
        // A rule on both provisions together reads them apart.
        let apart = rule_reads(table, row, sources)
            .flat_map(|within| [SUPPORT, PLAN].map(|each| block * BLOCK + offset(each, within)))
            .filter(|_| provision == BOTH);
        let why = rule_reads(table, row, sources)
            .flat_map(|within| {
                blocks
                    .iter()
                    .map(move |block| block * BLOCK + offset(provision, within))
            })
            .chain([block * BLOCK + ROLL])
            .chain(apart)
            .find_map(|cell| year.why[cell]);
        let all = derived_from(why);
        return Row {
            events: all,
            population: all,
            expected: all,
            derived: all,
            spread: all,
            position: all,
            rounds: !frame.nodes[node].public,
            base_rounded: 1.0,
        };
    }
    let (Some(events_at), Some(population_at)) = (keys.events(row, block), keys.population(row, block))
    else {
        // A table of places without counts of the contract: nothing in it is known to be safe.
        let all = Some(Why::Derived);
        return Row {
            events: all,
            population: all,
            expected: all,
            derived: all,
            spread: all,
            position: all,
            rounds: false,
            base_rounded: 1.0,
        };
    };
    if table.column("spread").is_some() {
        // A funnel's lines rest on all authorities together.
        let units = spread.withheld(
            year,
            GeographicLevel::LocalAuthority,
            block,
            events_at % BLOCK,
            population_at % BLOCK,
        );
        let all = (units > 0).then_some(Why::Derived);
        return Row {
            events: all,
            population: all,
            expected: all,
            derived: all,
            spread: all,
            position: all,
            rounds: false,
            base_rounded: 1.0,
        };
    }
    let (events, population) = (year.why[events_at], year.why[population_at]);
    let hidden_base = frame.standing[population_at] == Standing::Hidden;
    let base = frame.value[population_at];
    let within_base = population_at % BLOCK;
    let mut expected = derived_from(population).or(hidden_base.then_some(Why::Derived));
    if table.column("comparator").is_some() {
        expected = expected.or_else(|| withheld_reference(keys, row, node, year, within_base));
    }
    let small_base = base != UNKNOWN
        && u64::from(base.max(0).unsigned_abs()) < rules.minimum_denominator
        && frame.standing[population_at] != Standing::Fixed;
    let derived = derived_from(events)
        .or(expected)
        .or(small_base.then_some(Why::SmallBase));
    let (mut of_spread, mut position) = (derived, derived);
    if derived.is_none() && table.column("position").is_some() && has_spread(table, row) {
        let units = spread.withheld(year, keys.level(row), block, events_at % BLOCK, within_base);
        if units > 0 {
            of_spread = Some(Why::Derived);
            if units < rules.minimum_withheld_units {
                position = Some(Why::Derived);
            }
        }
    }
    let rounds =
        frame.standing[events_at] != Standing::Fixed || frame.standing[population_at] != Standing::Fixed;
    let base_rounded = if base > 0 && rounds {
        let base = u64::from(base.unsigned_abs());
        rules.rounding.round(base) as f64 / base as f64
    } else {
        1.0
    };
    Row {
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

/// Whether a row's position rests on a spread at all.
fn has_spread(table: &Table, row: usize) -> bool {
    SPREAD
        .iter()
        .filter(|name| name.starts_with("phi"))
        .any(|name| match table.column(name) {
            Some(ColumnData::Number(cells)) => cells[row].figure().is_some(),
            _ => false,
        })
}

/// The needs that a row's rule reads.
fn rule_reads<'a>(table: &Table, row: usize, sources: &'a Sources) -> Box<dyn Iterator<Item = usize> + 'a> {
    match sources.rule_needs.get(table.text(row, "rule")) {
        Some(needs) => Box::new(needs.iter().filter_map(|word| {
            if word == "Total" {
                return Some(TOTAL);
            }
            Need::ALL.iter().position(|need| need.as_str() == word)
        })),
        None => Box::new(0..TOTAL + 2),
    }
}

/// Whether what a row is compared with is itself withheld, or what it is standardised by.
fn withheld_reference(
    keys: &Keys<'_>,
    row: usize,
    node: usize,
    year: &Suppressed,
    within_base: usize,
) -> Option<Why> {
    let frame = &year.frame;
    let table = keys.table();
    let adjustment = table.text(row, "adjustment");
    let slots = |of: usize| -> Vec<usize> {
        if frame.nodes[of].coarse {
            vec![0]
        } else if adjustment == "crude" {
            vec![keys.slot(row)]
        } else {
            (0..Phase::ALL.len()).chain([STATE_FUNDED, ALL_SCHOOLS]).collect()
        }
    };
    let withheld = |of: usize, within: &[usize]| {
        slots(of).iter().any(|slot| {
            let block = frame.block(of, *slot);
            within
                .iter()
                .any(|within| year.why[block * BLOCK + within].is_some())
        })
    };
    // Strata finer than phase are in no table: what a school's expectation says of them is not for a reader.
    let fine = !matches!(adjustment, "crude" | "phase");
    if fine && frame.nodes[node].coarse && !frame.nodes[node].public {
        return Some(Why::Derived);
    }
    if !frame.nodes[node].coarse && withheld(node, &[within_base]) {
        return Some(Why::Derived);
    }
    if table.text(row, "comparator") == "own_authority" {
        let mut area = Some(node);
        while let Some(at) = area {
            if frame.nodes[at].place.0 == GeographicLevel::LocalAuthority {
                let block = frame.block(at, keys.slot(row));
                let events = keys.events(row, block)? % BLOCK;
                return withheld(at, &[events, within_base]).then_some(Why::Derived);
            }
            area = frame.nodes[at].parent;
        }
    }
    // Own bases again, for a school judged by its neighbours in the same phase only.
    (keys.base(row) == Some(OfWhom::SenWithNeed)
        && frame.standing[frame.block(node, keys.slot(row)) * BLOCK + within_base] == Standing::Hidden)
        .then_some(Why::Derived)
}

fn mask_words(name: &str, text: &TextColumn, rows: &[Row], rules: &PolicyRules) -> TextColumn {
    let mut masked = TextColumn::default();
    // What is written in words quotes counts exactly.
    let quotes = name == "evidence" || name == "wording";
    for (row, may) in rows.iter().enumerate() {
        let why = if POSITIONS.contains(&name) {
            may.position
        } else {
            may.derived
        };
        let rounded = quotes && may.rounds && rules.rounding.base().is_some();
        masked.push(if why.is_some() || rounded {
            WITHHELD_WORD
        } else {
            text.get(row)
        });
    }
    masked
}

fn mask_counts(name: &str, cells: &[Cell<u64>], rows: &[Row], rules: &PolicyRules) -> Vec<Cell<u64>> {
    cells
        .iter()
        .zip(rows)
        .map(|(cell, may)| {
            let why = match name {
                "events" | "observed" => may.events,
                "population" => may.population,
                // How many authorities are ranked.
                "units" => may.spread,
                _ => may.derived,
            };
            match (*cell, why) {
                (Cell::Shown(_) | Cell::Rounded(_), Some(why)) => Cell::Withheld(why),
                (Cell::Shown(count), None)
                    if name != "units" && may.rounds && rules.rounding.base().is_some() =>
                {
                    Cell::Rounded(rules.rounding.round(count))
                }
                // Not applicable, or not available, depends on the count too.
                (Cell::NotApplicable | Cell::NotAvailable, Some(why)) => Cell::Withheld(why),
                (cell, _) => cell,
            }
        })
        .collect()
}

fn mask_numbers(
    table: &Table,
    name: &str,
    cells: &[Cell<f64>],
    rows: &[Row],
    rules: &PolicyRules,
    is_model: bool,
) -> Vec<Cell<f64>> {
    cells
        .iter()
        .zip(rows)
        .enumerate()
        .map(|(row, (cell, may))| {
            let why = match name {
                "confidence" => None,
                "expected" if !is_model => may.expected,
                name if SPREAD.contains(&name) => may.spread,
                _ => may.derived,
            };
            let Some(figure) = cell.figure() else {
                return why.map_or(*cell, Cell::Withheld);
            };
            if let Some(why) = why {
                return Cell::Withheld(why);
            }
            if !may.rounds || name == "confidence" {
                return *cell;
            }
            if is_model {
                return Cell::Rounded(round_to(figure, rules.model_decimals));
            }
            if rules.rounding.base().is_none() {
                return *cell;
            }
            // Made again from rounded counts, or withheld: as it is, it would give the exact ones.
            let rounded = |name| match table.column(name) {
                Some(ColumnData::Count(cells)) => cells[row]
                    .figure()
                    .map(|count| rules.rounding.round(count) as f64),
                _ => None,
            };
            let figure = match name {
                "per_hundred" => match (rounded("events"), rounded("population")) {
                    (Some(events), Some(population)) if population > 0.0 => Some(100.0 * events / population),
                    _ => None,
                },
                "expected" => Some(figure * may.base_rounded),
                "ratio" => match (rounded("observed"), table.column("expected")) {
                    (Some(observed), Some(ColumnData::Number(expected))) => expected[row]
                        .figure()
                        .map(|expected| expected * may.base_rounded)
                        .filter(|expected| *expected > 0.0)
                        .map(|expected| observed / expected),
                    _ => None,
                },
                _ => None,
            };
            figure.map_or(Cell::Withheld(Why::Derived), Cell::Rounded)
        })
        .collect()
}

/// A figure to so many decimals, half up.
fn round_to(figure: f64, decimals: u32) -> f64 {
    let scale = f64::from(10_u32.pow(decimals));
    (figure * scale + 0.5).floor() / scale
}

/// The rows in order of their keys: the order a rule ranked them in is a figure too.
fn in_order_of_keys(table: &Table) -> Table {
    let levels = |row: usize| crate::suppress::level_of(table.text(row, "geographic_level"));
    let mut order: Vec<usize> = (0..table.rows()).collect();
    let texts: Vec<&TextColumn> = table
        .columns()
        .iter()
        .filter(|column| KEYS.contains(&column.name) && column.name != "geographic_level")
        .filter_map(|column| match &column.data {
            ColumnData::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    order.sort_by(|a, b| {
        levels(*a).cmp(&levels(*b)).then_with(|| {
            texts
                .iter()
                .map(|text| text.get(*a))
                .cmp(texts.iter().map(|text| text.get(*b)))
        })
    });
    let columns = table
        .columns()
        .iter()
        .map(|column| Column {
            name: column.name,
            data: match &column.data {
                ColumnData::Text(text) => {
                    let mut sorted = TextColumn::default();
                    for row in &order {
                        sorted.push(text.get(*row));
                    }
                    ColumnData::Text(sorted)
                }
                ColumnData::Count(cells) => ColumnData::Count(order.iter().map(|row| cells[*row]).collect()),
                ColumnData::Number(cells) => {
                    ColumnData::Number(order.iter().map(|row| cells[*row]).collect())
                }
            },
        })
        .collect();
    Table::new(table.name(), columns)
}

fn record(masked: &Table, original: &Table) -> TableRecord {
    let mut record = TableRecord {
        table: masked.name().to_owned(),
        rows: masked.rows() as u64,
        ..TableRecord::default()
    };
    let mut add = |standing: Result<bool, Option<Why>>| {
        record.figures += 1;
        match standing {
            Ok(false) => record.shown += 1,
            Ok(true) => record.rounded += 1,
            Err(Some(why)) => *record.withheld.entry(why).or_default() += 1,
            Err(None) => record.figures -= 1,
        }
    };
    for column in masked.columns() {
        match &column.data {
            ColumnData::Text(text) => {
                if let Some(ColumnData::Text(before)) = original.column(column.name)
                    && !KEYS.contains(&column.name)
                {
                    let count = |text: &TextColumn| {
                        (0..masked.rows())
                            .filter(|row| text.get(*row) == WITHHELD_WORD)
                            .count() as u64
                    };
                    record.words_withheld += count(text) - count(before).min(count(text));
                }
            }
            ColumnData::Count(cells) => cells.iter().for_each(|cell| add(standing(*cell))),
            ColumnData::Number(cells) => cells.iter().for_each(|cell| add(standing(*cell))),
        }
    }
    let withheld: u64 = record.withheld.values().sum();
    if record.figures > 0 {
        record.share_withheld = withheld as f64 / record.figures as f64;
    }
    record
}

/// Shown (false) or rounded (true), or withheld for a reason, or no figure at all.
fn standing<T: Copy>(cell: Cell<T>) -> Result<bool, Option<Why>> {
    match cell {
        Cell::Shown(_) => Ok(false),
        Cell::Rounded(_) => Ok(true),
        Cell::Withheld(why) => Err(Some(why)),
        Cell::NotApplicable | Cell::NotAvailable => Err(None),
    }
}
