//! Pupils of one place, added up by phase, provision and need.

use crate::Base;
use senlens_model::{
    Cell, Coverage, Dimension, Dimensions, Need, NeedCut, Phase, PhaseCut, Provision, ProvisionCut,
    PupilRange, UnknownCount,
};

/// What a tally's source says: a count that is not known is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// The number on roll.
    pub roll: bool,
    /// Pupils with SEN, by provision cut (together, SEN support, plans).
    pub sen: [bool; 3],
    /// Pupils by need, by provision cut.
    pub needs: [bool; 3],
    /// Phases are known.
    pub phases: bool,
}

impl Known {
    /// What cells of these dimensions can say, from one cut of provision at least.
    pub fn from_dimensions(dimensions: Dimensions, provisions: Provisions) -> Self {
        let sen = [provisions.together, provisions.support, provisions.plans];
        let needs = dimensions.carry(Dimension::PrimaryNeed);
        Self {
            roll: dimensions.carry(Dimension::Roll),
            sen,
            needs: sen.map(|known| known && needs),
            phases: dimensions.carry(Dimension::Phase),
        }
    }
}

impl Known {
    /// Only what both know.
    #[must_use]
    pub fn in_common(self, other: Self) -> Self {
        let both = |a: [bool; 3], b: [bool; 3]| std::array::from_fn(|cut| a[cut] && b[cut]);
        Self {
            roll: self.roll && other.roll,
            sen: both(self.sen, other.sen),
            needs: both(self.needs, other.needs),
            phases: self.phases && other.phases,
        }
    }
}

/// Which provisions a source covers: a file of plans alone says nothing of SEN support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provisions {
    /// SEN support and plans together can be had.
    pub together: bool,
    /// SEN support apart.
    pub support: bool,
    /// Plans apart.
    pub plans: bool,
}

/// Counts in one phase. The three provision cuts are together, SEN support, plans.
///
/// A count that its source does not give is never zero: [`PhaseTally::events`] and [`PhaseTally::population`] have no
/// number then, and [`PhaseTally::events_range`] says between what bounds it lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhaseTally {
    roll: u32,
    sen: [u32; 3],
    needs: [[u32; NEEDS]; 3],
    /// Pupils of schools that returned nothing of special educational needs.
    not_returned: u32,
    /// How much more there may be of each count; none where everything is known.
    more: Option<Box<More>>,
}

const NEEDS: usize = Need::ALL.len();

/// Pupils of schools that returned nothing may be passed over where they are fewer than one of so many: they move no share
/// by more than a tenth of a percentage point, and the run's notes name them.
const NOT_RETURNED_OF: u32 = 1_000;

/// How many more pupils than counted there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct UpTo {
    pupils: u32,
    unbounded: bool,
    /// Whether anything is unknown: a symbol that allows one number alone is still no count.
    any: bool,
}

impl UpTo {
    fn add(&mut self, other: Self) {
        self.pupils += other.pupils;
        self.unbounded |= other.unbounded;
        self.any |= other.any;
    }

    fn range(self, least: u32) -> PupilRange {
        PupilRange {
            least: u64::from(least),
            most: (!self.unbounded).then(|| u64::from(least) + u64::from(self.pupils)),
        }
    }
}

/// How much more there may be of each count of a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct More {
    roll: UpTo,
    sen: [UpTo; 3],
    needs: [[UpTo; NEEDS]; 3],
}

/// The cuts in which pupils of a provision count.
fn cuts_of(provision: Provision) -> &'static [usize] {
    match provision {
        Provision::NoSen | Provision::NotStated => &[],
        Provision::SenSupport => &[0, 1],
        Provision::Plan => &[0, 2],
        Provision::Total => &[0],
    }
}

/// Counts of one place over all phases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// By [`Phase::ALL`]; the last slot is for sources without phases.
    phases: [PhaseTally; SLOTS],
}

const SLOTS: usize = Phase::ALL.len() + 1;

/// The slots of a coverage and phase cut.
pub(crate) fn slots(coverage: Coverage, phase: PhaseCut) -> impl Iterator<Item = usize> {
    (0..SLOTS).filter(move |slot| match Phase::ALL.get(*slot) {
        Some(of) => coverage.counts(*of) && (phase == PhaseCut::Total || phase == PhaseCut::Of(*of)),
        None => phase == PhaseCut::Total,
    })
}

impl PhaseTally {
    /// Adds the pupils of a cell.
    pub fn add_cell(&mut self, cell: &Cell) {
        self.roll += cell.pupils;
        for cut in cuts_of(cell.sen_provision) {
            self.sen[*cut] += cell.pupils;
            if let Some(need) = cell.primary_need {
                self.needs[*cut][need.index()] += cell.pupils;
            }
        }
    }

    /// Adds a count that the source does not give.
    pub fn add_unknown(&mut self, unknown: &UnknownCount) {
        let up_to = UpTo {
            pupils: unknown.most.unwrap_or(0),
            unbounded: unknown.most.is_none(),
            any: true,
        };
        let more = self.more.get_or_insert_default();
        let provision = unknown.cell.sen_provision;
        if provision == Provision::NoSen {
            more.roll.add(up_to);
        }
        for cut in cuts_of(provision) {
            match unknown.cell.primary_need {
                Some(need) => more.needs[*cut][need.index()].add(up_to),
                None => more.sen[*cut].add(up_to),
            }
        }
    }

    /// Notes that these are the pupils of a school that returned nothing of special educational needs.
    pub(crate) fn not_returned(&mut self) {
        self.not_returned = self.roll;
    }

    /// Adds another place's counts.
    pub fn add(&mut self, other: &Self) {
        self.roll += other.roll;
        self.not_returned += other.not_returned;
        for cut in 0..3 {
            self.sen[cut] += other.sen[cut];
            for need in 0..NEEDS {
                self.needs[cut][need] += other.needs[cut][need];
            }
        }
        if let Some(theirs) = &other.more {
            let mine = self.more.get_or_insert_default();
            mine.roll.add(theirs.roll);
            for cut in 0..3 {
                mine.sen[cut].add(theirs.sen[cut]);
                for need in 0..NEEDS {
                    mine.needs[cut][need].add(theirs.needs[cut][need]);
                }
            }
        }
    }

    /// Takes from `other` whatever `self` does not know.
    fn complete(&mut self, known: Known, other: &Self, other_known: Known) {
        let mut more = self.more.as_deref().copied().unwrap_or_default();
        let theirs = other.more.as_deref().copied().unwrap_or_default();
        if !known.roll && other_known.roll {
            (self.roll, more.roll) = (other.roll, theirs.roll);
        }
        for cut in 0..3 {
            let needs = !known.needs[cut] && other_known.needs[cut];
            if needs {
                (self.needs[cut], more.needs[cut]) = (other.needs[cut], theirs.needs[cut]);
            }
            if needs || (!known.sen[cut] && other_known.sen[cut]) {
                (self.sen[cut], more.sen[cut]) = (other.sen[cut], theirs.sen[cut]);
            }
        }
        self.more = (more != More::default()).then(|| Box::new(more));
    }

    /// Pupils on roll; none where the number is not known.
    pub fn roll(&self) -> Option<u64> {
        let known = self.more.as_ref().is_none_or(|more| !more.roll.any);
        known.then_some(u64::from(self.roll))
    }

    /// Whether too many of the pupils are at schools that returned nothing for anything to be said of the rest.
    fn is_silent(&self) -> bool {
        u64::from(self.not_returned) * u64::from(NOT_RETURNED_OF) > u64::from(self.roll)
    }

    /// Pupils at a provision with a need; none where the number is not known.
    pub fn events(&self, provision: ProvisionCut, need: NeedCut) -> Option<u64> {
        self.events_returned(provision, need)
            .filter(|_| !self.is_silent())
    }

    /// The same, of the schools that returned anything.
    pub(crate) fn events_returned(&self, provision: ProvisionCut, need: NeedCut) -> Option<u64> {
        let cut = provision as usize;
        let (counted, more) = match need {
            NeedCut::Total => (self.sen[cut], self.more.as_ref().map(|more| more.sen[cut])),
            NeedCut::Of(need) => (
                self.needs[cut][need.index()],
                self.more.as_ref().map(|more| more.needs[cut][need.index()]),
            ),
        };
        more.is_none_or(|more| !more.any).then_some(u64::from(counted))
    }

    /// Between what bounds the number of pupils at a provision with a need lies.
    pub fn events_range(&self, provision: ProvisionCut, need: NeedCut) -> PupilRange {
        let cut = provision as usize;
        let more = self.more.as_deref().copied().unwrap_or_default();
        let mut range = match need {
            NeedCut::Total => more.sen[cut].range(self.sen[cut]),
            NeedCut::Of(need) => more.needs[cut][need.index()].range(self.needs[cut][need.index()]),
        };
        range.most = range.most.map(|most| most + u64::from(self.not_returned));
        range
    }

    /// Pupils of a base; none where the number is not known.
    pub fn population(&self, provision: ProvisionCut, base: Base) -> Option<u64> {
        let events = |need| self.events(provision, need);
        match base {
            Base::Pupils => self.roll(),
            Base::Sen => events(NeedCut::Total),
            Base::SenWithNeed => {
                let untyped = events(NeedCut::Of(Need::Nsa))? + events(NeedCut::Of(Need::Missing))?;
                Some(events(NeedCut::Total)?.saturating_sub(untyped))
            }
        }
    }

    /// Whether there may be any pupil in it.
    fn is_populated(&self) -> bool {
        self.roll > 0 || self.sen.iter().any(|count| *count > 0) || self.more.is_some()
    }

    /// Whether the source leaves any count of it unknown.
    pub fn has_unknown(&self) -> bool {
        self.more.is_some()
    }

    /// Whether everything is known of the needs at a provision.
    pub fn knows_needs(&self, provision: ProvisionCut) -> bool {
        let cut = provision as usize;
        !self.is_silent()
            && self
                .more
                .as_ref()
                .is_none_or(|more| !more.sen[cut].any && more.needs[cut].iter().all(|need| !need.any))
    }
}

impl Tally {
    /// Adds counts in a phase; none for a source without phases.
    pub fn add(&mut self, phase: Option<Phase>, counts: &PhaseTally) {
        self.phases[phase.map_or(SLOTS - 1, |phase| phase as usize)].add(counts);
    }

    /// Adds a cell.
    pub fn add_cell(&mut self, cell: &Cell) {
        self.phases[cell.phase.map_or(SLOTS - 1, |phase| phase as usize)].add_cell(cell);
    }

    /// Adds a count that the source does not give.
    pub fn add_unknown(&mut self, unknown: &UnknownCount) {
        let slot = unknown.cell.phase.map_or(SLOTS - 1, |phase| phase as usize);
        self.phases[slot].add_unknown(unknown);
    }

    /// The same counts over all phases of a coverage, no longer told apart.
    pub(crate) fn without_phases(&self, coverage: Coverage) -> Self {
        let mut together = Self::default();
        together.phases[SLOTS - 1] = self.sum(coverage, PhaseCut::Total);
        together
    }

    /// Notes that another source, whose totals are the same, has nobody with special educational needs at the schools that
    /// returned nothing.
    pub(crate) fn all_returned(&mut self) {
        for phase in &mut self.phases {
            phase.not_returned = 0;
        }
    }

    /// Adds another place's counts.
    pub fn add_all(&mut self, other: &Self) {
        for (mine, theirs) in self.phases.iter_mut().zip(&other.phases) {
            mine.add(theirs);
        }
    }

    /// The counts of one slot.
    pub(crate) fn slot(&self, slot: usize) -> &PhaseTally {
        &self.phases[slot]
    }

    /// The counts of a coverage and a cut of phase, added up.
    pub fn sum(&self, coverage: Coverage, phase: PhaseCut) -> PhaseTally {
        let mut sum = PhaseTally::default();
        for slot in slots(coverage, phase) {
            sum.add(&self.phases[slot]);
        }
        sum
    }

    /// The phases in which there is any pupil, in the Department's order.
    pub fn phases(&self) -> Vec<Phase> {
        let present = |phase: &Phase| self.phases[*phase as usize].is_populated();
        Phase::ALL.into_iter().filter(present).collect()
    }

    /// Takes from `other` whatever `self` does not know.
    pub(crate) fn complete(&mut self, known: &mut Known, other: &Self, other_known: Known) {
        for (mine, theirs) in self.phases.iter_mut().zip(&other.phases) {
            mine.complete(*known, theirs, other_known);
        }
        known.roll |= other_known.roll;
        for cut in 0..3 {
            known.sen[cut] |= other_known.sen[cut];
            known.needs[cut] |= other_known.needs[cut];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, PhaseTally, Provisions, Tally};
    use crate::Base;
    use senlens_model::{
        Cell, Coverage, Dimension, Dimensions, Need, NeedCut, Phase, PhaseCut, PlaceIndex, Provision,
        ProvisionCut, UnknownCount,
    };

    fn cell(phase: Phase, provision: Provision, need: Option<Need>, pupils: u32) -> Cell {
        let year = "202223".parse().expect("a year");
        Cell {
            primary_need: need,
            ..Cell::new(PlaceIndex(0), year, Some(phase), provision, pupils)
        }
    }

    fn school() -> Tally {
        let mut tally = Tally::default();
        for each in [
            cell(Phase::Primary, Provision::NoSen, None, 80),
            cell(Phase::Primary, Provision::SenSupport, Some(Need::Mld), 7),
            cell(Phase::Primary, Provision::SenSupport, Some(Need::Nsa), 3),
            cell(Phase::Primary, Provision::Plan, Some(Need::Asd), 2),
            cell(Phase::Independent, Provision::NotStated, None, 50),
        ] {
            tally.add_cell(&each);
        }
        tally
    }

    #[test]
    fn bases_and_cuts() {
        let tally = school().sum(Coverage::StateFunded, PhaseCut::Total);
        for (provision, base, population) in [
            (ProvisionCut::Total, Base::Pupils, 92),
            (ProvisionCut::Total, Base::Sen, 12),
            (ProvisionCut::Total, Base::SenWithNeed, 9),
            (ProvisionCut::SenSupport, Base::Sen, 10),
            (ProvisionCut::SenSupport, Base::SenWithNeed, 7),
            (ProvisionCut::Plan, Base::Sen, 2),
        ] {
            assert_eq!(
                tally.population(provision, base),
                Some(population),
                "{provision} {base}"
            );
        }
        assert_eq!(tally.events(ProvisionCut::Total, NeedCut::Of(Need::Mld)), Some(7));
        assert_eq!(tally.events(ProvisionCut::Plan, NeedCut::Of(Need::Mld)), Some(0));
    }

    #[test]
    fn coverage_decides_whether_independent_schools_count() {
        assert_eq!(
            school().sum(Coverage::AllSchools, PhaseCut::Total).roll(),
            Some(142)
        );
        assert_eq!(
            school().sum(Coverage::StateFunded, PhaseCut::Total).roll(),
            Some(92)
        );
        assert_eq!(
            school().sum(Coverage::StateFunded, PhaseCut::Of(Phase::Independent)),
            PhaseTally::default()
        );
        assert_eq!(school().phases(), [Phase::Primary, Phase::Independent]);
    }

    #[test]
    fn what_one_source_lacks_another_may_give() {
        let apart = Provisions {
            together: true,
            support: true,
            plans: true,
        };
        let mut known = Known::from_dimensions(Dimensions::of(&[Dimension::Roll, Dimension::Phase]), apart);
        let mut schools = Tally::default();
        schools.add_cell(&cell(Phase::Primary, Provision::NoSen, None, 80));
        schools.add_cell(&cell(Phase::Primary, Provision::SenSupport, None, 10));
        let together = Provisions {
            together: true,
            support: false,
            plans: false,
        };
        let published_known = Known::from_dimensions(
            Dimensions::of(&[Dimension::PrimaryNeed, Dimension::Phase]),
            together,
        );
        let mut published = Tally::default();
        published.add_cell(&cell(Phase::Primary, Provision::Total, Some(Need::Mld), 11));
        schools.complete(&mut known, &published, published_known);
        let sum = schools.sum(Coverage::StateFunded, PhaseCut::Total);
        assert_eq!(sum.roll(), Some(90));
        assert_eq!(sum.events(ProvisionCut::Total, NeedCut::Of(Need::Mld)), Some(11));
        assert_eq!(
            sum.population(ProvisionCut::Total, Base::Sen),
            Some(11),
            "a share has one source"
        );
        assert_eq!(sum.population(ProvisionCut::SenSupport, Base::Sen), Some(10));
        assert_eq!(known.needs, [true, false, false]);
    }

    #[test]
    fn a_sum_over_an_unknown_count_is_a_range() {
        let withheld = |need, most| UnknownCount {
            cell: cell(Phase::Primary, Provision::SenSupport, need, 0),
            most,
        };
        let mut tally = school().sum(Coverage::StateFunded, PhaseCut::Total);
        let mut other = PhaseTally::default();
        other.add_cell(&cell(Phase::Primary, Provision::SenSupport, Some(Need::Slcn), 5));
        other.add_cell(&cell(Phase::Primary, Provision::SenSupport, None, 4));
        other.add_unknown(&withheld(Some(Need::Mld), Some(4)));
        tally.add(&other);
        let mld = NeedCut::Of(Need::Mld);
        for provision in [ProvisionCut::Total, ProvisionCut::SenSupport] {
            assert_eq!(tally.events(provision, mld), None);
            let range = tally.events_range(provision, mld);
            assert_eq!((range.least, range.most), (7, Some(11)), "{provision}");
            assert!(!tally.knows_needs(provision));
        }
        // What is not withheld stays known, the total with it.
        assert_eq!(tally.events(ProvisionCut::Plan, mld), Some(0));
        assert_eq!(
            tally.events(ProvisionCut::Total, NeedCut::Of(Need::Slcn)),
            Some(5)
        );
        assert_eq!(tally.events(ProvisionCut::Total, NeedCut::Total), Some(21));
        tally.add_unknown(&withheld(Some(Need::Mld), None));
        assert_eq!(tally.events_range(ProvisionCut::Total, mld).most, None);
        tally.add_unknown(&withheld(None, Some(3)));
        assert_eq!(tally.population(ProvisionCut::Total, Base::Sen), None);
        assert_eq!(tally.roll(), Some(101));
    }

    #[test]
    fn schools_that_returned_nothing_silence_a_place_unless_they_are_few() {
        let mut silent = PhaseTally::default();
        silent.add_cell(&cell(Phase::Special, Provision::NotStated, None, 9));
        silent.not_returned();
        let mut tally = PhaseTally::default();
        tally.add_cell(&cell(Phase::Special, Provision::NoSen, None, 8_000));
        tally.add_cell(&cell(Phase::Special, Provision::Plan, None, 900));
        let with = |tally: &PhaseTally| {
            let mut sum = tally.clone();
            sum.add(&silent);
            sum.events(ProvisionCut::Plan, NeedCut::Total)
        };
        assert_eq!(with(&tally), None, "9 of 8,909 is more than one in a thousand");
        tally.add_cell(&cell(Phase::Special, Provision::NoSen, None, 100));
        assert_eq!(with(&tally), Some(900));
    }
}
