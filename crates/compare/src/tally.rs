//! Pupils of one place, added up by phase, provision and need.

use crate::Base;
use senlens_model::{
    Cell, Coverage, Dimension, Dimensions, Need, NeedCut, Phase, PhaseCut, Provision, ProvisionCut,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PhaseTally {
    roll: u32,
    sen: [u32; 3],
    needs: [[u32; Need::ALL.len()]; 3],
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
        let cuts: &[usize] = match cell.sen_provision {
            Provision::NoSen | Provision::NotStated => return,
            Provision::SenSupport => &[0, 1],
            Provision::Plan => &[0, 2],
            Provision::Total => &[0],
        };
        for cut in cuts {
            self.sen[*cut] += cell.pupils;
            if let Some(need) = cell.primary_need {
                self.needs[*cut][need.index()] += cell.pupils;
            }
        }
    }

    /// Adds another place's counts.
    pub fn add(&mut self, other: &Self) {
        self.roll += other.roll;
        for cut in 0..3 {
            self.sen[cut] += other.sen[cut];
            for need in 0..Need::ALL.len() {
                self.needs[cut][need] += other.needs[cut][need];
            }
        }
    }

    /// Pupils on roll.
    pub fn roll(&self) -> u64 {
        u64::from(self.roll)
    }

    /// Pupils at a provision with a need.
    pub fn events(&self, provision: ProvisionCut, need: NeedCut) -> u64 {
        let cut = provision as usize;
        u64::from(match need {
            NeedCut::Total => self.sen[cut],
            NeedCut::Of(need) => self.needs[cut][need.index()],
        })
    }

    /// Pupils of a base.
    pub fn population(&self, provision: ProvisionCut, base: Base) -> u64 {
        let cut = provision as usize;
        match base {
            Base::Pupils => u64::from(self.roll),
            Base::Sen => u64::from(self.sen[cut]),
            Base::SenWithNeed => {
                let needs = &self.needs[cut];
                let untyped = needs[Need::Nsa.index()] + needs[Need::Missing.index()];
                u64::from(self.sen[cut].saturating_sub(untyped))
            }
        }
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
        let present = |phase: &Phase| {
            let tally = &self.phases[*phase as usize];
            tally.roll > 0 || tally.sen.iter().any(|count| *count > 0)
        };
        Phase::ALL.into_iter().filter(present).collect()
    }

    /// Takes from `other` whatever `self` does not know.
    pub(crate) fn complete(&mut self, known: &mut Known, other: &Self, other_known: Known) {
        // Counts by phase and counts without cannot be mended into one another.
        if known.phases != other_known.phases && (known.roll || known.sen.contains(&true)) {
            return;
        }
        for (mine, theirs) in self.phases.iter_mut().zip(&other.phases) {
            if !known.roll && other_known.roll {
                mine.roll = theirs.roll;
            }
            for cut in 0..3 {
                if !known.needs[cut] && other_known.needs[cut] {
                    mine.needs[cut] = theirs.needs[cut];
                    mine.sen[cut] = theirs.sen[cut];
                } else if !known.sen[cut] && other_known.sen[cut] {
                    mine.sen[cut] = theirs.sen[cut];
                }
            }
        }
        known.phases |= other_known.phases;
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
        ProvisionCut,
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
                population,
                "{provision} {base}"
            );
        }
        assert_eq!(tally.events(ProvisionCut::Total, NeedCut::Of(Need::Mld)), 7);
        assert_eq!(tally.events(ProvisionCut::Plan, NeedCut::Of(Need::Mld)), 0);
    }

    #[test]
    fn coverage_decides_whether_independent_schools_count() {
        assert_eq!(school().sum(Coverage::AllSchools, PhaseCut::Total).roll(), 142);
        assert_eq!(school().sum(Coverage::StateFunded, PhaseCut::Total).roll(), 92);
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
        assert_eq!(sum.roll(), 90);
        assert_eq!(sum.events(ProvisionCut::Total, NeedCut::Of(Need::Mld)), 11);
        assert_eq!(
            sum.population(ProvisionCut::Total, Base::Sen),
            11,
            "a share has one source"
        );
        assert_eq!(sum.population(ProvisionCut::SenSupport, Base::Sen), 10);
        assert_eq!(known.needs, [true, false, false]);
    }
}
