//! Of whom a rate is a share.

use std::fmt;

/// The denominator of a rate: share of all pupils and share of pupils with SEN disagree, so both are always shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// All pupils on roll.
    Pupils,
    /// Pupils at the provision of the row, those without an assessed need (NSA) included, as the Department does.
    Sen,
    /// Pupils at the provision of the row with a type of need: without NSA and without "missing".
    SenWithNeed,
}

impl Base {
    /// The three bases, in table order.
    pub const ALL: [Self; 3] = [Self::Pupils, Self::Sen, Self::SenWithNeed];

    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pupils => "pupils",
            Self::Sen => "sen",
            Self::SenWithNeed => "sen_with_need",
        }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
