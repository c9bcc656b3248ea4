//! Sums and shares of numbers whose logarithms are known, without overflow: the log-sum-exp trick.
//!
//! ```
//! use senlens_stats::log_weights::{log_sum_exp, shares};
//! // The exponential of 1000 is not a number a computer holds; the sum of two such has the logarithm 1000 + ln 2.
//! assert!((log_sum_exp(&[1000.0, 1000.0]) - 1000.0 - 2.0_f64.ln()).abs() < 1e-12);
//! assert_eq!(shares(&[-5000.0, -5000.0]), [0.5, 0.5]);
//! ```

/// The exponentials of `logs` over the largest of them, so that the largest is one. All NaN when every log is negative
/// infinity.
#[must_use]
pub fn relative(logs: &[f64]) -> Vec<f64> {
    let largest = largest(logs);
    logs.iter().map(|log| libm::exp(log - largest)).collect()
}

/// The exponentials of `logs`, over their sum. All NaN when every log is negative infinity.
#[must_use]
pub fn shares(logs: &[f64]) -> Vec<f64> {
    let mut weights = relative(logs);
    let total: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= total;
    }
    weights
}

/// The logarithm of the sum of the exponentials of `logs`; negative infinity for none.
#[must_use]
pub fn log_sum_exp(logs: &[f64]) -> f64 {
    let largest = largest(logs);
    if largest == f64::NEG_INFINITY {
        // Nothing to add up, or NaN alone.
        return logs.iter().sum::<f64>() + largest;
    }
    largest + libm::log(logs.iter().map(|log| libm::exp(log - largest)).sum())
}

fn largest(logs: &[f64]) -> f64 {
    logs.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_numbers_too_small_to_hold_are_exact() {
        for shift in [-1e4, -700.0, 0.0, 700.0, 1e4] {
            // 1 + 2 + 5 = 8.
            let logs = [1.0, 2.0, 5.0].map(|number| libm::log(number) + shift);
            assert!(
                (log_sum_exp(&logs) - shift - libm::log(8.0)).abs() < 1e-11,
                "{shift}"
            );
            for (share, wanted) in shares(&logs).iter().zip([0.125, 0.25, 0.625]) {
                assert!((share - wanted).abs() < 1e-11, "{shift}: {share}");
            }
            for (weight, wanted) in relative(&logs).iter().zip([0.2, 0.4, 1.0]) {
                assert!((weight - wanted).abs() < 1e-11, "{shift}: {weight}");
            }
        }
    }

    #[test]
    fn a_weight_of_zero_adds_nothing_and_no_weight_has_no_share() {
        assert!((log_sum_exp(&[f64::NEG_INFINITY, 3.0]) - 3.0).abs() < 1e-15);
        for none in [&[][..], &[f64::NEG_INFINITY]] {
            assert_eq!(log_sum_exp(none).to_bits(), f64::NEG_INFINITY.to_bits());
        }
        assert!(shares(&[f64::NEG_INFINITY]).iter().all(|share| share.is_nan()));
        assert!(log_sum_exp(&[f64::NAN]).is_nan() && log_sum_exp(&[f64::NAN, 1.0]).is_nan());
    }
}
