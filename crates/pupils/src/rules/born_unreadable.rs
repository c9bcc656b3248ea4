//! A date of birth that is missing or no date.

use super::rule::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "born_unreadable",
    level: Level::Note,
    column: "DOB",
    sentence: "the date of birth is missing or is not a date",
    remedy: "enter the date of birth from the admission form",
    scope: Scope::Record(check_born_unreadable),
};

fn check_born_unreadable(record: &Record) -> bool {
    matches!(record.born, Reading::Blank | Reading::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Reading;
    use crate::record::Record;
    use crate::record::example::sound;

    #[test]
    fn a_missing_or_unreadable_birth_is_found_and_an_absent_column_is_not() {
        let cases = [
            (
                Record {
                    born: Reading::Blank,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    born: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    born: Reading::Absent,
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
