use super::fisher::fisher;
use super::z::pooled;
use crate::CountOf;
use crate::special::binomial;

/// Barnard's exact unconditional test of two shares, two-sided: the largest chance, over what share the groups may have
/// in common, of a pooled z at least as far out. `None` when either group is empty.
///
/// The work grows with the product of the populations, so it is refused (`None`) above a million tables.
///
/// Source: Barnard (1945), Nature 156, 177; as scipy's `barnard_exact`.
pub fn barnard(first: CountOf, second: CountOf) -> Option<f64> {
    let z = |a: CountOf, b: CountOf| pooled(a, b).map_or(0.0, |found| found.z.abs());
    let limit = z(first, second) * (1.0 - 1e-12);
    worst(first, second, |a, b| z(a, b) >= limit)
}

/// Boschloo's exact unconditional test of two shares, two-sided: the largest chance of a one-sided Fisher p-value at
/// least as small, doubled over the better side. `None` as [`barnard`].
///
/// Source: Boschloo (1970), Statistica Neerlandica 24, 1-35; as scipy's `boschloo_exact`.
pub fn boschloo(first: CountOf, second: CountOf) -> Option<f64> {
    let observed = fisher(first, second)?;
    let side = |limit: f64, tail: &dyn Fn(super::Fisher) -> f64| {
        worst(first, second, |a, b| {
            fisher(a, b).is_some_and(|found| tail(found) <= limit * (1.0 + 1e-12))
        })
    };
    let less = side(observed.less, &|found| found.less)?;
    let greater = side(observed.greater, &|found| found.greater)?;
    Some((2.0 * less.min(greater)).min(1.0))
}

/// How finely the common share is searched before its best place is narrowed.
const GRID: u32 = 400;

/// The largest chance, over the common share, of a table for which `out` holds.
fn worst(first: CountOf, second: CountOf, out: impl Fn(CountOf, CountOf) -> bool) -> Option<f64> {
    let (n1, n2) = (first.population(), second.population());
    if n1 == 0 || n2 == 0 || (n1 + 1).saturating_mul(n2 + 1) > 1_000_000 {
        return None;
    }
    let mut tables = Vec::new();
    for x1 in 0..=n1 {
        for x2 in 0..=n2 {
            let (a, b) = (CountOf::new(x1, n1).ok()?, CountOf::new(x2, n2).ok()?);
            if out(a, b) {
                tables.push((x1, x2));
            }
        }
    }
    let chance = |share: f64| {
        let row: Vec<f64> = (0..=n1).map(|x| binomial::probability(x, n1, share)).collect();
        let column: Vec<f64> = (0..=n2).map(|x| binomial::probability(x, n2, share)).collect();
        let at = |x: u64| usize::try_from(x).unwrap_or(usize::MAX);
        tables
            .iter()
            .map(|&(x1, x2)| row[at(x1)] * column[at(x2)])
            .sum::<f64>()
    };
    // The chance is a polynomial in the share: a grid finds the highest hill, thirds its top.
    let mut best = (0.0, 0.0);
    for step in 0..=GRID {
        let share = f64::from(step) / f64::from(GRID);
        let value = chance(share);
        if value > best.1 {
            best = (share, value);
        }
    }
    let (mut low, mut high) = (
        (best.0 - 1.0 / f64::from(GRID)).max(0.0),
        (best.0 + 1.0 / f64::from(GRID)).min(1.0),
    );
    while high - low > 1e-9 {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if chance(a) < chance(b) {
            low = a;
        } else {
            high = b;
        }
    }
    Some(chance(0.5 * (low + high)).max(best.1).min(1.0))
}
