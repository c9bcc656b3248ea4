//! Tests of one count against a known share.

use crate::CountOf;
use crate::arithmetic::sqrt;
use crate::special::{binomial, normal};

/// Every p-value of a count against a benchmark share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneSample {
    /// The exact two-sided p-value of R's `binom.test`: the chance of every count no likelier than this one.
    pub exact: f64,
    /// The chance of so many or more.
    pub greater: f64,
    /// The chance of so few or fewer.
    pub less: f64,
    /// Half the chance of this count and that of more.
    pub mid_greater: f64,
    /// Half the chance of this count and that of fewer.
    pub mid_less: f64,
    /// Twice the smaller mid-P tail, at most 1.
    pub mid_p: f64,
    /// The score statistic.
    pub z: f64,
    /// Its two-sided p-value.
    pub score: f64,
}

/// Counts whose probability is this much above the observed one's still count as no likelier, as in R.
const RELATIVE_TIE: f64 = 1.0 + 1e-7;

/// Tests a count against a benchmark share strictly between 0 and 1.
///
/// `None` when the population is 0 or the benchmark is not between.
///
/// Source: Clopper and Pearson (1934); Lancaster (1961) for mid-P; R's `binom.test` for the two-sided rule.
pub fn one_sample(count: CountOf, benchmark: f64) -> Option<OneSample> {
    let share = count.share()?;
    if !(benchmark > 0.0 && benchmark < 1.0) {
        return None;
    }
    let (x, n) = (count.events(), count.population());
    let tails = binomial::tails(x, n, benchmark);
    let z = (share - benchmark) / sqrt(benchmark * (1.0 - benchmark) / n as f64);
    Some(OneSample {
        exact: no_likelier(x, n, benchmark),
        greater: tails.at_or_above,
        less: tails.at_or_below,
        mid_greater: tails.mid_upper(),
        mid_less: tails.mid_lower(),
        mid_p: (2.0 * tails.mid_lower().min(tails.mid_upper())).min(1.0),
        z,
        score: normal::two_sided(z),
    })
}

/// The chance of all counts no likelier than x. Probabilities rise to the mode and fall from it, so the far side's counts
/// are found by halving.
fn no_likelier(x: u64, n: u64, p: f64) -> f64 {
    let limit = binomial::probability(x, n, p) * RELATIVE_TIE;
    let mean = n as f64 * p;
    let count = x as f64;
    let tails = binomial::tails(x, n, p);
    if (count - mean).abs() < 1e-12 * mean.max(1.0) {
        return 1.0;
    }
    if count < mean {
        // The smallest count beyond the mean that is no likelier.
        let from = binomial::whole(libm::ceil(mean), n);
        let no_likelier = |y: u64| y > n || (y >= from && binomial::probability(y, n, p) <= limit);
        let first = binomial::first_reaching(from, n + 1, no_likelier);
        let far = if first > n {
            0.0
        } else {
            binomial::tails(first, n, p).at_or_above
        };
        (tails.at_or_below + far).min(1.0)
    } else {
        let from = binomial::whole(crate::arithmetic::floor(mean), n);
        // The smallest count below the mean that is likelier; all below it are not.
        let likelier = |y: u64| y > from || binomial::probability(y, n, p) > limit;
        let first = binomial::first_reaching(from, from + 1, likelier);
        let far = if first == 0 {
            0.0
        } else {
            binomial::tails(first - 1, n, p).at_or_below
        };
        (tails.at_or_above + far).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_sided_sum_is_that_of_all_counts_no_likelier() {
        for n in [1_u64, 2, 7, 30, 61] {
            for p in [0.028, 0.3, 0.5, 0.93] {
                for x in 0..=n {
                    let limit = binomial::probability(x, n, p) * RELATIVE_TIE;
                    let sum: f64 = (0..=n)
                        .map(|y| binomial::probability(y, n, p))
                        .filter(|probability| *probability <= limit)
                        .sum();
                    let ours = one_sample(CountOf::new(x, n).unwrap(), p).unwrap().exact;
                    assert!(
                        (ours - sum.min(1.0)).abs() < 1e-12,
                        "{x}/{n} at {p}: {ours} {sum}"
                    );
                }
            }
        }
        assert_eq!(one_sample(CountOf::new(0, 0).unwrap(), 0.1), None);
        assert_eq!(one_sample(CountOf::new(1, 3).unwrap(), 1.0), None);
    }
}
