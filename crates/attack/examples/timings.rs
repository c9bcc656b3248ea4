//! Measures times and withheld shares on a county like Essex, and with `--authorities 152` on a country of them.
//!
//! `cargo run --release -p senlens-attack --example timings [-- --authorities N] [--no-attack]`

#![expect(clippy::print_stdout, reason = "a command that reports figures and times")]

use senlens_attack::{Options, attack};
use senlens_release::{Publication, release};
use senlens_testing::county::{AsRead, Shape, county, policy, readers, sizes, write};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let authorities = arguments
        .iter()
        .position(|argument| argument == "--authorities")
        .and_then(|at| arguments.get(at + 1))
        .map_or(1, |number| number.parse().expect("a number"));
    let mut shape = Shape::essex();
    if authorities > 1 {
        shape.authorities = authorities;
        shape.schools = (10, 16);
    }
    let county = county(&shape, 1);
    println!("places {:?}", sizes(&county.publication));
    whole_rows(&county.publication);
    let policy = policy(5, "none", "shown");
    let start = Instant::now();
    let (released, record) = release(county.publication, &county.sources, &policy).expect("a release");
    println!(
        "released in {:.2} s\n{record}{:?}",
        start.elapsed().as_secs_f64(),
        record.counts
    );
    if arguments.iter().any(|argument| argument == "--no-attack") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    write(&released, folder.path());
    let options = Options {
        policy: Some(readers(&policy)),
        places: county.places,
        ..Options::default()
    };
    let start = Instant::now();
    let report = attack(&[folder.path().to_owned()], &options).expect("an attack");
    println!("attacked in {:.2} s\n{report}", start.elapsed().as_secs_f64());
}

/// What simple ways withhold: the small counts alone, and every count of a place, phase and provision with one.
fn whole_rows(publication: &Publication) {
    let table = AsRead::of(publication, "rates");
    let mut rows: BTreeMap<[&str; 4], (BTreeSet<&str>, bool)> = BTreeMap::new();
    let (mut counts, mut small) = (0, 0);
    for row in 0..table.rows() {
        let is_area = ["National", "Regional"].contains(&table.text(row, "geographic_level"));
        if is_area || table.text(row, "base") != "pupils" {
            continue;
        }
        let key = ["area_code", "phase", "coverage", "sen_provision"].map(|name| table.text(row, name));
        let count = table.count(row, "events").figure().unwrap_or(0);
        let (needs, has_small) = rows.entry(key).or_default();
        needs.insert(table.text(row, "primary_need"));
        counts += 1;
        if (1..5).contains(&count) {
            *has_small = true;
            small += 1;
        }
    }
    let withheld: usize = rows
        .values()
        .filter(|(_, small)| *small)
        .map(|(needs, _)| needs.len())
        .sum();
    println!(
        "of {counts} counts of needs: {small} small ({:.1}%); in whole rows with one, {withheld} ({:.1}%)",
        100.0 * f64::from(small) / f64::from(counts),
        100.0 * withheld as f64 / f64::from(counts)
    );
}
