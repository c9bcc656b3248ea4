//! Primary type of need, by census code.

use crate::{ParseError, fold};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! needs {
    ($($(#[$doc:meta])* $name:ident $code:literal $words:literal [$($alias:literal),*];)*) => {
        /// A type of special educational need, as the school census codes it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[repr(u8)]
        pub enum Need {
            $($(#[$doc])* $name,)*
        }

        impl Need {
            /// Every need, in the order of the census guide.
            pub const ALL: [Self; 16] = [$(Self::$name,)*];

            /// The census code, as it stands in tables.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// In a sentence.
            pub fn in_words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }

            fn from_folded(folded: &str) -> Option<Self> {
                $(if [$($alias),*].contains(&folded) || fold($words) == folded || folded.eq_ignore_ascii_case($code) {
                    return Some(Self::$name);
                })*
                None
            }
        }
    };
}

needs! {
    /// Specific learning difficulty.
    Spld "SPLD" "specific learning difficulty" ["specific learning difficultie"];
    /// Moderate learning difficulty.
    Mld "MLD" "moderate learning difficulty" ["moderate learning difficultie"];
    /// Severe learning difficulty.
    Sld "SLD" "severe learning difficulty" ["severe learning difficultie"];
    /// Profound and multiple learning difficulty.
    Pmld "PMLD" "profound and multiple learning difficulty" ["profound and multiple learning difficultie"];
    /// Social, emotional and mental health (from 2014/15).
    Semh "SEMH" "social, emotional and mental health" ["social emotional and mental health need"];
    /// Behavioural, emotional and social difficulty (to 2013/14); not a like-for-like forerunner of SEMH.
    Besd "BESD" "behavioural, emotional and social difficulty"
        ["behaviour emotional and social difficulty", "behavioural emotional and social difficultie"];
    /// Speech, language and communication needs.
    Slcn "SLCN" "speech, language and communication needs" [];
    /// Hearing impairment.
    Hi "HI" "hearing impairment" [];
    /// Vision impairment.
    Vi "VI" "vision impairment" ["visual impairment"];
    /// Multi-sensory impairment.
    Msi "MSI" "multi-sensory impairment" ["multi sensory impairment", "multisensory impairment"];
    /// Physical disability.
    Pd "PD" "physical disability" [];
    /// Autistic spectrum disorder.
    Asd "ASD" "autistic spectrum disorder" ["autism spectrum disorder", "autism"];
    /// Other difficulty or disability.
    Oth "OTH" "other difficulty or disability" ["other difficulty disability", "other", "other difficulty and disability"];
    /// SEN support, but no specialist assessment of type of need.
    Nsa "NSA" "SEN support but no specialist assessment of type of need"
        ["no specialist assessment", "no specialist assessment of type of need"];
    /// Down syndrome (census code from 2024/25).
    Ds "DS" "Down syndrome" ["down s syndrome"];
    /// No type recorded, though the pupil has provision.
    Missing "MISSING" "no type of need recorded" ["missing", "unknown", "need unknown", "not recorded"];
}

impl Need {
    /// The position in [`Need::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether it names a need: not the codes for "not assessed" and "not recorded".
    pub fn is_type(self) -> bool {
        !matches!(self, Self::Nsa | Self::Missing)
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Need {
    type Err = ParseError;

    /// Reads a census code or the label of any release seen (DOMAIN 2.2), by its letters.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::from_folded(&fold(text))
            .ok_or_else(|| ParseError::new("a type of need the Department uses", text))
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
    use super::Need;

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
    fn every_code_and_phrase_reads_back() {
        for need in Need::ALL {
            assert_eq!(need.as_str().parse(), Ok(need));
            assert_eq!(need.in_words().parse(), Ok(need));
            assert_eq!(Need::ALL[need.index()], need);
        }
    }
}
