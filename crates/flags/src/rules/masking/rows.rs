//! The keys of the rows of this rule: the authority, its parts and districts, and schools.

use crate::joint::AreaKey;
use crate::rules::indicator::is_mainstream;
use senlens_compare::{Atlas, Inputs, Key, SchoolCounts};
use senlens_model::{AreaCode, Coverage, Extent, PhaseCut, Place, ProvisionCut, School};
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

    /// The authority and its parts, those of which the inputs say enough.
    pub(super) fn authority_and_parts(&self) -> Vec<(AreaKey, &Arc<Place>)> {
        self.areas()
            .into_iter()
            .filter(|(area, ..)| !matches!(area, AreaKey::District(_)))
            .filter(|(.., why_not)| why_not.is_none())
            .map(|(area, place, _)| (area, place))
            .collect()
    }

    /// The authority, its parts and its districts, each with the reason why nothing can be said of it, if there is one.
    pub(super) fn areas(&self) -> Vec<(AreaKey, &Arc<Place>, Option<String>)> {
        let geography = &self.atlas.geography;
        let own = self.inputs.area.la_code;
        let mut areas = Vec::new();
        if let Some(authority) = self.atlas.authorities.get(&own) {
            let why_not = self.why_not(&|_| true);
            let key = AreaKey::Authority(u32::from(own.get()));
            areas.push((key, &authority.place, why_not));
        }
        for (at, part) in self.atlas.parts.iter().enumerate() {
            let why_not = self.why_not(&|school| geography.part_of(school) == Some(at));
            let key = AreaKey::Part(u32::try_from(at).expect("few parts"));
            areas.push((key, &part.place, why_not));
        }
        for (code, district) in &self.atlas.districts {
            if let Some(number) = self.districts.get(code) {
                let why_not = self.why_not(&|school| geography.district_of(school) == Some(*code));
                areas.push((AreaKey::District(*number), &district.place, why_not));
            }
        }
        areas
    }

    /// Why nothing can be said of an area: its file holds a part of its schools, or some of them withhold their counts. Those
    /// that do are the small ones, so that the rest do not stand for them.
    fn why_not(&self, holds: &dyn Fn(&School) -> bool) -> Option<String> {
        if !matches!(self.atlas.schools_extent, Extent::Whole | Extent::Unchecked) {
            return Some("the schools given are not all of the authority's".to_owned());
        }
        let inside = self.atlas.schools.iter().filter(|each| {
            self.atlas.geography.is_of_authority(each.school)
                && is_mainstream(each.school.phase)
                && holds(each.school)
        });
        let (mut all, mut withheld) = (0_u64, 0_u64);
        for each in inside {
            all += 1;
            withheld += u64::from(each.is_stated() && !each.tally.knows_needs(self.provision));
        }
        (withheld > 0).then(|| format!("{withheld} of its {all} mainstream schools withhold counts by need"))
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
