use crate::special::{Tail, beta, binomial};
use crate::{Confidence, CountOf, Interval, Method};
use libm::{exp, expm1, log};

/// The mid-P interval for a share (0 to 1): the exact interval with half the probability of the count itself left out;
/// `None` when the population is 0.
///
/// Nearer to nominal on average than [`clopper_pearson`](crate::interval::clopper_pearson), and now and then below it.
///
/// Source: Lancaster (1961), J. Am. Statist. Assoc. 56, 223-234; Berry and Armitage (1995), The Statistician 44, 417-423.
pub fn mid_p(count: CountOf, confidence: Confidence) -> Option<Interval> {
    let value = count.share()?;
    let tail = confidence.tail();
    let (x, n) = (count.events(), count.population());
    let root = log(2.0 * tail) / n as f64;
    let lower = if x == 0 {
        0.0
    } else if x == n {
        exp(root)
    } else {
        solve(x, n, tail, Tail::Upper)
    };
    let upper = if x == n {
        1.0
    } else if x == 0 {
        -expm1(root)
    } else {
        // By symmetry, so that each limit is found in the smaller of the share and its complement.
        solve(x, n, tail, Tail::Lower)
    };
    Some(Interval {
        value,
        lower,
        upper,
        confidence,
        method: Method::MidP,
    })
}

/// The share at which the mid-P tail `which` of x out of n equals `tail`, for 0 < x < n.
fn solve(x: u64, n: u64, tail: f64, which: Tail) -> f64 {
    let (count, rest) = (x as f64, (n - x) as f64);
    let mid = |p: f64| {
        let both = binomial::tails(x, n, p);
        match which {
            Tail::Upper => both.mid_upper(),
            Tail::Lower => both.mid_lower(),
        }
    };
    // The mid-P limit lies between the exact limits at the same level and at twice the level.
    let (exact, inner) = match which {
        Tail::Upper => (
            beta::quantile(count, rest + 1.0, tail, Tail::Lower),
            beta::quantile(count, rest + 1.0, (2.0 * tail).min(1.0), Tail::Lower),
        ),
        Tail::Lower => (
            beta::quantile(count + 1.0, rest, tail, Tail::Upper),
            beta::quantile(count + 1.0, rest, (2.0 * tail).min(1.0), Tail::Upper),
        ),
    };
    let target = log(tail);
    crate::root::bracketed(exact.min(inner), exact.max(inner), |p| log(mid(p)) - target)
}
