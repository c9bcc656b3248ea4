use crate::special::saddle;
use crate::{Confidence, CountOf, Interval, Method, log_weights};
use libm::{exp, log};

/// Fisher's exact test of two shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fisher {
    /// The chance of all tables no likelier than this one, margins as they are.
    pub two_sided: f64,
    /// The chance of so many or more events in the first group.
    pub greater: f64,
    /// The chance of so few or fewer.
    pub less: f64,
}

/// Tables whose probability is this much above the observed one's still count as no likelier, as in R.
const RELATIVE_TIE: f64 = 1.0 + 1e-7;

/// Fisher's exact test. `None` when either group is empty.
///
/// Source: Fisher (1934), Statistical methods for research workers; as R's `fisher.test`.
pub fn fisher(first: CountOf, second: CountOf) -> Option<Fisher> {
    let table = Table::new(first, second)?;
    let weights = table.weights();
    let total: f64 = weights.iter().sum();
    let at = table.observed();
    let limit = weights[at] * RELATIVE_TIE;
    let sum = |part: &mut dyn Iterator<Item = &f64>| (part.sum::<f64>() / total).min(1.0);
    Some(Fisher {
        two_sided: sum(&mut weights.iter().filter(|weight| **weight <= limit)),
        greater: sum(&mut weights[at..].iter().rev()),
        less: sum(&mut weights[..=at].iter()),
    })
}

/// The conditional maximum-likelihood odds ratio, first over second, with exact limits. `None` when either group is empty
/// or no person, or every person, in both has the event.
///
/// Source: Cornfield (1956), Proc. 3rd Berkeley Symposium 4, 135-148; as R's `fisher.test`, which finds them to four
/// figures.
pub fn odds_ratio(first: CountOf, second: CountOf, confidence: Confidence) -> Option<Interval> {
    let table = Table::new(first, second)?;
    if table.low == table.high {
        return None;
    }
    let at = table.observed();
    let last = table.logs.len() - 1;
    let tail = confidence.tail();
    let solve = |f: &dyn Fn(f64) -> f64| exp(crate::root::bracketed(-60.0, 60.0, f));
    let upper_tail = |t: f64| table.share(t, at..=last);
    let lower_tail = |t: f64| table.share(t, 0..=at);
    let value = if at == 0 {
        0.0
    } else if at == last {
        f64::INFINITY
    } else {
        solve(&|t| table.mean(t) - at as f64)
    };
    Some(Interval {
        value,
        lower: if at == 0 {
            0.0
        } else {
            solve(&|t| upper_tail(t) - tail)
        },
        upper: if at == last {
            f64::INFINITY
        } else {
            solve(&|t| tail - lower_tail(t))
        },
        confidence,
        method: Method::ExactConditional,
    })
}

/// All tables with the margins of one, by the number of events in the first group.
struct Table {
    low: u64,
    high: u64,
    observed: u64,
    /// The logarithm of each table's probability when the groups are alike, less the largest.
    logs: Vec<f64>,
}

impl Table {
    fn new(first: CountOf, second: CountOf) -> Option<Self> {
        let (n1, n2) = (first.population(), second.population());
        if n1 == 0 || n2 == 0 {
            return None;
        }
        let events = first.events() + second.events();
        let (low, high) = (events.saturating_sub(n2), events.min(n1));
        // As a product of two binomials at any one share; Loader's form keeps all figures.
        let share = (events as f64 / (n1 + n2) as f64).clamp(1e-12, 1.0 - 1e-12);
        let mut logs: Vec<f64> = (low..=high)
            .map(|x| {
                let here = saddle::binomial(x as f64, n1 as f64, share, 1.0 - share);
                let there = saddle::binomial((events - x) as f64, n2 as f64, share, 1.0 - share);
                log(here) + log(there)
            })
            .collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for value in &mut logs {
            *value -= most;
        }
        Some(Self {
            low,
            high,
            observed: first.events(),
            logs,
        })
    }

    fn observed(&self) -> usize {
        usize::try_from(self.observed - self.low).unwrap_or(usize::MAX)
    }

    fn weights(&self) -> Vec<f64> {
        self.logs.iter().map(|value| exp(*value)).collect()
    }

    /// Each table's weight at a log odds ratio, scaled so that the largest is one.
    fn tilted(&self, log_odds: f64) -> Vec<f64> {
        let logs: Vec<f64> = self
            .logs
            .iter()
            .enumerate()
            .map(|(place, value)| value + log_odds * place as f64)
            .collect();
        log_weights::relative(&logs)
    }

    fn share(&self, log_odds: f64, places: std::ops::RangeInclusive<usize>) -> f64 {
        let (mut part, mut total) = (0.0, 0.0);
        for (place, weight) in self.tilted(log_odds).into_iter().enumerate() {
            total += weight;
            if places.contains(&place) {
                part += weight;
            }
        }
        part / total
    }

    fn mean(&self, log_odds: f64) -> f64 {
        let (mut sum, mut total) = (0.0, 0.0);
        for (place, weight) in self.tilted(log_odds).into_iter().enumerate() {
            total += weight;
            sum += weight * place as f64;
        }
        sum / total
    }
}
