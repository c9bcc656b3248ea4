//! One table of schools in every shape in which it may lie on a desk gives the same counts.

use senlens::synth::county::{County, CountySettings};
use senlens_tests::{said, senlens, shared};
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn county() -> Vec<Vec<String>> {
    let county = County::invent(
        11,
        &CountySettings {
            schools: 40,
            pupils: 12_000,
            ..CountySettings::default()
        },
    );
    let mut wide = Vec::new();
    county.write_wide(&mut wide).expect("written");
    let text = String::from_utf8(wide).expect("text");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        // Independent schools do not state their needs, and a file of cells has no place for what is not known.
        .filter(|row: &Vec<String>| row.iter().all(|field| field != "Independent school"))
        .collect()
}

fn separated(rows: &[Vec<String>], separator: u8) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("flushed")).expect("text")
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("started");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// A workbook as Excel saves it: numbers as floats.
fn xlsx(sheets: &[(&str, &[Vec<String>])]) -> Vec<u8> {
    let (mut types, mut list, mut links) = (String::new(), String::new(), String::new());
    let mut parts = Vec::new();
    for (number, (name, rows)) in (1..).zip(sheets) {
        let path = format!("xl/worksheets/sheet{number}.xml");
        let _ = write!(
            types,
            "<Override PartName=\"/{path}\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );
        let _ = write!(
            list,
            "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>"
        );
        let _ = write!(
            links,
            "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        let mut data = String::new();
        for (row, fields) in (1..).zip(*rows) {
            let _ = write!(data, "<row r=\"{row}\">");
            for (column, field) in fields.iter().enumerate().filter(|(_, field)| !field.is_empty()) {
                let at = format!("{}{row}", letters(column));
                let _ = match field.parse::<f64>() {
                    Ok(number) => write!(data, "<c r=\"{at}\"><v>{number:.1}</v></c>"),
                    Err(_) => write!(
                        data,
                        "<c r=\"{at}\" t=\"inlineStr\"><is><t>{}</t></is></c>",
                        escaped(field)
                    ),
                };
            }
            data.push_str("</row>");
        }
        let sheet = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{data}</sheetData></worksheet>"
        );
        parts.push((path, sheet));
    }
    let main = "http://schemas.openxmlformats.org";
    let mut files = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "<Types xmlns=\"{main}/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{types}</Types>"
            ),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{main}/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{main}/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{main}/spreadsheetml/2006/main\" xmlns:r=\"{main}/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{main}/package/2006/relationships\">{links}</Relationships>"),
        ),
    ];
    files.extend(parts);
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    zipped(&files)
}

fn letters(column: usize) -> String {
    let letter = |at: usize| char::from(b'A' + u8::try_from(at).expect("below 26"));
    match column / 26 {
        0 => letter(column).to_string(),
        more => format!("{}{}", letter(more - 1), letter(column % 26)),
    }
}

/// A workbook as `LibreOffice` saves it.
fn ods(name: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let mut table = String::new();
    for row in rows {
        table.push_str("<table:table-row>");
        for field in row {
            let _ = match field.parse::<f64>() {
                Ok(number) => write!(
                    table,
                    "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
                ),
                Err(_) if field.is_empty() => write!(table, "<table:table-cell/>"),
                Err(_) => write!(
                    table,
                    "<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>",
                    escaped(field)
                ),
            };
        }
        table.push_str("</table:table-row>");
    }
    let names = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"{names}:office:1.0\" xmlns:table=\"{names}:table:1.0\" xmlns:text=\"{names}:text:1.0\" office:version=\"1.2\"><office:body><office:spreadsheet><table:table table:name=\"{name}\">{table}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
        ("META-INF/manifest.xml", "<manifest/>"),
    ])
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

/// The counts of a file of schools, as `senlens cells` writes them, and what it said.
fn counts(home: &Path, name: &str, bytes: &[u8]) -> (Vec<u8>, String) {
    let file = home.join(name);
    fs::write(&file, bytes).expect("written");
    let out = home.join(format!("{name}.cells.parquet"));
    let [file, out] = [file, out].map(|path: PathBuf| path.to_string_lossy().into_owned());
    let output = senlens(&["cells", &file, "--out", &out]);
    assert!(output.status.success(), "{name}: {}", said(&output));
    (fs::read(&out).expect("cells"), said(&output))
}

#[test]
fn every_shape_of_a_table_of_schools_gives_the_same_counts() {
    let home = tempfile::tempdir().expect("a folder");
    let rows = county();
    let plain = separated(&rows, b',');
    let (expected, words) = counts(home.path(), "plain.csv", plain.as_bytes());
    let all = rows.len() - 1;
    assert!(
        all >= 35 && words.contains(&format!("{all} rows, {all} used")),
        "{words}"
    );

    let titles = "SEN by school\n\"January 2023, extracted 12/03/2023\"\n\n";
    let notes = "\nSource: School census, January 2023\n\"z means not applicable, x not available\"\n";
    let width = rows[0].len();
    let with_rows = |above: &[&str], below: &[&str]| {
        let row = |text: &&str| {
            let mut row = vec![String::new(); width];
            (*text).clone_into(&mut row[0]);
            row
        };
        let mut all: Vec<Vec<String>> = above.iter().map(row).collect();
        all.extend(rows.iter().cloned());
        all.extend(below.iter().map(row));
        all
    };
    let mut with_total = rows.clone();
    let mut total = vec![String::new(); width];
    let column = |name: &str| rows[0].iter().position(|own| own == name).expect("a column");
    "Total".clone_into(&mut total[column("school_name")]);
    "12000".clone_into(&mut total[column("Total pupils")]);
    with_total.push(total);
    let mangled: Vec<Vec<String>> =
        std::iter::once(rows[0].iter().map(|name| name.replace(' ', ".")).collect())
            .chain(rows[1..].iter().cloned())
            .collect();
    let floats: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let as_float = |field: &String| match field.parse::<u32>() {
                Ok(number) => format!("{number}.0"),
                Err(_) => field.clone(),
            };
            row.iter().map(as_float).collect()
        })
        .collect();
    let mut trailing = String::new();
    for (row, line) in plain.lines().enumerate() {
        trailing.push_str(line);
        trailing.push_str(if row % 16 < 8 { ",,,\n" } else { "\n" });
    }
    let cover = vec![
        vec!["Special educational needs".to_owned()],
        vec!["Sheet".to_owned(), "What it holds".to_owned()],
        vec!["Schools".to_owned(), "One school a row".to_owned()],
    ];
    let shapes: Vec<(&str, Vec<u8>, &str)> = vec![
        ("semicolons.csv", separated(&rows, b';').into_bytes(), ""),
        (
            "excel.csv",
            format!("sep=;\n{}", separated(&rows, b';')).into_bytes(),
            "title row above the header",
        ),
        ("tabs.tsv", separated(&rows, b'\t').into_bytes(), ""),
        ("bars.csv", separated(&rows, b'|').into_bytes(), ""),
        ("returns.csv", plain.replace('\n', "\r").into_bytes(), ""),
        ("windows.csv", plain.replace('\n', "\r\n").into_bytes(), ""),
        (
            "unicode_text.csv",
            [
                &[0xff, 0xfe][..],
                &utf16(&separated(&rows, b'\t'), u16::to_le_bytes),
            ]
            .concat(),
            "read as UTF-16",
        ),
        ("unmarked.csv", utf16(&plain, u16::to_le_bytes), "read as UTF-16"),
        (
            "big_endian.csv",
            utf16(&plain, u16::to_be_bytes),
            "read as UTF-16",
        ),
        (
            "titles.csv",
            format!("{titles}{plain}").into_bytes(),
            "2 (title row above the header)",
        ),
        (
            "notes.csv",
            format!("{plain}{notes}").into_bytes(),
            "2 (note below the table)",
        ),
        (
            "padded.csv",
            separated(&with_rows(&["SEN by school"], &["Source: School census"]), b',').into_bytes(),
            "1 (note below the table)",
        ),
        (
            "total.csv",
            separated(&with_total, b',').into_bytes(),
            "1 (total or breakdown row)",
        ),
        ("trailing.csv", trailing.into_bytes(), ""),
        ("floats.csv", separated(&floats, b',').into_bytes(), ""),
        ("mangled.csv", separated(&mangled, b',').into_bytes(), ""),
        ("book.xlsx", xlsx(&[("Schools", &rows)]), ""),
        (
            "titled.xlsx",
            xlsx(&[("Schools", &with_rows(&["A title", ""], &["Source: census"]))]),
            "1 (title row above",
        ),
        (
            "sheets.xlsx",
            xlsx(&[("Cover", &cover), ("Schools", &rows)]),
            "sheets.xlsx/Cover: passed over",
        ),
        ("book.ods", ods("Schools", &rows), ""),
    ];
    for (name, bytes, says) in shapes {
        let (found, words) = counts(home.path(), name, &bytes);
        assert!(found == expected, "{name} gives other counts");
        assert!(words.contains(says), "{name}: `{says}` is not said: {words}");
    }
}

#[test]
fn the_files_of_case_12_are_read_or_refused_by_their_name() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = "cases/12-excel-and-export-shapes";
    let [Some(plain), Some(titles), Some(notes), Some(xlsx), Some(ods)] = [
        "trailing_commas.csv",
        "title_rows.csv",
        "footnotes.csv",
        "schools.xlsx",
        "schools.ods",
    ]
    .map(|name| shared(&format!("{folder}/{name}"))) else {
        return;
    };
    let bytes = |path: &PathBuf| fs::read(path).expect("readable");
    let (expected, _) = counts(home.path(), "plain.csv", &bytes(&plain));
    for (path, says) in [(titles, "title row above"), (notes, "2 (note below the table)")] {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let (found, words) = counts(home.path(), &name, &bytes(&path));
        assert!(found == expected, "{}", path.display());
        assert!(words.contains(says), "{words}");
    }
    // Both are stubs: what lies in them is no workbook.
    for path in [xlsx, ods] {
        let path = path.to_string_lossy().into_owned();
        let output = senlens(&["check", &path]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(words.contains("workbook") && words.contains("hint: "), "{words}");
    }
}

#[test]
fn a_workbook_of_pupils_is_counted_as_their_csv_is() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = "cases/10-dual-guest-duplicate";
    let (Some(pupils), Some(schools)) = (
        shared(&format!("{folder}/pupils_plain.csv")),
        shared(&format!("{folder}/schools.csv")),
    ) else {
        return;
    };
    let text = fs::read_to_string(&pupils).expect("readable");
    let rows: Vec<Vec<String>> = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect();
    let book = home.path().join("pupils.xlsx");
    fs::write(
        &book,
        xlsx(&[("Notes", &[vec!["Confidential".to_owned()]]), ("Pupils", &rows)]),
    )
    .expect("written");
    let counted = |file: &Path| {
        let name = file.extension().expect("an extension").to_string_lossy();
        let out = home.path().join(format!("cells_of_{name}.parquet"));
        let [file, schools, out_text] =
            [file, &schools, &out].map(|path| path.to_string_lossy().into_owned());
        let output = senlens(&["cells", &file, "--schools", &schools, "--out", &out_text]);
        assert!(output.status.success(), "{}", said(&output));
        fs::read(&out).expect("cells")
    };
    assert!(
        counted(&book) == counted(&pupils),
        "the workbook gives other counts"
    );
}
