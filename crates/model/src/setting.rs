//! Settings of a run that every stage speaks of, and how settings from several places come together.

use crate::{MARKING, ParseError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// For whom the run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Inside the authority: marked, unsuppressed.
    #[default]
    Internal,
    /// Anyone.
    Public,
}

impl Audience {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Internal, Self::Public];

    /// As it stands in run.json and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Public => "public",
        }
    }

    /// The words every internal page, sheet, chart and file carries.
    pub fn marking(self) -> Option<&'static str> {
        match self {
            Self::Internal => Some(MARKING),
            Self::Public => None,
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Audience {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        found.ok_or_else(|| ParseError::new("an audience (internal or public)", text))
    }
}

/// Whose schools get rows in the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The area's own.
    #[default]
    Area,
    /// Every school in the input.
    All,
}

impl Scope {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Area, Self::All];

    /// As it stands in run.json and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::All => "all",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        found.ok_or_else(|| ParseError::new("a scope (area or all)", text))
    }
}

/// Settings given in one place, completed by those given in another.
///
/// ```
/// # use senlens_model::Combine;
/// // The command line first, then the configuration.
/// assert_eq!(Some(2023).combine(Some(2022)), Some(2023));
/// assert_eq!(None.combine(Some(2022)), Some(2022));
/// assert_eq!(Vec::new().combine(vec!["a.csv"]), ["a.csv"]);
/// ```
pub trait Combine {
    /// What `self` says, and where it says nothing what `other` says.
    #[must_use]
    fn combine(self, other: Self) -> Self;
}

impl<T> Combine for Option<T> {
    fn combine(self, other: Self) -> Self {
        self.or(other)
    }
}

/// A list takes the place of another as a whole.
impl<T> Combine for Vec<T> {
    fn combine(self, other: Self) -> Self {
        if self.is_empty() { other } else { self }
    }
}

/// Entries are completed one by one.
impl<K: Ord, V> Combine for BTreeMap<K, V> {
    fn combine(self, mut other: Self) -> Self {
        other.extend(self);
        other
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, Combine, Scope};
    use std::collections::BTreeMap;

    #[test]
    fn words_read_back() {
        for audience in Audience::ALL {
            assert_eq!(audience.as_str().parse(), Ok(audience));
        }
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
        }
        assert!("everyone".parse::<Audience>().is_err() && "everyone".parse::<Scope>().is_err());
    }

    #[test]
    fn entries_are_completed_one_by_one() {
        let first = BTreeMap::from([("a", 1)]);
        let then = BTreeMap::from([("a", 2), ("b", 3)]);
        assert_eq!(first.combine(then), BTreeMap::from([("a", 1), ("b", 3)]));
    }
}
