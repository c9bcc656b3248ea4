//! The 152 authorities of January 2023, as published: the overdispersion of the MLD share of pupils with SEN.
#![expect(clippy::print_stdout, reason = "tests print for the developer")]
#![expect(
    clippy::unwrap_used,
    reason = "a test may stop where a file is not as described"
)]

use senlens_stats::overdispersion::{Target, binomial_z, pearson_phi, test, test_binomial, winsorise};
use senlens_stats::{Confidence, CountOf, funnel};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// MLD pupils of all pupils with SEN (K and E together), by authority; `None` where the files are not here.
fn authorities() -> Option<Vec<(String, CountOf)>> {
    let folder = std::env::var_os("SENLENS_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = folder.join("data/sen_la_phase_need_2022_23.csv");
    if !path.is_file() {
        println!("not run: needs SENLENS_SHARED");
        return None;
    }
    let mut totals: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for record in csv::Reader::from_path(path).unwrap().records() {
        let record = record.unwrap();
        let pupils: u64 = record[3].parse().unwrap();
        let total = totals.entry(record[0].to_owned()).or_default();
        total.1 += pupils;
        if &record[2] == "Moderate Learning Difficulty" {
            total.0 += pupils;
        }
    }
    Some(
        totals
            .into_iter()
            .map(|(name, (x, n))| (name, CountOf::new(x, n).unwrap()))
            .collect(),
    )
}

/// To the one decimal the figure is quoted with.
fn quoted(value: f64, figure: f64) -> bool {
    (value - figure).abs() <= 0.05
}

#[test]
fn overdispersion_of_the_mld_share() {
    let Some(units) = authorities() else { return };
    assert_eq!(units.len(), 152);
    let events: u64 = units.iter().map(|(_, count)| count.events()).sum();
    let pupils: u64 = units.iter().map(|(_, count)| count.population()).sum();
    assert_eq!((events, pupils), (222_273, 1_453_576));
    let benchmark = events as f64 / pupils as f64;
    let z: Vec<f64> = units
        .iter()
        .map(|(_, count)| binomial_z(*count, benchmark).unwrap())
        .collect();
    let phi = pearson_phi(&z).unwrap();
    let clipped = pearson_phi(&winsorise(&z, 0.1)).unwrap();
    assert!(quoted(phi, 236.3), "{phi}");
    assert!(quoted(clipped, 153.6), "{clipped}");
    let essex = z[units.iter().position(|(name, _)| name == "Essex").unwrap()];
    assert!(quoted(essex, 8.0), "{essex}");
    assert!((essex / phi.sqrt() - 0.52).abs() < 0.005 && (essex / clipped.sqrt() - 0.65).abs() < 0.005);
    assert_eq!(z.iter().filter(|z| z.abs() > 1.96).count(), 131);
    assert_eq!(z.iter().filter(|z| z.abs() > 3.09).count(), 125);
    // No test of need leaves any doubt here.
    assert!(test(&z, Target::Estimated).unwrap().rejects(1e-12));
    let counts: Vec<CountOf> = units.iter().map(|(_, count)| *count).collect();
    assert!(
        test_binomial(&counts, benchmark, Target::Estimated)
            .unwrap()
            .rejects(1e-12)
    );
    // The exact tails call as many authorities out as the naive z-scores do, give or take one at the edge.
    let out = counts
        .iter()
        .filter(|count| {
            let position = funnel::binomial(**count, benchmark)
                .unwrap()
                .position(Confidence::P95);
            position != funnel::Position::Similar
        })
        .count();
    assert!(out.abs_diff(131) <= 1, "{out}");
}
