//! Symbols that stand where a number should: none of them is zero.

use serde::{Deserialize, Serialize};

/// A cell of a published file that holds no number, with the symbol as it stood.
///
/// `x`, `z` and `:` mean different things in different releases, so the meaning is never guessed: the raw symbol is
/// kept and the release's own legend printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Missing {
    /// An empty cell.
    Blank,
    /// `z`.
    Z,
    /// `x`.
    X,
    /// `c`.
    C,
    /// `low`.
    Low,
    /// `k`.
    K,
    /// `u`.
    U,
    /// `:`.
    Colon,
    /// `~`.
    Tilde,
    /// `.`.
    Dot,
    /// `..`.
    Dots,
    /// `NA`, `N/A`.
    Na,
    /// `SUPP`.
    Supp,
}

impl Missing {
    /// The symbol a text is, or nothing when it is none.
    pub fn from_symbol(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "" => Self::Blank,
            "z" | "Z" => Self::Z,
            "x" | "X" => Self::X,
            "c" | "C" => Self::C,
            "low" | "LOW" | "Low" => Self::Low,
            "k" | "K" => Self::K,
            "u" | "U" => Self::U,
            ":" => Self::Colon,
            "~" => Self::Tilde,
            "." => Self::Dot,
            ".." => Self::Dots,
            "NA" | "N/A" | "n/a" | "na" => Self::Na,
            "SUPP" | "supp" => Self::Supp,
            _ => return None,
        })
    }

    /// The symbol, as printed in notes (`blank` for an empty cell).
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Z => "z",
            Self::X => "x",
            Self::C => "c",
            Self::Low => "low",
            Self::K => "k",
            Self::U => "u",
            Self::Colon => ":",
            Self::Tilde => "~",
            Self::Dot => ".",
            Self::Dots => "..",
            Self::Na => "NA",
            Self::Supp => "SUPP",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Missing;

    #[test]
    fn symbols_are_not_numbers_and_numbers_are_not_symbols() {
        for symbol in ["z", "x", "c", "low", "k", "u", ":", "~", ".", "..", "NA", "SUPP"] {
            assert_eq!(Missing::from_symbol(symbol).expect(symbol).symbol(), symbol);
        }
        assert_eq!(Missing::from_symbol("  "), Some(Missing::Blank));
        for number in ["0", "1.5", "-1", "zz", "…"] {
            assert_eq!(Missing::from_symbol(number), None, "{number}");
        }
    }
}
