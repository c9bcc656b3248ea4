//! Texts that a spreadsheet would take for a formula, and how they stand in the CSV we write: behind an apostrophe.

use std::borrow::Cow;

/// What a spreadsheet takes a field for a formula by.
const STARTS_A_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The text as it may stand in a CSV file: behind an apostrophe where a spreadsheet would take it for a formula
/// (`=`, `+`, `-`, `@`, a tab or a line end comes first).
pub(crate) fn inert(text: &str) -> Cow<'_, str> {
    if would_start_a_formula(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that stands in a field that [`csv_field`](crate::csv_field) wrote, once a reader of CSV has taken off the
/// quotation marks.
///
/// ```
/// # use senlens_model::read_inert;
/// assert_eq!(read_inert("'=1+1"), "=1+1");
/// assert_eq!(read_inert("'tis a school"), "'tis a school");
/// ```
pub fn read_inert(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(text) if would_start_a_formula(text) => text,
        _ => field,
    }
}

/// Apostrophes before are seen through, so that every text comes back as it was.
fn would_start_a_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(STARTS_A_FORMULA)
}

#[cfg(test)]
mod tests {
    use super::{inert, read_inert};

    #[test]
    fn a_formula_stands_behind_an_apostrophe_and_comes_back() {
        for (text, written) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+44", "'+44"),
            ("-", "'-"),
            ("@school", "'@school"),
            ("\tx", "'\tx"),
            ("'=x", "''=x"),
            ("'tis a school", "'tis a school"),
            ("St Mary's = good", "St Mary's = good"),
            ("", ""),
        ] {
            assert_eq!(inert(text), written, "{text:?}");
            assert_eq!(read_inert(written), text, "{text:?}");
        }
    }
}
