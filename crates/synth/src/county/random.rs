//! Random numbers that are the same on every machine: a published generator, and the transcendental functions of `libm`.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// A stream of random numbers decided by its seed (PCG XSL 128/64, O'Neill 2014).
pub(super) struct Random(Pcg64Mcg);

impl Random {
    /// A stream of its own for each purpose, so that a change in one part of the county leaves the others as they were.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        // The golden ratio's fraction spreads neighbouring streams far apart (Knuth's multiplicative hashing).
        Self(Pcg64Mcg::seed_from_u64(
            seed ^ stream.wrapping_mul(0x9E37_79B9_7F4A_7C15),
        ))
    }

    /// Uniform from 0 to 1, neither reached.
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Uniform between two numbers.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// One of the whole numbers below `count`.
    pub(super) fn below(&mut self, count: usize) -> usize {
        floor(self.uniform() * count as f64).min(count.saturating_sub(1))
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// How many of `trials` happen.
    pub(super) fn binomial(&mut self, trials: u32, probability: f64) -> u32 {
        (0..trials).map(|_| u32::from(self.happens(probability))).sum()
    }

    /// Standard normal (Box and Muller 1958).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// Gamma with mean 1 and the given coefficient of variation (Marsaglia and Tsang 2000).
    pub(super) fn gamma_of_mean_one(&mut self, spread: f64) -> f64 {
        if spread <= 0.0 {
            return 1.0;
        }
        let shape = 1.0 / (spread * spread);
        let lifted = if shape < 1.0 { shape + 1.0 } else { shape };
        let offset = lifted - 1.0 / 3.0;
        let scale = 1.0 / (9.0 * offset).sqrt();
        let draw = loop {
            let normal = self.normal();
            let cube = 1.0 + scale * normal;
            if cube <= 0.0 {
                continue;
            }
            let cube = cube * cube * cube;
            let log_uniform = libm::log(self.uniform());
            if log_uniform < 0.5 * normal * normal + offset * (1.0 - cube + libm::log(cube)) {
                break offset * cube;
            }
        };
        let drawn = if shape < 1.0 {
            draw * libm::pow(self.uniform(), 1.0 / shape)
        } else {
            draw
        };
        drawn / shape
    }

    /// One place of a list of weights, each as likely as its weight.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        // Rounding may leave a trace past the end: the last place that can be drawn.
        weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0)
    }

    /// One of a list.
    pub(super) fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// Puts a list in a random order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }

    /// Down or up to a whole number, right on average.
    pub(super) fn rounded(&mut self, number: f64) -> u32 {
        count(libm::floor(number)) + u32::from(self.happens(number - libm::floor(number)))
    }

    /// Standard normals that as a list have mean 0 and variance 1, as chance alone would give only in the long run.
    pub(super) fn balanced_normals(&mut self, length: usize) -> Vec<f64> {
        let draws: Vec<f64> = (0..length).map(|_| self.normal()).collect();
        let mean = draws.iter().sum::<f64>() / length as f64;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / length as f64;
        draws.iter().map(|x| (x - mean) / variance.sqrt()).collect()
    }
}

/// A number of pupils or schools from a computed one that is whole and in range.
pub(super) fn count(number: f64) -> u32 {
    debug_assert!(
        (0.0..=f64::from(u32::MAX)).contains(&number),
        "not a count: {number}"
    );
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count, in range"
    )]
    {
        number as u32
    }
}

fn floor(number: f64) -> usize {
    count(libm::floor(number)) as usize
}

/// Where a share of a sorted list falls, between its given quantiles.
pub(super) fn quantile(shares: &[f64], values: &[f64], share: f64) -> f64 {
    let upper = shares
        .iter()
        .position(|known| share <= *known)
        .unwrap_or(shares.len() - 1)
        .max(1);
    let (low, high) = (shares[upper - 1], shares[upper]);
    values[upper - 1] + (values[upper] - values[upper - 1]) * (share - low) / (high - low)
}

#[cfg(test)]
mod tests {
    use super::{Random, quantile};

    fn moments(draws: &[f64]) -> (f64, f64) {
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / draws.len() as f64;
        (mean, variance)
    }

    #[test]
    fn draws_have_the_moments_of_their_names() {
        let mut random = Random::new(7, 1);
        let mut many =
            |draw: fn(&mut Random) -> f64| (0..100_000).map(|_| draw(&mut random)).collect::<Vec<_>>();
        for (name, draws, mean, variance) in [
            ("uniform", many(Random::uniform), 0.5, 1.0 / 12.0),
            ("normal", many(Random::normal), 0.0, 1.0),
            ("gamma", many(|r| r.gamma_of_mean_one(0.5)), 1.0, 0.25),
            ("long gamma", many(|r| r.gamma_of_mean_one(1.5)), 1.0, 2.25),
            ("binomial", many(|r| f64::from(r.binomial(20, 0.3))), 6.0, 4.2),
            ("rounded", many(|r| f64::from(r.rounded(2.25))), 2.25, 0.1875),
        ] {
            let (seen_mean, seen_variance) = moments(&draws);
            // Five standard errors of the mean; the variance of the longest tail is known to some 5% at this length.
            assert!(
                (seen_mean - mean).abs() < 5.0 * (variance / 1e5_f64).sqrt(),
                "{name}: {seen_mean}"
            );
            assert!(
                (seen_variance / variance - 1.0).abs() < 0.08,
                "{name}: {seen_variance}"
            );
        }
        let (mean, variance) = moments(&random.balanced_normals(151));
        assert!(mean.abs() < 1e-12 && (variance - 1.0).abs() < 1e-12);
    }

    #[test]
    fn weights_decide_and_nothing_impossible_is_drawn() {
        let mut random = Random::new(7, 2);
        let mut seen = [0_u32; 4];
        for _ in 0..30_000 {
            seen[random.weighted(&[1.0, 0.0, 2.0, 0.0])] += 1;
        }
        assert_eq!((seen[1], seen[3]), (0, 0));
        assert!(
            (f64::from(seen[2]) / 30_000.0 - 2.0 / 3.0).abs() < 0.02,
            "{seen:?}"
        );
    }

    #[test]
    fn quantiles_are_met_and_joined() {
        let (shares, values) = ([0.0, 0.5, 1.0], [10.0, 20.0, 100.0]);
        for (share, value) in [(0.0, 10.0), (0.25, 15.0), (0.5, 20.0), (0.75, 60.0), (1.0, 100.0)] {
            assert!(
                (quantile(&shares, &values, share) - value).abs() < 1e-12,
                "{share}"
            );
        }
    }
}
