//! Damaged and hostile pupil files: refused with a message or read, never a panic, never without bound.

use proptest::prelude::*;
use senlens_pupils::{Linking, PupilOptions, PupilReading, Purpose, SchoolDirectory, read_pupils};
use senlens_synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use std::{fs, io::Write, path::PathBuf};

const SCHOOLS: &[u8] = b"school_urn,school_laestab,school_name,phase_type_grouping\n100001,8812001,Invented,State-funded primary\n";

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Message><Header><CollectionDetails><Collection>SC</Collection>\
    <Term>SPR</Term><Year>2023</Year><ReferenceDate>2023-01-19</ReferenceDate></CollectionDetails><Source><LEA>881</LEA>\
    <Estab>2001</Estab></Source></Header><Pupils><PupilsOnRoll><PupilOnRoll><PupilIdentifiers><UPN>G881200100001</UPN>\
    <Surname>O&apos;Zed</Surname><DOB>2013-03-04</DOB><Gender>F</Gender></PupilIdentifiers><PupilCharacteristics>\
    <Ethnicity>WBRI</Ethnicity><Language>ENG</Language></PupilCharacteristics><PupilStatus><EnrolStatus>C</EnrolStatus>\
    <NCyearActual>5</NCyearActual></PupilStatus><SpecialEducationalNeeds><SENprovision>K</SENprovision><SENneeds><SENneed>\
    <SENtypeRank>1</SENtypeRank><SENtype>MLD</SENtype></SENneed></SENneeds></SpecialEducationalNeeds></PupilOnRoll>\
    </PupilsOnRoll></Pupils></Message>";

const CSV: &str = "AcademicYear,LAEstab,UPN,DOB,Sex,NCyearActual,SENprovision,PrimarySENtype\n\
    202223,8812001,G881200100001,2013-03-04,F,5,K,MLD\n";

fn read(name: &str, bytes: &[u8]) -> Result<PupilReading, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("written");
    read_path(path)
}

fn read_path(path: PathBuf) -> Result<PupilReading, String> {
    let schools = SchoolDirectory::parse("schools.csv", SCHOOLS.to_vec(), None).expect("schools");
    let options = PupilOptions::new(&schools).expect("a key");
    read_pupils(&[path], &options).map_err(|error| error.to_string())
}

/// What is wrong with a file's records, counted or not.
fn screened(name: &str, bytes: &[u8]) -> PupilReading {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("written");
    let schools = SchoolDirectory::parse("schools.csv", SCHOOLS.to_vec(), None).expect("schools");
    let mut options = PupilOptions::new(&schools).expect("a key");
    options.purpose = Purpose::Screen;
    read_pupils(&[path], &options).expect("read")
}

fn pupils(reading: &PupilReading) -> u32 {
    reading.cells.cells().iter().map(|cell| cell.pupils).sum()
}

#[track_caller]
fn refused(name: &str, bytes: &[u8], because: &str) {
    let told = read(name, bytes).map(|reading| pupils(&reading)).expect_err(name);
    assert!(told.contains(because), "{name}: {told}");
}

#[test]
fn the_sound_files_are_read() {
    for (name, bytes) in [("a.xml", XML), ("a.csv", CSV)] {
        let reading = read(name, bytes.as_bytes()).expect(name);
        assert_eq!(
            (pupils(&reading), reading.findings.len()),
            (1, 0),
            "{name}: {:?}",
            reading.findings
        );
    }
}

#[test]
fn empty_and_wrongly_encoded_files_are_refused() {
    refused("a.xml", b"", "the file is empty");
    refused("a.csv", b" \r\n ", "the file is empty");
    let utf16: Vec<u8> = XML.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = [&[0xff, 0xfe][..], &utf16].concat();
    assert_eq!(pupils(&read("a.xml", &utf16).expect("read")), 1);
    refused("a.csv", &[CSV.as_bytes(), b"\0\0\0"].concat(), "NUL");
    refused("a.xml", &XML.replace("ENG", "E\0G").into_bytes(), "NUL");
    refused("a.csv", &vec![0; 100_000], "NUL");
}

#[test]
fn windows_1252_names_do_no_harm() {
    let mut bytes = XML.replace("O&apos;Zed", "Z~").into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'~').expect("a name");
    bytes[at] = 0xe9;
    assert_eq!(read("a.xml", &bytes).map(|reading| pupils(&reading)), Ok(1));
}

#[test]
fn every_cut_of_a_return_is_refused() {
    for end in 1..XML.len() {
        let told = read("a.xml", &XML.as_bytes()[..end]).map(|reading| pupils(&reading));
        assert!(told.is_err(), "cut at {end}: {told:?}");
    }
}

#[test]
fn elements_in_another_order_and_unknown_ones_change_nothing() {
    let reading = read("a.xml", XML.as_bytes()).expect("sound");
    let header = &XML[XML.find("<Header>").expect("a header")..XML.find("<Pupils>").expect("pupils")];
    let late = XML
        .replace(header, "")
        .replace("</Message>", &format!("{header}</Message>"));
    let strange = XML
        .replace(
            "<PupilStatus>",
            "<New kind=\"1\"><Deep>x</Deep><!-- y --></New><PupilStatus>",
        )
        .replace("<SENtype>MLD</SENtype>", "<SENtype><![CDATA[MLD]]></SENtype>");
    let rank_last = XML.replace(
        "<SENtypeRank>1</SENtypeRank><SENtype>MLD</SENtype>",
        "<SENtype>MLD</SENtype><SENtypeRank>1</SENtypeRank>",
    );
    let spaced = XML.replace("><", ">\r\n  <");
    let prefixed = XML
        .replace('<', "<c:")
        .replace("<c:/", "</c:")
        .replace("<c:?", "<?");
    for other in [
        late,
        strange,
        rank_last,
        spaced,
        prefixed,
        XML.replace("Gender", "Sex"),
    ] {
        assert_ne!(other, XML);
        assert_eq!(
            read("a.xml", other.as_bytes()).expect("read").cells,
            reading.cells,
            "{other}"
        );
    }
}

#[test]
fn hostile_xml_is_refused() {
    let bomb = XML.replace(
        "<Message>",
        "<!DOCTYPE m [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><Message>",
    );
    refused("a.xml", bomb.as_bytes(), "entities");
    refused(
        "a.xml",
        format!("<Message>{}", "<a>".repeat(1_000_000)).as_bytes(),
        "nested",
    );
    let giant = format!(
        "<Message a=\"{}\">{}",
        "x".repeat(6 << 20),
        &XML[XML.find("<Header>").expect("a header")..]
    );
    refused("a.xml", giant.as_bytes(), "longer than 4 MiB");
    let long = XML.replace("MLD", &"M".repeat(100_000));
    let reading = read("a.xml", long.as_bytes()).expect("read");
    assert_eq!(reading.findings[0].rule, "need_code");
    refused("a.xml", b"<Message></Message>", "no pupil");
    refused("a.xml", b"</Message>", "not well formed");
}

/// The three rules that an XML return breaks as a whole: the planted ones are of single pupils.
#[test]
fn a_return_of_a_wrong_school_is_told_of() {
    let rule = |xml: &str| {
        let reading = screened("a.xml", xml.as_bytes());
        let found: Vec<(&str, u64)> = reading
            .findings
            .iter()
            .map(|finding| (finding.rule, finding.records))
            .collect();
        (found, reading.accounts[0].accepted())
    };
    let estab = "<Estab>2001</Estab>";
    refused(
        "a.xml",
        XML.replace(estab, "<Estab>9998</Estab>").as_bytes(),
        "no record is left to count",
    );
    let unreadable = XML.replace(estab, "<Estab>20X1</Estab>");
    assert_eq!(rule(&unreadable), (vec![("school_unreadable", 1)], 0));
    let unknown = XML.replace(estab, "<Estab>9998</Estab>");
    assert_eq!(rule(&unknown), (vec![("school_unknown", 1)], 0));
    let school = "<School><LEA>881</LEA><Estab>2001</Estab></School><Pupils>";
    let of_another = XML
        .replace("<LEA>881</LEA>", "<LEA>882</LEA>")
        .replace("<Pupils>", school);
    assert_eq!(rule(&of_another), (vec![("laestab_authority", 1)], 1));
}

/// The most memory held since the last call, in MiB, where the system says.
fn most_memory_since() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let most: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    fs::write("/proc/self/clear_refs", "5").ok()?;
    Some(most >> 10)
}

/// A hundred megabytes of each, and of each no more than a few windows are held.
#[test]
fn hostile_files_do_not_fill_the_memory() {
    const MEGABYTES: usize = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let piece = |text: &str| text.repeat((1 << 20) / text.len() + 1);
    let cases = [
        (
            "attribute.xml",
            "<Message a=\"".to_owned(),
            piece("x"),
            "longer than 4 MiB",
        ),
        (
            "text.xml",
            "<Message><LEA>".to_owned(),
            piece("8"),
            "longer than 4 MiB",
        ),
        ("nested.xml", "<Message>".to_owned(), piece("<a>"), "nested"),
        (
            "comments.xml",
            "<Message>".to_owned(),
            piece("<!-- x -->"),
            "cut off",
        ),
        (
            "unplaced.xml",
            "<Message>".to_owned(),
            piece("<PupilOnRoll><UPN>x</UPN></PupilOnRoll>"),
            "no header",
        ),
        (
            "columns.csv",
            CSV.trim_end().replace('\n', ","),
            piece("x,"),
            "longer than 16 MiB",
        ),
        (
            "quote.csv",
            format!("{CSV}\""),
            piece("a,b\n"),
            "longer than 16 MiB",
        ),
    ];
    for (name, start, piece, because) in cases {
        let path = folder.path().join(name);
        let mut file = fs::File::create(&path).expect("made");
        file.write_all(start.as_bytes()).expect("written");
        for _ in 0..MEGABYTES {
            file.write_all(piece.as_bytes()).expect("written");
        }
        drop(file);
        most_memory_since();
        let told = read_path(path).map(|reading| pupils(&reading)).expect_err(name);
        assert!(told.contains(because), "{name}: {told}");
        if let Some(most) = most_memory_since() {
            assert!(most < 128, "{name}: {most} MiB");
        }
    }
}

#[test]
fn packed_files_are_bounded() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(XML.as_bytes()).expect("packed");
    let gz = packed.finish().expect("packed");
    assert_eq!(read("a.xml.gz", &gz).map(|reading| pupils(&reading)), Ok(1));
    refused("a.xml.gz", &gz[..gz.len() - 9], "cut off");
    // A third of a gigabyte of spaces in a third of a megabyte.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(b"<Message>").expect("packed");
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..300 {
        bomb.write_all(b"<a/>").expect("packed");
        bomb.write_all(&spaces).expect("packed");
    }
    refused(
        "bomb.xml.gz",
        &bomb.finish().expect("packed"),
        "unpacks to more than",
    );
}

#[test]
fn a_zip_is_read_in_place_whatever_its_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("made");
    let path = inner.join("census.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).expect("made"));
    let options = zip::write::SimpleFileOptions::default();
    for name in ["../../escaped.xml", "b/8812001.xml"] {
        zip.start_file(name, options).expect("started");
        zip.write_all(XML.as_bytes()).expect("written");
    }
    zip.finish().expect("closed");
    let reading = read_path(path).expect("read");
    assert_eq!(reading.accounts.len(), 2);
    // The second is the same pupil at the same school.
    assert_eq!(
        (pupils(&reading), reading.findings[0].rule),
        (1, "duplicate_in_school")
    );
    assert!(!folder.path().join("escaped.xml").exists());
}

#[test]
fn odd_csv_is_read_or_refused() {
    let sound = read("a.csv", CSV.as_bytes()).expect("sound").cells;
    for other in [
        CSV.replace('\n', "\r\n"),
        CSV.replacen('\n', "\r\n", 1),
        CSV.trim_end().to_owned(),
        format!("\u{feff}{CSV}"),
        CSV.replace(',', ";"),
        CSV.replace(',', "\t"),
        CSV.replace("MLD", "\"MLD\""),
        format!("{CSV}\n,,,,,,,\n"),
    ] {
        assert_eq!(
            read("a.csv", other.as_bytes()).expect("read").cells,
            sound,
            "{other:?}"
        );
    }
    let ragged = format!(
        "{CSV}202223,8812001\n{}",
        CSV.lines().nth(1).expect("a row").replace("00001", "00002")
    );
    let reading = read("a.csv", ragged.as_bytes()).expect("read");
    assert_eq!(reading.accounts[0].rejected().values().sum::<u64>(), 1);
    refused(
        "a.csv",
        format!("SENprovision,{CSV}").as_bytes(),
        "two columns have this name",
    );
    refused(
        "a.csv",
        CSV.lines().nth(1).expect("a row").as_bytes(),
        "no column says which school",
    );
    let wide = format!("{}{CSV}", "x,".repeat(10_000_000));
    let told = read("a.csv", wide.as_bytes()).map(|reading| pupils(&reading));
    assert!(told.is_err(), "{told:?}");
    let open = format!("{CSV}\"{}", "a,b\n".repeat(6 << 20));
    let told = read("a.csv", open.as_bytes()).map(|reading| pupils(&reading));
    assert!(told.is_err_and(|told| told.contains("quotation mark")));
}

#[test]
fn damaged_parquet_and_arrow_are_refused_or_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = PupilSettings {
        seed: 3,
        pupils: 1_000,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule: 0,
    };
    write_pupils(
        folder.path(),
        &settings,
        &[PupilLayout::Parquet, PupilLayout::Arrow],
    )
    .expect("written");
    for name in ["parquet/pupils_202223.parquet", "arrow/pupils_202223.arrow"] {
        let sound = fs::read(folder.path().join(name)).expect("read");
        for cut in [1, 4, 8, sound.len() / 2, sound.len() - 1] {
            let told = read("cut", &sound[..cut]).map(|reading| pupils(&reading));
            assert!(told.is_err(), "{name} cut at {cut}");
        }
        for at in (0..sound.len()).step_by(sound.len() / 60) {
            let mut bent = sound.clone();
            bent[at] ^= 0x55;
            // Whether it can still be read is the format's affair; that it does not panic is ours.
            let _ = read("bent", &bent);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any bytes after a sound start are refused or read.
    #[test]
    fn any_bytes_are_refused_or_read(start in prop_oneof![Just(XML), Just(CSV), Just("<"), Just("")], cut in 0usize..1200, bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let start = &start.as_bytes()[..cut.min(start.len())];
        let _ = read("any", &[start, &bytes].concat());
    }

    /// read = accepted + rejected, whatever stands in the rows.
    #[test]
    fn accounts_balance(rows in proptest::collection::vec("[0-9A-Z,\"\r\n ]{0,60}", 0..30)) {
        let text = format!("{CSV}{}\n", rows.join("\n"));
        if let Ok(reading) = read("a.csv", text.as_bytes()) {
            let account = &reading.accounts[0];
            prop_assert_eq!(account.read(), account.accepted() + account.rejected().values().sum::<u64>());
            prop_assert_eq!(u64::from(pupils(&reading)), account.accepted());
        }
    }
}

/// Pupil numbers are not looked at where nothing asks for them.
#[test]
fn without_links_nothing_is_hashed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    let row = CSV.lines().nth(1).expect("a row");
    fs::write(&path, format!("{CSV}{row}\n")).expect("written");
    let schools = SchoolDirectory::parse("schools.csv", SCHOOLS.to_vec(), None).expect("schools");
    let mut options = PupilOptions::new(&schools).expect("a key");
    options.linking = Linking::Off;
    let reading = read_pupils(&[path], &options).expect("read");
    assert_eq!((pupils(&reading), reading.findings.len()), (2, 0));
}

#[test]
fn second_registrations_and_other_terms_are_set_aside_and_accounted_for() {
    let head = "AcademicYear,Term,LAEstab,UPN,EnrolStatus,SENprovision,PrimarySENtype\n";
    let rows = "202223,SPR,8812001,G881200100001,M,K,MLD\n202223,SPR,8812001,B801200005001,S,K,MLD\n\
        202223,SPR,8812001,P207000016049,G,N,\n202223,AUT,8812001,G881200100001,C,K,\n202223,XYZ,8812001,,C,K,\n";
    let reading = read("a.csv", format!("{head}{rows}").as_bytes()).expect("read");
    assert_eq!(
        (pupils(&reading), reading.findings.len()),
        (1, 0),
        "{:?}",
        reading.findings
    );
    let account = &reading.accounts[0];
    let reasons: Vec<(&str, u64)> = account
        .rejected()
        .iter()
        .map(|(why, rows)| (why.as_str(), *rows))
        .collect();
    assert_eq!(
        reasons,
        [
            ("another term's census", 1),
            ("guest, counted at the pupil's own school", 1),
            (
                "subsidiary registration of a pupil whose main school is not among these records",
                1
            ),
            ("the academic year or term of the row is not one", 1),
        ]
    );
    assert_eq!((account.read(), account.accepted()), (5, 1));
}

#[test]
fn messages_name_file_column_and_rule_and_never_the_value() {
    let told = read("a.csv", CSV.replace("SENprovision", "Kxyz").as_bytes()).expect_err("no provision");
    assert!(told.contains("SENprovision") && !told.contains("Kxyz"), "{told}");
    let reading = read("a.csv", CSV.replace("MLD", "Qqqq").as_bytes()).expect("read");
    let finding = &reading.findings[0];
    assert_eq!(
        (finding.rule, finding.column, &finding.first_rows[..]),
        ("need_code", "SENtype", &[2][..])
    );
    let report = senlens_pupils::PupilReport::of(&reading);
    for text in [
        report.to_text(),
        report.to_csv(),
        report.to_html(),
        format!("{reading:?}"),
    ] {
        assert!(text.contains("need_code") && !text.contains("Qqqq"), "{text}");
    }
}
