//! A table as Parquet: text as dictionaries, figures as numbers, and beside a column with withheld cells a column
//! that says so.

use crate::ReportError;
use crate::error::writing;
use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use senlens_release::{Cell, Column, ColumnData, Table};
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Rows of one batch, and of one row group.
const ROWS_AT_ONCE: usize = 1 << 17;

/// Writes a table as Parquet.
///
/// Text becomes a dictionary of strings, counts become 64-bit integers, figures 64-bit floats. A cell without a figure
/// is null, and null alone means "not applicable" (`z`). Where a column holds any other standing, a text column named
/// after it with `_status` follows: null beside a figure as computed, else `rounded`, `c` (withheld), `z` (not
/// applicable) or `x` (not available). A marking stands in the file's metadata under `marking`.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_parquet(table: &Table, marking: Option<&str>, path: &Path) -> Result<(), ReportError> {
    let failed = |error: parquet::errors::ParquetError| ReportError::Parquet {
        path: path.to_owned(),
        message: error.to_string(),
    };
    let columns: Vec<WrittenColumn> = table.columns().iter().flat_map(WrittenColumn::of).collect();
    let fields: Vec<Field> = columns.iter().map(WrittenColumn::field).collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(
            ZstdLevel::try_new(1).expect("1 is a level of zstd"),
        ))
        .set_max_row_group_row_count(Some(ROWS_AT_ONCE))
        .set_created_by(concat!("senlens ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(
            marking.map(|marking| vec![KeyValue::new("marking".to_owned(), marking.to_owned())]),
        )
        .build();
    let file = File::create(path).map_err(writing(path))?;
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(failed)?;
    for start in (0..table.rows()).step_by(ROWS_AT_ONCE) {
        let rows = start..table.rows().min(start + ROWS_AT_ONCE);
        let arrays: Vec<ArrayRef> = columns.iter().map(|column| column.array(rows.clone())).collect();
        let batch =
            RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|error| failed(error.into()))?;
        writer.write(&batch).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(())
}

/// One column of the file.
struct WrittenColumn<'a> {
    name: String,
    source: Source<'a>,
}

enum Source<'a> {
    Text { texts: ArrayRef, codes: &'a [u32] },
    Count(&'a [Cell<u64>]),
    Number(&'a [Cell<f64>]),
    CountStatus(&'a [Cell<u64>]),
    NumberStatus(&'a [Cell<f64>]),
}

/// What a status column may say, in the order of its dictionary.
const STATUSES: [&str; 4] = ["rounded", "c", "z", "x"];

impl<'a> WrittenColumn<'a> {
    fn of(column: &'a Column) -> Vec<Self> {
        let named = |suffix: &str, source| Self {
            name: format!("{}{suffix}", column.schema.name),
            source,
        };
        match &column.data {
            ColumnData::Coded(text) => {
                let texts: ArrayRef = Arc::new(StringArray::from_iter_values(text.texts()));
                vec![named(
                    "",
                    Source::Text {
                        texts,
                        codes: text.codes(),
                    },
                )]
            }
            ColumnData::Count(cells) => {
                let mut written = vec![named("", Source::Count(cells))];
                if cells.iter().any(|cell| needs_status(*cell)) {
                    written.push(named("_status", Source::CountStatus(cells)));
                }
                written
            }
            ColumnData::Number(cells) => {
                let mut written = vec![named("", Source::Number(cells))];
                if cells.iter().any(|cell| needs_status(*cell)) {
                    written.push(named("_status", Source::NumberStatus(cells)));
                }
                written
            }
        }
    }

    fn field(&self) -> Field {
        let words = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        match self.source {
            Source::Text { .. } => Field::new(&self.name, words(), false),
            Source::Count(_) => Field::new(&self.name, DataType::Int64, true),
            Source::Number(_) => Field::new(&self.name, DataType::Float64, true),
            Source::CountStatus(_) | Source::NumberStatus(_) => Field::new(&self.name, words(), true),
        }
    }

    fn array(&self, rows: Range<usize>) -> ArrayRef {
        match &self.source {
            Source::Text { texts, codes } => {
                let keys = codes[rows]
                    .iter()
                    .map(|code| i32::try_from(*code).expect("fewer than 2 billion distinct texts"));
                dictionary(Int32Array::from_iter_values(keys), Arc::clone(texts))
            }
            Source::Count(cells) => {
                let counts: Int64Array = cells[rows]
                    .iter()
                    .map(|cell| cell.figure())
                    .map(|count| {
                        count.map(|count| i64::try_from(count).expect("a count of pupils fits 63 bits"))
                    })
                    .collect();
                Arc::new(counts)
            }
            Source::Number(cells) => {
                let figures: Float64Array = cells[rows].iter().map(|cell| cell.figure()).collect();
                Arc::new(figures)
            }
            Source::CountStatus(cells) => statuses(cells[rows].iter().map(|cell| status(*cell))),
            Source::NumberStatus(cells) => statuses(cells[rows].iter().map(|cell| status(*cell))),
        }
    }
}

fn dictionary(keys: Int32Array, texts: ArrayRef) -> ArrayRef {
    Arc::new(DictionaryArray::<Int32Type>::try_new(keys, texts).expect("every code has its text"))
}

fn statuses(positions: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    let words: ArrayRef = Arc::new(StringArray::from_iter_values(STATUSES));
    dictionary(positions.collect(), words)
}

fn needs_status<T: Copy>(cell: Cell<T>) -> bool {
    !matches!(cell, Cell::Shown(_) | Cell::NotApplicable)
}

/// The position of a cell's standing in [`STATUSES`]; none where the figure stands as computed.
fn status<T: Copy>(cell: Cell<T>) -> Option<i32> {
    match cell {
        Cell::Shown(_) => None,
        Cell::Rounded(_) => Some(0),
        Cell::Withheld(_) => Some(1),
        Cell::NotApplicable => Some(2),
        Cell::NotAvailable => Some(3),
    }
}

#[cfg(test)]
mod tests {
    use super::write_parquet;
    use arrow::array::{AsArray, RecordBatch};
    use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use senlens_release::{Cell, Count, Disclosure, Key, Number, Role, Text, Unit, Why, table};

    table! {
        /// An example: one row each kind of cell.
        Example = "example" from (&str, Cell<u64>, Cell<f64>), Disclosure::BehindTheGate;
        name: Key<Text>, Unit::Name, Role::Key, "A name." => |row| row.0;
        pupils: Count, Unit::Pupils, Role::Events, "Pupils." => |row| row.1;
        ratio: Number, Unit::Ratio, Role::Setting, "A ratio." => |row| row.2;
    }

    fn read(path: &std::path::Path) -> Vec<RecordBatch> {
        let file = std::fs::File::open(path).expect("written");
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
        reader
            .build()
            .expect("readable")
            .map(|batch| batch.expect("readable"))
            .collect()
    }

    #[test]
    fn only_a_column_with_withheld_cells_has_a_status_beside_it() {
        let table = Example::table(&[
            ("a", Cell::Shown(7), Cell::Shown(1.5)),
            ("b", Cell::Rounded(5), Cell::NotApplicable),
            ("a", Cell::Withheld(Why::SmallCount), Cell::Shown(0.25)),
            ("c", Cell::NotAvailable, Cell::NotApplicable),
        ]);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("example.parquet");
        write_parquet(&table, None, &path).expect("written");
        let batches = read(&path);
        let [batch] = &batches[..] else {
            panic!("one batch")
        };
        let schema = batch.schema();
        let fields: Vec<&str> = schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        assert_eq!(fields, ["name", "pupils", "pupils_status", "ratio"]);
        let names = batch.column(0).as_dictionary::<Int32Type>();
        let names: Vec<&str> = names
            .downcast_dict::<arrow::array::StringArray>()
            .expect("text")
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(names, ["a", "b", "a", "c"]);
        let pupils: Vec<Option<i64>> = batch.column(1).as_primitive::<Int64Type>().iter().collect();
        assert_eq!(pupils, [Some(7), Some(5), None, None]);
        let statuses = batch.column(2).as_dictionary::<Int32Type>();
        let statuses: Vec<Option<&str>> = statuses
            .downcast_dict::<arrow::array::StringArray>()
            .expect("text")
            .into_iter()
            .collect();
        assert_eq!(statuses, [None, Some("rounded"), Some("c"), Some("x")]);
        let ratios: Vec<Option<f64>> = batch.column(3).as_primitive::<Float64Type>().iter().collect();
        assert_eq!(ratios, [Some(1.5), None, Some(0.25), None]);
    }

    #[test]
    fn a_table_without_rows_keeps_its_columns() {
        let table = Example::table(&[]);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("none.parquet");
        write_parquet(&table, None, &path).expect("written");
        assert_eq!(read(&path).iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
    }
}
