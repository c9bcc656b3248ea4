//! A calendar date, as pupil files write it, and the days of the census.

use super::record::Term;
use senlens_model::AcademicYear;

/// A date of the Gregorian calendar, ordered by time. Its `Debug` shows the year alone: a date of birth may not leave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A date, if there is such a day between 1900 and 2199.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let sound = (1900..2200).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= days_in_month(year, month);
        sound.then_some(Self { year, month, day })
    }

    /// Reads `2011-09-01`, `01/09/2011`, `2011-Sep-01`, each with or without a time after a space or a `T`.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let end = text
            .iter()
            .position(|b| matches!(b, b' ' | b'T'))
            .unwrap_or(text.len());
        let text = &text[..end];
        let separator = *text.iter().find(|b| matches!(b, b'-' | b'/'))?;
        let mut parts = text.split(|&b| b == separator);
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (year, month, day) = if first.len() == 4 {
            (first, second, third)
        } else if third.len() == 4 {
            (third, second, first)
        } else {
            return None;
        };
        let month = match number(month) {
            Some(month) => month,
            None => month_name(month)?,
        };
        Self::new(
            number(year)?,
            u8::try_from(month).ok()?,
            u8::try_from(number(day)?).ok()?,
        )
    }

    /// From days since 1 January 1970, as Arrow's `Date32` counts.
    pub fn from_days(days: i32) -> Option<Self> {
        // Howard Hinnant's civil_from_days, https://howardhinnant.github.io/date_algorithms.html
        let shifted = i64::from(days) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 {
            month_index + 3
        } else {
            month_index - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self::new(
            u16::try_from(year).ok()?,
            u8::try_from(month).ok()?,
            u8::try_from(day).ok()?,
        )
    }

    /// Days since 1 January 1970, as [`Date::from_days`] reads them back.
    pub(crate) fn days(self) -> i32 {
        // Howard Hinnant's days_from_civil, same page.
        let year = i32::from(self.year) - i32::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (i32::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i32::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// The day of a census: third Thursday of January, third of May, first of October (DOMAIN 1.1).
    pub fn of_census(year: AcademicYear, term: Term) -> Self {
        let (year, month, week) = match term {
            Term::Autumn => (year.start(), 10, 0),
            Term::Spring => (year.january(), 1, 2),
            Term::Summer => (year.january(), 5, 2),
        };
        // Zeller: 0 is Saturday, so 5 is Thursday.
        let (y, m) = if month < 3 {
            (year - 1, month + 12)
        } else {
            (year, month)
        };
        let first_weekday = (1 + 13 * (m + 1) / 5 + y + y / 4 - y / 100 + y / 400) % 7;
        let first_thursday = 1 + (5 + 7 - first_weekday) % 7;
        let day = first_thursday + 7 * week;
        Self {
            year,
            month: u8::try_from(month).expect("a month"),
            day: u8::try_from(day).expect("at most the 21st"),
        }
    }

    /// Whole years from `self` to `on`; none when `self` is later.
    pub fn age_on(self, on: Self) -> Option<u16> {
        let had_birthday = (on.month, on.day) >= (self.month, self.day);
        (self <= on).then(|| on.year - self.year - u16::from(!had_birthday))
    }

    /// The academic year it lies in, where there is one.
    pub fn academic_year(self) -> Option<AcademicYear> {
        AcademicYear::starting(if self.month >= 9 { self.year } else { self.year - 1 }).ok()
    }

    /// The term whose census is nearest in the calendar: October's, January's or May's.
    pub(crate) fn census_term(self) -> Term {
        match self.month {
            9..=12 => Term::Autumn,
            1..=3 => Term::Spring,
            _ => Term::Summer,
        }
    }

    /// 31 August before an academic year: the day ages are taken on.
    pub fn before_academic_year(year: AcademicYear) -> Self {
        Self {
            year: year.start(),
            month: 8,
            day: 31,
        }
    }
}

impl std::fmt::Debug for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Date({})", self.year)
    }
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn number(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    digits.iter().try_fold(0u16, |sum, &b| {
        b.is_ascii_digit().then(|| sum * 10 + u16::from(b - b'0'))
    })
}

fn month_name(text: &[u8]) -> Option<u16> {
    const NAMES: [&[u8]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
    ];
    let start = text.get(..3)?;
    (1..)
        .zip(NAMES)
        .find_map(|(month, name)| start.eq_ignore_ascii_case(name).then_some(month))
}

#[cfg(test)]
mod tests {
    use super::{Date, Term};

    #[test]
    fn every_way_of_writing_a_date() {
        let day = Date::new(2022, 9, 28);
        for text in [
            "2022-09-28",
            "28/09/2022",
            "2022-Sep-28 00:00:00",
            "2022-09-28T10:00:00",
            " 28-09-2022 ",
        ] {
            assert_eq!(Date::parse(text.as_bytes()), day, "{text}");
        }
        for bad in [
            "",
            "2022",
            "2022-13-01",
            "2023-02-29",
            "1900-02-29",
            "00/01/2020",
            "28/09/22",
            "1-2-3-4",
            "2022-09-31",
            "99999-01-01",
        ] {
            assert_eq!(Date::parse(bad.as_bytes()), None, "{bad}");
        }
        assert!(Date::parse(b"2024-02-29").is_some());
    }

    #[test]
    fn days_since_1970_read_back() {
        for days in (-25_000..80_000).step_by(7) {
            assert_eq!(Date::from_days(days).map(Date::days), Some(days));
        }
        assert_eq!(Date::from_days(0), Date::new(1970, 1, 1));
        assert_eq!(Date::from_days(11_016), Date::new(2000, 2, 29));
        assert_eq!(Date::from_days(19_263), Date::new(2022, 9, 28));
        assert_eq!(Date::from_days(-1), Date::new(1969, 12, 31));
        assert_eq!(Date::from_days(i32::MAX), None);
    }

    #[test]
    fn census_days_of_known_years() {
        // Spring census 19 January 2023, summer 18 May 2023, autumn 6 October 2022.
        let year = "202223".parse().expect("a year");
        assert_eq!(Some(Date::of_census(year, Term::Autumn)), Date::new(2022, 10, 6));
        assert_eq!(Some(Date::of_census(year, Term::Spring)), Date::new(2023, 1, 19));
        assert_eq!(Some(Date::of_census(year, Term::Summer)), Date::new(2023, 5, 18));
    }

    #[test]
    fn ages_straddle_the_birthday() {
        let born = Date::new(2011, 9, 1).expect("a day");
        for (on, age) in [
            (Date::new(2022, 8, 31), Some(10)),
            (Date::new(2022, 9, 1), Some(11)),
            (Date::new(2011, 8, 31), None),
        ] {
            assert_eq!(born.age_on(on.expect("a day")), age);
        }
    }
}
