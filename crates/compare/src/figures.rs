//! Which figures a place can have: needs, bases and cuts that its counts cover.

use crate::tally::Known;
use crate::{Base, PhaseTally};
use senlens_model::{Need, NeedCut, ProvisionCut};

/// The needs that school rows carry.
pub const SCHOOL_NEEDS: [NeedCut; 7] = [
    NeedCut::Total,
    NeedCut::Of(Need::Mld),
    NeedCut::Of(Need::Slcn),
    NeedCut::Of(Need::Semh),
    NeedCut::Of(Need::Asd),
    NeedCut::Of(Need::Spld),
    NeedCut::Of(Need::Nsa),
];

/// One figure: of a base of pupils, how many with a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure {
    /// SEN support and plans, together or apart.
    pub provision: ProvisionCut,
    /// The need.
    pub need: NeedCut,
    /// Of whom it is a share.
    pub base: Base,
}

impl Figure {
    /// Pupils with the need; none where the number is not known.
    pub fn events(self, tally: &PhaseTally) -> Option<u64> {
        tally.events(self.provision, self.need)
    }

    /// Pupils of the base; none where the number is not known.
    pub fn population(self, tally: &PhaseTally) -> Option<u64> {
        tally.population(self.provision, self.base)
    }

    /// Whether counts of which this much is known can give it.
    pub fn is_known(self, known: Known) -> bool {
        let (sen, needs) = (known.sen[self.provision], known.needs[self.provision]);
        match (self.need, self.base) {
            (NeedCut::Total, Base::Pupils) => known.roll && sen,
            // Every pupil with SEN has SEN.
            (NeedCut::Total, Base::Sen | Base::SenWithNeed) => false,
            (NeedCut::Of(_), Base::Pupils) => known.roll && needs,
            (NeedCut::Of(_), Base::Sen) => needs,
            (NeedCut::Of(need), Base::SenWithNeed) => needs && need.is_type(),
        }
    }
}

/// Every figure of these needs and bases, in table order.
pub fn figures(needs: &[NeedCut], bases: &[Base]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for provision in ProvisionCut::ALL {
        for need in needs {
            for base in bases {
                figures.push(Figure {
                    provision,
                    need: *need,
                    base: *base,
                });
            }
        }
    }
    figures
}
