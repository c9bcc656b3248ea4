//! A school, as far as comparing it needs.

use crate::{AreaCode, LaCode, Laestab, Need, NeedMap, Phase, Urn};

/// Specialist provision a school hosts, formally recognised by its authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpecialistProvision {
    /// Has a SEN unit.
    pub unit: bool,
    /// Has resourced provision.
    pub resourced_provision: bool,
    needs: NeedMap<bool>,
}

impl SpecialistProvision {
    /// Adds a need the provision is for (`Prov_MLD` and its like).
    #[must_use]
    pub fn with_need(mut self, need: Need) -> Self {
        self.needs[need] = true;
        self
    }

    /// Whether the provision is for a need.
    pub fn is_for(self, need: Need) -> bool {
        self.needs[need]
    }

    /// Whether the school hosts any.
    pub fn any(self) -> bool {
        self.unit || self.resourced_provision || self.needs.values().any(|is| *is)
    }
}

/// One school in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Unique reference number.
    pub urn: Urn,
    /// Authority and establishment number, where given.
    pub laestab: Option<Laestab>,
    /// Name as given.
    pub name: String,
    /// Phase.
    pub phase: Phase,
    /// Authority number.
    pub la_code: LaCode,
    /// Authority name.
    pub la_name: String,
    /// Authority's GSS code, where given.
    pub la_area_code: Option<AreaCode>,
    /// Region's GSS code, where given.
    pub region_code: Option<AreaCode>,
    /// Region name, where given.
    pub region_name: Option<String>,
    /// District's GSS code; none when blank or "Unknown": such a school is in no part of its authority.
    pub district_code: Option<AreaCode>,
    /// District name, where given.
    pub district_name: Option<String>,
    /// Specialist provision, where the source says; none when it does not carry the columns.
    pub specialist: Option<SpecialistProvision>,
}

#[cfg(test)]
mod tests {
    use super::SpecialistProvision;
    use crate::Need;

    #[test]
    fn provision_remembers_its_needs() {
        let provision = SpecialistProvision::default().with_need(Need::Mld);
        assert!(provision.any() && provision.is_for(Need::Mld) && !provision.is_for(Need::Slcn));
        assert!(!SpecialistProvision::default().any());
    }
}
