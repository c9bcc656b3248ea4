//! Real troubles of counts that are not of one universe, of one year or not known at all: each folder of the shared cases
//! says what is right.

use senlens_tests::cases::{
    ENGLAND, ESSEX, Row, Run, case, events_of, has_none, rows, said_plainly, spine_mapping,
};
use senlens_tests::said;
use senlens_tests::tables::{TextTable, number};
use std::collections::BTreeMap;

/// A council's table of its maintained schools beside the Department's table of all state-funded ones.
#[test]
fn a_part_of_the_schools_is_never_the_authority() {
    let Some([schools, needs]) = case(
        "22-maintained-schools-only",
        [
            "essex_maintained_2022_23.csv",
            "data/sen_la_phase_need_2022_23.csv",
        ],
    ) else {
        return;
    };
    let benchmark = format!("{needs}@202223");
    let run = Run::of(&[
        "--schools",
        &schools,
        "--mapping",
        &spine_mapping(),
        "--benchmark",
        &benchmark,
    ]);
    let rates = run.table("rates");
    let of_sen = rows(&rates, ESSEX, "MLD", "sen");
    assert_eq!(of_sen.len(), 1);
    assert_eq!(events_of(of_sen[0]), ("5804", "34461"));
    let per_pupil = rates.rows_where(&[("area_code", ESSEX), ("base", "pupils")]);
    assert!(per_pupil.is_empty(), "no share of all pupils: {per_pupil:?}");
    assert!(rates.rows.iter().all(|row| row["population"] != "61613"));

    // Districts are shown as what they are, and compared with no other place.
    let districts = rates.rows_where(&[
        ("geographic_level", "Local authority district"),
        ("coverage", "state_funded"),
        ("phase", "Total"),
        ("sen_provision", "Total"),
        ("primary_need", "Total"),
        ("base", "pupils"),
    ]);
    assert_eq!(districts.len(), 12);
    let sum = |column: &str| districts.iter().map(|row| number(row, column)).sum::<f64>();
    assert!((sum("events") - 10_144.0).abs() < 0.5 && (sum("population") - 61_613.0).abs() < 0.5);
    assert!(
        districts
            .iter()
            .all(|row| row["area_name"].ends_with("(schools in the file)"))
    );
    let benchmarks = run.table("benchmarks");
    assert!(benchmarks.rows.iter().all(|row| !matches!(
        row["geographic_level"].as_str(),
        "Quadrant" | "Local authority district"
    )));

    let (notes, page) = (run.notes(), run.page());
    for said in [
        "10,144",
        "61,613",
        "34,461",
        "234 schools",
        "a file of every school",
    ] {
        assert!(notes.contains(said), "{said}: {notes}");
        assert!(page.contains(said), "the page says {said}");
    }
    assert!(!page.contains("55.9"), "the share of two universes");
}

/// Needs are of state-funded schools, provision of all: only a table of the same schools gives the roll.
#[test]
fn tables_of_two_universes_are_not_divided() {
    let Some([schools, needs, provision, ethnicity]) = case(
        "27-two-official-tables-two-universes",
        [
            "schools_202526.csv",
            "pupils_by_need_count_renamed.csv",
            "sen_by_provision_202223_202526.csv",
            "ethnicity_by_provision_202526.csv",
        ],
    ) else {
        return;
    };
    let with = |tables: &[&str]| {
        let mut arguments = vec!["--schools", &schools, "--year", "202526"];
        for table in tables {
            arguments.extend(["--benchmark", table]);
        }
        let run = Run::of(&arguments);
        let rates = run.table("rates");
        let state = |row: &Row| row["coverage"] == "state_funded";
        assert!(
            rates
                .rows
                .iter()
                .all(|row| !(state(row) && row["population"] == "8920227")),
            "all schools are never called state-funded"
        );
        assert!(
            rates
                .rows
                .iter()
                .all(|row| events_of(row) != ("1710520", "8920227"))
        );
        (run, rates)
    };
    let (_, rates) = with(&[&needs, &provision]);
    let of_sen = rows(&rates, ENGLAND, "MLD", "sen");
    assert_eq!(events_of(of_sen[0]), ("197408", "1710520"));
    assert!(rows(&rates, ENGLAND, "MLD", "pupils").is_empty());

    let (_, rates) = with(&[&needs, &provision, &ethnicity]);
    let mld = rows(&rates, ENGLAND, "MLD", "pupils");
    assert_eq!(events_of(mld[0]), ("197408", "8359455"));
    let sen = rows(&rates, ENGLAND, "Total", "pupils");
    assert_eq!(events_of(sen[0]), ("1710520", "8359455"));
}

/// A table-tool download without phases: its totals are the authority's.
#[test]
fn a_table_of_totals_alone_is_the_authority() {
    let Some([schools, mapping, totals, by_phase]) = case(
        "21-table-tool-totals-only",
        [
            "schools_without_needs.csv",
            "mapping.toml",
            "la_needs_totals_only.csv",
            "la_needs_by_phase.csv",
        ],
    ) else {
        return;
    };
    for table in [&totals, &by_phase] {
        let run = Run::of(&["--schools", &schools, "--mapping", &mapping, "--benchmark", table]);
        let rates = run.table("rates");
        let essex = rows(&rates, ESSEX, "MLD", "sen");
        assert_eq!(essex.len(), 1, "{table}");
        assert_eq!(events_of(essex[0]), ("5100", "34000"), "{table}");
        let benchmarks = run.table("benchmarks");
        let row = benchmarks.row_where(&[
            ("area_code", ESSEX),
            ("phase", "Total"),
            ("sen_provision", "Total"),
            ("primary_need", "MLD"),
            ("base", "sen"),
            ("comparator", "England"),
            ("adjustment", "crude"),
        ]);
        assert_eq!(row["observed"], "5100", "{table}");
        assert!(
            (number(row, "expected") - 34_000.0 * 0.15).abs() < 1e-6,
            "{table}"
        );
    }
}

/// What identifies a row of a table of figures.
const KEYS: [&str; 10] = [
    "coverage",
    "geographic_level",
    "area_code",
    "phase",
    "sen_provision",
    "primary_need",
    "base",
    "comparator",
    "adjustment",
    "rule",
];

fn key(row: &Row) -> Vec<String> {
    KEYS.iter()
        .map(|column| row.get(*column).cloned().unwrap_or_default())
        .collect()
}

/// Every figure of a run on withheld counts is the true one, or is not there.
fn assert_true_or_absent(withheld: &TextTable, whole: &TextTable, columns: &[&str], case: &str) {
    let truth: BTreeMap<Vec<String>, &Row> = whole.rows.iter().map(|row| (key(row), row)).collect();
    for row in &withheld.rows {
        let Some(real) = truth.get(&key(row)) else {
            panic!("{case}: a row that the truth has not: {row:?}");
        };
        for column in columns {
            assert_eq!(row[*column], real[*column], "{case}: {column} of {row:?}");
        }
    }
}

/// Counts under five withheld, by three spellings: a need whose count is withheld has no count.
#[test]
fn withheld_counts_are_not_zero() {
    let folder = "17-suppressed-needs-become-zero";
    let Some([whole, c, x, brackets]) = case(
        folder,
        [
            "schools_true.csv",
            "schools_suppressed_c.csv",
            "schools_suppressed_x.csv",
            "schools_suppressed_brackets.csv",
        ],
    ) else {
        return;
    };
    let truth = Run::of(&["--schools", &whole]);
    let (rates, benchmarks) = (truth.table("rates"), truth.table("benchmarks"));
    for file in [&c, &x, &brackets] {
        let run = Run::of(&["--schools", file]);
        let own = run.table("rates");
        assert_true_or_absent(&own, &rates, &["events", "population"], file);
        let compared = run.table("benchmarks");
        assert_true_or_absent(&compared, &benchmarks, &["observed", "position"], file);
        // The number with SEN is not withheld, and stays.
        let sen = rows(&own, ESSEX, "Total", "pupils");
        assert_eq!(events_of(sen[0]), ("4656", "27690"), "{file}");
        assert!(rows(&own, ESSEX, "MLD", "sen").is_empty(), "{file}");
        // No pupil is moved to `no type recorded`, and no place is judged by what is left.
        assert!(
            own.rows.iter().all(|row| row["primary_need"] != "Missing"),
            "{file}"
        );
        for row in run.table("flags").rows {
            let area = row["geographic_level"] != "School";
            assert!(
                !(area && matches!(row["level"].as_str(), "red" | "amber" | "none"))
                    || row["rule"] == "school_spread",
                "{file}: {row:?}"
            );
        }
        let (notes, page) = (run.notes(), run.page());
        for text in [&notes, &page] {
            assert!(text.contains("needs are withheld"), "{file}: {notes}");
        }
        assert!(!notes.contains("no type of need recorded"), "{file}: {notes}");
    }
}

/// One authority's count withheld in a published table.
#[test]
fn a_published_count_that_is_withheld_is_not_shown() {
    let folder = "17-suppressed-needs-become-zero";
    let Some([schools, mapping, control, mld_c, kent_c]) = case(
        folder,
        [
            "schools_without_needs.csv",
            "mapping.toml",
            "la_needs_control.csv",
            "la_needs_mld_c.csv",
            "la_needs_kent_c.csv",
        ],
    ) else {
        return;
    };
    let run = |table: &str| Run::of(&["--schools", &schools, "--mapping", &mapping, "--benchmark", table]);
    let truth = run(&control);
    let (rates, benchmarks) = (truth.table("rates"), truth.table("benchmarks"));
    for (table, code) in [(&mld_c, ESSEX), (&kent_c, "E10000016")] {
        let run = run(table);
        let own = run.table("rates");
        assert_true_or_absent(&own, &rates, &["events", "population", "lower", "upper"], table);
        let compared = run.table("benchmarks");
        assert_true_or_absent(&compared, &benchmarks, &["observed", "expected"], table);
        assert!(rows(&own, code, "MLD", "sen").is_empty(), "{table}");
        let at = |need: &str, provision: &str| {
            own.rows_where(&[
                ("area_code", code),
                ("phase", "Total"),
                ("sen_provision", provision),
                ("primary_need", need),
                ("base", "sen"),
            ])
            .len()
        };
        assert_eq!(at("MLD", "Education, health and care plan"), 0, "{table}");
        assert_eq!(at("MLD", "SEN support"), 1, "{table}: what is printed stays");
        assert_eq!(at("SLCN", "Education, health and care plan"), 1, "{table}");
    }
}

/// No pupil on roll, more with SEN than on roll, a need that no pupil has.
#[test]
fn zero_and_impossible_counts_have_no_rate_and_no_impossible_limit() {
    let Some([odd, without]) = case(
        "13-zero-and-impossible-counts",
        ["schools_zero_and_over.csv", "district_without_sen.csv"],
    ) else {
        return;
    };
    for file in [&odd, &without] {
        let run = Run::of(&["--schools", file]);
        let rates = run.table("rates");
        for row in &rates.rows {
            if has_none(&row["per_hundred"]) {
                assert_eq!(row["population"], "0", "{row:?}");
                assert!(has_none(&row["lower"]) && has_none(&row["upper"]), "{row:?}");
                continue;
            }
            let (lower, value, upper) = (
                number(row, "lower"),
                number(row, "per_hundred"),
                number(row, "upper"),
            );
            assert!(
                0.0 <= lower && lower <= value && value <= upper && upper <= 100.0,
                "{row:?}"
            );
            if row["events"] == "0" {
                assert!(lower == 0.0 && upper > 0.0, "{row:?}");
            }
        }
        for row in &run.table("benchmarks").rows {
            for column in ["ratio", "ratio_lower", "ratio_upper", "z", "p_value", "q_value"] {
                let text = &row[column];
                assert!(
                    has_none(text) || text.parse::<f64>().is_ok_and(f64::is_finite),
                    "{column} of {row:?}"
                );
            }
            if number(row, "expected") == 0.0 {
                assert!(has_none(&row["ratio"]), "{row:?}");
            }
        }
    }
    let run = Run::of(&["--schools", &odd]);
    let rates = run.table("rates");
    for urn in ["115004", "115008"] {
        let of_school = rates.rows_where(&[("area_code", urn)]);
        assert!(
            of_school.iter().all(|row| has_none(&row["per_hundred"])),
            "{urn} has no rate: {of_school:?}"
        );
    }
    let notes = run.notes();
    assert!(
        notes.contains("115008") && notes.contains("more pupils with special educational needs than on roll"),
        "{notes}"
    );
}

/// A table that does not say its year is dated by its file, or by schools whose totals are its own; else refused.
#[test]
fn a_table_without_a_year_is_dated_or_refused() {
    let Some([spine, needs, earlier]) = case(
        "",
        [
            "data/school_spine_sen_2022_23.csv",
            "data/sen_la_phase_need_2022_23.csv",
            "data/school_level_needs_2021_22.parquet",
        ],
    ) else {
        return;
    };
    let mapping = spine_mapping();
    // Dated by the schools.
    let run = Run::of(&["--schools", &spine, "--mapping", &mapping, "--benchmark", &needs]);
    let notes = run.notes();
    assert!(notes.contains("in 152 of 152 authorities"), "{notes}");

    // The schools of the year before do not date it, nor does the year asked for.
    for more in [&["--year", "202122"][..], &[]] {
        let mut arguments = vec!["--schools", earlier.as_str(), "--benchmark", &needs];
        arguments.extend(more);
        let run = Run::of(&arguments);
        let text = said_plainly(&run.output);
        assert_eq!(run.output.status.code(), Some(2), "{text}");
        assert!(text.contains("does not say of which year it is"), "{text}");
        assert!(
            text.contains("@202223") && text.contains("school-level file of the same year"),
            "{text}"
        );
        assert!(!run.home.path().join("out").exists(), "nothing is written");
    }

    // Dated by its file, it is of its own year alone: no England of two years.
    let benchmark = format!("{needs}@202223");
    let run = Run::of(&[
        "--schools",
        &earlier,
        "--year",
        "202122",
        "--benchmark",
        &benchmark,
    ]);
    if run.output.status.success() {
        let rates = run.table("rates");
        let england = rows(&rates, ENGLAND, "MLD", "sen");
        assert_eq!(events_of(england[0]), ("229466", "1375152"));
        let essex = rows(&rates, ESSEX, "MLD", "sen");
        assert_eq!(events_of(essex[0]), ("6294", "32444"));
    } else {
        panic!("{}", said(&run.output));
    }
}

/// A table of one authority's neighbour less is no table of England.
#[test]
fn authorities_that_leave_one_out_are_not_england() {
    let Some([spine, needs]) = case(
        "",
        [
            "data/school_spine_sen_2022_23.csv",
            "data/sen_la_phase_need_2022_23.csv",
        ],
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let without = home.path().join("without_kent.csv");
    let text = std::fs::read_to_string(&needs).expect("read");
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("Kent,")).collect();
    std::fs::write(&without, kept.join("\n")).expect("written");
    let benchmark = format!("{}@202223", without.display());
    let run = Run::of(&[
        "--schools",
        &spine,
        "--mapping",
        &spine_mapping(),
        "--benchmark",
        &benchmark,
    ]);
    let rates = run.table("rates");
    assert!(rows(&rates, ENGLAND, "MLD", "sen").is_empty());
    // What the schools say of all of England is theirs alone.
    let sen = rows(&rates, ENGLAND, "Total", "pupils");
    assert!(
        sen.iter().any(|row| events_of(row) == ("1453576", "8481875")),
        "{sen:?}"
    );
}
