//! The nine regions of England.

use crate::AreaCode;

/// A region of England.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// Nine-character code.
    pub code: AreaCode,
    /// Name.
    pub name: &'static str,
}

impl Region {
    /// The nine regions, by code.
    pub fn all() -> Vec<Self> {
        let names = [
            "North East",
            "North West",
            "Yorkshire and The Humber",
            "East Midlands",
            "West Midlands",
            "East of England",
            "London",
            "South East",
            "South West",
        ];
        let code = |number: usize| {
            format!("E1200000{number}")
                .parse()
                .expect("nine characters, of the shape asked")
        };
        names
            .into_iter()
            .enumerate()
            .map(|(index, name)| Self {
                code: code(index + 1),
                name,
            })
            .collect()
    }

    /// The region of a code.
    pub fn of(code: AreaCode) -> Option<Self> {
        Self::all().into_iter().find(|region| region.code == code)
    }
}
