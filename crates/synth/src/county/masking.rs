//! Plants masking: some schools of one quadrant record part of their pupils' SLCN and SEMH as MLD.

use super::PlantedMasking;
use super::margins::need_index;
use super::school::{CountySchool, NeedCounts, SenCounts};
use crate::random::Random;
use senlens_model::{Need, Phase, Urn};

/// What was planted, and what the planted schools would otherwise have recorded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CountyTruth {
    /// The quadrant, if masking was planted.
    pub quadrant: Option<&'static str>,
    /// The schools that mask, in the order of their URN.
    pub schools: Vec<MaskedSchool>,
}

/// A school that masks.
#[derive(Debug, Clone, PartialEq)]
pub struct MaskedSchool {
    /// The school.
    pub urn: Urn,
    /// The chance, from 0 to 1, that a pupil with SEN support for SLCN or SEMH was recorded as MLD.
    pub share: f64,
    /// SEN support by need, had nothing been masked.
    pub true_support: NeedCounts,
    /// Pupils with SLCN recorded as MLD.
    pub moved_slcn: u32,
    /// Pupils with SEMH recorded as MLD.
    pub moved_semh: u32,
}

impl CountyTruth {
    /// All pupils whose need was recorded as MLD and is not.
    pub fn moved_pupils(&self) -> u32 {
        self.schools
            .iter()
            .map(|school| school.moved_slcn + school.moved_semh)
            .sum()
    }
}

/// Masks in the schools, and says where and how much.
///
/// Only SEN support of state-funded primary and secondary schools is touched: there the need is the school's own
/// judgement, while a plan's was assessed, and a special school's pupils have plans.
pub(super) fn plant(
    random: &mut Random,
    masking: &PlantedMasking,
    schools: &mut [CountySchool],
) -> CountyTruth {
    let quadrant = masking.quadrant.name();
    let mut candidates: Vec<usize> = (0..schools.len())
        .filter(|place| schools[*place].quadrant == quadrant)
        .filter(|place| matches!(schools[*place].phase, Phase::Primary | Phase::Secondary))
        .collect();
    random.shuffle(&mut candidates);
    let wanted = crate::random::count(libm::round(
        candidates.len() as f64 * masking.share_of_schools.clamp(0.0, 1.0),
    ));
    candidates.truncate(wanted as usize);
    candidates.sort_unstable();
    let masked = candidates
        .into_iter()
        .filter_map(|place| mask(random, masking, &mut schools[place]))
        .collect();
    CountyTruth {
        quadrant: Some(quadrant),
        schools: masked,
    }
}

fn mask(random: &mut Random, masking: &PlantedMasking, school: &mut CountySchool) -> Option<MaskedSchool> {
    let SenCounts::ByNeed { support, .. } = &mut school.sen else {
        return None;
    };
    let share = random
        .between(masking.least_masked, masking.most_masked)
        .clamp(0.0, 1.0);
    let true_support = *support;
    let [moved_slcn, moved_semh] = [Need::Slcn, Need::Semh].map(|need| {
        let pupils = &mut support.0[need_index(need)];
        let moved = random.binomial(*pupils, share);
        *pupils -= moved;
        moved
    });
    support.0[need_index(Need::Mld)] += moved_slcn + moved_semh;
    Some(MaskedSchool {
        urn: school.urn,
        share,
        true_support,
        moved_slcn,
        moved_semh,
    })
}
