//! What a reader knows of the places beside the tables: which lies in which, and whose counts are public already.

use crate::Table;
use senlens_model::{GeographicLevel, NeedCut, SourceKind};
use std::collections::{BTreeMap, BTreeSet};

/// A place as tables name it: `geographic_level` and `area_code`.
pub type PlaceCode = (GeographicLevel, String);

/// What a publication was counted from, and what the reader knows of its places.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sources {
    /// The kinds of source the counts come from.
    pub kinds: BTreeSet<SourceKind>,
    /// Which place lies in which.
    pub structure: Structure,
    /// Which needs each rule of `flags` and `explanations` reads at a row's place and provision, in each phase and all
    /// together, with `Total` where it reads the number with SEN. A rule that is not here is taken to read every count of
    /// the place.
    pub rule_needs: BTreeMap<String, Vec<NeedCut>>,
    /// The tables of earlier publications of the same records, as any reader has them: what they show is known, and what
    /// they withhold stays withheld.
    pub published: Vec<Table>,
}

/// Which place lies in which: a tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Structure {
    parents: BTreeMap<PlaceCode, PlaceCode>,
    public: BTreeSet<PlaceCode>,
}

impl Structure {
    /// Says that a place lies in another, the smallest that has rows of its own: a school in its district, a district
    /// in its part (or in the authority), a part in the authority, a school without a district in the authority. Say
    /// that an authority lies in a region only where the tables hold every authority of that region.
    pub fn lies_in(&mut self, place: PlaceCode, parent: PlaceCode) {
        self.parents.insert(place, parent);
    }

    /// Says that every count of a place is public already, as the Department publishes those of authorities: they are
    /// never withheld, and a reader subtracts from them.
    pub fn is_public(&mut self, place: PlaceCode) {
        self.public.insert(place);
    }

    /// The place a place lies in.
    pub fn parent(&self, place: &PlaceCode) -> Option<&PlaceCode> {
        self.parents.get(place)
    }

    /// The places whose counts were said to be public.
    pub fn public(&self) -> impl Iterator<Item = &PlaceCode> {
        self.public.iter()
    }

    /// Every place and its parent.
    pub fn parents(&self) -> impl Iterator<Item = (&PlaceCode, &PlaceCode)> {
        self.parents.iter()
    }

    /// Whether its counts are public already. England and regions without children here are: their figures can only
    /// have come from the Department.
    pub fn counts_are_public(&self, place: &PlaceCode) -> bool {
        self.public.contains(place)
            || (matches!(place.0, GeographicLevel::National | GeographicLevel::Regional)
                && !self.parents.values().any(|parent| parent == place))
    }
}
