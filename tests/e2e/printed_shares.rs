//! For random subsets, suppressions, rounded and relabelled copies of a real file, every share that a run prints is the true
//! one, or is not printed; and every range that it prints holds the true one. The truth is summed here from the file, by nothing of ours but its text.

use parquet::file::reader::{FileReader, SerializedFileReader};
use senlens_tests::tables::TextTable;
use senlens_tests::{said, senlens, shared};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};

type Row = BTreeMap<String, String>;

/// Essex, by the number and code of its authority and the parts its districts make up.
const ESSEX: (&str, &str) = ("881", "E10000012");
const PARTS: [(&str, &[&str]); 4] = [
    ("North East", &["Colchester", "Tendring"]),
    ("Mid", &["Braintree", "Chelmsford", "Maldon"]),
    ("South", &["Basildon", "Brentwood", "Castle Point", "Rochford"]),
    ("West", &["Epping Forest", "Harlow", "Uttlesford"]),
];

/// The needs by the ends of their columns, with their labels in two releases.
const NEEDS: [(&str, &str, &str, &str); 13] = [
    (
        "spld",
        "SPLD",
        "Specific learning difficulty",
        "Specific Learning Difficulty",
    ),
    (
        "mld",
        "MLD",
        "Moderate learning difficulty",
        "Moderate Learning Difficulty",
    ),
    (
        "sld",
        "SLD",
        "Severe learning difficulty",
        "Severe Learning Difficulty",
    ),
    (
        "pmld",
        "PMLD",
        "Profound and multiple learning difficulty",
        "Profound & Multiple Learning Difficulty",
    ),
    (
        "semh",
        "SEMH",
        "Social, emotional and mental health",
        "Social, Emotional and Mental Health",
    ),
    (
        "slcn",
        "SLCN",
        "Speech, language and communications needs",
        "Speech, Language and Communications needs",
    ),
    ("hi", "HI", "Hearing impairment", "Hearing Impairment"),
    ("vi", "VI", "Vision impairment", "Visual Impairment"),
    (
        "msi",
        "MSI",
        "Multi-sensory impairment",
        "Multi- Sensory Impairment",
    ),
    ("pd", "PD", "Physical disability", "Physical Disability"),
    (
        "asd",
        "ASD",
        "Autistic spectrum disorder",
        "Autistic Spectrum Disorder",
    ),
    (
        "oth",
        "OTH",
        "Other difficulty or disability",
        "Other Difficulty/Disability",
    ),
    (
        "nsa",
        "NSA",
        "SEN support but no specialist assessment of type of need",
        "SEN support but no specialist assessment of type of need",
    ),
];

const PLAN: &str = "Education, health and care plan";
const SUPPORT: &str = "SEN support";

fn count(row: &Row, column: &str) -> u64 {
    row[column].parse().unwrap_or(0)
}

fn is_state_funded(row: &Row) -> bool {
    !row["phase_type_grouping"].contains("ndependent")
}

/// The real file as text, with its columns in order.
fn real() -> Option<(Vec<String>, Vec<Row>)> {
    let path = shared("data/school_level_needs_2021_22.parquet")?;
    let reader = SerializedFileReader::new(File::open(path).expect("opened")).expect("Parquet");
    let mut columns = Vec::new();
    let mut rows = Vec::new();
    for row in reader.get_row_iter(None).expect("rows") {
        let row = row.expect("a row");
        if columns.is_empty() {
            columns = row.get_column_iter().map(|(name, _)| name.clone()).collect();
        }
        rows.push(
            row.get_column_iter()
                .map(|(name, field)| {
                    let text = field.to_string();
                    (name.clone(), text.trim_matches('"').replace("null", ""))
                })
                .collect(),
        );
    }
    Some((columns, rows))
}

/// Events and populations by provision, need and base, of some rows.
type Truth = BTreeMap<(String, String, String), (u64, u64)>;

fn truth<'a>(rows: impl Iterator<Item = &'a Row>) -> Truth {
    let mut sums: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut roll = 0;
    for row in rows {
        roll += count(row, "Total.pupils");
        for (provision, total, prefix) in [
            (PLAN, "EHC.plan", "EHC_Primary_need_"),
            (SUPPORT, "SEN.support", "SUP_Primary_need_"),
        ] {
            *sums.entry((provision, "Total")).or_default() += count(row, total);
            for (end, code, ..) in NEEDS {
                *sums.entry((provision, code)).or_default() += count(row, &format!("{prefix}{end}"));
            }
        }
    }
    let mut found = Truth::new();
    let of = |provision: &str, need: &str| match provision {
        "Total" => [PLAN, SUPPORT]
            .iter()
            .map(|each| sums.get(&(*each, need)).copied().unwrap_or(0))
            .sum(),
        one => sums.get(&(one, need)).copied().unwrap_or(0),
    };
    for provision in ["Total", PLAN, SUPPORT] {
        for need in NEEDS.iter().map(|need| need.1).chain(["Total"]) {
            let key = |base: &str| (provision.to_owned(), need.to_owned(), base.to_owned());
            found.insert(key("pupils"), (of(provision, need), roll));
            found.insert(key("sen"), (of(provision, need), of(provision, "Total")));
        }
    }
    found
}

/// A generator of our own, so that a failing case can be run again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[usize::try_from(self.below(choices.len() as u64)).expect("few")]
    }
}

/// How a case spoils the real file.
struct Spoiled {
    /// Schools kept, in a thousand.
    kept: u64,
    /// Counts of a need from 1 to below this are withheld.
    withheld_below: u64,
    symbol: &'static str,
    /// The published table beside it.
    published: bool,
    other_labels: bool,
    /// The published table's counts are rounded to five.
    rounded: bool,
}

fn spoiled(random: &mut Random, case: u64) -> Spoiled {
    // A part of the schools is told by a published table alone.
    let published = !case.is_multiple_of(4);
    Spoiled {
        kept: match case % 4 {
            1 => 500 + random.below(480),
            2 => 998,
            _ => 1_000,
        },
        withheld_below: [0, 3, 5, 11][usize::try_from(random.below(4)).expect("few")],
        symbol: random.one_of(&["c", "x", "z", "low", "SUPP", "*", "[c]", ":", "~", "u", "-", ".."]),
        published,
        other_labels: random.below(2) == 1,
        rounded: case % 4 == 3,
    }
}

fn withheld(pupils: u64, how: &Spoiled) -> String {
    if (1..how.withheld_below).contains(&pupils) {
        how.symbol.to_owned()
    } else {
        pupils.to_string()
    }
}

/// As a published table prints it: withheld, rounded or as it is.
fn published(pupils: u64, how: &Spoiled) -> String {
    let printed = withheld(pupils, how);
    match printed.parse::<u64>() {
        Ok(pupils) if how.rounded => ((pupils + 2) / 5 * 5).to_string(),
        _ => printed,
    }
}

/// Printed numbers of an authority: six phases, two provisions, thirteen needs. Where rounded needs come to more than the
/// rounded total, they are the total.
const OF_AN_AUTHORITY: f64 = 6.0 * 2.0 * 13.0;

/// By how much a sum of so many printed numbers may differ from the true one: two for each that is rounded to five, or ten
/// standard errors of the sum.
fn tolerance(numbers: f64, how: &Spoiled) -> u64 {
    let most = (2.0 * numbers).min(10.0 * (numbers * 25.0 / 12.0).sqrt());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small number above zero"
    )]
    let most = most as u64;
    if how.rounded { most } else { 0 }
}

/// The schools as a wide CSV file, some of their counts withheld.
fn schools_csv(columns: &[String], rows: &[&Row], how: &Spoiled) -> String {
    let quoted = |text: &str| {
        if text.contains([',', '"']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let header: Vec<String> = columns
        .iter()
        .map(|name| {
            if how.other_labels {
                name.replace("Total.pupils", "Total pupils")
                    .replace("SEN.support", "SEN support")
                    .replace("EHC.plan", "EHC plan")
            } else {
                name.clone()
            }
        })
        .collect();
    let mut text = format!("{}\n", header.join(","));
    for row in rows {
        let fields: Vec<String> = columns
            .iter()
            .map(|column| {
                if column.contains("_Primary_need_") {
                    withheld(count(row, column), how)
                } else {
                    quoted(&row[column])
                }
            })
            .collect();
        let _ = writeln!(text, "{}", fields.join(","));
    }
    text
}

/// The Department's table by authority, phase, provision and need, as it would be of these schools.
fn published_csv(rows: &[Row], how: &Spoiled) -> String {
    let mut sums: BTreeMap<(&str, &str, &str), BTreeMap<String, u64>> = BTreeMap::new();
    for row in rows.iter().filter(|row| is_state_funded(row)) {
        let place = (
            row["old_la_code"].as_str(),
            row["la_name"].as_str(),
            row["phase_type_grouping"].as_str(),
        );
        let own = sums.entry(place).or_default();
        for (total, prefix) in [
            ("EHC.plan", "EHC_Primary_need_"),
            ("SEN.support", "SUP_Primary_need_"),
        ] {
            *own.entry(total.to_owned()).or_default() += count(row, total);
            for (end, ..) in NEEDS {
                let column = format!("{prefix}{end}");
                *own.entry(column.clone()).or_default() += count(row, &column);
            }
        }
    }
    let mut text =
        "time_period,time_identifier,geographic_level,old_la_code,la_name,phase_type_grouping,sen_provision,\
                    sen_primary_need,pupil_count\n"
            .to_owned();
    for ((code, name, phase), own) in sums {
        for (provision, other, total, prefix) in [
            (PLAN, "EHC plans", "EHC.plan", "EHC_Primary_need_"),
            (
                "SEN support / SEN without an EHC plan",
                SUPPORT,
                "SEN.support",
                "SUP_Primary_need_",
            ),
        ] {
            let provision = if how.other_labels { other } else { provision };
            let mut line = |need: &str, pupils: &str| {
                let _ = writeln!(
                    text,
                    "202122,Academic year,Local authority,{code},\"{name}\",{phase},\"{provision}\",\"{need}\",{pupils}"
                );
            };
            line("Total", &rounded_total(own[total], how));
            for (end, _, label, other) in NEEDS {
                let pupils = own[&format!("{prefix}{end}")];
                line(
                    if how.other_labels { other } else { label },
                    &published(pupils, how),
                );
            }
        }
    }
    text
}

/// A total, which is never withheld here.
fn rounded_total(pupils: u64, how: &Spoiled) -> String {
    let whole = Spoiled {
        withheld_below: 0,
        ..*how
    };
    published(pupils, &whole)
}

#[test]
fn every_share_printed_is_the_true_one() {
    let Some((columns, rows)) = real() else { return };
    let essex: Vec<&Row> = rows.iter().filter(|row| row["old_la_code"] == ESSEX.0).collect();
    let state = |rows: &[&Row]| -> Vec<Row> {
        rows.iter()
            .filter(|row| is_state_funded(row))
            .map(|row| (*row).clone())
            .collect()
    };
    let district = |row: &Row| row["district_administrative_name"].clone();
    let places = |rows: &[&Row]| -> BTreeMap<String, Truth> {
        let rows = state(rows);
        let mut places = BTreeMap::new();
        for (part, districts) in PARTS {
            let inside = rows
                .iter()
                .filter(|row| districts.contains(&district(row).as_str()));
            places.insert(part.to_owned(), truth(inside));
            for name in districts {
                let inside = rows.iter().filter(|row| district(row) == *name);
                places.insert((*name).to_owned(), truth(inside));
            }
        }
        places
    };
    let whole = places(&essex);
    let essex_truth = truth(state(&essex).iter());
    let essex_of_all_schools = truth(essex.iter().copied());
    let england = truth(rows.iter().filter(|row| is_state_funded(row)));
    let of_schools: BTreeMap<String, Truth> = essex
        .iter()
        .map(|row| (row["URN"].clone(), truth(std::iter::once(*row))))
        .collect();
    assert_eq!(
        essex_truth[&("Total".to_owned(), "MLD".to_owned(), "sen".to_owned())].0,
        6_294,
        "the truth is the data's own"
    );
    for case in 0..8_u64 {
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ (case + 1));
        let how = spoiled(&mut random, case);
        let kept: Vec<&Row> = essex
            .iter()
            .filter(|_| random.below(1_000) < how.kept)
            .copied()
            .collect();
        let is_part = state(&kept).len() < state(&essex).len();
        let home = tempfile::tempdir().expect("a folder");
        let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
        fs::write(path("schools.csv"), schools_csv(&columns, &kept, &how)).expect("written");
        let (schools, table, out) = (path("schools.csv"), path("table.csv"), path("out"));
        let mut arguments = vec!["run", "--area", "essex", "--schools", &schools, "--out", &out];
        if how.published {
            fs::write(&table, published_csv(&rows, &how)).expect("written");
            arguments.extend(["--benchmark", &table]);
        }
        let output = senlens(&arguments);
        let name = format!(
            "case {case} (kept {} of 1000, withheld below {} as `{}`)",
            how.kept, how.withheld_below, how.symbol
        );
        assert!(output.status.success(), "{name}: {}", said(&output));
        let subset = places(&kept);
        let of_subset = truth(kept.iter().copied());
        let rates = TextTable::of_run(home.path().join("out").as_path(), "rates");
        // Independent schools are not asked for types of need: no need of all schools together is known.
        let of_all: Vec<&Row> = rates
            .rows
            .iter()
            .filter(|row| row["coverage"] == "all_schools" && row["geographic_level"] == "Local authority")
            .collect();
        for row in &of_all {
            assert_eq!(row["primary_need"], "Total", "{name}: {row:?}");
            let key = (
                row["sen_provision"].clone(),
                "Total".to_owned(),
                "pupils".to_owned(),
            );
            // No table tells how many independent schools there are.
            let real = if kept.len() < essex.len() {
                &of_subset
            } else {
                &essex_of_all_schools
            };
            if row["phase"] == "Total" && row["area_code"] == ESSEX.1 {
                assert!(!is_part || !how.published, "{name}: a part is not Essex: {row:?}");
                assert_eq!(
                    (row["events"].clone(), row["population"].clone()),
                    (real[&key].0.to_string(), real[&key].1.to_string()),
                    "{name}: {row:?}"
                );
            }
        }
        let ranges = home.path().join("out/tables/ranges.csv");
        assert!(
            how.withheld_below == 0 || ranges.exists(),
            "{name}: what is withheld has bounds"
        );
        let mut checked: BTreeMap<&str, u64> = BTreeMap::new();
        let level = |row: &Row| row["geographic_level"].clone();
        for row in rates
            .rows
            .iter()
            .filter(|row| row["coverage"] == "state_funded" && row["base"] != "sen_with_need")
            .filter(|row| row["phase"] == "Total" || level(row) == "School")
        {
            let real = match row["geographic_level"].as_str() {
                "National" => &england,
                "Local authority" if row["area_code"] == ESSEX.1 => &essex_truth,
                "School" => &of_schools[&row["area_code"]],
                "Quadrant" | "Local authority district" => {
                    match row["area_name"].strip_suffix(" (schools in the file)") {
                        Some(named) => &subset[named],
                        None => {
                            assert!(!is_part, "{name}: a part is called so: {row:?}");
                            &whole[&row["area_name"]]
                        }
                    }
                }
                _ => continue,
            };
            let key = ["sen_provision", "primary_need", "base"].map(|column| row[column].clone());
            let [provision, need, base] = key;
            let Some((events, population)) = real.get(&(provision, need, base)) else {
                continue;
            };
            let numbers = match row["geographic_level"].as_str() {
                "National" => 152.0 * OF_AN_AUTHORITY,
                "Local authority" => OF_AN_AUTHORITY,
                _ => 0.0,
            };
            for (column, real) in [("events", *events), ("population", *population)] {
                let printed: u64 = row[column].parse().expect("a number");
                assert!(
                    printed.abs_diff(real) <= tolerance(numbers, &how),
                    "{name}: {column} is {real}: {row:?}"
                );
            }
            let level = ["National", "Local authority", "School", "Quadrant"]
                .into_iter()
                .find(|level| *level == row["geographic_level"])
                .unwrap_or("District");
            *checked.entry(level).or_default() += 1;
        }
        assert!(
            checked.contains_key("Quadrant") && checked.contains_key("School"),
            "{name}: {checked:?}"
        );
        assert!(
            how.withheld_below > 0 || checked.contains_key("Local authority"),
            "{name}: {checked:?}"
        );
        assert_eq!(
            checked.contains_key("National"),
            how.published,
            "{name}: {checked:?}"
        );
        // The others are no part of the county's own rows, but they too are compared as they truly are.
        let benchmarks = TextTable::of_run(home.path().join("out").as_path(), "benchmarks");
        for row in benchmarks.rows.iter().filter(|row| {
            row["area_code"] == ESSEX.1 && row["phase"] == "Total" && row["coverage"] == "state_funded"
        }) {
            let key = ["sen_provision", "primary_need", "base"].map(|column| row[column].clone());
            let [provision, need, base] = key;
            if let Some((events, _)) = essex_truth.get(&(provision, need, base)) {
                let observed: u64 = row["observed"].parse().expect("a number");
                assert!(
                    observed.abs_diff(*events) <= tolerance(OF_AN_AUTHORITY, &how),
                    "{name}: {events}: {row:?}"
                );
            }
        }
        if !ranges.exists() {
            continue;
        }
        let ranges = TextTable::of_run(home.path().join("out").as_path(), "ranges");
        let mut held = 0;
        for row in ranges
            .rows
            .iter()
            .filter(|row| row["coverage"] == "state_funded")
            .filter(|row| row["phase"] == "Total" || level(row) == "School")
        {
            let real = match row["geographic_level"].as_str() {
                "National" => &england,
                "Local authority" => &essex_truth,
                "School" => &of_schools[&row["area_code"]],
                "Quadrant" | "Local authority district" => {
                    match row["area_name"].strip_suffix(" (schools in the file)") {
                        Some(named) => &subset[named],
                        None => &whole[&row["area_name"]],
                    }
                }
                _ => continue,
            };
            let key = ["sen_provision", "primary_need", "base"].map(|column| row[column].clone());
            let [provision, need, base] = key;
            let Some((events, population)) = real.get(&(provision, need, base)) else {
                continue;
            };
            let slack = tolerance(
                if level(row) == "National" {
                    152.0 * OF_AN_AUTHORITY
                } else {
                    OF_AN_AUTHORITY
                },
                &how,
            );
            for (column, real) in [("events", *events), ("population", *population)] {
                let bound = |end: &str| row[&format!("{column}_{end}")].parse::<u64>().ok();
                let (least, most) = (bound("least").expect("a number"), bound("most"));
                assert!(
                    least <= real + slack && most.is_none_or(|most| real <= most + slack),
                    "{name}: {column} is {real}: {row:?}"
                );
            }
            if how.rounded || *population == 0 {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "pupils are far below 2^53")]
            let share = 100.0 * *events as f64 / *population as f64;
            let bound = |end: &str| row[&format!("per_hundred_{end}")].parse::<f64>().ok();
            assert!(
                bound("least").is_none_or(|least| least <= share + 1e-9)
                    && bound("most").is_none_or(|most| share <= most + 1e-9),
                "{name}: {share}: {row:?}"
            );
            held += 1;
        }
        assert!(
            how.rounded || how.withheld_below == 0 || held > 100,
            "{name}: {held} ranges"
        );
    }
}
