//! Compares invented pupils with England in January 2023, by phase, need, sex and free school meals, as the Department
//! published it (`SENLENS_SHARED`). Margins marked assumed in `pupils/margins.rs` are not compared.

use senlens_synth::pupils::{PupilLayout, PupilSettings, write_pupils};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Pupils, on SEN support, with plans, eligible for free school meals; of a phase.
#[derive(Debug, Clone, Copy, Default)]
struct Roll {
    pupils: f64,
    support: f64,
    plans: f64,
    meals: f64,
}

/// By phase and need: pupils with SEN, and the boys among them.
type Needs = BTreeMap<(String, String), (f64, f64)>;

fn shared(name: &str) -> Option<PathBuf> {
    let home = std::env::var_os("SENLENS_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = home.join("data").join(name);
    #[expect(clippy::print_stderr, reason = "a test that was not run must say so")]
    if !path.exists() {
        eprintln!("not run: needs SENLENS_SHARED with data/{name}");
    }
    path.exists().then_some(path)
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("CSV");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn number(text: Option<&String>) -> f64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

/// England's, from the school file and the need table.
fn published() -> Option<(BTreeMap<String, Roll>, Needs)> {
    let mut rolls: BTreeMap<String, Roll> = BTreeMap::new();
    for row in rows(&shared("school_spine_sen_2022_23.csv")?) {
        let roll = rolls.entry(row["phase_type_grouping"].clone()).or_default();
        roll.pupils += number(row.get("headcount of pupils"));
        roll.support += number(row.get("SEN support"));
        roll.plans += number(row.get("EHC plan"));
        roll.meals += number(row.get("number of pupils known to be eligible for free school meals"));
    }
    let mut needs = Needs::new();
    for row in rows(&shared("sen_la_phase_need_2022_23.csv")?) {
        let need: senlens_model::Need = row["primary_need"].parse().expect("a need");
        let counts = needs
            .entry((row["phase_type_grouping"].clone(), need.to_string()))
            .or_default();
        counts.0 += number(row.get("number_of_pupils"));
        counts.1 += number(row.get("pupil_gender_boys"));
    }
    Some((rolls, needs))
}

fn invented(folder: &Path) -> (BTreeMap<String, Roll>, Needs) {
    let settings = PupilSettings {
        seed: 2023,
        pupils: 400_000,
        years: vec!["202223".parse().expect("a year")],
        masking: None,
        dirty_records_a_rule: 0,
    };
    let truth = write_pupils(folder, &settings, &[PupilLayout::Csv]).expect("written");
    let written: u64 = truth.pupils.values().sum();
    assert!(
        written.abs_diff(400_000) < 12_000,
        "as many as asked, within 3%: {written}"
    );
    let phases: BTreeMap<String, String> = rows(&folder.join("schools.csv"))
        .into_iter()
        .map(|row| (row["school_laestab"].clone(), row["phase_type_grouping"].clone()))
        .collect();
    let (mut rolls, mut needs): (BTreeMap<String, Roll>, Needs) = Default::default();
    let mut reader = csv::Reader::from_path(folder.join("csv/pupils_202223.csv")).expect("CSV");
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|column| column == name).expect("a column");
    let columns = ["LAEstab", "SENprovision", "PrimarySENtype", "Sex", "FSMeligible"].map(at);
    for row in reader.records() {
        let row = row.expect("a row");
        let [school, provision, need, sex, meals] = columns.map(|at| &row[at]);
        let phase = &phases[school];
        let roll = rolls.entry(phase.clone()).or_default();
        roll.pupils += 1.0;
        roll.meals += f64::from(u8::from(meals == "1"));
        match provision {
            "K" => roll.support += 1.0,
            "E" => roll.plans += 1.0,
            _ => continue,
        }
        let counts = needs.entry((phase.clone(), need.to_owned())).or_default();
        counts.0 += 1.0;
        counts.1 += f64::from(u8::from(sex == "M"));
    }
    (rolls, needs)
}

#[test]
fn invented_margins_are_near_the_published_ones() {
    let Some((rolls, needs)) = published() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (our_rolls, our_needs) = invented(folder.path());
    let mut wrong = Vec::new();
    let mut hold = |what: String, ours: f64, theirs: f64, within: f64| {
        let line = format!("{what}: invented {ours:.1}, published {theirs:.1}, within {within}");
        #[expect(clippy::print_stdout, reason = "the comparison is worth reading")]
        {
            println!("{line}");
        }
        if (ours - theirs).abs() > within {
            wrong.push(line);
        }
    };
    // Percentage points; wider where a phase has few invented pupils, or the level is set by few parameters.
    let phases = [
        ("State-funded primary", 0.6, 1.5),
        ("State-funded secondary", 0.6, 2.0),
        ("State-funded special school", 2.0, 3.0),
        ("State-funded AP school", 6.0, 6.0),
        ("State-funded nursery", 4.0, 12.0),
    ];
    let state_funded: f64 = phases.iter().map(|(phase, ..)| rolls[*phase].pupils).sum();
    let all: f64 = our_rolls.values().map(|roll| roll.pupils).sum();
    let percent = |part: f64, of: f64| 100.0 * part / of;
    for (phase, rate_within, share_within) in phases {
        let (ours, theirs) = (our_rolls[phase], rolls[phase]);
        hold(
            format!("{phase}, share of pupils"),
            percent(ours.pupils, all),
            percent(theirs.pupils, state_funded),
            1.5,
        );
        for (what, of) in [
            ("SEN support", (|roll| roll.support) as fn(Roll) -> f64),
            ("plans", |roll| roll.plans),
        ] {
            hold(
                format!("{phase}, {what}"),
                percent(of(ours), ours.pupils),
                percent(of(theirs), theirs.pupils),
                rate_within,
            );
        }
        hold(
            format!("{phase}, free school meals"),
            percent(ours.meals, ours.pupils),
            percent(theirs.meals, theirs.pupils),
            if ours.pupils > 10_000.0 { 1.0 } else { 6.0 },
        );
        let total = |needs: &Needs, at: usize| -> f64 {
            let of_phase = needs.iter().filter(|((of, _), _)| of == phase);
            of_phase
                .map(|(_, counts)| if at == 0 { counts.0 } else { counts.1 })
                .sum()
        };
        hold(
            format!("{phase}, boys among pupils with SEN"),
            percent(total(&our_needs, 1), total(&our_needs, 0)),
            percent(total(&needs, 1), total(&needs, 0)),
            if ours.pupils > 10_000.0 { 3.0 } else { 12.0 },
        );
        for need in [
            "MLD", "SLCN", "SEMH", "ASD", "SPLD", "NSA", "SLD", "PMLD", "PD", "HI", "VI", "MSI", "OTH",
        ] {
            let share = |needs: &Needs| {
                let count = needs.get(&(phase.to_owned(), need.to_owned()));
                percent(count.map_or(0.0, |(pupils, _)| *pupils), total(needs, 0))
            };
            hold(
                format!("{phase}, {need} of SEN"),
                share(&our_needs),
                share(&needs),
                share_within,
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
