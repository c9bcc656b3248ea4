//! When a spring census was taken, and which was the last before a date.

use crate::Error;
use senlens_model::AcademicYear;

/// The academic year of the last spring census before a date (2022-05-17). The spring census is on the third Thursday
/// of January.
pub(crate) fn last_before(date: &str) -> Result<AcademicYear, Error> {
    let wrong = || Error::Setting(format!("a date is written like 2022-05-17: `{date}`"));
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else {
        return Err(wrong());
    };
    let year: u16 = year.parse().map_err(|_| wrong())?;
    let month: u16 = month.parse().map_err(|_| wrong())?;
    let day: u16 = day.parse().map_err(|_| wrong())?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || year < 2 {
        return Err(wrong());
    }
    let census_passed = month > 1 || day > third_thursday_of_january(year);
    let start = if census_passed { year - 1 } else { year - 2 };
    AcademicYear::starting(start).map_err(|_| wrong())
}

/// The day of the month, from 15 to 21.
fn third_thursday_of_january(year: u16) -> u16 {
    // Zeller: January counts as the thirteenth month of the year before. 0 is Saturday, 5 Thursday.
    let before = u32::from(year) - 1;
    let (of_century, century) = (before % 100, before / 100);
    let first = (1 + 13 * 14 / 5 + of_century + of_century / 4 + century / 4 + 5 * century) % 7;
    u16::try_from(15 + (12 - first) % 7).expect("a day of January")
}

#[cfg(test)]
mod tests {
    use super::{last_before, third_thursday_of_january};

    #[test]
    fn censuses_known_from_the_calendar() {
        // Thursdays: 16 January 2020, 21 January 2021, 20 January 2022, 19 January 2023, 18 January 2024.
        for (year, day) in [
            (2020, 16),
            (2021, 21),
            (2022, 20),
            (2023, 19),
            (2024, 18),
            (2026, 15),
        ] {
            assert_eq!(third_thursday_of_january(year), day, "{year}");
        }
    }

    #[test]
    fn the_last_census_before_a_date() {
        for (date, year) in [
            ("2022-05-17", "202122"),
            ("2022-01-20", "202021"),
            ("2022-01-21", "202122"),
            ("2019-12-23", "201819"),
        ] {
            assert_eq!(last_before(date).expect("a date").to_string(), year, "{date}");
        }
        for bad in ["soon", "2022-13-01", "17-05-2022", "2022-05"] {
            assert!(last_before(bad).is_err(), "{bad}");
        }
    }
}
