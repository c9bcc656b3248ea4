//! From the numbers a publisher prints for one place to cells that add up: the same for every layout.

use senlens_model::{Cell, Need, NeedMap, Provision};

/// Pupils of one provision at one place, as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ProvisionCounts {
    /// The printed total; none when a symbol stands there or nothing does.
    pub(crate) total: Option<u32>,
    /// The printed numbers by primary need.
    pub(crate) needs: NeedMap<Option<u32>>,
}

/// Pupils of one place, as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PlaceCounts {
    /// All on roll.
    pub(crate) roll: Option<u32>,
    /// Without special educational needs.
    pub(crate) no_sen: Option<u32>,
    /// SEN support.
    pub(crate) support: ProvisionCounts,
    /// Plans.
    pub(crate) plan: ProvisionCounts,
    /// Both together, where the source does not tell them apart.
    pub(crate) together: ProvisionCounts,
}

/// Whether and how a source splits pupils with SEN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Carried {
    /// By primary need.
    pub(crate) need: bool,
    /// The number on roll stands in it.
    pub(crate) roll: bool,
    /// SEN support and plans are told apart.
    pub(crate) apart: bool,
}

/// Where the printed numbers do not fit each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reconciliation {
    /// Places and provisions whose needs fall short of the printed total.
    pub(crate) short: u64,
    /// By how many pupils: they are counted as having no type of need recorded.
    pub(crate) short_pupils: u64,
    /// Places and provisions whose needs exceed the printed total.
    pub(crate) over: u64,
    /// By how many pupils: the needs stand.
    pub(crate) over_pupils: u64,
    /// Places where it is not said who has special educational needs.
    pub(crate) not_stated: u64,
    /// Their pupils of whom it is not said.
    pub(crate) not_stated_pupils: u64,
    /// Places where the printed number without SEN differs from roll less SEN.
    pub(crate) no_sen_differs: u64,
}

/// Why a place's numbers cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// More pupils with special educational needs than on roll.
    MoreThanRoll,
    /// The number on roll is not known.
    NoRoll,
}

impl Unusable {
    /// The reason, as row accounts print it.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::MoreThanRoll => "more pupils with special educational needs than on roll",
            Self::NoRoll => "number on roll not known",
        }
    }
}

impl ProvisionCounts {
    /// What the provision comes to: its needs where they exceed the total, else the total.
    fn effective(&self, carried: Carried, reconciliation: &mut Reconciliation) -> Option<Effective> {
        let known: u64 = self.needs.values().flatten().map(|count| u64::from(*count)).sum();
        if !carried.need {
            return self.total.map(|total| Effective {
                total: u64::from(total),
                missing: 0,
            });
        }
        let total = match self.total {
            Some(total) => u64::from(total),
            // Needs printed beside a symbol for their total are still pupils.
            None if known > 0 => known,
            None => return None,
        };
        if known > total {
            reconciliation.over += 1;
            reconciliation.over_pupils += known - total;
        } else if known < total {
            reconciliation.short += 1;
            reconciliation.short_pupils += total - known;
        }
        Some(Effective {
            total: total.max(known),
            missing: total.saturating_sub(known),
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Effective {
    total: u64,
    missing: u64,
}

/// Adds the cells of one place to `cells`: `like` carries everything but provision, need and number.
///
/// Roll less SEN support less plans has no SEN. Needs that do not reach the printed total leave pupils with no type
/// recorded; needs that exceed it stand. Where SEN support or plans are not printed, the rest of the roll is
/// [`Provision::NotStated`].
pub(crate) fn cells_of(
    counts: &PlaceCounts,
    like: Cell,
    carried: Carried,
    reconciliation: &mut Reconciliation,
    cells: &mut Vec<Cell>,
) -> Result<(), Unusable> {
    let mut noticed = *reconciliation;
    let provisions: &[(Provision, &ProvisionCounts)] = if carried.apart {
        &[
            (Provision::SenSupport, &counts.support),
            (Provision::Plan, &counts.plan),
        ]
    } else {
        &[(Provision::Total, &counts.together)]
    };
    let effective: Vec<Option<Effective>> = provisions
        .iter()
        .map(|(_, provided)| provided.effective(carried, &mut noticed))
        .collect();
    let sen: u64 = effective.iter().flatten().map(|provided| provided.total).sum();
    let unstated = effective.iter().any(Option::is_none);
    if carried.roll {
        // Tables that print pupils without SEN and no roll give the roll as the sum.
        let roll = match (counts.roll, counts.no_sen) {
            (Some(roll), _) => u64::from(roll),
            (None, Some(no_sen)) if !unstated => u64::from(no_sen) + sen,
            (None, _) => return Err(Unusable::NoRoll),
        };
        let rest = roll.checked_sub(sen).ok_or(Unusable::MoreThanRoll)?;
        let provision = if unstated {
            noticed.not_stated += 1;
            noticed.not_stated_pupils += rest;
            Provision::NotStated
        } else {
            noticed.no_sen_differs +=
                u64::from(counts.no_sen.is_some_and(|printed| u64::from(printed) != rest));
            Provision::NoSen
        };
        push(cells, like, provision, None, rest);
    }
    for ((provision, provided), effective) in provisions.iter().zip(effective) {
        let Some(Effective { total, missing }) = effective else {
            continue;
        };
        if !carried.need {
            push(cells, like, *provision, None, total);
            continue;
        }
        for need in Need::ALL {
            let printed = u64::from(provided.needs[need].unwrap_or(0));
            let here = printed + if need == Need::Missing { missing } else { 0 };
            push(cells, like, *provision, Some(need), here);
        }
    }
    *reconciliation = noticed;
    Ok(())
}

fn push(
    cells: &mut Vec<Cell>,
    like: Cell,
    sen_provision: Provision,
    primary_need: Option<Need>,
    pupils: u64,
) {
    if pupils > 0 {
        cells.push(Cell {
            sen_provision,
            primary_need,
            pupils: u32::try_from(pupils).expect("a sum of a few numbers, each below twenty million"),
            ..like
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Carried, PlaceCounts, ProvisionCounts, Reconciliation, Unusable, cells_of};
    use proptest::prelude::*;
    use senlens_model::{Cell, Need, PlaceIndex, Provision};

    fn provided(total: Option<u32>, needs: &[(Need, u32)]) -> ProvisionCounts {
        let mut counts = ProvisionCounts {
            total,
            ..Default::default()
        };
        for (need, pupils) in needs {
            counts.needs[*need] = Some(*pupils);
        }
        counts
    }

    fn like() -> Cell {
        Cell::new(
            PlaceIndex(0),
            "202223".parse().expect("a year"),
            None,
            Provision::NoSen,
            0,
        )
    }

    const APART: Carried = Carried {
        need: true,
        roll: true,
        apart: true,
    };

    fn count(
        counts: &PlaceCounts,
        carried: Carried,
    ) -> (Vec<(Provision, Option<Need>, u32)>, Reconciliation) {
        let (mut cells, mut reconciliation) = (Vec::new(), Reconciliation::default());
        cells_of(counts, like(), carried, &mut reconciliation, &mut cells).expect("usable");
        let short = cells
            .iter()
            .map(|c| (c.sen_provision, c.primary_need, c.pupils))
            .collect();
        (short, reconciliation)
    }

    #[test]
    fn every_way_the_numbers_may_disagree() {
        use Provision::{NoSen, NotStated, Plan, SenSupport};
        let counts = |roll, support, plan| PlaceCounts {
            roll: Some(roll),
            support,
            plan,
            ..Default::default()
        };
        let none = ProvisionCounts::default();
        for (case, counts, cells, noticed) in [
            (
                "they fit",
                counts(
                    100,
                    provided(Some(3), &[(Need::Mld, 3)]),
                    provided(Some(2), &[(Need::Asd, 2)]),
                ),
                vec![
                    (NoSen, None, 95),
                    (SenSupport, Some(Need::Mld), 3),
                    (Plan, Some(Need::Asd), 2),
                ],
                Reconciliation::default(),
            ),
            (
                "needs fall short",
                counts(100, provided(Some(5), &[(Need::Mld, 3)]), provided(Some(0), &[])),
                vec![
                    (NoSen, None, 95),
                    (SenSupport, Some(Need::Mld), 3),
                    (SenSupport, Some(Need::Missing), 2),
                ],
                Reconciliation {
                    short: 1,
                    short_pupils: 2,
                    ..Default::default()
                },
            ),
            (
                "needs exceed",
                counts(100, provided(Some(5), &[(Need::Mld, 7)]), provided(Some(0), &[])),
                vec![(NoSen, None, 93), (SenSupport, Some(Need::Mld), 7)],
                Reconciliation {
                    over: 1,
                    over_pupils: 2,
                    ..Default::default()
                },
            ),
            (
                "neither is printed",
                counts(84, none, none),
                vec![(NotStated, None, 84)],
                Reconciliation {
                    not_stated: 1,
                    not_stated_pupils: 84,
                    ..Default::default()
                },
            ),
            (
                "only plans are printed",
                counts(84, none, provided(Some(4), &[(Need::Asd, 4)])),
                vec![(NotStated, None, 80), (Plan, Some(Need::Asd), 4)],
                Reconciliation {
                    not_stated: 1,
                    not_stated_pupils: 80,
                    ..Default::default()
                },
            ),
            (
                "needs beside a symbol for their total",
                counts(84, provided(None, &[(Need::Mld, 4)]), provided(Some(0), &[])),
                vec![(NoSen, None, 80), (SenSupport, Some(Need::Mld), 4)],
                Reconciliation::default(),
            ),
            (
                "an empty school",
                counts(0, provided(Some(0), &[]), provided(Some(0), &[])),
                vec![],
                Reconciliation::default(),
            ),
        ] {
            assert_eq!(count(&counts, APART), (cells, noticed), "{case}");
        }
    }

    #[test]
    fn numbers_that_cannot_be_are_refused_and_leave_nothing() {
        let (mut cells, mut reconciliation) = (Vec::new(), Reconciliation::default());
        for (roll, unusable) in [(Some(4), Unusable::MoreThanRoll), (None, Unusable::NoRoll)] {
            let counts = PlaceCounts {
                roll,
                support: provided(Some(3), &[(Need::Mld, 1)]),
                plan: provided(Some(2), &[]),
                ..Default::default()
            };
            assert_eq!(
                cells_of(&counts, like(), APART, &mut reconciliation, &mut cells),
                Err(unusable)
            );
        }
        assert_eq!((cells.len(), reconciliation), (0, Reconciliation::default()));
    }

    proptest! {
        /// However the numbers disagree, the cells add up to the roll, and each provision to the larger of its total
        /// and the sum of its needs.
        #[test]
        fn cells_add_up(
            roll in 0..500_u32,
            support in proptest::option::of(0..200_u32),
            plan in proptest::option::of(0..200_u32),
            needs in proptest::collection::vec((0..16_usize, 0..40_u32, any::<bool>()), 0..6),
        ) {
            let mut counts = PlaceCounts {
                roll: Some(roll),
                support: provided(support, &[]),
                plan: provided(plan, &[]),
                ..Default::default()
            };
            for (need, pupils, on_support) in needs {
                let provided = if on_support { &mut counts.support } else { &mut counts.plan };
                provided.needs[Need::ALL[need]] = Some(pupils);
            }
            let (mut cells, mut reconciliation) = (Vec::new(), Reconciliation::default());
            match cells_of(&counts, like(), APART, &mut reconciliation, &mut cells) {
                Ok(()) => {
                    prop_assert_eq!(cells.iter().map(|cell| cell.pupils).sum::<u32>(), roll);
                    for (provision, provided) in
                        [(Provision::SenSupport, counts.support), (Provision::Plan, counts.plan)]
                    {
                        let own: u32 =
                            cells.iter().filter(|c| c.sen_provision == provision).map(|c| c.pupils).sum();
                        let needs: u32 = provided.needs.values().flatten().sum();
                        prop_assert_eq!(own, needs.max(provided.total.unwrap_or(0)));
                    }
                    prop_assert!(cells.iter().all(|cell| cell.pupils > 0));
                }
                Err(unusable) => {
                    prop_assert_eq!(unusable, Unusable::MoreThanRoll);
                    prop_assert!(cells.is_empty());
                }
            }
        }
    }
}
