//! What special educational provision a pupil has.

use crate::codes::{Validity, lists};
use crate::{ParseError, fold};
use enum_map::{Enum, EnumMap};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Special educational provision of the pupils in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Provision {
    /// No special educational need recorded (census code N).
    NoSen,
    /// SEN support (census code K), or School Action and School Action Plus (A and P) before.
    SenSupport,
    /// Education, health and care plan (census code E), or a statement before.
    Plan,
    /// Known only for SEN support and plans together; never mixed with either.
    Total,
    /// On roll, but the source does not say whether with special educational needs (a hospital school's blank cells).
    NotStated,
}

impl Provision {
    /// Whether its pupils have special educational needs.
    pub fn is_sen(self) -> bool {
        matches!(self, Self::SenSupport | Self::Plan | Self::Total)
    }
}

impl FromStr for Provision {
    type Err = ParseError;

    /// Reads a census code or the label of any release. `All pupils` and `Total` (of all pupils) are not provisions: see
    /// [`ProvisionLabel`].
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match lists().provision_labels.get(&fold(text)) {
            Some(ProvisionLabel::Of(code)) => Ok(code.provision()),
            _ => Err(ParseError::new("a provision the Department uses", text)),
        }
    }
}

/// A code of the census item `SENprovision`, old ones included. Labels and years stand in `codes/codes.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[repr(u8)]
pub enum ProvisionCode {
    /// No special educational need.
    N,
    /// SEN support.
    K,
    /// School Action.
    A,
    /// School Action Plus.
    P,
    /// Education, health and care plan.
    E,
    /// Statement.
    S,
}

impl ProvisionCode {
    /// Every code.
    pub const ALL: [Self; 6] = [Self::N, Self::K, Self::A, Self::P, Self::E, Self::S];

    /// The letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::N => "N",
            Self::K => "K",
            Self::A => "A",
            Self::P => "P",
            Self::E => "E",
            Self::S => "S",
        }
    }

    /// The provision it stands for.
    pub fn provision(self) -> Provision {
        match self {
            Self::N => Provision::NoSen,
            Self::K | Self::A | Self::P => Provision::SenSupport,
            Self::E | Self::S => Provision::Plan,
        }
    }

    /// The censuses at which the code holds.
    pub fn validity(self) -> Validity {
        lists().provision_years[self as usize]
    }
}

impl FromStr for ProvisionCode {
    type Err = ParseError;

    /// Reads one letter, of either case.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|code| code.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| {
                ParseError::new(
                    "a provision code of the census (N, K, E, or A, P, S before)",
                    text,
                )
            })
    }
}

/// What a column of provisions may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProvisionLabel {
    /// All pupils, with special educational needs or without.
    AllPupils,
    /// SEN support and plans together.
    AllSen,
    /// One provision, by the code that its label stands for.
    Of(ProvisionCode),
}

impl FromStr for ProvisionLabel {
    type Err = ParseError;

    /// Reads the label of any release, totals included.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        lists()
            .provision_labels
            .get(&fold(text))
            .copied()
            .ok_or_else(|| ParseError::new("a provision or total the Department uses", text))
    }
}

/// A value for each cut of provision.
pub type ProvisionMap<T> = EnumMap<ProvisionCut, T>;

/// Whose pupils a row counts: SEN support and plans together, or one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Enum)]
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
    use super::{Provision, ProvisionCode, ProvisionLabel};
    use crate::Term;

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

    #[test]
    fn totals_are_no_provision() {
        use ProvisionCode::{A, E, K, N, P, S};
        for (text, label) in [
            ("All pupils", Some(ProvisionLabel::AllPupils)),
            ("Total", Some(ProvisionLabel::AllPupils)),
            ("SEN total", Some(ProvisionLabel::AllSen)),
            ("Any special educational need", Some(ProvisionLabel::AllSen)),
            (
                "No identified special educational need",
                Some(ProvisionLabel::Of(N)),
            ),
            ("No SEN provision", Some(ProvisionLabel::Of(N))),
            (
                "SEN support / SEN without an EHC plan",
                Some(ProvisionLabel::Of(K)),
            ),
            ("School Action", Some(ProvisionLabel::Of(A))),
            ("School Action Plus", Some(ProvisionLabel::Of(P))),
            ("Education, health and care plans", Some(ProvisionLabel::Of(E))),
            ("Statement", Some(ProvisionLabel::Of(S))),
            ("suspended", None),
        ] {
            assert_eq!(text.parse().ok(), label, "{text}");
        }
    }

    #[test]
    fn codes_hold_at_their_censuses() {
        for (code, year, term, holds) in [
            (ProvisionCode::A, "201314", Term::Summer, true),
            (ProvisionCode::A, "201415", Term::Autumn, false),
            (ProvisionCode::K, "201314", Term::Spring, false),
            (ProvisionCode::E, "201415", Term::Spring, true),
            (ProvisionCode::S, "201718", Term::Spring, true),
            (ProvisionCode::S, "201718", Term::Summer, false),
            (ProvisionCode::N, "199900", Term::Summer, true),
        ] {
            let holds_at = code.validity().covers_census(year.parse().expect("a year"), term);
            assert_eq!(holds_at, holds, "{code:?} {year} {term:?}");
        }
    }
}
