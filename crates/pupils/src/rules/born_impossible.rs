//! A date of birth after the census, or more than 25 years before it.

use super::rule::{Level, Rule, Scope};
use crate::date::Date;
use crate::record::Record;

/// The oldest pupil a census can hold, in years.
const OLDEST: u16 = 25;

pub(super) const RULE: Rule = Rule {
    id: "born_impossible",
    level: Level::Note,
    column: "DOB",
    sentence: "the date of birth is after the census day or more than 25 years before it",
    remedy: "enter the date of birth from the admission form",
    scope: Scope::Record(check_born_impossible),
};

fn check_born_impossible(record: &Record) -> bool {
    let Some(born) = record.born.code() else {
        return false;
    };
    let census = Date::of_census(record.year, record.term);
    born.age_on(census).is_none_or(|age| age > OLDEST)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::date::Date;
    use crate::record::Reading;
    use crate::record::Record;
    use crate::record::example::sound;

    #[test]
    fn a_birth_after_the_census_or_25_years_before_it_is_found() {
        let cases = [
            (
                Record {
                    born: Reading::Of(Date::new(2023, 1, 20).expect("a day")),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    born: Reading::Of(Date::new(2023, 1, 19).expect("a day")),
                    ..sound()
                },
                false,
            ),
            (
                Record {
                    born: Reading::Of(Date::new(1997, 1, 19).expect("a day")),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    born: Reading::Of(Date::new(1997, 1, 20).expect("a day")),
                    ..sound()
                },
                false,
            ),
            (sound(), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
