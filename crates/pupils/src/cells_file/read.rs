//! Reads a cells file, Parquet or CSV, of ours or of an SQL engine.

use super::column::{
    Column, DIMENSIONS, FLAGS, KINDS, LANGUAGES, MEALS, NC_YEARS, PROVISIONS, SEXES, ethnicities, needs,
    phases,
};
use super::fields::{Fields, Header, REMEDY, carried, header};
use super::places::Places;
use super::says;
use crate::SchoolDirectory;
use arrow::{
    array::{ArrayRef, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use senlens_files::{
    Error, Problem, Reading, RowAccount, Screening, decode, open_file, read_file, sha256_of,
};
use senlens_model::{AcademicYear, Cell, Cells, Dimensions, NcYear, Need, Phase, Sex, SourceKind};
use std::{
    collections::BTreeMap,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Rows of a batch of CSV.
const BATCH: usize = 1 << 14;

/// Whether a file holds cells: Parquet or CSV with columns `time_period`, `sen_provision` and `pupils`.
pub fn is_cells_file(path: &Path) -> bool {
    let names = || -> Option<Vec<String>> {
        let mut start = [0; 4096];
        let mut file = File::open(path).ok()?;
        let read = file.read(&mut start).ok()?;
        if start.starts_with(b"PAR1") {
            let schema = || {
                let file = File::open(path).ok()?;
                ParquetRecordBatchReaderBuilder::try_new(file).ok()
            };
            // Damaged files may make the decoder panic.
            let builder = std::panic::catch_unwind(std::panic::AssertUnwindSafe(schema)).ok()??;
            let fields = builder.schema().fields().iter();
            return Some(fields.map(|field| field.name().clone()).collect());
        }
        let text = String::from_utf8_lossy(&start[..read]).into_owned();
        let header = text.trim_start_matches('\u{feff}').lines().next()?.to_owned();
        let names = header.split(',');
        Some(
            names
                .map(|name| name.trim().trim_matches('"').to_owned())
                .collect(),
        )
    };
    let names = names().unwrap_or_default();
    let has = |column: Column| {
        names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(column.as_str()))
    };
    has(Column::TimePeriod) && has(Column::SenProvision) && has(Column::Pupils)
}

/// Reads files of cells. Schools are as the file names them; where it says no more of a school than its URN, as an
/// SQL engine may, as the directory does.
///
/// # Errors
/// When a file cannot be read, lacks a column, or a row of it says something that is no value of its column.
pub fn read_cells(paths: &[PathBuf], schools: Option<&SchoolDirectory>) -> Result<Reading, Error> {
    let mut gathered = Gathered::default();
    let mut accounts = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        let before = gathered.rows.len();
        let read = || match start_of(path, &name)? {
            start if start == *b"PAR1" => gathered.parquet(path, &name, schools),
            _ => gathered.csv(path, &name, schools),
        };
        let damaged = || Problem::of_file(&name, "the file is damaged or cut off").remedy("fetch it again");
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))
            .unwrap_or_else(|_| Err(damaged().into()))?;
        let mut account = RowAccount::new(&name, "counted cells", &sha256_of(path, &name)?);
        account.accept((gathered.rows.len() - before) as u64);
        accounts.push(account);
    }
    Ok(Reading {
        cells: gathered.into_cells()?,
        accounts,
        notes: Vec::new(),
    })
}

fn start_of(path: &Path, name: &str) -> Result<[u8; 4], Problem> {
    let mut start = [0; 4];
    let mut file = open_file(path, name)?;
    let _ = file
        .read(&mut start)
        .map_err(|error| Problem::of_file(name, format!("cannot read this file ({})", error.kind())))?;
    Ok(start)
}

/// What was read so far, of any number of files.
#[derive(Default)]
struct Gathered {
    rows: Vec<Cell>,
    places: Places,
    dimensions: Option<Dimensions>,
    kind: Option<SourceKind>,
}

impl Gathered {
    fn parquet(&mut self, path: &Path, name: &str, schools: Option<&SchoolDirectory>) -> Result<(), Error> {
        let damaged = || Problem::of_file(name, "the file is damaged or cut off").remedy("fetch it again");
        let file = open_file(path, name)?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|_| damaged())?;
        let said: BTreeMap<String, String> = builder
            .metadata()
            .file_metadata()
            .key_value_metadata()
            .into_iter()
            .flatten()
            .filter_map(|pair| Some((pair.key.clone(), pair.value.clone()?)))
            .collect();
        let kind = said.get(says::KIND).and_then(|said| {
            let mut kinds = KINDS.iter().filter(|(_, name)| name == said);
            kinds.next().map(|(kind, _)| *kind)
        });
        let dimensions = said.get(says::DIMENSIONS).map(|said| {
            let names: Vec<&str> = said.split(',').collect();
            DIMENSIONS
                .iter()
                .filter(|(_, name)| names.contains(name))
                .fold(Dimensions::default(), |all, (dimension, _)| all.with(*dimension))
        });
        let header = header(name, builder.schema())?;
        let first = self.rows.len();
        let mut row = 2;
        for batch in builder.with_batch_size(1 << 16).build().map_err(|_| damaged())? {
            let batch = batch.map_err(|_| damaged())?;
            self.batch(name, &header, &batch, row, schools)?;
            row += batch.num_rows() as u64;
        }
        self.carries(
            kind,
            dimensions.unwrap_or_else(|| carried(&header, &self.rows[first..])),
        );
        Ok(())
    }

    fn csv(&mut self, path: &Path, name: &str, schools: Option<&SchoolDirectory>) -> Result<(), Error> {
        let bytes = read_file(path, name)?;
        let (text, _) = decode(name, bytes)?;
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let broken =
            |row: u64| Problem::of_file(name, "a row has more or fewer fields than the header").at_row(row);
        let names = reader.headers().map_err(|_| broken(1))?.clone();
        let schema = Arc::new(Schema::new(
            names
                .iter()
                .map(|name| Field::new(name.trim(), DataType::Utf8, true))
                .collect::<Vec<_>>(),
        ));
        let header = header(name, &schema)?;
        let first = self.rows.len();
        let mut row = 2u64;
        let mut record = csv::StringRecord::new();
        let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); names.len()];
        loop {
            let more = reader
                .read_record(&mut record)
                .map_err(|_| broken(row + columns.first().map_or(0, Vec::len) as u64))?;
            if more {
                for (column, field) in columns.iter_mut().zip(&record) {
                    column.push(Some(field.trim().to_owned()).filter(|field| !field.is_empty()));
                }
            }
            let rows = columns.first().map_or(0, Vec::len);
            if rows == BATCH || (!more && rows > 0) {
                let arrays = columns
                    .iter_mut()
                    .map(|column| Arc::new(column.drain(..).collect::<StringArray>()) as ArrayRef)
                    .collect();
                let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)
                    .expect("each column is text, and as long as the others");
                self.batch(name, &header, &batch, row, schools)?;
                row += rows as u64;
            }
            if !more {
                break;
            }
        }
        self.carries(None, carried(&header, &self.rows[first..]));
        Ok(())
    }

    fn carries(&mut self, kind: Option<SourceKind>, dimensions: Dimensions) {
        self.dimensions = Some(
            self.dimensions
                .map_or(dimensions, |before| before.in_common(dimensions)),
        );
        // A file that does not say what it was counted from may be of pupils; and once pupils are in, all is of pupils.
        let kind = kind.unwrap_or(SourceKind::Pupils);
        self.kind = Some(match self.kind {
            None => kind,
            Some(before) if before == kind => kind,
            Some(_) => SourceKind::Pupils,
        });
    }

    fn batch(
        &mut self,
        name: &str,
        header: &Header,
        batch: &RecordBatch,
        first_row: u64,
        schools: Option<&SchoolDirectory>,
    ) -> Result<(), Error> {
        let mut screening = Screening::new();
        let mut fields = Fields {
            name,
            header,
            batch,
            first_row,
            screening: &mut screening,
        };
        let years = fields.parsed(Column::TimePeriod, |text| text.parse::<AcademicYear>().ok());
        let provisions = fields.words(Column::SenProvision, &PROVISIONS, |text| text.parse().ok());
        let phases = fields.words(Column::Phase, &phases(), |text| text.parse::<Phase>().ok());
        let primary = fields.words(Column::PrimaryNeed, &needs(), |text| text.parse::<Need>().ok());
        let secondary = fields.words(Column::SecondaryNeed, &needs(), |text| text.parse::<Need>().ok());
        let nc_years = fields.words(Column::NcYear, &NC_YEARS, |text| text.parse::<NcYear>().ok());
        let sexes = fields.words(Column::Sex, &SEXES, |_| None::<Sex>);
        let meals = fields.words(Column::Fsm, &MEALS, |_| None);
        let ethnicities = fields.words(Column::Ethnicity, &ethnicities(), |_| None);
        let languages = fields.words(Column::Language, &LANGUAGES, |_| None);
        let specialist = fields.words(Column::SpecialistProvision, &FLAGS, |text| match text {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        });
        let pupils = fields.counts();
        let places = self.places.of_rows(&mut fields, &phases, schools);
        for (column, values) in [
            (
                Column::TimePeriod,
                years.iter().map(Option::is_some).collect::<Vec<_>>(),
            ),
            (
                Column::SenProvision,
                provisions.iter().map(Option::is_some).collect(),
            ),
        ] {
            for (row, has) in (first_row..).zip(values) {
                if !has {
                    screening.push(
                        Problem::of_file(name, "the cell is blank or not a value of this column")
                            .at_row(row)
                            .in_column(column.as_str()),
                    );
                }
            }
        }
        screening.into_result()?;
        for row in 0..batch.num_rows() {
            let (Some(place), Some(year), Some(provision)) = (places[row], years[row], provisions[row])
            else {
                continue;
            };
            let mut cell = Cell::new(place, year, phases[row], provision, pupils[row]);
            cell.primary_need = primary[row];
            cell.secondary_need = secondary[row];
            cell.nc_year = nc_years[row];
            cell.sex = sexes[row];
            cell.fsm = meals[row];
            cell.ethnicity = ethnicities[row];
            cell.language = languages[row];
            cell.specialist_provision = specialist[row];
            self.rows.push(cell);
        }
        Ok(())
    }

    /// The cells, places in the order of what identifies them, so that the order of rows does not matter.
    fn into_cells(self) -> Result<Cells, Error> {
        let (places, moved) = self.places.in_order();
        let mut rows = self.rows;
        for cell in &mut rows {
            cell.place = moved[cell.place.0 as usize];
        }
        let kind = self.kind.unwrap_or(SourceKind::Pupils);
        Cells::new(kind, self.dimensions.unwrap_or_default(), places, rows).map_err(|error| {
            Problem::of_file("the cells", error.to_string())
                .remedy(REMEDY)
                .into()
        })
    }
}
