//! How many of a school's pupils recorded with MLD are displaced SLCN or SEMH: a distribution over whole pupils.

use senlens_stats::quantile;

/// Pupils displaced, with a 90% interval, and split by the need they would otherwise be recorded with.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DisplacedPupils {
    /// Expected number.
    pub mean: f64,
    /// Fifth percentile.
    pub lower: f64,
    /// Ninety-fifth percentile.
    pub upper: f64,
    /// Part of `mean` that is SLCN.
    pub slcn: f64,
    /// Part of `mean` that is SEMH.
    pub semh: f64,
}

/// A component of the distribution, with its weight: the displaced are beta-binomial among the recorded, their share of
/// this mean and variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DisplacedShare {
    pub(super) weight: f64,
    pub(super) mean: f64,
    pub(super) variance: f64,
    /// Part of the displaced that is SLCN.
    pub(super) slcn_share: f64,
}

/// Mean and variance of the number displaced, with no masking as the rest of the weight.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) slcn: f64,
}

pub(super) fn moments(recorded: f64, displaced_shares: &[DisplacedShare]) -> Moments {
    let mut moments = Moments::default();
    let mut second = 0.0;
    for part in displaced_shares {
        let mean = recorded * part.mean;
        let variance =
            recorded * part.mean * (1.0 - part.mean) + recorded * (recorded - 1.0).max(0.0) * part.variance;
        moments.mean += part.weight * mean;
        moments.slcn += part.weight * mean * part.slcn_share;
        second += part.weight * (variance + mean * mean);
    }
    moments.variance = (second - moments.mean * moments.mean).max(0.0);
    moments
}

/// The displaced of one school: mean, and the 5th and 95th percentiles of the mixture.
pub(super) fn displaced(recorded: f64, displaced_shares: &[DisplacedShare]) -> DisplacedPupils {
    let moments = moments(recorded, displaced_shares);
    let masking: f64 = displaced_shares.iter().map(|part| part.weight).sum();
    let (mut lower, mut upper) = (0.0, 0.0);
    if masking > TAIL {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "recorded pupils are a whole, small number"
        )]
        let number = recorded.max(0.0) as usize;
        let mut mass = vec![0.0; number + 1];
        mass[0] = 1.0 - masking;
        for part in displaced_shares.iter().filter(|part| part.weight > 1e-6) {
            add_beta_binomial(&mut mass, part);
        }
        let at = |share: f64| quantile::of_mass(&mass, share).unwrap_or(0) as f64;
        (lower, upper) = (at(TAIL), at(1.0 - TAIL));
    }
    DisplacedPupils {
        mean: moments.mean,
        lower,
        upper,
        slcn: moments.slcn,
        semh: moments.mean - moments.slcn,
    }
}

/// Probability below the interval, and above it.
pub(super) const TAIL: f64 = 0.05;

fn add_beta_binomial(mass: &mut [f64], part: &DisplacedShare) {
    let number = (mass.len() - 1) as f64;
    let size = (part.mean * (1.0 - part.mean) / part.variance - 1.0).max(0.05);
    let (alpha, beta) = (part.mean * size, (1.0 - part.mean) * size);
    let log_gamma = |value: f64| libm::lgamma(value);
    let mut log_mass = log_gamma(number + beta) + log_gamma(alpha + beta)
        - log_gamma(number + alpha + beta)
        - log_gamma(beta);
    for (displaced, cell) in mass.iter_mut().enumerate() {
        *cell += part.weight * libm::exp(log_mass);
        let displaced = displaced as f64;
        log_mass += libm::log(
            (number - displaced).max(1e-300) * (displaced + alpha)
                / ((displaced + 1.0) * (number - displaced - 1.0 + beta)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_masking_of_half_displaces_half() {
        let part = DisplacedShare {
            weight: 1.0,
            mean: 0.5,
            variance: 1e-6,
            slcn_share: 0.25,
        };
        let seen = displaced(40.0, &[part]);
        assert!((seen.mean - 20.0).abs() < 1e-9);
        assert!((seen.slcn - 5.0).abs() < 1e-9);
        // Binomial(40, 1/2): 5% and 95% quantiles are 15 and 25.
        assert!((seen.lower - 15.0).abs() < 1e-9 && (seen.upper - 25.0).abs() < 1e-9);
    }

    #[test]
    fn improbable_masking_has_an_interval_of_zero() {
        let part = DisplacedShare {
            weight: 0.01,
            mean: 0.5,
            variance: 0.01,
            slcn_share: 0.5,
        };
        let seen = displaced(40.0, &[part]);
        assert!((seen.mean - 0.2).abs() < 1e-9);
        assert!(seen.lower == 0.0 && seen.upper == 0.0);
    }

    #[test]
    fn a_school_without_recorded_mld_has_no_displaced_pupils() {
        let part = DisplacedShare {
            weight: 0.9,
            mean: 0.5,
            variance: 0.01,
            slcn_share: 0.5,
        };
        assert_eq!(displaced(0.0, &[part]), DisplacedPupils::default());
    }
}
