//! Any authority by name: what an analyst types, and what is refused.

use senlens_tests::tables::TextTable;
use senlens_tests::{root, said, senlens, shared};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs with arguments and a folder to write; what was said, if it went well.
fn run(arguments: &[&str], out: &Path) -> String {
    let out = out.to_string_lossy();
    let output = senlens(&[&["run"], arguments, &["--out", &out]].concat());
    assert!(output.status.success(), "{arguments:?}\n{}", said(&output));
    said(&output)
}

/// Runs with arguments; it must be refused with exit 2, write nothing and say each of these.
fn refused(arguments: &[&str], says: &[&str]) {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let out_text = out.to_string_lossy().into_owned();
    let output = senlens(&[&["run"], arguments, &["--out", &out_text]].concat());
    let message = said(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{message}");
    // The terminal wraps lines.
    let flat = message.replace("\n  │ ", " ").replace('\n', " ");
    let flat = flat.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in says {
        assert!(
            flat.contains(words),
            "{arguments:?}: `{words}` is not in\n{message}"
        );
    }
    assert!(!out.exists());
}

/// The Department's school-level file of January 2022, cut to every tenth school, the first of each phase of an authority and
/// all of some authorities, as CSV.
fn cut(of_authorities: &[&str]) -> Option<tempfile::NamedTempFile> {
    let whole = super::england::as_csv()?;
    let mut reader = csv::Reader::from_path(&whole).expect("CSV");
    let header = reader.headers().expect("a header").clone();
    let column = |wanted| header.iter().position(|name| name == wanted).expect("a column");
    let (la_code, phase) = (column("old_la_code"), column("phase_type_grouping"));
    let mut phases = BTreeSet::new();
    let file = tempfile::Builder::new()
        .suffix(".csv")
        .tempfile()
        .expect("a file");
    let mut writer = csv::Writer::from_path(file.path()).expect("a file");
    writer.write_record(&header).expect("written");
    for (index, record) in reader.records().enumerate() {
        let record = record.expect("a row");
        let is_first = phases.insert((record[la_code].to_owned(), record[phase].to_owned()));
        if index % 10 == 0 || is_first || of_authorities.contains(&&record[la_code]) {
            writer.write_record(&record).expect("written");
        }
    }
    writer.flush().expect("written");
    Some(file)
}

fn mapping() -> PathBuf {
    root().join("tests/mappings/school_spine_2022_23.toml")
}

#[test]
fn without_an_area_a_run_is_refused_and_says_how_to_name_one() {
    let Some(schools) = shared("data/school_spine_sen_2022_23.csv") else {
        return;
    };
    let (schools, mapping) = (schools.to_string_lossy(), mapping());
    let inputs = ["--schools", &*schools, "--mapping", &*mapping.to_string_lossy()];
    refused(
        &inputs,
        &["--area with an authority's name (`kent`), its number (`886`) or code (`E10000016`)"],
    );
    for (area, meant) in [
        ("kentt", "did you mean Kent (886)"),
        ("Sufolk", "Suffolk (935)"),
        ("cumbri", "Cumberland (942)"),
        (
            "nowhere-at-all",
            "no authority of England has this name, number or code",
        ),
        ("kent.toml", "there is no such area file"),
    ] {
        refused(&[&inputs[..], &["--area", area]].concat(), &[meant]);
    }
    refused(
        &[&inputs[..], &["--area", "kent", "--year", "2022"]].concat(),
        &[
            "say 202122 for the census of January 2022, or 202223 for the school year that began in September 2022",
        ],
    );
}

#[test]
fn an_area_file_that_contradicts_what_is_known_is_refused() {
    let Some(schools) = shared("data/school_spine_sen_2022_23.csv") else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let (schools, mapping) = (schools.to_string_lossy(), mapping());
    let part = |codes: &str| format!("la_code = '886'\n[[parts]]\nname = 'North'\ndistricts = [{codes}]\n");
    let list = "[[neighbours]]\nlist = 'ours'\ndate = '2022-01-01'\nla_codes";
    for (text, says) in [
        (
            "la_code = '886'\nregion_code = 'E12000007'\n".to_owned(),
            "886 is Kent, whose region_code is `E12000008`",
        ),
        (
            "la_code = '886'\narea_code = 'E10000012'\n".to_owned(),
            "whose area_code is `E10000016`",
        ),
        (
            part("'E07000071'"),
            "district `E07000071` is Colchester (Essex), not Kent's; Kent has E07000105 (Ashford)",
        ),
        (part("'E07999999'"), "`E07999999` is no district of England"),
        (part("'E07000105', 'E07000105'"), "stands in two parts"),
        (
            format!("la_code = '886'\n{list} = ['886']\n"),
            "Kent (886) stands among its own neighbours",
        ),
        (
            format!("la_code = '886'\n{list} = ['999']\n"),
            "999, in the list of neighbours `ours`",
        ),
        ("name = 'Kent'\n".to_owned(), "la_code"),
    ] {
        let area = home.path().join("area.toml");
        fs::write(&area, text).expect("written");
        let arguments = [
            "--schools",
            &*schools,
            "--mapping",
            &*mapping.to_string_lossy(),
            "--area",
        ];
        refused(
            &[&arguments[..], &[&*area.to_string_lossy()]].concat(),
            &["area.toml", says],
        );
    }
}

#[test]
fn names_of_authorities_join_however_the_table_spells_them() {
    let Some(schools) = shared("data/school_spine_sen_2022_23.csv") else {
        return;
    };
    let Some(renamed) = shared("cases/19-authority-names/phase_need_renamed.csv") else {
        return;
    };
    let Some(plain) = shared("data/sen_la_phase_need_2022_23.csv") else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let mapping = mapping();
    let of = |table: &Path, name: &str| {
        let out = home.path().join(name);
        let arguments = [
            "--schools",
            &*schools.to_string_lossy(),
            "--mapping",
            &*mapping.to_string_lossy(),
            "--benchmark",
            &*table.to_string_lossy(),
            "--area",
            "herefordshire",
        ];
        run(&arguments, &out);
        TextTable::of_run(&out, "rates")
    };
    let figures = |table: &TextTable| -> Vec<String> {
        let rows = table.rows_where(&[("primary_need", "MLD"), ("phase", "Total")]);
        let each = rows.iter().map(|row| {
            format!(
                "{} {} {} {}",
                row["area_code"], row["coverage"], row["base"], row["events"]
            )
        });
        each.collect()
    };
    let (renamed, plain) = (figures(&of(&renamed, "renamed")), figures(&of(&plain, "plain")));
    assert!(plain.len() > 150, "{}", plain.len());
    assert_eq!(renamed, plain);
}

#[test]
fn an_authority_without_parts_is_compared_by_its_districts() {
    let Some(schools) = cut(&["886"]) else { return };
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    run(&[&*schools.path().to_string_lossy(), "--area", "E10000016"], &out);
    let page = fs::read_to_string(out.join("report.html")).expect("a page");
    assert!(page.contains("Kent") && page.contains("South East") && page.contains("Thanet"));
    assert!(page.contains("Department for Education, May 2025"));
    let lower = page.to_lowercase();
    for word in ["essex", "quadrant", "its parts", " of its parts"] {
        assert!(
            !lower.contains(word),
            "`{word}` stands on the page of an authority without parts"
        );
    }
    let rates = TextTable::of_run(&out, "rates");
    assert!(rates.rows_where(&[("geographic_level", "Quadrant")]).is_empty());
    let districts = rates.rows_where(&[
        ("geographic_level", "Local authority district"),
        ("primary_need", "MLD"),
        ("base", "sen"),
        ("coverage", "state_funded"),
        ("phase", "Total"),
        ("sen_provision", "Total"),
    ]);
    assert_eq!(districts.len(), 12);
    let neighbours = TextTable::of_run(&out, "benchmarks");
    assert!(
        !neighbours
            .rows_where(&[("comparator", "neighbours"), ("area_code", "E10000016")])
            .is_empty()
    );
    let record = fs::read_to_string(out.join("run.json")).expect("a record");
    assert!(
        record.contains("May 2025") && record.contains("after the census of January 2022"),
        "{record}"
    );
}

#[test]
fn an_authority_of_today_is_cut_from_the_one_before_it() {
    let Some(schools) = cut(&["909"]) else { return };
    let home = tempfile::tempdir().expect("a folder");
    let schools = schools.path().to_string_lossy().into_owned();
    let mut pupils = Vec::new();
    for area in ["cumbria", "cumberland", "westmorland and furness"] {
        let out = home.path().join(area);
        let talk = run(&[&schools, "--area", area], &out);
        assert_eq!(
            talk.contains("took over from Cumbria"),
            area != "cumbria",
            "{talk}"
        );
        let rates = TextTable::of_run(&out, "rates");
        let code = match area {
            "cumbria" => "E10000006",
            "cumberland" => "E06000063",
            _ => "E06000064",
        };
        let row = rates.row_where(&[
            ("area_code", code),
            ("geographic_level", "Local authority"),
            ("primary_need", "Total"),
            ("base", "pupils"),
            ("phase", "Total"),
            ("sen_provision", "Total"),
            ("coverage", "state_funded"),
        ]);
        pupils.push(row["population"].parse::<u64>().expect("a count"));
    }
    assert_eq!(pupils[0], pupils[1] + pupils[2]);
}

#[test]
fn init_writes_what_a_run_reads_and_never_over_a_file() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("new");
    let folder_text = folder.to_string_lossy().into_owned();
    let output = senlens(&["init", "--area", "Kent", "--out", &folder_text]);
    assert!(output.status.success(), "{}", said(&output));
    let area = fs::read_to_string(folder.join("kent.toml")).expect("an area file");
    for district in ["Ashford", "Folkestone and Hythe", "Thanet", "Tunbridge Wells"] {
        assert!(area.contains(district), "{area}");
    }
    fs::write(folder.join("kent.toml"), "mine").expect("written");
    fs::remove_file(folder.join("senlens.toml")).expect("removed");
    let again = senlens(&["init", "--area", "kent", "--out", &folder_text]);
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("nothing was written"), "{}", said(&again));
    assert_eq!(
        fs::read_to_string(folder.join("kent.toml")).expect("kept"),
        "mine"
    );
    assert!(!folder.join("senlens.toml").exists());
    let unknown = senlens(&["init", "--area", "kentt", "--out", &folder_text]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown).contains("did you mean Kent"), "{}", said(&unknown));
}
