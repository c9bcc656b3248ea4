//! A first language that is not a code.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "language_code",
    level: Level::Note,
    column: "Language",
    sentence: "the first language is not a code",
    remedy: "enter a code of the list, such as `ENG`",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    record.language == Reading::Unreadable
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
                    language: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    language: Reading::Blank,
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
