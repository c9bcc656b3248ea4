//! Whatever is wrong with a file, the message says where, what was seen and what to do.

use crate::{
    invented::{Invented, joined, long_rows, plain, wide},
    packed::{gzipped, parquet, zipped},
};
use senlens_files::Error;
use senlens_published::{Mapping, ReadOptions, read_benchmark, read_neighbours, read_schools};
use std::{fmt::Write as _, fs, path::PathBuf};
use tempfile::TempDir;

struct Case {
    about: &'static str,
    files: Vec<(&'static str, Vec<u8>)>,
    year: Option<&'static str>,
    mapping: Option<&'static str>,
}

fn case(about: &'static str, name: &'static str, bytes: impl Into<Vec<u8>>) -> Case {
    Case {
        about,
        files: vec![(name, bytes.into())],
        year: None,
        mapping: None,
    }
}

fn year(mut case: Case, year: &'static str) -> Case {
    case.year = Some(year);
    case
}

impl Case {
    fn laid_out(&self) -> (TempDir, Vec<PathBuf>, ReadOptions) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut paths = Vec::new();
        for (name, bytes) in &self.files {
            let path = folder.path().join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).expect("made");
            }
            fs::write(&path, bytes).expect("written");
            let top = name.split('/').next().expect("a name");
            paths.push(folder.path().join(top));
        }
        let options = ReadOptions {
            year: self.year.map(|year| year.parse().expect("a year")),
            mapping: self
                .mapping
                .map(|text| Mapping::from_toml(text).expect("a mapping")),
            ..ReadOptions::default()
        };
        (folder, paths, options)
    }
}

fn told(cases: Vec<Case>, read: impl Fn(&[PathBuf], &ReadOptions) -> Result<(), Error>) -> String {
    let mut out = String::new();
    for case in cases {
        let (folder, paths, options) = case.laid_out();
        let error = read(&paths, &options).expect_err(case.about);
        let message = error
            .to_string()
            .replace(&format!("{}/", folder.path().display()), "");
        assert!(
            !message.contains(&folder.path().display().to_string()),
            "{message}"
        );
        write!(out, "## {}\n{message}\n\n", case.about).expect("to memory");
    }
    out
}

const MAPPING: &str = "description = 'our own'\n[columns]\nurn = 'URN'\nschool_name = 'School'\nsen_support = 'K'\n\
                       ehc_plan = 'E'\n[constants]\nphase_type_grouping = 'State-funded primary'\n\
                       old_la_code = '881'\nla_name = 'Essex'\n";

fn two() -> Vec<Invented> {
    vec![plain(100_001), plain(100_002)]
}

fn long() -> String {
    let (header, rows) = long_rows(&two());
    joined(&header, &rows)
}

#[test]
fn schools() {
    let good = wide(&two());
    let other_year = good
        .lines()
        .nth(1)
        .expect("a school")
        .replace("202223", "202122")
        .replace("100001", "100009");
    let twice = |text: &str| format!("{text}{}\n", text.lines().last().expect("a row"));
    let good_parquet = parquet(&good);
    let cut = |bytes: &[u8]| bytes[..bytes.len() * 2 / 3].to_vec();
    let mut many_wrong = good.replace("State-funded primary", "Primry");
    for urn in 100_010..100_040 {
        let row = good
            .lines()
            .nth(1)
            .expect("a school")
            .replace("100001", &urn.to_string());
        many_wrong.push_str(
            &row.replace("State-funded primary", "Middle")
                .replace(",881,", ",Essex,"),
        );
        many_wrong.push('\n');
    }
    let cases = vec![
        Case {
            files: vec![],
            ..case("no file of that name", "gone.csv", "")
        },
        case("an empty file", "empty.csv", ""),
        case(
            "a header alone",
            "header.csv",
            good.lines().next().expect("a header"),
        ),
        case(
            "a column missing",
            "missing.csv",
            good.replace("Total pupils", "Pupils in all"),
        ),
        case(
            "no needs for SEN support",
            "missing.csv",
            good.replace("SUP_Primary_need_", "Support_"),
        ),
        case(
            "a need nobody knows",
            "needs.csv",
            good.replace("EHC_Primary_need_vi", "EHC_Primary_need_vis"),
        ),
        case("an unknown layout", "odd.csv", "School,Roll,SEN\nA,1,2\n"),
        case(
            "nearly a long file",
            "near.csv",
            long().replace("sen_provision", "provision"),
        ),
        case(
            "an authority table",
            "la.csv",
            "time_period,geographic_level,sen_provision,pupil_count\n",
        ),
        case("pupil records", "pupils.csv", "UPN,URN,SENprovision\nx,1,K\n"),
        case("links", "links.csv", "URN,LinkURN,LinkName,LinkType\n1,2,x,y\n"),
        case("cut in a row", "cut.csv", cut(good.as_bytes())),
        case(
            "cut in quotes",
            "cut.csv",
            good[..good.find("School 100002").expect("there")].to_owned(),
        ),
        case("a short row", "short.csv", good.replacen(",0,0\n", "\n", 1)),
        case("a cut gzip", "cut.csv.gz", cut(&gzipped(good.as_bytes()))),
        case(
            "a cut zip",
            "cut.zip",
            cut(&zipped(&[("a.csv", good.as_bytes())])),
        ),
        case("a cut Parquet", "cut.parquet", cut(&good_parquet)),
        case(
            "a Parquet that is none",
            "none.parquet",
            "PAR1 and then no more of it PAR1",
        ),
        case("two years", "years.csv", format!("{good}{other_year}\n")),
        year(
            case("a year that is not there", "years.csv", good.clone()),
            "201819",
        ),
        case(
            "no year at all",
            "years.csv",
            good.replace("time_period,", "period,"),
        ),
        case(
            "two encodings",
            "mixed.csv",
            [good.replace("Essex", "Éssex").as_bytes(), b"\xe9\n"].concat(),
        ),
        case(
            "UTF-16 cut in a letter",
            "wide16.csv",
            [&b"\xff\xfe"[..], b"t\0i"].concat(),
        ),
        case("NUL bytes", "nul.csv", good.replacen("Essex", "Es\0ex", 1)),
        case(
            "a workbook that is none",
            "book.xlsx",
            zipped(&[("[Content_Types].xml", b"<x/>"), ("xl/a.xml", b"")]),
        ),
        case("a web page", "page.csv", "<!DOCTYPE html><html>"),
        case("a PDF", "paper.csv", "%PDF-1.7"),
        case(
            "nothing in a zip",
            "notes.zip",
            zipped(&[("readme.txt", b"words")]),
        ),
        case("nothing in a folder", "folder/readme.txt", "words"),
        case("no schools in a folder", "folder/other.csv", "a,b\n1,2\n"),
        case(
            "a column twice",
            "twice.csv",
            good.replace("LAESTAB", "").replace("laestab", "urn"),
        ),
        case("too many columns", "broad.csv", "c,".repeat(9999)),
        case("a school twice", "twice.csv", twice(&good)),
        Case {
            files: vec![
                ("a.csv", good.clone().into()),
                ("b.csv", wide(&[plain(100_002)]).into()),
            ],
            ..case("a school in two files", "", "")
        },
        case(
            "a URN that is none",
            "urn.csv",
            good.replacen(",100001,", ",1OOOO1,", 1),
        ),
        case(
            "a count that is none",
            "count.csv",
            good.replacen(",200,20,5,", ",200,twenty,5,", 1),
        ),
        case(
            "a negative count",
            "count.csv",
            good.replacen(",200,20,5,", ",-200,20,5,", 1),
        ),
        case(
            "a district that is none",
            "district.csv",
            good.replacen("E07000071", "Colchester", 1),
        ),
        case("many things wrong", "many.csv", many_wrong),
        case(
            "a provision nobody knows",
            "long.csv",
            long().replacen("SEN support / SEN without", "School Action", 1),
        ),
        case(
            "a need nobody knows, long",
            "long.csv",
            long().replacen("moderate learning", "mild learning", 1),
        ),
        case("a row of the long layout twice", "long.csv", twice(&long())),
        Case {
            mapping: Some(MAPPING),
            ..case("a mapped column missing", "own.csv", "URN,School,K,EHCP\n")
        },
        Case {
            mapping: Some(MAPPING),
            ..case(
                "a mapped table of no year",
                "own.csv",
                "URN,School,K,E\n1,a,2,3\n",
            )
        },
    ];
    insta::assert_snapshot!(told(cases, |paths, options| {
        let gone = [PathBuf::from("gone.csv")];
        read_schools(if paths.is_empty() { &gone } else { paths }, options).map(drop)
    }));
}

const TIDY: &str = "time_period,time_identifier,geographic_level,country_code,country_name,sen_provision,\
                    sen_primary_need,pupil_count\n\
                    202425,Academic year,National,E92000001,England,SEN support,Total,10\n";

#[test]
fn benchmarks_and_neighbours() {
    let la = "la_name,phase_type_grouping,primary_need,number_of_pupils\nEssex,State-funded primary,MLD,5\n";
    let splits = TIDY
        .replace("sen_primary_need,", "sen_primary_need,house,")
        .replace(",Total,10", ",Total,Red,10")
        + "202425,Academic year,National,E92000001,England,SEN support,Total,Blue,10\n";
    let cases = vec![
        case("no year in the file and none given", "la.csv", la),
        year(
            case(
                "an authority twice",
                "la.csv",
                format!("{la}Essex,State-funded primary,Moderate Learning Difficulty,4\n"),
            ),
            "202223",
        ),
        year(
            case(
                "a phase nobody knows",
                "la.csv",
                la.replace("State-funded primary", "Middle"),
            ),
            "202223",
        ),
        year(case("a year that is not there", "tidy.csv", TIDY), "201819"),
        case("a split nobody knows", "tidy.csv", splits),
        case(
            "an area twice",
            "tidy.csv",
            format!("{TIDY}{}\n", TIDY.lines().last().expect("a row")),
        ),
        case(
            "a provision nobody knows",
            "tidy.csv",
            TIDY.replace("SEN support,", "Some support,"),
        ),
        case("no count", "tidy.csv", TIDY.replace("pupil_count", "pupils")),
        case("a school file", "wide.csv", wide(&two())),
        case(
            "a header alone",
            "tidy.csv",
            TIDY.lines().next().expect("a header"),
        ),
    ];
    let benchmarks = told(cases, |paths, options| read_benchmark(paths, options).map(drop));
    let cases = vec![
        case(
            "a neighbour without a column",
            "neighbours.csv",
            "Essex,Kent\nKent,Suffolk\n",
        ),
        case("no neighbours", "neighbours.csv", "Essex,Kent\n"),
        case("another kind of file", "tidy.csv", TIDY),
    ];
    let neighbours = told(cases, |paths, _| {
        read_neighbours(&paths[0], "a list", "2025-05-01").map(drop)
    });
    insta::assert_snapshot!(format!("{benchmarks}{neighbours}"));
}
