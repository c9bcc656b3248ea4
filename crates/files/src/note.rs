//! What a reader of the results should know about the inputs.

use serde::Serialize;
use std::fmt;

/// Something noticed in an input that did not stop the reading: it is printed and stands in `run.json`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// The file it is about, if one file.
    pub file: Option<String>,
    /// The note, a sentence without its full stop.
    pub text: String,
}

impl Note {
    /// A note about a file.
    pub fn about(file: &str, text: impl Into<String>) -> Self {
        Self {
            file: Some(file.to_owned()),
            text: text.into(),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{file}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// `1 school`, `2 schools`: a count with its noun in the right number.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// `24,442`: digits in threes.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn counts_read_well() {
        assert_eq!(counted(1, "school", "schools"), "1 school");
        assert_eq!(counted(24_442, "school", "schools"), "24,442 schools");
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_453_576, "1,453,576")] {
            assert_eq!(grouped(count), text);
        }
    }
}
