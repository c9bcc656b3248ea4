//! Reads a cells file, Parquet or CSV, of ours or of an SQL engine.

use super::column::{
    Column, DIMENSIONS, FLAGS, KINDS, LANGUAGES, MEALS, NC_YEARS, PROVISIONS, SEXES, Words, ethnicities,
    needs, phases,
};
use super::says;
use crate::pupil::{SchoolDirectory, texts};
use crate::{Error, Problem, Reading, RowAccount, Screening, decode};
use arrow::{
    array::{Array, ArrayRef, AsArray, DictionaryArray, RecordBatch, StringArray, UInt32Array},
    datatypes::{DataType, Field, Int32Type, Schema},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use senlens_model::{
    AcademicYear, AreaCode, Cell, Cells, CountedPlace, Dimension, Dimensions, GeographicLevel, LaCode,
    Laestab, NcYear, Need, Phase, PlaceIndex, Provision, School, Sex, SourceKind, SpecialistProvision, Urn,
};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Rows of a batch of CSV.
const BATCH: usize = 1 << 14;
const REMEDY: &str = "make it with `senlens cells`, or with the query that `senlens cells --emit-sql` prints";

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
        let mut account = RowAccount::new(&name, "counted cells", &sha256(path, &name)?);
        account.accept((gathered.rows.len() - before) as u64);
        accounts.push(account);
    }
    Ok(Reading {
        cells: gathered.into_cells()?,
        accounts,
        notes: Vec::new(),
    })
}

fn cannot_open(name: &str, error: &std::io::Error) -> Problem {
    Problem::of_file(name, format!("cannot open this file ({})", error.kind()))
}

fn start_of(path: &Path, name: &str) -> Result<[u8; 4], Problem> {
    let mut start = [0; 4];
    let mut file = File::open(path).map_err(|error| cannot_open(name, &error))?;
    let _ = file.read(&mut start).map_err(|error| cannot_open(name, &error))?;
    Ok(start)
}

fn sha256(path: &Path, name: &str) -> Result<String, Problem> {
    let mut file = File::open(path).map_err(|error| cannot_open(name, &error))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file
            .read(&mut buffer)
            .map_err(|error| cannot_open(name, &error))?
        {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// What was read so far, of any number of files.
#[derive(Default)]
struct Gathered {
    rows: Vec<Cell>,
    places: Vec<CountedPlace>,
    by_key: BTreeMap<Key, PlaceIndex>,
    dimensions: Option<Dimensions>,
    kind: Option<SourceKind>,
}

/// What the row before said of its place, and which that was.
type Before = (Vec<Option<String>>, Option<Phase>, Option<PlaceIndex>);

/// What tells places apart.
type Key = (GeographicLevel, String);

impl Gathered {
    fn parquet(&mut self, path: &Path, name: &str, schools: Option<&SchoolDirectory>) -> Result<(), Error> {
        let damaged = || Problem::of_file(name, "the file is damaged or cut off").remedy("fetch it again");
        let file = File::open(path).map_err(|error| cannot_open(name, &error))?;
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
        let bytes = std::fs::read(path).map_err(|error| cannot_open(name, &error))?;
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
        let places = self.places_of(&mut fields, &phases, schools);
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

    /// The place of each row; a row without one is told of.
    fn places_of(
        &mut self,
        fields: &mut Fields<'_>,
        phases: &[Option<Phase>],
        schools: Option<&SchoolDirectory>,
    ) -> Vec<Option<PlaceIndex>> {
        let texts: BTreeMap<Column, StringArray> = [
            Column::GeographicLevel,
            Column::AreaCode,
            Column::AreaName,
            Column::Urn,
            Column::Laestab,
            Column::DistrictCode,
            Column::DistrictName,
            Column::LaCode,
            Column::LaName,
            Column::NewLaCode,
            Column::RegionCode,
            Column::RegionName,
            Column::SchoolHosts,
        ]
        .into_iter()
        .filter_map(|column| Some((column, fields.texts(column)?)))
        .collect();
        let mut last: Option<Before> = None;
        let mut places = Vec::with_capacity(phases.len());
        for (row, phase) in phases.iter().enumerate() {
            let text = |column: Column| {
                let array = texts.get(&column)?;
                (!array.is_null(row))
                    .then(|| array.value(row).trim())
                    .filter(|text| !text.is_empty())
            };
            // Neighbouring rows are mostly of one place.
            let is_as_before = last.as_ref().is_some_and(|(before, of_phase, _)| {
                of_phase == phase
                    && before
                        .iter()
                        .zip(texts.keys())
                        .all(|(before, column)| before.as_deref() == text(*column))
            });
            let index = match (&last, is_as_before) {
                (Some((_, _, index)), true) => *index,
                _ => self.place(&text, *phase, schools),
            };
            if index.is_none() {
                fields.screening.push(
                    Problem::of_file(fields.name, "the row does not say which school or area it counts")
                        .at_row(fields.first_row + row as u64)
                        .remedy("a school needs its urn, its phase, and la_code or laestab; an area its level and code"),
                );
            }
            if !is_as_before {
                let now = texts
                    .keys()
                    .map(|column| text(*column).map(str::to_owned))
                    .collect();
                last = Some((now, *phase, index));
            }
            places.push(index);
        }
        places
    }

    fn place<'t>(
        &mut self,
        text: &impl Fn(Column) -> Option<&'t str>,
        phase: Option<Phase>,
        schools: Option<&SchoolDirectory>,
    ) -> Option<PlaceIndex> {
        let level = text(Column::GeographicLevel).unwrap_or("School");
        let place = if level.eq_ignore_ascii_case("School") {
            school(text, phase, schools).map(CountedPlace::School)
        } else {
            area(text, level)
        }?;
        let key = match &place {
            CountedPlace::School(school) => (GeographicLevel::School, school.urn.to_string()),
            CountedPlace::Area {
                level,
                code,
                name,
                la_code,
                ..
            } => (*level, format!("{code:?} {la_code:?} {name}")),
        };
        if let Some(index) = self.by_key.get(&key) {
            return Some(*index);
        }
        let index = PlaceIndex(u32::try_from(self.places.len()).ok()?);
        self.places.push(place);
        self.by_key.insert(key, index);
        Some(index)
    }

    /// The cells, places in the order in which they are told apart, so that the order of rows does not matter.
    fn into_cells(self) -> Result<Cells, Error> {
        let mut order: Vec<usize> = (0..self.places.len()).collect();
        let key = |at: &usize| match &self.places[*at] {
            CountedPlace::School(school) => (GeographicLevel::School, Some(school.urn), String::new()),
            CountedPlace::Area {
                level, code, name, ..
            } => (*level, None, format!("{code:?} {name}")),
        };
        order.sort_by_cached_key(key);
        let mut moved = vec![PlaceIndex(0); order.len()];
        for (to, from) in (0u32..).zip(&order) {
            moved[*from] = PlaceIndex(to);
        }
        let mut rows = self.rows;
        for cell in &mut rows {
            cell.place = moved[cell.place.0 as usize];
        }
        let places = order.into_iter().map(|at| self.places[at].clone()).collect();
        let kind = self.kind.unwrap_or(SourceKind::Pupils);
        Cells::new(kind, self.dimensions.unwrap_or_default(), places, rows).map_err(|error| {
            Problem::of_file("the cells", error.to_string())
                .remedy(REMEDY)
                .into()
        })
    }
}

fn school<'t>(
    text: &impl Fn(Column) -> Option<&'t str>,
    phase: Option<Phase>,
    schools: Option<&SchoolDirectory>,
) -> Option<School> {
    let urn: Urn = text(Column::Urn)
        .or_else(|| text(Column::AreaCode))?
        .parse()
        .ok()?;
    let known = schools.and_then(|schools| schools.school(urn));
    if text(Column::AreaName).is_none()
        && let Some(known) = known
    {
        return Some(known.clone());
    }
    let laestab: Option<Laestab> = text(Column::Laestab).and_then(|text| text.parse().ok());
    let la_code: LaCode = text(Column::LaCode)
        .and_then(|text| text.parse().ok())
        .or(laestab.map(Laestab::la))?;
    let owned = |column: Column| text(column).map(str::to_owned);
    let code = |column: Column| text(column).and_then(|text| text.parse::<AreaCode>().ok());
    Some(School {
        urn,
        laestab,
        name: owned(Column::AreaName).unwrap_or_else(|| format!("URN {urn}")),
        phase: phase?,
        la_code,
        la_name: owned(Column::LaName).unwrap_or_else(|| la_code.to_string()),
        la_area_code: code(Column::NewLaCode),
        region_code: code(Column::RegionCode),
        region_name: owned(Column::RegionName),
        district_code: code(Column::DistrictCode),
        district_name: owned(Column::DistrictName),
        specialist: hosts(text),
    })
}

/// What specialist provision a school hosts: none where the file does not say.
fn hosts<'t>(text: &impl Fn(Column) -> Option<&'t str>) -> Option<SpecialistProvision> {
    let words = text(Column::SchoolHosts)?;
    let mut hosts = SpecialistProvision::default();
    for word in words.split(" + ") {
        match (word, word.parse::<Need>()) {
            ("unit", _) => hosts.unit = true,
            ("resourced provision", _) => hosts.resourced_provision = true,
            (_, Ok(need)) => hosts = hosts.with_need(need),
            (_, Err(_)) => {}
        }
    }
    Some(hosts)
}

fn area<'t>(text: &impl Fn(Column) -> Option<&'t str>, level: &str) -> Option<CountedPlace> {
    let level = [
        GeographicLevel::National,
        GeographicLevel::Regional,
        GeographicLevel::LocalAuthority,
        GeographicLevel::District,
    ]
    .into_iter()
    .find(|known| known.as_str().eq_ignore_ascii_case(level))?;
    let code: Option<AreaCode> = text(Column::AreaCode).and_then(|text| text.parse().ok());
    let name = text(Column::AreaName).map(str::to_owned);
    Some(CountedPlace::Area {
        level,
        code,
        la_code: text(Column::LaCode).and_then(|text| text.parse().ok()),
        name: name.or_else(|| code.map(|code| code.to_string()))?,
        region_code: text(Column::RegionCode).and_then(|text| text.parse().ok()),
    })
}

/// Where each column stands.
type Header = BTreeMap<Column, usize>;

fn header(name: &str, schema: &Schema) -> Result<Header, Problem> {
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
fn carried(header: &Header, rows: &[Cell]) -> Dimensions {
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
struct Fields<'a> {
    name: &'a str,
    header: &'a Header,
    batch: &'a RecordBatch,
    first_row: u64,
    screening: &'a mut Screening,
}

impl Fields<'_> {
    fn array(&self, column: Column) -> Option<&ArrayRef> {
        self.header.get(&column).map(|at| self.batch.column(*at))
    }

    fn texts(&self, column: Column) -> Option<StringArray> {
        self.array(column).map(texts)
    }

    fn words<T: Copy>(
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
    fn parsed<T: Copy>(&mut self, column: Column, parse: impl Fn(&str) -> Option<T>) -> Vec<Option<T>> {
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

    fn counts(&mut self) -> Vec<u32> {
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
