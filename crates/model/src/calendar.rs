//! Days of the calendar, the days of the school census, and the terms it is taken in.

use crate::{AcademicYear, ParseError};
use jiff::{
    SignedDuration,
    civil::{self, Weekday},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A day that there is, ordered by time; prints as `2026-01-31`.
///
/// ```
/// # use senlens_model::Date;
/// let date: Date = "2026-01-31".parse()?;
/// assert_eq!(date.in_words(), "31 January 2026");
/// assert!("2026-02-31".parse::<Date>().is_err());
/// # Ok::<(), senlens_model::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(civil::Date);

impl Date {
    /// In a sentence: `31 January 2026`.
    pub fn in_words(self) -> String {
        self.0.strftime("%-d %B %Y").to_string()
    }

    /// 1 January of a year: the day from which a list holds that says no more than its year.
    pub fn first_of(year: u16) -> Option<Self> {
        civil::Date::new(i16::try_from(year).ok()?, 1, 1).ok().map(Self)
    }

    /// Days since 1 January 1970, as Arrow's `Date32` counts.
    pub fn days_since_1970(self) -> i32 {
        let hours = self
            .0
            .duration_since(civil::Date::constant(1970, 1, 1))
            .as_hours();
        i32::try_from(hours / 24).expect("a year has four digits")
    }

    /// The day so many days after 1 January 1970, or before it where the number is negative.
    pub fn from_days_since_1970(days: i32) -> Option<Self> {
        let since = SignedDuration::from_hours(24 * i64::from(days));
        let date = civil::Date::constant(1970, 1, 1).checked_add(since);
        date.ok().map(Self)
    }

    /// The calendar's own type.
    pub fn civil(self) -> civil::Date {
        self.0
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Date {
    type Err = ParseError;

    /// Reads `2026-01-31` and no other form.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let dashes = text.bytes().enumerate().filter(|(_, byte)| *byte == b'-');
        let shape = text.len() == 10 && dashes.map(|(at, _)| at).eq([4, 7]);
        let date = shape.then(|| text.parse().ok()).flatten();
        date.map(Self)
            .ok_or_else(|| ParseError::new("a date (such as 2026-01-31)", text))
    }
}

impl TryFrom<String> for Date {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

/// The day of a census: the third Thursday of January, the third of May, the first of October.
pub fn census_day(year: AcademicYear, term: Term) -> Date {
    let (year, month, week) = match term {
        Term::Autumn => (year.start(), 10, 1),
        Term::Spring => (year.january(), 1, 3),
        Term::Summer => (year.january(), 5, 3),
    };
    let year = i16::try_from(year).expect("an academic year ends by 2099");
    let first = civil::Date::constant(year, month, 1);
    Date(
        first
            .nth_weekday_of_month(week, Weekday::Thursday)
            .expect("every month has three Thursdays"),
    )
}

/// The academic year of the last spring census before a day; none where that is no year of ours.
pub fn last_spring_census_before(day: Date) -> Option<AcademicYear> {
    let start = u16::try_from(day.0.year()).ok()?.checked_sub(1)?;
    let this_year = AcademicYear::starting(start).ok();
    this_year
        .filter(|year| census_day(*year, Term::Spring) < day)
        .or_else(|| AcademicYear::starting(start.checked_sub(1)?).ok())
}

/// The term of a census, in the order of an academic year. Types of need are collected in spring alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Term {
    /// October.
    Autumn,
    /// January.
    Spring,
    /// May.
    Summer,
}

impl Term {
    /// Every term, in order.
    pub const ALL: [Self; 3] = [Self::Autumn, Self::Spring, Self::Summer];

    /// In a sentence, and in a mapping file.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Autumn => "autumn",
            Self::Spring => "spring",
            Self::Summer => "summer",
        }
    }
}

impl FromStr for Term {
    type Err = ParseError;

    /// Reads `SPR`, `Spring` and their like by the first three letters.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let start = text.trim().get(..3);
        Self::ALL
            .into_iter()
            .find(|term| start.is_some_and(|start| start.eq_ignore_ascii_case(&term.in_words()[..3])))
            .ok_or_else(|| ParseError::new("a term (autumn, spring or summer)", text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, Term, census_day, last_spring_census_before};

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn days_that_there_are_and_days_that_there_are_not() {
        for good in ["2026-01-31", "2024-02-29", "1999-12-31"] {
            assert_eq!(date(good).to_string(), good);
        }
        for bad in [
            "2026-02-31",
            "2026-02-29",
            "2026-13-01",
            "2026-99-99",
            "2026-00-10",
            "2026-1-31",
            "31-01-2026",
            "soon",
            "",
            "20260131",
            "2026-01-31T10:00:00",
            "May 2025",
            "-2026-1-31",
        ] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
        assert_eq!(date("2022-05-07").in_words(), "7 May 2022");
    }

    #[test]
    fn census_days_known_from_the_calendar() {
        for (year, term, day) in [
            ("201920", Term::Spring, "2020-01-16"),
            ("202021", Term::Spring, "2021-01-21"),
            ("202122", Term::Spring, "2022-01-20"),
            ("202223", Term::Autumn, "2022-10-06"),
            ("202223", Term::Spring, "2023-01-19"),
            ("202223", Term::Summer, "2023-05-18"),
            ("202324", Term::Spring, "2024-01-18"),
            ("202526", Term::Spring, "2026-01-15"),
        ] {
            let found = census_day(year.parse().expect("a year"), term);
            assert_eq!(found, date(day), "{year} {term:?}");
        }
    }

    #[test]
    fn the_last_census_before_a_day() {
        for (day, year) in [
            ("2022-05-17", "202122"),
            ("2022-01-20", "202021"),
            ("2022-01-21", "202122"),
            ("2019-12-23", "201819"),
        ] {
            let found = last_spring_census_before(date(day)).expect("a year");
            assert_eq!(found.to_string(), year, "{day}");
        }
        assert_eq!(last_spring_census_before(date("1985-05-17")), None);
    }

    #[test]
    fn days_since_1970_read_back() {
        for (day, days) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2022-09-28", 19_263),
            ("1969-12-31", -1),
        ] {
            assert_eq!(date(day).days_since_1970(), days);
            assert_eq!(Date::from_days_since_1970(days), Some(date(day)));
        }
        assert_eq!(Date::from_days_since_1970(i32::MAX), None);
    }

    #[test]
    fn terms_are_read_by_their_first_letters() {
        for (text, term) in [
            ("SPR", Term::Spring),
            ("Autumn", Term::Autumn),
            (" summer ", Term::Summer),
        ] {
            assert_eq!(text.parse(), Ok(term), "{text}");
        }
        assert!("sp".parse::<Term>().is_err() && "winter".parse::<Term>().is_err());
    }
}
