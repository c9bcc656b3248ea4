//! A year group more than one year from the pupil's age (a query: some pupils are placed so on purpose).

use super::rule::{Level, Rule, Scope};
use crate::date::Date;
use crate::record::Record;
use senlens_model::NcYear;

/// Older is impossible, and another rule's business.
const OLDEST: u16 = 25;

pub(super) const RULE: Rule = Rule {
    id: "age_year_group",
    level: Level::Note,
    column: "NCyearActual",
    sentence: "the year group is more than one year from what the date of birth suggests",
    remedy: "check both; confirm the query if the placement is intended",
    scope: Scope::Record(check_age_year_group),
};

fn check_age_year_group(record: &Record) -> bool {
    let (Some(born), Some(nc_year)) = (record.born.code(), record.nc_year.code()) else {
        return false;
    };
    // A pupil aged 5 on 31 August starts year 1, so a year group is the age less four.
    let usual_age = match nc_year {
        NcYear::N1 => 2,
        NcYear::N2 => 3,
        NcYear::Reception => 4,
        NcYear::Year(year @ 1..=13) => u16::from(year) + 4,
        NcYear::Year(_) | NcYear::NotFollowed => return false,
    };
    // A date after the day itself is another rule's business.
    born.age_on(Date::before_academic_year(record.year))
        .is_some_and(|age| age <= OLDEST && age.abs_diff(usual_age) > 1)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::date::Date;
    use crate::record::Reading;
    use crate::record::Record;
    use crate::record::example::sound;
    use senlens_model::NcYear;

    #[test]
    fn one_year_from_the_usual_age_is_accepted_and_two_are_not() {
        let cases = [
            (
                Record {
                    born: Reading::Of(Date::new(2011, 8, 31).expect("a day")),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    born: Reading::Of(Date::new(2011, 9, 1).expect("a day")),
                    ..sound()
                },
                false,
            ),
            (
                Record {
                    born: Reading::Of(Date::new(2014, 8, 31).expect("a day")),
                    ..sound()
                },
                false,
            ),
            (
                Record {
                    born: Reading::Of(Date::new(2014, 9, 1).expect("a day")),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    born: Reading::Of(Date::new(2015, 9, 1).expect("a day")),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    born: Reading::Of(Date::new(1990, 9, 1).expect("a day")),
                    ..sound()
                },
                false,
            ),
            (
                Record {
                    nc_year: Reading::Of(NcYear::NotFollowed),
                    ..sound()
                },
                false,
            ),
            (
                Record {
                    nc_year: Reading::Of(NcYear::Year(7)),
                    ..sound()
                },
                true,
            ),
            (sound(), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
