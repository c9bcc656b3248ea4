//! What the study measures of one invented England.

#![expect(clippy::cast_possible_truncation, reason = "places of schools are small")]

use std::time::Instant;

use crate::pooled::{DETECTORS, Pooled, held_to, ranked};
use crate::simple::{Detector, detectors};
use senlens_flags::joint::oracle::{OracleVerdict, TrueParameters, TrueRival, oracle_verdicts};
use senlens_flags::joint::{
    AreaKey, Counted, Judgement, School, SchoolPhase, SchoolVerdict, Settings, judge,
};
use senlens_flags::{Explanation, Level};
use senlens_model::{Need, NeedMap};
use senlens_stats::special::{Tail, gamma};
use senlens_synth::scenario::{
    ASD, CountModel, EffectTails, MLD, Masked, NEED_GROUPS, NSA, REST, Rival, SEMH, SLCN, SPLD,
    ScenarioPhase, SimulatedEngland,
};

pub(crate) struct Metrics {
    pub(crate) name: &'static str,
    pub(crate) seed: u64,
    pub(crate) average_precision: f64,
    pub(crate) ceiling: f64,
    pub(crate) red: usize,
    pub(crate) wrong: usize,
    pub(crate) schools: usize,
    pub(crate) masked: usize,
    pub(crate) top_right: usize,
    pub(crate) displaced_ratio: f64,
    pub(crate) coverage: f64,
    pub(crate) quadrants: [f64; 4],
    pub(crate) quadrant_displaced: [(f64, f64); 4],
    pub(crate) red_quadrants: usize,
    pub(crate) red_authorities: usize,
    pub(crate) general_share: f64,
    pub(crate) rivals_red: f64,
    pub(crate) rivals_called: f64,
    pub(crate) rivals_called_oracle: f64,
    pub(crate) rivals_called_if_any: f64,
    pub(crate) rivals_called_if_any_oracle: f64,
    pub(crate) rivals_red_oracle: f64,
    pub(crate) recall_oracle: f64,
    /// The three simple detectors: flagged, wrong, average precision.
    pub(crate) simple: [(usize, usize, f64); 3],
    pub(crate) seconds: f64,
}

impl Metrics {
    pub(crate) const HEADER: &str = "scenario                    seed  AP    ceil  ratio | red wrong  fdr  recall top200 | displ cover | \
        quadrants' probability (displaced/true)  red quadrants, authorities | rival red called | seconds; \
        wilson/funnel/substitution: flagged wrong AP";
    pub(crate) const CSV_HEADER: &str = "scenario,seed,schools,masked,average_precision,ceiling,red,wrong,top_200_right,\
        displaced_ratio,coverage,quadrant_1_probability,quadrant_1_displaced,quadrant_1_truly_displaced,red_quadrants,red_authorities,general_share,rivals_red,\
        rivals_called,rivals_called_oracle,rivals_called_if_any,rivals_called_if_any_oracle,rivals_red_oracle,recall_oracle,wilson_flagged,wilson_wrong,wilson_average_precision,funnel_flagged,funnel_wrong,\
        funnel_average_precision,substitution_flagged,substitution_wrong,substitution_average_precision,seconds";

    fn false_discoveries(&self) -> f64 {
        self.wrong as f64 / self.red.max(1) as f64
    }

    fn recall(&self) -> f64 {
        (self.red - self.wrong) as f64 / self.masked.max(1) as f64
    }

    pub(crate) fn row(&self) -> String {
        let quadrants: Vec<String> = self
            .quadrants
            .iter()
            .zip(self.quadrant_displaced)
            .map(|(p, (e, t))| format!("{p:.2}({e:.0}/{t:.0})"))
            .collect();
        let simple: Vec<String> = self
            .simple
            .iter()
            .map(|(flagged, wrong, precision)| format!("{flagged} {wrong} {precision:.2}"))
            .collect();
        format!(
            "{:<26} {:>4} {:.3} {:.3} {:.3} | {:>4} {:>3} {:.3} {:.3} {:>3} | {:.2} {:.2} | {} {} {} | {:.4} ({:.4}) {:.2} ({:.2}) {:.2} ({:.2}) | {:.1}; {}",
            self.name,
            self.seed,
            self.average_precision,
            self.ceiling,
            self.average_precision / self.ceiling,
            self.red,
            self.wrong,
            self.false_discoveries(),
            self.recall(),
            self.top_right,
            self.displaced_ratio,
            self.coverage,
            quadrants.join(" "),
            self.red_quadrants,
            self.red_authorities,
            self.rivals_red,
            self.rivals_red_oracle,
            self.rivals_called,
            self.rivals_called_oracle,
            self.rivals_called_if_any,
            self.rivals_called_if_any_oracle,
            self.seconds,
            simple.join(", ")
        )
    }

    pub(crate) fn csv(&self) -> String {
        let simple: Vec<String> = self
            .simple
            .iter()
            .map(|(flagged, wrong, precision)| format!("{flagged},{wrong},{precision:.4}"))
            .collect();
        format!(
            "{},{},{},{},{:.4},{:.4},{},{},{},{:.4},{:.4},{:.4},{:.1},{:.0},{},{},{:.4},{:.4},{:.4},{:.4},{:.4},{:.4},{:.4},{:.4},{},{:.1}\n",
            self.name,
            self.seed,
            self.schools,
            self.masked,
            self.average_precision,
            self.ceiling,
            self.red,
            self.wrong,
            self.top_right,
            self.displaced_ratio,
            self.coverage,
            self.quadrants[1],
            self.quadrant_displaced[1].0,
            self.quadrant_displaced[1].1,
            self.red_quadrants,
            self.red_authorities,
            self.general_share,
            self.rivals_red,
            self.rivals_called,
            self.rivals_called_oracle,
            self.rivals_called_if_any,
            self.rivals_called_if_any_oracle,
            self.rivals_red_oracle,
            self.recall_oracle,
            simple.join(","),
            self.seconds
        )
    }

    /// Means over seeds, in one line.
    pub(crate) fn means(rows: &[&Self]) -> String {
        let mean = |value: &dyn Fn(&Self) -> f64| {
            rows.iter().map(|row| value(row)).sum::<f64>() / rows.len().max(1) as f64
        };
        format!(
            "{:<26} mean {:.3} {:.3} {:.3} | {:>4.0} {:>3.0} {:.3} {:.3} {:>3.0} | {:.2} {:.2} |",
            rows.first().map_or("", |row| row.name),
            mean(&|row| row.average_precision),
            mean(&|row| row.ceiling),
            mean(&|row| row.average_precision) / mean(&|row| row.ceiling),
            mean(&|row| row.red as f64),
            mean(&|row| row.wrong as f64),
            mean(&Self::false_discoveries),
            mean(&Self::recall),
            mean(&|row| row.top_right as f64),
            mean(&|row| row.displaced_ratio),
            mean(&|row| row.coverage),
        )
    }
}

/// The model's input from an invented England.
pub(crate) fn to_schools(england: &SimulatedEngland) -> Vec<School> {
    england
        .schools
        .iter()
        .enumerate()
        .map(|(id, school)| {
            let spread = |counts: &[u32; NEED_GROUPS]| {
                let mut by_need = NeedMap::default();
                by_need[Need::Spld] = counts[SPLD];
                by_need[Need::Mld] = counts[MLD];
                by_need[Need::Semh] = counts[SEMH];
                by_need[Need::Slcn] = counts[SLCN];
                by_need[Need::Asd] = counts[ASD];
                by_need[Need::Oth] = counts[REST];
                by_need[Need::Nsa] = counts[NSA];
                by_need
            };
            School {
                id: id as u32,
                authority: school.authority as u32,
                part: school.quadrant.map(|place| place as u32),
                district: Some((school.authority * 100 + school.district) as u32),
                phase: match school.phase {
                    ScenarioPhase::Primary => SchoolPhase::Primary,
                    ScenarioPhase::Secondary => SchoolPhase::Secondary,
                },
                pupils: school.pupils,
                has_unit: school.has_unit,
                has_resourced_provision: false,
                has_mld_provision: school.has_mld_provision,
                support: spread(&school.support),
                plans: spread(&school.plans),
                expected: None,
                evidence: Vec::new(),
            }
        })
        .collect()
}

/// What a planted rival should be called.
pub(crate) fn explanation_of(rival: Rival) -> Explanation {
    match rival {
        Rival::MoreOfEverything => Explanation::MoreOfEverything,
        Rival::AsdSurge | Rival::AsdSurgeSqueezing => Explanation::OtherNeedSurge,
        Rival::FlaggedMldUnit | Rival::UnflaggedMldUnit | Rival::FlaggedUnit => Explanation::SpecialistIntake,
        Rival::MissingCodes => Explanation::MissingCodes,
    }
}

/// The true parameters of an invented England.
pub(crate) fn true_parameters(england: &SimulatedEngland) -> TrueParameters {
    let scenario = &england.scenario;
    let mut covariance = england.covariance;
    if scenario.counts == CountModel::Multinomial {
        for row in &mut covariance {
            for value in row {
                *value += 25.0;
            }
        }
    }
    let scales = match scenario.tails {
        EffectTails::Normal | EffectTails::Gamma => vec![(1.0, 1.0)],
        EffectTails::StudentShared(degrees) | EffectTails::StudentEach(degrees) => student_scales(degrees),
    };
    let mut rivals = Vec::new();
    if let Some((rival, share)) = scenario.rival {
        let (low, high) = match rival {
            Rival::MoreOfEverything => (1.4, 2.2),
            Rival::AsdSurge | Rival::AsdSurgeSqueezing => (1.8, 3.0),
            Rival::FlaggedMldUnit | Rival::UnflaggedMldUnit | Rival::FlaggedUnit | Rival::MissingCodes => {
                (8.0, 25.0)
            }
        };
        let strengths = if scenario.strengths.is_empty() {
            [0.125, 0.375, 0.625, 0.875]
                .map(|part| low + (high - low) * part)
                .to_vec()
        } else {
            scenario.strengths.to_vec()
        };
        for strength in &strengths {
            let mut factor = [1.0; NEED_GROUPS];
            let mut added = [0.0; NEED_GROUPS];
            let weight = share / strengths.len() as f64;
            match rival {
                Rival::MoreOfEverything => factor = [*strength; NEED_GROUPS],
                Rival::AsdSurge => factor[ASD] = *strength,
                Rival::AsdSurgeSqueezing => {
                    // Autism is one need in nine: what it gains the others lose.
                    factor = [(1.0 - 0.12 * (strength - 1.0)).max(0.2); NEED_GROUPS];
                    factor[ASD] = *strength;
                }
                Rival::FlaggedMldUnit | Rival::UnflaggedMldUnit | Rival::FlaggedUnit => {
                    added[MLD] = *strength;
                }
                Rival::MissingCodes => continue,
            }
            rivals.push(TrueRival {
                weight: if rival == Rival::FlaggedUnit {
                    weight / 5.0
                } else {
                    weight
                },
                factor,
                added,
            });
        }
    }
    TrueParameters {
        mean_log_rate: england
            .schools
            .iter()
            .map(|school| school.truth.mean_log_rate)
            .collect(),
        covariance,
        scales,
        masked_share: england
            .schools
            .iter()
            .map(|school| match scenario.masked {
                Masked::Nobody => 0.0,
                Masked::Share(share) => share,
                Masked::Quadrant {
                    quadrant,
                    inside,
                    outside,
                } => {
                    if school.quadrant == Some(quadrant) {
                        inside
                    } else {
                        outside
                    }
                }
            })
            .collect(),
        fraction: scenario.fraction,
        same_fraction: scenario.same_fraction,
        rivals,
    }
}

/// Scales of a t of variance one as ten equally likely normals.
fn student_scales(degrees: f64) -> Vec<(f64, f64)> {
    let points = 10;
    (0..points)
        .map(|place| {
            let at = (f64::from(place) + 0.5) / f64::from(points);
            let chi_squared = 2.0 * gamma::quantile(degrees / 2.0, at, Tail::Lower);
            (((degrees - 2.0) / chi_squared).sqrt(), 1.0 / f64::from(points))
        })
        .collect()
}

/// Average precision of a ranking (ties broken by order).
pub(crate) fn average_precision(scores: &[f64], truth: &[bool]) -> f64 {
    let order = ranked(scores);
    let (mut right, mut sum) = (0.0, 0.0);
    for (rank, place) in order.iter().enumerate() {
        if truth[*place] {
            right += 1.0;
            sum += right / (rank + 1) as f64;
        }
    }
    sum / f64::max(right, 1.0)
}

pub(crate) fn measure(england: &SimulatedEngland, pooled: &mut Pooled) -> Metrics {
    let schools = to_schools(england);
    let start = Instant::now();
    let judgement = judge(&schools, &Settings::default());
    let seconds = start.elapsed().as_secs_f64();
    let ceiling = if england.scenario.masked == Masked::Nobody {
        Vec::new()
    } else {
        oracle_verdicts(&schools, &true_parameters(england), Counted::Total)
    };
    let simple = detectors(england);
    if england.scenario.masked != Masked::Nobody {
        let name = england.scenario.name;
        let truth: Vec<bool> = england.schools.iter().map(|school| school.truth.masked).collect();
        let scores: Vec<f64> = judgement.schools.iter().map(|verdict| verdict.score).collect();
        let probabilities: Vec<f64> = judgement.schools.iter().map(SchoolVerdict::masking).collect();
        let oracle: Vec<f64> = ceiling.iter().map(|one| one.log_odds).collect();
        pooled.add_probabilities(name, &probabilities, &truth);
        let [wilson, funnel, substitution] = &simple;
        let rankings = [
            &scores,
            &oracle,
            &wilson.scores,
            &funnel.scores,
            &substitution.scores,
        ];
        for (detector, scores) in DETECTORS.into_iter().zip(rankings) {
            pooled.add_ranking(name, detector, scores, &truth);
        }
    }
    summarise(england, &judgement, &ceiling, &simple, seconds)
}

fn summarise(
    england: &SimulatedEngland,
    judgement: &Judgement,
    ceiling: &[OracleVerdict],
    simple: &[Detector; 3],
    seconds: f64,
) -> Metrics {
    let truth: Vec<bool> = england.schools.iter().map(|school| school.truth.masked).collect();
    let scores: Vec<f64> = judgement.schools.iter().map(|verdict| verdict.score).collect();
    let order = ranked(&scores);
    let red: Vec<usize> = (0..truth.len())
        .filter(|p| judgement.schools[*p].level == Level::Red)
        .collect();
    let ceiling_scores: Vec<f64> = ceiling.iter().map(|one| one.log_odds).collect();
    let displaced = |place: usize| -> f64 {
        england.schools[place]
            .truth
            .displaced
            .iter()
            .map(|n| f64::from(*n))
            .sum()
    };
    let estimated: f64 = red.iter().map(|p| judgement.schools[*p].displaced.mean).sum();
    let actual: f64 = red.iter().map(|p| displaced(*p)).sum();
    let covered = red
        .iter()
        .filter(|p| {
            let verdict = &judgement.schools[**p].displaced;
            (verdict.lower..=verdict.upper).contains(&displaced(**p))
        })
        .count();
    let mut quadrants = [0.0; 4];
    let mut quadrant_displaced = [(0.0, 0.0); 4];
    let (mut red_quadrants, mut red_authorities) = (0, 0);
    for area in &judgement.areas {
        match area.area {
            AreaKey::Part(part) => {
                quadrants[part as usize] = area.probabilities[Explanation::Masking as usize];
                quadrant_displaced[part as usize].0 = area.displaced.mean;
                red_quadrants += usize::from(area.level == Level::Red);
            }
            AreaKey::Authority(_) => red_authorities += usize::from(area.level == Level::Red),
            AreaKey::District(_) | AreaKey::All => {}
        }
    }
    for (place, school) in england.schools.iter().enumerate() {
        if let Some(quadrant) = school.quadrant {
            quadrant_displaced[quadrant].1 += displaced(place);
        }
    }
    let rivals: Vec<usize> = (0..truth.len())
        .filter(|p| england.schools[*p].truth.rival.is_some())
        .collect();
    let wins = |place: usize, ordinary_too: bool| {
        let wanted = explanation_of(england.schools[place].truth.rival.expect("a rival"));
        let probability = &judgement.schools[place].probabilities;
        Explanation::ALL
            .iter()
            .filter(|other| ordinary_too || **other != Explanation::Ordinary)
            .all(|other| probability[*other as usize] <= probability[wanted as usize])
    };
    let called = rivals.iter().filter(|p| wins(**p, true)).count();
    let called_if_any = rivals.iter().filter(|p| wins(**p, false)).count();
    let called_oracle = rivals
        .iter()
        .filter(|p| ceiling.get(**p).is_some_and(OracleVerdict::names_rival))
        .count();
    let called_if_any_oracle = rivals
        .iter()
        .filter(|p| {
            ceiling
                .get(**p)
                .is_some_and(OracleVerdict::names_rival_if_not_ordinary)
        })
        .count();
    let flagged_oracle = held_to(
        0.05,
        &ceiling
            .iter()
            .map(|one| 1.0 / (1.0 + libm::exp(-one.log_odds)))
            .collect::<Vec<f64>>(),
    );
    let rivals_red_oracle = flagged_oracle
        .iter()
        .filter(|p| england.schools[**p].truth.rival.is_some())
        .count();
    let rivals_red = rivals
        .iter()
        .filter(|p| judgement.schools[**p].level == Level::Red)
        .count();
    Metrics {
        name: england.scenario.name,
        seed: england.scenario.seed,
        average_precision: average_precision(&scores, &truth),
        ceiling: if ceiling.is_empty() {
            f64::NAN
        } else {
            average_precision(&ceiling_scores, &truth)
        },
        red: red.len(),
        wrong: red.iter().filter(|p| !truth[**p]).count(),
        schools: truth.len(),
        masked: truth.iter().filter(|m| **m).count(),
        top_right: order.iter().take(200).filter(|p| truth[**p]).count(),
        displaced_ratio: estimated / actual,
        coverage: covered as f64 / red.len().max(1) as f64,
        quadrants,
        quadrant_displaced,
        red_quadrants,
        red_authorities,
        general_share: judgement.general_share,
        rivals_red: rivals_red as f64 / rivals.len().max(1) as f64,
        rivals_called: called as f64 / rivals.len().max(1) as f64,
        rivals_called_oracle: called_oracle as f64 / rivals.len().max(1) as f64,
        rivals_red_oracle: rivals_red_oracle as f64 / rivals.len().max(1) as f64,
        recall_oracle: flagged_oracle.iter().filter(|p| truth[**p]).count() as f64
            / truth.iter().filter(|masked| **masked).count().max(1) as f64,
        rivals_called_if_any: called_if_any as f64 / rivals.len().max(1) as f64,
        rivals_called_if_any_oracle: called_if_any_oracle as f64 / rivals.len().max(1) as f64,
        simple: std::array::from_fn(|place| {
            let detector = &simple[place];
            let flagged = detector.flagged.iter().filter(|flag| **flag).count();
            let wrong = detector
                .flagged
                .iter()
                .zip(&truth)
                .filter(|(flag, masked)| **flag && !**masked)
                .count();
            (flagged, wrong, average_precision(&detector.scores, &truth))
        }),
        seconds,
    }
}
