//! The keys of the rows of this rule: the authority, its parts and districts, and schools.

use crate::joint::AreaKey;
use senlens_compare::{Atlas, Inputs, Key, SchoolCounts};
use senlens_model::{AreaCode, Coverage, PhaseCut, Place, ProvisionCut};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The places of a run that get rows, at one provision.
pub(super) struct Rows<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) atlas: &'a Atlas<'a>,
    pub(super) provision: ProvisionCut,
    /// The number of each district that has a school.
    pub(super) districts: &'a BTreeMap<AreaCode, u32>,
}

impl Rows<'_> {
    pub(super) fn key(&self, place: Arc<Place>, coverage: Coverage, phase: PhaseCut) -> Key {
        Key {
            time_period: self.inputs.year,
            coverage,
            place,
            phase,
            sen_provision: self.provision,
        }
    }

    /// The authority and its parts.
    pub(super) fn authority_and_parts(&self) -> Vec<(AreaKey, &Arc<Place>)> {
        let own = self.inputs.area.la_code;
        let authority = self.atlas.authorities.get(&own).into_iter();
        let authority = authority.map(|area| (AreaKey::Authority(u32::from(own.get())), &area.place));
        let parts = self.atlas.parts.iter().enumerate();
        let parts =
            parts.map(|(at, part)| (AreaKey::Part(u32::try_from(at).expect("few parts")), &part.place));
        authority.chain(parts).collect()
    }

    pub(super) fn school_key(&self, each: &SchoolCounts<'_>) -> Key {
        let school = each.school;
        let state_funded = Coverage::StateFunded.counts(school.phase);
        let coverage = if state_funded {
            Coverage::StateFunded
        } else {
            Coverage::AllSchools
        };
        self.key(
            Arc::new(Place::of_school(school)),
            coverage,
            PhaseCut::Of(school.phase),
        )
    }
}
