//! Symbols that stand where a number should: none of them is zero.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A cell of a published file that holds no number, with the symbol as it stood.
///
/// `x`, `z` and `:` mean different things in different releases, so the meaning is never guessed: the symbol is kept and
/// the release's own legend printed. Brackets (`[c]`) add no meaning and are dropped.
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
    /// `*`.
    Star,
    /// `#`.
    Hash,
    /// `-`.
    Dash,
    /// `<5` and its like: fewer than this.
    Below(u32),
}

/// The Department rounds pupils to ten at most, so that what rounds to zero is four at most.
const MOST_THAT_ROUNDS_TO_ZERO: u32 = 4;

impl Missing {
    /// The symbol a text is, or nothing when it is none.
    pub fn from_symbol(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        Some(match bare {
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
            "SUPP" | "Supp" | "supp" => Self::Supp,
            "*" => Self::Star,
            "#" => Self::Hash,
            "-" | "\u{2013}" | "\u{2014}" => Self::Dash,
            _ => Self::Below(below(bare)?),
        })
    }

    /// The symbol, as printed in notes (`blank` for an empty cell).
    pub fn symbol(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
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
            Self::Star => "*",
            Self::Hash => "#",
            Self::Dash => "-",
            Self::Below(limit) => return Cow::Owned(format!("<{limit}")),
        })
    }

    /// How many pupils the symbol allows at most, where it says so.
    pub fn most(self) -> Option<u32> {
        match self {
            Self::Below(limit) => limit.checked_sub(1),
            Self::Low | Self::K => Some(MOST_THAT_ROUNDS_TO_ZERO),
            _ => None,
        }
    }

    /// Whether it stands where nothing was asked or returned (`z` or an empty cell) rather than where a number is kept back.
    pub fn is_nothing_returned(self) -> bool {
        matches!(self, Self::Blank | Self::Z)
    }
}

/// The limit of `<5`, `< 5`, `<=4`, `less than 5` and `fewer than 5`.
fn below(text: &str) -> Option<u32> {
    let number = |rest: &str| rest.trim().parse::<u32>().ok();
    if let Some(rest) = text.strip_prefix("<=").or_else(|| text.strip_prefix('\u{2264}')) {
        return number(rest)?.checked_add(1);
    }
    let lower = text.to_ascii_lowercase();
    ["<", "less than ", "fewer than ", "under "]
        .iter()
        .find_map(|word| lower.strip_prefix(word))
        .and_then(number)
}

#[cfg(test)]
mod tests {
    use super::Missing;

    #[test]
    fn symbols_are_not_numbers_and_numbers_are_not_symbols() {
        for symbol in [
            "z", "x", "c", "low", "k", "u", ":", "~", ".", "..", "NA", "SUPP", "*", "#", "-", "<5", "<10",
        ] {
            assert_eq!(Missing::from_symbol(symbol).expect(symbol).symbol(), symbol);
            let bracketed = format!("[{symbol}]");
            assert_eq!(
                Missing::from_symbol(&bracketed).expect(symbol).symbol(),
                symbol,
                "{bracketed}"
            );
        }
        assert_eq!(Missing::from_symbol("  "), Some(Missing::Blank));
        for number in ["0", "1.5", "-1", "zz", "…", "<", "< many", "[5]"] {
            assert_eq!(Missing::from_symbol(number), None, "{number}");
        }
    }

    #[test]
    fn some_symbols_bound_what_they_stand_for() {
        for (symbol, most) in [
            ("<5", Some(4)),
            ("< 10", Some(9)),
            ("<=4", Some(4)),
            ("fewer than 5", Some(4)),
            ("low", Some(4)),
            ("k", Some(4)),
            ("<0", None),
            ("c", None),
            ("x", None),
            ("*", None),
        ] {
            assert_eq!(
                Missing::from_symbol(symbol).expect(symbol).most(),
                most,
                "{symbol}"
            );
        }
    }
}
