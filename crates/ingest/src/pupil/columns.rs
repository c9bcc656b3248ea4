//! Reads pupil records from Parquet and Arrow, a batch of rows at a time.
//!
//! Text columns of few values stay as the dictionary codes they are stored in, and each code is read once. A row whose
//! codes break no rule goes straight into the counts; any other is made a record of and looked at in full, so that
//! both ways find the same.

use super::{
    codes,
    date::Date,
    item::Item,
    key::{self, CellKey},
    link::Person,
    mapping::{Columns, Mapping},
    record::{Enrolment, Needs, ProvisionCode, RankedNeed, Reading, Record, Term, UpnReading},
    row::{self, NO_YEAR, RowReader},
    rules::Levels,
    source::{Kind, Source},
    tally::{Setup, Tally},
};
use crate::Problem;
use arrow::{
    array::{Array, ArrayRef, AsArray, BinaryArray, Date32Array, DictionaryArray, RecordBatch, StringArray},
    compute::cast,
    datatypes::{DataType, Field, Int32Type, Schema, SchemaRef},
};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
};
use rayon::prelude::*;
use senlens_model::{
    AcademicYear, Ethnicity, FreeSchoolMeals, LaCode, Laestab, Language, NcYear, Need, Sex, Urn,
};
use std::{collections::BTreeMap, fs::File, sync::Arc};

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

/// A code of an item in one byte: 0 blank, then the codes in order, then [`Codes::unreadable`].
type Code = u8;

/// The codes of one item, and what each adds to the key.
#[derive(Debug)]
struct Codes<T> {
    readings: Vec<Reading<T>>,
}

impl<T: Copy + PartialEq> Codes<T> {
    fn new(all: impl IntoIterator<Item = T>) -> Self {
        let mut readings = vec![Reading::Blank];
        readings.extend(all.into_iter().map(Reading::Of));
        readings.push(Reading::Unreadable);
        Self { readings }
    }

    fn code_of(&self, reading: Reading<T>) -> Code {
        let at = self.readings.iter().position(|listed| *listed == reading);
        u8::try_from(at.unwrap_or(0)).expect("fewer than 256 codes")
    }

    fn len(&self) -> usize {
        self.readings.len()
    }
}

/// One item's column of a batch, as codes; or the item is not in the file.
#[derive(Debug)]
struct CodeColumn<T> {
    codes: Codes<T>,
    parse: fn(&[u8]) -> Option<T>,
    at: Option<usize>,
    rows: Vec<Code>,
    /// What the dictionary of the last batch read as, and that dictionary.
    dictionary: Option<(ArrayRef, Vec<Code>)>,
}

impl<T: Copy + PartialEq> CodeColumn<T> {
    fn new(
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
        }
    }

    fn code(&self, text: &[u8]) -> Code {
        self.codes.code_of(Reading::from_bytes(text, self.parse))
    }

    fn load(&mut self, batch: &RecordBatch) {
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

    fn get(&self, row: usize) -> Code {
        self.rows.get(row).copied().unwrap_or(0)
    }

    fn reading(&self, row: usize) -> Reading<T> {
        self.reading_of(self.get(row))
    }

    fn reading_of(&self, code: Code) -> Reading<T> {
        if self.at.is_none() {
            Reading::Absent
        } else {
            self.codes.readings[usize::from(code)]
        }
    }
}

/// Any column as text; what cannot be text is null throughout.
fn texts(column: &ArrayRef) -> StringArray {
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
#[derive(Debug, Default)]
struct SchoolColumn<T> {
    at: Option<usize>,
    rows: Vec<Found<T>>,
    dictionary: Option<(ArrayRef, Vec<Found<T>>)>,
}

/// What stood there, and where it led.
type Found<T> = (Reading<T>, u32);

const NOWHERE: u32 = u32::MAX;

impl<T: Copy> SchoolColumn<T> {
    fn load(&mut self, batch: &RecordBatch, parse: fn(&[u8]) -> Option<T>, find: impl Fn(T) -> Option<u32>) {
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

    fn get(&self, row: usize) -> Option<Found<T>> {
        self.rows.get(row).copied()
    }
}

/// The bit of a table's entry that sends a row to be looked at in full; keys have 31 bits.
const LOOK: u32 = 1 << 31;

/// What the codes of a clean row add up to, for one year and term.
#[derive(Debug)]
struct Tables {
    /// By provision, primary, secondary, unit and resourced.
    sen: Vec<u32>,
    nc_year: Vec<u32>,
    sex: Vec<u32>,
    fsm: Vec<u32>,
    ethnicity: Vec<u32>,
    language: Vec<u32>,
    enrolment: Vec<u32>,
    /// By year group, and days since [`FIRST_DAY`]: whether the date of birth breaks no rule.
    born: Vec<bool>,
}

/// 1 January 1985, in days since 1970: earlier dates of birth are looked at in full.
const FIRST_DAY: i32 = 5479;
/// Days from then to 2040.
const DAYS: usize = 20_089;

/// The columns of a file and the state of reading them.
struct Counting<'a> {
    setup: &'a Setup<'a>,
    file: u32,
    rows: &'a RowReader,
    columns: &'a Columns,
    /// Mapped values, or a census said row by row: every row is read as text.
    is_plain: bool,
    laestab: SchoolColumn<Laestab>,
    urn: SchoolColumn<Urn>,
    la: SchoolColumn<LaCode>,
    provision: CodeColumn<ProvisionCode>,
    primary: CodeColumn<Need>,
    secondary: CodeColumn<Need>,
    unit: CodeColumn<bool>,
    resourced: CodeColumn<bool>,
    nc_year: CodeColumn<NcYear>,
    sex: CodeColumn<Sex>,
    fsm: CodeColumn<FreeSchoolMeals>,
    ethnicity: CodeColumn<Ethnicity>,
    language: CodeColumn<Language>,
    enrolment: CodeColumn<Enrolment>,
    years: SchoolColumn<AcademicYear>,
    terms: SchoolColumn<Term>,
    tables: BTreeMap<(AcademicYear, Term), Tables>,
}

impl<'a> Counting<'a> {
    fn new(
        setup: &'a Setup<'a>,
        file: u32,
        columns: &'a Columns,
        rows: &'a RowReader,
        has_values: bool,
    ) -> Self {
        let needs = || Need::ALL.into_iter().filter(|need| *need != Need::Missing);
        let years = [NcYear::N1, NcYear::N2, NcYear::Reception]
            .into_iter()
            .chain((1..=14).map(NcYear::Year))
            .chain([NcYear::NotFollowed]);
        let at = |item: Item| columns.at.get(&item).copied();
        let registrations = [
            Enrolment::Current,
            Enrolment::Main,
            Enrolment::Subsidiary,
            Enrolment::Guest,
        ];
        let is_split = at(Item::LAEstab).is_none() && at(Item::Estab).is_some();
        Self {
            setup,
            file,
            rows,
            columns,
            is_plain: has_values || is_split,
            laestab: SchoolColumn {
                at: at(Item::LAEstab),
                ..SchoolColumn::nothing()
            },
            urn: SchoolColumn {
                at: at(Item::URN),
                ..SchoolColumn::nothing()
            },
            la: SchoolColumn {
                at: at(Item::LA),
                ..SchoolColumn::nothing()
            },
            provision: CodeColumn::new(
                columns,
                Item::SENprovision,
                ProvisionCode::ALL,
                ProvisionCode::parse,
            ),
            primary: CodeColumn::new(columns, Item::PrimarySENtype, needs(), codes::need),
            secondary: CodeColumn::new(columns, Item::SecondarySENtype, needs(), codes::need),
            unit: CodeColumn::new(columns, Item::SENunitIndicator, [false, true], codes::flag),
            resourced: CodeColumn::new(
                columns,
                Item::ResourcedProvisionIndicator,
                [false, true],
                codes::flag,
            ),
            nc_year: CodeColumn::new(columns, Item::NCyearActual, years, codes::nc_year),
            sex: CodeColumn::new(
                columns,
                Item::Sex,
                [Sex::Female, Sex::Male, Sex::Unknown],
                codes::sex,
            ),
            fsm: CodeColumn::new(
                columns,
                Item::FSMeligible,
                [FreeSchoolMeals::Eligible, FreeSchoolMeals::NotEligible],
                codes::free_school_meals,
            ),
            ethnicity: CodeColumn::new(columns, Item::Ethnicity, Ethnicity::ALL, codes::ethnicity),
            language: CodeColumn::new(
                columns,
                Item::Language,
                [Language::English, Language::Other, Language::Unclassified],
                codes::language,
            ),
            enrolment: CodeColumn::new(columns, Item::EnrolStatus, registrations, Enrolment::parse),
            years: SchoolColumn {
                at: at(Item::AcademicYear),
                ..SchoolColumn::nothing()
            },
            terms: SchoolColumn {
                at: at(Item::Term),
                ..SchoolColumn::nothing()
            },
            tables: BTreeMap::new(),
        }
    }

    fn batch(&mut self, batch: &RecordBatch, first_row: u32, tally: &mut Tally) {
        let row_number = |row: usize| first_row.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
        if self.is_plain {
            let texts: Vec<StringArray> = batch.columns().iter().map(texts).collect();
            for row in 0..batch.num_rows() {
                let field = |column: usize| {
                    let column = &texts[column];
                    if column.is_null(row) {
                        &b""[..]
                    } else {
                        column.value(row).as_bytes().trim_ascii()
                    }
                };
                match self.rows.record(field) {
                    Ok(record) => tally.take(self.setup, self.file, row_number(row), &record),
                    Err(_) => tally.set_aside(self.file, NO_YEAR, 1),
                }
            }
            return;
        }
        let schools = self.setup.schools;
        self.laestab
            .load(batch, row::laestab, |laestab| schools.by_laestab(laestab));
        self.urn.load(batch, row::parsed, |urn| schools.by_urn(urn));
        self.la.load(batch, row::la_code, |la| Some(u32::from(la.get())));
        self.years.load(batch, row::academic_year, |_| None);
        self.terms.load(batch, Term::parse, |_| None);
        self.provision.load(batch);
        self.primary.load(batch);
        self.secondary.load(batch);
        self.unit.load(batch);
        self.resourced.load(batch);
        self.nc_year.load(batch);
        self.sex.load(batch);
        self.fsm.load(batch);
        self.ethnicity.load(batch);
        self.language.load(batch);
        self.enrolment.load(batch);
        let column = |item: Item| self.columns.at.get(&item).map(|at| batch.column(*at));
        let upns = column(Item::UPN).map(texts);
        let former = column(Item::FormerUPN).map(texts);
        let born_days =
            column(Item::DOB).and_then(|column| column.as_any().downcast_ref::<Date32Array>().cloned());
        let born_texts = if born_days.is_none() {
            column(Item::DOB).map(texts)
        } else {
            None
        };
        let mut tables: Option<((AcademicYear, Term), Tables)> = None;
        let mut accepted = 0;
        for row in 0..batch.num_rows() {
            let Some(census) = self.census(row) else {
                tally.set_aside(self.file, NO_YEAR, 1);
                continue;
            };
            if tables.as_ref().is_none_or(|(of, _)| *of != census) {
                if let Some((of, before)) = tables.take() {
                    self.tables.insert(of, before);
                }
                let fresh = self
                    .tables
                    .remove(&census)
                    .unwrap_or_else(|| self.tables_of(census));
                tables = Some((census, fresh));
            }
            let (_, look_up) = tables.as_ref().expect("just set");
            let upn = upns.as_ref().map_or(UpnReading::Absent, |upns| {
                if upns.is_null(row) {
                    UpnReading::Blank
                } else {
                    UpnReading::from_bytes(upns.value(row).as_bytes())
                }
            });
            let key = self.key(look_up, row);
            let school = self.school(row);
            let is_clean = key & LOOK == 0
                && census.1 == self.setup.term
                && school != NOWHERE
                && former
                    .as_ref()
                    .is_none_or(|former| former.is_null(row) || former.value(row).is_empty())
                && match upn {
                    UpnReading::Absent => true,
                    UpnReading::Shaped(upn) => upn.check_letter_holds() && upn.authority_is_known(),
                    UpnReading::Blank | UpnReading::Malformed => false,
                }
                && born_texts.is_none()
                && born_days.as_ref().is_none_or(|days| {
                    let day = usize::try_from(days.value(row) - FIRST_DAY).unwrap_or(DAYS);
                    !days.is_null(row)
                        && day < DAYS
                        && look_up.born[usize::from(self.nc_year.get(row)) * DAYS + day]
                });
            if is_clean {
                accepted += 1;
                tally.count(self.setup, census.0, school, CellKey(key));
                if let (Some(hash), UpnReading::Shaped(upn)) = (&self.setup.hash, upn) {
                    let person = Person::new(hash.of(&upn), school, CellKey(key), self.file, row_number(row));
                    tally.people.entry(census.0).or_default().push(person);
                }
                continue;
            }
            let born = match (&born_days, &born_texts) {
                (Some(days), _) if days.is_null(row) => Reading::Blank,
                (Some(days), _) => Date::from_days(days.value(row)).map_or(Reading::Unreadable, Reading::Of),
                (None, Some(texts)) if texts.is_null(row) => Reading::Blank,
                (None, Some(texts)) => Reading::from_bytes(texts.value(row).as_bytes(), Date::parse),
                (None, None) => Reading::Absent,
            };
            let mut record = self.record(census, row);
            record.upn = upn;
            record.born = born;
            record.former_upn = former.as_ref().map_or(UpnReading::Absent, |former| {
                if former.is_null(row) {
                    UpnReading::Blank
                } else {
                    UpnReading::from_bytes(former.value(row).as_bytes())
                }
            });
            tally.take(self.setup, self.file, row_number(row), &record);
        }
        if let Some((of, before)) = tables {
            self.tables.insert(of, before);
        }
        tally.files.entry(self.file).or_default().accepted += accepted;
    }

    fn census(&self, row: usize) -> Option<(AcademicYear, Term)> {
        let (year, term) = self.rows.census();
        let year = match self.years.get(row) {
            Some((reading, _)) => reading.code()?,
            None => year,
        };
        let term = match self.terms.get(row) {
            Some((reading, _)) => reading.code()?,
            None => term,
        };
        Some((year, term))
    }

    /// The school of a clean row: nowhere when it must be looked at.
    fn school(&self, row: usize) -> u32 {
        let laestab = self.laestab.get(row);
        if let (Some((Reading::Of(laestab), _)), Some((la, _))) = (laestab, self.la.get(row))
            && la != Reading::Of(laestab.la())
        {
            return NOWHERE;
        }
        match (laestab, self.urn.get(row)) {
            (Some((_, at)), _) if at != NOWHERE => at,
            (_, Some((_, at))) => at,
            _ => NOWHERE,
        }
    }

    fn key(&self, tables: &Tables, row: usize) -> u32 {
        let sen = self.sen_index(
            self.provision.get(row),
            self.primary.get(row),
            self.secondary.get(row),
            self.unit.get(row),
            self.resourced.get(row),
        );
        tables.sen[sen]
            | tables.nc_year[usize::from(self.nc_year.get(row))]
            | tables.sex[usize::from(self.sex.get(row))]
            | tables.fsm[usize::from(self.fsm.get(row))]
            | tables.ethnicity[usize::from(self.ethnicity.get(row))]
            | tables.language[usize::from(self.language.get(row))]
            | tables.enrolment[usize::from(self.enrolment.get(row))]
    }

    fn sen_index(
        &self,
        provision: Code,
        primary: Code,
        secondary: Code,
        unit: Code,
        resourced: Code,
    ) -> usize {
        let (needs, flags) = (self.primary.codes.len(), self.unit.codes.len());
        let place = usize::from(provision) * needs + usize::from(primary);
        let place = place * needs + usize::from(secondary);
        (place * flags + usize::from(unit)) * flags + usize::from(resourced)
    }

    fn needs(&self, primary: Reading<Need>, secondary: Reading<Need>) -> Option<Needs> {
        self.primary.at?;
        let mut needs = Needs::none();
        for (rank, need) in [(1, primary), (2, secondary)] {
            if !matches!(need, Reading::Absent | Reading::Blank) {
                let rank = Reading::Of(rank);
                needs.push(RankedNeed { rank, need });
            }
        }
        Some(needs)
    }

    /// The record of a row, without what is not coded: pupil numbers and dates.
    fn record(&self, (year, term): (AcademicYear, Term), row: usize) -> Record {
        let mut record = Record::empty(year, term);
        record.laestab = self
            .laestab
            .get(row)
            .map_or(Reading::Absent, |(reading, _)| reading);
        record.urn = self.urn.get(row).map_or(Reading::Absent, |(reading, _)| reading);
        record.authority = self.la.get(row).and_then(|(reading, _)| reading.code());
        record.provision = self.provision.reading(row);
        record.needs = self.needs(self.primary.reading(row), self.secondary.reading(row));
        record.unit = self.unit.reading(row);
        record.resourced = self.resourced.reading(row);
        record.nc_year = self.nc_year.reading(row);
        record.sex = self.sex.reading(row);
        record.fsm = self.fsm.reading(row);
        record.ethnicity = self.ethnicity.reading(row);
        record.language = self.language.reading(row);
        record.enrolment = self.enrolment.reading(row);
        record
    }

    /// Works out the tables by running the rules on a record of each code, so that no rule is written twice.
    fn tables_of(&self, (year, term): (AcademicYear, Term)) -> Tables {
        let levels: &Levels = self.setup.levels;
        let mut blank = Record::empty(year, term);
        // A school and a provision that break no rule; both are judged by their own tables.
        blank.urn = Reading::Of("100000".parse().expect("six digits"));
        let entry = |record: &Record, bits: u32| {
            let is_broken = levels.broken_by(record).next().is_some();
            if is_broken { bits | LOOK } else { bits }
        };
        let mut sen = Vec::new();
        for provision in 0..self.provision.codes.len() {
            for primary in 0..self.primary.codes.len() {
                for secondary in 0..self.secondary.codes.len() {
                    for unit in 0..self.unit.codes.len() {
                        for resourced in 0..self.resourced.codes.len() {
                            let code = |at: usize| u8::try_from(at).expect("fewer than 256 codes");
                            let mut record = blank;
                            record.provision = self.provision.reading_of(code(provision));
                            let readings = (
                                self.primary.reading_of(code(primary)),
                                self.secondary.reading_of(code(secondary)),
                            );
                            record.needs = self.needs(readings.0, readings.1);
                            record.unit = self.unit.reading_of(code(unit));
                            record.resourced = self.resourced.reading_of(code(resourced));
                            let key = CellKey::of(&record).0;
                            let fields = [key::NC_YEAR, key::SEX, key::FSM, key::ETHNICITY, key::LANGUAGE];
                            debug_assert!(fields.iter().all(|field| field.in_key(CellKey(key)) == 0));
                            sen.push(entry(&record, key));
                        }
                    }
                }
            }
        }
        let nc_year = table(&self.nc_year, |nc_year| {
            entry(
                &Record { nc_year, ..blank },
                key::NC_YEAR.of(key::nc_year_bits(nc_year)),
            )
        });
        let sex = table(&self.sex, |sex| {
            entry(&Record { sex, ..blank }, key::SEX.of(key::sex_bits(sex)))
        });
        let fsm = table(&self.fsm, |fsm| {
            entry(&Record { fsm, ..blank }, key::FSM.of(key::fsm_bits(fsm)))
        });
        let ethnicity = table(&self.ethnicity, |ethnicity| {
            entry(
                &Record { ethnicity, ..blank },
                key::ETHNICITY.of(key::ethnicity_bits(ethnicity)),
            )
        });
        let language = table(&self.language, |language| {
            entry(
                &Record { language, ..blank },
                key::LANGUAGE.of(key::language_bits(language)),
            )
        });
        let enrolment = table(&self.enrolment, |enrolment| {
            let is_counted = !matches!(enrolment.code(), Some(Enrolment::Subsidiary | Enrolment::Guest));
            entry(&Record { enrolment, ..blank }, if is_counted { 0 } else { LOOK })
        });
        let mut born = Vec::new();
        if self.columns.at.contains_key(&Item::DOB) {
            for code in 0..self.nc_year.codes.len() {
                let nc_year = self
                    .nc_year
                    .reading_of(u8::try_from(code).expect("fewer than 256 codes"));
                let unborn = Record { nc_year, ..blank };
                // A year group that is itself wrong sends the row to be looked at anyway.
                let is_wrong = levels.broken_by(&unborn).next().is_some();
                for day in (FIRST_DAY..).take(DAYS) {
                    let date = Date::from_days(day).map_or(Reading::Unreadable, Reading::Of);
                    let record = Record { born: date, ..unborn };
                    born.push(!is_wrong && levels.broken_by(&record).next().is_none());
                }
            }
        }
        Tables {
            sen,
            nc_year,
            sex,
            fsm,
            ethnicity,
            language,
            enrolment,
            born,
        }
    }
}

/// An entry for every code of a column.
fn table<T: Copy + PartialEq>(column: &CodeColumn<T>, entry: impl Fn(Reading<T>) -> u32) -> Vec<u32> {
    (0..column.codes.len())
        .map(|code| entry(column.reading_of(u8::try_from(code).expect("fewer than 256 codes"))))
        .collect()
}

impl<T> SchoolColumn<T> {
    fn nothing() -> Self {
        Self {
            at: None,
            rows: Vec::new(),
            dictionary: None,
        }
    }
}
