//! A calendar date, as pupil files write it.

use jiff::civil;
use senlens_model::{AcademicYear, Term, census_day};

/// A day of the calendar, ordered by time. Its `Debug` shows the year alone: a date of birth may not leave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(civil::Date);

impl Date {
    /// A date, if there is such a day between 1900 and 2199.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let date = civil::Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        );
        date.ok().and_then(Self::of_our_time)
    }

    fn of_our_time(date: civil::Date) -> Option<Self> {
        (1900..2200).contains(&date.year()).then_some(Self(date))
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
        senlens_model::Date::from_days_since_1970(days).and_then(|date| Self::of_our_time(date.civil()))
    }

    /// Days since 1 January 1970, as [`Date::from_days`] reads them back.
    pub(crate) fn days(self) -> i32 {
        senlens_model::Date::from(self.0).days_since_1970()
    }

    /// The day of a census.
    pub fn of_census(year: AcademicYear, term: Term) -> Self {
        Self(census_day(year, term).civil())
    }

    /// Whole years from `self` to `on`; none when `self` is later.
    pub fn age_on(self, on: Self) -> Option<u16> {
        let had_birthday = (on.0.month(), on.0.day()) >= (self.0.month(), self.0.day());
        let years = on.0.year() - self.0.year() - i16::from(!had_birthday);
        (self <= on).then(|| u16::try_from(years).expect("later is not before"))
    }

    /// The academic year it lies in, where there is one.
    pub fn academic_year(self) -> Option<AcademicYear> {
        let start = self.0.year() - i16::from(self.0.month() < 9);
        AcademicYear::starting(u16::try_from(start).ok()?).ok()
    }

    /// The term whose census is nearest in the calendar: October's, January's or May's.
    pub(crate) fn census_term(self) -> Term {
        match self.0.month() {
            9..=12 => Term::Autumn,
            1..=3 => Term::Spring,
            _ => Term::Summer,
        }
    }

    /// 31 August before an academic year: the day ages are taken on.
    pub fn before_academic_year(year: AcademicYear) -> Self {
        let year = i16::try_from(year.start()).expect("at most 2098");
        Self(civil::Date::constant(year, 8, 31))
    }
}

impl std::fmt::Debug for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Date({})", self.0.year())
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
    use super::Date;

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
