//! Numbers of pupils as tables write them, and the symbols that stand in their place.

use senlens_model::Missing;
use std::collections::BTreeMap;

/// More pupils than England has; what is above is no count of pupils.
pub(crate) const MOST_PUPILS: u32 = 20_000_000;

/// More pupils than any authority has: the largest has under three hundred thousand.
pub(crate) const MOST_IN_AN_AUTHORITY: u32 = 1_000_000;

/// What stands in a column of counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// A number of pupils.
    Known(u32),
    /// A symbol or a blank: not a number, and never zero.
    Unknown(Missing),
}

/// What a rule says of a text that is no count.
pub(crate) const NOT_A_COUNT: &str = "not a count of pupils";

/// Reads a count: whole digits, with thousands in commas or a trailing `.0` if a program left them; or a symbol.
pub(crate) fn parse_count(text: &str) -> Option<Count> {
    let text = text.trim();
    if let Some(missing) = Missing::from_symbol(text) {
        return Some(Count::Unknown(missing));
    }
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    let number = if whole.contains(',') {
        let mut groups = whole.split(',');
        let first = groups.next().unwrap_or_default();
        if first.is_empty() || first.len() > 3 || !groups.all(|group| group.len() == 3) {
            return None;
        }
        digits(&whole.replace(',', ""))
    } else {
        digits(whole)
    }?;
    (number <= MOST_PUPILS).then_some(Count::Known(number))
}

fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// Whether a text that is no count looks like a percentage or a share.
pub(crate) fn looks_like_a_share(text: &str) -> bool {
    let number = text.trim().trim_end_matches('%').trim_end();
    let has_fraction = number
        .split_once('.')
        .is_some_and(|(_, fraction)| fraction.bytes().any(|digit| digit != b'0'));
    number.parse::<f64>().is_ok() && (has_fraction || text.contains('%'))
}

/// How often each symbol stood in place of a count, by column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Symbols(BTreeMap<(usize, Missing), u64>);

impl Symbols {
    /// Counts one symbol in the column of a slot.
    pub(crate) fn count(&mut self, slot: usize, missing: Missing) {
        *self.0.entry((slot, missing)).or_default() += 1;
    }

    /// One phrase a symbol: "`z` 12 times (SEN support 6, EHC plan 6)"; nothing when there were none.
    pub(crate) fn in_words(&self, name_of: impl Fn(usize) -> String) -> Option<String> {
        /// Columns named for a symbol; the rest are summed.
        const NAMED: usize = 4;
        let mut by_symbol: BTreeMap<Missing, Vec<(usize, u64)>> = BTreeMap::new();
        for ((slot, missing), count) in &self.0 {
            by_symbol.entry(*missing).or_default().push((*slot, *count));
        }
        let phrases: Vec<String> = by_symbol
            .iter()
            .map(|(missing, columns)| {
                let total: u64 = columns.iter().map(|(_, count)| count).sum();
                let named: Vec<String> = columns
                    .iter()
                    .take(NAMED)
                    .map(|(slot, count)| format!("{} {count}", name_of(*slot)))
                    .collect();
                let rest = columns.len().saturating_sub(NAMED);
                let more = match rest {
                    0 => String::new(),
                    1 => ", and 1 more column".to_owned(),
                    _ => format!(", and {rest} more columns"),
                };
                let times = senlens_files::counted(total, "time", "times");
                format!("`{}` {times} ({}{more})", missing.symbol(), named.join(", "))
            })
            .collect();
        (!phrases.is_empty()).then(|| phrases.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, Symbols, looks_like_a_share, parse_count};
    use senlens_model::Missing;

    #[test]
    fn counts_and_symbols() {
        for (text, count) in [
            ("0", Some(Count::Known(0))),
            ("271", Some(Count::Known(271))),
            ("1,046", Some(Count::Known(1046))),
            ("638,745.0", Some(Count::Known(638_745))),
            ("12.00", Some(Count::Known(12))),
            ("20000000", Some(Count::Known(20_000_000))),
            ("20000001", None),
            ("99999999999", None),
            ("", Some(Count::Unknown(Missing::Blank))),
            ("z", Some(Count::Unknown(Missing::Z))),
            ("SUPP", Some(Count::Unknown(Missing::Supp))),
            ("<5", Some(Count::Unknown(Missing::Below(5)))),
            ("[c]", Some(Count::Unknown(Missing::C))),
            ("-", Some(Count::Unknown(Missing::Dash))),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1.", None),
            ("1,2", None),
            (",123", None),
            ("1e3", None),
            ("twelve", None),
        ] {
            assert_eq!(parse_count(text), count, "{text}");
        }
    }

    #[test]
    fn shares_are_told_from_other_damage() {
        for (text, share) in [
            ("13.5", true),
            ("13 %", true),
            ("0.135", true),
            ("13.5%", true),
            ("several", false),
            ("12..5", false),
            ("-1", false),
        ] {
            assert_eq!(looks_like_a_share(text), share, "{text}");
        }
    }

    #[test]
    fn symbols_are_told_by_column() {
        let mut symbols = Symbols::default();
        assert_eq!(symbols.in_words(|_| String::new()), None);
        for slot in [0, 0, 1] {
            symbols.count(slot, Missing::Z);
        }
        symbols.count(1, Missing::Blank);
        assert_eq!(
            symbols
                .in_words(|slot| ["SEN support", "EHC plan"][slot].to_owned())
                .expect("some"),
            "`blank` 1 time (EHC plan 1); `z` 3 times (SEN support 2, EHC plan 1)"
        );
    }
}
