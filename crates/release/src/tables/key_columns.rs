//! The columns that every table begins with.

use crate::{Column, ColumnData, TextColumn};
use senlens_compare::{Interval, Key};

/// The key columns of a table, in the order of the contract.
pub(super) fn key_columns<'a>(keys: impl Iterator<Item = &'a Key>) -> Vec<Column> {
    let names = [
        "time_period",
        "coverage",
        "geographic_level",
        "area_code",
        "area_name",
        "phase",
        "sen_provision",
    ];
    let mut columns: [TextColumn; 7] = Default::default();
    for key in keys {
        let time_period = key.time_period.to_string();
        let texts = [
            time_period.as_str(),
            key.coverage.as_str(),
            key.place.level.as_str(),
            &key.place.code,
            &key.place.name,
            key.phase.as_str(),
            key.sen_provision.as_str(),
        ];
        for (column, text) in columns.iter_mut().zip(texts) {
            column.push(text);
        }
    }
    names
        .into_iter()
        .zip(columns)
        .map(|(name, column)| text(name, column))
        .collect()
}

pub(super) fn text(name: &'static str, column: TextColumn) -> Column {
    Column {
        name,
        data: ColumnData::Text(column),
    }
}

pub(super) fn text_of<'a>(name: &'static str, texts: impl Iterator<Item = &'a str>) -> Column {
    let mut column = TextColumn::default();
    for each in texts {
        column.push(each);
    }
    text(name, column)
}

pub(super) fn counts(name: &'static str, figures: impl Iterator<Item = Option<u64>>) -> Column {
    Column {
        name,
        data: ColumnData::Count(figures.map(Into::into).collect()),
    }
}

pub(super) fn numbers(name: &'static str, figures: impl Iterator<Item = Option<f64>>) -> Column {
    // A figure that is not a number is no figure.
    let cells = figures
        .map(|figure| figure.filter(|number| number.is_finite()).into())
        .collect();
    Column {
        name,
        data: ColumnData::Number(cells),
    }
}

/// A figure with its limits, in three columns.
pub(super) fn limits(
    names: [&'static str; 3],
    intervals: impl Iterator<Item = Option<Interval>>,
) -> [Column; 3] {
    let intervals: Vec<Option<Interval>> = intervals.collect();
    let of = |part: fn(Interval) -> f64| intervals.iter().map(move |each| each.map(part));
    [
        numbers(names[0], of(|each| each.value)),
        numbers(names[1], of(|each| each.lower)),
        numbers(names[2], of(|each| each.upper)),
    ]
}
