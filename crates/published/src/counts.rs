//! From the numbers a publisher prints for one place to cells that add up: the same for every layout.

use senlens_model::{Cell, Missing, Need, NeedMap, Provision, UnknownCount};

/// The needs every release has counted (SEMH, or BESD before it, stands apart; NSA and DS came later).
pub(crate) const ALWAYS_COUNTED: [Need; 11] = [
    Need::Spld,
    Need::Mld,
    Need::Sld,
    Need::Pmld,
    Need::Slcn,
    Need::Hi,
    Need::Vi,
    Need::Msi,
    Need::Pd,
    Need::Asd,
    Need::Oth,
];

/// What a table prints for one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Printed {
    /// Nothing: the table has no place for it.
    #[default]
    Absent,
    /// A number.
    Known(u32),
    /// A symbol or an empty cell.
    Unknown(Missing),
}

impl Printed {
    /// The number, where one is printed.
    pub(crate) fn known(self) -> Option<u32> {
        match self {
            Self::Known(pupils) => Some(pupils),
            Self::Absent | Self::Unknown(_) => None,
        }
    }

    /// Both together: a number and a symbol make no number.
    pub(crate) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Absent, one) | (one, Self::Absent) => one,
            (Self::Unknown(missing), _) | (_, Self::Unknown(missing)) => Self::Unknown(missing),
            (Self::Known(one), Self::Known(other)) => Self::Known(one.saturating_add(other)),
        }
    }

    fn unknown(self) -> Option<Missing> {
        match self {
            Self::Unknown(missing) => Some(missing),
            Self::Absent | Self::Known(_) => None,
        }
    }
}

/// Pupils of one provision at one place, as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ProvisionCounts {
    /// The total.
    pub(crate) total: Printed,
    /// The numbers by primary need.
    pub(crate) needs: NeedMap<Printed>,
}

/// Pupils of one place, as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PlaceCounts {
    /// All on roll.
    pub(crate) roll: Printed,
    /// Without special educational needs.
    pub(crate) no_sen: Printed,
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
    /// SEN support and plans are distinguished.
    pub(crate) apart: bool,
    /// Its counts of pupils with SEN are rounded to a multiple of this.
    pub(crate) rounded_to: Option<u32>,
}

/// What the counts of pupils with SEN are rounded to, as those of 2012/13 to 2016/17 are to 5: nothing, unless many counts
/// stand and every one is a multiple.
pub(crate) fn rounded_to<'a>(places: impl IntoIterator<Item = &'a PlaceCounts>) -> Option<u32> {
    /// So many counts above zero are all multiples of five by chance once in 10^21.
    const ENOUGH: u32 = 30;
    let (mut counts, mut fives, mut tens) = (0, true, true);
    for place in places {
        for provided in [&place.support, &place.plan, &place.together] {
            let printed = std::iter::once(&provided.total).chain(provided.needs.values());
            for count in printed
                .filter_map(|count| count.known())
                .filter(|count| *count > 0)
            {
                counts += 1;
                fives &= count.is_multiple_of(5);
                tens &= count.is_multiple_of(10);
            }
            if !fives {
                return None;
            }
        }
    }
    (counts >= ENOUGH).then_some(if tens { 10 } else { 5 })
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
    /// Places and provisions whose needs and printed total differ by no more than rounding explains.
    pub(crate) rounded: u64,
    /// Places and provisions of which some needs are withheld.
    pub(crate) withheld: u64,
    /// Their pupils whose need is one of those withheld.
    pub(crate) withheld_pupils: u64,
    /// Places whose number on roll is not known.
    pub(crate) roll_unknown: u64,
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
    /// Needs of one provision come to more than its total.
    NeedsOverTotal,
}

impl Unusable {
    /// The reason, as row accounts print it.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::MoreThanRoll => "more pupils with special educational needs than on roll",
            Self::NoRoll => "number on roll not known",
            Self::NeedsOverTotal => "types of need come to more than the total they are of",
        }
    }
}

impl PlaceCounts {
    /// More pupils than this cannot be counted here.
    pub(crate) fn most_printed(&self) -> u64 {
        let of = |printed: Printed| u64::from(printed.known().unwrap_or(0));
        let sen: u64 = [&self.support, &self.plan]
            .into_iter()
            .map(|provided| of(provided.total).max(provided.known_needs()))
            .sum();
        of(self.roll).max(sen)
    }

    /// Whether any pupil may be counted here.
    pub(crate) fn has_pupils(&self) -> bool {
        [self.roll, self.support.total, self.plan.total]
            .iter()
            .any(|printed| !matches!(printed, Printed::Absent | Printed::Known(0)))
    }

    /// Whether the needs of either provision come to more than its printed total, and rounding does not explain it.
    pub(crate) fn needs_exceed_total(&self) -> bool {
        [&self.support, &self.plan]
            .into_iter()
            .any(ProvisionCounts::needs_exceed_total)
    }

    /// Takes a need that every census counts, and that has no row here, for not known where the needs printed fall short of
    /// their total: a row that was left out is no nought.
    pub(crate) fn forget_absent_needs(&mut self) {
        for provided in [&mut self.support, &mut self.plan, &mut self.together] {
            provided.forget_absent_needs();
        }
    }

    /// Takes needs printed as nought beside pupils with special educational needs for needs not known; where none is printed
    /// at all, those of a list. Gives the number of those pupils.
    pub(crate) fn forget_needs_of_nobody(&mut self, needs: &[Need]) -> u64 {
        [&mut self.support, &mut self.plan]
            .into_iter()
            .map(|provided| provided.forget_needs_of_nobody(needs))
            .sum()
    }
}

impl ProvisionCounts {
    /// How many numbers a count is the sum of, at most, times what rounding to five may add to each.
    fn rounding_may_add(&self) -> u64 {
        /// The Department has rounded counts of schools to five.
        const ROUNDED_TO: u32 = 5;
        let printed = || {
            self.needs
                .values()
                .copied()
                .chain([self.total])
                .filter_map(Printed::known)
        };
        if printed().all(|pupils| pupils.is_multiple_of(ROUNDED_TO)) {
            let numbers = printed().filter(|pupils| *pupils > 0).count() as u64;
            numbers * u64::from(ROUNDED_TO / 2)
        } else {
            0
        }
    }

    fn needs_exceed_total(&self) -> bool {
        let most = |total: u32| u64::from(total) + self.rounding_may_add();
        self.total
            .known()
            .is_some_and(|total| self.known_needs() > most(total))
    }

    fn forget_needs_of_nobody(&mut self, needs: &[Need]) -> u64 {
        let pupils = u64::from(self.total.known().unwrap_or(0));
        if pupils == 0 || self.known_needs() > 0 {
            return 0;
        }
        if self.needs.values().all(|printed| *printed == Printed::Absent) {
            for need in needs {
                self.needs[*need] = Printed::Known(0);
            }
        }
        let mut forgotten = false;
        for printed in self
            .needs
            .values_mut()
            .filter(|printed| **printed == Printed::Known(0))
        {
            *printed = Printed::Unknown(Missing::Z);
            forgotten = true;
        }
        if forgotten { pupils } else { 0 }
    }

    fn forget_absent_needs(&mut self) {
        let known = self.known_needs();
        let rest = u64::from(self.total.known().unwrap_or(0)).saturating_sub(known);
        if known == 0 || rest <= self.rounding_may_add() {
            return;
        }
        let has_semh = [Need::Semh, Need::Besd]
            .iter()
            .any(|need| self.needs[*need] != Printed::Absent);
        for need in ALWAYS_COUNTED.iter().chain((!has_semh).then_some(&Need::Semh)) {
            let printed = &mut self.needs[*need];
            if *printed == Printed::Absent {
                *printed = Printed::Unknown(Missing::X);
            }
        }
    }

    /// The sum of the needs printed.
    fn known_needs(&self) -> u64 {
        self.needs
            .values()
            .filter_map(|need| need.known())
            .map(u64::from)
            .sum()
    }

    fn has_unknown_need(&self) -> bool {
        self.needs.values().any(|need| need.unknown().is_some())
    }

    /// Whether rounding each count explains that their sum differs from the total by so many.
    fn is_rounding(&self, difference: u64, carried: Carried) -> bool {
        let printed = self.needs.values().filter(|need| need.known().is_some()).count() as u64;
        carried
            .rounded_to
            .is_some_and(|step| difference <= u64::from(step / 2) * (printed + 1))
    }

    /// What the provision comes to.
    fn settled(&self, carried: Carried, reconciliation: &mut Reconciliation) -> Settled {
        if !carried.need {
            return match self.total {
                Printed::Known(total) => Settled::of_total(u64::from(total)),
                Printed::Unknown(missing) => Settled::unknown(0, Some(missing)),
                Printed::Absent => Settled::unknown(0, None),
            };
        }
        let known = self.known_needs();
        let total = match self.total {
            Printed::Known(total) => u64::from(total),
            // Needs printed beside a symbol for their total are still pupils, and all of them where no need is withheld.
            Printed::Absent | Printed::Unknown(_) if known > 0 && !self.has_unknown_need() => known,
            Printed::Unknown(missing) => return Settled::unknown(known, Some(missing)),
            Printed::Absent => return Settled::unknown(known, None),
        };
        if known != total && !self.has_unknown_need() && self.is_rounding(known.abs_diff(total), carried) {
            reconciliation.rounded += 1;
            return Settled {
                unplaced: total.saturating_sub(known),
                ..Settled::of_total(total.max(known))
            };
        }
        if known > total {
            reconciliation.over += 1;
            reconciliation.over_pupils += known - total;
            return Settled::of_total(known);
        }
        let rest = total - known;
        if rest > 0 && self.has_unknown_need() {
            reconciliation.withheld += 1;
            reconciliation.withheld_pupils += rest;
            return Settled {
                withheld: rest,
                ..Settled::of_total(total)
            };
        }
        if rest > 0 {
            reconciliation.short += 1;
            reconciliation.short_pupils += rest;
        }
        Settled {
            untyped: rest,
            ..Settled::of_total(total)
        }
    }
}

/// What one provision of a place comes to.
#[derive(Debug, Clone, Copy, Default)]
struct Settled {
    /// Its pupils, as far as they are known: the needs printed where the total is not.
    pupils: u64,
    /// The total is not known.
    is_unknown: bool,
    /// What stands for the total.
    symbol: Option<Missing>,
    /// Pupils whose need is one of those withheld.
    withheld: u64,
    /// Pupils with no type of need recorded.
    untyped: u64,
    /// Pupils by whom rounded needs fall short of the total: they have a need, and rounding hides which.
    unplaced: u64,
}

impl Settled {
    fn of_total(pupils: u64) -> Self {
        Self {
            pupils,
            ..Self::default()
        }
    }

    fn unknown(pupils: u64, symbol: Option<Missing>) -> Self {
        Self {
            pupils,
            is_unknown: true,
            symbol,
            ..Self::default()
        }
    }
}

/// The cells of a source, and the counts that it does not give.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted {
    pub(crate) cells: Vec<Cell>,
    pub(crate) unknown: Vec<UnknownCount>,
}

/// Adds one place to what is counted: `like` carries everything but provision, need and number.
///
/// Roll less SEN support less plans has no SEN. Needs that do not reach the printed total leave pupils with no type
/// recorded, unless a need is withheld: those pupils have one of the withheld needs, and none in their cell. Needs that
/// exceed the total stand. Where SEN support or plans are not known, the rest of the roll is [`Provision::NotStated`].
pub(crate) fn cells_of(
    counts: &PlaceCounts,
    like: Cell,
    carried: Carried,
    reconciliation: &mut Reconciliation,
    counted: &mut Counted,
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
    let settled: Vec<Settled> = provisions
        .iter()
        .map(|(_, provided)| provided.settled(carried, &mut noticed))
        .collect();
    let sen: u64 = settled.iter().map(|provided| provided.pupils).sum();
    let unstated = settled.iter().any(|provided| provided.is_unknown);
    // Pupils who may be at a provision whose total is not known.
    let mut rest = None;
    if carried.roll {
        // Tables that print pupils without SEN and no roll give the roll as the sum.
        let roll = match (counts.roll, counts.no_sen) {
            (Printed::Known(roll), _) => Some(u64::from(roll)),
            (Printed::Absent, Printed::Known(no_sen)) if !unstated => Some(u64::from(no_sen) + sen),
            (Printed::Unknown(_), _) => None,
            (Printed::Absent, _) => return Err(Unusable::NoRoll),
        };
        if let Some(roll) = roll {
            let others = roll.checked_sub(sen).ok_or(Unusable::MoreThanRoll)?;
            let provision = if unstated {
                noticed.not_stated += 1;
                noticed.not_stated_pupils += others;
                rest = Some(others);
                Provision::NotStated
            } else {
                let printed = counts.no_sen.known().map(u64::from);
                noticed.no_sen_differs += u64::from(printed.is_some_and(|printed| printed != others));
                Provision::NoSen
            };
            counted.push(like, provision, None, others);
        } else {
            noticed.roll_unknown += 1;
            counted.push_unknown(like, Provision::NoSen, None, None);
        }
    }
    // A place that returned nothing is told from one whose numbers are kept back: its pupils are on roll and no more.
    let returned = settled.iter().zip(provisions).any(|(settled, (_, provided))| {
        !settled.is_unknown
            || settled.pupils > 0
            || settled.symbol.is_some_and(|symbol| !symbol.is_nothing_returned())
            || provided
                .needs
                .values()
                .any(|need| need.unknown().is_some_and(|symbol| !symbol.is_nothing_returned()))
    });
    for ((provision, provided), settled) in provisions.iter().zip(settled) {
        if settled.is_unknown && returned {
            let of_symbol = settled.symbol.and_then(Missing::most).map(u64::from);
            let beyond = of_symbol.map(|most| most.saturating_sub(settled.pupils));
            counted.push_unknown(like, *provision, None, least_of(beyond, rest));
        }
        if !carried.need {
            counted.push(like, *provision, None, settled.pupils);
            continue;
        }
        for need in Need::ALL {
            let printed = u64::from(provided.needs[need].known().unwrap_or(0));
            let untyped = if need == Need::Missing { settled.untyped } else { 0 };
            counted.push(like, *provision, Some(need), printed + untyped);
        }
        // Their need is one of those that are not printed, or is hidden by rounding.
        counted.push(like, *provision, None, settled.withheld + settled.unplaced);
        let among = if settled.is_unknown {
            rest
        } else {
            Some(settled.withheld)
        };
        if settled.withheld == 0 && !(settled.is_unknown && returned) {
            continue;
        }
        for need in Need::ALL {
            match provided.needs[need] {
                Printed::Unknown(symbol) => {
                    let most = least_of(symbol.most().map(u64::from), among);
                    counted.push_unknown(like, *provision, Some(need), most);
                }
                // The rest may have no type recorded, where the table has no column for them.
                Printed::Absent if need == Need::Missing => {
                    counted.push_unknown(like, *provision, Some(need), among);
                }
                Printed::Absent | Printed::Known(_) => {}
            }
        }
    }
    *reconciliation = noticed;
    Ok(())
}

/// The lower of two limits, where there is any.
fn least_of(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

const FEW: &str = "a sum of a few numbers, each below twenty million";

impl Counted {
    fn push(&mut self, like: Cell, sen_provision: Provision, primary_need: Option<Need>, pupils: u64) {
        if pupils > 0 {
            self.cells.push(Cell {
                sen_provision,
                primary_need,
                pupils: u32::try_from(pupils).expect(FEW),
                ..like
            });
        }
    }

    fn push_unknown(
        &mut self,
        like: Cell,
        sen_provision: Provision,
        primary_need: Option<Need>,
        most: Option<u64>,
    ) {
        self.unknown.push(UnknownCount {
            cell: Cell {
                sen_provision,
                primary_need,
                pupils: 0,
                ..like
            },
            most: most.map(|most| u32::try_from(most).expect(FEW)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Carried, Counted, PlaceCounts, Printed, ProvisionCounts, Reconciliation, Unusable, cells_of,
        rounded_to,
    };
    use proptest::prelude::*;
    use senlens_model::{Cell, Missing, Need, PlaceIndex, Provision};

    fn printed(number: Option<u32>) -> Printed {
        number.map_or(Printed::Unknown(Missing::Blank), Printed::Known)
    }

    fn provided(total: Option<u32>, needs: &[(Need, u32)]) -> ProvisionCounts {
        let mut counts = ProvisionCounts {
            total: printed(total),
            ..Default::default()
        };
        for (need, pupils) in needs {
            counts.needs[*need] = Printed::Known(*pupils);
        }
        counts
    }

    fn withheld(mut counts: ProvisionCounts, needs: &[(Need, Missing)]) -> ProvisionCounts {
        for (need, symbol) in needs {
            counts.needs[*need] = Printed::Unknown(*symbol);
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
        rounded_to: None,
    };

    fn count(
        counts: &PlaceCounts,
        carried: Carried,
    ) -> (Vec<(Provision, Option<Need>, u32)>, Reconciliation) {
        let (mut counted, mut reconciliation) = (Counted::default(), Reconciliation::default());
        cells_of(counts, like(), carried, &mut reconciliation, &mut counted).expect("usable");
        let short = counted
            .cells
            .iter()
            .map(|c| (c.sen_provision, c.primary_need, c.pupils))
            .collect();
        (short, reconciliation)
    }

    #[test]
    fn every_way_the_numbers_may_disagree() {
        use Provision::{NoSen, NotStated, Plan, SenSupport};
        let counts = |roll, support, plan| PlaceCounts {
            roll: Printed::Known(roll),
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
    fn needs_that_exceed_their_total_are_told_from_rounding() {
        for (total, needs, exceed) in [
            (5, &[(Need::Mld, 7)][..], true),
            (7, &[(Need::Mld, 7)], false),
            // Each of three numbers, rounded to five, may stand for two pupils fewer.
            (10, &[(Need::Mld, 5), (Need::Slcn, 10)], false),
            (10, &[(Need::Mld, 15), (Need::Slcn, 10)], true),
            (11, &[(Need::Mld, 5), (Need::Slcn, 10)], true),
        ] {
            let counts = PlaceCounts {
                support: provided(Some(total), needs),
                ..Default::default()
            };
            assert_eq!(counts.needs_exceed_total(), exceed, "{total} {needs:?}");
        }
    }

    #[test]
    fn needs_of_nobody_beside_pupils_with_sen_are_not_known() {
        let none = [(Need::Mld, 0), (Need::Slcn, 0)];
        let mut counts = PlaceCounts {
            support: provided(Some(9), &none),
            plan: provided(Some(3), &[(Need::Mld, 3), (Need::Slcn, 0)]),
            ..Default::default()
        };
        assert_eq!(counts.forget_needs_of_nobody(&[Need::Mld]), 9);
        assert_eq!(counts.support.needs[Need::Mld], Printed::Unknown(Missing::Z));
        assert_eq!(counts.plan.needs[Need::Slcn], Printed::Known(0));
        let mut nobody = PlaceCounts {
            support: provided(Some(0), &none),
            ..Default::default()
        };
        assert_eq!(nobody.forget_needs_of_nobody(&[Need::Mld]), 0);
        let mut absent = PlaceCounts {
            support: provided(Some(9), &[]),
            ..Default::default()
        };
        assert_eq!(absent.forget_needs_of_nobody(&[Need::Mld]), 9);
        assert_eq!(absent.support.needs[Need::Mld], Printed::Unknown(Missing::Z));
    }

    #[test]
    fn numbers_that_cannot_be_are_refused_and_leave_nothing() {
        let (mut counted, mut reconciliation) = (Counted::default(), Reconciliation::default());
        for (roll, unusable) in [
            (Printed::Known(4), Unusable::MoreThanRoll),
            (Printed::Absent, Unusable::NoRoll),
        ] {
            let counts = PlaceCounts {
                roll,
                support: provided(Some(3), &[(Need::Mld, 1)]),
                plan: provided(Some(2), &[]),
                ..Default::default()
            };
            assert_eq!(
                cells_of(&counts, like(), APART, &mut reconciliation, &mut counted),
                Err(unusable)
            );
        }
        assert_eq!(
            (counted.cells.len(), counted.unknown.len(), reconciliation),
            (0, 0, Reconciliation::default())
        );
    }

    /// What is withheld is neither zero nor moved to another need.
    #[test]
    fn a_withheld_count_is_unknown_within_what_bounds_it() {
        use Provision::{NoSen, NotStated, Plan, SenSupport};
        let counts = |support, plan| PlaceCounts {
            roll: Printed::Known(100),
            support,
            plan,
            ..Default::default()
        };
        let none = provided(Some(0), &[]);
        let symbol = |symbol| ProvisionCounts {
            total: Printed::Unknown(symbol),
            ..Default::default()
        };
        for (case, counts, cells, unknown) in [
            (
                "two needs withheld",
                counts(
                    withheld(
                        provided(Some(12), &[(Need::Slcn, 9)]),
                        &[(Need::Mld, Missing::C), (Need::Semh, Missing::Below(3))],
                    ),
                    none,
                ),
                vec![
                    (NoSen, None, 88),
                    (SenSupport, Some(Need::Slcn), 9),
                    (SenSupport, None, 3),
                ],
                vec![
                    (SenSupport, Some(Need::Mld), Some(3)),
                    (SenSupport, Some(Need::Semh), Some(2)),
                    (SenSupport, Some(Need::Missing), Some(3)),
                ],
            ),
            (
                "nothing is left for what is withheld",
                counts(
                    withheld(provided(Some(9), &[(Need::Slcn, 9)]), &[(Need::Mld, Missing::X)]),
                    none,
                ),
                vec![(NoSen, None, 91), (SenSupport, Some(Need::Slcn), 9)],
                vec![],
            ),
            (
                "a total withheld",
                counts(symbol(Missing::Supp), provided(Some(4), &[(Need::Asd, 4)])),
                vec![(NotStated, None, 96), (Plan, Some(Need::Asd), 4)],
                vec![
                    (SenSupport, None, Some(96)),
                    (SenSupport, Some(Need::Missing), Some(96)),
                ],
            ),
            (
                "a total of fewer than five",
                counts(none, symbol(Missing::Below(5))),
                vec![(NotStated, None, 100)],
                vec![(Plan, None, Some(4)), (Plan, Some(Need::Missing), Some(100))],
            ),
            (
                "nothing returned",
                counts(symbol(Missing::Z), symbol(Missing::Blank)),
                vec![(NotStated, None, 100)],
                vec![],
            ),
            (
                "a roll withheld",
                PlaceCounts {
                    roll: Printed::Unknown(Missing::C),
                    ..counts(provided(Some(3), &[(Need::Mld, 3)]), none)
                },
                vec![(SenSupport, Some(Need::Mld), 3)],
                vec![(NoSen, None, None)],
            ),
        ] {
            let (mut counted, mut reconciliation) = (Counted::default(), Reconciliation::default());
            cells_of(&counts, like(), APART, &mut reconciliation, &mut counted).expect("usable");
            let seen: Vec<_> = counted
                .cells
                .iter()
                .map(|cell| (cell.sen_provision, cell.primary_need, cell.pupils))
                .collect();
            assert_eq!(seen, cells, "{case}");
            let seen: Vec<_> = counted
                .unknown
                .iter()
                .map(|one| (one.cell.sen_provision, one.cell.primary_need, one.most))
                .collect();
            assert_eq!(seen, unknown, "{case}");
            assert_eq!(reconciliation.short, 0, "{case}");
        }
    }

    #[test]
    fn what_rounding_explains_leaves_no_pupil_without_a_need() {
        use Provision::{NoSen, SenSupport};
        let counts = |needs: &[(Need, u32)]| PlaceCounts {
            roll: Printed::Known(100),
            support: provided(Some(30), needs),
            plan: provided(Some(0), &[]),
            ..Default::default()
        };
        let rounded = Carried {
            rounded_to: Some(5),
            ..APART
        };
        // Two needs and a total may each be off by 2: 6 pupils in all.
        let near = counts(&[(Need::Mld, 15), (Need::Slcn, 10)]);
        let (cells, found) = count(&near, rounded);
        let needs = [
            (SenSupport, Some(Need::Mld), 15),
            (SenSupport, Some(Need::Slcn), 10),
        ];
        let kept = |rest| {
            let mut all = vec![(NoSen, None, 70)];
            all.extend(needs);
            all.extend(rest);
            all
        };
        assert_eq!(cells, kept(Some((SenSupport, None, 5))));
        assert_eq!((found.rounded, found.short), (1, 0));
        let (cells, found) = count(&near, APART);
        assert_eq!(cells, kept(Some((SenSupport, Some(Need::Missing), 5))));
        assert_eq!((found.rounded, found.short), (0, 1));
        let far = counts(&[(Need::Mld, 15)]);
        let (_, found) = count(&far, rounded);
        assert_eq!((found.rounded, found.short, found.short_pupils), (0, 1, 15));
    }

    #[test]
    fn rounding_shows_in_many_counts_alone() {
        let place = |step: u32, number: u32| PlaceCounts {
            support: provided(Some(step * number), &[(Need::Mld, step)]),
            ..Default::default()
        };
        let many = |step| (1..=15).map(|number| place(step, number)).collect::<Vec<_>>();
        assert_eq!(rounded_to(&many(5)), Some(5));
        assert_eq!(rounded_to(&many(10)), Some(10));
        assert_eq!(rounded_to(&many(5)[..14]), None);
        let mut one_is_not = many(5);
        one_is_not.push(place(1, 7));
        assert_eq!(rounded_to(&one_is_not), None);
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
                roll: Printed::Known(roll),
                support: provided(support, &[]),
                plan: provided(plan, &[]),
                ..Default::default()
            };
            for (need, pupils, on_support) in needs {
                let provided = if on_support { &mut counts.support } else { &mut counts.plan };
                provided.needs[Need::ALL[need]] = Printed::Known(pupils);
            }
            let (mut counted, mut reconciliation) = (Counted::default(), Reconciliation::default());
            let found = cells_of(&counts, like(), APART, &mut reconciliation, &mut counted);
            let cells = counted.cells;
            match found {
                Ok(()) => {
                    prop_assert_eq!(cells.iter().map(|cell| cell.pupils).sum::<u32>(), roll);
                    for (provision, provided) in
                        [(Provision::SenSupport, counts.support), (Provision::Plan, counts.plan)]
                    {
                        let own: u32 =
                            cells.iter().filter(|c| c.sen_provision == provision).map(|c| c.pupils).sum();
                        let needs: u32 = provided.needs.values().filter_map(|need| need.known()).sum();
                        prop_assert_eq!(own, needs.max(provided.total.known().unwrap_or(0)));
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
