//! How strong must a rival be before it is named? Rivals planted at set strengths, and what the model and the oracle
//! call them.

use std::fmt::Write as _;

use senlens_flags::joint::oracle::{OracleVerdict, oracle_verdicts};
use senlens_flags::joint::{Counted, Settings, judge};
use senlens_flags::{Explanation, Level};
use senlens_synth::scenario::{Masked, Rival, Scenario};

use crate::measure::{explanation_of, to_schools, true_parameters};

const FACTORS: &[f64] = &[1.25, 1.5, 2.0, 3.0];
const PUPILS: &[f64] = &[5.0, 10.0, 20.0, 40.0];

const RIVALS: [(&str, Rival, &[f64]); 4] = [
    ("more of everything", Rival::MoreOfEverything, FACTORS),
    ("surge of autism", Rival::AsdSurge, FACTORS),
    ("surge that squeezes", Rival::AsdSurgeSqueezing, FACTORS),
    ("unflagged unit for MLD", Rival::UnflaggedMldUnit, PUPILS),
];

/// One school in ten masks, and of the others one in ten has the rival, at one of the strengths.
pub(crate) fn strengths_csv(first: u64, seeds: u64, size: f64) -> String {
    let mut text = String::from(
        "family,rival,strength,schools,likeliest_of_six,likeliest_oracle,if_not_ordinary,if_not_ordinary_oracle,red\n",
    );
    let correlated = Scenario {
        masked: Masked::Share(0.1),
        size,
        ..Scenario::default()
    };
    let reference = Scenario {
        effect_sd: [0.6; 7],
        correlation: 0.0,
        ..correlated.clone()
    };
    for (family, base) in [("reference", reference), ("correlated", correlated)] {
        for (name, rival, strengths) in RIVALS {
            let mut sums = vec![[0_u32; 6]; strengths.len()];
            for seed in first..first + seeds {
                let england = Scenario {
                    seed,
                    rival: Some((rival, 0.1)),
                    strengths,
                    ..base.clone()
                }
                .simulate();
                let schools = to_schools(&england);
                let judgement = judge(&schools, &Settings::default());
                let oracle = oracle_verdicts(&schools, &true_parameters(&england), Counted::Total);
                let wanted = explanation_of(rival) as usize;
                for ((school, verdict), oracle) in england.schools.iter().zip(&judgement.schools).zip(&oracle)
                {
                    if school.truth.rival.is_none() {
                        continue;
                    }
                    let place = strengths
                        .iter()
                        .position(|strength| (strength - school.truth.strength).abs() < 1e-9)
                        .expect("one of the strengths");
                    let wins = |ordinary_too: bool| {
                        Explanation::ALL
                            .iter()
                            .filter(|other| ordinary_too || **other != Explanation::Ordinary)
                            .all(|other| {
                                verdict.probabilities[*other as usize] <= verdict.probabilities[wanted]
                            })
                    };
                    for (sum, counts) in sums[place].iter_mut().zip([
                        true,
                        wins(true),
                        OracleVerdict::names_rival(oracle),
                        wins(false),
                        OracleVerdict::names_rival_if_not_ordinary(oracle),
                        verdict.level == Level::Red,
                    ]) {
                        *sum += u32::from(counts);
                    }
                }
            }
            for (strength, [schools, six, oracle, departs, departs_oracle, red]) in strengths.iter().zip(sums)
            {
                let share = |count: u32| f64::from(count) / f64::from(schools.max(1));
                writeln!(
                    text,
                    "{family},{name},{strength},{schools},{:.3},{:.3},{:.3},{:.3},{:.4}",
                    share(six),
                    share(oracle),
                    share(departs),
                    share(departs_oracle),
                    share(red)
                )
                .expect("writing to memory");
            }
        }
    }
    text
}
