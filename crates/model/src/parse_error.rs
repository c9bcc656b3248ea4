//! The one error of this crate's parsers: what was expected, what was seen.

/// Text that does not name what it should.
///
/// `seen` is the offending text; readers of pupil files must not print it (see `rule` for a message without it).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {rule}: `{seen}`")]
pub struct ParseError {
    /// The rule broken, as a noun phrase: "a unique reference number (six digits)".
    pub rule: &'static str,
    /// The text as it stood.
    pub seen: String,
}

impl ParseError {
    pub(crate) fn new(rule: &'static str, seen: &str) -> Self {
        Self {
            rule,
            seen: seen.to_owned(),
        }
    }
}
