//! Random draws decided by the seed and the thing they are for: the same pupil has the same draw in any order.

/// A stream of draws for one thing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draws(u64);

impl Draws {
    /// The draws of a thing named by numbers.
    pub(super) fn of(seed: u64, names: &[u64]) -> Self {
        Self(
            names
                .iter()
                .fold(mix(seed), |state, name| mix(state ^ mix(*name))),
        )
    }

    /// The next draw, evenly from 0 to 1.
    pub(super) fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mix(self.0) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number below `end`.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share is from 0 to 1, so the product is within the range"
        )]
        let drawn = (self.share() * f64::from(end)) as u32;
        drawn.min(end.saturating_sub(1))
    }

    /// A normal draw, by Box and Muller.
    pub(super) fn normal(&mut self) -> f64 {
        let (one, other) = (1.0 - self.share(), self.share());
        libm::sqrt(-2.0 * libm::log(one)) * libm::cos(std::f64::consts::TAU * other)
    }
}

/// The mixing step of `SplitMix64` (Steele, Lea and Flood 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
