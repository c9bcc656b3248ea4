use super::Posterior;
use crate::arithmetic::{floor, sqrt};
use crate::{Confidence, Interval, Method};

/// Where a unit stands among the others, 1 for the highest, with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rank {
    /// The expected rank, and the ranks between which it lies with the confidence asked for.
    pub rank: Interval,
    /// The chance of being the highest of all.
    pub highest: f64,
    /// The chance of being the lowest of all.
    pub lowest: f64,
}

/// Above this many units the number of others that lie above a value is taken as normal, not summed exactly.
const SUMMED_UP_TO: usize = 600;

/// A probability that no figure here can show.
const NEGLIGIBLE: f64 = 1e-16;

/// How finely the range of the units' values is cut.
const CELLS: usize = 800;

/// Ranks with their uncertainty from the units' posteriors, taken as independent. The first is the highest.
///
/// No random numbers are drawn. The range of values is cut into cells; given that a unit lies in a cell, the number of
/// others above it is a sum of independent yes-or-noes whose distribution is summed exactly (as normal above 600
/// units); the cells are weighed by the unit's posterior. The same posteriors give the same ranks, always.
///
/// Source: Laird and Louis (1989), J. Educ. Statist. 14, 29-46; Lin, Louis, Paddock and Ridgeway (2006), Bayesian
/// Analysis 1, 915-946.
///
/// ```
/// use senlens_stats::{Confidence, shrink::{Posterior, ranks}};
/// let far = Posterior::Gamma { shape: 900.0, rate: 300.0 };
/// let near = Posterior::Gamma { shape: 100.0, rate: 100.0 };
/// let found = ranks(&[near, far, near], Confidence::P95);
/// assert!((found[1].rank.value - 1.0).abs() < 1e-9);
/// // The other two share the second and third place evenly.
/// assert!((found[0].rank.value - 2.5).abs() < 0.01 && found[0].rank.upper == 3.0);
/// ```
pub fn ranks(posteriors: &[Posterior], confidence: Confidence) -> Vec<Rank> {
    let units = posteriors.len();
    if units == 0 {
        return Vec::new();
    }
    let cuts = cuts(posteriors);
    let cells = cuts.len() + 1;
    // Each unit's chance of lying above each cut, cell by cell.
    let above: Vec<Vec<f64>> = posteriors
        .iter()
        .map(|posterior| {
            // A posterior is narrow beside the range of all: most cuts lie where it is 1 or 0 to the last digit.
            let (from, to) = (
                posterior.quantile(NEGLIGIBLE),
                posterior.upper_quantile(NEGLIGIBLE),
            );
            let chance = |cut: &f64| match *cut {
                cut if cut <= from => 1.0,
                cut if cut >= to => 0.0,
                cut => posterior.above(cut),
            };
            cuts.iter().map(chance).collect()
        })
        .collect();
    let edge = |unit: usize, cell: usize| if cell == 0 { 1.0 } else { above[unit][cell - 1] };
    let far_edge = |unit: usize, cell: usize| if cell + 1 == cells { 0.0 } else { above[unit][cell] };
    let mut expected = vec![0.0; units];
    let mut spread = vec![Vec::new(); units];
    for (distribution, _) in spread.iter_mut().zip(0..units) {
        *distribution = vec![0.0; units];
    }
    let mut all = vec![0.0; units + 1];
    let mut others = vec![0.0; units];
    let mut chances = vec![0.0; units];
    for cell in 0..cells {
        for (unit, chance) in chances.iter_mut().enumerate() {
            // Half of what lies in the cell counts as above its middle.
            *chance = 0.5 * (edge(unit, cell) + far_edge(unit, cell));
        }
        let mean: f64 = chances.iter().sum();
        let variance: f64 = chances.iter().map(|p| p * (1.0 - p)).sum();
        let exact = units <= SUMMED_UP_TO;
        if exact {
            number_above(&chances, &mut all);
        }
        for unit in 0..units {
            let weight = edge(unit, cell) - far_edge(unit, cell);
            if weight < 1e-12 {
                continue;
            }
            let chance = chances[unit];
            expected[unit] += weight * (1.0 + mean - chance);
            if exact {
                without(&all, chance, &mut others);
                for (place, share) in spread[unit].iter_mut().zip(&others) {
                    *place += weight * share;
                }
            } else {
                normal_spread(
                    mean - chance,
                    variance - chance * (1.0 - chance),
                    weight,
                    &mut spread[unit],
                );
            }
        }
    }
    spread
        .iter()
        .zip(expected)
        .map(|(distribution, expected)| {
            let total: f64 = distribution.iter().sum();
            let tail = confidence.tail() * total;
            let rank = |from_top: bool| {
                let mut sum = 0.0;
                for step in 0..units {
                    let place = if from_top { step } else { units - 1 - step };
                    sum += distribution[place];
                    if sum > tail {
                        return (place + 1) as f64;
                    }
                }
                if from_top { units as f64 } else { 1.0 }
            };
            Rank {
                rank: Interval {
                    value: expected,
                    lower: rank(true),
                    upper: rank(false),
                    confidence,
                    method: Method::Posterior,
                },
                highest: distribution[0] / total,
                lowest: distribution[units - 1] / total,
            }
        })
        .collect()
}

/// Values that cut the units' range, thick where units lie.
fn cuts(posteriors: &[Posterior]) -> Vec<f64> {
    const LEVELS: [f64; 15] = [
        1e-5, 1e-3, 0.01, 0.05, 0.12, 0.2, 0.35, 0.5, 0.65, 0.8, 0.88, 0.95, 0.99, 0.999, 0.999_99,
    ];
    // With very many units every so-manyth stands for its neighbours.
    let step = posteriors.len().div_ceil(2000);
    let mut values: Vec<f64> = posteriors
        .iter()
        .step_by(step)
        .flat_map(|posterior| LEVELS.map(|level| posterior.quantile(level)))
        .filter(|value| value.is_finite())
        .collect();
    values.sort_unstable_by(f64::total_cmp);
    if values.len() <= CELLS {
        // Few units: fill in between, so that no cell holds much of any unit.
        let fill = (CELLS / values.len().max(1)).max(1);
        let mut filled = Vec::with_capacity(values.len() * fill);
        for pair in values.windows(2) {
            for part in 0..fill {
                filled.push(pair[0] + (pair[1] - pair[0]) * part as f64 / fill as f64);
            }
        }
        filled.extend(values.last());
        filled.dedup();
        return filled;
    }
    let last = values.len() - 1;
    let mut cuts: Vec<f64> = (0..CELLS).map(|i| values[i * last / (CELLS - 1)]).collect();
    cuts.dedup();
    cuts
}

/// The distribution of how many of independent yes-or-noes are yes.
fn number_above(chances: &[f64], all: &mut [f64]) {
    all.fill(0.0);
    all[0] = 1.0;
    for (done, &p) in chances.iter().enumerate() {
        for k in (0..=done).rev() {
            let stays = all[k] * (1.0 - p);
            all[k + 1] += all[k] * p;
            all[k] = stays;
        }
    }
}

/// The same without one of them, whose chance was `p`: the step that added it, undone from whichever end is stable.
fn without(all: &[f64], p: f64, others: &mut [f64]) {
    let units = others.len();
    if p <= 0.5 {
        let q = 1.0 - p;
        let mut last = 0.0;
        for k in 0..units {
            last = ((all[k] - p * last) / q).max(0.0);
            others[k] = last;
        }
    } else {
        let q = 1.0 - p;
        let mut last = 0.0;
        for k in (0..units).rev() {
            last = ((all[k + 1] - q * last) / p).max(0.0);
            others[k] = last;
        }
    }
}

fn normal_spread(mean: f64, variance: f64, weight: f64, into: &mut [f64]) {
    let deviation = sqrt(variance.max(1e-12));
    let units = into.len();
    let low = crate::special::binomial::whole(floor(mean - 6.0 * deviation), units as u64 - 1);
    let high = crate::special::binomial::whole(mean + 6.0 * deviation + 1.0, units as u64 - 1);
    let mut before = 0.0;
    for k in low..=high {
        let now = if k == high {
            1.0
        } else {
            crate::special::normal::lower_tail((k as f64 + 0.5 - mean) / deviation)
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "k is below the number of units, which is a usize"
        )]
        let place = k as usize;
        into[place] += weight * (now - before);
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_ranks_add_up_and_follow_pairwise_chances() {
        let units: Vec<Posterior> = (0..12)
            .map(|i| Posterior::Beta {
                a: 3.0 + f64::from(i),
                b: 60.0 + 5.0 * f64::from((i * 7) % 5),
            })
            .collect();
        let found = ranks(&units, Confidence::P95);
        let sum: f64 = found.iter().map(|rank| rank.rank.value).sum();
        assert!((sum - 78.0).abs() < 0.02, "{sum}");
        // Unit 0's expected rank is 1 and the chance of each other being above it, by direct integration.
        let grid = 4000;
        let mut expected = 1.0;
        for other in &units[1..] {
            let mut chance = 0.0;
            for i in 0..grid {
                let x = units[0].quantile((f64::from(i) + 0.5) / f64::from(grid));
                chance += other.above(x) / f64::from(grid);
            }
            expected += chance;
        }
        assert!(
            (found[0].rank.value - expected).abs() < 0.01,
            "{} {expected}",
            found[0].rank.value
        );
        let tops: f64 = found.iter().map(|rank| rank.highest).sum();
        assert!((tops - 1.0).abs() < 0.01, "{tops}");
        for rank in &found {
            assert!(rank.rank.contains(rank.rank.value) && rank.rank.lower >= 1.0 && rank.rank.upper <= 12.0);
        }
    }

    #[test]
    fn many_units_by_the_normal_sum_agree_with_the_exact_one() {
        let units: Vec<Posterior> = (0..300)
            .map(|i| Posterior::Gamma {
                shape: 20.0 + f64::from((i * 37) % 100) / 5.0,
                rate: 30.0,
            })
            .collect();
        let exact = ranks(&units, Confidence::P95);
        let mut more = units.clone();
        more.extend(&units);
        more.extend(&units);
        let trebled = ranks(&more, Confidence::P95);
        for (a, b) in exact.iter().zip(&trebled) {
            // Three times the units: the same share of them stands above.
            assert!(((a.rank.value - 0.5) / 300.0 - (b.rank.value - 0.5) / 900.0).abs() < 1e-3);
            assert!((a.rank.lower / 300.0 - b.rank.lower / 900.0).abs() < 0.01);
            assert!((a.rank.upper / 300.0 - b.rank.upper / 900.0).abs() < 0.01);
        }
    }

    #[test]
    fn no_unit_to_rank_and_one_alone() {
        assert!(ranks(&[], Confidence::P95).is_empty());
        let one = ranks(&[Posterior::Beta { a: 2.0, b: 3.0 }], Confidence::P95);
        assert!((one[0].rank.value - 1.0).abs() < 1e-9 && (one[0].highest - 1.0).abs() < 1e-9);
    }
}
