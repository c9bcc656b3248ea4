//! How much each kind of pupil evidence, and an audit, raises what can be known.

use std::fmt::Write as _;

use senlens_flags::Level;
use senlens_flags::joint::{
    AuditedProvision, Evidence, EvidenceKind, EvidenceRates, School, Settings, Stratum, judge, plan_audit_of,
};
use senlens_synth::scenario::{EVIDENCE_SHOWN, EvidenceShown, MLD, Masked, Scenario, Seen, SimulatedEngland};

use crate::measure::{average_precision, to_schools};
use crate::pooled::ranked;

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
    let (mut right, mut best) = (0.0, 0.0);
    for (rank, place) in ranked(scores).into_iter().enumerate() {
        if truth[place] {
            right += 1.0;
        }
        if right >= 0.9 * (rank + 1) as f64 {
            best = right;
        }
    }
    best / truth.iter().filter(|masked| **masked).count().max(1) as f64
}

/// Rates at which evidence shows: the name in the tables, and for each kind among displaced, among others, known.
const RATES: [(&str, EvidenceShown); 4] = [
    ("as assumed", as_assumed()),
    (
        "weaker",
        [(0.25, 0.15, 1.0), (0.12, 0.05, 0.6), (0.45, 0.20, 0.08)],
    ),
    (
        "stronger",
        [(0.50, 0.10, 1.0), (0.30, 0.03, 0.6), (0.75, 0.15, 0.08)],
    ),
    (
        "says nothing",
        [(0.15, 0.15, 1.0), (0.05, 0.05, 0.6), (0.20, 0.20, 0.08)],
    ),
];

/// The rates the model assumes, for as many pupils as the invented Englands know them of.
const fn as_assumed() -> EvidenceShown {
    let mut shown = EVIDENCE_SHOWN;
    let mut kind = 0;
    while kind < shown.len() {
        shown[kind].0 = EvidenceRates::ASSUMED[kind].displaced;
        shown[kind].1 = EvidenceRates::ASSUMED[kind].rest;
        kind += 1;
    }
    shown
}

/// The curve for every set of rates, seed by seed, as CSV.
pub(crate) fn curves_csv(first: u64, seeds: u64, size: f64, only_assumed: bool) -> String {
    let mut text = String::from(
        "rates,seed,evidence,audited_percent,recall_at_10_percent_wrong,average_precision,red,wrong\n",
    );
    for (name, shown) in RATES {
        if only_assumed && name != RATES[0].0 {
            continue;
        }
        for seed in first..first + seeds {
            for point in curve(seed, size, shown) {
                writeln!(
                    text,
                    "{name},{seed},{},{},{:.4},{:.4},{},{}",
                    point.evidence,
                    point.audited,
                    point.recall,
                    point.average_precision,
                    point.red,
                    point.wrong
                )
                .expect("writing to memory");
            }
        }
    }
    text
}

struct Point {
    evidence: &'static str,
    /// Per cent of the listed records audited.
    audited: u32,
    recall: f64,
    average_precision: f64,
    red: usize,
    wrong: usize,
}

/// One school in ten masked, of the reference family.
fn curve(seed: u64, size: f64, shown: EvidenceShown) -> Vec<Point> {
    let scenario = Scenario {
        seed,
        size,
        effect_sd: [0.6; 7],
        correlation: 0.0,
        masked: Masked::Share(0.1),
        evidence: shown,
        ..Scenario::default()
    };
    let england = scenario.simulate();
    let truth: Vec<bool> = england.schools.iter().map(|school| school.truth.masked).collect();
    let settings = Settings::default();
    let mut curve = Vec::new();
    let mut run = |evidence: &'static str, audited: u32, schools: &[School]| {
        let judgement = judge(schools, &settings);
        let scores: Vec<f64> = judgement.schools.iter().map(|verdict| verdict.score).collect();
        let red: Vec<usize> = (0..truth.len())
            .filter(|place| judgement.schools[*place].level == Level::Red)
            .collect();
        curve.push(Point {
            evidence,
            audited,
            recall: recall_at_ten_percent(&scores, &truth),
            average_precision: average_precision(&scores, &truth),
            red: red.len(),
            wrong: red.iter().filter(|place| !truth[**place]).count(),
        });
        judgement
    };
    let counts = to_schools(&england);
    let judgement = run("counts alone", 0, &counts);
    let three = [
        EvidenceKind::SecondaryNeeds,
        EvidenceKind::Recoding,
        EvidenceKind::PlanDiscordance,
    ];
    for (name, kinds) in [
        ("secondary needs", &three[..1]),
        ("re-coding", &three[1..2]),
        ("plans", &three[2..]),
        ("all three", &three[..]),
    ] {
        let mut schools = counts.clone();
        add(&mut schools, &england, kinds);
        run(name, 0, &schools);
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
    for (with_pupils, label) in [(false, "counts alone"), (true, "all three")] {
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
            run(label, percent, &schools);
        }
    }
    curve
}
