use super::{Comparator, MinimumRule};
use crate::{CountError, CountOf};
use thiserror::Error;

/// The counts of every group in an area and in the larger area it is part of, in one order.
///
/// It guarantees as many groups in both, at least two, with sums that do not overflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    groups: Vec<CountOf>,
    wider: Vec<CountOf>,
}

/// One group against the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// The group's own count.
    pub count: CountOf,
    /// All other groups' in the area.
    pub others: CountOf,
    /// All other groups' in the wider area.
    pub wider_others: CountOf,
    /// The group's risk; NaN without people.
    pub risk: f64,
    /// The others' risk; NaN without people.
    pub other_risk: f64,
    /// Risk over the others' risk.
    pub risk_ratio: f64,
    /// Risk over the others' risk in the wider area: for areas whose other groups are few.
    pub alternate_risk_ratio: f64,
    /// Risk over the others' risks weighted by their shares of the wider area, so that areas with different make-up can be
    /// compared.
    pub weighted_risk_ratio: f64,
    /// The group's share of those identified, 0 to 1; NaN when no one is.
    pub share_of_events: f64,
    /// The group's share of all, 0 to 1.
    pub share_of_population: f64,
    /// Events beyond what the others' risk in the wider area would give.
    pub excess: f64,
    /// What the minimum rule says may be compared.
    pub comparator: Comparator,
}

/// Why counts do not make a place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GroupError {
    /// The area and the wider area have different numbers of groups.
    #[error("the area has {area} groups but the wider area: `{wider}`")]
    Groups {
        /// Groups in the area.
        area: usize,
        /// Groups in the wider area.
        wider: usize,
    },
    /// Fewer than two groups.
    #[error("a group is compared with others, so there must be two: `{0}`")]
    TooFew(usize),
    /// A sum is not a count.
    #[error("the groups do not add up")]
    Sum(#[from] CountError),
}

impl Place {
    /// An area's groups and the wider area's, in the same order.
    ///
    /// # Errors
    /// [`GroupError::Groups`], [`GroupError::TooFew`].
    pub fn new(groups: Vec<CountOf>, wider: Vec<CountOf>) -> Result<Self, GroupError> {
        if groups.len() != wider.len() {
            return Err(GroupError::Groups {
                area: groups.len(),
                wider: wider.len(),
            });
        }
        if groups.len() < 2 {
            return Err(GroupError::TooFew(groups.len()));
        }
        Ok(Self { groups, wider })
    }

    /// Each group against the others, in the order given.
    ///
    /// # Errors
    /// [`GroupError::Sum`] when counts overflow when added.
    ///
    /// Source: Bollmer, Bethel, Garrison-Mogren and Brauen (2007), J. Special Education 41, 186-198, for the ratios;
    /// 34 CFR 300.647 for the alternate ratio and the minimum sizes.
    pub fn groups(&self, rule: MinimumRule) -> Result<Vec<Group>, GroupError> {
        let all: f64 = self.wider.iter().map(|count| count.population() as f64).sum();
        let people: f64 = self.groups.iter().map(|count| count.population() as f64).sum();
        let events: f64 = self.groups.iter().map(|count| count.events() as f64).sum();
        (0..self.groups.len())
            .map(|place| {
                let count = self.groups[place];
                let others = sum_without(&self.groups, place)?;
                let wider_others = sum_without(&self.wider, place)?;
                let risk = count.share().unwrap_or(f64::NAN);
                let other_risk = others.share().unwrap_or(f64::NAN);
                let wider_risk = wider_others.share().unwrap_or(f64::NAN);
                let share = |group: usize| self.wider[group].population() as f64 / all;
                // A group without people in the area has no risk and no weight.
                let weighed: f64 = (0..self.groups.len())
                    .filter(|&group| group != place)
                    .filter_map(|group| Some(share(group) * self.groups[group].share()?))
                    .sum();
                Ok(Group {
                    count,
                    others,
                    wider_others,
                    risk,
                    other_risk,
                    risk_ratio: risk / other_risk,
                    alternate_risk_ratio: risk / wider_risk,
                    weighted_risk_ratio: (1.0 - share(place)) * risk / weighed,
                    share_of_events: count.events() as f64 / events,
                    share_of_population: count.population() as f64 / people,
                    excess: count.events() as f64 - count.population() as f64 * wider_risk,
                    comparator: rule.comparator(count, others),
                })
            })
            .collect()
    }
}

fn sum_without(counts: &[CountOf], place: usize) -> Result<CountOf, GroupError> {
    let mut totals = (0, 0);
    for (group, count) in counts.iter().enumerate() {
        if group != place {
            totals.0 += count.events();
            totals.1 += count.population();
        }
    }
    Ok(CountOf::new(totals.0, totals.1)?)
}
