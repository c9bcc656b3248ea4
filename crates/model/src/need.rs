//! Primary type of need, by census code. Codes, labels and years stand in `codes/codes.toml`.

use crate::codes::{NeedFacts, Validity, lists};
use crate::{AcademicYear, ParseError, fold};
use enum_map::{Enum, EnumMap};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A type of special educational need, as the school census codes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Enum, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[repr(u8)]
pub enum Need {
    /// Specific learning difficulty.
    Spld,
    /// Moderate learning difficulty.
    Mld,
    /// Severe learning difficulty.
    Sld,
    /// Profound and multiple learning difficulty.
    Pmld,
    /// Social, emotional and mental health (from 2014/15).
    Semh,
    /// Behavioural, emotional and social difficulty (to 2013/14); not a like-for-like forerunner of SEMH.
    Besd,
    /// Speech, language and communication needs.
    Slcn,
    /// Hearing impairment.
    Hi,
    /// Vision impairment.
    Vi,
    /// Multi-sensory impairment.
    Msi,
    /// Physical disability.
    Pd,
    /// Autistic spectrum disorder.
    Asd,
    /// Other difficulty or disability.
    Oth,
    /// SEN support, but no specialist assessment of type of need.
    Nsa,
    /// Down syndrome (census code from 2024/25).
    Ds,
    /// No type recorded, though the pupil has provision.
    Missing,
}

/// A value for each type of need.
pub type NeedMap<T> = EnumMap<Need, T>;

impl Need {
    /// Every need, in the order of the census guide.
    pub const ALL: [Self; 16] = [
        Self::Spld,
        Self::Mld,
        Self::Sld,
        Self::Pmld,
        Self::Semh,
        Self::Besd,
        Self::Slcn,
        Self::Hi,
        Self::Vi,
        Self::Msi,
        Self::Pd,
        Self::Asd,
        Self::Oth,
        Self::Nsa,
        Self::Ds,
        Self::Missing,
    ];

    /// The census code, as it stands in tables.
    pub fn as_str(self) -> &'static str {
        &self.facts().code
    }

    /// In a sentence.
    pub fn in_words(self) -> &'static str {
        &self.facts().words
    }

    /// The years in which the code holds.
    pub fn validity(self) -> Validity {
        self.facts().validity
    }

    /// Whether the census of a year has the code.
    pub fn is_in_use(self, year: AcademicYear) -> bool {
        self.validity().covers(year)
    }

    /// The position in [`Need::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether it names a need: not the codes for "not assessed" and "not recorded".
    pub fn is_type(self) -> bool {
        !matches!(self, Self::Nsa | Self::Missing)
    }

    fn facts(self) -> &'static NeedFacts {
        &lists().needs[self as usize]
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Need {
    type Err = ParseError;

    /// Reads a census code or the label of any release, by its letters.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match lists().need_labels.get(&fold(text)) {
            Some(NeedLabel::Of(need)) => Ok(*need),
            _ => Err(ParseError::new("a type of need the Department uses", text)),
        }
    }
}

impl TryFrom<String> for Need {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<Need> for String {
    fn from(need: Need) -> Self {
        need.as_str().to_owned()
    }
}

/// What a column of needs may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NeedLabel {
    /// Every pupil of the row's provision.
    Total,
    /// Pupils without a need, because they have no provision.
    NoNeed,
    /// One need.
    Of(Need),
}

impl FromStr for NeedLabel {
    type Err = ParseError;

    /// Reads the label of any release. Rows of pupils without special educational needs carry `Total`, a symbol or
    /// `No primary need`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        lists()
            .need_labels
            .get(&fold(text))
            .copied()
            .ok_or_else(|| ParseError::new("a type of need or total the Department uses", text))
    }
}

/// Which needs a row counts: all together, or one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NeedCut {
    /// Every pupil of the provision, whatever the need.
    Total,
    /// One need.
    Of(Need),
}

impl NeedCut {
    /// As it stands in tables: `Total` or the census code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Total => "Total",
            Self::Of(need) => need.as_str(),
        }
    }
}

impl fmt::Display for NeedCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Need, NeedLabel};

    #[test]
    fn labels_of_every_era() {
        for (label, need) in [
            ("Moderate Learning Difficulty", Need::Mld),
            ("mld", Need::Mld),
            ("Multi- Sensory Impairment", Need::Msi),
            ("Multi-sensory impairment", Need::Msi),
            ("Speech, Language and Communications needs", Need::Slcn),
            ("Speech language and communications needs", Need::Slcn),
            ("Profound & Multiple Learning Difficulty", Need::Pmld),
            ("Other Difficulty/Disability", Need::Oth),
            (
                "SEN support but no specialist assessment of type of need",
                Need::Nsa,
            ),
            ("No specialist assessment", Need::Nsa),
            ("Visual impairment", Need::Vi),
            ("Vision impairment", Need::Vi),
            ("Down syndrome", Need::Ds),
            ("Missing", Need::Missing),
            ("Autistic Spectrum Disorder", Need::Asd),
            ("Social, Emotional and Mental Health", Need::Semh),
        ] {
            assert_eq!(label.parse(), Ok(need), "{label}");
        }
        for bad in ["Total", "", "learning difficulty", "MLD2"] {
            assert!(bad.parse::<Need>().is_err(), "{bad}");
        }
    }

    #[test]
    fn totals_are_no_need() {
        for (text, label) in [
            ("Total", Some(NeedLabel::Total)),
            ("All pupils", Some(NeedLabel::Total)),
            ("All primary need", Some(NeedLabel::Total)),
            ("z", Some(NeedLabel::Total)),
            ("", Some(NeedLabel::Total)),
            ("No primary need", Some(NeedLabel::NoNeed)),
            ("Not reported", Some(NeedLabel::Of(Need::Missing))),
            ("Missing", Some(NeedLabel::Of(Need::Missing))),
            ("moderate learning difficulty", Some(NeedLabel::Of(Need::Mld))),
            ("mathematics", None),
        ] {
            assert_eq!(text.parse().ok(), label, "{text}");
        }
    }

    #[test]
    fn codes_hold_in_their_years() {
        for (need, year, holds) in [
            (Need::Besd, "201314", true),
            (Need::Besd, "201415", false),
            (Need::Semh, "201314", false),
            (Need::Semh, "201415", true),
            (Need::Ds, "202324", false),
            (Need::Ds, "202425", true),
            (Need::Mld, "199900", true),
        ] {
            assert_eq!(
                need.is_in_use(year.parse().expect("a year")),
                holds,
                "{need} {year}"
            );
        }
    }

    #[test]
    fn every_code_and_phrase_reads_back() {
        for need in Need::ALL {
            assert_eq!(need.as_str().parse(), Ok(need));
            assert_eq!(need.in_words().parse(), Ok(need));
            assert_eq!(Need::ALL[need.index()], need);
        }
    }
}
