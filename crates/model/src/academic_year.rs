//! The academic year, as the Department writes it: `202223`.

use crate::ParseError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An academic year, September to August. Ordered by time; prints as the Department's `time_period` (`202223`).
///
/// ```
/// # use senlens_model::AcademicYear;
/// let year: AcademicYear = "2022/23".parse()?;
/// assert_eq!(year.to_string(), "202223");
/// assert_eq!(year.january(), 2023);
/// assert!("202224".parse::<AcademicYear>().is_err());
/// # Ok::<(), senlens_model::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AcademicYear(u16);

impl AcademicYear {
    const RULE: &'static str = "an academic year (such as 202223)";

    /// The year that starts in September of `start`.
    ///
    /// # Errors
    /// When `start` is not between 1990 and 2098.
    pub fn starting(start: u16) -> Result<Self, ParseError> {
        if (1990..=2098).contains(&start) {
            Ok(Self(start))
        } else {
            Err(ParseError::new(Self::RULE, &start.to_string()))
        }
    }

    /// The calendar year in which it starts (2022 for 202223).
    pub fn start(self) -> u16 {
        self.0
    }

    /// The calendar year of its spring census, on the third Thursday of January (2023 for 202223).
    pub fn january(self) -> u16 {
        self.0 + 1
    }

    /// The year after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// As people write it: `2022/23`.
    pub fn in_words(self) -> String {
        format!("{}/{:02}", self.0, (self.0 + 1) % 100)
    }
}

impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:02}", self.0, (self.0 + 1) % 100)
    }
}

impl FromStr for AcademicYear {
    type Err = ParseError;

    /// Reads `202223`, `2022/23`, `2022-23` and `2022/2023`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(Self::RULE, text);
        // A program that took the year for a number leaves `202223.0`.
        let text_trimmed = text.trim().trim_end_matches(".0");
        let digits: String = text_trimmed.chars().filter(|c| !matches!(c, '/' | '-')).collect();
        if !digits.bytes().all(|b| b.is_ascii_digit()) || text_trimmed.len() > digits.len() + 1 {
            return Err(error());
        }
        let (start, end) = match digits.len() {
            6 => (&digits[..4], &digits[4..]),
            8 => (&digits[..4], &digits[6..]),
            _ => return Err(error()),
        };
        let start: u16 = start.parse().map_err(|_| error())?;
        let end: u16 = end.parse().map_err(|_| error())?;
        let year = Self::starting(start).map_err(|_| error())?;
        if end != (start + 1) % 100 || (digits.len() == 8 && digits[4..6] != (start + 1).to_string()[..2]) {
            return Err(error());
        }
        Ok(year)
    }
}

impl TryFrom<String> for AcademicYear {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<AcademicYear> for String {
    fn from(year: AcademicYear) -> Self {
        year.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::AcademicYear;

    #[test]
    fn reads_every_form_and_refuses_the_rest() {
        for good in [
            "202223",
            "2022/23",
            "2022-23",
            "2022/2023",
            " 202223 ",
            "202223.0",
        ] {
            assert_eq!(good.parse::<AcademicYear>().expect(good).to_string(), "202223");
        }
        assert_eq!(
            "199900"
                .parse::<AcademicYear>()
                .expect("the century turns")
                .in_words(),
            "1999/00"
        );
        for bad in [
            "",
            "2022",
            "202224",
            "2022/2123",
            "20-22-23",
            "2o2223",
            "198889",
            "2022/23/",
            "2023.0",
        ] {
            assert!(bad.parse::<AcademicYear>().is_err(), "{bad}");
        }
    }
}
