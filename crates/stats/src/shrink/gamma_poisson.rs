use super::{Posterior, ShrinkError};
use crate::newton::{Convergence, Surface, maximise};
use crate::special::digamma::{digamma, trigamma};
use libm::{exp, lgamma, log, log1p};

/// Units' ratios of observed to expected taken as drawn from one gamma distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaPoissonFit {
    /// The mean ratio.
    pub mean: f64,
    /// The shape: one over the squared coefficient of variation; infinite when units vary no more than chance.
    pub shape: f64,
    /// The logarithm of the likelihood, with its constants.
    pub log_likelihood: f64,
    /// Whether the maximum was reached.
    pub convergence: Convergence,
}

impl GammaPoissonFit {
    /// What is believed of a unit's ratio; `None` when units vary no more than chance, or the expectation is not a
    /// positive finite number.
    pub fn posterior(&self, observed: u64, expected: f64) -> Option<Posterior> {
        (self.shape.is_finite() && expected > 0.0 && expected.is_finite()).then(|| Posterior::Gamma {
            shape: self.shape + observed as f64,
            rate: self.shape / self.mean + expected,
        })
    }
}

/// Fits the gamma-Poisson by maximum likelihood to pairs of observed and expected events; pairs without a positive
/// finite expectation are left out.
///
/// When units vary no more than chance the fit is the Poisson and says [`Convergence::AtBoundary`].
///
/// # Errors
/// [`ShrinkError::TooFewUnits`] when fewer than two pairs are left; [`ShrinkError::NoVariation`] when there are no events.
///
/// Source: Clayton and Kaldor (1987), Biometrics 43, 671-681; as `SpatialEpi::eBayes`.
pub fn maximum_likelihood(counts: &[(u64, f64)]) -> Result<GammaPoissonFit, ShrinkError> {
    let kept: Vec<(f64, f64)> = counts
        .iter()
        .filter(|(_, expected)| *expected > 0.0 && expected.is_finite())
        .map(|(observed, expected)| (*observed as f64, *expected))
        .collect();
    if kept.len() < 2 {
        return Err(ShrinkError::TooFewUnits(kept.len()));
    }
    let (events, expected) = kept.iter().fold((0.0, 0.0), |(x, e), (observed, expected)| {
        (x + observed, e + expected)
    });
    if events <= 0.0 {
        return Err(ShrinkError::NoVariation);
    }
    let mean = events / expected;
    // The variance between units by moments, for a start.
    let excess: f64 = kept
        .iter()
        .map(|(x, e)| (x - e * mean) * (x - e * mean) - e * mean)
        .sum();
    let squares: f64 = kept.iter().map(|(_, e)| e * e * mean * mean).sum();
    let variance = excess / squares;
    let shape = if variance > 0.0 {
        (1.0 / variance).clamp(0.01, 1e5)
    } else {
        1e3
    };
    let (at, top, convergence) = maximise([log(mean), log(shape)], 1e-10 * kept.len() as f64, |at| {
        surface(&kept, at)
    });
    let poisson = poisson_likelihood(&kept, mean);
    let shape = exp(at[1]);
    if shape > 1e7 || top.value + constants(&kept) <= poisson {
        return Ok(GammaPoissonFit {
            mean,
            shape: f64::INFINITY,
            log_likelihood: poisson,
            convergence: Convergence::AtBoundary,
        });
    }
    Ok(GammaPoissonFit {
        mean: exp(at[0]),
        shape,
        log_likelihood: top.value + constants(&kept),
        convergence,
    })
}

fn poisson_likelihood(kept: &[(f64, f64)], mean: f64) -> f64 {
    kept.iter()
        .map(|(x, e)| x * log(e * mean) - e * mean - lgamma(x + 1.0))
        .sum()
}

/// What the likelihood leaves out.
fn constants(kept: &[(f64, f64)]) -> f64 {
    kept.iter().map(|(x, e)| x * log(*e) - lgamma(x + 1.0)).sum()
}

/// The log-likelihood without its constants, in the logs of the mean (u) and the shape (v).
fn surface(kept: &[(f64, f64)], at: [f64; 2]) -> Surface {
    let (mean, shape) = (exp(at[0]), exp(at[1].min(log(1e9))));
    let (mut value, mut u, mut v) = (0.0, 0.0, 0.0);
    let (mut uu, mut uv, mut vv) = (0.0, 0.0, 0.0);
    let (base, base_second) = (digamma(shape), trigamma(shape));
    for &(x, e) in kept {
        let m = e * mean;
        let total = shape + m;
        // ln of shape (shape + 1) … (shape + x - 1) and its derivatives.
        let rising = if x <= 24.0 {
            crate::special::beta_binomial::log_rising(shape, crate::special::binomial::whole(x, 24))
        } else {
            lgamma(shape + x) - lgamma(shape)
        };
        let (first, second) = (digamma(shape + x) - base, trigamma(shape + x) - base_second);
        // x ln mean - (shape + x) ln(shape + m) + shape ln shape, arranged to keep its figures when shape is large.
        value += rising - x * log(total) + x * at[0] - shape * log1p(m / shape);
        u += x - (shape + x) * m / total;
        uu -= (shape + x) * m * shape / (total * total);
        let by_shape = first - log1p(m / shape) + 1.0 - (shape + x) / total;
        v += shape * by_shape;
        uv += shape * (m * (x - m) / (total * total));
        let bend = second + m / (shape * total) - (m - x) / (total * total);
        vv += shape * by_shape + shape * shape * bend;
    }
    Surface {
        value,
        gradient: [u, v],
        curvature: [uu, uv, vv],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::fabs;

    #[test]
    fn derivatives_agree_with_differences() {
        let kept = [(3.0, 4.0), (0.0, 1.2), (30.0, 20.0), (90.0, 70.0)];
        let at = [0.1, 1.5];
        let here = surface(&kept, at);
        let h = 1e-5;
        for i in 0..2 {
            let (mut up, mut down) = (at, at);
            up[i] += h;
            down[i] -= h;
            let (up, down) = (surface(&kept, up), surface(&kept, down));
            assert!(
                fabs((up.value - down.value) / (2.0 * h) - here.gradient[i]) < 1e-6,
                "gradient {i}"
            );
            let second = (up.gradient[i] - down.gradient[i]) / (2.0 * h);
            assert!(
                fabs(second - here.curvature[2 * i]) < 1e-5,
                "curvature {i}: {second} {here:?}"
            );
            let cross = (up.gradient[1 - i] - down.gradient[1 - i]) / (2.0 * h);
            assert!(fabs(cross - here.curvature[1]) < 1e-5, "cross {i}");
        }
    }

    #[test]
    fn no_more_than_chance_is_the_poisson() {
        let even = [(10, 10.0); 6];
        let fit = maximum_likelihood(&even).unwrap();
        assert!(
            fit.convergence == Convergence::AtBoundary
                && fit.shape.is_infinite()
                && fabs(fit.mean - 1.0) < 1e-15
        );
        assert!(fit.posterior(1, 2.0).is_none());
        assert_eq!(
            maximum_likelihood(&[(0, 1.0), (0, 2.0)]),
            Err(ShrinkError::NoVariation)
        );
        assert_eq!(
            maximum_likelihood(&[(0, 1.0), (3, f64::NAN)]),
            Err(ShrinkError::TooFewUnits(1))
        );
    }
}
