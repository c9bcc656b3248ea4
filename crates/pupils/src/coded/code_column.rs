//! The columns of a batch as codes: each distinct value is read once, each row is a number.

use crate::{item::Item, mapping::Columns, record::Reading};
use arrow::{
    array::{Array, ArrayRef, AsArray, BinaryArray, DictionaryArray, RecordBatch, StringArray},
    compute::cast,
    datatypes::{DataType, Int32Type},
};
use std::sync::Arc;

/// A code of an item in one byte: 0 blank, then the codes in order, then one for what cannot be read.
pub(crate) type Code = u8;

/// The codes of one item, and what each adds to the key.
#[derive(Debug)]
pub(crate) struct Codes<T> {
    readings: Vec<Reading<T>>,
}

impl<T: Copy + PartialEq> Codes<T> {
    pub(crate) fn new(all: impl IntoIterator<Item = T>) -> Self {
        let mut readings = vec![Reading::Blank];
        readings.extend(all.into_iter().map(Reading::Of));
        readings.push(Reading::Unreadable);
        Self { readings }
    }

    fn code_of(&self, reading: Reading<T>) -> Code {
        let at = self.readings.iter().position(|listed| *listed == reading);
        u8::try_from(at.unwrap_or(0)).expect("fewer than 256 codes")
    }

    pub(crate) fn len(&self) -> usize {
        self.readings.len()
    }
}

/// One item's column of a batch, as codes; or the item is not in the file.
#[derive(Debug)]
pub(crate) struct CodeColumn<T> {
    pub(super) codes: Codes<T>,
    parse: fn(&[u8]) -> Option<T>,
    pub(super) at: Option<usize>,
    rows: Vec<Code>,
    /// What the dictionary of the last batch read as, and that dictionary.
    dictionary: Option<(ArrayRef, Vec<Code>)>,
    memo: Memo<Code>,
}

impl<T: Copy + PartialEq> CodeColumn<T> {
    pub(crate) fn new(
        columns: &Columns,
        item: Item,
        all: impl IntoIterator<Item = T>,
        parse: fn(&[u8]) -> Option<T>,
    ) -> Self {
        Self {
            codes: Codes::new(all),
            parse,
            at: columns.at.get(&item).copied(),
            rows: Vec::new(),
            dictionary: None,
            memo: Memo::new(),
        }
    }

    /// Forgets the rows of the last batch.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }

    /// Adds a row whose text is among the fields of a line, if the file carries the item.
    pub(crate) fn push<'f>(&mut self, field: &impl Fn(usize) -> &'f [u8]) {
        let Some(at) = self.at else { return };
        let (codes, parse) = (&self.codes, self.parse);
        let code = self
            .memo
            .get(field(at), |text| codes.code_of(Reading::from_bytes(text, parse)));
        self.rows.push(code);
    }

    fn code(&self, text: &[u8]) -> Code {
        self.codes.code_of(Reading::from_bytes(text, self.parse))
    }

    pub(crate) fn load(&mut self, batch: &RecordBatch) {
        self.rows.clear();
        let Some(at) = self.at else { return };
        let column = batch.column(at);
        if let Some(dictionary) = column.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
            let is_known = self
                .dictionary
                .as_ref()
                .is_some_and(|(values, _)| Arc::ptr_eq(values, dictionary.values()));
            if !is_known {
                let read: Vec<Code> = texts(dictionary.values())
                    .iter()
                    .map(|text| text.map_or(0, |text| self.code(text.as_bytes())))
                    .collect();
                self.dictionary = Some((Arc::clone(dictionary.values()), read));
            }
            let (_, read) = self.dictionary.as_ref().expect("just set");
            let keys = dictionary.keys();
            if keys.null_count() == 0 {
                self.rows
                    .extend(keys.values().iter().map(|key| read[key.cast_unsigned() as usize]));
            } else {
                self.rows.extend(
                    keys.iter()
                        .map(|key| key.map_or(0, |key| read[key.cast_unsigned() as usize])),
                );
            }
            return;
        }
        let array = texts(column);
        let (mut last, mut last_code): (Option<&str>, Code) = (None, 0);
        for text in &array {
            if text != last {
                last = text;
                last_code = text.map_or(0, |text| self.code(text.as_bytes()));
            }
            self.rows.push(last_code);
        }
    }

    pub(crate) fn get(&self, row: usize) -> Code {
        self.rows.get(row).copied().unwrap_or(0)
    }

    pub(crate) fn reading(&self, row: usize) -> Reading<T> {
        self.reading_of(self.get(row))
    }

    pub(crate) fn reading_of(&self, code: Code) -> Reading<T> {
        if self.at.is_none() {
            Reading::Absent
        } else {
            self.codes.readings[usize::from(code)]
        }
    }
}

/// Any column as text; what cannot be text is null throughout.
pub(crate) fn texts(column: &ArrayRef) -> StringArray {
    let text = match column.data_type() {
        DataType::Utf8 => Arc::clone(column),
        DataType::Binary => {
            let bytes: &BinaryArray = column.as_binary();
            let words = bytes
                .iter()
                .map(|value| value.and_then(|value| std::str::from_utf8(value).ok()));
            return words.collect();
        }
        // A float stands where another program met a blank in a column of numbers.
        DataType::Float64 | DataType::Float32 => {
            match cast(column, &DataType::Int64).and_then(|whole| cast(&whole, &DataType::Utf8)) {
                Ok(text) => text,
                Err(_) => return StringArray::new_null(column.len()),
            }
        }
        DataType::Boolean => {
            let words = column.as_boolean().iter();
            return words
                .map(|value| value.map(|value| if value { "1" } else { "0" }))
                .collect();
        }
        _ => match cast(column, &DataType::Utf8) {
            Ok(text) => text,
            Err(_) => return StringArray::new_null(column.len()),
        },
    };
    text.as_string::<i32>().clone()
}

/// Where each row's school is, found once for each distinct value.
#[derive(Debug)]
pub(crate) struct SchoolColumn<T> {
    at: Option<usize>,
    rows: Vec<Found<T>>,
    dictionary: Option<(ArrayRef, Vec<Found<T>>)>,
    memo: Memo<Found<T>>,
}

/// What stood there, and where it led.
pub(crate) type Found<T> = (Reading<T>, u32);

pub(crate) const NOWHERE: u32 = u32::MAX;

impl<T: Copy> SchoolColumn<T> {
    /// The column at a place, or none.
    pub(crate) fn at(at: Option<usize>) -> Self {
        Self {
            at,
            rows: Vec::new(),
            dictionary: None,
            memo: Memo::new(),
        }
    }

    /// Forgets the rows of the last batch.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }

    /// Adds a row whose text is among the fields of a line, if the file carries the item.
    pub(crate) fn push<'f>(
        &mut self,
        field: &impl Fn(usize) -> &'f [u8],
        parse: fn(&[u8]) -> Option<T>,
        find: impl Fn(T) -> Option<u32>,
    ) {
        let Some(at) = self.at else { return };
        let found = self.memo.get(field(at), |text| {
            let reading = Reading::from_bytes(text, parse);
            (reading, reading.code().and_then(&find).unwrap_or(NOWHERE))
        });
        self.rows.push(found);
    }

    pub(crate) fn load(
        &mut self,
        batch: &RecordBatch,
        parse: fn(&[u8]) -> Option<T>,
        find: impl Fn(T) -> Option<u32>,
    ) {
        self.rows.clear();
        let Some(at) = self.at else { return };
        let column = batch.column(at);
        let read = |text: Option<&str>| {
            let reading = Reading::from_bytes(text.unwrap_or_default().as_bytes(), parse);
            (reading, reading.code().and_then(&find).unwrap_or(NOWHERE))
        };
        if let Some(dictionary) = column.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
            let is_known = self
                .dictionary
                .as_ref()
                .is_some_and(|(values, _)| Arc::ptr_eq(values, dictionary.values()));
            if !is_known {
                let found = texts(dictionary.values()).iter().map(read).collect();
                self.dictionary = Some((Arc::clone(dictionary.values()), found));
            }
            let (_, found) = self.dictionary.as_ref().expect("just set");
            let blank = (Reading::Blank, NOWHERE);
            let keys = dictionary.keys();
            self.rows.extend(
                keys.iter()
                    .map(|key| key.map_or(blank, |key| found[key.cast_unsigned() as usize])),
            );
            return;
        }
        if let Some(numbers) = column.as_any().downcast_ref::<arrow::array::Int32Array>() {
            return self.load_numbers(numbers.iter().map(|number| number.map(i64::from)), read);
        }
        if let Some(numbers) = column.as_any().downcast_ref::<arrow::array::Int64Array>() {
            return self.load_numbers(numbers.iter(), read);
        }
        let array = texts(column);
        let mut last: Option<(Option<&str>, Found<T>)> = None;
        for text in &array {
            let found = match last {
                Some((before, found)) if before == text => found,
                _ => read(text),
            };
            last = Some((text, found));
            self.rows.push(found);
        }
    }

    fn load_numbers(
        &mut self,
        numbers: impl Iterator<Item = Option<i64>>,
        read: impl Fn(Option<&str>) -> Found<T>,
    ) {
        let mut last: Option<(Option<i64>, Found<T>)> = None;
        for number in numbers {
            let found = match last {
                Some((before, found)) if before == number => found,
                _ => {
                    let text = number.map(|number| number.to_string());
                    read(text.as_deref())
                }
            };
            last = Some((number, found));
            self.rows.push(found);
        }
    }

    pub(crate) fn get(&self, row: usize) -> Option<Found<T>> {
        self.rows.get(row).copied()
    }
}

/// What short texts were read as: a field of few values is looked up after the first time, not parsed.
#[derive(Debug)]
struct Memo<V> {
    slots: Vec<Option<(u64, V)>>,
}

impl<V: Copy> Memo<V> {
    const BITS: u32 = 7;

    fn new() -> Self {
        Self {
            slots: vec![None; 1 << Self::BITS],
        }
    }

    /// What the text was read as, or is by `read`. The text holds no NUL, so that eight bytes tell texts apart.
    fn get(&mut self, text: &[u8], read: impl FnOnce(&[u8]) -> V) -> V {
        if text.len() > 8 {
            return read(text);
        }
        let packed = text
            .iter()
            .fold(0u64, |packed, byte| packed << 8 | u64::from(*byte));
        // Fibonacci hashing: the high bits of the product depend on every byte.
        let slot = packed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS);
        let slot = &mut self.slots[usize::try_from(slot).expect("seven bits")];
        match slot {
            Some((before, value)) if *before == packed => *value,
            _ => {
                let value = read(text);
                *slot = Some((packed, value));
                value
            }
        }
    }
}
