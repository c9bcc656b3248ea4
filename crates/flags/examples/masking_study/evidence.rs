//! How much each kind of pupil evidence, and an audit, raises what can be known.

use senlens_flags::joint::{
    AuditedProvision, Evidence, EvidenceKind, School, Settings, Stratum, judge, plan_audit_of,
};
use senlens_synth::scenario::{MLD, Masked, Scenario, Seen, SimulatedEngland};

use crate::measure::{average_precision, to_schools};

fn add(schools: &mut [School], england: &SimulatedEngland, kinds: &[EvidenceKind]) {
    for (school, simulated) in schools.iter_mut().zip(&england.schools) {
        let shown = simulated.truth.evidence;
        for kind in kinds {
            let seen = match kind {
                EvidenceKind::SecondaryNeeds => shown.secondary,
                EvidenceKind::Recoding => shown.recoded,
                EvidenceKind::PlanDiscordance => shown.plans,
                EvidenceKind::Audit => Seen::default(),
            };
            if seen.of > 0 {
                school.evidence.push(Evidence {
                    kind: *kind,
                    of: seen.of,
                    found: seen.found,
                });
            }
        }
    }
}

/// Largest recall whose set, taken from the top of the ranking, has at most one in ten wrong.
fn recall_at_ten_percent(scores: &[f64], truth: &[bool]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let (mut right, mut best) = (0.0, 0.0);
    for (rank, place) in order.iter().enumerate() {
        if truth[*place] {
            right += 1.0;
        }
        if right >= 0.9 * (rank + 1) as f64 {
            best = right;
        }
    }
    best / truth.iter().filter(|masked| **masked).count().max(1) as f64
}

/// Name of the evidence, recall at 10% false discoveries, average precision: one school in ten masked.
pub(crate) fn curve(seed: u64, size: f64) -> Vec<(String, f64, f64)> {
    let scenario = Scenario {
        seed,
        size,
        effect_sd: [0.6; 7],
        correlation: 0.0,
        masked: Masked::Share(0.1),
        ..Scenario::default()
    };
    let england = scenario.simulate();
    let truth: Vec<bool> = england.schools.iter().map(|school| school.truth.masked).collect();
    let settings = Settings::default();
    let mut curve = Vec::new();
    let mut run = |name: &str, schools: &[School]| {
        let judgement = judge(schools, &settings);
        let scores: Vec<f64> = judgement.schools.iter().map(|verdict| verdict.score).collect();
        curve.push((
            name.to_owned(),
            recall_at_ten_percent(&scores, &truth),
            average_precision(&scores, &truth),
        ));
        judgement
    };
    let counts = to_schools(&england);
    let judgement = run("counts alone", &counts);
    let three = [
        EvidenceKind::SecondaryNeeds,
        EvidenceKind::Recoding,
        EvidenceKind::PlanDiscordance,
    ];
    for (name, kinds) in [
        ("with secondary needs", &three[..1]),
        ("with re-coding", &three[1..2]),
        ("with plans", &three[2..]),
        ("with all three", &three[..]),
    ] {
        let mut schools = counts.clone();
        add(&mut schools, &england, kinds);
        run(name, &schools);
    }
    // The list: the tenth of the schools most likely to mask by counts alone.
    let mut order: Vec<usize> = (0..truth.len()).collect();
    order.sort_by(|a, b| {
        judgement.schools[*b]
            .score
            .total_cmp(&judgement.schools[*a].score)
    });
    let listed: Vec<usize> = order.into_iter().take(truth.len() / 10).collect();
    let strata: Vec<Stratum> = listed
        .iter()
        .map(|place| {
            let held = england.schools[*place].total()[MLD];
            Stratum {
                school: counts[*place].id,
                provision: AuditedProvision::Support,
                recorded: 0,
                held,
                miscoded_before: judgement.schools[*place].displaced.mean / f64::from(held.max(1)),
                cost: 1.0,
            }
        })
        .collect();
    let held: u32 = strata.iter().map(|stratum| stratum.held).sum();
    for (with_pupils, label) in [(false, "counts"), (true, "all three")] {
        for percent in [5, 10, 20] {
            let plan = plan_audit_of(&strata, held * percent / 100);
            let mut schools = counts.clone();
            if with_pupils {
                add(&mut schools, &england, &three);
            }
            for (place, draw) in listed.iter().zip(&plan.draws) {
                if draw.draw > 0 {
                    let audited = england.audit(*place, draw.draw, seed);
                    schools[*place].evidence.push(Evidence {
                        kind: EvidenceKind::Audit,
                        of: draw.draw,
                        found: audited.found[1] + audited.found[2],
                    });
                }
            }
            run(&format!("{label} and an audit of {percent}%"), &schools);
        }
    }
    curve
}
