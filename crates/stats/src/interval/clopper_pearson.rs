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
    // With nobody, or everybody, the limit is a root of the tail itself.
    let root = || log(tail) / (x + others);
    let lower = if count.events() == 0 {
        0.0
    } else if count.others() == 0 {
        exp(root())
    } else {
        beta::quantile_near(x, others + 1.0, tail, Tail::Lower, confidence.z())
    };
    let upper = if count.others() == 0 {
        1.0
    } else if count.events() == 0 {
        -expm1(root())
    } else {
        beta::quantile_near(x + 1.0, others, tail, Tail::Upper, confidence.z())
    };
    Some(Interval {
        value,
        lower,
        upper,
        confidence,
        method: Method::ClopperPearson,
    })
}
