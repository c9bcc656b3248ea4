//! Writes cells as Parquet.

use super::column::{
    Column, DIMENSIONS, FLAGS, KINDS, LANGUAGES, MEALS, NC_YEARS, PROVISIONS, SEXES, Words, ethnicities,
    needs, phases,
};
use super::{ABOUT_CELLS, says};
use arrow::{
    array::{ArrayRef, DictionaryArray, Int32Array, StringArray, UInt32Array},
    datatypes::{DataType, Field, Schema},
    record_batch::RecordBatch,
};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::metadata::KeyValue,
    file::properties::WriterProperties,
};
use senlens_files::{Error, Problem, counted};
use senlens_model::{AcademicYear, Cell, Cells, CountedPlace, GeographicLevel, MARKING, Need, School};
use std::{fs, path::Path, sync::Arc};

/// Cells of a batch.
const BATCH: usize = 1 << 16;

/// Writes cells to a Parquet file, marked internal. The same cells give the same bytes; a file that stood there goes
/// only once the new one is whole.
///
/// # Errors
/// When the file cannot be written, or the source leaves counts unknown: a cells file has no place for them, and whoever
/// read it would take them for nought.
pub fn write_cells(cells: &Cells, path: &Path) -> Result<(), Error> {
    let name = path.display().to_string();
    if !cells.unknown().is_empty() {
        return Err(Problem::of_file(
            cells.source(),
            "some counts of this source are not known, and a file of cells cannot say so",
        )
        .seen(&counted(cells.unknown().len() as u64, "count", "counts"))
        .remedy("give the source itself to `senlens run`, which keeps them apart")
        .into());
    }
    let cannot = |why: String| Problem::of_file(&name, format!("cannot write this file ({why})"));
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let written = fs::File::create(part)
        .map_err(|error| cannot(error.kind().to_string()))
        .and_then(|file| write_to(cells, file).map_err(|error| cannot(error.to_string())))
        .and_then(|()| fs::rename(part, path).map_err(|error| cannot(error.kind().to_string())));
    if written.is_err() {
        // What is half written is of no use; if it cannot be removed either, the first fault is the one to tell.
        let _ = fs::remove_file(part);
    }
    Ok(written?)
}

fn write_to(cells: &Cells, file: fs::File) -> Result<(), ParquetError> {
    let columns: Vec<Column> = Column::ALL
        .into_iter()
        .filter(|column| column.dimension().is_none_or(|of| cells.dimensions().carry(of)))
        .collect();
    let text = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields: Vec<Field> = columns
        .iter()
        .map(|column| match column {
            Column::Pupils => Field::new(column.as_str(), DataType::UInt32, false),
            _ => Field::new(column.as_str(), text.clone(), true),
        })
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let carried: Vec<&str> = DIMENSIONS
        .iter()
        .filter(|(dimension, _)| cells.dimensions().carry(*dimension))
        .map(|(_, name)| *name)
        .collect();
    let kind = KINDS.iter().find(|(kind, _)| *kind == cells.kind());
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_key_value_metadata(Some(vec![
            KeyValue::new(says::MARKING.to_owned(), MARKING.to_owned()),
            KeyValue::new(says::ABOUT.to_owned(), ABOUT_CELLS.to_owned()),
            KeyValue::new(
                says::KIND.to_owned(),
                kind.map_or("pupils", |(_, name)| name).to_owned(),
            ),
            KeyValue::new(says::DIMENSIONS.to_owned(), carried.join(",")),
        ]))
        .build();
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))?;
    let years = cells.years();
    for batch in cells.cells().chunks(BATCH) {
        let arrays = columns
            .iter()
            .map(|column| array(*column, cells, &years, batch))
            .collect();
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), arrays)?)?;
    }
    writer.close()?;
    Ok(())
}

/// One column of a batch of cells.
fn array(column: Column, cells: &Cells, years: &[AcademicYear], batch: &[Cell]) -> ArrayRef {
    match column {
        Column::Pupils => Arc::new(UInt32Array::from_iter_values(
            batch.iter().map(|cell| cell.pupils),
        )),
        Column::TimePeriod => {
            let words: Vec<String> = years.iter().map(ToString::to_string).collect();
            coded(&words, batch, |cell| {
                years.iter().position(|year| *year == cell.time_period)
            })
        }
        Column::Phase => worded(&phases(), batch, |cell| cell.phase),
        Column::NcYear => worded(&NC_YEARS, batch, |cell| cell.nc_year),
        Column::Sex => worded(&SEXES, batch, |cell| cell.sex),
        Column::Fsm => worded(&MEALS, batch, |cell| cell.fsm),
        Column::Ethnicity => worded(&ethnicities(), batch, |cell| cell.ethnicity),
        Column::Language => worded(&LANGUAGES, batch, |cell| cell.language),
        Column::SpecialistProvision => worded(&FLAGS, batch, |cell| cell.specialist_provision),
        Column::SenProvision => worded(&PROVISIONS, batch, |cell| Some(cell.sen_provision)),
        Column::PrimaryNeed => worded(&needs(), batch, |cell| cell.primary_need),
        Column::SecondaryNeed => worded(&needs(), batch, |cell| cell.secondary_need),
        of_place => {
            // Cells come in order of place, so a batch is of one stretch of places.
            let index = |cell: &Cell| cell.place.0 as usize;
            let first = batch.first().map_or(0, index);
            let last = batch.last().map_or(0, |cell| index(cell) + 1);
            let texts: Vec<Option<String>> = cells.places()[first..last]
                .iter()
                .map(|place| of(of_place, place))
                .collect();
            let words: Vec<&str> = texts
                .iter()
                .map(|text| text.as_deref().unwrap_or_default())
                .collect();
            coded(&words, batch, |cell| {
                let at = index(cell) - first;
                texts[at].is_some().then_some(at)
            })
        }
    }
}

fn worded<T: Copy + PartialEq>(
    words: &Words<T>,
    batch: &[Cell],
    value: impl Fn(&Cell) -> Option<T>,
) -> ArrayRef {
    let texts: Vec<&str> = words.iter().map(|(_, word)| *word).collect();
    coded(&texts, batch, |cell| {
        let value = value(cell)?;
        words.iter().position(|(listed, _)| *listed == value)
    })
}

/// A column of few texts: for each cell the place of its text in the list, or blank.
fn coded<S: AsRef<str>>(words: &[S], batch: &[Cell], at: impl Fn(&Cell) -> Option<usize>) -> ArrayRef {
    let keys: Int32Array = batch
        .iter()
        .map(|cell| at(cell).map(|at| i32::try_from(at).expect("fewer than two thousand million texts")))
        .collect();
    Arc::new(DictionaryArray::new(
        keys,
        Arc::new(StringArray::from_iter_values(words)),
    ))
}

/// What a column says of a place.
fn of(column: Column, place: &CountedPlace) -> Option<String> {
    match place {
        CountedPlace::School(school) => of_school(column, school),
        CountedPlace::Area {
            level,
            code,
            la_code,
            name,
            region_code,
        } => match column {
            Column::GeographicLevel => Some(level.to_string()),
            Column::AreaCode => code.map(|code| code.to_string()),
            Column::AreaName => Some(name.clone()),
            Column::LaCode => la_code.map(|code| code.to_string()),
            Column::RegionCode => region_code.map(|code| code.to_string()),
            _ => None,
        },
    }
}

fn of_school(column: Column, school: &School) -> Option<String> {
    match column {
        Column::GeographicLevel => Some(GeographicLevel::School.to_string()),
        Column::AreaCode | Column::Urn => Some(school.urn.to_string()),
        Column::AreaName => Some(school.name.clone()),
        Column::Laestab => school.laestab.map(|laestab| laestab.to_string()),
        Column::DistrictCode => school.district_code.map(|code| code.to_string()),
        Column::DistrictName => school.district_name.clone(),
        Column::LaCode => Some(school.la_code.to_string()),
        Column::LaName => Some(school.la_name.clone()),
        Column::NewLaCode => school.la_area_code.map(|code| code.to_string()),
        Column::RegionCode => school.region_code.map(|code| code.to_string()),
        Column::RegionName => school.region_name.clone(),
        Column::SchoolHosts => school.specialist.map(|hosts| {
            let own = [
                (hosts.unit, "unit"),
                (hosts.resourced_provision, "resourced provision"),
            ];
            let own = own.into_iter().filter(|(has, _)| *has).map(|(_, word)| word);
            let needs = Need::ALL.into_iter().filter(|need| hosts.is_for(*need));
            let words: Vec<&str> = own.chain(needs.map(Need::as_str)).collect();
            if words.is_empty() {
                "none".to_owned()
            } else {
                words.join(" + ")
            }
        }),
        _ => None,
    }
}
