//! School files: every layout to one set of cells.

mod before_2014;
mod identity;
mod long;
mod specialist;
mod wide;

pub(crate) use before_2014::PAGE as BEFORE_2014;
pub(crate) use identity::given;
pub(crate) use long::PAGE as LONG;
pub(crate) use wide::{MAPPED, PAGE as WIDE, count_at, note_symbols};

use crate::{
    ReadOptions,
    counts::{ALWAYS_COUNTED, Carried, Counted, PlaceCounts, Reconciliation, Unusable, cells_of, rounded_to},
    layout::{Layout, Reads, is_header, wrong_layout},
    number::MOST_PUPILS,
    table::Table,
};
use senlens_files::{
    Error, Found, Note, Problem, Reading, RowAccount, Screening, TABLE_EXTENSIONS, counted, grouped,
    open_each,
};
use senlens_model::{
    AcademicYear, Cell, Cells, CountedPlace, Coverage, Covers, Dimension, Dimensions, Laestab, PlaceIndex,
    Provision, School, UnknownCount, Urn,
};
use std::{collections::BTreeMap, path::PathBuf};

/// One file's schools, before they are put beside those of other files.
pub(crate) struct SchoolFile {
    account: RowAccount,
    schools: Vec<SchoolRow>,
    carries_need: bool,
    carries_roll: bool,
    carries_district: bool,
    notes: Vec<Note>,
}

/// One school in one year, with what is printed of it.
struct SchoolRow {
    /// Its first row, as a spreadsheet numbers it.
    row: u64,
    /// How many accepted rows it was read from.
    rows: u64,
    year: AcademicYear,
    school: School,
    counts: PlaceCounts,
}

/// Reads school files, each in the layout its header shows.
///
/// Paths may be CSV, gzipped CSV, Parquet, a zip of them or a folder of them. Where a file in a zip or folder is no
/// school table it is passed over with a note. Roll less SEN support less plans is [`Provision::NoSen`]; needs that
/// do not reach the printed total leave [`Need::Missing`](senlens_model::Need::Missing); a school of which neither SEN
/// support nor plans are printed is [`Provision::NotStated`] as a whole. A school with more pupils with special educational
/// needs than on roll, or more with a type of need than its total, is left out and counted as such. Independent schools are
/// not asked for types of need: where theirs are nought throughout they are not known. Places stand in order of year and URN.
///
/// # Errors
/// When a file cannot be opened, is no school table, is cut off or breaks a rule of its layout in any row; when a row's
/// LAESTAB, authority number, name and code are of two authorities; when a school stands twice in a year, under one URN or
/// two; when numbers are more than any school or England has; when types of need exceed their totals throughout; when a
/// file holds two years and `options.year` does not say which.
///
/// # Examples
/// ```no_run
/// # use senlens_published::{ReadOptions, read_schools};
/// let reading = read_schools(&["schools.csv".into()], &ReadOptions::default())?;
/// for account in &reading.accounts {
///     println!("{}: {} of {} rows", account.file(), account.accepted(), account.read());
/// }
/// # Ok::<(), senlens_files::Error>(())
/// ```
pub fn read_schools(paths: &[PathBuf], options: &ReadOptions) -> Result<Reading, Error> {
    let mut screening = Screening::new();
    let mut files: Vec<SchoolFile> = Vec::new();
    let mut passed_over: Vec<Note> = Vec::new();
    let unopened = open_each(paths, &TABLE_EXTENSIONS, |opened| {
        let found = opened.found;
        let is_header = |names: &[String]| is_header(names, options.mapping.as_ref());
        let read = Table::open(opened, is_header).and_then(|table| {
            if found == Found::Among && layout_among(&table, options).is_none() {
                let text = "passed over: not a table of schools in a layout we know";
                passed_over.push(Note::about(&table.file, text));
                return Ok(None);
            }
            read_table(&table, options).map(Some)
        });
        match read {
            Ok(file) => files.extend(file),
            Err(wrong) => screening.append(wrong),
        }
    });
    screening.extend(unopened);
    if screening.is_clean() && files.is_empty() {
        let given: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        screening.push(
            Problem::of_file(&given.join(", "), "there is no table of schools in it")
                .remedy("give a school-level file, or a mapping file for one that is not the Department's (--mapping)"),
        );
    }
    screen_years(&files, &mut screening);
    screen_doubles(&files, &mut screening);
    screen_two_urns(&files, &mut screening);
    screen_sums(&files, &mut screening);
    screening.into_result()?;
    let mut reading = count(files, options);
    reading.notes.extend(passed_over);
    Ok(reading)
}

/// How a table that the user named is read.
fn layout_for(table: &Table, options: &ReadOptions) -> Option<Layout> {
    match Layout::of(&table.header) {
        Some(layout) if layout.is_of_schools() => Some(layout),
        Some(Layout::RegisterOfSchools) | None => options.mapping.as_ref().map(|_| Layout::SchoolMapped),
        Some(_) => None,
    }
}

/// How one of several tables is read: a mapping file is for those that have its columns.
fn layout_among(table: &Table, options: &ReadOptions) -> Option<Layout> {
    let has_mapped = || {
        let mapping = options.mapping.as_ref()?;
        table.header.find_loosely(&mapping.columns.urn)
    };
    layout_for(table, options).filter(|layout| *layout != Layout::SchoolMapped || has_mapped().is_some())
}

fn read_table(table: &Table, options: &ReadOptions) -> Result<SchoolFile, Screening> {
    let page = layout_for(table, options).and_then(Layout::page);
    let file = match page.map(|page| &page.read) {
        Some(Reads::Schools(read)) => read(table, options),
        _ => Err(wrong_layout(table, &[Layout::SchoolWide, Layout::SchoolLong])),
    }?;
    if file.account.accepted() == 0 {
        let years = file
            .account
            .rejected()
            .get(RowAccount::OTHER_YEAR)
            .copied()
            .unwrap_or(0);
        let problem = match options.year {
            Some(year) if years > 0 => {
                Problem::of_file(&table.file, "no row is of the year asked for").seen(&year.to_string())
            }
            _ => Problem::of_file(&table.file, "there is a header and no school below it"),
        };
        return Err(problem
            .remedy("check that this is the whole file, and of the right year")
            .into());
    }
    Ok(file)
}

/// A file of several years needs to be told which.
fn screen_years(files: &[SchoolFile], screening: &mut Screening) {
    for file in files {
        let mut years: BTreeMap<AcademicYear, u64> = BTreeMap::new();
        for school in &file.schools {
            *years.entry(school.year).or_default() += 1;
        }
        if years.len() > 1 {
            let named: Vec<String> = years
                .iter()
                .map(|(year, schools)| format!("{year} ({})", counted(*schools, "school", "schools")))
                .collect();
            let last = years
                .last_key_value()
                .map_or_else(String::new, |(year, _)| year.to_string());
            screening.push(
                Problem::of_file(file.account.file(), "schools of several years stand in one file")
                    .in_column("time_period")
                    .seen(&named.join(", "))
                    .remedy(format!("say which year is meant, such as --year {last}")),
            );
        }
    }
}

/// A school stands once a year, over all files.
fn screen_doubles(files: &[SchoolFile], screening: &mut Screening) {
    let mut keys: Vec<(AcademicYear, Urn, usize, u64)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        keys.extend(
            file.schools
                .iter()
                .map(|own| (own.year, own.school.urn, index, own.row)),
        );
    }
    keys.sort_unstable();
    for pair in keys.windows(2) {
        let [
            (year, urn, first_file, first_row),
            (other_year, other_urn, file, row),
        ] = pair
        else {
            continue;
        };
        if (year, urn) == (other_year, other_urn) {
            let place = if first_file == file {
                format!("row {first_row}")
            } else {
                format!("{}, row {first_row}", files[*first_file].account.file())
            };
            screening.push(
                Problem::of_file(files[*file].account.file(), "a school stands twice in one year")
                    .at_row(*row)
                    .seen(&format!("URN {urn} in {year}, first in {place}"))
                    .remedy("keep one of the rows"),
            );
        }
    }
}

/// One school under two URNs, both with pupils, would count twice.
fn screen_two_urns(files: &[SchoolFile], screening: &mut Screening) {
    let mut found: BTreeMap<(AcademicYear, Laestab), (&SchoolFile, &SchoolRow)> = BTreeMap::new();
    for file in files {
        for own in file.schools.iter().filter(|own| own.counts.has_pupils()) {
            let Some(laestab) = own.school.laestab else {
                continue;
            };
            let Some((first_file, first)) = found.insert((own.year, laestab), (file, own)) else {
                continue;
            };
            if first.school.urn == own.school.urn {
                continue;
            }
            let place = if std::ptr::eq(first_file, file) {
                format!("row {}", first.row)
            } else {
                format!("{}, row {}", first_file.account.file(), first.row)
            };
            screening.push(
                Problem::of_file(file.account.file(), "a school stands under two URNs in one year")
                    .at_row(own.row)
                    .seen(&format!(
                        "LAESTAB {laestab}: URN {}, and {} in {place}",
                        own.school.urn, first.school.urn
                    ))
                    .remedy("keep the row of the school that was open at the census"),
            );
        }
    }
}

/// What can be no table of pupils, row by row: more pupils than England has, needs that exceed their totals throughout.
fn screen_sums(files: &[SchoolFile], screening: &mut Screening) {
    /// So many schools whose needs exceed their totals, and more than one in so many of all, are no slips of the pen.
    const FEWEST: usize = 5;
    const ONE_IN: usize = 10;
    for file in files {
        let name = file.account.file();
        let pupils: u64 = file.schools.iter().map(|own| own.counts.most_printed()).sum();
        if pupils > u64::from(MOST_PUPILS) {
            screening.push(
                Problem::of_file(name, "the numbers come to more pupils than England has")
                    .seen(&grouped(pupils))
                    .remedy("check that the columns hold numbers of pupils"),
            );
        }
        let over: Vec<&SchoolRow> = file
            .schools
            .iter()
            .filter(|own| own.counts.needs_exceed_total())
            .collect();
        if over.len() >= FEWEST && over.len() * ONE_IN > file.schools.len() {
            screening.push(
                Problem::of_file(name, "types of need come to more than their totals in many schools")
                    .at_row(over[0].row)
                    .seen(&format!("{} of {} schools", over.len(), file.schools.len()))
                    .remedy(
                        "give numbers of pupils in every column: one of them may hold percentages, or be of another year",
                    ),
            );
        }
    }
}

fn count(files: Vec<SchoolFile>, options: &ReadOptions) -> Reading {
    let carried = Carried {
        need: files.iter().all(|file| file.carries_need),
        roll: files.iter().all(|file| file.carries_roll),
        apart: true,
        rounded_to: None,
    };
    let carries_district = files.iter().all(|file| file.carries_district);
    let (mut accounts, mut notes) = (Vec::new(), Vec::new());
    let mut counted_schools: Vec<(SchoolRow, Counted)> = Vec::new();
    for file in files {
        let SchoolFile {
            mut account,
            schools,
            notes: own_notes,
            carries_need,
            carries_roll,
            ..
        } = file;
        notes.extend(own_notes);
        if carries_need && !carried.need {
            notes.push(Note::about(
                account.file(),
                "its needs were left out, since another file has none",
            ));
        }
        let own = Carried {
            need: carries_need,
            roll: carries_roll && carried.roll,
            apart: true,
            rounded_to: rounded_to(schools.iter().map(|row| &row.counts)),
        };
        let mut reconciliation = Reconciliation::default();
        let mut needs_not_stated = (0_u64, 0_u64);
        for mut row in schools {
            // The Department asks independent schools for no types of need: its tables print nought in each.
            let pupils = if carries_need && !Coverage::StateFunded.counts(row.school.phase) {
                row.counts.forget_needs_of_nobody(&ALWAYS_COUNTED)
            } else {
                0
            };
            needs_not_stated.0 += u64::from(pupils > 0);
            needs_not_stated.1 += pupils;
            let (withheld, withheld_pupils) = (reconciliation.withheld, reconciliation.withheld_pupils);
            let like = Cell::new(
                PlaceIndex(0),
                row.year,
                Some(row.school.phase),
                Provision::NoSen,
                0,
            );
            let mut counted = Counted::default();
            let usable = if own.need && row.counts.needs_exceed_total() {
                Err(Unusable::NeedsOverTotal)
            } else {
                cells_of(&row.counts, like, own, &mut reconciliation, &mut counted)
            };
            if pupils > 0 {
                // Not withheld: never asked for, and said apart.
                (reconciliation.withheld, reconciliation.withheld_pupils) = (withheld, withheld_pupils);
            }
            match usable {
                Ok(()) => {
                    if !carried.need {
                        for cell in &mut counted.cells {
                            cell.primary_need = None;
                        }
                        counted.unknown.retain(|one| one.cell.primary_need.is_none());
                    }
                    counted_schools.push((row, counted));
                }
                Err(unusable) => {
                    notes.push(Note::about(
                        account.file(),
                        format!(
                            "row {} (URN {}) is left out: {}",
                            row.row,
                            row.school.urn,
                            unusable.reason()
                        ),
                    ));
                    account.reject_after_all(unusable.reason(), row.rows);
                }
            }
        }
        if let (schools @ 1.., pupils) = needs_not_stated {
            notes.push(Note::about(
                account.file(),
                format!(
                    "types of need are not known of {} with special educational needs at {}: the file prints nought for \
                     every type, since independent schools are not asked",
                    counted(pupils, "pupil", "pupils"),
                    counted(schools, "independent school", "independent schools"),
                ),
            ));
        }
        note_reconciliation(
            account.file(),
            &reconciliation,
            own,
            "school",
            "schools",
            &mut notes,
        );
        accounts.push(account);
    }
    counted_schools.sort_by_key(|(row, _)| (row.year, row.school.urn));
    let mut places = Vec::with_capacity(counted_schools.len());
    let (mut cells, mut unknown) = (Vec::new(), Vec::new());
    for (place, (row, own)) in (0..).map(PlaceIndex).zip(counted_schools) {
        places.push(CountedPlace::School(row.school));
        cells.extend(own.cells.into_iter().map(|cell| Cell { place, ..cell }));
        unknown.extend(own.unknown.into_iter().map(|one| UnknownCount {
            cell: Cell { place, ..one.cell },
            ..one
        }));
    }
    let mut dimensions = Dimensions::of(&[Dimension::Phase, Dimension::Provision]);
    for (dimension, is_carried) in [
        (Dimension::Roll, carried.roll),
        (Dimension::PrimaryNeed, carried.need),
        (Dimension::District, carries_district),
    ] {
        if is_carried {
            dimensions = dimensions.with(dimension);
        }
    }
    let files: Vec<&str> = accounts.iter().map(RowAccount::file).collect();
    let cells = Cells::new(options.kind, dimensions, places, cells)
        .and_then(|cells| cells.with_unknown(unknown))
        .expect("every cell names a place just made, and SEN support and plans are apart")
        .from_source(&files.join(", "), Covers::Phases);
    Reading {
        cells,
        accounts,
        notes,
    }
}

/// Notes where printed numbers do not fit each other, and what stands.
pub(crate) fn note_reconciliation(
    file: &str,
    found: &Reconciliation,
    carried: Carried,
    one: &str,
    many: &str,
    notes: &mut Vec<Note>,
) {
    let provisions = |count| {
        counted(
            count,
            &format!("count of one {one}"),
            &format!("counts of {many}"),
        )
    };
    if let Some(step) = carried.rounded_to {
        let text = format!(
            "every count of pupils with special educational needs is a multiple of {step}: they are rounded, each by up to {} \
             pupils. Needs and printed totals differ for that in {}, and no pupil is taken for one without a type of need for that",
            step / 2,
            provisions(found.rounded),
        );
        notes.push(Note::about(file, text));
    }
    if found.short > 0 {
        notes.push(Note::about(
            file,
            format!(
                "needs fall short of the printed total in {}: {} are counted as having no type of need recorded",
                provisions(found.short),
                counted(found.short_pupils, "pupil", "pupils"),
            ),
        ));
    }
    if found.over > 0 {
        notes.push(Note::about(
            file,
            format!(
                "needs exceed the printed total in {}, by {}: the needs stand",
                provisions(found.over),
                counted(found.over_pupils, "pupil", "pupils"),
            ),
        ));
    }
    if found.withheld > 0 {
        notes.push(Note::about(
            file,
            format!(
                "needs are withheld in {}: {} have one of those, and are counted under none",
                provisions(found.withheld),
                counted(found.withheld_pupils, "pupil", "pupils"),
            ),
        ));
    }
    if found.roll_unknown > 0 {
        notes.push(Note::about(
            file,
            format!(
                "the number on roll is not known of {}: no share of all pupils can be given with {}",
                counted(found.roll_unknown, one, many),
                if found.roll_unknown == 1 { "it" } else { "them" },
            ),
        ));
    }
    if found.not_stated > 0 {
        notes.push(Note::about(
            file,
            format!(
                "{} not say who has special educational needs: {} are on roll and of neither kind",
                counted(found.not_stated, &format!("{one} does"), &format!("{many} do")),
                counted(found.not_stated_pupils, "pupil", "pupils"),
            ),
        ));
    }
    if found.no_sen_differs > 0 {
        notes.push(Note::about(
            file,
            format!(
                "pupils without special educational needs, as printed, differ from roll less SEN support less plans in \
                 {} {}: the difference stands",
                grouped(found.no_sen_differs),
                if found.no_sen_differs == 1 { one } else { many },
            ),
        ));
    }
}
