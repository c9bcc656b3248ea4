//! What a column becomes, by its role: every decision names each role.

use super::row::MayShow;
use crate::declare::{CodedColumn, Recipe, Role};
use crate::policy::PolicyRules;
use crate::{Cell, Column, ColumnData, Table, Why};

/// The cells of a column that may be shown.
pub(super) fn mask_column(
    table: &Table,
    column: &Column,
    may: &[MayShow],
    rules: &PolicyRules,
) -> ColumnData {
    let role = column.schema.role;
    match &column.data {
        ColumnData::Coded(text) => ColumnData::Coded(mask_words(role, text, may, rules)),
        ColumnData::Count(cells) => ColumnData::Count(mask_counts(role, cells, may, rules)),
        ColumnData::Number(cells) => ColumnData::Number(mask_numbers(table, role, cells, may, rules)),
    }
}

/// Why a column's figure or word is withheld in a row, if it is.
fn why_withheld(role: Role, may: &MayShow) -> Option<Why> {
    match role {
        Role::Key | Role::Setting => None,
        Role::Events => may.events,
        Role::Population => may.population,
        Role::Expected => may.expected,
        Role::Derived(_) | Role::Model | Role::Verdict | Role::Sentence => may.derived,
        Role::Dispersion | Role::Spread => may.spread,
        Role::Position => may.position,
        Role::Internal => Some(Why::Derived),
    }
}

fn mask_words(role: Role, text: &CodedColumn, may: &[MayShow], rules: &PolicyRules) -> CodedColumn {
    let mut masked = CodedColumn::default();
    for (row, may) in may.iter().enumerate() {
        let rounds = may.rounds && rules.rounding.base().is_some();
        let quotes_exactly = match role {
            Role::Sentence => rounds,
            Role::Key
            | Role::Setting
            | Role::Events
            | Role::Population
            | Role::Expected
            | Role::Derived(_)
            | Role::Dispersion
            | Role::Spread
            | Role::Position
            | Role::Model
            | Role::Verdict
            | Role::Internal => false,
        };
        match why_withheld(role, may).or(quotes_exactly.then_some(Why::Derived)) {
            Some(why) => masked.push_withheld(why),
            None => masked.push_from(text, row),
        }
    }
    masked
}

fn mask_counts(role: Role, cells: &[Cell<u64>], may: &[MayShow], rules: &PolicyRules) -> Vec<Cell<u64>> {
    let rounded = |count: u64| match role {
        Role::Events
        | Role::Population
        | Role::Expected
        | Role::Derived(_)
        | Role::Model
        | Role::Position
        | Role::Verdict
        | Role::Sentence
        | Role::Internal => Cell::Rounded(rules.rounding.round(count)),
        // Numbers of units, and of what was chosen beforehand, are no counts of pupils.
        Role::Key | Role::Setting | Role::Dispersion | Role::Spread => Cell::Shown(count),
    };
    cells
        .iter()
        .zip(may)
        .map(|(cell, may)| match (*cell, why_withheld(role, may)) {
            // Not applicable, or not available, depends on the count too.
            (_, Some(why)) => Cell::Withheld(why),
            (Cell::Shown(count), None) if may.rounds && rules.rounding.base().is_some() => rounded(count),
            (cell, None) => cell,
        })
        .collect()
}

fn mask_numbers(
    table: &Table,
    role: Role,
    cells: &[Cell<f64>],
    may: &[MayShow],
    rules: &PolicyRules,
) -> Vec<Cell<f64>> {
    let again = Again::of(table, rules);
    cells
        .iter()
        .zip(may)
        .enumerate()
        .map(|(row, (cell, may))| {
            if let Some(why) = why_withheld(role, may) {
                return Cell::Withheld(why);
            }
            let Some(figure) = cell.figure() else {
                return *cell;
            };
            if !may.rounds {
                return *cell;
            }
            let counts_are_rounded = rules.rounding.base().is_some();
            // As it is, a figure would give the exact counts: it is made again from rounded ones, or withheld.
            let from_rounded = match role {
                Role::Key | Role::Setting => return *cell,
                Role::Model => return Cell::Rounded(round_to(figure, rules.model_decimals)),
                Role::Expected => Some(figure * may.base_rounded),
                Role::Derived(recipe) => again.figure(recipe, row, may),
                Role::Events
                | Role::Population
                | Role::Dispersion
                | Role::Spread
                | Role::Position
                | Role::Verdict
                | Role::Sentence
                | Role::Internal => None,
            };
            match (counts_are_rounded, from_rounded) {
                (false, _) => *cell,
                (true, Some(figure)) => Cell::Rounded(figure),
                (true, None) => Cell::Withheld(Why::Derived),
            }
        })
        .collect()
}

/// Makes figures of a row again from its rounded counts.
struct Again<'a> {
    events: Option<&'a [Cell<u64>]>,
    population: Option<&'a [Cell<u64>]>,
    expected: Option<&'a [Cell<f64>]>,
    rules: &'a PolicyRules,
}

impl<'a> Again<'a> {
    fn of(table: &'a Table, rules: &'a PolicyRules) -> Self {
        let counts = |role: Role| {
            table.of_role(role).find_map(|data| match data {
                ColumnData::Count(cells) => Some(cells.as_slice()),
                ColumnData::Coded(_) | ColumnData::Number(_) => None,
            })
        };
        let expected = table.of_role(Role::Expected).find_map(|data| match data {
            ColumnData::Number(cells) => Some(cells.as_slice()),
            ColumnData::Coded(_) | ColumnData::Count(_) => None,
        });
        Self {
            events: counts(Role::Events),
            population: counts(Role::Population),
            expected,
            rules,
        }
    }

    fn figure(&self, recipe: Recipe, row: usize, may: &MayShow) -> Option<f64> {
        let rounded = |cells: Option<&[Cell<u64>]>| {
            let count = cells?[row].figure()?;
            Some(self.rules.rounding.round(count) as f64)
        };
        match recipe {
            Recipe::EventsPerHundred => {
                let population = rounded(self.population).filter(|population| *population > 0.0)?;
                Some(100.0 * rounded(self.events)? / population)
            }
            Recipe::EventsOverExpected => {
                let expected = self.expected?[row].figure()? * may.base_rounded;
                (expected > 0.0).then_some(rounded(self.events)? / expected)
            }
            Recipe::NotFromTheRow => None,
        }
    }
}

/// A figure to so many decimals, half up.
fn round_to(figure: f64, decimals: u32) -> f64 {
    let scale = f64::from(10_u32.pow(decimals));
    (figure * scale + 0.5).floor() / scale
}
