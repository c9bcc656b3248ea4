//! How many pupils a comparator leads one to expect: indirect standardisation within phase (Breslow and Day 1987,
//! chapter 2: expected = sum over strata of population times reference rate).

use crate::counts::{Counts, Layers};
use crate::figures::Figure;
use senlens_model::{Coverage, PhaseCut};

/// What is observed and expected in a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expectation {
    /// Pupils with the need.
    pub observed: u64,
    /// Pupils of the base.
    pub population: u64,
    /// Pupils expected with the need.
    pub expected: f64,
    /// Binomial variance of the number expected: sum of `n p (1 - p)`.
    pub variance: f64,
}

impl Expectation {
    /// Distance from what is expected, in standard errors; none when nothing can vary.
    pub fn z(&self) -> Option<f64> {
        (self.variance > 0.0).then(|| (self.observed as f64 - self.expected) / libm::sqrt(self.variance))
    }

    /// The share expected.
    pub fn share(&self) -> Option<f64> {
        (self.population > 0).then(|| (self.expected / self.population as f64).clamp(0.0, 1.0))
    }
}

/// Whether like is compared with like within phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Within {
    /// The comparator's overall share.
    Everything,
    /// The comparator's share in each phase.
    Phase,
}

/// Expects for a place what its comparator's shares give on the place's own pupils.
///
/// None when the two are of universes that do not compare, either does not know the figure, the comparator has no pupils of
/// the base, or (within phases) has none in a phase in which the place has some: a rate is never guessed.
pub fn expect(
    place: &Counts,
    reference: &Counts,
    phase: PhaseCut,
    figure: Figure,
    within: Within,
) -> Option<Expectation> {
    if !place.universe().compares_with(reference.universe()) {
        return None;
    }
    let coverage = place.universe().coverage;
    let needs_phases = within == Within::Phase || phase != PhaseCut::Total;
    if needs_phases && !(place.known.phases && reference.known.phases) {
        return None;
    }
    let whole = place.share(phase, figure)?;
    let mut expectation = Expectation {
        observed: whole.events(),
        population: whole.population(),
        expected: 0.0,
        variance: 0.0,
    };
    let mut add = |population: u64, events: u64, of: u64| {
        if population == 0 {
            return Some(());
        }
        let share = (of > 0).then(|| events as f64 / of as f64)?;
        expectation.expected += population as f64 * share;
        expectation.variance += population as f64 * share * (1.0 - share);
        Some(())
    };
    match within {
        Within::Everything => {
            let pool = reference.share(phase, figure)?;
            add(whole.population(), pool.events(), pool.population())?;
        }
        Within::Phase => {
            if !figure.is_known(reference.known) {
                return None;
            }
            let mine = place.tally.each_of(coverage, phase);
            for (mine, theirs) in mine.zip(reference.tally.each_of(coverage, phase)) {
                let population = figure.population(mine)?;
                // Where the place has no pupil in the phase, the comparator need not know of it.
                if population > 0 {
                    add(population, figure.events(theirs)?, figure.population(theirs)?)?;
                }
            }
        }
    }
    Some(expectation)
}

/// The same for places of which several sources speak: from the first layers that know enough, of the same sources where
/// they do.
pub(crate) fn expect_of_layers(
    place: &Layers,
    reference: &Layers,
    coverage: Coverage,
    phase: PhaseCut,
    figure: Figure,
    within: Within,
) -> Option<Expectation> {
    place.on(coverage).find_map(|mine| {
        let (same, others): (Vec<&Counts>, Vec<&Counts>) = reference
            .on(coverage)
            .partition(|theirs| theirs.same_sources(mine));
        same.into_iter()
            .chain(others)
            .find_map(|theirs| expect(mine, theirs, phase, figure, within))
    })
}

#[cfg(test)]
mod tests {
    use super::{Within, expect};
    use crate::Base;
    use crate::counts::Counts;
    use crate::figures::Figure;
    use crate::tally::{Known, PhaseTally};
    use senlens_model::{
        Cell, Coverage, Extent, Need, NeedCut, Phase, PhaseCut, PlaceIndex, Provision, ProvisionCut,
        ProvisionMap, Universe, UnknownCount,
    };
    use std::sync::Arc;

    fn counts(primary: (u32, u32), secondary: (u32, u32)) -> Counts {
        let year = "202223".parse().expect("a year");
        let known = Known {
            roll: true,
            sen: ProvisionMap::from_array([true; 3]),
            needs: ProvisionMap::from_array([true; 3]),
            phases: true,
        };
        let universe = Universe {
            source: "schools.csv".into(),
            time_period: year,
            coverage: Coverage::StateFunded,
            extent: Extent::Whole,
        };
        let mut counts = Counts::new(Arc::new(universe), 0, known);
        for (phase, (mld, others)) in [(Phase::Primary, primary), (Phase::Secondary, secondary)] {
            let mut of_phase = PhaseTally::default();
            let cell = Cell::new(PlaceIndex(0), year, Some(phase), Provision::Total, mld);
            of_phase.add_cell(&Cell {
                primary_need: Some(Need::Mld),
                ..cell
            });
            of_phase.add_cell(&Cell {
                pupils: others,
                sen_provision: Provision::NoSen,
                ..cell
            });
            counts.tally.add(Some(phase), &of_phase);
        }
        counts
    }

    const FIGURE: Figure = Figure {
        provision: ProvisionCut::Total,
        need: NeedCut::Of(Need::Mld),
        base: Base::Pupils,
    };

    #[test]
    fn within_phase_removes_the_mix_of_phases() {
        // The reference: 1% in primary, 10% in secondary. The place has the same rates but is all secondary.
        let reference = counts((10, 990), (100, 900));
        let place = counts((0, 0), (20, 180));
        let crude = expect(&place, &reference, PhaseCut::Total, FIGURE, Within::Everything).expect("known");
        assert!((crude.expected - 11.0).abs() < 1e-12);
        let within = expect(&place, &reference, PhaseCut::Total, FIGURE, Within::Phase).expect("known");
        assert!((within.expected - 20.0).abs() < 1e-12 && within.z().expect("varies").abs() < 1e-12);
        assert!((within.variance - 18.0).abs() < 1e-12);
    }

    #[test]
    fn a_missing_stratum_is_not_guessed() {
        let reference = counts((10, 990), (0, 0));
        let place = counts((1, 99), (2, 98));
        let expected = |within| expect(&place, &reference, PhaseCut::Total, FIGURE, within);
        assert_eq!(expected(Within::Phase), None);
        assert!(expected(Within::Everything).is_some());
    }

    #[test]
    fn what_is_not_known_is_not_expected() {
        let mut place = counts((1, 99), (2, 98));
        place.known.roll = false;
        let reference = counts((10, 990), (100, 900));
        let expected = expect(&place, &reference, PhaseCut::Total, FIGURE, Within::Phase);
        assert_eq!(expected, None);
    }

    #[test]
    fn a_withheld_count_is_not_expected_nor_observed() {
        let (place, reference) = (counts((1, 99), (2, 98)), counts((10, 990), (100, 900)));
        let year = "202223".parse().expect("a year");
        let mut withheld = counts((0, 0), (0, 0));
        withheld.tally.add_unknown(&UnknownCount {
            cell: Cell {
                primary_need: Some(Need::Mld),
                ..Cell::new(PlaceIndex(0), year, Some(Phase::Primary), Provision::Total, 0)
            },
            most: Some(4),
        });
        let with = |counts: &Counts| {
            let mut sum = counts.clone();
            sum.pool(&withheld);
            sum
        };
        for within in [Within::Everything, Within::Phase] {
            let expected = |place: &Counts, reference: &Counts| {
                expect(place, reference, PhaseCut::Total, FIGURE, within)
            };
            assert!(expected(&place, &reference).is_some());
            assert_eq!(expected(&with(&place), &reference), None);
            assert_eq!(expected(&place, &with(&reference)), None);
        }
    }

    #[test]
    fn counts_of_a_part_of_the_schools_are_not_compared() {
        let (place, reference) = (counts((1, 99), (2, 98)), counts((10, 990), (100, 900)));
        let expected =
            |place: &Counts| expect(place, &reference, PhaseCut::Total, FIGURE, Within::Everything);
        assert!(expected(&place).is_some());
        assert_eq!(expected(&place.of_extent(Extent::Part)), None);
    }
}
