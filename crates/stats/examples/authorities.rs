//! The 152 authorities of January 2023: crude and phase-standardised ratios of MLD, SLCN and SEMH among pupils with SEN,
//! allowed for overdispersion, with q-values, shrunken ratios and ranks with their uncertainty. One CSV row each.
//!
//! `cargo run --release -p senlens-stats --example authorities -- sen_la_phase_need_2022_23.csv [AUTHORITY]`
#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use senlens_stats::Confidence;
use senlens_stats::funnel::{Rule, judge_ratios};
use senlens_stats::multiplicity::benjamini_hochberg;
use senlens_stats::overdispersion::{Target, pearson_phi, poisson_z, winsorise};
use senlens_stats::shrink::{gamma_poisson, ranks};
use senlens_stats::standardise::{StratumCount, compare};
use std::collections::BTreeMap;
use std::error::Error;

const NEEDS: [(&str, &str); 3] = [
    ("MLD", "Moderate Learning Difficulty"),
    ("SLCN", "Speech, Language and Communications needs"),
    ("SEMH", "Social, Emotional and Mental Health"),
];

/// Pupils with SEN and pupils with the need, by authority and phase.
type Counts = BTreeMap<(String, String), (u64, u64)>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("which file? sen_la_phase_need_2022_23.csv")?;
    let only = arguments.next();
    println!(
        "primary_need,authority,observed,expected_crude,crude_ratio,expected,ratio,ratio_lower,ratio_upper,z,phi,\
         phi_winsorised,z_adjusted,p_value,q_value,shrunken,shrunken_lower,shrunken_upper,expected_rank,rank_lower,rank_upper"
    );
    for (code, label) in NEEDS {
        table(code, &read(&path, label)?, only.as_deref())?;
    }
    Ok(())
}

fn read(path: &str, label: &str) -> Result<Counts, Box<dyn Error>> {
    let mut counts = Counts::new();
    for record in csv::Reader::from_path(path)?.records() {
        let record = record?;
        let pupils: u64 = record[3].parse()?;
        let count = counts
            .entry((record[0].to_owned(), record[1].to_owned()))
            .or_default();
        count.1 += pupils;
        if &record[2] == label {
            count.0 += pupils;
        }
    }
    Ok(counts)
}

fn table(code: &str, counts: &Counts, only: Option<&str>) -> Result<(), Box<dyn Error>> {
    let mut england: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut authorities: BTreeMap<&str, Vec<(&str, u64, u64)>> = BTreeMap::new();
    for ((authority, phase), (events, pupils)) in counts {
        let total = england.entry(phase).or_default();
        total.0 += events;
        total.1 += pupils;
        authorities
            .entry(authority)
            .or_default()
            .push((phase, *events, *pupils));
    }
    let rate = |(events, pupils): (u64, u64)| events as f64 / pupils as f64;
    let crude = rate(
        england
            .values()
            .fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1)),
    );
    let mut compared = Vec::new();
    for (authority, phases) in &authorities {
        let strata: Vec<StratumCount> = phases
            .iter()
            .map(|(phase, observed, population)| StratumCount {
                observed: *observed,
                population: *population,
                reference_rate: rate(england[phase]),
            })
            .collect();
        compared.push((*authority, compare(&strata, crude, Confidence::P95)?));
    }
    let pairs: Vec<(u64, f64)> = compared.iter().map(|(_, c)| (c.observed, c.expected)).collect();
    let z: Vec<f64> = pairs
        .iter()
        .map(|(o, e)| poisson_z(*o, *e).unwrap_or(f64::NAN))
        .collect();
    let phi = pearson_phi(&z).ok_or("no authorities")?;
    let phi_winsorised = pearson_phi(&winsorise(&z, 0.1)).ok_or("no authorities")?;
    let judged = judge_ratios(
        &pairs,
        Rule {
            target: Target::Estimated,
            ..Rule::default()
        },
    );
    let p_values: Vec<f64> = judged
        .tails
        .iter()
        .map(|tail| tail.map_or(f64::NAN, senlens_stats::funnel::ExactTail::p_value))
        .collect();
    let q_values = benjamini_hochberg(&p_values);
    let fitted = gamma_poisson(&pairs)?;
    let posteriors: Vec<_> = pairs
        .iter()
        .filter_map(|(o, e)| fitted.posterior(*o, *e))
        .collect();
    let ranked = ranks(&posteriors, Confidence::P95);
    for (place, (authority, c)) in compared.iter().enumerate() {
        if only.is_some_and(|only| only != *authority) {
            continue;
        }
        let shrunken = posteriors[place].interval(Confidence::P95);
        let rank = ranked[place].rank;
        println!(
            "{code},\"{authority}\",{},{},{},{},{},{},{},{},{phi},{phi_winsorised},{},{},{},{},{},{},{},{},{}",
            c.observed,
            c.expected_crude,
            c.crude.value,
            c.expected,
            c.adjusted.value,
            c.adjusted.lower,
            c.adjusted.upper,
            z[place],
            z[place] / phi_winsorised.sqrt(),
            p_values[place],
            q_values[place],
            shrunken.value,
            shrunken.lower,
            shrunken.upper,
            rank.value,
            rank.lower,
            rank.upper,
        );
    }
    Ok(())
}
