//! Codes of schools and areas: private inside, parsed at the door, and serde goes through the same check.

use crate::ParseError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Unique reference number of an establishment: 100000 to 999999. Changes when a school becomes an academy.
///
/// Numeric formatting damage is repaired: the Department's own file prints URN 100000 as `1e+05`.
///
/// ```
/// # use senlens_model::Urn;
/// assert_eq!("1e+05".parse::<Urn>()?.to_string(), "100000");
/// assert!("12345".parse::<Urn>().is_err());
/// # Ok::<(), senlens_model::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Urn(u32);

/// Local authority and establishment number together, seven digits: stays when a school changes its URN but not its
/// authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Laestab(u32);

/// The Department's three-digit local authority number (881 for Essex): the key to join authorities on, since some
/// have two nine-character codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LaCode(u16);

/// A nine-character code of the Government Statistical Service (`E10000012` for Essex).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AreaCode([u8; 9]);

impl Urn {
    const RULE: &'static str = "a unique reference number (six digits)";

    /// The number itself.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Laestab {
    const RULE: &'static str = "an LAESTAB (seven digits: authority, then establishment)";

    /// From its two halves.
    ///
    /// # Errors
    /// When `estab` has more than four digits.
    pub fn new(la: LaCode, estab: u16) -> Result<Self, ParseError> {
        if estab > 9999 {
            return Err(ParseError::new(Self::RULE, &estab.to_string()));
        }
        Ok(Self(u32::from(la.0) * 10_000 + u32::from(estab)))
    }

    /// The authority that numbered it.
    pub fn la(self) -> LaCode {
        LaCode(u16::try_from(self.0 / 10_000).expect("three digits by construction"))
    }

    /// The number itself.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl LaCode {
    const RULE: &'static str = "a local authority number (three digits)";

    /// The number itself.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl AreaCode {
    const RULE: &'static str = "a GSS code (a letter and eight digits)";

    /// England.
    pub const ENGLAND: Self = Self(*b"E92000001");

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("ASCII by construction")
    }
}

/// Reads a whole number written plainly or with numeric formatting damage (`1e+05`, `100000.0`).
fn whole_number(text: &str) -> Option<u32> {
    let text = text.trim();
    if let Ok(number) = text.parse::<u32>() {
        return text.bytes().all(|b| b.is_ascii_digit()).then_some(number);
    }
    let damaged = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'e' | b'E' | b'+' | b'.'));
    let number: f64 = text.parse().ok().filter(|_| damaged)?;
    let whole = number.is_finite() && number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and in range, just checked"
    )]
    whole.then_some(number as u32)
}

impl FromStr for Urn {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match whole_number(text) {
            Some(number @ 100_000..=999_999) => Ok(Self(number)),
            _ => Err(ParseError::new(Self::RULE, text)),
        }
    }
}

impl FromStr for Laestab {
    type Err = ParseError;

    /// Reads `8812000` and `881/2000`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(Self::RULE, text);
        let joined = match text.trim().split_once('/') {
            Some((la, estab)) if la.len() == 3 && estab.len() == 4 => format!("{la}{estab}"),
            Some(_) => return Err(error()),
            None => text.trim().to_owned(),
        };
        match whole_number(&joined) {
            Some(number @ 1_000_000..=9_999_999) => Ok(Self(number)),
            // Authorities 001 to 099 do not number schools; a seven-digit text with leading zeros is not one.
            _ => Err(error()),
        }
    }
}

impl FromStr for LaCode {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match whole_number(text).and_then(|n| u16::try_from(n).ok()) {
            Some(number @ 1..=999) => Ok(Self(number)),
            _ => Err(ParseError::new(Self::RULE, text)),
        }
    }
}

impl FromStr for AreaCode {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let bytes: [u8; 9] = text
            .trim()
            .as_bytes()
            .try_into()
            .map_err(|_| ParseError::new(Self::RULE, text))?;
        if bytes[0].is_ascii_uppercase() && bytes[1..].iter().all(u8::is_ascii_digit) {
            Ok(Self(bytes))
        } else {
            Err(ParseError::new(Self::RULE, text))
        }
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Laestab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:07}", self.0)
    }
}

impl fmt::Display for LaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! through_text {
    ($($name:ty),*) => {$(
        impl TryFrom<String> for $name {
            type Error = ParseError;
            fn try_from(text: String) -> Result<Self, ParseError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.to_string()
            }
        }
    )*};
}
through_text!(Urn, Laestab, LaCode, AreaCode);

#[cfg(test)]
mod tests {
    use super::{AreaCode, LaCode, Laestab, Urn};

    #[test]
    fn urn_straddles_its_edges_and_repairs_damage() {
        for (text, number) in [
            ("100000", 100_000),
            ("999999", 999_999),
            ("1e+05", 100_000),
            ("147704.0", 147_704),
        ] {
            assert_eq!(text.parse::<Urn>().expect(text).get(), number);
        }
        for bad in [
            "99999", "1000000", "", "z", "-100000", "+100000", "1e5x", "100000.5", "inf", "NaN",
        ] {
            assert!(bad.parse::<Urn>().is_err(), "{bad}");
        }
    }

    #[test]
    fn laestab_knows_its_authority() {
        let laestab: Laestab = "881/2000".parse().expect("with a slash");
        assert_eq!(
            (laestab.to_string().as_str(), laestab.la().get()),
            ("8812000", 881)
        );
        assert_eq!(
            Laestab::new("881".parse().expect("LA"), 2000).expect("halves"),
            laestab
        );
        for bad in ["881200", "88120000", "88/12000", "0012000"] {
            assert!(bad.parse::<Laestab>().is_err(), "{bad}");
        }
    }

    #[test]
    fn area_and_authority_codes() {
        assert_eq!(
            "E10000012".parse::<AreaCode>().expect("Essex").as_str(),
            "E10000012"
        );
        assert_eq!(
            "201".parse::<LaCode>().expect("City of London").to_string(),
            "201"
        );
        for bad in ["e10000012", "E1000001", "E1000001é", "Unknown", ""] {
            assert!(bad.parse::<AreaCode>().is_err(), "{bad}");
        }
        for bad in ["0", "1000", "z"] {
            assert!(bad.parse::<LaCode>().is_err(), "{bad}");
        }
    }
}
