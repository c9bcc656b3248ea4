//! The simulation study of the masking model.
#![expect(clippy::print_stdout, reason = "a study prints what it measures")]

mod measure;
mod simple;

use std::time::Instant;

use measure::{Metrics, measure};
use senlens_synth::scenario::{Counts, Masked, Rival, Scenario, Tails};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seeds: u64 = arguments
        .iter()
        .find_map(|a| a.strip_prefix("--seeds="))
        .map_or(1, |v| v.parse().expect("a number"));
    let first: u64 = arguments
        .iter()
        .find_map(|a| a.strip_prefix("--first="))
        .map_or(1, |v| v.parse().expect("a number"));
    let only = arguments.iter().find_map(|a| a.strip_prefix("--only="));
    println!("{}", Metrics::HEADER);
    for scenario in scenarios() {
        if only.is_some_and(|name| !scenario.name.contains(name)) {
            continue;
        }
        for seed in first..first + seeds {
            let scenario = Scenario {
                seed,
                ..scenario.clone()
            };
            let england = scenario.simulate();
            let start = Instant::now();
            let metrics = measure(&england);
            println!("{} [{:.1}s all]", metrics.row(), start.elapsed().as_secs_f64());
            let truth: Vec<bool> = england.schools.iter().map(|s| s.truth.masked).collect();
            for d in simple::detectors(&england) {
                let flagged = d.flagged.iter().filter(|f| **f).count();
                let wrong = d.flagged.iter().zip(&truth).filter(|(f, t)| **f && !**t).count();
                println!(
                    "      {}: flagged {flagged} wrong {:.2} AP {:.3}",
                    d.name,
                    wrong as f64 / flagged.max(1) as f64,
                    measure::average_precision(&d.scores, &truth)
                );
            }
        }
    }
}

fn scenarios() -> Vec<Scenario> {
    let nobody = if std::env::args().any(|a| a == "--hard") {
        Scenario {
            effect_sd: [0.6; 7],
            correlation: 0.0,
            ..Scenario::default()
        }
    } else {
        Scenario::default()
    };
    let tenth = Scenario {
        name: "tenth",
        masked: Masked::Share(0.1),
        ..nobody.clone()
    };
    let quadrant = Scenario {
        name: "quadrant",
        masked: Masked::Quadrant {
            quadrant: 1,
            inside: 0.4,
            outside: 0.05,
        },
        ..nobody.clone()
    };
    let rival = |name, rival, share| Scenario {
        name,
        rival: Some((rival, share)),
        ..tenth.clone()
    };
    vec![
        nobody.clone(),
        tenth.clone(),
        quadrant,
        rival("over", Rival::MoreOfEverything, 0.15),
        rival("asd", Rival::AsdSurge, 0.15),
        rival("asd-squeeze", Rival::AsdSurgeSqueezing, 0.15),
        rival("units-mld-flag", Rival::FlaggedMldUnit, 0.05),
        rival("units-mld-noflag", Rival::UnflaggedMldUnit, 0.05),
        rival("units-any-flag", Rival::FlaggedUnit, 0.08),
        rival("missing", Rival::MissingCodes, 0.1),
        Scenario {
            name: "t4-shared",
            tails: Tails::StudentShared(4.0),
            ..tenth.clone()
        },
        Scenario {
            name: "t4-each",
            tails: Tails::StudentEach(4.0),
            ..tenth.clone()
        },
        Scenario {
            name: "t4-nobody",
            tails: Tails::StudentEach(4.0),
            ..nobody.clone()
        },
        Scenario {
            name: "multinomial",
            counts: Counts::Multinomial,
            ..tenth.clone()
        },
        Scenario {
            name: "multinomial-nobody",
            counts: Counts::Multinomial,
            ..nobody.clone()
        },
        Scenario {
            name: "gamma",
            tails: Tails::Gamma,
            ..tenth.clone()
        },
        Scenario {
            name: "gamma-nobody",
            tails: Tails::Gamma,
            ..nobody.clone()
        },
        Scenario {
            name: "independent",
            same_fraction: false,
            ..tenth.clone()
        },
        Scenario {
            name: "small-sd",
            effect_sd: [0.35, 0.25, 0.25, 0.3, 0.35, 0.25, 0.5],
            ..tenth.clone()
        },
        Scenario {
            name: "large-sd",
            effect_sd: [0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6],
            correlation: 0.5,
            ..tenth.clone()
        },
        Scenario {
            name: "negative",
            mld_correlation: -0.5,
            ..tenth.clone()
        },
        Scenario {
            name: "hard-1",
            effect_sd: [0.4, 0.35, 0.35, 0.4, 0.45, 0.35, 0.6],
            correlation: 0.0,
            mld_correlation: -0.4,
            ..tenth.clone()
        },
        Scenario {
            name: "hard-2",
            effect_sd: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6],
            correlation: 0.0,
            mld_correlation: -0.4,
            ..tenth.clone()
        },
        Scenario {
            name: "hard-3",
            effect_sd: [0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6],
            correlation: 0.0,
            ..tenth.clone()
        },
        Scenario {
            name: "hard-4",
            effect_sd: [0.5, 0.4, 0.4, 0.45, 0.5, 0.35, 0.8],
            correlation: 0.1,
            mld_correlation: -0.3,
            ..tenth.clone()
        },
        Scenario {
            name: "far-district-nobody",
            district_sd: 0.3,
            ..nobody.clone()
        },
        Scenario {
            name: "district-nobody",
            district_sd: 0.15,
            ..nobody
        },
        Scenario {
            name: "district",
            district_sd: 0.15,
            ..tenth
        },
    ]
}
