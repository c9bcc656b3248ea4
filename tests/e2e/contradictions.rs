//! Rows of published tables that contradict themselves, each other or what is possible: refused by file, row and column, or
//! set aside and counted. None makes a figure.

use senlens::synth::county::{County, CountySettings};
use senlens_tests::tables::TextTable;
use senlens_tests::{said, senlens};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Output;

/// An invented county's school file as rows of text, and a folder to run it in.
struct Home {
    folder: tempfile::TempDir,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Home {
    fn new() -> Self {
        let settings = CountySettings {
            schools: 60,
            pupils: 20_000,
            ..CountySettings::default()
        };
        let county = County::invent(3, &settings);
        let mut bytes = Vec::new();
        county.write_wide(&mut bytes).expect("written");
        let text = String::from_utf8(bytes).expect("text");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let texts = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = texts(reader.headers().expect("a header"));
        let rows = reader.records().map(|row| texts(&row.expect("a row"))).collect();
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("area.toml"), county.area_toml()).expect("written");
        Self { folder, header, rows }
    }

    fn column(&self, name: &str) -> usize {
        let found = self.header.iter().position(|own| own == name);
        found.unwrap_or_else(|| panic!("{name} is a column"))
    }

    /// Sets a column in a row as a spreadsheet numbers it.
    fn set(&mut self, row: usize, column: &str, text: &str) {
        let at = self.column(column);
        text.clone_into(&mut self.rows[row - 2][at]);
    }

    fn get(&self, row: usize, column: &str) -> &str {
        &self.rows[row - 2][self.column(column)]
    }

    /// The first row of a phase, from a row on.
    fn row_of(&self, phase: &str, from: usize) -> usize {
        (from..self.rows.len() + 2)
            .find(|row| self.get(*row, "phase_type_grouping") == phase)
            .expect("there is one")
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn write(&self, name: &str) {
        let mut writer = csv::Writer::from_path(self.path(name)).expect("opened");
        writer.write_record(&self.header).expect("written");
        for row in &self.rows {
            writer.write_record(row).expect("written");
        }
        writer.flush().expect("written");
    }

    fn run(&self, more: &[&str]) -> Output {
        self.write("schools.csv");
        let (schools, area, out) = (self.path("schools.csv"), self.path("area.toml"), self.path("out"));
        let mut words = vec!["run", "--schools", &schools, "--area", &area, "--out", &out];
        words.extend(more);
        senlens(&words)
    }

    /// The run fails with exit 2, says each of these, and writes nothing.
    fn refuses(&self, case: &str, says: &[&str]) {
        let output = self.run(&[]);
        let words = plainly(&output);
        assert_eq!(output.status.code(), Some(2), "{case}: {words}");
        for each in ["schools.csv"].iter().chain(says) {
            assert!(words.contains(each), "{case}: `{each}` is not said: {words}");
        }
        assert!(
            !self.folder.path().join("out").exists(),
            "{case}: nothing is written"
        );
    }

    fn notes(&self) -> String {
        let text = fs::read_to_string(self.path("out/run.json")).expect("the record");
        let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        record["notes"].to_string()
    }

    fn rates(&self) -> TextTable {
        TextTable::of_run(&self.folder.path().join("out"), "rates")
    }
}

/// What was said, its lines put together.
fn plainly(output: &Output) -> String {
    let text = said(output).replace(['\u{2502}', '\u{d7}'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const PRIMARY: &str = "State-funded primary";

#[test]
fn a_row_of_two_authorities_is_refused() {
    // The authority's number of a row is held against its LAESTAB, name and code.
    let mut home = Home::new();
    home.set(5, "old_la_code", "881");
    let laestab = home.get(5, "laestab").to_owned();
    home.refuses(
        "number",
        &[
            "row 5",
            "old_la_code",
            &format!("881 with {laestab}"),
            "LAESTAB",
            "put right",
        ],
    );

    for (column, text) in [
        ("la_name", "Essex"),
        ("new_la_code", "E10000016"),
        ("laestab", "8812001"),
    ] {
        let mut home = Home::new();
        home.set(9, column, text);
        home.refuses(column, &["row 9", "old_la_code", text]);
    }
}

#[test]
fn a_school_under_two_urns_is_refused_and_one_that_is_closed_is_not() {
    let mut home = Home::new();
    let (first, second) = (home.row_of(PRIMARY, 2), home.row_of(PRIMARY, 20));
    let laestab = home.get(first, "laestab").to_owned();
    home.set(second, "laestab", &laestab);
    home.refuses(
        "two URNs",
        &[
            &format!("row {second}"),
            "two URNs",
            &laestab,
            &format!("in row {first}"),
        ],
    );
    for column in home.header.clone() {
        let counts = column.contains("rimary_need_")
            || ["SEN support", "EHC plan", "Total pupils"].contains(&&*column);
        if counts {
            home.set(first, &column, "0");
        }
    }
    let output = home.run(&[]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn two_columns_of_one_need_are_refused() {
    let mut home = Home::new();
    home.header.push("EHC_Primary_need_autism".to_owned());
    for row in &mut home.rows {
        row.push("1".to_owned());
    }
    home.refuses(
        "two columns",
        &["row 1", "EHC_Primary_need_autism", "ASD", "EHC_Primary_need_asd"],
    );
}

#[test]
fn shares_in_place_of_counts_are_refused() {
    // By the value.
    for text in ["13.5", "13.5%", "12%"] {
        let mut home = Home::new();
        home.set(4, "SEN support", text);
        home.refuses(text, &["row 4", "SEN support", text, "percentages and shares"]);
    }
    // By the name: whole percentages look like counts.
    for name in ["% SEN support", "SEN support (%)", "SEN support percentage"] {
        let mut home = Home::new();
        let at = home.column("SEN support");
        name.clone_into(&mut home.header[at]);
        home.refuses(name, &[name, "column of shares"]);
    }
    // Beside the count, a share is another column.
    let mut home = Home::new();
    home.header.push("% SEN support".to_owned());
    for row in &mut home.rows {
        row.push("13.5".to_owned());
    }
    let output = home.run(&[]);
    assert!(output.status.success(), "{}", said(&output));
    // By the sums: needs as percentages of their total.
    let mut home = Home::new();
    let mapped: Vec<(String, usize)> = ["mld", "slcn", "semh"]
        .iter()
        .map(|need| format!("SUP_Primary_need_{need}"))
        .map(|name| (name.clone(), home.column(&name)))
        .collect();
    for row in &mut home.rows {
        for (_, at) in &mapped {
            "33".clone_into(&mut row[*at]);
        }
    }
    home.refuses("needs of 99 in all", &["more than their totals", "percentages"]);
}

#[test]
fn what_no_school_can_have_is_refused() {
    for column in ["Total pupils", "SEN support", "EHC_Primary_need_mld"] {
        let mut home = Home::new();
        home.set(7, column, "9999999");
        home.refuses(
            column,
            &["row 7", column, "9999999", "more pupils than any school has"],
        );
    }
}

/// The rows of an area by its code, all phases and provisions together.
fn shares(rates: &TextTable, level: &str, need: &str, base: &str) -> Vec<BTreeMap<String, String>> {
    let wanted = [
        ("geographic_level", level),
        ("coverage", "state_funded"),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("primary_need", need),
        ("base", base),
    ];
    rates.rows_where(&wanted).into_iter().cloned().collect()
}

#[test]
fn more_with_a_need_than_with_sen_is_set_aside_and_counted() {
    let mut home = Home::new();
    let row = home.row_of(PRIMARY, 6);
    let urn = home.get(row, "URN").to_owned();
    home.set(row, "SUP_Primary_need_mld", "400");
    let output = home.run(&[]);
    assert!(output.status.success(), "{}", said(&output));
    let (notes, rates) = (home.notes(), home.rates());
    assert!(
        notes.contains(&urn) && notes.contains("types of need come to more than the total"),
        "{notes}"
    );
    assert!(
        rates.rows_where(&[("area_code", &urn)]).is_empty(),
        "{urn} has no rate"
    );
    let record = fs::read_to_string(home.path("out/run.json")).expect("the record");
    assert!(
        record.contains("types of need come to more than the total they are of"),
        "{record}"
    );
}

/// Independent schools are not asked for types of need: theirs are not known, and not `no type recorded`.
#[test]
fn needs_of_independent_schools_are_not_known() {
    let mut home = Home::new();
    let row = home.row_of(PRIMARY, 2);
    let urn = home.get(row, "URN").to_owned();
    home.set(row, "phase_type_grouping", "Independent school");
    let needs: Vec<String> = home
        .header
        .iter()
        .filter(|name| name.contains("_Primary_need_"))
        .cloned()
        .collect();
    for name in &needs {
        home.set(row, name, "0");
    }
    home.set(row, "Total pupils", "400");
    home.set(row, "SEN support", "31");
    home.set(row, "EHC plan", "4");
    let output = home.run(&["--coverage", "all_schools"]);
    assert!(output.status.success(), "{}", said(&output));
    let (notes, rates) = (home.notes(), home.rates());
    assert!(
        notes.contains("types of need are not known of 35 pupils"),
        "{notes}"
    );
    assert!(!notes.contains("no type of need recorded"), "{notes}");
    // Its total is known, its needs are not.
    let own = rates.rows_where(&[("area_code", &urn)]);
    assert!(
        own.iter()
            .any(|row| row["primary_need"] == "Total" && row["events"] == "35"),
        "{own:?}"
    );
    assert!(
        own.iter()
            .all(|row| row["primary_need"] == "Total" || row["events"].is_empty()),
        "{own:?}"
    );
    // No need of all schools together is a number.
    let together = rates.rows_where(&[
        ("geographic_level", "Local authority"),
        ("coverage", "all_schools"),
    ]);
    assert!(!together.is_empty());
    assert!(
        together
            .iter()
            .all(|row| row["primary_need"] == "Total" || row["events"].is_empty()),
        "{together:?}"
    );
    assert!(
        !shares(&rates, "Local authority", "MLD", "sen").is_empty(),
        "state-funded schools state theirs"
    );
}

/// `check` and `cells` take the Department's long layout of schools for what it is.
#[test]
fn a_long_table_of_schools_is_no_pupil_file() {
    let home = Home::new();
    let county = County::invent(
        3,
        &CountySettings {
            schools: 60,
            pupils: 20_000,
            ..CountySettings::default()
        },
    );
    let mut long = Vec::new();
    county.write_long(&mut long).expect("written");
    fs::write(home.path("long.csv"), long).expect("written");
    home.write("schools.csv");
    let checked = senlens(&["check", &home.path("long.csv")]);
    let told = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(
        told.contains("long school file") && told.contains("rows read"),
        "{told}{}",
        said(&checked)
    );
    let as_pupils = senlens(&[
        "check",
        &home.path("long.csv"),
        "--schools",
        &home.path("schools.csv"),
    ]);
    assert_eq!(as_pupils.status.code(), Some(2), "{}", said(&as_pupils));
    assert!(
        plainly(&as_pupils).contains("table of counts"),
        "{}",
        said(&as_pupils)
    );
    let cells = senlens(&[
        "cells",
        &home.path("long.csv"),
        "--schools",
        &home.path("schools.csv"),
        "--out",
        &home.path("cells.parquet"),
    ]);
    assert_eq!(cells.status.code(), Some(2), "{}", said(&cells));
    assert!(!home.folder.path().join("cells.parquet").exists());
}

/// A file of cells has no place for a count that is not known.
#[test]
fn cells_of_withheld_counts_are_refused() {
    let mut home = Home::new();
    let row = home.row_of(PRIMARY, 2);
    home.set(row, "SUP_Primary_need_mld", "c");
    home.set(row, "SUP_Primary_need_slcn", "c");
    home.set(row, "SEN support", "60");
    home.write("schools.csv");
    let output = senlens(&[
        "cells",
        &home.path("schools.csv"),
        "--out",
        &home.path("cells.parquet"),
    ]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(plainly(&output).contains("not known"), "{}", said(&output));
    assert!(!home.folder.path().join("cells.parquet").exists());
}

/// A long table's rows of one school agree on its authority and phase.
#[test]
fn rows_of_one_school_that_contradict_each_other_are_refused() {
    let home = Home::new();
    let county = County::invent(
        3,
        &CountySettings {
            schools: 60,
            pupils: 20_000,
            ..CountySettings::default()
        },
    );
    let mut long = Vec::new();
    county.write_long(&mut long).expect("written");
    let text = String::from_utf8(long).expect("text");
    let mut lines = text.lines();
    let mut changed = format!("{}\n", lines.next().expect("a header"));
    for (at, line) in lines.enumerate() {
        let line = if at == 3 {
            line.replacen("State-funded nursery", PRIMARY, 1)
        } else {
            line.to_owned()
        };
        let _ = writeln!(changed, "{line}");
    }
    assert_ne!(changed, text, "the fifth row is of a nursery school");
    fs::write(home.path("long.csv"), changed).expect("written");
    let (long, area, out) = (home.path("long.csv"), home.path("area.toml"), home.path("out"));
    let output = senlens(&["run", "--schools", &long, "--area", &area, "--out", &out]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let words = plainly(&output);
    assert!(
        words.contains("row 5") && words.contains("contradict each other"),
        "{words}"
    );
}

/// A published table of Essex and Kent, as rows of authority number, name and code.
fn table(rows: &[(&str, &str, &str)]) -> String {
    let mut text =
        "time_period,time_identifier,geographic_level,old_la_code,la_name,new_la_code,phase_type_grouping,\
                    sen_provision,sen_primary_need,pupil_count\n"
            .to_owned();
    for (number, name, code) in rows {
        for (need, pupils) in [
            ("Total", 900),
            ("Moderate learning difficulty", 300),
            ("Autistic spectrum disorder", 600),
        ] {
            for provision in ["Education, health and care plan", "SEN support"] {
                let _ = writeln!(
                    text,
                    "202223,Academic year,Local authority,{number},{name},{code},Total,\"{provision}\",{need},{pupils}"
                );
            }
        }
    }
    text
}

#[test]
fn rows_of_a_table_of_areas_are_of_one_authority_too() {
    let (essex, kent) = (("881", "Essex", "E10000012"), ("886", "Kent", "E10000016"));
    for (case, rows, says) in [
        ("sound", [essex, kent], &[][..]),
        (
            "number",
            [essex, ("881", "Kent", "E10000016")],
            &["row 8", "old_la_code", "881 with Kent"],
        ),
        (
            "code",
            [essex, ("886", "Kent", "E10000012")],
            &["row 8", "886 with E10000012"],
        ),
        (
            "twice",
            [essex, ("881", "Essex County Council", "")],
            &["under two names or codes", "Essex County Council"],
        ),
    ] {
        let home = tempfile::tempdir().expect("a folder");
        let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
        fs::write(path("table.csv"), table(&rows)).expect("written");
        let output = senlens(&[
            "run",
            "--area",
            "essex",
            "--benchmark",
            &path("table.csv"),
            "--out",
            &path("out"),
        ]);
        let words = plainly(&output);
        assert_eq!(output.status.success(), says.is_empty(), "{case}: {words}");
        for each in says {
            assert!(words.contains(each), "{case}: `{each}` is not said: {words}");
        }
        assert_eq!(home.path().join("out").exists(), says.is_empty(), "{case}");
    }
}

/// An area with more pupils than any has, and a count that no 32 bits hold when added up.
#[test]
fn what_no_area_can_have_is_refused() {
    for (case, from, to) in [
        ("an authority", "difficulty,300", "difficulty,9999999"),
        ("beyond all pupils", "difficulty,300", "difficulty,99999999"),
    ] {
        let home = tempfile::tempdir().expect("a folder");
        let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
        let text = table(&[("881", "Essex", "E10000012")]).replacen(from, to, 1);
        fs::write(path("table.csv"), text).expect("written");
        let output = senlens(&[
            "run",
            "--area",
            "essex",
            "--benchmark",
            &path("table.csv"),
            "--out",
            &path("out"),
        ]);
        assert_eq!(output.status.code(), Some(2), "{case}: {}", said(&output));
        let words = plainly(&output);
        assert!(words.contains("table.csv"), "{case}: {words}");
        assert!(!home.path().join("out").exists(), "{case}");
    }
}

/// Schools that no table confirms are said to be unconfirmed; an authority without a secondary school is a part.
#[test]
fn what_confirms_that_a_file_holds_every_school_is_said() {
    let home = Home::new();
    let output = home.run(&[]);
    assert!(output.status.success(), "{}", said(&output));
    let page = fs::read_to_string(home.path("out/report.html")).expect("the page");
    for text in [home.notes(), page] {
        assert!(
            text.contains("Nothing given confirms that schools.csv holds every school"),
            "{text}"
        );
    }
}
