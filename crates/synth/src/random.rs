//! The one source of random numbers: the same seed gives the same numbers on every machine.
//!
//! The generator and the choices are those of `rand` and `rand_pcg`. Distributions are drawn by inversion: a uniform number
//! goes through the quantile function of `senlens-stats`, which rests on `libm` alone. `rand_distr` takes its logarithms
//! from the platform as soon as any crate of the build asks `num-traits` for `std`, so its draws would differ by machine.

use rand::{
    RngExt, SeedableRng,
    distr::{Distribution, Open01, weighted::WeightedIndex},
    seq::{IndexedRandom, SliceRandom},
};
use rand_pcg::Pcg64Mcg;
use senlens_stats::{
    matrix::Cholesky,
    special::{Tail, beta, binomial, gamma, normal, poisson},
};

/// A stream of random numbers decided by its seed (PCG XSL 128/64, O'Neill 2014).
#[derive(Debug, Clone)]
pub struct Random(Pcg64Mcg);

impl Random {
    /// The stream of one thing, named by numbers. A pupil has the same draws in whatever order pupils are drawn, and a
    /// change in one part of what is invented leaves the other parts as they were.
    pub fn of(seed: u64, names: &[u64]) -> Self {
        let named = names
            .iter()
            .fold(mixed(seed), |state, name| mixed(state ^ mixed(*name)));
        Self(Pcg64Mcg::seed_from_u64(named))
    }

    /// Two streams for the next school: one for what stays true of it, one for the pupils of a year.
    pub fn school(&mut self, year: u32) -> (Self, Self) {
        let seed = self.0.random();
        (Self::of(seed, &[0]), Self::of(seed, &[1, u64::from(year)]))
    }

    /// Uniform from 0 to 1, neither reached.
    pub fn uniform(&mut self) -> f64 {
        Open01.sample(&mut self.0)
    }

    /// Uniform between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// One of the whole numbers below `end`, which is not 0.
    pub fn below(&mut self, end: u32) -> u32 {
        self.0.random_range(0..end)
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// How many of `trials` happen.
    pub fn binomial(&mut self, trials: u32, probability: f64) -> u32 {
        whole(binomial::quantile(self.uniform(), trials.into(), probability))
    }

    /// Standard normal.
    pub fn normal(&mut self) -> f64 {
        normal::quantile(self.uniform())
    }

    /// Gamma with the given shape and mean `shape`.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        gamma::quantile(shape, self.uniform(), Tail::Lower)
    }

    /// Gamma with mean 1 and the given coefficient of variation.
    pub fn gamma_of_mean_one(&mut self, spread: f64) -> f64 {
        if spread <= 0.0 {
            return 1.0;
        }
        let shape = 1.0 / (spread * spread);
        self.gamma(shape) / shape
    }

    /// Beta with the given mean; `size` is the sum of its two shapes.
    pub fn beta(&mut self, mean: f64, size: f64) -> f64 {
        beta::quantile(mean * size, (1.0 - mean) * size, self.uniform(), Tail::Lower)
    }

    /// Student's t with `degrees` degrees of freedom, scaled to variance 1 (degrees above 2).
    pub fn student(&mut self, degrees: f64) -> f64 {
        let normal = self.normal();
        normal * self.student_scale(degrees)
    }

    /// The factor that turns a normal into a t of variance 1: shared by several normals it makes a joint t.
    pub fn student_scale(&mut self, degrees: f64) -> f64 {
        let chi_squared = 2.0 * self.gamma(degrees / 2.0);
        (degrees / chi_squared).sqrt() * ((degrees - 2.0) / degrees).sqrt()
    }

    /// Poisson with the given mean.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        whole(poisson::quantile(self.uniform(), mean))
    }

    /// One place of a list of weights, each as likely as its weight; the first where no weight is above 0.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        WeightedIndex::new(weights).map_or(0, |places| places.sample(&mut self.0))
    }

    /// One of a list that is not empty.
    pub fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        *list.choose(&mut self.0).expect("a list that is not empty")
    }

    /// Puts a list in a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        list.shuffle(&mut self.0);
    }

    /// Down or up to a whole number, right on average.
    pub fn rounded(&mut self, number: f64) -> u32 {
        count(libm::floor(number)) + u32::from(self.happens(number - libm::floor(number)))
    }

    /// Standard normals that as a list have mean 0 and variance 1, as chance alone would give only in the long run.
    pub fn balanced_normals(&mut self, length: usize) -> Vec<f64> {
        let draws: Vec<f64> = (0..length).map(|_| self.normal()).collect();
        let mean = draws.iter().sum::<f64>() / length as f64;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / length as f64;
        draws.iter().map(|x| (x - mean) / variance.sqrt()).collect()
    }

    /// Of so many things of each kind, the kinds of so many drawn one after another and not put back; of all where there
    /// are fewer.
    pub fn without_replacement<const N: usize>(&mut self, kinds: [u32; N], draws: u32) -> [u32; N] {
        let (mut left, mut drawn) = (kinds, [0; N]);
        for _ in 0..draws.min(kinds.iter().sum()) {
            let kind = self.weighted(&left.map(f64::from));
            left[kind] -= 1;
            drawn[kind] += 1;
        }
        drawn
    }

    /// Normals of variance 1 with the correlations, or of the variances with the covariances, that were factorised.
    pub fn correlated<const N: usize>(&mut self, factor: &Cholesky<[[f64; N]; N]>) -> [f64; N] {
        factor.times(&std::array::from_fn(|_| self.normal()))
    }
}

/// A quantile of a distribution over whole numbers whose arguments were checked.
fn whole(quantile: Option<u64>) -> u32 {
    let number = quantile.expect("a probability between 0 and 1, and a distribution that exists");
    u32::try_from(number).expect("fewer pupils than four thousand million")
}

/// A number of pupils or schools from a computed one that is whole and in range.
pub(crate) fn count(number: f64) -> u32 {
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

/// The mixing step of `SplitMix64` (Steele, Lea and Flood 2014): names that differ little give seeds that differ much.
fn mixed(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::Random;
    use senlens_stats::matrix::Cholesky;

    fn moments(draws: &[f64]) -> (f64, f64) {
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / draws.len() as f64;
        (mean, variance)
    }

    #[test]
    fn draws_have_the_moments_of_their_names() {
        let mut random = Random::of(7, &[1]);
        let mut many =
            |draw: fn(&mut Random) -> f64| (0..100_000).map(|_| draw(&mut random)).collect::<Vec<_>>();
        for (name, draws, mean, variance) in [
            ("uniform", many(Random::uniform), 0.5, 1.0 / 12.0),
            ("normal", many(Random::normal), 0.0, 1.0),
            ("gamma", many(|r| r.gamma_of_mean_one(0.5)), 1.0, 0.25),
            ("long gamma", many(|r| r.gamma_of_mean_one(1.5)), 1.0, 2.25),
            ("gamma by shape", many(|r| r.gamma(2.5)), 2.5, 2.5),
            ("beta", many(|r| r.beta(0.3, 6.0)), 0.3, 0.03),
            ("t", many(|r| r.student(12.0)), 0.0, 1.0),
            ("poisson", many(|r| f64::from(r.poisson(7.0))), 7.0, 7.0),
            (
                "large poisson",
                many(|r| f64::from(r.poisson(450.0))),
                450.0,
                450.0,
            ),
            ("binomial", many(|r| f64::from(r.binomial(20, 0.3))), 6.0, 4.2),
            (
                "large binomial",
                many(|r| f64::from(r.binomial(9_000, 0.01))),
                90.0,
                89.1,
            ),
            ("below", many(|r| f64::from(r.below(10))), 4.5, 8.25),
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

    /// Streams of neighbouring names are as independent as one stream.
    #[test]
    fn streams_of_names_have_the_moments_of_one() {
        for (what, draws) in [
            (
                "pupils",
                (0..100_000)
                    .map(|pupil| Random::of(7, &[4, pupil]).uniform())
                    .collect::<Vec<_>>(),
            ),
            (
                "seeds",
                (0..100_000)
                    .map(|seed| Random::of(seed, &[4, 1]).uniform())
                    .collect(),
            ),
            ("schools", {
                let mut random = Random::of(7, &[]);
                (0..100_000).map(|_| random.school(1).1.uniform()).collect()
            }),
        ] {
            let (mean, variance) = moments(&draws);
            assert!(
                (mean - 0.5).abs() < 5.0 * (1.0_f64 / 12.0 / 1e5).sqrt(),
                "{what}: {mean}"
            );
            assert!((12.0 * variance - 1.0).abs() < 0.02, "{what}: {variance}");
            let next: f64 = draws
                .windows(2)
                .map(|pair| (pair[0] - 0.5) * (pair[1] - 0.5))
                .sum();
            assert!((12.0 * next / 1e5).abs() < 5.0 / 1e5_f64.sqrt(), "{what}: {next}");
        }
        let (mut one, mut same) = (Random::of(3, &[1, 2]), Random::of(3, &[1, 2]));
        assert!((0..100).all(|_| one.below(1000) == same.below(1000)));
    }

    #[test]
    fn certain_and_impossible_things_are_certain_and_impossible() {
        let mut random = Random::of(7, &[3]);
        for _ in 0..1_000 {
            let drawn = [
                random.binomial(9, 0.0),
                random.binomial(9, 1.0),
                random.binomial(0, 0.4),
                random.poisson(0.0),
                random.below(1),
            ];
            assert_eq!(drawn, [0, 9, 0, 0, 0]);
        }
    }

    #[test]
    fn what_is_drawn_is_not_put_back() {
        let mut random = Random::of(7, &[5]);
        let mut sum = [0; 3];
        for _ in 0..10_000 {
            let drawn = random.without_replacement([1, 5, 14], 10);
            assert!(drawn.iter().sum::<u32>() == 10 && drawn[0] <= 1 && drawn[1] <= 5);
            for (sum, drawn) in sum.iter_mut().zip(drawn) {
                *sum += drawn;
            }
        }
        for (sum, mean) in sum.iter().zip([0.5, 2.5, 7.0]) {
            assert!((f64::from(*sum) / 1e4 - mean).abs() < 0.05, "{sum:?}");
        }
        assert_eq!(random.without_replacement([1, 5, 14], 99), [1, 5, 14]);
    }

    #[test]
    fn correlated_normals_have_their_covariance() {
        let covariance = [[4.0, -1.2], [-1.2, 1.0]];
        let factor = Cholesky::of(&covariance).expect("positive definite");
        let mut random = Random::of(7, &[4]);
        let draws: Vec<[f64; 2]> = (0..100_000).map(|_| random.correlated(&factor)).collect();
        for (one, other) in [(0, 0), (0, 1), (1, 1)] {
            let seen = draws.iter().map(|draw| draw[one] * draw[other]).sum::<f64>() / 1e5;
            assert!(
                (seen - covariance[one][other]).abs() < 0.1,
                "{one} {other}: {seen}"
            );
        }
    }

    #[test]
    fn weights_decide_and_nothing_impossible_is_drawn() {
        let mut random = Random::of(7, &[2]);
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
}
