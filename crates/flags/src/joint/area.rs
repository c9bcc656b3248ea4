//! How many of an area's schools mask: the share of masked schools as an unknown of its own, compared with the
//! share elsewhere. An area's verdict is a statement about this share, never a count of flagged schools.

use super::judge::Settings;
use super::look::Look;

/// Spread of areas' masked shares around the general one, on the logit scale, where the area is like the others.
const CORE_SPREAD: f64 = 0.25;
/// The largest share considered.
const MOST: f64 = 0.9;
const CULTURE_POINTS: usize = 15;
/// A normal cut into steps: places in standard deviations, weights. Fine enough for an interval of the share.
const NORMAL_POINTS: [(f64, f64); 9] = [
    (-2.466_17, 0.013_52),
    (-1.849_63, 0.047_66),
    (-1.233_09, 0.117_23),
    (-0.616_54, 0.201_17),
    (0.0, 0.240_84),
    (0.616_54, 0.201_17),
    (1.233_09, 0.117_23),
    (1.849_63, 0.047_66),
    (2.466_17, 0.013_52),
];

/// The masked share of an area, as a distribution over a few values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ShareDistribution {
    /// Share and its probability, rising.
    pub(super) points: Vec<(f64, f64)>,
    /// Probability that the area masks more than the level set, beyond what other areas do.
    pub(super) culture: f64,
}

impl ShareDistribution {
    pub(super) fn mean(&self) -> f64 {
        self.points
            .iter()
            .map(|(share, probability)| share * probability)
            .sum()
    }

    /// The share below which the distribution has this much of its mass. Each point's mass is spread evenly between the
    /// middles towards its neighbours.
    pub(super) fn quantile(&self, at: f64) -> f64 {
        let mut points = self.points.clone();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return 0.0;
        };
        let middle = |place: usize| 0.5 * (points[place].0 + points[place + 1].0);
        let mut sum = 0.0;
        for (place, (share, mass)) in points.iter().enumerate() {
            if sum + mass >= at && *mass > 0.0 {
                let low = if place == 0 { first.0 } else { middle(place - 1) };
                let high = if place + 1 == points.len() {
                    last.0
                } else {
                    middle(place)
                };
                let part = ((at - sum) / mass).clamp(0.0, 1.0);
                return if points.len() == 1 {
                    *share
                } else {
                    low + part * (high - low)
                };
            }
            sum += mass;
        }
        last.0
    }

    /// Mean of the share if the area is like the others.
    pub(super) fn core(general: f64) -> Vec<(f64, f64)> {
        if general <= 0.0 {
            return vec![(0.0, 1.0)];
        }
        let centre = libm::log(general / (1.0 - general));
        NORMAL_POINTS
            .iter()
            .map(|(place, weight)| (1.0 / (1.0 + libm::exp(-centre - CORE_SPREAD * place)), *weight))
            .collect()
    }
}

/// The share of masked schools in an area, when `general` is the share elsewhere and shares above the level of the
/// settings count as a culture of masking. `ratios` are its schools' likelihood ratios (`Look::ratio`).
pub(super) fn masked_share(ratios: &[f64], general: f64, settings: &Settings) -> ShareDistribution {
    let points = points(general, settings);
    let log_posterior: Vec<f64> = points
        .iter()
        .map(|(share, weight, _)| libm::log(*weight) + log_likelihood(ratios, *share))
        .collect();
    let largest = log_posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = log_posterior.iter().map(|value| libm::exp(value - largest)).sum();
    let probability = |place: usize| libm::exp(log_posterior[place] - largest) / total;
    ShareDistribution {
        points: points
            .iter()
            .enumerate()
            .map(|(place, point)| (point.0, probability(place)))
            .collect(),
        culture: points
            .iter()
            .enumerate()
            .filter(|(_, point)| point.2)
            .map(|(place, _)| probability(place))
            .sum::<f64>()
            // A sum of rounded parts may pass one by a digit.
            .min(1.0),
    }
}

/// The shares considered, their weights before data, and whether each counts as a culture of masking.
fn points(general: f64, settings: &Settings) -> Vec<(f64, f64, bool)> {
    let mut points: Vec<(f64, f64, bool)> = ShareDistribution::core(general)
        .into_iter()
        .map(|(share, weight)| (share, weight * (1.0 - settings.culture_before), false))
        .collect();
    let from = settings.area_level.max(1.5 * general).min(0.8);
    for place in 0..CULTURE_POINTS {
        let share = from + (MOST - from) * (place as f64 + 0.5) / CULTURE_POINTS as f64;
        points.push((share, settings.culture_before / CULTURE_POINTS as f64, true));
    }
    points
}

/// Probability that the area has a culture of masking, without each of its schools in turn, in their order.
pub(super) fn culture_without_each(looks: &[&Look], general: f64, settings: &Settings) -> Vec<f64> {
    let points = points(general, settings);
    let all: Vec<f64> = points
        .iter()
        .map(|(share, weight, _)| {
            libm::log(*weight) + looks.iter().map(|look| log_mixture(look, *share)).sum::<f64>()
        })
        .collect();
    looks
        .iter()
        .map(|gone| {
            let rest: Vec<f64> = points
                .iter()
                .zip(&all)
                .map(|((share, ..), all)| all - log_mixture(gone, *share))
                .collect();
            let largest = rest.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let (mut culture, mut total) = (0.0, 0.0);
            for ((.., is_culture), value) in points.iter().zip(&rest) {
                let chance = libm::exp(value - largest);
                total += chance;
                culture += if *is_culture { chance } else { 0.0 };
            }
            culture / total
        })
        .collect()
}

/// Log likelihood of a school, relative to that of no masking, when a share of the area's schools masks.
fn log_mixture(look: &Look, share: f64) -> f64 {
    libm::log(1.0 - share + share * look.ratio())
}

/// Log likelihood of an area's schools, relative to that of no masking, when this share of them masks. Logarithms are
/// taken of products of many schools, not of each: they are most of the cost.
fn log_likelihood(ratios: &[f64], share: f64) -> f64 {
    let (mut sum, mut product) = (0.0, 1.0);
    for ratio in ratios {
        product *= 1.0 - share + share * ratio;
        if !(1e-150..1e150).contains(&product) {
            sum += libm::log(product);
            product = 1.0;
        }
    }
    sum + libm::log(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_the_points() {
        let distribution = |points: &[(f64, f64)]| ShareDistribution {
            points: points.to_vec(),
            culture: 0.0,
        };
        let one = distribution(&[(0.2, 1.0)]);
        assert!((one.quantile(0.05) - 0.2).abs() < 1e-12);
        // Not in order: cells are 0.1 to 0.15, 0.15 to 0.25, 0.25 to 0.3.
        let three = distribution(&[(0.2, 0.5), (0.1, 0.25), (0.3, 0.25)]);
        for (at, wanted) in [(0.0, 0.1), (0.25, 0.15), (0.5, 0.2), (0.75, 0.25), (1.0, 0.3)] {
            assert!(
                (three.quantile(at) - wanted).abs() < 1e-12,
                "{at}: {}",
                three.quantile(at)
            );
        }
    }

    #[test]
    fn weights_of_the_normal_sum_to_one() {
        let sum: f64 = NORMAL_POINTS.iter().map(|(_, weight)| weight).sum();
        let variance: f64 = NORMAL_POINTS
            .iter()
            .map(|(place, weight)| weight * place * place)
            .sum();
        assert!(
            (sum - 1.0).abs() < 1e-9 && (variance - 1.0).abs() < 1e-3,
            "{sum} {variance}"
        );
    }
}
