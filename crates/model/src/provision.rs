//! What special educational provision a pupil has.

use crate::{ParseError, fold};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Special educational provision of the pupils in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Provision {
    /// No special educational need recorded (census code N).
    NoSen,
    /// SEN support (census code K; A and P before 2014/15).
    SenSupport,
    /// Education, health and care plan (census code E), or a statement before.
    Plan,
    /// Known only for SEN support and plans together; never mixed with either.
    Total,
    /// On roll, but the source does not say whether with special educational needs (a hospital school's blank cells).
    NotStated,
}

impl Provision {
    /// Reads a census code.
    pub fn from_census_code(code: &str) -> Option<Self> {
        Some(match code.trim() {
            "N" => Self::NoSen,
            "K" | "A" | "P" => Self::SenSupport,
            "E" | "S" => Self::Plan,
            _ => return None,
        })
    }

    /// Whether its pupils have special educational needs.
    pub fn is_sen(self) -> bool {
        matches!(self, Self::SenSupport | Self::Plan | Self::Total)
    }
}

impl FromStr for Provision {
    type Err = ParseError;

    /// Reads the labels of every release seen (DOMAIN 2.2). `All pupils` and `Total` (of all pupils) are not
    /// provisions: readers handle those rows themselves.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Ok(match fold(text).as_str() {
            "no sen" | "no identified sen" | "no sen provision" | "no special educational need" | "n" => {
                Self::NoSen
            }
            "sen support"
            | "sen support sen without an ehc plan"
            | "sen no statement or ehc"
            | "sen without an ehc plan"
            | "sen without statement or ehc"
            | "sen support sen without ehc plan"
            | "k" => Self::SenSupport,
            "ehc plan"
            | "education health and care plan"
            | "ehc plan or statement"
            | "statement or ehc"
            | "sen statement or ehc"
            | "statement ehc plan"
            | "statement or ehc plan"
            | "ehc"
            | "e" => Self::Plan,
            _ => return Err(ParseError::new("a provision the Department uses", text)),
        })
    }
}

/// Whose pupils a row counts: SEN support and plans together, or one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProvisionCut {
    /// SEN support and plans together.
    Total,
    /// SEN support alone.
    SenSupport,
    /// Education, health and care plans alone.
    Plan,
}

impl ProvisionCut {
    /// The three cuts, in table order.
    pub const ALL: [Self; 3] = [Self::Total, Self::SenSupport, Self::Plan];

    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Total => "Total",
            Self::SenSupport => "SEN support",
            Self::Plan => "Education, health and care plan",
        }
    }

    /// In a sentence: "with special educational needs", "on SEN support", "with a plan".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Total => "with special educational needs",
            Self::SenSupport => "on SEN support",
            Self::Plan => "with an education, health and care plan",
        }
    }

    /// Whether pupils of a provision are counted.
    pub fn counts(self, provision: Provision) -> bool {
        match self {
            Self::Total => provision.is_sen(),
            Self::SenSupport => provision == Provision::SenSupport,
            Self::Plan => provision == Provision::Plan,
        }
    }
}

impl fmt::Display for ProvisionCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Provision;

    #[test]
    fn labels_of_every_era() {
        for (label, provision) in [
            ("SEN No Statement or EHC", Provision::SenSupport),
            ("SEN support / SEN without an EHC plan", Provision::SenSupport),
            ("SEN Support", Provision::SenSupport),
            ("EHC plans", Provision::Plan),
            ("EHC plan", Provision::Plan),
            ("Education, health and care plan", Provision::Plan),
            ("Education, health and care plans", Provision::Plan),
            ("No SEN", Provision::NoSen),
            ("No identified SEN", Provision::NoSen),
            ("No SEN provision", Provision::NoSen),
        ] {
            assert_eq!(label.parse(), Ok(provision), "{label}");
        }
        assert!("All pupils".parse::<Provision>().is_err());
        assert!("Total".parse::<Provision>().is_err());
    }
}
