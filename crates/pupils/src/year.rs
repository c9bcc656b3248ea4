//! Which year a file is of, told from its start, so that files can be read a year at a time.

use super::{
    columns, csv,
    date::Date,
    mapping::Columns,
    options::PupilOptions,
    source::{Kind, Source, read_up_to},
};
use senlens_files::Problem;
use senlens_model::AcademicYear;

/// How much of an XML file is looked at: its header stands at the start.
const LOOKED_AT: usize = 1 << 14;

/// The year that the header, a column's name, the mapping, the first row or the user says; none where nothing does, or
/// where the file cannot be read (reading it will say why).
pub(crate) fn of(source: &Source, options: &PupilOptions<'_>) -> Option<AcademicYear> {
    match source.kind {
        Kind::Xml => {
            let start = source
                .with_reader(|stream| {
                    let mut start = vec![0; LOOKED_AT];
                    let read = read_up_to(stream, &mut start).map_err(|error| source.cannot_read(&error))?;
                    start.truncate(read);
                    Ok(start)
                })
                .ok()?;
            let tag = b"<ReferenceDate>";
            let at = memchr::memmem::find(&start, tag)? + tag.len();
            let end = at + memchr::memchr(b'<', &start[at..])?;
            Date::parse(&start[at..end])?.academic_year()
        }
        Kind::Csv => {
            let (names, first) = csv::names_and_first_row(source).ok()?;
            of_table(source, options, &names, |column| first.get(column).cloned())
        }
        Kind::Parquet => {
            let names = columns::column_names(source).ok()?;
            of_table(source, options, &names, |column| {
                columns::first_value(source, column)
            })
        }
        Kind::ArrowFile | Kind::ArrowStream => None,
    }
}

fn of_table(
    source: &Source,
    options: &PupilOptions<'_>,
    names: &[String],
    first: impl Fn(usize) -> Option<String>,
) -> Option<AcademicYear> {
    let columns: Result<Columns, Problem> = Columns::find(&source.name, names, options.mapping);
    let columns = columns.ok()?;
    match columns.at.get(&super::Item::AcademicYear) {
        Some(column) => first(*column)?.trim().parse().ok(),
        None => columns.census.map(|(year, _)| year).or(options.year),
    }
}
