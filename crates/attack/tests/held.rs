//! What the gate lets out holds: a few invented counties here, a thousand by `cargo run --release -p senlens-attack
//! --example counties -- 1000`.

#![expect(clippy::unwrap_used, reason = "tests and what helps them")]

use proptest::prelude::*;
use senlens_attack::{AttackReport, Finding, Options, Places, attack};
use senlens_release::{Cell, ColumnData, Policy, Publication, Released, Table, release};
use senlens_testing::county::{AsRead, Numbers, Shape, county, policy, readers, write};
use std::path::PathBuf;

fn small(seed: u64) -> Shape {
    let mut numbers = Numbers::new(seed);
    Shape {
        parts: vec![1; 1 + usize::from(numbers.below(2) == 0)],
        schools: (3, 3 + numbers.below(3)),
        density: [0.4, 1.0, 2.0][usize::try_from(numbers.below(3)).unwrap()],
        public_authority: seed.is_multiple_of(2),
        independents: seed.is_multiple_of(3),
        authorities: 1,
    }
}

fn attacked(runs: &[&Released<Publication>], policy: &Policy, options: Options) -> AttackReport {
    let folders: Vec<tempfile::TempDir> = runs.iter().map(|_| tempfile::tempdir().unwrap()).collect();
    let mut paths: Vec<PathBuf> = Vec::new();
    for (run, folder) in runs.iter().zip(&folders) {
        write(run, folder.path());
        paths.push(folder.path().to_owned());
    }
    let options = Options {
        policy: Some(readers(policy)),
        ..options
    };
    attack(&paths, &options).unwrap()
}

/// Attacks one publication by who knows which place lies in which.
fn attacked_in(places: Places, released: &Released<Publication>, policy: &Policy) -> AttackReport {
    let options = Options {
        places,
        ..Options::default()
    };
    attacked(&[released], policy, options)
}

#[test]
fn nothing_released_is_recovered() {
    let mut withheld = 0;
    for seed in 0..5 {
        let invented = county(&small(seed), seed);
        let policy = policy([5, 6, 7, 10][usize::try_from(seed % 4).unwrap()], "none", "shown");
        let (released, record) = release(invented.publication, &invented.sources, &policy).unwrap();
        let report = attacked_in(invented.places, &released, &policy);
        assert!(report.held(), "seed {seed}: {report}");
        assert_eq!(
            report.withheld as u64,
            record.counts.primary + record.counts.secondary,
            "seed {seed}"
        );
        let counts = &record.counts;
        assert!(
            counts.secondary_cost_at_least <= counts.secondary_cost,
            "seed {seed}: {counts:?}"
        );
        withheld += report.withheld;
    }
    assert!(withheld > 200, "{withheld}");
}

#[test]
fn a_modest_county_is_withheld_at_the_least_cost_there_is_and_holds() {
    for seed in 0..4_u64 {
        let shape = Shape {
            parts: vec![1],
            schools: (3, 3),
            density: [0.3, 1.0, 2.0][usize::try_from(seed % 3).unwrap()],
            public_authority: seed.is_multiple_of(2),
            independents: false,
            authorities: 1,
        };
        let invented = county(&shape, seed);
        let policy = policy([5, 6, 7, 10][usize::try_from(seed % 4).unwrap()], "none", "shown");
        let (released, record) = release(invented.publication, &invented.sources, &policy).unwrap();
        let counts = &record.counts;
        assert!(counts.secondary > 0, "seed {seed}: {counts:?}");
        assert_eq!(
            counts.secondary_cost, counts.secondary_cost_at_least,
            "seed {seed}: {counts:?}"
        );
        assert!(counts.secondary_cost_gap.abs() < 1e-12, "seed {seed}: {counts:?}");
        let report = attacked_in(invented.places, &released, &policy);
        assert!(report.held(), "seed {seed}: {report}");
        assert_eq!(
            report.withheld as u64,
            counts.primary + counts.secondary,
            "seed {seed}"
        );
    }
}

#[test]
fn parts_and_districts_keep_the_totals_that_papers_are_written_about() {
    let shape = Shape {
        parts: vec![2, 2],
        schools: (20, 24),
        density: 1.0,
        public_authority: true,
        independents: false,
        authorities: 1,
    };
    let invented = county(&shape, 3);
    let policy = policy(5, "none", "shown");
    let (released, _) = release(invented.publication, &invented.sources, &policy).unwrap();
    let rates = AsRead::of(released.get(), "rates");
    let (mut totals, mut withheld) = (0, Vec::new());
    for row in 0..rates.rows() {
        let is = |column: &str, words: &[&str]| words.contains(&rates.text(row, column));
        if is("geographic_level", &["Quadrant", "Local authority district"])
            && is("phase", &["Total"])
            && is("sen_provision", &["Total"])
            && is("primary_need", &["MLD", "SLCN", "SEMH", "Total"])
            && is("base", &["pupils"])
        {
            totals += 1;
            if matches!(rates.count(row, "events"), Cell::Withheld(_)) {
                withheld.push(format!(
                    "{} {}",
                    rates.text(row, "area_code"),
                    rates.text(row, "primary_need")
                ));
            }
        }
    }
    // Without swaps between phases most of them go: a phase with few children in a district takes its total with it.
    assert!(
        totals >= 24 && withheld.len() * 5 <= totals,
        "{totals}: {withheld:?}"
    );
    let report = attacked_in(invented.places, &released, &policy);
    assert!(report.held(), "{report}");
}

#[test]
fn rounded_counts_hold_and_withheld_zeros_hold() {
    for (seed, rounding, zeros) in [(1, "5", "shown"), (3, "10", "shown"), (5, "none", "withheld")] {
        let invented = county(&small(seed), seed);
        let policy = policy(5, rounding, zeros);
        let (released, record) = release(invented.publication, &invented.sources, &policy).unwrap();
        if rounding != "none" {
            assert!(record.tables.iter().any(|table| table.rounded > 0));
            let rates = AsRead::of(released.get(), "rates");
            for row in 0..rates.rows() {
                let own = rates.text(row, "geographic_level") == "School";
                let (base, events) = (rounding.parse::<u64>().unwrap(), rates.count(row, "events"));
                assert!(
                    !own || !matches!(events, Cell::Shown(count) if count != 0),
                    "{events:?}"
                );
                assert!(
                    !matches!(events, Cell::Rounded(count) if count % base != 0),
                    "{events:?}"
                );
            }
        }
        let report = attacked_in(invented.places, &released, &policy);
        assert!(report.held(), "{report}");
    }
}

#[test]
fn a_second_publication_takes_what_the_first_showed_as_known() {
    // A policy made stricter after the first publication: alone, the second would withhold counts that the first shows.
    let (first_policy, second_policy) = (policy(5, "none", "shown"), policy(10, "none", "shown"));
    let invented = county(&small(2), 2);
    let publication = invented.publication;
    let (first, record) = release(publication.clone(), &invented.sources, &first_policy).unwrap();
    assert_eq!(
        (record.counts.shown_before, record.counts.withheld_before),
        (0, 0)
    );
    for knows in [false, true] {
        let mut sources = invented.sources.clone();
        if knows {
            sources.published = first.get().tables.clone();
        }
        let (second, record) = release(publication.clone(), &sources, &second_policy).unwrap();
        let options = Options {
            places: invented.places.clone(),
            ..Options::default()
        };
        let report = attacked(&[&first, &second], &first_policy, options);
        assert_eq!(report.held(), knows, "{report}");
        assert_eq!(
            record.counts.shown_before > 0 && record.counts.withheld_before > 0,
            knows
        );
        assert_eq!(record.counts.changed_since, 0);
        assert_eq!(
            report
                .findings
                .iter()
                .any(|f| matches!(f, Finding::ShownElsewhere { .. })),
            !knows
        );
    }
}

/// What a table shows of each row, by its keys.
fn shown(table: &Table) -> Vec<String> {
    let mut rows = Vec::new();
    for row in 0..table.rows() {
        let (mut key, mut figures) = (String::new(), Vec::new());
        for column in table.columns() {
            match &column.data {
                ColumnData::Coded(text) => {
                    key.push_str(text.text(row));
                    key.push('|');
                }
                ColumnData::Count(cells) => figures.push(format!("{:?}", cells[row].figure())),
                ColumnData::Number(cells) => figures.push(format!("{:?}", cells[row].figure())),
            }
        }
        rows.push(key + &figures.join("|"));
    }
    rows.sort();
    rows
}

fn shuffled(table: &Table, seed: u64) -> Table {
    let mut numbers = Numbers::new(seed);
    let mut order: Vec<usize> = (0..table.rows()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, usize::try_from(numbers.below(at as u64 + 1)).unwrap());
    }
    table.in_order(&order)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn permuting_rows_changes_nothing(seed in 0_u64..500) {
        let invented = county(&small(seed), seed);
        let policy = policy(5, "none", "shown");
        let mut moved = invented.publication.clone();
        moved.tables = moved.tables.iter().rev().map(|table| shuffled(table, seed)).collect();
        let (first, record) = release(invented.publication, &invented.sources, &policy).unwrap();
        let (second, again) = release(moved, &invented.sources, &policy).unwrap();
        prop_assert_eq!(record.counts, again.counts);
        for table in &first.get().tables {
            prop_assert_eq!(shown(table), shown(AsRead::of(second.get(), table.name()).0), "{}", table.name());
        }
    }

    #[test]
    fn publishing_one_more_table_never_opens_a_cell(seed in 0_u64..500, tables in 1_usize..3) {
        let invented = county(&small(seed), seed);
        let policy = policy(5, "none", "shown");
        let mut fewer = invented.publication.clone();
        fewer.tables.truncate(tables);
        let (first, _) = release(fewer, &invented.sources, &policy).unwrap();
        let mut sources = invented.sources;
        sources.published = first.get().tables.clone();
        let (second, _) = release(invented.publication, &sources, &policy).unwrap();
        let options = Options { places: invented.places, ..Options::default() };
        let report = attacked(&[&first, &second], &policy, options);
        prop_assert!(report.held(), "seed {}: {}", seed, report);
    }
}
