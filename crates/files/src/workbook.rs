//! The sheets of a workbook (.xlsx, .xlsb, .xls, .ods), each as the text of a CSV file, so that what is known of tables
//! as text (titles above, notes below, blank rows) holds for them too.

use crate::{MOST_BYTES, Problem};
use calamine::{Data, ExcelDateTime, Reader, Sheets, open_workbook_auto_from_rs};
use senlens_model::csv_field;
use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};
use zip::ZipArchive;

/// The most cells read of one workbook.
const MOST_CELLS: usize = 50_000_000;
/// A header stands in one of so many rows; the rows below are made as wide as the widest of these.
const TOP_ROWS: u32 = 30;

/// One sheet with something in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name, as its tab shows it.
    pub name: String,
    /// Its cells as CSV (UTF-8). Row 1 of the text is row 1 of the sheet.
    pub csv: String,
}

/// Whether a file is a workbook: Office Open XML, `OpenDocument`, or what Excel wrote before 2007 (and writes still where a
/// password locks it).
pub fn is_workbook(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return true;
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return false;
    }
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return false;
    };
    let has = |member: &str| archive.index_for_name(member).is_some();
    (has("[Content_Types].xml") && !has("word/document.xml")) || (has("mimetype") && has("content.xml"))
}

/// The sheets of a workbook that hold anything, in the workbook's order. Whole numbers stand without a decimal point and
/// dates as `2023-01-19`, whatever the sheet shows; text stands as it is.
///
/// # Errors
/// When the workbook is damaged, locked, empty or too large.
pub fn sheets(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Problem> {
    let read = catch_unwind(AssertUnwindSafe(|| read(name, bytes)));
    let sheets = read.unwrap_or_else(|_| Err(unreadable(name, "its reader gave up")))?;
    if sheets.is_empty() {
        return Err(
            Problem::of_file(name, "no sheet of this workbook has anything in it")
                .remedy("give another file"),
        );
    }
    Ok(sheets)
}

/// The text of a table: decoded, or the one sheet of a workbook that holds anything.
///
/// # Errors
/// When the text cannot be decoded, the workbook cannot be read, or several of its sheets hold something.
pub fn table_text(name: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    if !is_workbook(&bytes) {
        return crate::decode(name, bytes).map(|(text, _)| text);
    }
    let mut sheets = sheets(name, &bytes)?;
    if sheets.len() > 1 {
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        return Err(
            Problem::of_file(name, "several sheets of this workbook hold something")
                .seen(&names.join(", "))
                .remedy("save the one that is meant as CSV (UTF-8) and give that"),
        );
    }
    Ok(sheets.remove(0).csv)
}

fn unreadable(name: &str, why: &str) -> Problem {
    Problem::of_file(
        name,
        format!("the workbook cannot be read ({})", crate::shortened(why)),
    )
    .remedy("open it and save it again without a password, or save the sheet as CSV (UTF-8)")
}

fn read(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Problem> {
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes))
        .map_err(|error| unreadable(name, &error.to_string()))?;
    let mut room = MOST_CELLS;
    let mut sheets = Vec::new();
    for sheet in workbook.sheet_names() {
        let mut cells =
            cells(&mut workbook, &sheet, room).map_err(|why| unreadable(name, &format!("{sheet}: {why}")))?;
        room -= cells.len();
        if !cells.is_empty() {
            cells.sort_by_key(|(row, column, _)| (*row, *column));
            let csv = as_csv(&cells).ok_or_else(|| {
                Problem::of_file(name, "there is more in this workbook than we read").remedy(
                    "save the sheet as CSV (UTF-8), cut to the years, levels and columns that are needed",
                )
            })?;
            sheets.push(Sheet { name: sheet, csv });
        }
    }
    Ok(sheets)
}

/// Row, column, text.
type Cells = Vec<(u32, u32, String)>;

/// The cells of a sheet that hold anything. Those of .xlsx are read one by one: one cell far out would make a whole
/// range of them too large for any memory.
fn cells<R: std::io::Read + std::io::Seek>(
    workbook: &mut Sheets<R>,
    sheet: &str,
    most: usize,
) -> Result<Cells, String> {
    let too_many = || format!("there are more than {MOST_CELLS} cells");
    let mut cells = Vec::new();
    let mut take = |row: u32, column: u32, data: &Data| {
        let text = text_of(data);
        if !text.is_empty() {
            cells.push((row, column, text));
        }
        (cells.len() <= most).then_some(()).ok_or_else(too_many)
    };
    if let Sheets::Xlsx(workbook) = workbook {
        let mut reader = match workbook.worksheet_cells_reader(sheet) {
            Ok(reader) => reader,
            // A sheet of charts alone has no cells.
            Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(cells),
            Err(error) => return Err(error.to_string()),
        };
        while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
            let (row, column) = cell.get_position();
            take(row, column, &Data::from(cell.get_value().clone()))?;
        }
        return Ok(cells);
    }
    let range = workbook
        .worksheet_range(sheet)
        .map_err(|error| error.to_string())?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, data) in range.used_cells() {
        let at = |first: u32, offset: usize| first + u32::try_from(offset).unwrap_or(u32::MAX - first);
        take(at(first_row, row), at(first_column, column), data)?;
    }
    Ok(cells)
}

fn text_of(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::String(text) => text.trim().to_owned(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(moment) => date_of(*moment),
        Data::DateTimeIso(text) => text.strip_suffix("T00:00:00").unwrap_or(text).to_owned(),
        Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
    }
}

fn date_of(moment: ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date} {hour:02}:{minute:02}:{second:02}")
    }
}

/// The cells, in order of row and column, as CSV; nothing where they are too many.
fn as_csv(cells: &Cells) -> Option<String> {
    let width = cells
        .iter()
        .take_while(|(row, _, _)| *row < TOP_ROWS)
        .map(|(_, column, _)| column + 1)
        .max()
        .unwrap_or(1);
    let mut csv = String::new();
    let (mut row, mut column) = (0, 0);
    let end_row = |csv: &mut String, column: u32| {
        for _ in column + 1..width {
            csv.push(',');
        }
        csv.push('\n');
    };
    for (cell_row, cell_column, text) in cells {
        while row < *cell_row {
            end_row(&mut csv, column);
            (row, column) = (row + 1, 0);
        }
        while column < *cell_column {
            csv.push(',');
            column += 1;
        }
        csv.push_str(&csv_field(text));
        if csv.len() as u64 > MOST_BYTES {
            return None;
        }
    }
    end_row(&mut csv, column);
    Some(csv)
}

#[cfg(test)]
mod tests {
    use super::{as_csv, sheets, text_of};
    use calamine::{Data, ExcelDateTime, ExcelDateTimeType};

    #[test]
    fn numbers_and_dates_stand_as_they_are_meant() {
        let date = |serial| Data::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false));
        for (data, text) in [
            (Data::Float(881.0), "881"),
            (Data::Float(13.25), "13.25"),
            (Data::Int(-1), "-1"),
            (Data::String(" 0881 ".to_owned()), "0881"),
            (date(44_945.0), "2023-01-19"),
            (date(44_945.5), "2023-01-19 12:00:00"),
            (Data::DateTimeIso("2023-01-19T00:00:00".to_owned()), "2023-01-19"),
            (Data::Bool(true), "TRUE"),
            (Data::Empty, ""),
        ] {
            assert_eq!(text_of(&data), text, "{data:?}");
        }
    }

    #[test]
    fn rows_keep_their_numbers_and_are_as_wide_as_the_header() {
        let cell = |row, column, text: &str| (row, column, text.to_owned());
        let cells = vec![
            cell(1, 0, "a title, long"),
            cell(3, 0, "a"),
            cell(3, 2, "c"),
            cell(4, 1, "2"),
        ];
        assert_eq!(
            as_csv(&cells).as_deref(),
            Some(",,\n\"a title, long\",,\n,,\na,,c\n,2,\n")
        );
    }

    #[test]
    fn what_is_no_workbook_is_refused() {
        for bytes in [&b"PK\x03\x04"[..], b"\xd0\xcf\x11\xe0", b""] {
            let problem = sheets("book.xlsx", bytes).expect_err("damaged");
            assert!(
                problem.rule.starts_with("the workbook cannot be read"),
                "{problem:?}"
            );
        }
    }
}
