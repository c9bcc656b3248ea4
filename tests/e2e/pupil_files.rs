//! Pupil files as systems and spreadsheets leave them: read with what was done said, or refused by name; never a wrong
//! count, never a pupil's value in a message.

use senlens::model::{Need, Provision};
use senlens::pupils::SchoolDirectory;
use senlens::pupils::cells_file::read_cells;
use senlens_tests::tables::TextTable;
use senlens_tests::{senlens, shared};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;

/// What the program said on stderr, without the lines it was broken into.
fn said(output: &Output) -> String {
    let told = senlens_tests::said(output).replace('│', " ");
    told.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What came of counting a file: pupils and pupils with MLD; and what the program said.
struct Counted {
    output: Output,
    pupils: u32,
    mld: u32,
}

fn count(file: &Path, schools: &Path, more: &[&str]) -> Counted {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("cells.parquet");
    let (file, schools_file) = (file.to_string_lossy(), schools.to_string_lossy());
    let out_file = out.to_string_lossy();
    let arguments = [
        &["cells", &file, "--schools", &schools_file, "--out", &out_file],
        more,
    ]
    .concat();
    let output = senlens(&arguments);
    let (mut pupils, mut mld) = (0, 0);
    if output.status.success() {
        let directory = SchoolDirectory::read(schools, None).expect("schools");
        let cells = read_cells(&[out], Some(&directory)).expect("cells").cells;
        for cell in cells.cells() {
            pupils += cell.pupils;
            let has_sen = matches!(cell.sen_provision, Provision::SenSupport | Provision::Plan);
            if has_sen && cell.primary_need == Some(Need::Mld) {
                mld += cell.pupils;
            }
        }
    } else {
        assert!(!out.exists(), "nothing is written by a count that failed");
    }
    Counted { output, pupils, mld }
}

/// No pupil number, date of birth or name of the file stands in what was said.
fn assert_silent(file: &Path, output: &Output) {
    let told = format!("{}{}", said(output), String::from_utf8_lossy(&output.stdout));
    let text = String::from_utf8_lossy(&fs::read(file).expect("readable")).into_owned();
    for line in text.lines().skip(1).take(300) {
        for field in line.split(',').map(str::trim).filter(|field| field.len() == 13) {
            assert!(!told.contains(field), "a pupil number was told");
        }
    }
}

#[test]
fn a_pupil_of_two_schools_counts_once_at_the_main_one() {
    let Some(case) = shared("cases/10-dual-guest-duplicate") else {
        return;
    };
    let schools = case.join("schools.csv");
    let plain = count(&case.join("pupils_plain.csv"), &schools, &[]);
    assert_eq!((plain.pupils, plain.mld), (1440, 48));
    let dual = count(&case.join("pupils.csv"), &schools, &[]);
    assert_eq!((dual.pupils, dual.mld), (1438, 46), "{}", said(&dual.output));
    let told = said(&dual.output);
    assert!(told.contains("main school is not among these records"), "{told}");
    assert!(told.contains("counted at another school"), "{told}");
    // Whoever wants both records counted can say so.
    let both = count(
        &case.join("pupils.csv"),
        &schools,
        &["--rule", "duplicate_across_schools=note"],
    );
    assert_eq!(both.pupils, 1441, "{}", said(&both.output));
}

#[test]
fn the_record_that_says_main_or_names_a_need_is_the_one_counted() {
    let Some(case) = shared("cases/10-dual-guest-duplicate") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let header = "LAEstab,URN,AcademicYear,Term,UPN,DOB,Gender,EthnicGroupMinor,FSMeligible,Language,NCyearActual,EnrolStatus,SENprovision,PrimarySENtype,SecondarySENtype";
    let row = |school: u32, enrolment: &str, sen: &str| {
        format!(
            "881{:04},{school},202223,Spring,F881200019001,2014-05-15,M,WBRI,N,ENG,4,{enrolment},{sen},",
            school - 115_000 + 2000
        )
    };
    for (first, second, mld, why) in [
        (
            row(115_001, "C", "N,"),
            row(115_002, "C", "K,MLD"),
            1,
            "the one with a need",
        ),
        (
            row(115_001, "C", "K,MLD"),
            row(115_002, "C", "N,"),
            1,
            "the one with a need",
        ),
        (
            row(115_001, "C", "K,MLD"),
            row(115_002, "M", "N,"),
            0,
            "the main one",
        ),
        (
            row(115_001, "C", "K,MLD"),
            row(115_002, "C", "K,SLCN"),
            1,
            "the first",
        ),
        (
            row(115_001, "S", "K,MLD"),
            row(115_002, "M", "N,"),
            0,
            "the main one",
        ),
    ] {
        let file = folder.path().join("pupils.csv");
        fs::write(&file, format!("{header}\n{first}\n{second}\n")).expect("written");
        let counted = count(&file, &case.join("schools.csv"), &[]);
        assert_eq!(
            (counted.pupils, counted.mld),
            (1, mld),
            "{why}: {}",
            said(&counted.output)
        );
    }
}

#[test]
fn what_a_spreadsheet_did_to_an_extract() {
    let Some(case) = shared("cases/11-excel-damage-in-pupil-extract") else {
        return;
    };
    let schools = case.join("schools.csv");
    for (file, words) in [
        ("a_slash_and_uk_dates.csv", ""),
        ("g_floats_and_spaces.csv", ""),
        (
            "j_blank_provision_for_none.csv",
            "a blank SENprovision was read as none",
        ),
    ] {
        let file = case.join(file);
        let counted = count(&file, &schools, &[]);
        let told = said(&counted.output);
        assert_eq!(
            (counted.pupils, counted.mld),
            (1440, 48),
            "{}: {told}",
            file.display()
        );
        assert!(told.contains(words), "{told}");
        assert_silent(&file, &counted.output);
    }
    // The same records in other clothes.
    let text = fs::read_to_string(case.join("a_slash_and_uk_dates.csv")).expect("text");
    let folder = tempfile::tempdir().expect("a folder");
    let utf_16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let titled = format!("School census\nSpring 2023, all schools\n\n{text}");
    for (name, bytes) in [
        ("utf_16.csv", utf_16),
        ("semicolons.csv", text.replace(',', ";").into_bytes()),
        ("tabs.csv", text.replace(',', "\t").into_bytes()),
        (
            "returns.csv",
            text.replace("\r\n", "\n").replace('\n', "\r").into_bytes(),
        ),
        ("titled.csv", titled.into_bytes()),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, bytes).expect("written");
        let counted = count(&file, &schools, &[]);
        assert_eq!(
            (counted.pupils, counted.mld),
            (1440, 48),
            "{name}: {}",
            said(&counted.output)
        );
    }
}

#[test]
fn words_where_codes_belong_are_one_refusal_that_names_the_mapping() {
    let Some(case) = shared("cases/11-excel-damage-in-pupil-extract") else {
        return;
    };
    let file = case.join("d_descriptions.csv");
    let counted = count(&file, &case.join("schools.csv"), &[]);
    let told = said(&counted.output);
    assert_eq!(counted.output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("[values") && told.contains("SENprovision"),
        "{told}"
    );
    assert_silent(&file, &counted.output);
}

#[test]
fn damage_to_a_whole_column_is_one_finding() {
    let Some(case) = shared("cases/11-excel-damage-in-pupil-extract") else {
        return;
    };
    let text = fs::read_to_string(case.join("g_floats_and_spaces.csv")).expect("text");
    let folder = tempfile::tempdir().expect("a folder");
    let schools = case.join("schools.csv").to_string_lossy().into_owned();
    let check = |name: &str, change: &dyn Fn(&mut Vec<String>)| {
        let mut rows = Vec::new();
        for line in text.lines() {
            let mut fields: Vec<String> = line.split(',').map(|field| field.trim().to_owned()).collect();
            if !rows.is_empty() {
                change(&mut fields);
            }
            rows.push(fields.join(","));
        }
        let file = folder.path().join(name);
        fs::write(&file, rows.join("\n") + "\n").expect("written");
        let file = file.to_string_lossy().into_owned();
        let output = senlens(&["check", &file, "--schools", &schools, "--format", "json"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    // Two-digit years, and serial numbers as a spreadsheet keeps dates.
    for (name, born) in [("years.csv", "15/05/14"), ("serials.csv", "41774")] {
        let told = check(name, &|fields| fields[5] = born.to_owned());
        let findings = told.matches("\"rule\": \"born_unreadable\"").count();
        assert!(findings <= 2, "{name}: a finding a school, {findings} in all");
        assert!(told.contains("whole column"), "{name}: {told}");
        assert!(!told.contains(born), "{name}");
    }
}

#[test]
fn quotation_marks_lose_no_pupil() {
    let Some(case) = shared("cases/10-dual-guest-duplicate") else {
        return;
    };
    let schools = case.join("schools.csv");
    let text = fs::read_to_string(case.join("pupils_plain.csv")).expect("text");
    let folder = tempfile::tempdir().expect("a folder");
    let with_names = |name: &dyn Fn(usize) -> String| -> String {
        let mut lines = text.lines();
        let mut out = format!("Surname,{}\n", lines.next().expect("a header"));
        for (at, line) in lines.enumerate() {
            let _ = writeln!(out, "{},{line}", name(at));
        }
        out
    };
    let file = folder.path().join("pupils.csv");
    // A name with a mark in it, not quoted; one quoted over two lines; all sound.
    fs::write(
        &file,
        with_names(&|at| match at {
            7 => "O\"Brien".to_owned(),
            9 => "\"Two\nLines\"".to_owned(),
            11 => "\"Said \"\"Nobody\"\", Jr\"".to_owned(),
            _ => "Nobody".to_owned(),
        }),
    )
    .expect("written");
    let counted = count(&file, &schools, &[]);
    assert_eq!(
        (counted.pupils, counted.mld),
        (1440, 48),
        "{}",
        said(&counted.output)
    );
    // A mark lost at the end of a quoted name: the row is named, and nothing is counted.
    for others in ["\"Nobody\"", "Nobody"] {
        fs::write(
            &file,
            with_names(&|at| {
                if at == 700 {
                    "\"Smith".to_owned()
                } else {
                    others.to_owned()
                }
            }),
        )
        .expect("written");
        let counted = count(&file, &schools, &[]);
        let told = said(&counted.output);
        assert_eq!(counted.output.status.code(), Some(2), "{told}");
        assert!(
            told.contains("row 702") && told.contains("quotation mark"),
            "{told}"
        );
        assert!(!told.contains("Smith"), "{told}");
    }
}

#[test]
fn half_a_file_and_a_header_alone_are_refused() {
    let Some(case) = shared("cases/10-dual-guest-duplicate") else {
        return;
    };
    let schools = case.join("schools.csv");
    let text = fs::read_to_string(case.join("pupils_plain.csv")).expect("text");
    let folder = tempfile::tempdir().expect("a folder");
    let middle = text[..text.len() / 2].rfind('\n').expect("a row") + 30;
    let header = text.lines().next().expect("a header");
    for (name, content, words) in [
        ("half.csv", &text[..middle], "breaks off in its last row"),
        ("header.csv", header, "no pupil in this file"),
        ("nothing.csv", "", "empty"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, content).expect("written");
        let counted = count(&file, &schools, &[]);
        let told = said(&counted.output);
        assert_eq!(counted.output.status.code(), Some(2), "{name}: {told}");
        assert!(told.contains(words) && told.contains(name), "{name}: {told}");
        assert_silent(&case.join("pupils_plain.csv"), &counted.output);
    }
}

#[test]
fn a_count_of_which_nothing_is_left_and_the_departments_table_are_refused() {
    let Some(case) = shared("cases/10-dual-guest-duplicate") else {
        return;
    };
    let schools = case.join("schools.csv");
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(case.join("pupils_plain.csv")).expect("text");
    let file = folder.path().join("guests.csv");
    fs::write(&file, text.replace(",C,", ",G,")).expect("written");
    let counted = count(&file, &schools, &[]);
    let told = said(&counted.output);
    assert_eq!(counted.output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("no record is left to count") && told.contains("guest"),
        "{told}"
    );
    // The Department's long layout names a school and a provision, too.
    let file = folder.path().join("long.csv");
    fs::write(
        &file,
        "time_period,geographic_level,school_urn,school_laestab,sen_provision,sen_primary_need,pupil_count\n\
         202223,School,115001,8812001,SEN support,Moderate learning difficulty,7\n",
    )
    .expect("written");
    let counted = count(&file, &schools, &[]);
    let told = said(&counted.output);
    assert_eq!(counted.output.status.code(), Some(2), "{told}");
    assert!(told.contains("table of counts"), "{told}");
}

#[test]
fn schools_without_a_return_are_told() {
    let Some(case) = shared("cases/10-dual-guest-duplicate") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(case.join("pupils_plain.csv")).expect("text");
    let file = folder.path().join("pupils.csv");
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains(",115003,")).collect();
    fs::write(&file, kept.join("\n") + "\n").expect("written");
    let counted = count(&file, &case.join("schools.csv"), &[]);
    let told = said(&counted.output);
    assert!(
        told.contains("no pupil record here") && told.contains("115003"),
        "{told}"
    );
}

#[test]
fn returns_in_xml_as_systems_write_them() {
    let Some(case) = shared("cases/15-xml-encodings-and-ctf") else {
        return;
    };
    let schools = case.join("schools.csv");
    for name in [
        "a_plain",
        "d_windows1252",
        "e_prefix",
        "f_bom",
        "h_no_longer_on_roll",
    ] {
        let counted = count(&case.join(format!("{name}.xml")), &schools, &[]);
        assert_eq!(
            (counted.pupils, counted.mld),
            (60, 3),
            "{name}: {}",
            said(&counted.output)
        );
    }
    let transfer = count(&case.join("g_ctf.xml"), &schools, &[]);
    let told = said(&transfer.output);
    assert_eq!(transfer.output.status.code(), Some(2), "{told}");
    assert!(told.contains("common transfer file"), "{told}");
    // UTF-16, a declaration that says so over UTF-8, and a date of another year than the header's.
    let text = fs::read_to_string(case.join("a_plain.xml")).expect("text");
    let declared = text.replace("encoding=\"utf-8\"", "encoding=\"UTF-16\"");
    let utf_16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(declared.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [
        ("utf_16.xml", utf_16),
        ("declared.xml", declared.clone().into_bytes()),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, bytes).expect("written");
        let counted = count(&file, &schools, &[]);
        assert_eq!(
            (counted.pupils, counted.mld),
            (60, 3),
            "{name}: {}",
            said(&counted.output)
        );
    }
    let file = folder.path().join("two_years.xml");
    let start = text.find("<Year>").expect("a year") + "<Year>".len();
    let end = start + text[start..].find('<').expect("its end");
    fs::write(&file, format!("{}2022{}", &text[..start], &text[end..])).expect("written");
    let counted = count(&file, &schools, &[]);
    assert!(
        said(&counted.output).contains("reference date was followed"),
        "{}",
        said(&counted.output)
    );
}

/// The share of plans that name another need, as the run says it, and what the run said.
fn discordance(plans: &Path) -> (String, String) {
    let home = shared("cases/10-dual-guest-duplicate").expect("asked for before");
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out").to_string_lossy().into_owned();
    let (pupils, schools) = (home.join("pupils_plain.csv"), home.join("schools.csv"));
    let output = senlens(&[
        "run",
        "--pupils",
        &pupils.to_string_lossy(),
        "--plans",
        &plans.to_string_lossy(),
        "--schools",
        &schools.to_string_lossy(),
        "--area",
        "essex",
        "--out",
        &out,
    ]);
    if !output.status.success() {
        return (String::new(), said(&output));
    }
    let flags = TextTable::of_run(&folder.path().join("out"), "flags");
    let rows = flags.rows_where(&[
        ("rule", "plan_discordance"),
        ("geographic_level", "Local authority"),
    ]);
    let evidence = rows.first().map(|row| row["evidence"].clone());
    let record = fs::read_to_string(folder.path().join("out/run.json")).expect("a record");
    (evidence.unwrap_or_default(), record)
}

#[test]
fn plans_of_every_form_are_used_or_set_aside_with_a_reason() {
    let (Some(case), Some(_)) = (
        shared("cases/24-sen2-blade-quirks"),
        shared("cases/10-dual-guest-duplicate"),
    ) else {
        return;
    };
    for variant in ["a_clean", "c_rank_01", "f_second_request", "h_labels"] {
        let (evidence, told) = discordance(&case.join(variant));
        assert!(evidence.contains("8 of 20"), "{variant}: {evidence} {told}");
    }
    // Variants made of the clean one, module by module.
    let folder = tempfile::tempdir().expect("a folder");
    let vary = |name: &str, change: &dyn Fn(&str, String) -> String| {
        let own = folder.path().join(name);
        fs::create_dir(&own).expect("made");
        for entry in fs::read_dir(case.join("a_clean")).expect("readable") {
            let path = entry.expect("an entry").path();
            let module = path.file_name().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("text");
            fs::write(own.join(&module), change(&module, text)).expect("written");
        }
        discordance(&own)
    };
    let (evidence, told) = vary("marked", &|_, text| {
        let (header, rows) = text.split_once('\n').expect("a header");
        format!("\u{feff}{}\n{rows}", header.to_uppercase())
    });
    assert!(evidence.contains("8 of 20"), "{evidence} {told}");
    let (evidence, told) = vary("blank_ranks", &|_, text| text.replace(",1,", ",,"));
    assert!(evidence.contains("8 of 20"), "{evidence} {told}");
    let (evidence, told) = vary("other_dates", &|_, text| {
        text.replace("-Mar-", "-03-").replace(" 00:00:00", "")
    });
    assert!(evidence.contains("8 of 20"), "{evidence} {told}");
    let (evidence, told) = vary("two_of_rank_1", &|module, text| {
        if module.contains("senneed") {
            text.trim_end().to_owned() + "\nX0,XR0,1,SEMH\nX1,XR1,1,SEMH\nX2,XR2,1,SEMH\n"
        } else {
            text
        }
    });
    assert!(evidence.contains("5 of 17"), "{evidence} {told}");
    assert!(told.contains("two needs of rank 1"), "{told}");
    let (evidence, told) = vary("transferred", &|module, text| {
        let is_of_four = |line: &str| {
            ["R16,", "R17,", "R18,", "R19,"]
                .iter()
                .any(|id| line.contains(&format!("A{id}")) || line.contains(&format!("X{id}")))
        };
        if module.contains("namedplan") {
            let kept: Vec<&str> = text.lines().filter(|line| !is_of_four(line)).collect();
            kept.join("\n") + "\n"
        } else if module.contains("activeplans") {
            let lines = text.lines();
            let from: Vec<String> = lines
                .map(|line| format!("{line}{}", if is_of_four(line) { "883" } else { "" }))
                .collect();
            from.join("\n") + "\n"
        } else {
            text
        }
    });
    assert!(evidence.contains("of 16"), "{evidence} {told}");
    assert!(told.contains("transferred in from another authority"), "{told}");
    let (evidence, told) = vary("no_needs_yet", &|module, text| {
        if module.contains("senneed") {
            text.lines().next().expect("a header").to_owned() + "\n"
        } else {
            text
        }
    });
    assert!(!told.contains("is missing"), "{evidence} {told}");
    assert!(told.contains("no type of need on the active plan"), "{told}");
}

#[test]
fn links_in_circles_end_and_splits_are_said() {
    let Some(case) = shared("cases/09-academy-chains-and-splits") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("cells.parquet").to_string_lossy().into_owned();
    let path = |name: &str| case.join(name).to_string_lossy().into_owned();
    let output = senlens(&[
        "cells",
        &path("pupils_202122.csv"),
        &path("pupils_202223.csv"),
        "--schools",
        &path("schools.csv"),
        "--links",
        &path("links.csv"),
        "--out",
        &out,
    ]);
    let told = said(&output);
    assert!(output.status.success(), "{told}");
    // A chain of conversions is one school; the sixty of 115001 are counted at 145001.
    assert!(told.contains("1440 rows, 1260 used"), "{told}");
    for words in [
        "school 115004 split or merged (140004, 140005",
        "school 115007 split or merged (140007",
        "school 115008 split or merged (140007",
    ] {
        assert!(told.contains(words), "{told}");
    }
}
