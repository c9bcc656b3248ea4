//! The funnel on a normalising scale with an additive random effect: what `FunnelPlotR` computes.

use crate::Confidence;
use crate::arithmetic::sqrt;
use crate::overdispersion::{tau_squared, trim_by_rank, winsorise};
use crate::special::{Tail, gamma};
use libm::{asin, cos, exp, log, sin};
use rayon::prelude::*;
use std::f64::consts::FRAC_PI_2;

/// The scale on which a measure is taken to be normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// A proportion, by its arcsine root; the target is the pooled proportion.
    ArcsineProportion,
    /// A standardised ratio, by its logarithm; the target is 1. A unit without events has no z-score and is left out of
    /// phi and tau squared, where `FunnelPlotR` lets it make both infinite.
    LogRatio,
    /// A standardised ratio, by its square root; the target is 1. A unit without events has a z-score.
    RootRatio,
    /// A ratio of two counts, by the logarithm with a half added to each; the target is the pooled ratio.
    LogRatioOfCounts,
}

/// How outlying z-scores are kept from the estimate of dispersion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Robust {
    /// Winsorised by this proportion at each end, as the Care Quality Commission does.
    Winsorised(f64),
    /// Trimmed by this proportion at each end by rank, as the Summary Hospital-level Mortality Indicator does.
    Trimmed(f64),
    /// As they are.
    No,
}

/// How the lines go back from the scale to the measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// As the scale asks: lines on the root scale are squared, and a ratio of counts has its own standard error.
    Consistent,
    /// As `FunnelPlotR` 0.6.0 draws them: root-scale lines not squared, ratio-of-counts lines with the error of a
    /// proportion.
    FunnelPlotR,
}

/// Units worked on by one thread at a time; each stands alone, so the answer does not depend on it.
const TOGETHER: usize = 2048;

/// A unit: its numerator and denominator (an expectation for a standardised ratio).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Events.
    pub numerator: f64,
    /// Population, or events expected, or the other count.
    pub denominator: f64,
}

/// One unit on the funnel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// The z-score against the target, before any allowance.
    pub z: f64,
    /// The z-score as it went into phi: winsorised, or NaN if trimmed.
    pub z_robust: f64,
    /// The standard error on the scale, at this denominator, as the lines use it.
    pub standard_error: f64,
    /// Plain lines at 95% and 99.8%, lower and upper of each.
    pub plain: [f64; 4],
    /// Lines with the between-unit variance added.
    pub adjusted: [f64; 4],
}

/// A funnel with an additive allowance for overdispersion.
#[derive(Debug, Clone, PartialEq)]
pub struct Transformed {
    /// The target on the scale.
    pub target: f64,
    /// The mean square of the robust z-scores.
    pub phi: f64,
    /// The variance between units on the scale.
    pub tau_squared: f64,
    /// Each unit, in the order given.
    pub units: Vec<Placed>,
}

/// Spiegelhalter's funnel with an additive random effect, on a normalising scale, with lines at 95% and 99.8%: what
/// `FunnelPlotR` computes.
///
/// Units whose numerator or denominator makes no sense get NaN and are left out. `None` when no unit is left.
///
/// Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, sections 3 and 4; Spiegelhalter and others (2012),
/// J. R. Statist. Soc. A 175, 1-47.
pub fn transformed(units: &[Ratio], scale: Scale, robust: Robust, drawing: Drawing) -> Option<Transformed> {
    let usable =
        |unit: &&Ratio| unit.denominator > 0.0 && unit.numerator >= 0.0 && unit.denominator.is_finite();
    let (mut numerators, mut denominators) = (0.0, 0.0);
    for unit in units.iter().filter(usable) {
        numerators += unit.numerator;
        denominators += unit.denominator;
    }
    if !(denominators > 0.0) {
        return None;
    }
    let pooled = numerators / denominators;
    let target = match scale {
        Scale::ArcsineProportion => asin(sqrt(pooled.min(1.0))),
        Scale::LogRatio => 0.0,
        Scale::RootRatio => 1.0,
        Scale::LogRatioOfCounts => log(pooled),
    };
    let score = |unit: &Ratio| {
        let (y, error) = if usable(&unit) {
            on_scale(scale, *unit)
        } else {
            (f64::NAN, f64::NAN)
        };
        let score = (y - target) / error;
        // An infinite score (a logarithm of no events) is no measurement of spread.
        (if score.is_finite() { score } else { f64::NAN }, error)
    };
    let (z, errors): (Vec<f64>, Vec<f64>) = units.par_iter().with_min_len(TOGETHER).map(score).unzip();
    let z_robust = match robust {
        Robust::Winsorised(proportion) => winsorise(&z, proportion),
        Robust::Trimmed(proportion) => trim_by_rank(&z, proportion),
        Robust::No => z.clone(),
    };
    let phi = crate::overdispersion::pearson_phi(&z_robust)?;
    let tau = tau_squared(&z_robust, &errors).unwrap_or(0.0);
    let lines = LineMaker::new(scale, drawing, target, pooled, tau);
    let units = units
        .par_iter()
        .zip(&z)
        .zip(&z_robust)
        .with_min_len(TOGETHER)
        .map(|((unit, z), z_robust)| {
            let standard_error = lines.standard_error(unit.denominator);
            Placed {
                z: *z,
                z_robust: *z_robust,
                standard_error,
                plain: lines.plain(unit.denominator, standard_error),
                adjusted: lines.adjusted(standard_error),
            }
        })
        .collect();
    Some(Transformed {
        target,
        phi,
        tau_squared: tau,
        units,
    })
}

/// The lines of a funnel at any denominator, for drawing them.
pub fn lines_at(
    denominators: &[f64],
    scale: Scale,
    drawing: Drawing,
    pooled: f64,
    tau_squared: f64,
) -> Vec<([f64; 4], [f64; 4])> {
    let target = match scale {
        Scale::ArcsineProportion => asin(sqrt(pooled)),
        Scale::LogRatio => 0.0,
        Scale::RootRatio => 1.0,
        Scale::LogRatioOfCounts => log(pooled),
    };
    let lines = LineMaker::new(scale, drawing, target, pooled, tau_squared);
    denominators
        .iter()
        .map(|&denominator| {
            let error = lines.standard_error(denominator);
            (lines.plain(denominator, error), lines.adjusted(error))
        })
        .collect()
}

fn on_scale(scale: Scale, unit: Ratio) -> (f64, f64) {
    let Ratio {
        numerator: n,
        denominator: d,
    } = unit;
    match scale {
        Scale::ArcsineProportion => (asin(sqrt(n / d)), 0.5 / sqrt(d)),
        Scale::LogRatio => (log(n / d), 1.0 / sqrt(d)),
        Scale::RootRatio => (sqrt(n / d), 0.5 / sqrt(d)),
        Scale::LogRatioOfCounts => {
            let (n_half, d_half) = (n + 0.5, d + 0.5);
            (
                log(n_half / d_half),
                sqrt(n / (n_half * n_half) + d / (d_half * d_half)),
            )
        }
    }
}

struct LineMaker {
    scale: Scale,
    drawing: Drawing,
    target: f64,
    pooled: f64,
    tau_squared: f64,
    multipliers: [f64; 4],
    /// Sine and cosine of twice the target angle, for the arcsine lines.
    doubled: (f64, f64),
}

impl LineMaker {
    fn new(scale: Scale, drawing: Drawing, target: f64, pooled: f64, tau_squared: f64) -> Self {
        let (inner, outer) = match drawing {
            Drawing::Consistent => (Confidence::P95.z(), Confidence::P998.z()),
            Drawing::FunnelPlotR => (1.959_964, 3.090_232),
        };
        Self {
            scale,
            drawing,
            target,
            pooled,
            tau_squared,
            multipliers: [-inner, inner, -outer, outer],
            doubled: (sin(2.0 * target), cos(2.0 * target)),
        }
    }

    fn standard_error(&self, denominator: f64) -> f64 {
        if !(denominator > 0.0) {
            return f64::NAN;
        }
        match (self.scale, self.drawing) {
            (Scale::LogRatio, _) => 1.0 / sqrt(denominator),
            // Were the unit at the target it would have pooled * d events in its numerator.
            (Scale::LogRatioOfCounts, Drawing::Consistent) => sqrt((1.0 + 1.0 / self.pooled) / denominator),
            _ => 0.5 / sqrt(denominator),
        }
    }

    fn adjusted(&self, standard_error: f64) -> [f64; 4] {
        self.back(if self.tau_squared > 0.0 {
            sqrt(standard_error * standard_error + self.tau_squared)
        } else {
            standard_error
        })
    }

    /// Lines without allowance: exact Poisson for a standardised ratio, the scale's own otherwise.
    fn plain(&self, denominator: f64, standard_error: f64) -> [f64; 4] {
        match self.scale {
            Scale::LogRatio | Scale::RootRatio => {
                let at = |tail: f64, upper: bool| {
                    let shape = denominator + if upper { 1.0 } else { 0.0 };
                    gamma::quantile(shape, tail, if upper { Tail::Upper } else { Tail::Lower }) / denominator
                };
                let (inner, outer) = (Confidence::P95.tail(), Confidence::P998.tail());
                [
                    at(inner, false),
                    at(inner, true),
                    at(outer, false),
                    at(outer, true),
                ]
            }
            _ => self.back(standard_error),
        }
    }

    fn back(&self, error: f64) -> [f64; 4] {
        match (self.scale, self.drawing) {
            (Scale::ArcsineProportion, _) => self.arcsine(error),
            (Scale::LogRatio | Scale::LogRatioOfCounts, _) => {
                let centre = if self.scale == Scale::LogRatio {
                    1.0
                } else {
                    self.pooled
                };
                let (inner, outer) = (exp(self.multipliers[1] * error), exp(self.multipliers[3] * error));
                [centre / inner, centre * inner, centre / outer, centre * outer]
            }
            (Scale::RootRatio, Drawing::FunnelPlotR) => {
                self.multipliers.map(|multiplier| 1.0 + multiplier * error)
            }
            (Scale::RootRatio, Drawing::Consistent) => self.multipliers.map(|multiplier| {
                let root = (1.0 + multiplier * error).max(0.0);
                root * root
            }),
        }
    }

    /// `sin^2(t - d)` and `sin^2(t + d)` share a cosine and a sine: half of 1 - cos 2t cos 2d -/+ sin 2t sin 2d.
    fn arcsine(&self, error: f64) -> [f64; 4] {
        let (sine, cosine) = self.doubled;
        let pair = |multiplier: f64| {
            let half = multiplier * error;
            let (shift_sine, shift_cosine) = libm::sincos(2.0 * half);
            let lower = if half >= self.target {
                0.0
            } else {
                0.5 * (1.0 - cosine * shift_cosine - sine * shift_sine)
            };
            let upper = if self.target + half >= FRAC_PI_2 {
                1.0
            } else {
                0.5 * (1.0 - cosine * shift_cosine + sine * shift_sine)
            };
            // The lower line's cancellation may leave a rounding error below zero.
            (lower.max(0.0), upper)
        };
        let (a, b) = pair(self.multipliers[1]);
        let (c, d) = pair(self.multipliers[3]);
        [a, b, c, d]
    }
}
