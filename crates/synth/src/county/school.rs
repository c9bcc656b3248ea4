//! One invented school and what is recorded of its pupils.

use super::margins::{NEED_COUNT, NEEDS, need_index};
use senlens_model::{AreaCode, Laestab, Need, Phase, SpecialistProvision, Urn};

/// Pupils by primary need, for the needs of 2022/23.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NeedCounts(pub(super) [u32; NEED_COUNT]);

impl NeedCounts {
    /// Pupils with a need; none for a need that the layouts of 2022/23 do not carry.
    pub fn of(self, need: Need) -> Option<u32> {
        NEEDS.contains(&need).then(|| self.0[need_index(need)])
    }

    /// Pupils of all needs together.
    pub fn total(self) -> u32 {
        self.0.iter().sum()
    }

    /// Every need with its pupils, in the order of the wide layout.
    pub fn iter(self) -> impl Iterator<Item = (Need, u32)> {
        NEEDS.into_iter().zip(self.0)
    }

    pub(super) fn add(&mut self, other: Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }
}

/// A school's pupils with special educational needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenCounts {
    /// Counted by primary need, as state-funded and non-maintained special schools are.
    ByNeed {
        /// Pupils with SEN support.
        support: NeedCounts,
        /// Pupils with an education, health and care plan.
        plans: NeedCounts,
    },
    /// Counted without need, as independent schools are.
    WithoutNeed {
        /// Pupils with SEN support.
        support: u32,
        /// Pupils with an education, health and care plan.
        plans: u32,
    },
}

impl SenCounts {
    /// Pupils with SEN support.
    pub fn support(self) -> u32 {
        match self {
            Self::ByNeed { support, .. } => support.total(),
            Self::WithoutNeed { support, .. } => support,
        }
    }

    /// Pupils with an education, health and care plan.
    pub fn plans(self) -> u32 {
        match self {
            Self::ByNeed { plans, .. } => plans.total(),
            Self::WithoutNeed { plans, .. } => plans,
        }
    }
}

/// An invented school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountySchool {
    /// Unique reference number, from 900001: real ones have not passed 200000 in England.
    pub urn: Urn,
    /// Authority and establishment number.
    pub laestab: Laestab,
    /// Name.
    pub name: String,
    /// Phase.
    pub phase: Phase,
    /// District's code.
    pub district_code: AreaCode,
    /// District's name.
    pub district_name: &'static str,
    /// The quadrant it lies in.
    pub quadrant: &'static str,
    /// Pupils on roll.
    pub pupils: u32,
    /// Pupils with special educational needs, as recorded.
    pub sen: SenCounts,
    /// Unit, resourced provision and the needs they are for. A school with a unit or resourced provision always names
    /// a need, so that the long layout, which has no column for the two, says the same of `any()`.
    pub specialist: SpecialistProvision,
    pub(super) description: Description,
}

/// What the files say of a school and no method asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Description {
    pub(super) establishment_type: &'static str,
    pub(super) denomination: &'static str,
    pub(super) admissions_policy: &'static str,
    pub(super) urban_rural: &'static str,
    pub(super) open_date: Option<String>,
    pub(super) ward: u32,
    pub(super) postcode: String,
}
