//! What the model takes: schools as plain counts of pupils by need.

use super::evidence::Evidence;
use senlens_model::{Need, NeedMap};

/// The groups of needs the model works with: MLD, SLCN, SEMH, ASD, SPLD, the other named needs together, and no
/// assessed or usable code (NSA and missing).
pub(super) const GROUPS: usize = 7;
pub(super) const MLD: usize = 0;
pub(super) const SLCN: usize = 1;
pub(super) const SEMH: usize = 2;
pub(super) const ASD: usize = 3;
pub(super) const SPLD: usize = 4;
pub(super) const REST: usize = 5;
pub(super) const UNASSESSED: usize = 6;

/// One number for each need group.
pub(super) type ByGroup = [f64; GROUPS];

/// The group a need belongs to.
const fn group_of(need: Need) -> usize {
    match need {
        Need::Mld => MLD,
        Need::Slcn => SLCN,
        Need::Semh => SEMH,
        Need::Asd => ASD,
        Need::Spld => SPLD,
        Need::Sld
        | Need::Pmld
        | Need::Besd
        | Need::Hi
        | Need::Vi
        | Need::Msi
        | Need::Pd
        | Need::Oth
        | Need::Ds => REST,
        Need::Nsa | Need::Missing => UNASSESSED,
    }
}

/// A school's phase, as far as the model distinguishes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchoolPhase {
    /// Mainstream primary.
    Primary,
    /// Mainstream secondary (middle deemed secondary and all-through schools among them).
    Secondary,
    /// Special and alternative provision: never judged, its intake is its purpose.
    Specialist,
    /// Nursery and whatever else has too little primary need to judge.
    Other,
}

/// Which pupils are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Counted {
    /// SEN support and plans together.
    #[default]
    Total,
    /// SEN support alone.
    Support,
    /// Education, health and care plans alone.
    Plans,
}

/// One school of one year.
#[derive(Debug, Clone, PartialEq)]
pub struct School {
    /// The caller's own number for the school (not interpreted; results come in the order of the schools).
    pub id: u32,
    /// The caller's number for its authority.
    pub authority: u32,
    /// The caller's number for the part ("quadrant") of its authority, where parts are known.
    pub part: Option<u32>,
    /// The caller's number for its district, where known.
    pub district: Option<u32>,
    /// Its phase.
    pub phase: SchoolPhase,
    /// Pupils on roll.
    pub pupils: u32,
    /// The census flags an SEN unit.
    pub has_unit: bool,
    /// The census flags resourced provision.
    pub has_resourced_provision: bool,
    /// The census flags provision for MLD (`Prov_MLD`).
    pub has_mld_provision: bool,
    /// Pupils at SEN support by need. Where only SEN support and plans together are known, put them here and judge
    /// [`Counted::Total`] alone.
    pub support: NeedMap<u32>,
    /// Pupils with a plan by need.
    pub plans: NeedMap<u32>,
    /// Pupils by need that the school's case mix (year, sex, free meals) leads one to expect, at any one set of rates for
    /// the schools of its authority and phase: only how its mix differs from theirs enters. `None` where only the roll is
    /// known.
    pub expected: Option<NeedMap<f64>>,
    /// What pupil records and audits say of its pupils recorded with MLD; empty where only counts are known.
    pub evidence: Vec<Evidence>,
}

/// How the census describes a school's provision: decides how likely a specialist intake is beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Provision {
    None,
    Unit,
    Mld,
}

pub(super) const PROVISIONS: usize = 3;

impl School {
    pub(super) fn provision(&self) -> Provision {
        if self.has_mld_provision {
            Provision::Mld
        } else if self.has_unit || self.has_resourced_provision {
            Provision::Unit
        } else {
            Provision::None
        }
    }

    /// Its district; where none is known its part, else its authority.
    pub(super) fn district_key(&self) -> (u32, Option<u32>, Option<u32>) {
        match self.district {
            Some(district) => (self.authority, None, Some(district)),
            None => (self.authority, self.part, None),
        }
    }

    pub(super) fn observed(&self, counted: Counted) -> ByGroup {
        let mut observed = [0.0; GROUPS];
        for need in Need::ALL {
            observed[group_of(need)] += f64::from(match counted {
                Counted::Total => self.support[need] + self.plans[need],
                Counted::Support => self.support[need],
                Counted::Plans => self.plans[need],
            });
        }
        observed
    }

    /// What its case mix leads one to expect in each group, where that is known.
    pub(super) fn expected_in_groups(&self) -> Option<ByGroup> {
        let mut sums = [0.0; GROUPS];
        for (need, expected) in &self.expected? {
            sums[group_of(need)] += expected.max(0.0);
        }
        Some(sums)
    }

    /// What each group's log rate is measured against: the roll; where case mix is known, the roll of a school of the
    /// usual mix (`usual`: expected pupils per pupil on roll) of which as many would be expected.
    pub(super) fn offset(&self, usual: &ByGroup) -> ByGroup {
        let roll = f64::from(self.pupils.max(1));
        let Some(expected) = self.expected_in_groups() else {
            return [roll; GROUPS];
        };
        std::array::from_fn(|group| {
            let offset = expected[group] / usual[group];
            // A mix so far from the usual comes from too few pupils to be used as it is.
            if offset.is_finite() {
                offset.clamp(0.2 * roll, 5.0 * roll)
            } else {
                roll
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_mix_moves_what_a_school_is_measured_against() {
        let mut expected = NeedMap::default();
        expected[Need::Mld] = 12.0;
        let school = School {
            id: 0,
            authority: 0,
            part: None,
            district: None,
            phase: SchoolPhase::Primary,
            pupils: 200,
            has_unit: false,
            has_resourced_provision: false,
            has_mld_provision: false,
            support: NeedMap::default(),
            plans: NeedMap::default(),
            expected: Some(expected),
            evidence: Vec::new(),
        };
        // Usually 3 in 100: twelve are expected of 400 such pupils.
        let mut usual = [0.0; GROUPS];
        usual[MLD] = 0.03;
        assert!((school.offset(&usual)[MLD] - 400.0).abs() < 1e-9);
        // Where no pupil has a need, the offset is the roll.
        assert!((school.offset(&usual)[ASD] - 200.0).abs() < 1e-9);
        let unknown = School {
            expected: None,
            ..school
        };
        assert!(
            unknown
                .offset(&usual)
                .iter()
                .all(|offset| (offset - 200.0).abs() < 1e-9)
        );
    }
}
