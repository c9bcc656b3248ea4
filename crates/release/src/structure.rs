//! What a reader knows of the places beside the tables: which lies in which, and whose counts are public already.

use crate::Table;
use senlens_model::{GeographicLevel, Geography, PlaceCode, SourceKind};
use std::collections::BTreeSet;

/// What a publication was counted from, and what the reader knows of its places.
#[derive(Debug, Clone, PartialEq)]
pub struct Sources {
    /// The kinds of source the counts come from.
    pub kinds: BTreeSet<SourceKind>,
    /// What the reader knows of the places.
    pub structure: Structure,
    /// The tables of earlier publications of the same records, as any reader has them: what they show is known, and what
    /// they withhold stays withheld.
    pub published: Vec<Table>,
}

/// The places as a reader subtracts them: which lies in which, where their counts add up, and whose counts are public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    geography: Geography,
    authority: PlaceCode,
    adds_up_to_authority: bool,
    public: BTreeSet<PlaceCode>,
}

impl Structure {
    /// The places of a geography, no counts of which are public, and which add up to the authority.
    pub fn new(geography: Geography) -> Self {
        Self {
            authority: geography.authority().place_code(),
            geography,
            adds_up_to_authority: true,
            public: BTreeSet::new(),
        }
    }

    /// Says that the schools given are not all of the authority's: its counts are not the sum of its places.
    pub fn does_not_add_up_to_authority(&mut self) {
        self.adds_up_to_authority = false;
    }

    /// Says that every count of a place is public already, as the Department publishes those of authorities: they are
    /// never withheld, and a reader subtracts from them.
    pub fn is_public(&mut self, place: PlaceCode) {
        self.public.insert(place);
    }

    /// The smallest place to whose counts those of a place are added.
    pub fn parent(&self, place: &PlaceCode) -> Option<&PlaceCode> {
        self.geography
            .parent(place)
            .filter(|parent| self.adds_up_to_authority || **parent != self.authority)
    }

    /// Every place with its parent, in order.
    pub fn parents(&self) -> impl Iterator<Item = (&PlaceCode, &PlaceCode)> {
        self.geography
            .parents()
            .filter(|(_, parent)| self.adds_up_to_authority || **parent != self.authority)
    }

    /// The places whose counts were said to be public.
    pub fn public(&self) -> impl Iterator<Item = &PlaceCode> {
        self.public.iter()
    }

    /// Whether its counts are public already. England's and regions' are: no place lies in them, so their figures can only
    /// have come from the Department.
    pub fn counts_are_public(&self, place: &PlaceCode) -> bool {
        match place.0 {
            GeographicLevel::National | GeographicLevel::Regional => true,
            GeographicLevel::LocalAuthority
            | GeographicLevel::Quadrant
            | GeographicLevel::District
            | GeographicLevel::School => self.public.contains(place),
        }
    }
}
