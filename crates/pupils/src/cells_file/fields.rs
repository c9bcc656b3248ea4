//! The columns of a cells file, and the values in a batch of its rows.

use super::column::{Column, Words};
use crate::coded::texts;
use arrow::{
    array::{Array, ArrayRef, AsArray, DictionaryArray, RecordBatch, StringArray, UInt32Array},
    datatypes::{Int32Type, Schema},
};
use senlens_files::{Problem, Screening};
use senlens_model::{Cell, Dimension, Dimensions, Provision};
use std::collections::BTreeMap;

/// What to do where a file is no cells file.
pub(super) const REMEDY: &str =
    "make it with `senlens cells`, or with the query that `senlens cells --emit-sql` prints";

/// Where each column stands.
pub(super) type Header = BTreeMap<Column, usize>;

pub(super) fn header(name: &str, schema: &Schema) -> Result<Header, Problem> {
    let mut header = Header::new();
    for (at, field) in schema.fields().iter().enumerate() {
        let known = Column::ALL
            .into_iter()
            .find(|column| column.as_str().eq_ignore_ascii_case(field.name()));
        if let Some(column) = known
            && header.insert(column, at).is_some()
        {
            return Err(Problem::of_file(name, "two columns have this name").in_column(column.as_str()));
        }
    }
    for column in [Column::TimePeriod, Column::SenProvision, Column::Pupils] {
        if !header.contains_key(&column) {
            return Err(Problem::of_file(name, "a column of a cells file is missing")
                .in_column(column.as_str())
                .remedy(REMEDY));
        }
    }
    Ok(header)
}

/// The dimensions of a file that does not say them: those whose columns are there.
pub(super) fn carried(header: &Header, rows: &[Cell]) -> Dimensions {
    let mut dimensions = header
        .keys()
        .filter_map(|column| column.dimension())
        .fold(Dimensions::default(), Dimensions::with);
    if rows
        .iter()
        .any(|cell| matches!(cell.sen_provision, Provision::NoSen | Provision::NotStated))
    {
        dimensions = dimensions.with(Dimension::Roll);
    }
    if rows.iter().all(|cell| cell.sen_provision != Provision::Total) {
        dimensions = dimensions.with(Dimension::Provision);
    }
    dimensions
}

/// The fields of a batch, and what is wrong with them.
pub(super) struct Fields<'a> {
    pub(super) name: &'a str,
    pub(super) header: &'a Header,
    pub(super) batch: &'a RecordBatch,
    pub(super) first_row: u64,
    pub(super) screening: &'a mut Screening,
}

impl Fields<'_> {
    fn array(&self, column: Column) -> Option<&ArrayRef> {
        self.header.get(&column).map(|at| self.batch.column(*at))
    }

    pub(super) fn texts(&self, column: Column) -> Option<StringArray> {
        self.array(column).map(texts)
    }

    pub(super) fn words<T: Copy>(
        &mut self,
        column: Column,
        words: &Words<T>,
        otherwise: impl Fn(&str) -> Option<T>,
    ) -> Vec<Option<T>> {
        self.parsed(column, |text| {
            let mut listed = words.iter().filter(|(_, word)| word.eq_ignore_ascii_case(text));
            listed.next().map(|(value, _)| *value).or_else(|| otherwise(text))
        })
    }

    /// A value for each row: none where it is blank; what cannot be read is told of.
    pub(super) fn parsed<T: Copy>(
        &mut self,
        column: Column,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<Option<T>> {
        let rows = self.batch.num_rows();
        let Some(array) = self.array(column).cloned() else {
            return vec![None; rows];
        };
        let read = |text: Option<&str>| match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => parse(text).map(Some).ok_or(()),
        };
        let mut values = Vec::with_capacity(rows);
        let mut wrong = Vec::new();
        let mut push = |row: usize, value: Result<Option<T>, ()>| {
            values.push(value.unwrap_or_else(|()| {
                wrong.push(row);
                None
            }));
        };
        if let Some(dictionary) = array.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
            let read: Vec<Result<Option<T>, ()>> = texts(dictionary.values()).iter().map(read).collect();
            for (row, key) in dictionary.keys().iter().enumerate() {
                push(
                    row,
                    key.map_or(Ok(None), |key| read[key.cast_unsigned() as usize]),
                );
            }
        } else {
            let array = texts(&array);
            for (row, text) in array.iter().enumerate() {
                push(row, read(text));
            }
        }
        for row in wrong {
            self.screening.push(
                Problem::of_file(self.name, "not a value of this column of a cells file")
                    .at_row(self.first_row + row as u64)
                    .in_column(column.as_str())
                    .remedy(REMEDY),
            );
        }
        values
    }

    pub(super) fn counts(&mut self) -> Vec<u32> {
        let array = self.array(Column::Pupils).expect("the header has it").clone();
        if let Some(numbers) = array.as_any().downcast_ref::<UInt32Array>()
            && numbers.null_count() == 0
        {
            return array
                .as_primitive::<arrow::datatypes::UInt32Type>()
                .values()
                .to_vec();
        }
        let texts = texts(&array);
        let mut counts = Vec::with_capacity(texts.len());
        for (row, text) in texts.iter().enumerate() {
            let count = text.and_then(|text| text.trim().parse().ok());
            if count.is_none() {
                self.screening.push(
                    Problem::of_file(self.name, "not a count of pupils")
                        .at_row(self.first_row + row as u64)
                        .in_column(Column::Pupils.as_str())
                        .remedy(REMEDY),
                );
            }
            counts.push(count.unwrap_or(0));
        }
        counts
    }
}
