//! A sex that is missing or not one of its codes.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "sex_code",
    level: Level::Note,
    column: "Sex",
    sentence: "the sex is missing or is not `M` or `F`",
    remedy: "enter the sex from the admission form",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    matches!(record.sex, Reading::Blank | Reading::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Reading;
    use crate::record::Record;
    use crate::record::example::sound;

    #[test]
    fn straddles_its_edges() {
        let cases = [
            (
                Record {
                    sex: Reading::Blank,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    sex: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    sex: Reading::Absent,
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
