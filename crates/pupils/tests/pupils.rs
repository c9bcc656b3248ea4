//! Invented pupils read back from every layout: the same cells, the planted mistakes found, nobody's identity let out.

use senlens_model::{AcademicYear, Mark, Need};
use senlens_pupils::{
    EstablishmentLinks, Level, Levels, Linking, Mapping, Moved, PupilOptions, PupilReading, PupilReport,
    RULES, SchoolDirectory, SenState, read_pupils,
};
use senlens_synth::pupils::{PupilLayout, PupilMasking, PupilSettings, PupilTruth, write_marked_pupils};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn years(texts: &[&str]) -> Vec<AcademicYear> {
    texts.iter().map(|text| text.parse().expect("a year")).collect()
}

fn invent(folder: &Path, pupils: u32, of: &[&str], dirty_records_a_rule: u32) -> PupilTruth {
    let settings = PupilSettings {
        seed: 11,
        pupils,
        years: years(of),
        masking: Some(PupilMasking {
            share_of_schools: 0.2,
            share_of_pupils: 0.5,
        }),
        dirty_records_a_rule,
    };
    write_marked_pupils(folder, &settings, &PupilLayout::ALL).expect("written")
}

fn paths(folder: &Path, layout: PupilLayout, of: &[&str]) -> Vec<PathBuf> {
    let folder = folder.join(layout.as_str());
    let name = |year: &&str| match layout {
        PupilLayout::Xml => folder.join(year),
        PupilLayout::XmlAuthority => folder.join(format!("census_{year}.xml")),
        PupilLayout::Csv | PupilLayout::MappedCsv => folder.join(format!("pupils_{year}.csv")),
        PupilLayout::Parquet => folder.join(format!("pupils_{year}.parquet")),
        PupilLayout::Arrow => folder.join(format!("pupils_{year}.arrow")),
    };
    of.iter().map(name).collect()
}

fn read(folder: &Path, layout: PupilLayout, of: &[&str], plans: &[PathBuf]) -> PupilReading {
    let schools = SchoolDirectory::read(&folder.join("schools.csv"), None).expect("schools");
    let mut options = PupilOptions::new(&schools).expect("a key");
    let mapping = fs::read_to_string(folder.join("mapped-csv/mapping.toml")).expect("a mapping");
    let mapping = Mapping::parse(&mapping).expect("a mapping");
    if layout == PupilLayout::MappedCsv {
        options.mapping = Some(&mapping);
    }
    options.plans = plans;
    let reading = read_pupils(&paths(folder, layout, of), &options);
    reading.unwrap_or_else(|error| panic!("{}: {error}", layout.as_str()))
}

fn all_layouts_agree(pupils: u32) {
    const YEARS: [&str; 2] = ["202223", "202324"];
    let folder = tempfile::tempdir().expect("a folder");
    let truth = invent(folder.path(), pupils, &YEARS, 0);
    let mut first: Option<PupilReading> = None;
    for layout in PupilLayout::ALL {
        let plans = if layout == PupilLayout::Xml {
            "sen2.xml"
        } else {
            "sen2"
        };
        let reading = read(folder.path(), layout, &YEARS, &[folder.path().join(plans)]);
        assert_eq!(reading.findings, [], "{}", layout.as_str());
        let read: u64 = reading
            .accounts
            .iter()
            .filter(|a| a.layout().starts_with("pupil"))
            .map(senlens_files::RowAccount::read)
            .sum();
        assert_eq!(read, truth.pupils.values().sum::<u64>(), "{}", layout.as_str());
        let counted: u64 = reading
            .cells
            .cells()
            .iter()
            .map(|cell| u64::from(cell.pupils))
            .sum();
        assert_eq!(counted, read, "{}", layout.as_str());
        match &first {
            None => first = Some(reading),
            Some(first) => {
                assert_eq!(
                    first.cells.dimensions(),
                    reading.cells.dimensions(),
                    "{}",
                    layout.as_str()
                );
                assert!(
                    first.cells.places() == reading.cells.places(),
                    "{}",
                    layout.as_str()
                );
                // Byte for byte, as text.
                let text = |reading: &PupilReading| format!("{:?}", reading.cells.cells());
                assert!(text(first) == text(&reading), "cells differ: {}", layout.as_str());
                assert!(first.transitions == reading.transitions, "{}", layout.as_str());
                assert!(first.discordance == reading.discordance, "{}", layout.as_str());
            }
        }
    }
    let reading = first.expect("six layouts");
    check_links(&reading, &truth);
}

/// Transitions and plans agree with what was invented.
fn check_links(reading: &PupilReading, truth: &PupilTruth) {
    let both = reading
        .transitions
        .iter()
        .filter(|step| step.moved != Moved::InOneCensusOnly);
    let both: u32 = both.map(|step| step.pupils).sum();
    let first_year = *truth.pupils.values().next().expect("two years");
    assert!(
        f64::from(both) > 0.85 * first_year as f64,
        "{both} of {first_year} are in both years"
    );
    let transfers = reading
        .transitions
        .iter()
        .filter(|step| step.moved == Moved::PhaseTransfer);
    let transfers: u32 = transfers.map(|step| step.pupils).sum();
    // One year group in thirteen or so goes from primary to secondary.
    assert!(
        f64::from(transfers) > 0.05 * f64::from(both) && f64::from(transfers) < 0.12 * f64::from(both),
        "{transfers} of {both}"
    );
    let mut found: BTreeMap<&str, u32> = BTreeMap::new();
    for count in &reading.discordance {
        if count.census == SenState::SenSupport(Some(Need::Mld)) {
            *found
                .entry(count.plan_need.expect("every plan names one").as_str())
                .or_default() += count.pupils;
        }
    }
    assert_eq!(found, truth.plans_after_mld);
}

/// In full, a county of 220,000 pupils, two years, a minute:
/// `SENLENS_FULL=1 cargo nextest run --release --workspace -E 'test(every_layout_gives)'`
#[test]
fn every_layout_gives_the_same_cells() {
    let in_full = std::env::var_os("SENLENS_FULL").is_some();
    all_layouts_agree(if in_full { 220_000 } else { 16_000 });
}

/// What is joined to the extracts is counted as it was invented, in every layout that can hold it.
#[test]
fn marks_are_counted_as_invented() {
    const YEARS: [&str; 2] = ["202223", "202324"];
    let folder = tempfile::tempdir().expect("a folder");
    let truth = invent(folder.path(), 12_000, &YEARS, 0);
    assert!(truth.marks.len() > 100);
    let of_truth: BTreeMap<_, [u32; 2]> = truth
        .marks
        .iter()
        .map(|((year, urn, name), counts)| ((*year, *urn, *name), *counts))
        .collect();
    for layout in [
        PupilLayout::Csv,
        PupilLayout::MappedCsv,
        PupilLayout::Parquet,
        PupilLayout::Arrow,
    ] {
        let reading = read(folder.path(), layout, &YEARS, &[]);
        let of_mld = reading.marks.iter().filter(|(_, count)| count.need == Need::Mld);
        let counted: BTreeMap<_, [u32; 2]> = of_mld
            .map(|(year, count)| {
                let name = match count.mark {
                    Mark::PersistentlyAbsent => "PersistentAbsentee",
                    Mark::Suspended => "Suspended",
                    Mark::MissedLanguageGoals => "LanguageGoals",
                    Mark::AtOrAboveExpected => "ExpectedStandard",
                };
                ((*year, count.school.get(), name), [count.of, count.with])
            })
            .collect();
        assert_eq!(counted, of_truth, "{}", layout.as_str());
        assert!(reading.marks.is_sorted());
    }
    let of_xml = read(folder.path(), PupilLayout::Xml, &YEARS[..1], &[]);
    assert!(of_xml.marks.is_empty());
}

#[test]
fn planted_mistakes_are_found_and_nothing_else() {
    const YEARS: [&str; 2] = ["202223", "202324"];
    let folder = tempfile::tempdir().expect("a folder");
    let truth = invent(folder.path(), 16_000, &YEARS, 5);
    let mut every_rule: BTreeSet<&str> = BTreeSet::new();
    for layout in PupilLayout::ALL {
        let family = if layout.as_str().starts_with("xml") {
            "xml"
        } else {
            "table"
        };
        for (text, year) in YEARS.iter().zip(years(&YEARS)) {
            let reading = read(folder.path(), layout, &[text], &[]);
            let mut found: BTreeMap<&str, u64> = BTreeMap::new();
            for finding in &reading.findings {
                *found.entry(finding.rule).or_default() += finding.records;
            }
            let planted: BTreeMap<&str, u64> = truth
                .dirt
                .iter()
                .filter(|((of, at, _), _)| *of == family && *at == year)
                .map(|((_, _, rule), count)| (*rule, u64::from(*count)))
                .collect();
            assert!(planted.values().all(|count| *count == 5), "{planted:?}");
            every_rule.extend(planted.keys().copied());
            // What a layout cannot hold: a table has no ranks, and an XML return names its school once for all pupils
            // (a return of a wrong school is a test of its own, in pupils_robust.rs).
            let cannot: &[&str] = match family {
                "xml" => &[
                    "school_unreadable",
                    "school_unknown",
                    "laestab_authority",
                    "attendance_code",
                    "attainment_code",
                ],
                _ => &["need_rank_code", "duplicate_rank"],
            };
            for rule in RULES {
                assert_ne!(
                    planted.contains_key(rule.id),
                    cannot.contains(&rule.id),
                    "{family}: {}",
                    rule.id
                );
            }
            assert_eq!(found, planted, "{} {text}", layout.as_str());
            balances(&reading);
        }
    }
    assert_eq!(every_rule.len(), RULES.len());
}

/// Every account balances, and what is accepted is what is counted.
fn balances(reading: &PupilReading) {
    let mut accepted = 0;
    for account in &reading.accounts {
        assert_eq!(
            account.read(),
            account.accepted() + account.rejected().values().sum::<u64>()
        );
        accepted += account.accepted();
    }
    let counted: u64 = reading
        .cells
        .cells()
        .iter()
        .map(|cell| u64::from(cell.pupils))
        .sum();
    assert_eq!(accepted, counted);
}

#[test]
fn levels_decide_what_is_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    invent(folder.path(), 8_000, &["202223"], 5);
    let schools = SchoolDirectory::read(&folder.path().join("schools.csv"), None).expect("schools");
    let paths = paths(folder.path(), PupilLayout::Parquet, &["202223"]);
    let mut options = PupilOptions::new(&schools).expect("a key");
    let usual = read_pupils(&paths, &options).expect("read");
    let rejected = |reading: &PupilReading| reading.accounts[0].rejected().values().sum::<u64>();
    // school_unreadable, school_unknown, duplicate_in_school and duplicate_across_schools: five each.
    assert_eq!(rejected(&usual), 20);
    let change =
        |rule: &str, level| Levels::with(&BTreeMap::from([(rule.to_owned(), level)])).expect("a rule");
    options.levels = change("need_missing", Level::Reject);
    let strict = read_pupils(&paths, &options).expect("read");
    assert_eq!(rejected(&strict), 25);
    balances(&strict);
    options.levels = change("need_missing", Level::Ignore);
    let lax = read_pupils(&paths, &options).expect("read");
    assert!(lax.findings.iter().all(|finding| finding.rule != "need_missing"));
    assert_eq!(lax.cells, usual.cells);
    options.levels = change("duplicate_across_schools", Level::Reject);
    let once = read_pupils(&paths, &options).expect("read");
    assert_eq!(rejected(&once), 20);
    balances(&once);
    options.levels = Levels::default();
    options.linking = Linking::Off;
    let unlinked = read_pupils(&paths, &options).expect("read");
    assert_eq!(rejected(&unlinked), 10);
    assert!(unlinked.transitions.is_empty());
}

/// A mapping with values sends every row down the plain road: it must lead to the same cells and findings.
#[test]
fn mapped_parquet_reads_as_unmapped() {
    let folder = tempfile::tempdir().expect("a folder");
    invent(folder.path(), 8_000, &["202223"], 5);
    let schools = SchoolDirectory::read(&folder.path().join("schools.csv"), None).expect("schools");
    let mapping = "AcademicYear LA LAEstab URN UPN FormerUPN DOB Sex Ethnicity FSMeligible Language EnrolStatus \
        NCyearActual SENprovision PrimarySENtype SecondarySENtype SENunitIndicator ResourcedProvisionIndicator \
        PersistentAbsentee Suspended LanguageGoals ExpectedStandard";
    let columns: Vec<String> = mapping
        .split_whitespace()
        .map(|name| format!("{name} = \"{name}\""))
        .collect();
    let mapping = format!(
        "[columns]\n{}\n[values.SENprovision]\nk = \"K\"\n",
        columns.join("\n")
    );
    let mapping = Mapping::parse(&mapping).expect("a mapping");
    for layout in [PupilLayout::Parquet, PupilLayout::Arrow] {
        let paths = paths(folder.path(), layout, &["202223"]);
        let mut options = PupilOptions::new(&schools).expect("a key");
        let plain = read_pupils(&paths, &options).expect("read");
        options.mapping = Some(&mapping);
        let mapped = read_pupils(&paths, &options).expect("read");
        assert!(plain == mapped, "{}", layout.as_str());
    }
}

/// Searches everything that leaves a reading, its reports and its errors for anything of a pupil.
#[test]
fn nothing_of_a_pupil_gets_out() {
    let folder = tempfile::tempdir().expect("a folder");
    invent(folder.path(), 8_000, &["202223", "202324"], 5);
    let mut said = String::new();
    for layout in PupilLayout::ALL {
        let reading = read(
            folder.path(),
            layout,
            &["202223", "202324"],
            &[folder.path().join("sen2")],
        );
        let report = PupilReport::of(&reading);
        let (text, csv, html) = (report.to_text(), report.to_csv(), report.to_html());
        write!(said, "{reading:?}{text}{csv}{html}").expect("text");
    }
    // Errors too: a file cut off, one without a header, one with the header twice.
    let schools = SchoolDirectory::read(&folder.path().join("schools.csv"), None).expect("schools");
    let options = PupilOptions::new(&schools).expect("a key");
    let csv = fs::read_to_string(folder.path().join("csv/pupils_202223.csv")).expect("a CSV");
    let xml = fs::read(folder.path().join("xml-authority/census_202223.xml")).expect("XML");
    let (header, rows) = csv.split_once('\n').expect("rows");
    let broken: [(&str, Vec<u8>); 6] = [
        ("headless.csv", rows.as_bytes().to_vec()),
        ("twice.csv", format!("{header},SENprovision\n{rows}").into_bytes()),
        ("quote.csv", format!("{header}\n\"{rows}").into_bytes()),
        ("cut.xml", xml[..xml.len() / 2].to_vec()),
        ("cut_tag.xml", xml[..xml.len() - 3].to_vec()),
        (
            "nul.xml",
            xml.iter()
                .map(|byte| if *byte == b'Z' { 0 } else { *byte })
                .collect(),
        ),
    ];
    for (name, bytes) in broken {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        match read_pupils(&[path], &options) {
            Ok(reading) => write!(said, "{reading:?}").expect("text"),
            Err(error) => write!(said, "{error} {error:?}").expect("text"),
        }
    }
    // By their first eight letters, so that one walk through what was said finds any of them.
    let mut secrets: BTreeMap<&[u8], Vec<&str>> = BTreeMap::new();
    for row in rows.lines() {
        let cells: Vec<&str> = row.split(',').collect();
        // UPN, surname, forename, date of birth, postcode. Planted damage leaves shorter ones that are no secret.
        for at in [4, 6, 7, 8, 20] {
            if let Some(start) = cells[at].as_bytes().get(..8) {
                secrets.entry(start).or_default().push(cells[at]);
            }
        }
    }
    let secrets_kept: usize = secrets.values().map(Vec::len).sum();
    assert!(secrets_kept > 30_000, "{secrets_kept}");
    for (at, window) in said.as_bytes().windows(8).enumerate() {
        let found = secrets.get(window).is_some_and(|secrets| {
            secrets
                .iter()
                .any(|secret| said.as_bytes()[at..].starts_with(secret.as_bytes()))
        });
        assert!(!found, "something of a pupil got out, {at} bytes in");
    }
}

#[test]
fn a_converted_academy_joins_its_former_self() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path
    };
    // The school that converted keeps neither number; the schools file is of the later year.
    let schools = "school_urn,school_laestab,school_name,phase_type_grouping,old_la_code\n\
        140001,8814001,Invented academy,State-funded primary,881\n140002,8814002,Invented secondary,State-funded secondary,881\n";
    let pairs = vec![("100001".parse().expect("a URN"), "140001".parse().expect("a URN"))];
    let links = EstablishmentLinks::from_pairs(pairs);
    let schools =
        SchoolDirectory::parse("schools.csv", schools.as_bytes().to_vec(), Some(&links)).expect("schools");
    let header = "AcademicYear,URN,UPN,NCyearActual,SENprovision,PrimarySENtype\n";
    let before = write(
        "a.csv",
        &format!("{header}202223,100001,G881200100001,5,K,SLCN\n202223,100001,B801200005001,6,K,SEMH\n"),
    );
    let after = write(
        "b.csv",
        &format!("{header}202324,140001,G881200100001,6,K,MLD\n202324,140002,B801200005001,7,N,\n"),
    );
    let options = PupilOptions::new(&schools).expect("a key");
    let reading = read_pupils(&[after, before], &options).expect("read");
    let steps: Vec<_> = reading
        .transitions
        .iter()
        .map(|step| (step.moved, step.from, step.to, step.pupils))
        .collect();
    assert_eq!(
        steps,
        [
            (
                Moved::No,
                SenState::SenSupport(Some(Need::Slcn)),
                SenState::SenSupport(Some(Need::Mld)),
                1
            ),
            (
                Moved::PhaseTransfer,
                SenState::SenSupport(Some(Need::Semh)),
                SenState::NoSen,
                1
            ),
        ]
    );
    assert_eq!(reading.cells.places().len(), 2);
}
