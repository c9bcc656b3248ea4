//! A unit or resourced provision flag that is neither yes nor no.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "unit_code",
    level: Level::Note,
    column: "SENunitIndicator",
    sentence: "the flag of SEN unit or resourced provision is neither yes nor no",
    remedy: "enter 1 or 0",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    record.unit == Reading::Unreadable || record.resourced == Reading::Unreadable
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
                    unit: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    resourced: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    unit: Reading::Blank,
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
