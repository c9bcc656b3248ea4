//! Tables of a run as polars frames, for the engineer who goes on from them.
//!
//! A path to a table that a run wrote as Parquet comes in; a [`DataFrame`] goes out, with the columns, units and gaps of
//! `data-schemas/`: text as `String`, counts as `Int64`, figures as `Float64`. A withheld figure is null, and the column
//! named after it with `_status` says why, as in the file. The program itself does not link polars: it is the largest
//! library of its kind, and whoever only runs senlens need not build it.
//!
//! ```no_run
//! use polars::prelude::ChunkCompareEq;
//! let rates = senlens_frames::read("report/tables/rates.parquet")?;
//! let needs = rates.column("primary_need")?.str()?;
//! let mld = rates.filter(&needs.equal("MLD"))?;
//! println!("{mld:?}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use polars::prelude::{Column, DataFrame, NamedFrom, PolarsError, Series};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Why a table is no frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The file cannot be opened.
    #[error("{path}: {source}")]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no Parquet, or a damaged one.
    #[error("{path}: not a Parquet table that can be read ({message})")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What its reader says.
        message: String,
    },
    /// A column is of a type that no table of ours has.
    #[error("column `{column}` is of type {kind}, and no table of a run has such a column")]
    Type {
        /// The column.
        column: String,
        /// Its type.
        kind: String,
    },
    /// What polars says.
    #[error(transparent)]
    Polars(#[from] PolarsError),
}

/// Reads one table of a run.
///
/// # Errors
/// When the file cannot be opened, is not Parquet, or holds a column that is not text, a whole number or a number.
pub fn read(path: impl AsRef<Path>) -> Result<DataFrame, FrameError> {
    let path = path.as_ref();
    let file = File::open(path).map_err(|source| FrameError::Open {
        path: path.to_owned(),
        source,
    })?;
    let failed = |message: String| FrameError::Parquet {
        path: path.to_owned(),
        message,
    };
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| failed(error.to_string()))?;
    let schema = builder.schema().clone();
    let batches = builder
        .build()
        .map_err(|error| failed(error.to_string()))?
        .collect::<Result<Vec<RecordBatch>, _>>()
        .map_err(|error| failed(error.to_string()))?;
    let table = concat_batches(&schema, &batches).map_err(|error| failed(error.to_string()))?;
    frame(&table)
}

/// A record batch as a frame.
///
/// # Errors
/// When a column is not text, a whole number or a number.
pub fn frame(table: &RecordBatch) -> Result<DataFrame, FrameError> {
    let columns = table
        .schema_ref()
        .fields()
        .iter()
        .zip(table.columns())
        .map(|(field, values)| column(field.name(), values))
        .collect::<Result<Vec<Column>, _>>()?;
    Ok(DataFrame::new(table.num_rows(), columns)?)
}

fn column(name: &str, values: &ArrayRef) -> Result<Column, FrameError> {
    let refused = || FrameError::Type {
        column: name.to_owned(),
        kind: values.data_type().to_string(),
    };
    let as_type = |kind: &DataType| cast(values, kind).map_err(|_| refused());
    let kind = match values.data_type() {
        DataType::Dictionary(_, inner) => inner.as_ref(),
        kind => kind,
    };
    let series = match kind {
        DataType::Utf8 | DataType::LargeUtf8 => {
            let texts = as_type(&DataType::Utf8)?;
            let texts: Vec<Option<&str>> = texts.as_string::<i32>().iter().collect();
            Series::new(name.into(), texts)
        }
        kind if kind.is_integer() => {
            let numbers = as_type(&DataType::Int64)?;
            // A whole number too large for the type would come back as none.
            if numbers.null_count() != values.null_count() {
                return Err(refused());
            }
            let numbers: Vec<Option<i64>> = numbers.as_primitive::<Int64Type>().iter().collect();
            Series::new(name.into(), numbers)
        }
        kind if kind.is_floating() => {
            let numbers = as_type(&DataType::Float64)?;
            let numbers: Vec<Option<f64>> = numbers.as_primitive::<Float64Type>().iter().collect();
            Series::new(name.into(), numbers)
        }
        _ => return Err(refused()),
    };
    Ok(series.into())
}
