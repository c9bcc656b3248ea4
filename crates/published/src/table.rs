//! One table, from CSV or Parquet, read row by row as text: the `csv` crate reads CSV, the `parquet` crate Parquet.

use crate::layout::Layout;
use arrow::{
    array::{Array, AsArray, RecordBatch, StringArray},
    compute::cast,
    datatypes::DataType as ArrowType,
};
use bytes::Bytes;
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};
use senlens_files::{
    CsvShape, Encoding, FileKind, Header, Note, Opened, Problem, RowAccount, Screening, SetAside, Span,
    decode,
};
use senlens_model::holds_pupil_numbers;
use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Rows of one table at most: every class of pupil the Department counts, many times over.
const MOST_ROWS: usize = 100_000_000;
/// Rows of a batch of Parquet.
const BATCH: usize = 1 << 14;

/// A table whose header is known and whose rows can be gone through.
#[derive(Debug)]
pub(crate) struct Table {
    /// The file, as given.
    pub(crate) file: String,
    sha256: String,
    /// Its column names.
    pub(crate) header: Header,
    /// What was noticed while opening it.
    pub(crate) notes: Vec<Note>,
    /// Rows that are no records.
    set_aside: SetAside,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Csv { text: String, shape: CsvShape },
    Parquet { bytes: Bytes },
}

impl Table {
    /// Checks the shape of an opened file and reads its header: the first row whose fields `is_header` knows.
    pub(crate) fn open(opened: Opened, is_header: impl Fn(&[String]) -> bool) -> Result<Self, Screening> {
        let Opened {
            name: file,
            sha256,
            bytes,
            kind,
            ..
        } = opened;
        let mut notes = Vec::new();
        let (mut set_aside, mut header_row) = (SetAside::default(), 1);
        let (names, source) = match kind {
            FileKind::Text => {
                let (text, encoding) = decode(&file, bytes)?;
                match encoding {
                    Encoding::Utf8 => {}
                    Encoding::Windows1252 => {
                        notes.push(Note::about(&file, "read as Windows-1252, since it is not UTF-8"));
                    }
                    Encoding::Utf16 => notes.push(Note::about(&file, "read as UTF-16")),
                }
                let mut shape = CsvShape::of(&file, &text, is_header)?;
                (set_aside, header_row) = (shape.set_aside, shape.header_row);
                if shape.open_ended {
                    notes.push(Note::about(
                        &file,
                        "the last line has no line end: were the file cut off in its last column, nothing would show it",
                    ));
                }
                (std::mem::take(&mut shape.header), Source::Csv { text, shape })
            }
            FileKind::Parquet => {
                let bytes = Bytes::from(bytes);
                (parquet_names(&file, &bytes)?, Source::Parquet { bytes })
            }
        };
        let header = Header::new(&file, header_row, names)?;
        let table = Self {
            file,
            sha256,
            header,
            notes,
            set_aside,
            source,
        };
        table.holds_no_pupils()?;
        Ok(table)
    }

    /// Refuses pupil records that no header tells of, before any reader could quote them.
    fn holds_no_pupils(&self) -> Result<(), Problem> {
        match &self.source {
            Source::Csv { text, .. }
                if holds_pupil_numbers(text.as_bytes())
                    && Layout::of(&self.header) != Some(Layout::PupilRecords) =>
            {
                Err(Problem::of_file(
                    &self.file,
                    "there are pupil numbers in this file, and no column named for them",
                )
                .remedy("pupil records are given with --pupils, the names of their columns in the first row"))
            }
            _ => Ok(()),
        }
    }

    /// An account of this table's rows in which those that are no records stand already.
    pub(crate) fn account(&self, layout: &str) -> RowAccount {
        let mut account = RowAccount::new(&self.file, layout, &self.sha256);
        self.set_aside.count_in(&mut account);
        account
    }

    /// Goes through every row that holds something: `visit` gets the row as a spreadsheet numbers it and the trimmed
    /// text of the columns asked for, in the order asked for.
    pub(crate) fn each_row(
        &self,
        columns: &[usize],
        mut visit: impl FnMut(u64, &[&str]),
    ) -> Result<(), Problem> {
        match &self.source {
            Source::Csv { text, shape } => {
                for span in &shape.spans {
                    each_of_csv(text, shape, span, columns, &mut visit)
                        .map_err(|why| unreadable(&self.file, &why))?;
                }
                Ok(())
            }
            Source::Parquet { bytes } => {
                each_of_parquet(bytes, columns, &mut visit).map_err(|why| unreadable(&self.file, &why))
            }
        }
    }
}

/// Goes through the records of a span, whose shape was checked.
fn each_of_csv(
    text: &str,
    shape: &CsvShape,
    span: &Span,
    columns: &[usize],
    visit: &mut impl FnMut(u64, &[&str]),
) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(shape.separator)
        .flexible(shape.is_ragged)
        .from_reader(text[span.bytes.clone()].as_bytes());
    let mut record = csv::StringRecord::new();
    let mut records = 0;
    while reader
        .read_record(&mut record)
        .map_err(|error| error.to_string())?
    {
        let fields: Vec<&str> = columns
            .iter()
            .map(|column| record.get(*column).unwrap_or("").trim())
            .collect();
        visit(span.first_row + records, &fields);
        records += 1;
    }
    if records == span.records {
        Ok(())
    } else {
        Err("two readers count its rows differently".to_owned())
    }
}

/// Each column once, in order.
fn in_order(columns: &[usize]) -> Vec<usize> {
    let mut wanted = columns.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// What reading Parquet gives: two libraries, two kinds of error.
type ParquetResult<T> = Result<T, Box<dyn std::error::Error>>;

fn parquet_names(file: &str, bytes: &Bytes) -> Result<Vec<String>, Problem> {
    if !bytes.ends_with(b"PAR1") || bytes.len() < 12 {
        return Err(
            Problem::of_file(file, "the Parquet file is cut off before its end").remedy("fetch it again"),
        );
    }
    let (names, rows) = guarded(|| -> ParquetResult<_> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes.clone())?;
        let rows = builder.metadata().file_metadata().num_rows();
        let names: Vec<String> = builder
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().trim().to_owned())
            .collect();
        Ok((names, rows))
    })
    .map_err(|why| unreadable(file, &why))?;
    if !usize::try_from(rows).is_ok_and(|rows| rows <= MOST_ROWS) {
        return Err(
            Problem::of_file(file, format!("the Parquet file says it has {rows} rows")).remedy(format!(
                "we read up to {MOST_ROWS}; it may be damaged: fetch it again"
            )),
        );
    }
    Ok(names)
}

fn each_of_parquet(
    bytes: &Bytes,
    columns: &[usize],
    visit: &mut impl FnMut(u64, &[&str]),
) -> Result<(), String> {
    let wanted = in_order(columns);
    let mut batches = guarded(|| -> ParquetResult<_> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes.clone())?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.iter().copied());
        Ok(builder.with_projection(mask).with_batch_size(BATCH).build()?)
    })?;
    let mut row = 2;
    loop {
        let texts = guarded(|| batches.next().map(|batch| texts_of(&batch?)).transpose())?;
        let Some((rows, texts)) = texts else {
            return Ok(());
        };
        let in_slots: Vec<&Texts> = columns
            .iter()
            .filter_map(|column| texts.get(wanted.binary_search(column).ok()?))
            .collect();
        let mut fields: Vec<&str> = Vec::with_capacity(columns.len());
        for at in 0..rows {
            fields.clear();
            fields.extend(in_slots.iter().map(|texts| texts.of(at)));
            visit(row, &fields);
            row += 1;
        }
    }
}

/// A column of a batch as text.
struct Texts {
    column: StringArray,
    is_decimal: bool,
}

impl Texts {
    /// The trimmed text of a row; empty where there is none. A decimal without a fraction is a whole number: `12` for
    /// `12.00`.
    fn of(&self, row: usize) -> &str {
        if self.column.is_null(row) {
            return "";
        }
        let text = self.column.value(row).trim();
        match text.split_once('.') {
            Some((whole, fraction)) if self.is_decimal && fraction.bytes().all(|digit| digit == b'0') => {
                whole
            }
            _ => text,
        }
    }
}

/// How many rows a batch has, and its columns as text.
fn texts_of(batch: &RecordBatch) -> ParquetResult<(usize, Vec<Texts>)> {
    let columns = batch.columns().iter().map(|column| -> ParquetResult<Texts> {
        let text = cast(column, &ArrowType::Utf8)?;
        Ok(Texts {
            column: text.as_string::<i32>().clone(),
            is_decimal: column.data_type().is_decimal(),
        })
    });
    Ok((batch.num_rows(), columns.collect::<ParquetResult<_>>()?))
}

/// Runs a reader so that whatever it meets in an odd file comes back as a message.
fn guarded<T, E: fmt::Display>(read: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string().lines().next().unwrap_or_default().to_owned()),
        Err(_) => Err("its reader gave up".to_owned()),
    }
}

fn unreadable(file: &str, why: &str) -> Problem {
    Problem::of_file(
        file,
        format!("the table cannot be read ({})", senlens_files::shortened(why)),
    )
    .remedy("fetch it again, or save it as CSV (UTF-8)")
}
