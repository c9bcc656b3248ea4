//! Reads pupil records from Parquet and Arrow, a batch of rows at a time.
//!
//! Text columns of few values stay as the dictionary codes they are stored in, and each code is read once. A row whose
//! codes break no rule goes straight into the counts; any other is made a record of and looked at in full, so that
//! both ways find the same.

mod counting;
mod uncoded;

pub(crate) use counting::Counting;
pub(crate) use uncoded::UncodedFields;

use crate::{
    coded::texts,
    item::Item,
    mapping::{Columns, Mapping},
    row::RowReader,
    source::{Kind, Source},
    tally::{Setup, Tally},
};
use arrow::{
    array::{Array, RecordBatch},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
};
use rayon::prelude::*;
use senlens_files::Problem;
use senlens_model::AcademicYear;
use std::{fs::File, sync::Arc};

/// Rows of a batch: large enough to spread the cost of a batch, small enough to stay in cache.
const BATCH: usize = 1 << 15;

/// Reads one Parquet or Arrow file into a tally.
///
/// # Errors
/// When the file is damaged, or its columns lack an item.
pub(crate) fn read_columns(
    source: &Source,
    setup: &Setup<'_>,
    file: u32,
    mapping: Option<&Mapping>,
    year: Option<AcademicYear>,
) -> Result<Tally, Problem> {
    let damaged =
        || Problem::of_file(&source.name, "the file is damaged or cut off").remedy("fetch it again");
    // The libraries that decode these formats were written for sound files: on damaged ones they may panic.
    let read = || -> Result<Tally, Problem> {
        match source.kind {
            Kind::Parquet => read_parquet(source, setup, file, mapping, year),
            Kind::ArrowFile => {
                let stream = File::open(&source.path).map_err(|_| damaged())?;
                let batches = arrow::ipc::reader::FileReader::try_new(stream, None).map_err(|_| damaged())?;
                let schema = batches.schema();
                read_batches(
                    source,
                    batches.map(|batch| batch.map_err(|_| damaged())),
                    &schema,
                    setup,
                    file,
                    mapping,
                    year,
                )
            }
            _ => source.with_reader(|stream| {
                let batches =
                    arrow::ipc::reader::StreamReader::try_new(stream, None).map_err(|_| damaged())?;
                let schema = batches.schema();
                read_batches(
                    source,
                    batches.map(|batch| batch.map_err(|_| damaged())),
                    &schema,
                    setup,
                    file,
                    mapping,
                    year,
                )
            }),
        }
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged()))
}

/// The names of the columns.
///
/// # Errors
/// When the file is damaged.
pub(crate) fn column_names(source: &Source) -> Result<Vec<String>, Problem> {
    let damaged =
        || Problem::of_file(&source.name, "the file is damaged or cut off").remedy("fetch it again");
    let open = || File::open(&source.path).map_err(|_| damaged());
    let names = || -> Result<Vec<String>, Problem> {
        Ok(match source.kind {
            Kind::Parquet => {
                let metadata = ArrowReaderMetadata::load(&open()?, ArrowReaderOptions::new());
                headers(metadata.map_err(|_| damaged())?.schema())
            }
            Kind::ArrowFile => {
                let reader = arrow::ipc::reader::FileReader::try_new(open()?, None);
                headers(&reader.map_err(|_| damaged())?.schema())
            }
            _ => source.with_reader(|stream| {
                let reader = arrow::ipc::reader::StreamReader::try_new(stream, None);
                Ok(headers(&reader.map_err(|_| damaged())?.schema()))
            })?,
        })
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(names)).unwrap_or_else(|_| Err(damaged()))
}

/// The first value of a Parquet column, as text.
pub(crate) fn first_value(source: &Source, column: usize) -> Option<String> {
    let first = || -> Option<String> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(&source.path).ok()?).ok()?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), [column]);
        let mut batches = builder.with_projection(mask).with_batch_size(1).build().ok()?;
        let batch = batches.next()?.ok()?;
        let text = texts(batch.column(0));
        (!text.is_empty() && !text.is_null(0)).then(|| text.value(0).to_owned())
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(first)).unwrap_or(None)
}

fn headers(schema: &Schema) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().clone()).collect()
}

fn read_batches(
    source: &Source,
    batches: impl Iterator<Item = Result<RecordBatch, Problem>>,
    schema: &Schema,
    setup: &Setup<'_>,
    file: u32,
    mapping: Option<&Mapping>,
    year: Option<AcademicYear>,
) -> Result<Tally, Problem> {
    let columns = Columns::find(&source.name, &headers(schema), mapping)?;
    let rows = RowReader::new(&source.name, &columns, mapping, year, setup.term)?;
    let mut tally = Tally::default();
    tally.carries(columns.dimensions());
    let mut counting = Counting::new(
        setup,
        file,
        &columns,
        &rows,
        mapping.is_some_and(|m| !m.values.is_empty()),
    );
    let mut row = 2;
    for batch in batches {
        let batch = batch?;
        counting.batch(&batch, row, &mut tally);
        row = row.saturating_add(u32::try_from(batch.num_rows()).unwrap_or(u32::MAX));
    }
    if row == 2 {
        return Err(source.no_rows());
    }
    Ok(tally)
}

fn read_parquet(
    source: &Source,
    setup: &Setup<'_>,
    file: u32,
    mapping: Option<&Mapping>,
    year: Option<AcademicYear>,
) -> Result<Tally, Problem> {
    let damaged =
        || Problem::of_file(&source.name, "the file is damaged or cut off").remedy("fetch it again");
    let open = || File::open(&source.path).map_err(|_| damaged());
    let metadata = ArrowReaderMetadata::load(&open()?, ArrowReaderOptions::new()).map_err(|_| damaged())?;
    let columns = Columns::find(&source.name, &headers(metadata.schema()), mapping)?;
    let rows = RowReader::new(&source.name, &columns, mapping, year, setup.term)?;
    // Ask for the columns of few values as dictionaries: then their codes are not unpacked to text.
    let wanted = ArrowReaderOptions::new().with_schema(with_dictionaries(metadata.schema(), &columns));
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), wanted).unwrap_or(metadata);
    if metadata.metadata().file_metadata().num_rows() == 0 {
        return Err(source.no_rows());
    }
    let groups = metadata.metadata().row_groups();
    let starts: Vec<u32> = groups
        .iter()
        .scan(2u32, |next, group| {
            let start = *next;
            *next = next.saturating_add(u32::try_from(group.num_rows()).unwrap_or(u32::MAX));
            Some(start)
        })
        .collect();
    let values = mapping.is_some_and(|mapping| !mapping.values.is_empty());
    // Columns without an item, and items that no rule or count uses here, are not decoded.
    let used: Vec<usize> = columns
        .at
        .iter()
        .filter(|(item, _)| setup.wants(**item))
        .map(|(_, at)| *at)
        .collect();
    let schema = metadata.parquet_schema();
    let is_flat = schema.num_columns() == columns.width;
    let tally = starts
        .into_par_iter()
        .enumerate()
        .try_fold(Tally::default, |mut tally, (group, start)| {
            let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(open()?, metadata.clone())
                .with_row_groups(vec![group])
                .with_batch_size(BATCH);
            if is_flat {
                builder = builder.with_projection(ProjectionMask::roots(schema, used.iter().copied()));
            }
            let batches = builder.build().map_err(|_| damaged())?;
            let mut projected = columns.clone();
            if is_flat {
                let mut order = used.clone();
                order.sort_unstable();
                order.dedup();
                projected.at.retain(|item, _| setup.wants(*item));
                for at in projected.at.values_mut() {
                    *at = order
                        .binary_search(at)
                        .expect("every wanted column is in the projection");
                }
            }
            let rows = rows.on(&projected);
            let mut counting = Counting::new(setup, file, &projected, &rows, values);
            let mut row = start;
            for batch in batches {
                let batch = batch.map_err(|_| damaged())?;
                counting.batch(&batch, row, &mut tally);
                row = row.saturating_add(u32::try_from(batch.num_rows()).unwrap_or(u32::MAX));
            }
            Ok(tally)
        })
        .try_reduce(Tally::default, |one, other| Ok(one.with(other)))?;
    let mut tally = tally;
    tally.carries(columns.dimensions());
    Ok(tally)
}

/// The same schema with text columns of few values as dictionaries.
fn with_dictionaries(schema: &SchemaRef, columns: &Columns) -> SchemaRef {
    let many_valued = [Item::UPN, Item::FormerUPN, Item::DOB];
    let few_valued: Vec<usize> = columns
        .at
        .iter()
        .filter(|(item, _)| !many_valued.contains(item))
        .map(|(_, at)| *at)
        .collect();
    let fields: Vec<Arc<Field>> = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let is_text = matches!(
                field.data_type(),
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
            );
            if is_text && few_valued.contains(&at) {
                let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
                Arc::new(field.as_ref().clone().with_data_type(dictionary))
            } else {
                Arc::clone(field)
            }
        })
        .collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}
