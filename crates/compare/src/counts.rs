//! Counts of one place on one universe, the shares they give, and the layers of a place that several sources speak of.
//!
//! A share is made here alone, of two counts of one [`Counts`]: there is no way to divide the counts of two sources that
//! do not agree.

use crate::figures::Figure;
use crate::tally::{Known, PhaseTally, Tally};
use senlens_model::{Coverage, Extent, NeedCut, PhaseCut, ProvisionCut, PupilRange, Universe};
use senlens_stats::CountOf;
use std::sync::Arc;

/// Counts of one place on one universe, and what of them is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    universe: Arc<Universe>,
    /// Which of the run's sources they come from, a bit each.
    sources: u32,
    pub(crate) tally: Tally,
    pub(crate) known: Known,
    pub(crate) rounding: Rounding,
}

/// The number that a source rounds its counts to, and how many counts are added up here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounding {
    to: u32,
    counts: u32,
}

impl Rounding {
    /// So many counts, each as it is, or rounded to `to`.
    pub(crate) fn to(to: u32) -> Self {
        Self { to, counts: 0 }
    }

    /// One more count is added up.
    pub(crate) fn add(&mut self, counts: u32) {
        self.counts += counts;
    }

    /// By how much the sum may differ from the true one: half of what is rounded to for each count, or four standard errors
    /// of the sum of so many rounded counts (each has variance `to` squared over twelve), which are less when there are many.
    fn may_differ_by(self) -> u64 {
        if self.to <= 1 {
            return 0;
        }
        let (to, counts) = (u64::from(self.to), u64::from(self.counts));
        (counts * to / 2).min(to * ((4 * counts / 3).isqrt() + 1))
    }
}

/// So many of so many, both of one universe and both known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    universe: Arc<Universe>,
    events: u64,
    population: u64,
}

impl Share {
    /// Pupils with the need.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Pupils of the base.
    pub fn population(&self) -> u64 {
        self.population
    }

    /// The universe of both.
    pub fn universe(&self) -> &Arc<Universe> {
        &self.universe
    }

    /// Both, for the methods of statistics; none where more have the need than there are.
    pub fn count(&self) -> Option<CountOf> {
        CountOf::new(self.events, self.population).ok()
    }
}

/// How the counts of two sources stand to one another where both speak of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Every count that both know is the same.
    Agree,
    /// There is no count that both know.
    NothingInCommon,
    /// The first has fewer.
    Fewer(Difference),
    /// The first has more.
    More(Difference),
}

/// A count that two sources do not agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) of: Met,
    pub(crate) first: u64,
    pub(crate) second: u64,
}

/// What two sources both count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Met {
    Sen(ProvisionCut),
    Roll,
}

impl Met {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Sen(ProvisionCut::Total) => "pupils with special educational needs",
            Self::Sen(ProvisionCut::SenSupport) => "pupils on SEN support",
            Self::Sen(ProvisionCut::Plan) => "pupils with an education, health and care plan",
            Self::Roll => "pupils on roll",
        }
    }
}

impl Counts {
    pub(crate) fn new(universe: Arc<Universe>, source: usize, known: Known) -> Self {
        Self {
            universe,
            sources: 1 << source.min(31),
            tally: Tally::default(),
            known,
            rounding: Rounding::to(1),
        }
    }

    /// Their universe.
    pub fn universe(&self) -> &Arc<Universe> {
        &self.universe
    }

    /// What of them is known.
    pub fn known(&self) -> Known {
        self.known
    }

    /// Whether they come from the same sources.
    pub(crate) fn same_sources(&self, other: &Self) -> bool {
        self.sources == other.sources
    }

    pub(crate) fn shares_a_source_with(&self, other: &Self) -> bool {
        self.sources & other.sources != 0
    }

    /// The same, of another extent.
    pub(crate) fn of_extent(mut self, extent: Extent) -> Self {
        self.universe = Arc::new(Universe {
            extent,
            ..(*self.universe).clone()
        });
        self
    }

    /// Their sum over a cut of phase.
    pub(crate) fn sum(&self, phase: PhaseCut) -> PhaseTally {
        self.tally.sum(self.universe.coverage, phase)
    }

    /// The share a figure asks for in a cut of phase; none where either count of it is not known.
    pub fn share(&self, phase: PhaseCut, figure: Figure) -> Option<Share> {
        if !figure.is_known(self.known) || (phase != PhaseCut::Total && !self.known.phases) {
            return None;
        }
        let sum = self.sum(phase);
        Some(Share {
            universe: Arc::clone(&self.universe),
            events: figure.events(&sum)?,
            population: figure.population(&sum)?,
        })
    }

    /// Between what bounds a count lies in a cut of phase; none where the source has no such count at all.
    pub fn range(&self, phase: PhaseCut, provision: ProvisionCut, need: NeedCut) -> Option<PupilRange> {
        let carried = match need {
            NeedCut::Total => self.known.sen[provision],
            NeedCut::Of(_) => self.known.needs[provision],
        };
        (carried && (phase == PhaseCut::Total || self.known.phases))
            .then(|| self.sum(phase).events_range(provision, need))
    }

    /// How these counts stand to others of the same coverage and year. Counts that differ by no more than their rounding
    /// allows agree.
    pub(crate) fn relation(&self, other: &Self) -> Relation {
        self.relation_in(other, PhaseCut::Total)
    }

    fn relation_in(&self, other: &Self, phase: PhaseCut) -> Relation {
        let (mine, theirs) = (self.sum(phase), other.sum(phase));
        let slack = self.rounding.may_differ_by() + other.rounding.may_differ_by();
        let mut met = Vec::new();
        for provision in ProvisionCut::ALL {
            if self.known.sen[provision] && other.known.sen[provision] {
                let range = |tally: &PhaseTally| {
                    // Equal totals show that schools which returned nothing have no such pupil in either.
                    tally.events_returned(provision, NeedCut::Total).map_or_else(
                        || tally.events_range(provision, NeedCut::Total),
                        PupilRange::exactly,
                    )
                };
                met.push((Met::Sen(provision), range(&mine), range(&theirs)));
            }
        }
        if let (true, true, Some(mine), Some(theirs)) =
            (self.known.roll, other.known.roll, mine.roll(), theirs.roll())
        {
            met.push((Met::Roll, PupilRange::exactly(mine), PupilRange::exactly(theirs)));
        }
        let mut agreed = false;
        for (of, mine, theirs) in met {
            let difference = Difference {
                of,
                first: mine.least,
                second: theirs.least,
            };
            if mine.most.is_some_and(|most| most + slack < theirs.least) {
                return Relation::Fewer(difference);
            }
            if theirs.most.is_some_and(|most| most + slack < mine.least) {
                return Relation::More(difference);
            }
            // Ranges that meet do not show that the counts are the same.
            agreed |= mine.known().is_some() && theirs.known().is_some();
        }
        if agreed {
            Relation::Agree
        } else {
            Relation::NothingInCommon
        }
    }

    /// What both say together, where they agree on every count that both know: then they count the same pupils, and what one
    /// does not say the other may. Phases stay apart where both tell them apart and agree on each.
    pub(crate) fn joined(&self, other: &Self) -> Option<Self> {
        let (mine, theirs) = (&*self.universe, &*other.universe);
        let same = (mine.time_period, mine.coverage) == (theirs.time_period, theirs.coverage);
        if !same || self.relation(other) != Relation::Agree {
            return None;
        }
        let by_phase = self.known.phases
            && other.known.phases
            && self
                .tally
                .phases()
                .into_iter()
                .chain(other.tally.phases())
                .all(|phase| {
                    !mine.coverage.counts(phase)
                        || !matches!(
                            self.relation_in(other, PhaseCut::Of(phase)),
                            Relation::Fewer(_) | Relation::More(_)
                        )
                });
        let prepared = |counts: &Self| {
            if by_phase {
                counts.tally.clone()
            } else {
                counts.tally.without_phases(mine.coverage)
            }
        };
        let (mut tally, mut known) = (prepared(self), self.known);
        tally.complete(&mut known, &prepared(other), other.known);
        let total = ProvisionCut::Total;
        if self.known.sen[total] && other.known.sen[total] {
            tally.all_returned();
        }
        known.phases = by_phase;
        let source = if self.shares_a_source_with(other) {
            Arc::clone(&mine.source)
        } else {
            format!("{} and {}", mine.source, theirs.source).into()
        };
        Some(Self {
            universe: Arc::new(Universe {
                source,
                extent: mine.extent.min(theirs.extent),
                ..mine.clone()
            }),
            sources: self.sources | other.sources,
            tally,
            known,
            rounding: if self.rounding.may_differ_by() < other.rounding.may_differ_by() {
                other.rounding
            } else {
                self.rounding
            },
        })
    }

    /// Adds another place's counts of the same source.
    pub(crate) fn pool(&mut self, other: &Self) {
        self.tally.add_all(&other.tally);
        self.known = self.known.in_common(other.known);
        self.rounding.add(other.rounding.counts);
        let extent = self.universe.extent.max(other.universe.extent);
        if extent != self.universe.extent {
            *self = self.clone().of_extent(extent);
        }
    }
}

/// The counts of one place, one layer a universe, the first to be believed.
#[derive(Debug, Clone, Default)]
pub struct Layers(Vec<Counts>);

impl Layers {
    /// Puts the sources' counts of a place together: those that agree become one, the others stay apart.
    pub(crate) fn of(candidates: Vec<Counts>) -> Self {
        let mut layers: Vec<Counts> = Vec::new();
        for candidate in candidates {
            let found = layers
                .iter()
                .enumerate()
                .find_map(|(at, layer)| Some((at, layer.joined(&candidate)?)));
            match found {
                Some((at, joined))
                    if joined.known.phases || !layers[at].known.phases && !candidate.known.phases =>
                {
                    layers[at] = joined;
                }
                // Together they do not tell phases apart, though one does alone.
                Some((_, joined)) => {
                    layers.push(joined);
                    layers.push(candidate);
                }
                None => layers.push(candidate),
            }
        }
        Self(layers)
    }

    /// The layers of a coverage.
    pub fn on(&self, coverage: Coverage) -> impl Iterator<Item = &Counts> {
        self.0
            .iter()
            .filter(move |counts| counts.universe.coverage == coverage)
    }

    /// The first share that a layer of the coverage can give.
    pub fn share(&self, coverage: Coverage, phase: PhaseCut, figure: Figure) -> Option<Share> {
        self.on(coverage).find_map(|counts| counts.share(phase, figure))
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Layers, Met, Relation};
    use crate::Base;
    use crate::figures::Figure;
    use crate::tally::Known;
    use senlens_model::{
        Cell, Coverage, Extent, Need, NeedCut, Phase, PhaseCut, PlaceIndex, Provision, ProvisionCut,
        ProvisionMap, Universe,
    };
    use std::sync::Arc;

    /// SEN support and plans together alone.
    const TOGETHER: ProvisionMap<bool> = ProvisionMap::from_array([true, false, false]);

    /// A table of one source: per phase, on roll without SEN, MLD, other needs.
    fn counts(source: usize, roll: bool, needs: bool, by_phase: &[(Option<Phase>, u32, u32, u32)]) -> Counts {
        let universe = Universe {
            source: format!("{source}.csv").into(),
            time_period: "202223".parse().expect("a year"),
            coverage: Coverage::StateFunded,
            extent: Extent::Whole,
        };
        let known = Known {
            roll,
            sen: TOGETHER,
            needs: TOGETHER.map(|_, known| known && needs),
            phases: by_phase.iter().all(|(phase, ..)| phase.is_some()),
        };
        let mut counts = Counts::new(Arc::new(universe), source, known);
        for (phase, without, mld, other) in by_phase {
            let year = "202223".parse().expect("a year");
            let cell = |provision, need, pupils| Cell {
                primary_need: need,
                ..Cell::new(PlaceIndex(0), year, *phase, provision, pupils)
            };
            if roll {
                counts.tally.add_cell(&cell(Provision::NoSen, None, *without));
            }
            let need = |need| needs.then_some(need);
            counts
                .tally
                .add_cell(&cell(Provision::Total, need(Need::Mld), *mld));
            counts
                .tally
                .add_cell(&cell(Provision::Total, need(Need::Slcn), *other));
        }
        counts
    }

    const MLD_OF_ALL: Figure = Figure {
        provision: ProvisionCut::Total,
        need: NeedCut::Of(Need::Mld),
        base: Base::Pupils,
    };

    #[test]
    fn sources_that_agree_give_a_share_together() {
        let (primary, secondary) = (Some(Phase::Primary), Some(Phase::Secondary));
        let schools = counts(0, true, false, &[(primary, 90, 4, 6), (secondary, 40, 5, 5)]);
        let table = counts(1, false, true, &[(primary, 0, 4, 6), (secondary, 0, 5, 5)]);
        let layers = Layers::of(vec![schools.clone(), table]);
        let share = |layers: &Layers, phase| layers.share(Coverage::StateFunded, phase, MLD_OF_ALL);
        let all = share(&layers, PhaseCut::Total).expect("known together");
        assert_eq!((all.events(), all.population()), (9, 150));
        assert_eq!(&*all.universe().source, "0.csv and 1.csv");
        let primary = share(&layers, PhaseCut::Of(Phase::Primary)).expect("known together");
        assert_eq!((primary.events(), primary.population()), (4, 100));

        // A table of all phases together agrees on the whole, and says nothing of one phase.
        let layers = Layers::of(vec![schools, counts(1, false, true, &[(None, 0, 9, 11)])]);
        let all = share(&layers, PhaseCut::Total).expect("known together");
        assert_eq!((all.events(), all.population()), (9, 150));
        assert_eq!(share(&layers, PhaseCut::Of(Phase::Primary)), None);
    }

    #[test]
    fn counts_of_sources_that_do_not_agree_are_never_divided() {
        let part = counts(0, true, false, &[(Some(Phase::Primary), 90, 4, 6)]);
        let table = counts(1, false, true, &[(Some(Phase::Primary), 0, 14, 16)]);
        let layers = Layers::of(vec![part.clone(), table.clone()]);
        assert_eq!(
            layers.share(Coverage::StateFunded, PhaseCut::Total, MLD_OF_ALL),
            None
        );
        let of_sen = Figure {
            base: Base::Sen,
            ..MLD_OF_ALL
        };
        let share = layers
            .share(Coverage::StateFunded, PhaseCut::Total, of_sen)
            .expect("the table has both");
        assert_eq!((share.events(), share.population()), (14, 30));
        let Relation::Fewer(difference) = part.relation(&table) else {
            panic!("{:?}", part.relation(&table));
        };
        assert_eq!((difference.first, difference.second), (10, 30));
        assert_eq!(difference.of, Met::Sen(ProvisionCut::Total));
        assert!(matches!(table.relation(&part), Relation::More(_)));
    }
}
