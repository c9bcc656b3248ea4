//! Against whom, and standardised how.

use std::fmt;

/// Whom an area is compared with: pooled, the area itself included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparator {
    /// England.
    England,
    /// The area's region.
    Region,
    /// The authority's statistical neighbours.
    Neighbours,
    /// The authority the school, district or part lies in.
    OwnAuthority,
}

impl Comparator {
    /// Every comparator, in table order.
    pub const ALL: [Self; 4] = [Self::England, Self::Region, Self::Neighbours, Self::OwnAuthority];

    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::England => "England",
            Self::Region => "region",
            Self::Neighbours => "neighbours",
            Self::OwnAuthority => "own_authority",
        }
    }
}

impl fmt::Display for Comparator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A dimension within which like is compared with like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stratum {
    /// Phase of school.
    Phase,
    /// Year group.
    NcYear,
    /// Sex.
    Sex,
    /// Free school meals.
    FreeSchoolMeals,
    /// Ethnicity.
    Ethnicity,
}

impl Stratum {
    /// Every dimension.
    pub const ALL: [Self; 5] = [
        Self::Phase,
        Self::NcYear,
        Self::Sex,
        Self::FreeSchoolMeals,
        Self::Ethnicity,
    ];

    /// What pupils are adjusted for unless the user says otherwise. Ethnicity is left out: its strata are small, and which
    /// groups are identified more often is a question of its own (table `disproportionality`).
    pub const USUAL: [Self; 3] = [Self::NcYear, Self::Sex, Self::FreeSchoolMeals];

    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phase => "phase",
            Self::NcYear => "nc_year",
            Self::Sex => "sex",
            Self::FreeSchoolMeals => "fsm",
            Self::Ethnicity => "ethnicity",
        }
    }
}

/// How the expected number was made: crude, or within strata.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Adjustment(Vec<Stratum>);

impl Adjustment {
    /// The comparator's overall rate.
    pub fn crude() -> Self {
        Self(Vec::new())
    }

    /// The comparator's rate within each stratum.
    pub fn within(strata: &[Stratum]) -> Self {
        Self(strata.to_vec())
    }

    /// The strata; none when crude.
    pub fn strata(&self) -> &[Stratum] {
        &self.0
    }
}

impl fmt::Display for Adjustment {
    /// As it stands in tables: `crude`, `phase`, `nc_year+sex+fsm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("crude");
        }
        let names: Vec<&str> = self.0.iter().map(|stratum| stratum.as_str()).collect();
        f.write_str(&names.join("+"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Adjustment, Stratum};

    #[test]
    fn adjustments_print_their_strata() {
        assert_eq!(Adjustment::crude().to_string(), "crude");
        let strata = [Stratum::NcYear, Stratum::Sex, Stratum::FreeSchoolMeals];
        assert_eq!(Adjustment::within(&strata).to_string(), "nc_year+sex+fsm");
    }
}
