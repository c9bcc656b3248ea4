//! One table, from CSV or Parquet, read column by column as text: the only file that knows polars.

use polars::prelude::{
    CsvReadOptions, DataFrame, DataType, Field, ParquetReader, PlSmallStr, PolarsResult, Schema, SerReader,
    StringChunked,
};
use senlens_files::{
    CsvShape, Encoding, FileKind, Header, Note, Opened, Problem, RowAccount, Screening, Span, decode,
};
use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// Rows of one table at most: every class of pupil the Department counts, many times over.
const MOST_ROWS: usize = 100_000_000;

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
    source: Source,
}

#[derive(Debug)]
enum Source {
    Csv { text: String, shape: CsvShape },
    Parquet { bytes: Vec<u8> },
}

impl Table {
    /// Checks the shape of an opened file and reads its header.
    pub(crate) fn open(opened: Opened) -> Result<Self, Screening> {
        let Opened {
            name: file,
            sha256,
            bytes,
            kind,
            ..
        } = opened;
        let mut notes = Vec::new();
        let (names, source) = match kind {
            FileKind::Text => {
                let (text, encoding) = decode(&file, bytes)?;
                if encoding == Encoding::Windows1252 {
                    notes.push(Note::about(&file, "read as Windows-1252, since it is not UTF-8"));
                }
                let mut shape = CsvShape::of(&file, &text)?;
                if shape.open_ended {
                    notes.push(Note::about(
                        &file,
                        "the last line has no line end: were the file cut off in its last column, nothing would show it",
                    ));
                }
                (std::mem::take(&mut shape.header), Source::Csv { text, shape })
            }
            FileKind::Parquet => (parquet_names(&file, &bytes)?, Source::Parquet { bytes }),
        };
        let header = Header::new(&file, names)?;
        Ok(Self {
            file,
            sha256,
            header,
            notes,
            source,
        })
    }

    /// An account of this table's rows in which the blank ones stand already.
    pub(crate) fn account(&self, layout: &str) -> RowAccount {
        let mut account = RowAccount::new(&self.file, layout, &self.sha256);
        if let Source::Csv { shape, .. } = &self.source {
            account.reject(RowAccount::BLANK, shape.blank_rows);
        }
        account
    }

    /// Goes through every row that holds something: `visit` gets the row as a spreadsheet numbers it and the trimmed
    /// text of the columns asked for, in the order asked for.
    pub(crate) fn each_row(
        &self,
        columns: &[usize],
        mut visit: impl FnMut(u64, &[&str]),
    ) -> Result<(), Problem> {
        if columns.is_empty() {
            // polars cannot read no columns; whoever asks for none learns nothing from any row.
            return Ok(());
        }
        match &self.source {
            Source::Csv { text, shape } => {
                for span in &shape.spans {
                    let frame =
                        guarded(|| csv_frame(&text[span.bytes.clone()], self.header.width(), columns))
                            .map_err(|why| unreadable(&self.file, &why))?;
                    if frame.height() as u64 != span.records {
                        return Err(unreadable(&self.file, "two readers count its rows differently"));
                    }
                    each_of_frame(&frame, span, columns, &mut visit)
                        .map_err(|why| unreadable(&self.file, &why))?;
                }
                Ok(())
            }
            Source::Parquet { bytes } => {
                let frame = guarded(|| parquet_frame(bytes, &self.header, columns))
                    .map_err(|why| unreadable(&self.file, &why))?;
                let span = Span {
                    bytes: 0..0,
                    first_row: 2,
                    records: frame.height() as u64,
                };
                each_of_frame(&frame, &span, columns, &mut visit).map_err(|why| unreadable(&self.file, &why))
            }
        }
    }
}

fn each_of_frame(
    frame: &DataFrame,
    span: &Span,
    columns: &[usize],
    visit: &mut impl FnMut(u64, &[&str]),
) -> Result<(), String> {
    let mut texts: Vec<&StringChunked> = Vec::with_capacity(columns.len());
    for column in columns {
        let column = frame
            .column(&column.to_string())
            .map_err(|error| error.to_string())?;
        texts.push(column.str().map_err(|error| error.to_string())?);
    }
    let mut fields: Vec<&str> = Vec::with_capacity(columns.len());
    for (index, row) in (0..frame.height()).zip(span.first_row..) {
        fields.clear();
        fields.extend(texts.iter().map(|text| text.get(index).unwrap_or("").trim()));
        visit(row, &fields);
    }
    Ok(())
}

/// Each column once, in order.
fn in_order(columns: &[usize]) -> Vec<usize> {
    let mut wanted = columns.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

fn csv_frame(text: &str, width: usize, columns: &[usize]) -> PolarsResult<DataFrame> {
    let schema: Schema = (0..width)
        .map(|column| Field::new(PlSmallStr::from(column.to_string()), DataType::String))
        .collect();
    let wanted = in_order(columns);
    CsvReadOptions::default()
        .with_has_header(false)
        .with_schema(Some(Arc::new(schema)))
        .with_projection(Some(Arc::new(wanted)))
        .with_rechunk(true)
        .into_reader_with_file_handle(Cursor::new(text.as_bytes()))
        .finish()
}

fn parquet_names(file: &str, bytes: &[u8]) -> Result<Vec<String>, Problem> {
    if !bytes.ends_with(b"PAR1") || bytes.len() < 12 {
        return Err(
            Problem::of_file(file, "the Parquet file is cut off before its end").remedy("fetch it again"),
        );
    }
    let (names, rows) = guarded(|| {
        let mut reader = ParquetReader::new(Cursor::new(bytes));
        let rows = reader.num_rows()?;
        let names: Vec<String> = reader
            .schema()?
            .iter_names()
            .map(|name| name.trim().to_owned())
            .collect();
        Ok((names, rows))
    })
    .map_err(|why| unreadable(file, &why))?;
    if rows > MOST_ROWS {
        return Err(
            Problem::of_file(file, format!("the Parquet file says it has {rows} rows")).remedy(format!(
                "we read up to {MOST_ROWS}; it may be damaged: fetch it again"
            )),
        );
    }
    Ok(names)
}

fn parquet_frame(bytes: &[u8], header: &Header, columns: &[usize]) -> PolarsResult<DataFrame> {
    let wanted = in_order(columns);
    let frame = ParquetReader::new(Cursor::new(bytes))
        .with_projection(Some(wanted.clone()))
        .finish()?;
    let mut texts = Vec::with_capacity(wanted.len());
    for column in wanted {
        let own = frame
            .columns()
            .iter()
            .find(|own| own.name().trim() == header.name(column));
        let Some(own) = own else { continue };
        let mut text = own.cast(&DataType::String)?.rechunk();
        text.rename(PlSmallStr::from(column.to_string()));
        texts.push(text);
    }
    DataFrame::new(frame.height(), texts)
}

/// Runs polars so that whatever it meets in an odd file comes back as a message.
fn guarded<T>(read: impl FnOnce() -> PolarsResult<T>) -> Result<T, String> {
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
