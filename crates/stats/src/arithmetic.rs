//! The functions IEEE 754 says the exact result of: the processor's own are the same on every machine, and faster than
//! `libm`'s. All others come from `libm`.

/// The square root.
#[inline]
pub(crate) fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// The absolute value.
#[inline]
pub(crate) fn fabs(x: f64) -> f64 {
    x.abs()
}

/// The largest whole number not above.
#[inline]
pub(crate) fn floor(x: f64) -> f64 {
    x.floor()
}

/// The exponential, as `libm`'s (and `musl`'s) algorithm gives it, without its care for results that are not normal
/// numbers: for arguments within 700 of zero.
#[inline]
pub(crate) fn exp_within(x: f64) -> f64 {
    debug_assert!(fabs(x) <= 700.0, "the caller keeps within bounds");
    let half = if x < 0.0 { -0.5 } else { 0.5 };
    #[expect(clippy::cast_possible_truncation, reason = "at most 1010 by the bound on x")]
    let k = (x * std::f64::consts::LOG2_E + half) as i32;
    let power = f64::from(k);
    let (high, low) = (x - power * LN_2_HIGH, power * LN_2_LOW);
    let r = high - low;
    let square = r * r;
    let series =
        square * (EXP[0] + square * (EXP[1] + square * (EXP[2] + square * (EXP[3] + square * EXP[4]))));
    let c = r - series;
    let value = 1.0 + (r * c / (2.0 - c) - low + high);
    #[expect(clippy::cast_sign_loss, reason = "k is above -1022")]
    let scale = f64::from_bits(((1023 + k) as u64) << 52);
    value * scale
}

const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const EXP: [f64; 5] = [
    1.666_666_666_666_660_2e-1,
    -2.777_777_777_701_559_3e-3,
    6.613_756_321_437_934e-5,
    -1.653_390_220_546_525_2e-6,
    4.138_136_797_057_238_5e-8,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_libms() {
        for step in -70_000..=70_000 {
            let x = f64::from(step) / 100.0 + 0.003_7;
            if fabs(x) <= 700.0 {
                assert_eq!(exp_within(x).to_bits(), libm::exp(x).to_bits(), "{x}");
            }
        }
    }
}
