//! What the study pools over seeds: rankings as curves, promises kept, reliability of the probabilities.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "classes of probability and places on a curve are small"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Detectors in the order of the tables.
pub(crate) const DETECTORS: [&str; 5] = ["model", "oracle", "wilson", "funnel", "substitution"];
/// Rates of false discoveries promised.
pub(crate) const PROMISES: [f64; 7] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4];
const STEPS: usize = 50;

/// Sums over the invented Englands given.
#[derive(Default)]
pub(crate) struct Pooled {
    /// Schools, sum of probabilities and masked schools in ten classes of probability.
    classes: [(f64, f64, f64); 10],
    /// By scenario and detector.
    curves: BTreeMap<(&'static str, &'static str), Curve>,
    /// By scenario: schools flagged and wrong for each promise.
    promises: BTreeMap<&'static str, [(f64, f64); PROMISES.len()]>,
}

/// Sums over so many Englands at each fiftieth of recall: precision, and the share of the schools not masked that are
/// flagged.
#[derive(Default)]
struct Curve {
    englands: f64,
    points: Vec<(f64, f64)>,
}

impl Pooled {
    /// Takes in the probabilities of one England where some mask.
    pub(crate) fn add_probabilities(
        &mut self,
        scenario: &'static str,
        probabilities: &[f64],
        truth: &[bool],
    ) {
        for (probability, masked) in probabilities.iter().zip(truth) {
            let class = &mut self.classes[((probability * 10.0) as usize).min(9)];
            class.0 += 1.0;
            class.1 += probability;
            class.2 += f64::from(u8::from(*masked));
        }
        let sums = self.promises.entry(scenario).or_default();
        for (promise, sum) in PROMISES.iter().zip(sums) {
            let flagged = held_to(*promise, probabilities);
            sum.0 += flagged.len() as f64;
            sum.1 += flagged.iter().filter(|place| !truth[**place]).count() as f64;
        }
    }

    /// Takes in one detector's ranking of one England.
    pub(crate) fn add_ranking(
        &mut self,
        scenario: &'static str,
        detector: &'static str,
        scores: &[f64],
        truth: &[bool],
    ) {
        let masked = truth.iter().filter(|masked| **masked).count();
        let Curve { englands, points } = self.curves.entry((scenario, detector)).or_default();
        points.resize(STEPS, (0.0, 0.0));
        *englands += 1.0;
        let (mut right, mut step) = (0, 0);
        for (rank, place) in ranked(scores).into_iter().enumerate() {
            right += usize::from(truth[place]);
            while step < STEPS && right * STEPS >= (step + 1) * masked {
                points[step].0 += right as f64 / (rank + 1) as f64;
                points[step].1 += (rank + 1 - right) as f64 / (truth.len() - masked) as f64;
                step += 1;
            }
        }
    }

    pub(crate) fn reliability_csv(&self) -> String {
        let mut text = String::from("schools,mean_probability,share_masked\n");
        for (schools, sum, masked) in self.classes {
            let _ = writeln!(text, "{schools},{:.4},{:.4}", sum / schools, masked / schools);
        }
        text
    }

    pub(crate) fn curves_csv(&self) -> String {
        let mut text = String::from("scenario,detector,recall,precision,false_positive_rate\n");
        for ((scenario, detector), Curve { englands, points }) in &self.curves {
            for (step, (precision, false_positives)) in points.iter().enumerate() {
                let _ = writeln!(
                    text,
                    "{scenario},{detector},{:.2},{:.4},{:.5}",
                    (step + 1) as f64 / STEPS as f64,
                    precision / englands,
                    false_positives / englands
                );
            }
        }
        text
    }

    pub(crate) fn promises_csv(&self) -> String {
        let mut text = String::from("scenario,promised,flagged,wrong\n");
        for (scenario, sums) in &self.promises {
            for (promise, (flagged, wrong)) in PROMISES.iter().zip(sums) {
                let _ = writeln!(text, "{scenario},{promise},{flagged},{wrong}");
            }
        }
        text
    }
}

/// Places from the highest score down (ties in the order given).
pub(crate) fn ranked(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    order
}

/// The largest set from the top whose mean probability of being wrong is at most the promise.
pub(crate) fn held_to(promise: f64, probabilities: &[f64]) -> Vec<usize> {
    let mut order = ranked(probabilities);
    let (mut wrong, mut flagged) = (0.0, 0);
    for (rank, place) in order.iter().enumerate() {
        wrong += 1.0 - probabilities[*place];
        if wrong <= promise * (rank + 1) as f64 {
            flagged = rank + 1;
        }
    }
    order.truncate(flagged);
    order
}
