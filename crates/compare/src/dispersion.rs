//! How much units of one kind ordinarily differ, beyond chance.

use crate::expectation::Expectation;
use senlens_stats::overdispersion::{Target, pearson_phi, test, winsorise};

/// Fewer units than this say nothing of how much units differ.
pub(crate) const MINIMUM_UNITS: usize = 10;

/// The share of z clipped at each end (Spiegelhalter 2005, section 4).
pub(crate) const WINSORISED: f64 = 0.1;

/// What clipping at the 10th and 90th percentiles leaves of the variance of a normal variable:
/// `0.8 - 2 c f(c) + 0.2 c^2` with `c` the 90th percentile and `f` the normal density.
pub(crate) const KEPT_OF_NORMAL_VARIANCE: f64 = 0.678_654_559;

/// Events expected in a unit, on average, from which its z is taken as nearly normal.
pub(crate) const EVENTS_FOR_NORMAL: f64 = 5.0;

/// Level at which the test of overdispersion decides.
pub(crate) const TEST_LEVEL: f64 = 0.05;

/// How much the units of one kind differ from their expectations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispersion {
    /// Mean squared z.
    pub phi: f64,
    /// The same with z clipped at its 10th and 90th percentiles.
    pub phi_winsorised: f64,
    /// Correlation within a unit: the beta-binomial whose variance matches; 0 where chance alone suffices.
    pub correlation: f64,
}

impl Dispersion {
    /// Measures units against their expectations; none when fewer than `MINIMUM_UNITS` can vary.
    pub fn of(units: &[Expectation]) -> Option<Self> {
        let z: Vec<f64> = units.iter().filter_map(Expectation::z).collect();
        if z.len() < MINIMUM_UNITS {
            return None;
        }
        let sizes = units
            .iter()
            .filter(|unit| unit.variance > 0.0)
            .map(|unit| unit.population as f64);
        let mean_size = sizes.sum::<f64>() / z.len() as f64;
        let phi = pearson_phi(&z)?;
        let phi_winsorised = pearson_phi(&winsorise(&z, WINSORISED))?;
        let needed = test(&z, Target::Known).is_some_and(|test| test.rejects(TEST_LEVEL));
        // Clipping takes a known part of the variance of a normal z; the z of a small count is not normal.
        let expected: f64 = units.iter().map(|unit| unit.expected).sum();
        let nearly_normal = expected / z.len() as f64 >= EVENTS_FOR_NORMAL;
        let spread = if nearly_normal {
            phi_winsorised / KEPT_OF_NORMAL_VARIANCE
        } else {
            phi
        };
        // With units of size n, z squared is on average 1 + (n - 1) times the correlation.
        let excess = spread - 1.0;
        let correlation = if needed && mean_size > 1.0 {
            (excess / (mean_size - 1.0)).clamp(0.0, 1.0)
        } else {
            0.0
        };
        Some(Self {
            phi,
            phi_winsorised,
            correlation,
        })
    }

    /// Measures one unit by how its own schools differ from its ratio: for parts and districts, of which there are
    /// too few to compare with one another. The cluster-robust variance, with its correction for few clusters.
    pub fn of_clusters(schools: &[Expectation]) -> Option<Self> {
        let varying: Vec<&Expectation> = schools.iter().filter(|school| school.variance > 0.0).collect();
        if varying.len() < MINIMUM_UNITS {
            return None;
        }
        let observed: u64 = varying.iter().map(|school| school.observed).sum();
        let expected: f64 = varying.iter().map(|school| school.expected).sum();
        let population: u64 = varying.iter().map(|school| school.population).sum();
        let binomial: f64 = varying.iter().map(|school| school.variance).sum();
        let ratio = observed as f64 / expected;
        let squares = varying.iter().map(|school| {
            let residual = school.observed as f64 - ratio * school.expected;
            residual * residual
        });
        let clusters = varying.len() as f64;
        let robust = squares.sum::<f64>() * clusters / (clusters - 1.0);
        let phi = robust / binomial;
        let correlation = if population > 1 {
            ((phi - 1.0) / (population - 1) as f64).clamp(0.0, 1.0)
        } else {
            0.0
        };
        Some(Self {
            phi,
            phi_winsorised: phi,
            correlation,
        })
    }

    /// z over the root of the winsorised phi, where that exceeds 1.
    pub fn adjust(&self, z: f64) -> f64 {
        z / libm::sqrt(self.phi_winsorised.max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::{Dispersion, KEPT_OF_NORMAL_VARIANCE, MINIMUM_UNITS};
    use crate::expectation::Expectation;

    fn unit(observed: u64) -> Expectation {
        Expectation {
            observed,
            population: 1000,
            expected: 100.0,
            variance: 90.0,
        }
    }

    #[test]
    fn the_constant_is_what_its_doc_says() {
        let c = senlens_stats::special::normal::quantile(0.9);
        let kept = 0.8 - 2.0 * c * senlens_stats::special::normal::density(c) + 0.2 * c * c;
        assert!((kept - KEPT_OF_NORMAL_VARIANCE).abs() < 1e-6, "{kept}");
    }

    #[test]
    fn too_few_units_say_nothing() {
        let units: Vec<_> = (0..MINIMUM_UNITS as u64 - 1)
            .map(|each| unit(90 + each))
            .collect();
        assert_eq!(Dispersion::of(&units), None);
        let enough: Vec<_> = (0..MINIMUM_UNITS as u64).map(|each| unit(90 + each)).collect();
        assert!(Dispersion::of(&enough).is_some());
    }

    #[test]
    fn chance_alone_leaves_no_correlation_and_spread_does() {
        let calm: Vec<_> = [95, 98, 99, 100, 100, 101, 102, 103, 105, 97].map(unit).to_vec();
        assert_eq!(Dispersion::of(&calm).map(|d| d.correlation), Some(0.0));
        let spread: Vec<_> = [20, 40, 60, 80, 100, 100, 120, 140, 160, 180].map(unit).to_vec();
        let spread = Dispersion::of(&spread).expect("ten units");
        assert!(
            spread.correlation > 0.01 && spread.phi > spread.phi_winsorised && spread.phi_winsorised > 1.0
        );
        assert!(spread.adjust(8.0) < 8.0);
    }

    #[test]
    fn a_high_part_whose_schools_agree_is_not_excused() {
        let agreeing: Vec<_> = (0..20).map(|_| unit(150)).collect();
        let clusters = Dispersion::of_clusters(&agreeing).expect("twenty schools");
        assert!(clusters.phi < 1e-9 && clusters.correlation == 0.0);
    }
}
