//! A pupil file that is given by mistake, to whatever reader, is named and never quoted: no pupil number, name, date of
//! birth or postcode is in what the program says.

use senlens_tests::binary;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What no message may hold. The pupils are invented.
const SECRETS: [&str; 8] = [
    "A123456789012",
    "H987654321098",
    "Zsurname",
    "Zforename",
    "2012-04-05",
    "05/04/2012",
    "ZZ99 3AB",
    "Zmiddle",
];

/// Pupil files of every kind that lies on a desk, with and without a header.
fn write_pupil_files(folder: &Path) -> Vec<String> {
    let rows = "A123456789012,Zsurname,Zforename,2012-04-05,M,8812001,K,MLD,ZZ99 3AB\n\
                H987654321098,Zsurname,Zforename,2012-04-05,F,8812001,E,SEMH,ZZ99 3AB\n";
    let header = "UPN,Surname,Forename,DateOfBirth,Sex,LAESTAB,SENprovision,PrimaryNeed,Postcode\n";
    let without_numbers =
        "Zsurname,Zforename,Zmiddle,05/04/2012,M,K,MLD\nZsurname,Zforename,Zmiddle,05/04/2012,F,E,SEMH\n";
    let only_names = "Zsurname,Zforename,Zmiddle\nZsurname,Zforename,Zmiddle\n";
    let one_name = "Zsurname Zforename\nZsurname Zmiddle\n";
    let xml = "<Message><Header><Year>2022</Year></Header><Pupils><Pupil><UPN>A123456789012</UPN>\
               <Surname>Zsurname</Surname><Forename>Zforename</Forename><DOB>2012-04-05</DOB></Pupil></Pupils></Message>";
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(rows.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("headerless.csv", rows.into()),
        ("headed.csv", [header, rows].concat().into()),
        ("semicolons.csv", [header, rows].concat().replace(',', ";").into()),
        ("headerless_semicolons.csv", rows.replace(',', ";").into()),
        ("headerless_tabs.csv", rows.replace(',', "\t").into()),
        ("titled.csv", ["Pupils of Zsurname School\n", header, rows].concat().into()),
        ("without_numbers.csv", without_numbers.into()),
        ("only_names.csv", only_names.into()),
        ("one_name.csv", one_name.into()),
        ("cut.csv", rows[..90].into()),
        ("quote.csv", [header, &rows.replacen("Zsurname", "Zsur\"name", 1)].concat().into()),
        ("twice.csv", "Zsurname,Zsurname,2012-04-05,A123456789012\nZsurname,Zforename,2012-04-05,A123456789012\n".into()),
        ("utf16.csv", utf16),
        ("return.xml", xml.into()),
        ("cut.xml", xml[..120].into()),
        (
            "keys.toml",
            "A123456789012 = 'Zsurname'\n[Zforename]\n'2012-04-05' = 'ZZ99 3AB'\n".into(),
        ),
        (
            "columns.csv",
            "URN,Zsurname,A123456789012,time_period,2012-04-05\n100001,Zforename,H987654321098,202223,2012-04-05\n".into(),
        ),
    ];
    files
        .into_iter()
        .map(|(name, bytes)| {
            let path = folder.join(name);
            fs::write(&path, bytes).expect("written");
            path.to_string_lossy().into_owned()
        })
        .collect()
}

#[test]
fn a_pupil_file_given_to_any_reader_is_never_quoted() {
    let home = tempfile::tempdir().expect("a folder");
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let run = |arguments: &[&str]| {
        Command::new(binary())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("starts")
    };
    let (county, out) = (path("county"), path("out"));
    assert!(
        run(&["synth", "--pupils", "20000", "--out", &county])
            .status
            .success()
    );
    let (schools, benchmark, area) = (
        path("county/schools.csv"),
        path("county/benchmark.csv"),
        path("county/area.toml"),
    );
    let demo = path("demo");
    assert!(run(&["demo", "--out", &demo]).status.success());
    let folder = home.path().join("desk");
    fs::create_dir(&folder).expect("made");
    for file in write_pupil_files(&folder) {
        let file = file.as_str();
        let base = ["run", "--area", &area, "--out", &out];
        let with_schools = ["run", "--area", &area, "--schools", &schools, "--out", &out];
        let mut trials: Vec<Vec<&str>> = vec![
            vec!["check", file],
            vec!["check", &schools, "--mapping", file],
            vec!["check", &schools, "--schools", file],
            vec!["check", file, "--schools", &schools],
            vec!["check", file, "--suggest-mapping"],
            vec!["cells", file, "--out", &out],
            vec!["cells", file, "--schools", &schools, "--out", &out],
            vec!["cells", &schools, "--mapping", file, "--out", &out],
            vec!["run", file, "--area", &area, "--out", &out],
            [&base[..], &["--schools", file]].concat(),
            [&base[..], &["--benchmark", file]].concat(),
            [&base[..], &["--pupils", file, "--schools", &schools]].concat(),
            [&base[..], &["--pupils", file, "--schools", file]].concat(),
            [
                &base[..],
                &["--pupils", file, "--schools", &schools, "--plans", file],
            ]
            .concat(),
            [
                &base[..],
                &["--pupils", file, "--schools", &schools, "--links", file],
            ]
            .concat(),
            [
                &base[..],
                &["--pupils", file, "--schools", &schools, "--mapping", file],
            ]
            .concat(),
            [
                &with_schools[..],
                &["--benchmark", &benchmark, "--benchmark", file],
            ]
            .concat(),
            [&with_schools[..], &["--mapping", file]].concat(),
            [&with_schools[..], &["--neighbours", file]].concat(),
            [&with_schools[..], &["--audit-results", file]].concat(),
            [&with_schools[..], &["--audience", "public", "--policy", file]].concat(),
            vec!["run", "--area", file, "--schools", &schools, "--out", &out],
            vec!["attack", file],
            vec!["doctor", file],
            vec!["doctor", file, "--area", "essex"],
        ];
        // The attack reads whatever is public as one kind of table, and takes its time.
        if [
            "headerless.csv",
            "headed.csv",
            "without_numbers.csv",
            "return.xml",
        ]
        .iter()
        .any(|name| file.ends_with(name))
        {
            trials.push(vec!["attack", &demo, "--public", file]);
        }
        for arguments in trials {
            let output = run(&arguments);
            let said = [&output.stdout[..], &output.stderr[..]].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(
                matches!(output.status.code(), Some(0..=2)),
                "{arguments:?}: {:?}\n{said}",
                output.status
            );
            // Lines are wrapped: a value may be broken by the wrapping alone.
            let joined: String = said.split_whitespace().filter(|word| *word != "│").collect();
            for secret in SECRETS {
                assert!(
                    !joined.contains(&secret.replace(' ', "")),
                    "`{secret}` is said of {file} by {arguments:?}:\n{said}"
                );
            }
            if output.status.success() {
                // A file of another kind beside a sound run, not read: nothing of it may be in the results either.
                let _ = fs::remove_dir_all(home.path().join("out"));
                let _ = fs::remove_file(home.path().join("out"));
            }
            assert!(!home.path().join("out").exists(), "{arguments:?}");
        }
    }
}
