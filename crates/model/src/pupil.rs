//! What is known of the pupils in a cell: year group, sex, disadvantage, ethnicity, language.

use crate::ParseError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// National curriculum year group actually followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum NcYear {
    /// Early years, first (N1).
    N1,
    /// Early years, second (N2).
    N2,
    /// Reception.
    Reception,
    /// Years 1 to 14.
    Year(u8),
    /// National curriculum not followed (X), or a mixed class (M).
    NotFollowed,
}

impl FromStr for NcYear {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Ok(match text.trim() {
            "N1" | "n1" | "E1" => Self::N1,
            "N2" | "n2" | "E2" => Self::N2,
            "R" | "r" | "0" => Self::Reception,
            "X" | "x" | "M" | "m" => Self::NotFollowed,
            other => match other.parse::<u8>() {
                Ok(year @ 1..=14) => Self::Year(year),
                _ => return Err(ParseError::new("a year group (N1, N2, R, 1 to 14, X)", text)),
            },
        })
    }
}

impl fmt::Display for NcYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::N1 => f.write_str("N1"),
            Self::N2 => f.write_str("N2"),
            Self::Reception => f.write_str("R"),
            Self::Year(year) => write!(f, "{year}"),
            Self::NotFollowed => f.write_str("X"),
        }
    }
}

impl TryFrom<String> for NcYear {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<NcYear> for String {
    fn from(year: NcYear) -> Self {
        year.to_string()
    }
}

/// Sex as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Not known, or unclassified.
    Unknown,
}

/// Eligibility for free school meals on census day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FreeSchoolMeals {
    /// Eligible.
    Eligible,
    /// Not eligible.
    NotEligible,
    /// Not known.
    Unknown,
}

/// First language, in the Department's grouping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    English,
    /// Known or believed to be other than English.
    Other,
    /// Unclassified.
    Unclassified,
}

/// Ethnic group, in the census's main codes (local extended codes are folded into their main code when read).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the census's own four-letter codes; see `in_words`")]
pub enum Ethnicity {
    Wbri,
    Wiri,
    Wirt,
    Wrom,
    Woth,
    Mwbc,
    Mwba,
    Mwas,
    Moth,
    Aind,
    Apkn,
    Aban,
    Aoth,
    Bcrb,
    Bafr,
    Both,
    Chne,
    Ooth,
    Refu,
    Nobt,
}

impl Ethnicity {
    /// Every main code, in the census's order.
    pub const ALL: [Self; 20] = [
        Self::Wbri,
        Self::Wiri,
        Self::Wirt,
        Self::Wrom,
        Self::Woth,
        Self::Mwbc,
        Self::Mwba,
        Self::Mwas,
        Self::Moth,
        Self::Aind,
        Self::Apkn,
        Self::Aban,
        Self::Aoth,
        Self::Bcrb,
        Self::Bafr,
        Self::Both,
        Self::Chne,
        Self::Ooth,
        Self::Refu,
        Self::Nobt,
    ];

    /// The census code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wbri => "WBRI",
            Self::Wiri => "WIRI",
            Self::Wirt => "WIRT",
            Self::Wrom => "WROM",
            Self::Woth => "WOTH",
            Self::Mwbc => "MWBC",
            Self::Mwba => "MWBA",
            Self::Mwas => "MWAS",
            Self::Moth => "MOTH",
            Self::Aind => "AIND",
            Self::Apkn => "APKN",
            Self::Aban => "ABAN",
            Self::Aoth => "AOTH",
            Self::Bcrb => "BCRB",
            Self::Bafr => "BAFR",
            Self::Both => "BOTH",
            Self::Chne => "CHNE",
            Self::Ooth => "OOTH",
            Self::Refu => "REFU",
            Self::Nobt => "NOBT",
        }
    }

    /// In words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Wbri => "White British",
            Self::Wiri => "White Irish",
            Self::Wirt => "Traveller of Irish heritage",
            Self::Wrom => "Gypsy/Roma",
            Self::Woth => "any other White background",
            Self::Mwbc => "White and Black Caribbean",
            Self::Mwba => "White and Black African",
            Self::Mwas => "White and Asian",
            Self::Moth => "any other mixed background",
            Self::Aind => "Indian",
            Self::Apkn => "Pakistani",
            Self::Aban => "Bangladeshi",
            Self::Aoth => "any other Asian background",
            Self::Bcrb => "Black Caribbean",
            Self::Bafr => "Black African",
            Self::Both => "any other Black background",
            Self::Chne => "Chinese",
            Self::Ooth => "any other ethnic group",
            Self::Refu => "refused",
            Self::Nobt => "not yet obtained",
        }
    }
}

impl FromStr for Ethnicity {
    type Err = ParseError;

    /// Reads a main code. Extended codes are the reader's business.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let code = text.trim().to_uppercase();
        Self::ALL
            .into_iter()
            .find(|group| group.as_str() == code)
            .ok_or_else(|| ParseError::new("a main ethnicity code of the census", text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Ethnicity, NcYear};

    #[test]
    fn year_groups_straddle_their_edges() {
        for (text, year) in [
            ("N2", NcYear::N2),
            ("R", NcYear::Reception),
            ("1", NcYear::Year(1)),
            ("14", NcYear::Year(14)),
        ] {
            assert_eq!(text.parse(), Ok(year));
            assert_eq!(year.to_string(), text);
        }
        for bad in ["15", "-1", "", "N3", "Year 7"] {
            assert!(bad.parse::<NcYear>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ethnicity_reads_back_and_other_mixed_is_mixed() {
        for group in Ethnicity::ALL {
            assert_eq!(group.as_str().parse(), Ok(group));
        }
        assert_eq!(
            "MOTH".parse::<Ethnicity>().map(Ethnicity::in_words),
            Ok("any other mixed background")
        );
    }
}
