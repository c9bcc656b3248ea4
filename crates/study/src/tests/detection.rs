//! The masking model on invented Englands small enough for every test run; the study runs them in full.

use crate::measure::{Metrics, measure, to_schools};
use crate::pooled::Pooled;
use senlens_flags::Level;
use senlens_flags::joint::{AreaKey, Effort, SchoolPhase, Settings, Variation, judge, sensitivity};
use senlens_model::Need;
use senlens_synth::scenario::{Masked, Rival, Scenario, SimulatedEngland};

/// The reference family of the study at a quarter of England's schools.
fn quarter(masked: Masked, seed: u64) -> SimulatedEngland {
    Scenario {
        name: "test",
        seed,
        size: 0.25,
        effect_sd: [0.6; 7],
        correlation: 0.0,
        masked,
        ..Scenario::default()
    }
    .simulate()
}

fn measured(england: &SimulatedEngland) -> Metrics {
    measure(england, &mut Pooled::default())
}

#[test]
fn no_school_masks_and_none_is_flagged() {
    let metrics = measured(&quarter(Masked::Nobody, 3));
    assert!(metrics.red <= 1, "{} schools red", metrics.red);
    assert_eq!((metrics.red_quadrants, metrics.red_authorities), (0, 0));
}

#[test]
fn one_school_in_ten_is_ranked_almost_as_well_as_by_the_oracle() {
    let metrics = measured(&quarter(Masked::Share(0.1), 4));
    let ratio = metrics.average_precision / metrics.ceiling;
    assert!(ratio > 0.93, "{ratio}");
    // A simple detector does not come near.
    for (_, _, precision) in metrics.simple {
        assert!(precision < 0.85 * metrics.average_precision, "{precision}");
    }
    assert!(
        metrics.red > 0 && metrics.wrong * 5 <= metrics.red,
        "{} of {} wrong",
        metrics.wrong,
        metrics.red
    );
    assert!(
        (metrics.displaced_ratio - 1.0).abs() < 0.25,
        "{}",
        metrics.displaced_ratio
    );
    assert!(metrics.coverage > 0.8, "{}", metrics.coverage);
}

/// A rival is called masking next to never, and named before any other departure from the ordinary. (Whether it is
/// named before ordinary variation is another matter: of surges of autism even the oracle can so name
/// but a quarter here.)
#[test]
fn rivals_are_not_called_masking() {
    for (rival, share) in [
        (Rival::MoreOfEverything, 0.15),
        (Rival::AsdSurge, 0.15),
        (Rival::FlaggedMldUnit, 0.05),
    ] {
        let england = Scenario {
            rival: Some((rival, share)),
            ..quarter(Masked::Share(0.1), 7).scenario
        }
        .simulate();
        let metrics = measured(&england);
        assert!(
            metrics.rivals_red < 0.005,
            "{rival:?}: {} red",
            metrics.rivals_red
        );
        assert!(
            metrics.rivals_called_if_any > 0.6,
            "{rival:?}: {} named",
            metrics.rivals_called_if_any
        );
        let ratio = metrics.average_precision / metrics.ceiling;
        assert!(ratio > 0.93, "{rival:?}: {ratio}");
    }
}

#[test]
fn a_masked_quadrant_is_red_and_the_others_are_not_and_the_verdict_says_what_would_change_it() {
    let masked = Masked::Quadrant {
        quadrant: 1,
        inside: 0.4,
        outside: 0.05,
    };
    let england = quarter(masked, 5);
    let schools = to_schools(&england);
    let settings = Settings::default();
    let judgement = judge(&schools, &settings);
    for area in &judgement.areas {
        if let AreaKey::Part(part) = area.area {
            assert_eq!(area.level == Level::Red, part == 1, "{area:?}");
        }
    }
    let varied =
        sensitivity(&schools, &settings, &judgement, AreaKey::Part(1)).expect("a part that was judged");
    assert_eq!(varied.rows[0].variation, Variation::AsJudged);
    assert_eq!(varied.rows[0].level, Level::Red);
    assert_eq!(varied.rows.len(), 14);
    assert!(varied.tipping_prior < settings.culture_before);
    let leave_out = varied
        .rows
        .iter()
        .find(|row| row.variation == Variation::WithoutStrongestSchool);
    assert_eq!(leave_out.map(|row| row.level), Some(Level::Red));
    assert!(varied.sentence().contains("red"), "{}", varied.sentence());
}

#[test]
fn one_authority_alone_is_judged_by_the_shipped_prior() {
    let masked = Masked::Quadrant {
        quadrant: 1,
        inside: 0.4,
        outside: 0.05,
    };
    let england = quarter(masked, 6);
    let essex = england.authorities.len() - 1;
    let own: Vec<_> = to_schools(&england)
        .into_iter()
        .filter(|school| school.authority as usize == essex)
        .collect();
    let judgement = judge(&own, &Settings::default());
    let part = |wanted: u32| {
        judgement
            .areas
            .iter()
            .find(|area| area.area == AreaKey::Part(wanted))
            .expect("a quadrant of Essex")
    };
    for other in [0, 2, 3] {
        assert!(part(1).score > part(other).score);
        assert_ne!(part(other).level, Level::Red);
    }
}

#[test]
fn the_same_schools_give_the_same_verdict_to_the_last_bit() {
    let schools = to_schools(
        &Scenario {
            size: 0.02,
            ..Scenario::default()
        }
        .simulate(),
    );
    let bits = || -> Vec<u64> {
        judge(&schools, &Settings::default())
            .schools
            .iter()
            .flat_map(|verdict| [verdict.score.to_bits(), verdict.displaced.mean.to_bits()])
            .collect()
    };
    assert_eq!(bits(), bits());
}

#[test]
fn records_that_say_nothing_do_no_harm() {
    let masked = Masked::Share(0.1);
    let england = Scenario {
        size: 0.05,
        seed: 8,
        masked,
        ..Scenario::default()
    }
    .simulate();
    let mut schools = to_schools(&england);
    for school in &mut schools {
        for counts in [&mut school.support, &mut school.plans] {
            // No `other` and no unassessed need anywhere.
            counts[Need::Oth] = 0;
            counts[Need::Nsa] = 0;
        }
    }
    let judgement = judge(
        &schools,
        &Settings {
            effort: Effort::Quick,
            ..Settings::default()
        },
    );
    let truth: Vec<bool> = england.schools.iter().map(|school| school.truth.masked).collect();
    let scores: Vec<f64> = judgement.schools.iter().map(|verdict| verdict.score).collect();
    assert!(scores.iter().all(|score| !score.is_nan()));
    let precision = crate::measure::average_precision(&scores, &truth);
    assert!(precision > 0.6, "{precision}");
}

#[test]
fn probabilities_sum_to_one_and_schools_out_of_reach_are_not_judged() {
    let mut schools = to_schools(
        &Scenario {
            size: 0.02,
            ..Scenario::default()
        }
        .simulate(),
    );
    schools[0].phase = SchoolPhase::Specialist;
    schools[1].pupils = 3;
    schools[2].support.clear();
    schools[2].plans.clear();
    schools[3].pupils = 0;
    schools[4].support[Need::Mld] = 5000;
    let judgement = judge(&schools, &Settings::default());
    assert_eq!(judgement.schools[0].level, Level::NotApplicable);
    assert_eq!(judgement.schools[1].level, Level::TooFew);
    assert_eq!(judgement.schools[3].level, Level::TooFew);
    for verdict in &judgement.schools {
        let sum: f64 = verdict.probabilities.iter().sum();
        assert!(
            (sum - 1.0).abs() < 1e-9 && verdict.probabilities.iter().all(|one| (0.0..=1.0).contains(one))
        );
        assert!(verdict.displaced.lower <= verdict.displaced.upper);
    }
    assert!(judge(&[], &Settings::default()).schools.is_empty());
}
