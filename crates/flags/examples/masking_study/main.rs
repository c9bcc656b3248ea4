//! The simulation study of the masking model: invented Englands with known truth, the model beside three simple
//! detectors and beside one who knows the true parameters.
//!
//! `cargo run --release -p senlens-flags --example masking_study [-- --reduced] [-- --seeds=4 --only=tenth --out=DIR]`
//! prints tables and, with `--out`, writes `scenarios.csv`, `reliability.csv` and `evidence.csv`.
#![expect(clippy::print_stdout, reason = "a study prints what it measures")]

mod evidence;
mod measure;
mod scenarios;
mod simple;

use std::fmt::Write as _;
use std::path::PathBuf;

use measure::{Metrics, Reliability, measure};
use senlens_synth::scenario::Scenario;

struct Arguments {
    reduced: bool,
    seeds: u64,
    first: u64,
    size: f64,
    sd: Option<f64>,
    only: Option<String>,
    out: Option<PathBuf>,
}

fn arguments() -> Arguments {
    let list: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        list.iter()
            .find_map(|argument| argument.strip_prefix(name))
            .map(str::to_owned)
    };
    let number = |name: &str, otherwise: u64| {
        value(name).map_or(otherwise, |text| {
            text.parse().expect("a whole number after the equals sign")
        })
    };
    Arguments {
        reduced: list.iter().any(|argument| argument == "--reduced"),
        seeds: number("--seeds=", 2),
        first: number("--first=", 1),
        size: value("--size=").map_or(1.0, |text| text.parse().expect("a number after the equals sign")),
        sd: value("--sd=").map(|text| text.parse().expect("a number after the equals sign")),
        only: value("--only="),
        out: value("--out=").map(PathBuf::from),
    }
}

fn main() -> std::io::Result<()> {
    let arguments = arguments();
    let chosen = |name: &str| {
        arguments
            .only
            .as_ref()
            .is_none_or(|only| name.contains(only.as_str()))
    };
    let size = if arguments.reduced { 0.25 } else { arguments.size };
    let seeds = if arguments.reduced { 1 } else { arguments.seeds };

    let mut table = format!("{}\n", Metrics::CSV_HEADER);
    let mut reliability = Reliability::default();
    println!("{}", Metrics::HEADER);
    for scenario in scenarios::all()
        .into_iter()
        .filter(|scenario| chosen(scenario.name))
    {
        if arguments.reduced && !scenarios::REDUCED.contains(&scenario.name) {
            continue;
        }
        let mut rows = Vec::new();
        for seed in arguments.first..arguments.first + seeds {
            let england = Scenario {
                seed,
                size,
                effect_sd: arguments.sd.map_or(scenario.effect_sd, |sd| [sd; 7]),
                ..scenario.clone()
            }
            .simulate();
            let metrics = measure(&england, &mut reliability);
            println!("{}", metrics.row());
            table.push_str(&metrics.csv());
            rows.push(metrics);
        }
        println!("{}", Metrics::means(&rows));
    }

    println!(
        "\nreliability of the probabilities (all scenarios with masking)\n{}",
        reliability.table()
    );
    let mut evidence_table = String::new();
    if chosen("evidence") {
        let curve = evidence::curve(arguments.first, if arguments.reduced { 0.1 } else { 0.5 });
        evidence_table.push_str("evidence,recall_at_10_percent_fdr,average_precision\n");
        println!("\nrecall at 10% false discoveries, and average precision, as evidence is added");
        for (name, recall, precision) in curve {
            println!("{name:<28} {recall:.3} {precision:.3}");
            writeln!(evidence_table, "{name},{recall:.4},{precision:.4}").expect("writing to memory");
        }
    }
    if let Some(folder) = arguments.out {
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("scenarios.csv"), table)?;
        std::fs::write(folder.join("reliability.csv"), reliability.csv())?;
        if !evidence_table.is_empty() {
            std::fs::write(folder.join("evidence.csv"), evidence_table)?;
        }
    }
    Ok(())
}
