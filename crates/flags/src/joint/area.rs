//! The share of an area's schools that mask: an unknown of its own, compared with the share elsewhere. An area's verdict
//! is a statement about this share, never a count of flagged schools.

use super::settings::Settings;
use senlens_stats::{log_weights, quantile};

/// Standard deviation of areas' masked shares around the general one, on the logit scale, where the area is like the
/// others.
pub(super) const CORE_SPREAD: f64 = 0.25;
/// A culture of masking begins at this many times the general share, where that is above the level of the settings.
pub(super) const CULTURE_OVER_GENERAL: f64 = 1.5;
/// The highest share at which a culture of masking may begin.
const MAX_CULTURE_LEVEL: f64 = 0.8;
/// The largest share considered.
pub(super) const MAX_SHARE: f64 = 0.9;
/// Points of the shares of a culture of masking.
pub(super) const CULTURE_POINTS: usize = 15;
/// A normal distribution as nine points: standard deviations and weights. Fine enough for an interval of the share.
pub(super) const NORMAL_POINTS: [(f64, f64); 9] = [
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

    /// The share below which the distribution has this much of its mass.
    pub(super) fn quantile(&self, at: f64) -> f64 {
        quantile::of_points(&self.points, at).unwrap_or(0.0)
    }
}

/// The share of masked schools in an area, when `general` is the share elsewhere and shares above the level of the
/// settings count as a culture of masking. `ratios` are its schools' likelihood ratios,
/// masking over everything else.
pub(super) fn masked_share(ratios: &[f64], general: f64, settings: &Settings) -> ShareDistribution {
    let points = points(general, settings);
    let log_posterior: Vec<f64> = points
        .iter()
        .map(|point| libm::log(point.weight) + log_likelihood(ratios, point.share))
        .collect();
    let probabilities = log_weights::shares(&log_posterior);
    ShareDistribution {
        points: points
            .iter()
            .zip(&probabilities)
            .map(|(point, probability)| (point.share, *probability))
            .collect(),
        culture: points
            .iter()
            .zip(&probabilities)
            .filter(|(point, _)| point.is_culture)
            .map(|(_, probability)| probability)
            .sum::<f64>()
            // A sum of rounded parts may pass one by a digit.
            .min(1.0),
    }
}

/// The shares considered where the area is like the others, with their probabilities before data.
fn core_points(general: f64) -> Vec<(f64, f64)> {
    if general <= 0.0 {
        return vec![(0.0, 1.0)];
    }
    let centre = libm::log(general / (1.0 - general));
    NORMAL_POINTS
        .iter()
        .map(|(place, weight)| (1.0 / (1.0 + libm::exp(-centre - CORE_SPREAD * place)), *weight))
        .collect()
}

/// A masked share that is considered.
struct Point {
    share: f64,
    /// Its probability before data.
    weight: f64,
    /// Whether it counts as a culture of masking.
    is_culture: bool,
}

fn points(general: f64, settings: &Settings) -> Vec<Point> {
    let mut points: Vec<Point> = core_points(general)
        .into_iter()
        .map(|(share, weight)| Point {
            share,
            weight: weight * (1.0 - settings.culture_before),
            is_culture: false,
        })
        .collect();
    let from = settings
        .area_level
        .max(CULTURE_OVER_GENERAL * general)
        .min(MAX_CULTURE_LEVEL);
    for place in 0..CULTURE_POINTS {
        let share = from + (MAX_SHARE - from) * (place as f64 + 0.5) / CULTURE_POINTS as f64;
        points.push(Point {
            share,
            weight: settings.culture_before / CULTURE_POINTS as f64,
            is_culture: true,
        });
    }
    points
}

/// Probability that the area has a culture of masking, without each of its schools in turn, in their order.
pub(super) fn culture_without_each(ratios: &[f64], general: f64, settings: &Settings) -> Vec<f64> {
    let points = points(general, settings);
    let all: Vec<f64> = points
        .iter()
        .map(|point| {
            libm::log(point.weight)
                + ratios
                    .iter()
                    .map(|ratio| log_mixture(*ratio, point.share))
                    .sum::<f64>()
        })
        .collect();
    ratios
        .iter()
        .map(|left_out| {
            let rest: Vec<f64> = points
                .iter()
                .zip(&all)
                .map(|(point, all)| all - log_mixture(*left_out, point.share))
                .collect();
            let (mut culture, mut total) = (0.0, 0.0);
            for (point, weight) in points.iter().zip(log_weights::relative(&rest)) {
                total += weight;
                culture += if point.is_culture { weight } else { 0.0 };
            }
            culture / total
        })
        .collect()
}

/// Log likelihood of a school, relative to that of no masking, when a share of the area's schools masks.
fn log_mixture(ratio: f64, share: f64) -> f64 {
    libm::log(1.0 - share + share * ratio)
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
