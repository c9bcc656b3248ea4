//! Tries every number of a policy: what it withholds, what it leaves, and that the attack finds nothing in what is left.

#![expect(clippy::unwrap_used, reason = "tests and what helps them")]

use senlens_attack::{Options, attack};
use senlens_release::{Cell, Policy, Publication, ReleaseRecord, Released, Why, release};
use senlens_testing::county::{AsRead, County, Shape, county, readers, write};

fn invented(seed: u64) -> County {
    county(
        &Shape {
            parts: vec![1, 1],
            schools: (4, 6),
            density: 1.0,
            public_authority: false,
            independents: false,
            authorities: 1,
        },
        seed,
    )
}

/// The policy `public` with lines of it changed and added.
fn policy(changes: &[(&str, &str)], more: &str) -> Policy {
    let mut text = Policy::preset("public").unwrap().text().to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    Policy::parse(&format!("{text}\n{more}")).unwrap()
}

/// Releases a county under a policy, sees that it holds, and gives what was released.
fn released(county: County, policy: &Policy) -> (Released<Publication>, ReleaseRecord) {
    let (released, record) = release(county.publication, &county.sources, policy).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write(&released, folder.path());
    let options = Options {
        policy: Some(readers(policy)),
        places: county.places,
        ..Options::default()
    };
    let report = attack(&[folder.path().to_owned()], &options).unwrap();
    assert!(report.held(), "{report}");
    assert_eq!(record.policy_sha256, policy.sha256());
    (released, record)
}

fn rows_at<'t>(table: AsRead<'t>, level: &'t str) -> impl Iterator<Item = usize> + 't {
    (0..table.rows()).filter(move |row| table.text(*row, "geographic_level") == level)
}

#[test]
fn the_presets_withhold_what_their_names_say() {
    for (name, least_shown) in [("public", 5), ("public-6", 6), ("public-7", 7), ("public-10", 10)] {
        let policy = Policy::preset(name).unwrap();
        assert_eq!(policy.rules().minimum_count, least_shown);
        let county = invented(3);
        let publication = county.publication.clone();
        let truth = AsRead::of(&publication, "rates");
        let (released, record) = released(county, &policy);
        assert_eq!(record.policy, name);
        let rates = AsRead::of(released.get(), "rates");
        let (mut at_the_edge, mut zeros) = (0, 0);
        for row in rows_at(rates, "School") {
            let count = truth.count(row, "events").figure().unwrap();
            match rates.count(row, "events") {
                Cell::Shown(shown) => {
                    assert!(shown == 0 || shown >= least_shown, "{name} shows {shown}");
                    zeros += usize::from(shown == 0);
                }
                Cell::Withheld(why) => {
                    let is_small = (1..least_shown).contains(&count);
                    assert_eq!(why == Why::SmallCount, is_small, "{name}: {count} {why:?}");
                    at_the_edge += usize::from(count == least_shown - 1);
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(at_the_edge > 0 && zeros > 0, "{name}");
    }
}

#[test]
fn zeros_may_be_withheld() {
    let (released, _) = released(
        invented(4),
        &policy(&[("zeros = \"shown\"", "zeros = \"withheld\"")], ""),
    );
    let rates = AsRead::of(released.get(), "rates");
    let shown = rows_at(rates, "School").filter_map(|row| rates.count(row, "events").figure());
    assert_eq!(shown.filter(|count| *count < 5).count(), 0);
}

#[test]
fn a_rate_on_too_few_is_withheld_though_its_counts_may_stand() {
    let (released, _) = released(
        invented(5),
        &policy(&[("minimum_denominator = 10", "minimum_denominator = 60")], ""),
    );
    let rates = AsRead::of(released.get(), "rates");
    let mut stood = 0;
    for row in 0..rates.rows() {
        let is_public = ["National", "Regional"].contains(&rates.text(row, "geographic_level"));
        let Some(base) = rates.count(row, "population").figure().filter(|_| !is_public) else {
            continue;
        };
        let rate = rates.number(row, "per_hundred");
        if base < 60 {
            assert!(rate.figure().is_none(), "{rate:?} of {base}");
            let count_stands = rates.count(row, "events").figure().is_some_and(|count| count > 0);
            stood += usize::from(count_stands && matches!(rate, Cell::Withheld(Why::SmallBase)));
        }
    }
    assert!(stood > 0);
}

#[test]
fn counts_are_rounded_half_up() {
    for (rounding, base) in [("5", 5), ("10", 10)] {
        let county = invented(6);
        let publication = county.publication.clone();
        let truth = AsRead::of(&publication, "rates");
        let (released, record) = released(
            county,
            &policy(
                &[("rounding = \"none\"", &format!("rounding = \"{rounding}\""))],
                "",
            ),
        );
        assert!(record.tables.iter().any(|table| table.rounded > 0));
        let rates = AsRead::of(released.get(), "rates");
        let mut halves = 0;
        for row in rows_at(rates, "School") {
            let count = truth.count(row, "events").figure().unwrap();
            if let Cell::Rounded(rounded) = rates.count(row, "events") {
                assert_eq!(rounded, (count + base / 2) / base * base, "{count} to {base}");
                halves += usize::from(count % base == base.div_ceil(2));
            }
        }
        assert!(halves > 0, "a half was rounded");
    }
}

#[test]
fn an_area_s_count_that_is_nearly_one_school_s_is_withheld() {
    let dominated = |record: &ReleaseRecord| -> u64 {
        let tables = record.tables.iter();
        tables
            .filter_map(|table| table.withheld.get(&Why::Dominated))
            .sum()
    };
    let (_, without) = released(invented(7), &policy(&[], ""));
    let (released, with) = released(invented(7), &policy(&[], "dominance_percent = 80"));
    assert_eq!(dominated(&without), 0);
    assert!(dominated(&with) > 0);
    let rates = AsRead::of(released.get(), "rates");
    for row in rows_at(rates, "School") {
        assert_ne!(
            rates.count(row, "events"),
            Cell::Withheld(Why::Dominated),
            "a school dominates none"
        );
    }
}

#[test]
fn an_exception_lets_a_count_through_on_somebody_s_word() {
    let county = invented(8);
    let publication = county.publication.clone();
    let truth = AsRead::of(&publication, "rates");
    let row = rows_at(truth, "Quadrant")
        .find(|row| {
            let count = truth.count(*row, "events").figure().unwrap();
            (1..5).contains(&count)
                && truth.text(*row, "phase") == "Total"
                && truth.text(*row, "base") == "pupils"
        })
        .unwrap();
    let [code, provision, need] =
        ["area_code", "sen_provision", "primary_need"].map(|name| truth.text(row, name).to_owned());
    let count = truth.count(row, "events");
    let exception = format!(
        "[[exceptions]]\ngeographic_level = \"Quadrant\"\narea_code = \"{code}\"\nphase = \"Total\"\n\
         sen_provision = \"{provision}\"\nprimary_need = \"{need}\"\nreason = \"printed in the annual report\"\n\
         by = \"A. Clerk\"\n"
    );
    let policy = policy(&[], &exception);
    let (released, record) = release(county.publication, &county.sources, &policy).unwrap();
    assert_eq!(AsRead::of(released.get(), "rates").count(row, "events"), count);
    let [used] = &record.exceptions[..] else {
        panic!("{:?}", record.exceptions)
    };
    assert_eq!(
        (used.reason.as_str(), used.by.as_str()),
        ("printed in the annual report", "A. Clerk")
    );
    assert!(record.to_string().contains("A. Clerk"));
}
