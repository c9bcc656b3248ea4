//! Releases and attacks invented counties, one a seed.
//!
//! `cargo run --release -p senlens-attack --example counties -- 1000` attacks a thousand; a second number starts later; a
//! third makes each a single district of so many schools, small enough to be withheld at the least cost there is.

#![expect(clippy::print_stdout, reason = "a command that reports figures and times")]

use senlens_attack::{Options, attack};
use senlens_release::release;
use senlens_testing::county::{Shape, county, policy, readers, sizes, write};
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|text| text.parse::<u64>().expect("a number"));
    let (seeds, first) = (arguments.next().unwrap_or(1000), arguments.next().unwrap_or(0));
    let schools = arguments.next();
    let (mut withheld, mut counts, mut findings, mut bounded, mut ambiguous, mut primary) =
        (0, 0, 0, 0, 0, 0);
    let mut cheapest = 0;
    let (mut slowest_release, mut slowest_attack) = (0.0_f64, 0.0_f64);
    for seed in first..first + seeds {
        let shape = match schools {
            None => Shape::of(seed),
            Some(schools) => Shape {
                parts: vec![1],
                schools: (schools, schools),
                independents: false,
                ..Shape::of(seed)
            },
        };
        let county = county(&shape, seed);
        let places = sizes(&county.publication);
        let policy = policy(
            [5, 6, 7, 10][(seed % 4) as usize],
            "none",
            if seed % 7 == 0 { "withheld" } else { "shown" },
        );
        let start = Instant::now();
        let (released, record) = match release(county.publication, &county.sources, &policy) {
            Ok(released) => released,
            Err(error) => {
                println!("seed {seed}: not released: {error}; {places:?} {shape:?}");
                findings += 1;
                continue;
            }
        };
        assert!(
            record.counts.secondary_cost_at_least <= record.counts.secondary_cost,
            "seed {seed}: a bound above the cost"
        );
        cheapest += u64::from(record.counts.secondary_cost_at_least == record.counts.secondary_cost);
        slowest_release = slowest_release.max(start.elapsed().as_secs_f64());
        let folder = tempfile::tempdir().expect("a folder");
        write(&released, folder.path());
        let options = Options {
            policy: Some(readers(&policy)),
            places: county.places,
            ..Options::default()
        };
        let start = Instant::now();
        let report = attack(&[folder.path().to_owned()], &options).expect("an attack");
        slowest_attack = slowest_attack.max(start.elapsed().as_secs_f64());
        withheld += report.withheld;
        counts += record.counts.counts;
        primary += record.counts.primary;
        bounded += report.already_public;
        ambiguous += record.counts.held_by_ambiguity;
        if !report.held() {
            findings += report.findings.len();
            println!("seed {seed}: {places:?} {shape:?}");
            for finding in report.findings.iter().take(5) {
                println!("    {finding}");
            }
        }
        if seed % 50 == 49 {
            println!(
                "... {} seeds, {findings} findings, {withheld} withheld of {counts}",
                seed + 1 - first
            );
        }
    }
    println!(
        "{seeds} counties: {withheld} of {counts} counts withheld ({primary} for themselves); {findings} recovered, \
         narrowed or not released; {bounded} narrowed by public totals alone; {ambiguous} held by ambiguity; \
         {cheapest} counties at the least cost there is; slowest release {slowest_release:.2} s, attack {slowest_attack:.2} s"
    );
}
