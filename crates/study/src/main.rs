//! The simulation study of the masking model: invented Englands with known truth, the model beside three simple
//! detectors and beside the oracle, which knows the true parameters.
//!
//! One command runs all of it, writes its tables to `target/masking-study` and draws its charts there:
//! `cargo run --release -p senlens-study`. It takes
//! `--reduced` (a few minutes' worth), `--seeds=4`, `--first=1`, `--size=0.5` (of England), `--only=tenth` (scenarios
//! whose name holds it, or `evidence`, `strengths`, `years`), `--out=DIR`, `--draw` (charts from tables already there).
#![expect(clippy::print_stdout, reason = "a study prints what it measures")]

mod chart;
mod draw;
mod evidence;
mod measure;
mod pooled;
mod scenarios;
mod simple;
mod strengths;
#[cfg(test)]
mod tests;
mod years;

use std::path::PathBuf;

use measure::{Metrics, measure};
use pooled::Pooled;
use senlens_synth::scenario::Scenario;

struct Arguments {
    reduced: bool,
    draw_only: bool,
    seeds: u64,
    first: u64,
    size: f64,
    only: Option<String>,
    out: PathBuf,
}

fn arguments() -> Arguments {
    let list: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        list.iter()
            .find_map(|argument| argument.strip_prefix(name))
            .map(str::to_owned)
    };
    let flag = |name: &str| list.iter().any(|argument| argument == name);
    let number = |name: &str, otherwise: u64| {
        value(name).map_or(otherwise, |text| {
            text.parse().expect("a whole number after the equals sign")
        })
    };
    let reduced = flag("--reduced");
    Arguments {
        reduced,
        draw_only: flag("--draw"),
        seeds: number("--seeds=", if reduced { 1 } else { 2 }),
        first: number("--first=", 1),
        size: value("--size=").map_or(if reduced { 0.25 } else { 1.0 }, |text| {
            text.parse().expect("a number after the equals sign")
        }),
        only: value("--only="),
        out: PathBuf::from(value("--out=").unwrap_or_else(|| "target/masking-study".to_owned())),
    }
}

fn main() -> std::io::Result<()> {
    let arguments = arguments();
    std::fs::create_dir_all(&arguments.out)?;
    if !arguments.draw_only {
        scenarios(&arguments)?;
        evidence_and_years(&arguments)?;
    }
    draw::draw(&arguments.out)
}

impl Arguments {
    fn chosen(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }
}

/// Every scenario once, then once more with the next seed: the tables are whole after every England.
fn scenarios(arguments: &Arguments) -> std::io::Result<()> {
    let chosen: Vec<Scenario> = scenarios::all()
        .into_iter()
        .filter(|scenario| {
            arguments.chosen(scenario.name)
                && (!arguments.reduced || scenarios::REDUCED.contains(&scenario.name))
        })
        .collect();
    if chosen.is_empty() {
        return Ok(());
    }
    let mut table = format!("{}\n", Metrics::CSV_HEADER);
    let mut pooled = Pooled::default();
    let mut measured: Vec<Metrics> = Vec::new();
    println!("{}", Metrics::HEADER);
    for seed in arguments.first..arguments.first + arguments.seeds {
        for scenario in &chosen {
            let england = Scenario {
                seed,
                size: arguments.size,
                ..scenario.clone()
            }
            .simulate();
            let metrics = measure(&england, &mut pooled);
            println!("{}", metrics.row());
            table.push_str(&metrics.csv());
            measured.push(metrics);
            for (name, text) in [
                ("scenarios.csv", &table),
                ("reliability.csv", &pooled.reliability_csv()),
                ("curves.csv", &pooled.curves_csv()),
                ("promises.csv", &pooled.promises_csv()),
            ] {
                std::fs::write(arguments.out.join(name), text)?;
            }
        }
    }
    println!("\nmeans over seeds");
    for scenario in &chosen {
        let rows: Vec<&Metrics> = measured.iter().filter(|row| row.name == scenario.name).collect();
        println!("{}", Metrics::means(&rows));
    }
    println!("\nreliability of the probabilities\n{}", pooled.reliability_csv());
    Ok(())
}

fn evidence_and_years(arguments: &Arguments) -> std::io::Result<()> {
    let size = if arguments.reduced {
        0.1
    } else {
        0.5 * arguments.size
    };
    if arguments.chosen("evidence") {
        let text = evidence::curves_csv(arguments.first, arguments.seeds, size, arguments.reduced);
        println!("{text}");
        std::fs::write(arguments.out.join("evidence.csv"), text)?;
    }
    if arguments.chosen("strengths") {
        let text = strengths::strengths_csv(arguments.first, arguments.seeds, size);
        println!("{text}");
        std::fs::write(arguments.out.join("strengths.csv"), text)?;
    }
    if arguments.chosen("years") {
        let text = years::changes_csv(arguments.first, 3 * arguments.seeds, size);
        println!("{text}");
        std::fs::write(arguments.out.join("years.csv"), text)?;
    }
    Ok(())
}
