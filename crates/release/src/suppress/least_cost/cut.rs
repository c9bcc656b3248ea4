//! Cuts: what every choice that holds must satisfy, and which of them a choice does not.

use super::limit::{Chosen, Limit};
use super::sums::{Stand, Sums};
use crate::suppress::protection_interval::ProtectionInterval;
use rayon::prelude::*;

/// A cut counts as broken when it is missed by this much.
const BROKEN: f64 = 1e-4;

/// Of these counts enough must go, weighed, to come to one; or only if another count goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    pub(super) terms: Vec<(usize, f64)>,
    pub(super) if_withheld: Option<usize>,
}

impl Cut {
    /// From limits that together must leave so much.
    fn new(limits: &[Limit], protection: f64, if_withheld: Option<usize>) -> Option<Self> {
        let protection = protection - limits.iter().map(|limit| limit.constant).sum::<f64>();
        if protection < BROKEN {
            return None;
        }
        let mut terms: Vec<(usize, f64)> = limits.iter().flat_map(|limit| limit.terms.clone()).collect();
        terms.sort_by_key(|(number, _)| *number);
        terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        for (_, weight) in &mut terms {
            *weight = (*weight / protection).min(1.0);
        }
        Some(Self { terms, if_withheld })
    }

    /// By how much shares miss it.
    fn missed(&self, shares: &[f64]) -> f64 {
        let protection = self.if_withheld.map_or(1.0, |number| shares[number]);
        protection
            - self
                .terms
                .iter()
                .map(|(number, weight)| weight * shares[*number])
                .sum::<f64>()
    }

    /// Whether withholding everything would not be enough.
    fn is_hopeless(&self) -> bool {
        self.terms.iter().map(|(_, weight)| weight).sum::<f64>() < 1.0 - BROKEN
    }
}

/// The cuts that one count finds broken, and how many linear programmes that took.
struct Broken {
    cuts: Vec<Cut>,
    programmes: usize,
}

impl Sums {
    /// The cuts that a choice breaks, at most one or two a count; `work` grows with the linear programmes solved.
    pub(super) fn broken(&mut self, shares: &[f64], work: &mut usize) -> Vec<Cut> {
        let whole: Option<Vec<bool>> = shares
            .iter()
            .map(|share| match share {
                share if *share < BROKEN => Some(false),
                share if *share > 1.0 - BROKEN => Some(true),
                _ => None,
            })
            .collect();
        let whole = whole.as_deref();
        let mut found: Vec<Broken> = (0..self.counts.len())
            .into_par_iter()
            .map(|target| self.broken_by(target, shares, whole))
            .collect();
        for (target, broken) in found.iter_mut().enumerate() {
            *work += broken.programmes * self.number_of_parts * self.counts.len();
            if broken.cuts.iter().any(Cut::is_hopeless) && self.counts[target].from_a_reader_who_knows {
                // Only one who does not know which counts are small can be kept from this count.
                self.counts[target].from_a_reader_who_knows = false;
                *broken = self.broken_by(target, shares, whole);
                *work += broken.programmes * self.number_of_parts * self.counts.len();
            }
        }
        found.into_iter().flat_map(|broken| broken.cuts).collect()
    }

    fn broken_by(&self, target: usize, shares: &[f64], whole: Option<&[bool]>) -> Broken {
        let count = &self.counts[target];
        let mut broken = Broken {
            cuts: Vec::new(),
            programmes: 0,
        };
        let if_withheld = match count.stand {
            Stand::Known => return broken,
            Stand::Open(_) if shares[target] < BROKEN => return broken,
            Stand::Open(_) => Some(target),
            Stand::Small(..) | Stand::Withheld => None,
        };
        let mut limit = |direction: i64, scale: f64| {
            broken.programmes += 1;
            let chosen = whole.map_or(Chosen::Shares(shares, scale), Chosen::Whole);
            self.limit(target, direction, chosen)
        };
        let mut cuts = Vec::new();
        match count.interval {
            None | Some(ProtectionInterval::Nothing) => {}
            Some(ProtectionInterval::Values(low, high)) => {
                for (amount, direction) in [(high - count.value, 1), (count.value - low, -1)] {
                    let amount = f64::from(amount);
                    if amount > 0.0
                        && let Some(limit) = limit(direction, amount)
                    {
                        cuts.push(Cut::new(&[limit], amount, if_withheld));
                    }
                }
            }
            Some(ProtectionInterval::Width(width)) => {
                let width = f64::from(width);
                if let Some(up) = limit(1, width) {
                    // A count can go down to none at most.
                    let to_none = Limit {
                        constant: f64::from(count.value),
                        terms: Vec::new(),
                    };
                    if count.value > 0
                        && let Some(down) = limit(-1, width)
                    {
                        cuts.push(Cut::new(&[up.clone(), down], width, if_withheld));
                    }
                    cuts.push(Cut::new(&[up, to_none], width, if_withheld));
                }
            }
        }
        broken.cuts = cuts
            .into_iter()
            .flatten()
            .filter(|cut| cut.missed(shares) > BROKEN)
            .collect();
        broken
    }
}
