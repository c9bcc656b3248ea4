//! How text stands in the files we write: as a field of CSV, and in HTML or SVG.

use crate::spreadsheet::inert;
use std::borrow::Cow;

/// The text as a field of CSV: in quotation marks where it would otherwise break its line apart (RFC 4180), or where a
/// reader would lose the spaces around it; behind an apostrophe where a spreadsheet would take it for a formula
/// ([`read_inert`](crate::read_inert) takes it off).
///
/// ```
/// # use senlens_model::csv_field;
/// assert_eq!(csv_field("St Mary, Tarnby"), "\"St Mary, Tarnby\"");
/// assert_eq!(csv_field("The \"Old\" School"), "\"The \"\"Old\"\" School\"");
/// assert_eq!(csv_field("Hill"), "Hill");
/// assert_eq!(csv_field("=1+1"), "'=1+1");
/// ```
pub fn csv_field(text: &str) -> Cow<'_, str> {
    let text = inert(text);
    let must = text.contains([',', '"', '\n', '\r']) || text.trim().len() != text.len();
    if must {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        text
    }
}

/// The text as it may stand in an element of HTML or SVG, or in a quoted attribute.
///
/// ```
/// # use senlens_model::html_text;
/// assert_eq!(html_text("<a & b>"), "&lt;a &amp; b&gt;");
/// ```
pub fn html_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{csv_field, html_text};

    #[test]
    fn fields_of_csv() {
        for (text, written) in [
            ("Hill", "Hill"),
            ("", ""),
            ("Hill, The", "\"Hill, The\""),
            ("the \"Hub\"", "\"the \"\"Hub\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            (" led", "\" led\""),
            ("=Hill, The", "\"'=Hill, The\""),
            ("'=Hill", "''=Hill"),
        ] {
            assert_eq!(csv_field(text), written, "{text:?}");
        }
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(
            html_text("<script>'a' & \"b\""),
            "&lt;script&gt;&#39;a&#39; &amp; &quot;b&quot;"
        );
    }
}
