//! The schools of a run as the joint model takes them.

use crate::joint::{School, SchoolPhase};
use senlens_compare::{Atlas, SchoolCounts};
use senlens_model::{AreaCode, Need, NeedCut, NeedMap, Phase, ProvisionCut};
use std::collections::BTreeMap;

/// A number for each district that has a school.
pub(super) fn district_numbers(atlas: &Atlas<'_>) -> BTreeMap<AreaCode, u32> {
    let mut numbers = BTreeMap::new();
    for each in &atlas.schools {
        if let Some(code) = each.school.district_code {
            let next = u32::try_from(numbers.len()).expect("fewer districts than schools");
            numbers.entry(code).or_insert(next);
        }
    }
    numbers
}

/// One school: its counts, its place among the others, and what the census says of its provision.
pub(super) fn model_school(
    index: usize,
    each: &SchoolCounts<'_>,
    atlas: &Atlas<'_>,
    districts: &BTreeMap<AreaCode, u32>,
) -> School {
    let SchoolCounts { school, tally, .. } = each;
    let stated = each.is_stated();
    let part = atlas
        .geography
        .part_of(school)
        .and_then(|at| u32::try_from(at).ok());
    // A school that withholds a count, or its roll, is not judged: what stands in its place below says nothing.
    let known = stated && tally.knows_needs(ProvisionCut::Total) && tally.roll().is_some();
    let count = |provision, need| {
        let pupils = tally.events(provision, NeedCut::Of(need)).unwrap_or(0);
        u32::try_from(pupils).expect("a school's pupils")
    };
    // A source without separate provisions has both under `Total`; they are put under SEN support.
    let any = |provision| {
        tally
            .events(provision, NeedCut::Total)
            .is_none_or(|pupils| pupils > 0)
    };
    let separate = any(ProvisionCut::SenSupport) || any(ProvisionCut::Plan);
    let first = if separate {
        ProvisionCut::SenSupport
    } else {
        ProvisionCut::Total
    };
    let second = |need| {
        if separate {
            count(ProvisionCut::Plan, need)
        } else {
            0
        }
    };
    let specialist = school.specialist.unwrap_or_default();
    School {
        id: u32::try_from(index).expect("fewer schools than that"),
        authority: u32::from(school.la_code.get()),
        part,
        district: school
            .district_code
            .and_then(|code| districts.get(&code).copied()),
        phase: match school.phase {
            _ if !known => SchoolPhase::Other,
            Phase::Primary => SchoolPhase::Primary,
            Phase::Secondary => SchoolPhase::Secondary,
            Phase::Special | Phase::NonMaintainedSpecial | Phase::AlternativeProvision => {
                SchoolPhase::Specialist
            }
            Phase::Nursery | Phase::Independent => SchoolPhase::Other,
        },
        pupils: u32::try_from(tally.roll().unwrap_or(0)).expect("a school's pupils"),
        // The long layout names the needs a unit is for, not the unit.
        has_unit: specialist.any(),
        has_resourced_provision: specialist.resourced_provision,
        has_mld_provision: specialist.is_for(Need::Mld),
        support: NeedMap::from_fn(|need| count(first, need)),
        plans: NeedMap::from_fn(second),
        expected: None,
        evidence: Vec::new(),
    }
}
