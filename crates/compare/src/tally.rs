//! Pupils of one place, added up by phase, provision and need.

use crate::Base;
use senlens_model::{
    Cell, Coverage, Dimension, Dimensions, Need, NeedCut, NeedMap, Phase, PhaseCut, PhaseMap, Provision,
    ProvisionCut, ProvisionMap, PupilRange, UnknownCount,
};

/// What a tally's source says: a count that is not known is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// The number on roll.
    pub roll: bool,
    /// Pupils with SEN.
    pub sen: ProvisionMap<bool>,
    /// Pupils by need.
    pub needs: ProvisionMap<bool>,
    /// Phases are known.
    pub phases: bool,
}

impl Known {
    /// What cells of these dimensions can say of the provisions that their source covers: a file of plans alone says
    /// nothing of SEN support.
    pub fn from_dimensions(dimensions: Dimensions, covered: ProvisionMap<bool>) -> Self {
        let needs = dimensions.carry(Dimension::PrimaryNeed);
        Self {
            roll: dimensions.carry(Dimension::Roll),
            sen: covered,
            needs: covered.map(|_, known| known && needs),
            phases: dimensions.carry(Dimension::Phase),
        }
    }

    /// Only what both know.
    #[must_use]
    pub fn in_common(self, other: Self) -> Self {
        let both =
            |a: ProvisionMap<bool>, b: ProvisionMap<bool>| ProvisionMap::from_fn(|cut| a[cut] && b[cut]);
        Self {
            roll: self.roll && other.roll,
            sen: both(self.sen, other.sen),
            needs: both(self.needs, other.needs),
            phases: self.phases && other.phases,
        }
    }
}

/// Counts in one phase.
///
/// A count that its source does not give is never zero: [`PhaseTally::events`] and [`PhaseTally::population`] have no
/// number then, and [`PhaseTally::events_range`] says between what bounds it lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhaseTally {
    roll: u32,
    sen: ProvisionMap<u32>,
    needs: ProvisionMap<NeedMap<u32>>,
    /// Pupils of schools that returned nothing of special educational needs.
    not_returned: u32,
    /// How much more there may be of each count; none where everything is known.
    more: Option<Box<More>>,
}

/// Pupils of schools that returned nothing are left out of account where they are fewer than one of so many: they move no
/// share by more than a tenth of a percentage point, and the run's notes name them.
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
    sen: ProvisionMap<UpTo>,
    needs: ProvisionMap<NeedMap<UpTo>>,
}

/// The cuts in which pupils of a provision count.
fn cuts_of(provision: Provision) -> &'static [ProvisionCut] {
    match provision {
        Provision::NoSen | Provision::NotStated => &[],
        Provision::SenSupport => &[ProvisionCut::Total, ProvisionCut::SenSupport],
        Provision::Plan => &[ProvisionCut::Total, ProvisionCut::Plan],
        Provision::Total => &[ProvisionCut::Total],
    }
}

/// Counts of one place over all phases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    by_phase: PhaseMap<PhaseTally>,
    /// Of sources without phases.
    without_phase: PhaseTally,
}

impl PhaseTally {
    /// Adds the pupils of a cell.
    pub fn add_cell(&mut self, cell: &Cell) {
        self.roll += cell.pupils;
        for cut in cuts_of(cell.sen_provision) {
            self.sen[*cut] += cell.pupils;
            if let Some(need) = cell.primary_need {
                self.needs[*cut][need] += cell.pupils;
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
                Some(need) => more.needs[*cut][need].add(up_to),
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
        for cut in ProvisionCut::ALL {
            self.sen[cut] += other.sen[cut];
            for need in Need::ALL {
                self.needs[cut][need] += other.needs[cut][need];
            }
        }
        if let Some(theirs) = &other.more {
            let mine = self.more.get_or_insert_default();
            mine.roll.add(theirs.roll);
            for cut in ProvisionCut::ALL {
                mine.sen[cut].add(theirs.sen[cut]);
                for need in Need::ALL {
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
        for cut in ProvisionCut::ALL {
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

    /// Between what bounds the number on roll lies.
    pub(crate) fn roll_range(&self) -> PupilRange {
        let more = self.more.as_ref().map(|more| more.roll).unwrap_or_default();
        more.range(self.roll)
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
        let (counted, more) = match need {
            NeedCut::Total => (
                self.sen[provision],
                self.more.as_ref().map(|more| more.sen[provision]),
            ),
            NeedCut::Of(need) => (
                self.needs[provision][need],
                self.more.as_ref().map(|more| more.needs[provision][need]),
            ),
        };
        more.is_none_or(|more| !more.any).then_some(u64::from(counted))
    }

    /// Between what bounds the number of pupils at a provision with a need lies.
    pub fn events_range(&self, provision: ProvisionCut, need: NeedCut) -> PupilRange {
        let more = self.more.as_deref().copied().unwrap_or_default();
        let mut range = match need {
            NeedCut::Total => more.sen[provision].range(self.sen[provision]),
            NeedCut::Of(need) => more.needs[provision][need].range(self.needs[provision][need]),
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
        self.roll > 0 || self.sen.values().any(|count| *count > 0) || self.more.is_some()
    }

    /// Whether the source leaves any count of it unknown.
    pub fn has_unknown(&self) -> bool {
        self.more.is_some()
    }

    /// Whether everything is known of the needs at a provision.
    pub fn knows_needs(&self, provision: ProvisionCut) -> bool {
        !self.is_silent()
            && self.more.as_ref().is_none_or(|more| {
                !more.sen[provision].any && more.needs[provision].values().all(|need| !need.any)
            })
    }
}

impl Tally {
    /// Adds counts in a phase; none for a source without phases.
    pub fn add(&mut self, phase: Option<Phase>, counts: &PhaseTally) {
        self.in_phase(phase).add(counts);
    }

    /// Adds a cell.
    pub fn add_cell(&mut self, cell: &Cell) {
        self.in_phase(cell.phase).add_cell(cell);
    }

    /// Adds a count that the source does not give.
    pub fn add_unknown(&mut self, unknown: &UnknownCount) {
        self.in_phase(unknown.cell.phase).add_unknown(unknown);
    }

    /// The same counts over all phases of a coverage, no longer distinguished.
    pub(crate) fn without_phases(&self, coverage: Coverage) -> Self {
        Self {
            without_phase: self.sum(coverage, PhaseCut::Total),
            ..Self::default()
        }
    }

    /// Notes that another source, whose totals are the same, has no pupil with special educational needs at the schools
    /// that returned nothing.
    pub(crate) fn all_returned(&mut self) {
        for counts in self.each_mut() {
            counts.not_returned = 0;
        }
    }

    /// Adds another place's counts.
    pub fn add_all(&mut self, other: &Self) {
        for (mine, theirs) in self.each_mut().zip(other.each()) {
            mine.add(theirs);
        }
    }

    /// The counts of each phase of a coverage and cut; those of sources without phases are of all phases.
    pub(crate) fn each_of(&self, coverage: Coverage, cut: PhaseCut) -> impl Iterator<Item = &PhaseTally> {
        let of_phases = self.by_phase.iter().filter(move |(phase, _)| {
            coverage.counts(*phase) && (cut == PhaseCut::Total || cut == PhaseCut::Of(*phase))
        });
        let without = (cut == PhaseCut::Total).then_some(&self.without_phase);
        of_phases.map(|(_, counts)| counts).chain(without)
    }

    fn in_phase(&mut self, phase: Option<Phase>) -> &mut PhaseTally {
        match phase {
            Some(phase) => &mut self.by_phase[phase],
            None => &mut self.without_phase,
        }
    }

    fn each(&self) -> impl Iterator<Item = &PhaseTally> {
        self.by_phase.values().chain([&self.without_phase])
    }

    fn each_mut(&mut self) -> impl Iterator<Item = &mut PhaseTally> {
        self.by_phase.values_mut().chain([&mut self.without_phase])
    }

    /// The counts of a coverage and a cut of phase, added up.
    pub fn sum(&self, coverage: Coverage, phase: PhaseCut) -> PhaseTally {
        let mut sum = PhaseTally::default();
        for counts in self.each_of(coverage, phase) {
            sum.add(counts);
        }
        sum
    }

    /// The phases in which there is any pupil, in the Department's order.
    pub fn phases(&self) -> Vec<Phase> {
        let present = |phase: &Phase| self.by_phase[*phase].is_populated();
        Phase::ALL.into_iter().filter(present).collect()
    }

    /// Takes from `other` whatever `self` does not know.
    pub(crate) fn complete(&mut self, known: &mut Known, other: &Self, other_known: Known) {
        for (mine, theirs) in self.each_mut().zip(other.each()) {
            mine.complete(*known, theirs, other_known);
        }
        known.roll |= other_known.roll;
        for cut in ProvisionCut::ALL {
            known.sen[cut] |= other_known.sen[cut];
            known.needs[cut] |= other_known.needs[cut];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, PhaseTally, Tally};
    use crate::Base;
    use senlens_model::{
        Cell, Coverage, Dimension, Dimensions, Need, NeedCut, Phase, PhaseCut, PlaceIndex, Provision,
        ProvisionCut, ProvisionMap, UnknownCount,
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
        let apart = ProvisionMap::from_array([true; 3]);
        let mut known = Known::from_dimensions(Dimensions::of(&[Dimension::Roll, Dimension::Phase]), apart);
        let mut schools = Tally::default();
        schools.add_cell(&cell(Phase::Primary, Provision::NoSen, None, 80));
        schools.add_cell(&cell(Phase::Primary, Provision::SenSupport, None, 10));
        let together = ProvisionMap::from_fn(|cut| cut == ProvisionCut::Total);
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
        assert_eq!(known.needs, together);
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
