//! What an audit of records found: counts by school, provision and recorded need, never a child.

use crate::{Provision, Urn};

/// The needs an audit distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditedNeed {
    /// Moderate learning difficulty.
    Mld,
    /// Speech, language and communication needs.
    Slcn,
    /// Social, emotional and mental health.
    Semh,
    /// Any other need.
    Other,
}

impl AuditedNeed {
    /// Every such need, in the order of [`AuditedRecords::found`].
    pub const ALL: [Self; 4] = [Self::Mld, Self::Slcn, Self::Semh, Self::Other];

    /// As it stands on the sheet and in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mld => "MLD",
            Self::Slcn => "SLCN",
            Self::Semh => "SEMH",
            Self::Other => "other",
        }
    }
}

/// A filled-in line of an audit sheet: of the records held, how many were looked at, and which need was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuditedRecords {
    /// The school.
    pub urn: Urn,
    /// SEN support or plan.
    pub provision: Provision,
    /// The need recorded.
    pub recorded: AuditedNeed,
    /// Records held.
    pub held: u32,
    /// Records looked at: no more than held.
    pub looked_at: u32,
    /// Of them, by the need found, in the order of [`AuditedNeed::ALL`]: they add up to the records looked at.
    pub found: [u32; 4],
}
