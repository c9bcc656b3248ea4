//! A figure as a reader may see it: withheld is not zero and not missing.

use serde::Serialize;

/// Why a figure is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The count is below the policy's minimum.
    SmallCount,
    /// The base is below the policy's minimum.
    SmallBase,
    /// One school has nearly all of an area's count.
    Dominated,
    /// It would give another withheld count away by subtraction.
    Protects,
    /// It was made from a count that is withheld or rounded, and would give it away.
    Derived,
}

/// A figure and its standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<T> {
    /// As counted or computed.
    Shown(T),
    /// Rounded under the policy.
    Rounded(T),
    /// Withheld; prints as `c`.
    Withheld(Why),
    /// The row has no such figure; prints as `z`.
    NotApplicable,
    /// The source does not say; prints as `x`.
    NotAvailable,
}

impl<T: Copy> Cell<T> {
    /// The figure, if a reader may see one.
    pub fn figure(self) -> Option<T> {
        match self {
            Self::Shown(figure) | Self::Rounded(figure) => Some(figure),
            Self::Withheld(_) | Self::NotApplicable | Self::NotAvailable => None,
        }
    }

    /// The cell with its figure changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Cell<U> {
        match self {
            Self::Shown(figure) => Cell::Shown(change(figure)),
            Self::Rounded(figure) => Cell::Rounded(change(figure)),
            Self::Withheld(why) => Cell::Withheld(why),
            Self::NotApplicable => Cell::NotApplicable,
            Self::NotAvailable => Cell::NotAvailable,
        }
    }

    /// The Department's symbol for a cell without a figure (`c`, `z`, `x`).
    pub fn symbol(self) -> Option<&'static str> {
        match self {
            Self::Shown(_) | Self::Rounded(_) => None,
            Self::Withheld(_) => Some("c"),
            Self::NotApplicable => Some("z"),
            Self::NotAvailable => Some("x"),
        }
    }
}

impl<T> From<T> for Cell<T> {
    /// A figure as counted or computed.
    fn from(figure: T) -> Self {
        Self::Shown(figure)
    }
}

impl<T> From<Option<T>> for Cell<T> {
    /// A figure that could not be computed is not applicable.
    fn from(figure: Option<T>) -> Self {
        figure.map_or(Self::NotApplicable, Self::Shown)
    }
}
