use crate::special::{Tail, beta};
use crate::{Confidence, CountOf, Interval, Method};
use libm::{exp, expm1, log};

/// Clopper and Pearson's exact interval for a share (0 to 1); `None` when the population is 0.
///
/// It holds the truth at least as often as it says, whatever the share and however small the population.
///
/// Source: Clopper and Pearson (1934), Biometrika 26, 404-413.
pub fn clopper_pearson(count: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = count.share()?;
    let (x, others) = (count.events() as f64, count.others() as f64);
    let tail = confidence.tail();
    // With no events, or only events, the limit is a root of the tail itself.
    let root = || log(tail) / (x + others);
    let (lower, upper) = match (count.events(), count.others()) {
        (0, _) => (0.0, -expm1(root())),
        (_, 0) => (exp(root()), 1.0),
        _ => {
            let shapes = [(x, others + 1.0), (x + 1.0, others)];
            let [lower, upper] =
                beta::quantile_pair_near(shapes, tail, [Tail::Lower, Tail::Upper], confidence.z());
            (lower, upper)
        }
    };
    Some(Interval {
        value,
        lower,
        upper,
        confidence,
        method: Method::ClopperPearson,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both limits are found in one step together; alone each must be the same.
    #[test]
    fn limits_together_are_the_limits_alone() {
        let mut worst: f64 = 0.0;
        for population in [2_u64, 3, 7, 30, 31, 300, 2_999, 40_000, 8_500_000] {
            for events in [
                1,
                2,
                3,
                population / 50,
                population / 7,
                population / 2,
                population - 1,
            ] {
                if events == 0 || events >= population {
                    continue;
                }
                for confidence in [Confidence::P95, Confidence::P998] {
                    let count = CountOf::new(events, population).unwrap();
                    let both = clopper_pearson(count, confidence).unwrap();
                    let (x, others) = (events as f64, (population - events) as f64);
                    let tail = confidence.tail();
                    let lower = beta::quantile(x, others + 1.0, tail, Tail::Lower);
                    let upper = beta::quantile(x + 1.0, others, tail, Tail::Upper);
                    worst = worst.max((both.lower / lower - 1.0).abs());
                    worst = worst.max((both.upper / upper - 1.0).abs());
                }
            }
        }
        assert!(worst < 1e-12, "{worst:e}");
    }
}
