//! Seeded random numbers for the scenarios: the same seed gives the same England on every machine.

/// A xoshiro256++ generator (Blackman and Vigna 2019), seeded through splitmix64.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: [u64; 4],
    spare_normal: Option<f64>,
}

impl Random {
    /// A generator whose whole future is decided by `seed`.
    pub(crate) fn from_seed(seed: u64) -> Self {
        let mut mixed = seed;
        let mut next = || {
            mixed = mixed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = mixed;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^ (word >> 31)
        };
        let state = [next(), next(), next(), next()];
        Self {
            state,
            spare_normal: None,
        }
    }

    /// Two generators for the next school: one for what stays true of it, one for the pupils of a year.
    pub(crate) fn school(&mut self, year: u32) -> (Self, Self) {
        let seed = self.word();
        (
            Self::from_seed(seed),
            Self::from_seed(seed ^ (u64::from(year) + 1).wrapping_mul(0xd1b5_4a32_d192_ed03)),
        )
    }

    fn word(&mut self) -> u64 {
        let state = &mut self.state;
        let result = state[0]
            .wrapping_add(state[3])
            .rotate_left(23)
            .wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// Uniform on the open interval from 0 to 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.word() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// Uniform on the interval from `low` to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal (polar method).
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        loop {
            let first = self.between(-1.0, 1.0);
            let second = self.between(-1.0, 1.0);
            let radius = first * first + second * second;
            if radius > 0.0 && radius < 1.0 {
                let scale = (-2.0 * libm::log(radius) / radius).sqrt();
                self.spare_normal = Some(second * scale);
                return first * scale;
            }
        }
    }

    /// Gamma with the given shape and mean `shape` (Marsaglia and Tsang 2000).
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = libm::pow(self.uniform(), 1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let offset = shape - 1.0 / 3.0;
        let scale = 1.0 / (9.0 * offset).sqrt();
        loop {
            let normal = self.normal();
            let cube = 1.0 + scale * normal;
            if cube <= 0.0 {
                continue;
            }
            let cube = cube * cube * cube;
            let bound = 0.5 * normal * normal + offset * (1.0 - cube + libm::log(cube));
            if libm::log(self.uniform()) < bound {
                return offset * cube;
            }
        }
    }

    /// Student's t with `degrees` degrees of freedom, scaled to variance 1 where that exists (degrees above 2).
    pub(crate) fn student(&mut self, degrees: f64) -> f64 {
        let normal = self.normal();
        normal * self.student_scale(degrees)
    }

    /// The factor that turns a normal into a t of variance 1: shared by several normals it makes a joint t.
    pub(crate) fn student_scale(&mut self, degrees: f64) -> f64 {
        let chi_squared = 2.0 * self.gamma(degrees / 2.0);
        (degrees / chi_squared).sqrt() * ((degrees - 2.0) / degrees).sqrt()
    }

    /// Poisson with the given mean.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let mut left = mean;
        let mut total = 0;
        while left > 200.0 {
            total += self.poisson(200.0);
            left -= 200.0;
        }
        let limit = libm::exp(-left);
        let mut product = self.uniform();
        while product > limit {
            total += 1;
            product *= self.uniform();
        }
        total
    }

    /// Binomial: how many of `trials` succeed.
    pub(crate) fn binomial(&mut self, trials: u32, probability: f64) -> u32 {
        (0..trials).map(|_| u32::from(self.uniform() < probability)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    fn moments(mut draw: impl FnMut(&mut Random) -> f64) -> (f64, f64) {
        let mut random = Random::from_seed(7);
        let draws: Vec<f64> = (0..200_000).map(|_| draw(&mut random)).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / draws.len() as f64;
        (mean, variance)
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        type Draw = fn(&mut Random) -> f64;
        let cases: [(&str, Draw, f64, f64); 6] = [
            ("uniform", Random::uniform, 0.5, 1.0 / 12.0),
            ("normal", Random::normal, 0.0, 1.0),
            ("gamma", |r| r.gamma(2.5), 2.5, 2.5),
            ("poisson", |r| f64::from(r.poisson(7.0)), 7.0, 7.0),
            ("large poisson", |r| f64::from(r.poisson(450.0)), 450.0, 450.0),
            ("binomial", |r| f64::from(r.binomial(20, 0.3)), 6.0, 4.2),
        ];
        for (name, draw, mean, variance) in cases {
            let (seen_mean, seen_variance) = moments(draw);
            assert!(
                (seen_mean - mean).abs() < 5.0 * (variance / 200_000.0).sqrt(),
                "{name}: mean {seen_mean}"
            );
            assert!(
                (seen_variance / variance - 1.0).abs() < 0.03,
                "{name}: variance {seen_variance}"
            );
        }
        let (_, student_variance) = moments(|r| r.student(8.0));
        assert!(
            (student_variance - 1.0).abs() < 0.05,
            "t: variance {student_variance}"
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let draw = |seed| {
            let mut random = Random::from_seed(seed);
            (
                random.normal().to_bits(),
                random.poisson(4.0),
                random.gamma(0.4).to_bits(),
            )
        };
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }
}
